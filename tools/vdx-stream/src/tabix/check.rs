//! Does an index belong to its file?

use super::blocks::{BgzfFile, Blocks};
use super::index::Index;
use crate::error::{Error, Result};

/// Windows of each contig that are looked at when nothing speaks against the index.
pub(super) const FEW: usize = 3;

/// Windows of each contig that are looked at when the index is older than its file.
pub(super) const MANY: usize = 200;

/// Checks that offsets lie in the file, that blocks and lines start there, that the lines are of the contig and
/// no further on than the next window, and that the last record is followed by none.
///
/// # Errors
/// Says what does not fit.
pub(super) fn belongs(file: &BgzfFile, index: &Index, samples: usize) -> Result<()> {
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
        let sampled: Vec<(usize, u64)> = steps.iter().copied().step_by((steps.len() / samples).max(1)).collect();
        for (at, &(_, offset)) in sampled.iter().enumerate() {
            let found = line_head(&mut blocks, file, offset)?;
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
    if last > 0 && line_head(&mut blocks, file, last)?.is_some() {
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

/// CHROM and POS of the line that starts at a virtual offset; `None` at the end of the file.
fn line_head(blocks: &mut Blocks, file: &BgzfFile, offset: u64) -> Result<Option<(Vec<u8>, u32)>> {
    let (mut block, within) = (offset >> 16, (offset & 0xffff) as usize);
    if !blocks.starts_block(file, block)? {
        return Err(foreign(file, &format!("no block starts at byte {block}")));
    }
    let mut text = Vec::new();
    let mut from = None;
    loop {
        let Some(next) = blocks.read(file, block, &mut text)? else {
            return if text.len() <= within {
                Ok(None)
            } else {
                Err(foreign(file, &format!("no line starts at virtual offset {offset}")))
            };
        };
        block = next;
        if from.is_none() {
            if within > text.len() || (within > 0 && text[within - 1] != b'\n') {
                return Err(foreign(file, &format!("no line starts at virtual offset {offset}")));
            }
            from = Some(within);
        }
        let mut fields = text[within..].splitn(3, |&byte| byte == b'\t');
        if let (Some(chrom), Some(pos), Some(_)) = (fields.next(), fields.next(), fields.next()) {
            let pos = vdx_vcf::line::parse_pos(pos).filter(|_| !chrom.contains(&b'\n'));
            let pos = pos.ok_or_else(|| foreign(file, &format!("no record starts at virtual offset {offset}")))?;
            return Ok(Some((chrom.to_vec(), pos)));
        }
    }
}
