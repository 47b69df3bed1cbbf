//! Does an index belong to its file, and is the file in order?

use memchr::memchr_iter;
use vdx_vcf::Form;

use super::blocks::{BgzfFile, Blocks};
use super::offsets::Index;
use crate::error::{Error, Result};
use crate::sorted::contradiction;

/// Windows of each contig that are looked at when nothing speaks against the index.
pub(super) const FEW: usize = 3;

/// Windows of each contig that are looked at when the index is older than its file.
pub(super) const MANY: usize = 200;

/// Checks that offsets lie in the file, that blocks and records start there, that the records are of the contig, in order,
/// and no further on than the next window, and that the last record is followed by none.
///
/// # Errors
/// Says what does not fit.
pub(super) fn belongs(file: &BgzfFile, index: &Index, form: &Form, samples: usize) -> Result<()> {
    let mut blocks = Blocks::new();
    let last = index.contigs().iter().map(super::Contig::end).max().unwrap_or(0);
    if last >> 16 > file.size() {
        return Err(foreign(file, "it points behind the end of the file"));
    }
    for contig in index.contigs().iter().filter(|contig| !contig.is_empty()) {
        let name = String::from_utf8_lossy(&contig.name);
        // The windows at which the bound goes up.
        let mut steps: Vec<(usize, u64)> = Vec::new();
        for window in 0..contig.window_count() {
            let bound = contig.bound(window);
            if steps.last().is_none_or(|&(_, last)| last < bound) {
                steps.push((window, bound));
            }
        }
        // Some of them: all would be another pass over the file, and an index of another file, or of an older state
        // of this one, is wrong nearly everywhere.
        let sampled: Vec<(usize, u64)> = steps.iter().copied().step_by((steps.len() / samples).max(1)).collect();
        let mut last_pos = 0;
        for (at, &(_, offset)) in sampled.iter().enumerate() {
            let found = locus_at(&mut blocks, file, form, offset)?;
            if let Some((chrom, pos)) = found.as_ref().filter(|(chrom, _)| *chrom == contig.name) {
                if *pos < last_pos {
                    return Err(unsorted(file, (chrom, *pos), (chrom, last_pos)));
                }
                last_pos = *pos;
            }
            // A record before the next bound does not start in the window of that bound.
            let before = sampled.get(at + 1).map_or(u32::MAX, |&(window, _)| index.window_start(window));
            let fits = match &found {
                Some((chrom, pos)) if *chrom == contig.name => *pos < before,
                // The bound of the last window may lie behind the last record.
                _ => offset == contig.end(),
            };
            if !fits {
                let found = found.map_or_else(
                    || "the end".into(),
                    |(chrom, pos)| format!("{}:{pos}", String::from_utf8_lossy(&chrom)),
                );
                return Err(foreign(file, &format!("it promises {name} before {before} where {found} stands")));
            }
        }
    }
    if last > 0 && locus_at(&mut blocks, file, form, last)?.is_some() {
        return Err(foreign(file, "the file goes on behind the last record that it knows"));
    }
    Ok(())
}

/// The error for an index that is not this file's.
pub(super) fn foreign(file: &BgzfFile, why: &str) -> Error {
    Error::data(format!(
        "expected the index of this file, found another one's: {why}; delete the index (.tbi, .csi) and it is made again"
    ))
    .in_file(file.name())
}

/// The error for a record that stands behind one that it should stand before; CHROM and POS of both.
pub(super) fn unsorted(file: &BgzfFile, found: (&[u8], u32), before: (&[u8], u32)) -> Error {
    out_of_place(file, found, &contradiction(found.0, before))
}

/// The error for a record in a place where the index has only those before `until`; CHROM and POS of both.
pub(super) fn beyond(file: &BgzfFile, found: (&[u8], u32), until: (&[u8], u32)) -> Error {
    let until = format!("{}:{}", String::from_utf8_lossy(until.0), until.1);
    out_of_place(
        file,
        found,
        &format!("expected records before {until} where the index has those, found this one among them"),
    )
}

/// The error for a record, with CHROM and POS, in a place that contradicts what was expected.
pub(super) fn out_of_place(file: &BgzfFile, (chrom, pos): (&[u8], u32), contradiction: &str) -> Error {
    let help = "sort the file and index it again (bcftools sort, bcftools index)";
    Error::data(format!("{contradiction}; {help}")).in_file(file.name()).at_locus(chrom, pos.into())
}

/// CHROM and POS of the record that starts at a virtual offset; `None` at the end of the file.
fn locus_at(blocks: &mut Blocks, file: &BgzfFile, form: &Form, offset: u64) -> Result<Option<(Vec<u8>, u32)>> {
    let (mut block, within) = (offset >> 16, (offset & 0xffff) as usize);
    if !blocks.starts_block(file, block)? {
        return Err(foreign(file, &format!("no block starts at byte {block}")));
    }
    let mut text = Vec::new();
    let mut from = None;
    let no_record = || format!("no record starts at virtual offset {offset}");
    loop {
        let Some(next) = blocks.read(file, block, &mut text)? else {
            return if text.len() <= within { Ok(None) } else { Err(foreign(file, &no_record())) };
        };
        block = next;
        if from.is_none() {
            let is_edge = |at: usize| at == 0 || form.is_bcf() || text[at - 1] == b'\n';
            if within > text.len() || !is_edge(within) {
                return Err(foreign(file, &no_record()));
            }
            from = Some(within);
        }
        let record = &text[within..];
        let has_locus = match form {
            Form::Text | Form::Table(_) => memchr_iter(b'\t', record).nth(1).is_some(),
            Form::Bcf(_) => record.len() >= 20,
        };
        if has_locus {
            let locus = form.locus(record).filter(|(chrom, _)| !chrom.contains(&b'\n'));
            let (chrom, pos) = locus.ok_or_else(|| foreign(file, &no_record()))?;
            return Ok(Some((chrom.to_vec(), pos)));
        }
    }
}
