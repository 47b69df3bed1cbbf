//! Making a tabix index by reading the file once, in the memory of one line and the index itself.

use memchr::{memchr, memmem};
use noodles_bgzf::VirtualPosition;
use noodles_core::Position;
use noodles_csi::binning_index::index::header::Builder;
use noodles_csi::binning_index::index::reference_sequence::bin::Chunk;
use noodles_tabix::index::Indexer;
use vdx_vcf::Line;

use super::blocks::{BgzfFile, Blocks};
use crate::error::{Error, Result};

/// The longest line that is read on in search of its end.
pub(super) const MAX_LINE: usize = 256 << 20;

/// The last base a tabix index can hold.
const MAX_POSITION: u64 = 1 << 29;

/// Reads the whole file and makes its index.
///
/// # Errors
/// The file is damaged, not a VCF, not sorted, or has positions beyond 2^29.
pub(super) fn build(file: &BgzfFile) -> Result<noodles_tabix::Index> {
    let mut indexer = Indexer::default();
    indexer.set_header(Builder::vcf().build());
    let mut order = Order::default();
    let mut blocks = Blocks::new();
    // `text` starts with an unfinished line that started at the virtual offset `line_start`.
    let mut text = Vec::new();
    let (mut line_start, mut line_number) = (0u64, 0u64);
    let (mut block, mut carried) = (0u64, 0usize);
    while let Some(next) = blocks.read(file, block, &mut text)? {
        let mut from = 0;
        // Only the part behind what was carried over is new.
        let mut search = carried;
        while let Some(at) = memchr(b'\n', &text[search..]) {
            let end = search + at + 1;
            // Within this block; at its very end the position is the start of the next block.
            let behind = end - carried;
            let line_end = if end == text.len() { next << 16 } else { block << 16 | behind as u64 };
            line_number += 1;
            let located = |error: Error| error.in_file(file.name()).at_line(line_number);
            add(&mut indexer, &mut order, &text[from..end], line_start, line_end).map_err(located)?;
            (from, search, line_start) = (end, end, line_end);
        }
        text.drain(..from);
        carried = text.len();
        if carried > MAX_LINE {
            return Err(Error::data(format!("expected lines of at most {MAX_LINE} bytes, found a longer one"))
                .in_file(file.name())
                .at_line(line_number + 1));
        }
        block = next;
    }
    if text.is_empty() {
        Ok(indexer.build())
    } else {
        Err(Error::data("expected a line end behind the last line, found none; the file is cut, fetch it again")
            .in_file(file.name())
            .at_line(line_number + 1))
    }
}

/// What sorted means: each contig in one piece, POS never going down.
#[derive(Default)]
struct Order {
    seen: Vec<Vec<u8>>,
    last: u32,
}

fn add(indexer: &mut Indexer, order: &mut Order, line: &[u8], start: u64, end: u64) -> Result<()> {
    if line.starts_with(b"#") {
        return Ok(());
    }
    let record = Line::parse(line).map_err(|error| Error::data(error.to_string()))?;
    let (chrom, pos) = (record.chrom(), record.pos());
    let unsorted = |what: &str| {
        Err(Error::data(format!("expected a sorted file, found {what}; sort it with bcftools sort"))
            .at_locus(chrom, pos.into()))
    };
    if order.seen.last().map(Vec::as_slice) != Some(chrom) {
        if order.seen.iter().any(|seen| seen == chrom) {
            return unsorted("a contig in two places");
        }
        order.seen.push(chrom.to_vec());
        order.last = 0;
    }
    if pos < order.last {
        return unsorted(&format!("this record behind position {}", order.last));
    }
    order.last = pos;
    let last_base = last_base(&record);
    if last_base > MAX_POSITION {
        return Err(Error::data("a tabix index ends at base 2^29; make a CSI index with bcftools index -c")
            .at_locus(chrom, pos.into()));
    }
    let position = |base: u64| Position::try_from(base.max(1) as usize).map_err(|error| Error::data(error.to_string()));
    let name = std::str::from_utf8(chrom).map_err(|_| Error::data("the contig's name is not UTF-8"))?;
    let chunk = Chunk::new(VirtualPosition::from(start), VirtualPosition::from(end));
    indexer
        .add_record(name, position(pos.into())?, position(last_base)?, chunk)
        .map_err(|error| Error::data(error.to_string()).at_locus(chrom, pos.into()))
}

/// The last base of the record: by REF, or by INFO/END where an allele is symbolic.
fn last_base(record: &Line<'_>) -> u64 {
    let start = u64::from(record.pos());
    let by_reference = (start + record.reference().len() as u64).saturating_sub(1).max(start);
    if memchr(b'<', record.alt()).is_none() || memmem::find(record.tail(), b"END=").is_none() {
        return by_reference;
    }
    let end = record.rest().ok().and_then(|rest| vdx_vcf::info::value(rest.info, b"END"));
    let end = end.and_then(vdx_vcf::line::parse_pos).map_or(0, u64::from);
    by_reference.max(end)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::index::Index;
    use super::super::testing;
    use super::*;

    fn build_text(text: &str, block: usize) -> Result<Index> {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), block);
        build(&BgzfFile::open(&path, false)?).map(|index| Index::from_tabix(&index))
    }

    #[test]
    fn an_unsorted_file_is_refused_with_both_positions() {
        let error = build_text("#h\n1\t20\t.\tA\tC\t.\t.\t.\n1\t19\t.\tA\tC\t.\t.\t.\n", 100).unwrap_err().to_string();
        assert!(error.contains("a.vcf.gz:3 1:19") && error.contains("behind position 20"), "{error}");
        let error =
            build_text("1\t1\t.\tA\tC\t.\t.\t.\n2\t1\t.\tA\tC\t.\t.\t.\n1\t3\t.\tA\tC\t.\t.\t.\n", 9).unwrap_err();
        assert!(error.to_string().contains("two places"), "{error}");
    }

    #[test]
    fn a_cut_line_is_refused() {
        assert!(build_text("#h\n1\t20\t.\tA\tC\t.\t.\t.", 100).unwrap_err().to_string().contains("line end"));
    }

    #[test]
    fn an_index_is_the_same_for_every_block_size_but_for_its_offsets() {
        let text = testing::vcf(500);
        let contigs = |block| {
            let index = build_text(&text, block).unwrap();
            index.contigs().iter().map(|c| (c.name.clone(), c.window_count())).collect::<Vec<_>>()
        };
        assert_eq!(contigs(60), contigs(60_000));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = BgzfFile::open(Path::new("/nonexistent/x.vcf.gz"), false).unwrap_err();
        assert!(error.to_string().starts_with("/nonexistent/x.vcf.gz: "), "{error}");
    }
}
