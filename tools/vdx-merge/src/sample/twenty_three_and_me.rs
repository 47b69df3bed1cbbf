//! 23andMe raw data, versions 1 to 5: `rsid chromosome position genotype`, tab-separated under comments.
//!
//! The genotype is given for the plus strand; one letter on X and Y of a man and on MT; `--` is no call; `I` and `D`
//! are an insertion and a deletion without letters; ids that begin with `i` are 23andMe's own.

use vdx_stream::Result;
use vdx_vcf::contig;
use vdx_vcf::line::{parse_pos, trim_line_end};

use super::Call;
use super::build::{Declared, named_in};
use super::raw::{Builder, Table};

/// A file read to its end.
#[derive(Debug)]
pub struct RawFile {
    /// The genotypes.
    pub table: Table,
    /// The build that the comments name.
    pub declared: Option<Declared>,
    /// What was left out and why.
    pub left_out: LeftOut,
}

/// Lines without a usable genotype.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many lines could not be read.
    pub unreadable: u64,
    /// The first of them, by 1-based line number, each with what is wrong. Never the genotype itself.
    pub named: Vec<(u64, &'static str)>,
}

/// So many unreadable lines are named one by one.
const MOST_NAMED: usize = 20;

/// Whether the text at the start of a file is 23andMe's.
pub fn is_it(start: &[u8]) -> bool {
    let comments = start.split(|&byte| byte == b'\n').take_while(|line| line.starts_with(b"#"));
    comments.take(20).any(|line| memchr::memmem::find(line, b"23andMe").is_some())
}

/// Takes in the lines of a file, in order.
#[derive(Debug, Default)]
pub struct Reader {
    rows: Builder,
    count: u64,
    declared: Option<Declared>,
    left_out: LeftOut,
}

impl Reader {
    /// One line with or without its end, and its 1-based number.
    pub fn line(&mut self, line: &[u8], number: u64) -> Result<()> {
        let line = trim_line_end(line);
        if line.starts_with(b"#") {
            self.declared = self.declared.or_else(|| named_in(line));
            return Ok(());
        }
        if line.trim_ascii().is_empty() || line.get(..5).is_some_and(|id| id.eq_ignore_ascii_case(b"rsid\t")) {
            return Ok(());
        }
        match row(line) {
            Ok((id, chromosome, pos, call)) => {
                self.count += 1;
                self.rows.add(id, chromosome, pos, call)
            }
            Err(reason) => {
                self.left_out.unreadable += 1;
                if self.left_out.named.len() < MOST_NAMED {
                    self.left_out.named.push((number, reason));
                }
                Ok(())
            }
        }
    }

    /// The file, once all lines are in.
    pub fn finish(self) -> Result<RawFile> {
        if self.count == 0 {
            let (line, reason) = self.left_out.named.first().copied().unwrap_or((1, "nothing"));
            return Err(vdx_stream::Error::data(format!(
                "expected rows of rsid, chromosome, position and genotype, found none (line {line}: {reason})"
            )));
        }
        Ok(RawFile { table: self.rows.build()?, declared: self.declared, left_out: self.left_out })
    }
}

/// Reads id, chromosome (0 for none), position (0 for none) and call of a data line.
fn row(line: &[u8]) -> std::result::Result<(&[u8], u8, u32, Call), &'static str> {
    let mut fields = line.split(|&byte| byte == b'\t').map(<[u8]>::trim_ascii);
    let mut next =
        || fields.next().ok_or("fewer than the four tab-separated columns rsid, chromosome, position, genotype");
    let (id, chromosome, pos, call) = (next()?, next()?, next()?, next()?);
    let call = match fields.next() {
        None => Call::parse(call),
        // The variant with `allele1 allele2`.
        Some(second) if fields.next().is_none() => match (call, second) {
            ([one], []) => Call::parse(&[*one]),
            ([one], [other]) => Call::parse(&[*one, *other]),
            _ => None,
        },
        Some(_) => return Err("more than five tab-separated columns"),
    };
    if id.is_empty() || id.iter().any(|byte| !byte.is_ascii_graphic() || matches!(byte, b';' | b'=' | b',')) {
        return Err("an id that is empty or holds characters no id has");
    }
    let chromosome = match chromosome {
        b"" | b"-" | b"--" | b"0" => 0,
        name => contig::number(name).ok_or("a chromosome that is none of 1-22, X, Y and MT")?,
    };
    let pos = if chromosome == 0 { 0 } else { parse_pos(pos).ok_or("a position that is not a whole number")? };
    let chromosome = if pos == 0 { 0 } else { chromosome };
    let call = call.ok_or("a genotype that is not one or two of ACGT, one or two of I and D, or --")?;
    Ok((id, chromosome, pos, call))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> RawFile {
        let mut reader = Reader::default();
        for (at, line) in text.split_inclusive('\n').enumerate() {
            reader.line(line.as_bytes(), at as u64 + 1).unwrap();
        }
        reader.finish().unwrap()
    }

    #[test]
    fn a_file_with_every_quirk_is_read() {
        let file = read(
            "# This data file generated by 23andMe at: Mon Jan 01 2018\r\n# ... human assembly build 37 ...\r\n\
             # rsid\tchromosome\tposition\tgenotype\r\nrs1\t1\t100\tAG\r\nrs2\tMT\t200\tA\r\ni3\tX\t300\tDI\r\n\
             rs4\t--\t0\tCC\r\nrs5\t1\t101\t--\r\n\r\nrs6\t1\t50\tG\tG",
        );
        assert_eq!(file.declared.map(Declared::name), Some("GRCh37"));
        assert_eq!(file.left_out, LeftOut::default());
        assert_eq!(file.table.rows().len(), 6);
        let row = file.table.row(file.table.with_rs(6)[0]);
        assert_eq!((row.chromosome, row.pos, row.call.text()), (1, 50, &b"GG"[..]));
        assert_eq!(file.table.row(file.table.with_rs(4)[0]).chromosome, 0);
    }

    #[test]
    fn unreadable_lines_are_named_and_counted() {
        let file = read("rs1\t1\t100\tAG\nrs2 1 100 AA\nrs3\t1\tx\tAA\nrs4\t1\t5\tQQ\nrs5\tchrUn\t5\tAA\n");
        assert_eq!(file.left_out.unreadable, 4);
        let lines: Vec<u64> = file.left_out.named.iter().map(|(line, _)| *line).collect();
        assert_eq!(lines, [2, 3, 4, 5]);
        assert!(!file.left_out.named.iter().any(|(_, reason)| reason.contains("QQ")));
    }

    #[test]
    fn a_file_without_rows_is_an_error() {
        let mut reader = Reader::default();
        reader.line(b"hello\n", 1).unwrap();
        assert!(reader.finish().unwrap_err().to_string().contains("line 1: fewer than the four"));
    }

    #[test]
    fn the_vendor_is_in_the_comments() {
        assert!(is_it(b"# This data file generated by 23andMe at: x\n"));
        assert!(is_it(b"# a\r\n# 23andMe\r\nrs1\t1\t1\tAA"));
        assert!(!is_it(b"rsid\tchromosome\n# 23andMe"));
        assert!(!is_it(b"#AncestryDNA raw data download\n"));
    }
}
