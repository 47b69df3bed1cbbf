//! Allele numbers of all sites, variable or not: what tells a variant that gnomAD would have seen from one that it could
//! not see.
//!
//! `CONTIG.an` is a [side file](super::side) of kind `an-sites`, ordered by position. A block of n runs of neighbouring
//! positions with one AN: `u32` n; n codes, how far each run starts behind the end of the one before it (the first: its
//! 1-based position); n codes, how many positions more than one it has; n codes, how much its AN is above the one
//! before it (the first: above 0), times two, or how much it is below, times two minus one. Sites with AN 0 are left out.

use std::path::{Path, PathBuf};

use memchr::{memchr, memrchr};
use vdx_hts::{Error, Result};
use vdx_pipeline::input::Options;
use vdx_pipeline::{Input, Lines};
use vdx_vcf::line::{parse_pos, trim_line_end};

use super::codes;
use super::section::Unpacker;
use super::side::{About, SideFile, SideWriter};

/// What the names of these files end with.
pub const SUFFIX: &str = ".an";

/// Their kind.
pub const KIND: &str = "an-sites";

const BLOCK_RUNS: usize = 8192;

/// Positions in a row that have one AN.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    first: u32,
    last: u32,
    an: u64,
}

/// Writes the sites of a contig.
pub struct SitesWriter {
    writer: SideWriter,
    runs: Vec<Run>,
    last: u32,
    /// How many sites there are.
    pub sites: u64,
}

impl SitesWriter {
    /// Starts the file at `target`.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn new(target: &Path, about: &About) -> Result<Self> {
        Ok(Self { writer: SideWriter::new(target, about)?, runs: Vec::new(), last: 0, sites: 0 })
    }

    /// Takes a site.
    ///
    /// # Errors
    /// It does not stand behind the one before it, or the file cannot be written.
    pub fn add(&mut self, pos: u32, an: u64) -> Result<()> {
        if pos <= self.last {
            return Err(Error::data(format!("expected sites in order of position, found one behind {}", self.last)));
        }
        self.last = pos;
        if an == 0 {
            return Ok(());
        }
        self.sites += 1;
        match self.runs.last_mut() {
            Some(run) if run.an == an && run.last + 1 == pos => run.last = pos,
            _ => {
                if self.runs.len() >= BLOCK_RUNS {
                    self.block()?;
                }
                self.runs.push(Run { first: pos, last: pos, an });
            }
        }
        Ok(())
    }

    fn block(&mut self) -> Result<()> {
        let Some((first, last)) = self.runs.first().zip(self.runs.last()) else { return Ok(()) };
        self.writer.block(&encode(&self.runs), first.first.into(), last.last.into())?;
        self.runs.clear();
        Ok(())
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// It cannot be written or renamed.
    pub fn finish(mut self) -> Result<()> {
        self.block()?;
        self.writer.finish()
    }
}

fn encode(runs: &[Run]) -> Vec<u8> {
    let mut out = (runs.len() as u32).to_le_bytes().to_vec();
    let before = || std::iter::once(Run { first: 0, last: 0, an: 0 }).chain(runs.iter().copied());
    let mut put = |part: fn(&Run, Run) -> u64| {
        codes::put(&mut out, &runs.iter().zip(before()).map(|(run, before)| part(run, before)).collect::<Vec<_>>());
    };
    put(|run, before| (run.first - before.last).into());
    put(|run, _| (run.last - run.first).into());
    put(|run, before| if run.an >= before.an { (run.an - before.an) * 2 } else { (before.an - run.an) * 2 - 1 });
    out
}

/// `None`: damaged.
fn decode(mut raw: &[u8]) -> Option<Vec<Run>> {
    let raw = &mut raw;
    let count = codes::get_u32(raw)? as usize;
    let [steps, lengths, changes] = [codes::get(raw, count)?, codes::get(raw, count)?, codes::get(raw, count)?];
    let (mut last, mut an) = (0u32, 0u64);
    let mut runs = Vec::with_capacity(count);
    for at in 0..count {
        let first = last.checked_add(u32::try_from(steps[at]).ok()?)?;
        last = first.checked_add(u32::try_from(lengths[at]).ok()?)?;
        let change = changes[at].div_ceil(2);
        an = if changes[at] % 2 == 0 { an.checked_add(change)? } else { an.checked_sub(change)? };
        runs.push(Run { first, last, an });
    }
    raw.is_empty().then_some(runs)
}

/// The last block of sites that was looked into; one per thread.
pub struct SitesCursor {
    unpacker: Unpacker,
    raw: Vec<u8>,
    /// The number of the file in its source, and of the block in it.
    id: Option<(usize, usize)>,
    runs: Vec<Run>,
}

impl Default for SitesCursor {
    fn default() -> Self {
        Self { unpacker: Unpacker::new(), raw: Vec::new(), id: None, runs: Vec::new() }
    }
}

impl SitesCursor {
    /// The AN at a 1-based position of file number `number` of a source; `None` where nobody was called.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub fn an_at(&mut self, number: usize, file: &SideFile, pos: u32) -> Result<Option<u64>> {
        let at = file.blocks.partition_point(|block| block.last < u64::from(pos));
        let Some(block) = file.blocks.get(at).filter(|block| block.first <= u64::from(pos)) else { return Ok(None) };
        if self.id != Some((number, at)) {
            self.id = None;
            file.read(*block, &mut self.unpacker, &mut self.raw)?;
            self.runs = decode(&self.raw).ok_or_else(|| file.damaged("a block of sites"))?;
            self.id = Some((number, at));
        }
        let run = self.runs.partition_point(|run| run.last < pos);
        Ok(self.runs.get(run).filter(|run| run.first <= pos).map(|run| run.an))
    }
}

/// gnomAD's table of allele numbers: a header line with `locus` (`chr1:11819`) and `AN`, and a line for each site.
pub struct Table {
    lines: Lines,
    name: PathBuf,
    /// Places of the columns.
    locus: usize,
    an: usize,
}

/// A line of the table.
pub struct Site<'a> {
    /// As the table has it.
    pub chrom: &'a [u8],
    /// 1-based.
    pub pos: u32,
    /// Allele number.
    pub an: u64,
    /// 1-based line of the file.
    pub line: u64,
}

impl Table {
    /// Opens a table, plain or compressed.
    ///
    /// # Errors
    /// It cannot be read, or lacks one of the columns.
    pub fn open(path: &Path, allow_truncated: bool) -> Result<Self> {
        let mut input = Input::open(Some(path), Options { allow_truncated, open_end: true })?;
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
    pub fn site(&mut self) -> Result<Option<Site<'_>>> {
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
    pub fn truncated(&self) -> Option<&str> {
        self.lines.truncated()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::describe::SourceFile;

    #[test]
    fn sites_come_back() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("chr1.an");
        let source = SourceFile { name: "a".into(), size: 1, modified: 2 };
        let about = About { kind: KIND, contig: "chr1".into(), source };
        let an = |pos: u32| match pos % 1000 {
            0..100 => 0,
            100..500 => 1000,
            rest => u64::from(rest) * 7 % 5000 + u64::from(pos / 1000),
        };
        let mut writer = SitesWriter::new(&target, &about).unwrap();
        for pos in 501..60_000 {
            writer.add(pos, an(pos)).unwrap();
        }
        assert!(writer.add(59_999, 1).unwrap_err().to_string().contains("in order of position"));
        writer.finish().unwrap();
        let file = SideFile::open(&target, KIND).unwrap();
        assert!(file.blocks.len() > 2);
        let mut cursor = SitesCursor::default();
        for pos in (1..61_000).rev().chain(1..61_000) {
            let expected = Some(an(pos)).filter(|an| *an > 0 && (501..60_000).contains(&pos));
            assert_eq!(cursor.an_at(0, &file, pos).unwrap(), expected, "{pos}");
        }
    }

    #[test]
    fn tables_need_their_columns() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("an.tsv");
        let read = |text: &str| -> Result<Vec<(String, u32, u64)>> {
            std::fs::write(&path, text).unwrap();
            let mut table = Table::open(&path, false)?;
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
