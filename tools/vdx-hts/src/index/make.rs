//! Making an index by reading the file once, in the memory of one line and the index itself.

use memchr::memchr;
use vdx_vcf::Form;

use super::IndexKind;
use super::blocks::{BgzfFile, Blocks};
use super::builder::{Built, IndexBuilder};
use crate::aside;
use crate::error::{Error, Result};

/// The longest line that is read on in search of its end.
pub(super) const MAX_LINE: usize = 256 << 20;

/// Reads the whole file and makes its tabix index, or, where positions pass what that can hold, its CSI index.
///
/// # Errors
/// The file is damaged, not a VCF, or not sorted.
pub(super) fn make(file: &BgzfFile) -> Result<Built> {
    let mut rows = IndexBuilder::new(IndexKind::Tbi);
    match make_by(file, &mut rows) {
        Err(_) if rows.is_too_long() => {
            rows = IndexBuilder::new(IndexKind::Csi);
            make_by(file, &mut rows)?;
        }
        made => made?,
    }
    Ok(rows.finish(|offset| offset))
}

/// Gathers all records of the file.
fn make_by(file: &BgzfFile, rows: &mut IndexBuilder) -> Result<()> {
    let mut blocks = Blocks::new();
    // `text` starts with an unfinished line that started at the virtual offset `line_start`.
    let mut text = Vec::new();
    let (mut line_start, mut line_number) = (0u64, 0u64);
    let mut is_table = false;
    let (mut block, mut carried) = (0u64, 0usize);
    let doing = aside::indexing(file.path(), file.size());
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
            // The names of a table's columns, where they are no comment.
            is_table |= line_number == 1 && !text[from..end].starts_with(b"##fileformat=VCF");
            let is_names = line_number == 1 && text[from] != b'#' && Form::Text.locus(&text[from..end]).is_none();
            if is_names && memchr(b'\t', &text[from..end]).is_some() {
                (from, search, line_start) = (end, end, line_end);
                continue;
            }
            add(rows, is_table, &text[from..end], line_start, line_end).map_err(located)?;
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
        doing.at(next);
    }
    if !text.is_empty() && file.is_ended() {
        let located = |error: Error| error.in_file(file.name()).at_line(line_number + 1);
        add(rows, is_table, &std::mem::take(&mut text), line_start, block << 16).map_err(located)?;
    }
    if text.is_empty() {
        Ok(())
    } else {
        Err(Error::data("expected a line end behind the last line, found none; the file is cut, fetch it again")
            .in_file(file.name())
            .at_line(line_number + 1))
    }
}

/// Takes a line of a VCF, or of a table, of which each is one base: where REF stands is not known here.
fn add(rows: &mut IndexBuilder, is_table: bool, line: &[u8], start: u64, end: u64) -> Result<()> {
    if is_table
        && !line.starts_with(b"#")
        && let Some((chrom, pos)) = Form::Text.locus(line)
    {
        return rows.add_extent((chrom, pos, pos.into()), start, end);
    }
    rows.add(&Form::Text, line, start, end)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::super::offsets::Index;
    use super::super::testing;
    use super::*;

    fn build_text(text: &str, block: usize) -> Result<Index> {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), block);
        make(&BgzfFile::open(&path, false)?).map(|index| Index::of(&index))
    }

    #[test]
    fn an_unsorted_file_is_refused_with_both_positions() {
        let error = build_text("#h\n1\t20\t.\tA\tC\t.\t.\t.\n1\t19\t.\tA\tC\t.\t.\t.\n", 100).unwrap_err().to_string();
        assert!(error.contains("a.vcf.gz:3 1:19") && error.contains("behind 1:20"), "{error}");
        let error =
            build_text("1\t1\t.\tA\tC\t.\t.\t.\n2\t1\t.\tA\tC\t.\t.\t.\n1\t3\t.\tA\tC\t.\t.\t.\n", 9).unwrap_err();
        assert!(error.to_string().contains("behind 2:1 although 1 was there before"), "{error}");
    }

    #[test]
    fn a_cut_line_is_refused_where_no_end_block_shows_that_it_is_whole() {
        let text = "#h\n1\t20\t.\tA\tC\t.\t.\t.";
        assert!(build_text(text, 100).is_ok());
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 100);
        let packed = std::fs::read(&path).unwrap();
        std::fs::write(&path, &packed[..packed.len() - 28]).unwrap();
        let error = make(&BgzfFile::open(&path, true).unwrap()).err().unwrap().to_string();
        assert!(error.contains("line end"), "{error}");
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
    fn the_last_line_of_a_table_is_one_base_whether_it_ends_or_not() {
        for end in ["", "\n"] {
            let index = build_text(&format!("#Chrom\tPos\tScore\n1\t20\t0.5\n2\t7\t0.25{end}"), 100).unwrap();
            let names: Vec<_> = index.contigs().iter().map(|contig| contig.name.as_slice()).collect();
            assert_eq!(names, [b"1", b"2"], "{end:?}");
        }
    }

    #[test]
    fn positions_beyond_what_tabix_holds_make_a_csi_index() {
        let text = "#h\n1\t20\t.\tA\tC\t.\t.\t.\n1\t600000000\t.\tA\tC\t.\t.\t.\n";
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 100);
        assert!(matches!(make(&BgzfFile::open(&path, false).unwrap()), Ok(Built::Csi(_))));
        let near = testing::write(dir.path(), "b.vcf.gz", text.replace("600000000", "500000000").as_bytes(), 100);
        assert!(matches!(make(&BgzfFile::open(&near, false).unwrap()), Ok(Built::Tbi(_))));
    }

    #[test]
    fn a_missing_file_is_named() {
        let error = BgzfFile::open(Path::new("/nonexistent/x.vcf.gz"), false).unwrap_err();
        assert!(error.to_string().starts_with("/nonexistent/x.vcf.gz: "), "{error}");
    }
}
