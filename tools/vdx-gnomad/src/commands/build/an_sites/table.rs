//! gnomAD's table of allele numbers at all sites, line by line.

use std::path::{Path, PathBuf};

use memchr::{memchr, memrchr};
use vdx_cli::Progress;
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::{Input, Lines};
use vdx_vcf::line::{parse_pos, trim_line_end};

/// gnomAD's table of allele numbers: a header line with `locus` (`chr1:11819`) and `AN`, and a line for each site.
pub(crate) struct Table {
    lines: Lines,
    name: PathBuf,
    /// Places of the columns.
    locus: usize,
    an: usize,
}

/// A line of the table.
pub(crate) struct Site<'a> {
    /// As the table has it.
    pub(crate) chrom: &'a [u8],
    /// 1-based.
    pub(crate) pos: u32,
    /// Allele number.
    pub(crate) an: u64,
    /// 1-based line of the file.
    pub(crate) line: u64,
}

impl Table {
    /// Opens a table, plain or compressed, and has `progress` show how far it is read.
    ///
    /// # Errors
    /// It cannot be read, or lacks one of the columns.
    pub(crate) fn open(path: &Path, allow_truncated: bool, progress: &Progress) -> Result<Self> {
        let mut input = Input::open(Some(path), Options { allow_truncated, open_end: true })?;
        progress.watch("all sites", &input);
        let wrong = |message: String| Error::data(message).in_file(path.display().to_string()).at_line(1);
        let header = input.read_line()?.ok_or_else(|| wrong("expected a header line, found no data".to_owned()))?;
        let header = String::from_utf8_lossy(trim_line_end(&header)).into_owned();
        let names: Vec<&str> = header.trim_start_matches('#').split('\t').collect();
        let column = |wanted: &str| {
            names.iter().position(|name| name.eq_ignore_ascii_case(wanted)).ok_or_else(|| {
                let found = names.iter().take(10).copied().collect::<Vec<_>>().join(", ");
                wrong(format!(
                    "expected gnomAD's all-sites table with the columns locus and AN, found no {wanted} among {found}"
                ))
            })
        };
        let (locus, an) = (column("locus")?, column("AN")?);
        Ok(Self { lines: input.into_lines(), name: path.to_owned(), locus, an })
    }

    /// The next site.
    ///
    /// # Errors
    /// A line that is none; damage.
    pub(crate) fn site(&mut self) -> Result<Option<Site<'_>>> {
        let Some((line, number)) = self.lines.next()? else { return Ok(None) };
        let wrong = |what: &str, found: &[u8]| {
            let found = String::from_utf8_lossy(&found[..found.len().min(40)]).into_owned();
            let error = Error::data(format!("expected {what}, found '{found}'"));
            error.in_file(self.name.display().to_string()).at_line(number)
        };
        let text = trim_line_end(line);
        let (mut locus, mut an) = (None, None);
        let mut rest = text;
        for column in 0..=self.locus.max(self.an) {
            let end = memchr(b'\t', rest).unwrap_or(rest.len());
            if column == self.locus {
                locus = Some(&rest[..end]);
            }
            if column == self.an {
                an = Some(&rest[..end]);
            }
            if end == rest.len() {
                break;
            }
            rest = &rest[end + 1..];
        }
        let (Some(locus), Some(an)) = (locus, an) else { return Err(wrong("as many columns as the header has", text)) };
        let place = memrchr(b':', locus).and_then(|at| Some((&locus[..at], parse_pos(&locus[at + 1..])?)));
        let Some((chrom, pos)) = place.filter(|(chrom, pos)| !chrom.is_empty() && *pos > 0) else {
            return Err(wrong("a locus such as chr1:11819", locus));
        };
        let number_of = std::str::from_utf8(an).ok().and_then(|text| text.parse().ok());
        let Some(an) = number_of else { return Err(wrong("a whole number in column AN", an)) };
        Ok(Some(Site { chrom, pos, an, line: number }))
    }

    /// What was wrong with the end where that is allowed.
    pub(crate) fn truncated(&self) -> Option<&str> {
        self.lines.truncated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_need_their_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("an.tsv");
        let read = |text: &str| -> Result<Vec<(String, u32, u64)>> {
            std::fs::write(&path, text).unwrap();
            let silent = Progress::begin(&vdx_cli::Context::silent("x"), vdx_cli::flags::ProgressMode::Never);
            let mut table = Table::open(&path, false, &silent)?;
            let mut sites = Vec::new();
            while let Some(site) = table.site()? {
                sites.push((String::from_utf8_lossy(site.chrom).into_owned(), site.pos, site.an));
            }
            Ok(sites)
        };
        let sites = read("locus\tAN\toutside\nchr1:7\t10\tfalse\nHLA-A*01:01:8\t0\ttrue").unwrap();
        assert_eq!(sites, [("chr1".to_owned(), 7, 10), ("HLA-A*01:01".to_owned(), 8, 0)]);
        for (text, expected) in [
            (
                "locus\tAC\nchr1:7\t1\n",
                "an.tsv:1: expected gnomAD's all-sites table with the columns locus and AN, found no AN among locus, AC",
            ),
            ("chrom\tpos\tAN\n1\t7\t1\n", "found no locus"),
            ("", "no data"),
            ("locus\tAN\nchr1:7\n", "an.tsv:2: expected as many columns"),
            ("locus\tAN\nchr1:x\t1\n", "expected a locus such as"),
            ("locus\tAN\nchr1:7\t1.5\n", "an.tsv:2: expected a whole number"),
        ] {
            let error = read(text).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
