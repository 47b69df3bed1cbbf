//! Tables of scores as sources: lines of chromosome, position, REF, ALT and values, read as the VCF records that they
//! stand for.

use memchr::memchr;
use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::line::{parse_pos, trim_line_end};

/// How the columns of a variant are told, in the order of [`Layout::variant`], and what they are called: by CADD,
/// AlphaMissense, dbNSFP, REVEL, and by most others.
const NAMES: [(&str, &[&str]); 4] = [
    ("chromosome", &["chrom", "chr", "chromosome", "contig"]),
    ("position", &["pos", "position", "pos(1-based)", "hg19_pos"]),
    ("ref_allele", &["ref", "ref_allele", "reference"]),
    ("alt_allele", &["alt", "alt_allele", "alternate"]),
];

/// Columns of numbers, by the tables that have them: CADD, AlphaMissense, REVEL.
const NUMBERS: [&str; 4] = ["RawScore", "PHRED", "am_pathogenicity", "REVEL"];

/// What stands for no value.
const NONE: [&[u8]; 4] = [b"", b".", b"NA", b"-"];

/// Where a table has what a record is made of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// Chromosome, position, REF and ALT; the first two are the first columns.
    variant: [usize; 4],
    /// The other columns: their places, and the INFO keys they become.
    values: Vec<(usize, String)>,
    /// How many columns there are.
    width: usize,
    /// Whether the line that names them is a comment, or none does.
    pub(crate) commented: bool,
}

impl Layout {
    /// Reads the lines that a file starts with, up to and with the one that names columns; `None`: it is no such table.
    /// `told`: what its columns are called, or their numbers, and the fields that others of them hold.
    ///
    /// # Errors
    /// It names a variant's columns, but they do not stand where an index finds them; it lacks a column that is told.
    pub(crate) fn parse(top: &[u8], told: &[(String, String)]) -> Result<Option<(Self, Header)>> {
        let lines: Vec<&[u8]> = top.split(|&byte| byte == b'\n').map(trim_line_end).collect();
        let said = |name: &str| told.iter().find(|(known, _)| known == name).map(|(_, column)| column.as_str());
        let named = lines.iter().find_map(|line| {
            let text = std::str::from_utf8(line).ok()?.trim_start_matches(['#', '\u{feff}']);
            let cells: Vec<&str> = text.split('\t').map(str::trim).collect();
            let place = |(name, usual): (&str, &[&str])| match said(name) {
                Some(column) => place(&cells, column),
                None => cells.iter().position(|cell| usual.contains(&&*cell.to_ascii_lowercase())),
            };
            let [Some(chrom), Some(pos), Some(reference), Some(alt)] = NAMES.map(place) else { return None };
            // Told by numbers, the first row may be found: it is not to be passed over.
            let is_row = parse_pos(cells[pos].as_bytes()).is_some();
            Some((cells, [chrom, pos, reference, alt], is_row || line.starts_with(b"#")))
        });
        let named = match named {
            Some(named) => named,
            None if told.is_empty() || top.starts_with(b"##fileformat=VCF") => return Ok(None),
            None => {
                let names: Vec<&str> = told.iter().map(|(_, column)| column.as_str()).collect();
                return Err(Error::data(format!(
                    "expected a table of scores with a line of names among its first ones, found none with columns for a variant (--db-columns: {})",
                    names.join(", ")
                )));
            }
        };
        let (cells, variant, commented) = named;
        // ID, QUAL, FILTER, INFO: a VCF, whatever else is wrong with it.
        if cells.contains(&"INFO") {
            return Ok(None);
        }
        if variant[..2] != [0, 1] {
            return Err(Error::data(format!(
                "expected chromosome and position in the first two columns of a table of scores, found them in columns {} and {}; put them there, sort, bgzip",
                variant[0] + 1,
                variant[1] + 1
            )));
        }
        let fields = told.iter().filter(|(name, _)| NAMES.iter().all(|(known, _)| known != name));
        let field = |(name, column): &(String, String)| match place(&cells, column) {
            Some(at) => Ok((at, name.clone())),
            None => Err(Error::data(format!(
                "expected a column {column} for {name} (--db-columns), found {}",
                cells.join(", ")
            ))),
        };
        let mut values: Vec<(usize, String)> = fields.map(field).collect::<Result<_>>()?;
        let tells_all = !values.is_empty();
        for (at, cell) in cells.iter().enumerate().filter(|(at, _)| !tells_all && !variant.contains(at)) {
            let key = key(cell);
            if !key.is_empty() && !values.iter().any(|(_, known)| *known == key) {
                values.push((at, key));
            }
        }
        let header = header(&lines, &values)?;
        Ok(Some((Self { variant, values, width: cells.len(), commented }, header)))
    }

    /// Writes the record that a line stands for, with a line end; `false` and nothing where it changes no position from
    /// `from` (1-based) on.
    ///
    /// # Errors
    /// It has other columns than the header.
    pub(crate) fn record(&self, line: &[u8], from: u32, out: &mut Vec<u8>) -> Result<bool> {
        let line = trim_line_end(line);
        let mut cells: Vec<&[u8]> = Vec::with_capacity(self.width);
        let mut rest = line;
        loop {
            let end = memchr(b'\t', rest).unwrap_or(rest.len());
            cells.push(&rest[..end]);
            match rest.get(end + 1..) {
                Some(behind) => rest = behind,
                None => break,
            }
        }
        if cells.len() != self.width {
            let found = cells.len();
            return Err(Error::data(format!("expected {} columns as in the header, found {found}", self.width)));
        }
        let [chrom, pos, reference, alt] = self.variant.map(|at| cells[at]);
        // With one base in REF nothing can be trimmed in front: so are most lines that are read along, three a base.
        if reference.len() == 1 && !alt.is_empty() && parse_pos(pos).is_some_and(|pos| pos < from) {
            return Ok(false);
        }
        for part in [chrom, b"\t", pos, b"\t.\t", reference, b"\t", alt, b"\t.\t.\t"] {
            out.extend_from_slice(part);
        }
        let start = out.len();
        for (at, key) in self.values.iter().filter(|(at, _)| !NONE.contains(&cells[*at])) {
            if out.len() > start {
                out.push(b';');
            }
            out.extend_from_slice(key.as_bytes());
            out.push(b'=');
            for &byte in cells[*at] {
                match byte {
                    b';' => out.extend_from_slice(b"%3B"),
                    b' ' => out.extend_from_slice(b"%20"),
                    b'=' => out.extend_from_slice(b"%3D"),
                    _ => out.push(byte),
                }
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        out.push(b'\n');
        Ok(true)
    }
}

/// The place of the column that is called so, else of the one with this number, from 1.
fn place(cells: &[&str], column: &str) -> Option<usize> {
    let number = || column.parse::<usize>().ok()?.checked_sub(1).filter(|at| *at < cells.len());
    cells.iter().position(|cell| cell.eq_ignore_ascii_case(column)).or_else(number)
}

/// The INFO key that a column becomes: what a key cannot hold (VCF 4.5, section 1.6.1, field 8) is `_`.
fn key(cell: &str) -> String {
    let mut key: String = cell
        .chars()
        .map(|letter| if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '.') { letter } else { '_' })
        .collect();
    if key.starts_with(|first: char| !first.is_ascii_alphabetic() && first != '_') {
        key.insert(0, '_');
    }
    key
}

/// A header that declares the columns, and the build where the first lines name one.
fn header(lines: &[&[u8]], values: &[(usize, String)]) -> Result<Header> {
    let mut text = String::from("##fileformat=VCFv4.2\n");
    let top = String::from_utf8_lossy(&lines.join(&b' ')).to_ascii_lowercase();
    for (words, build) in [(["grch38", "hg38"], "GRCh38"), (["grch37", "hg19"], "GRCh37")] {
        // A table that holds positions of both builds names both.
        let own = words.iter().any(|word| top.split([' ', '\t', '-', '_', ',']).any(|part| part == *word));
        if own && !(top.contains("hg19") && top.contains("hg38")) {
            text.push_str(&format!("##reference={build}\n"));
        }
    }
    for (_, key) in values {
        let (number, kind) = if NUMBERS.contains(&key.as_str()) { ("A", "Float") } else { (".", "String") };
        text.push_str(&format!("##INFO=<ID={key},Number={number},Type={kind},Description=\"Column of a table\">\n"));
    }
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    Ok(Header::parse(text.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn layout(top: &str) -> Option<(Layout, Header)> {
        Layout::parse(top.as_bytes(), &[]).unwrap()
    }

    #[test]
    fn lines_become_records() {
        let (cadd, header) = layout("## CADD GRCh38-v1.7 (c) 2013\n#Chrom\tPos\tRef\tAlt\tRawScore\tPHRED\n").unwrap();
        let mut out = Vec::new();
        assert!(cadd.record(b"1\t10001\tT\tA\t0.7\t8.478\r\n", 10_001, &mut out).unwrap());
        assert_eq!(out, b"1\t10001\t.\tT\tA\t.\t.\tRawScore=0.7;PHRED=8.478\n");
        assert!(header.meta_lines().any(|line| line == b"##reference=GRCh38"));
        let error = cadd.record(b"1\t10001\tT\tA\t0.7\n", 10_002, &mut out).unwrap_err().to_string();
        assert!(error.contains("expected 6 columns as in the header, found 5"), "{error}");
        let (other, _) = layout("#chr\tpos(1-based)\tref\talt\taa ref\t2x\taa-ref\nx").unwrap();
        out.clear();
        other.record(b"1\t7\tA\tC\t.;V e=1\t.\t9", 0, &mut out).unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "1\t7\t.\tA\tC\t.\t.\taa_ref=.%3BV%20e%3D1\n");
    }

    #[test]
    fn only_what_reaches_on_is_read_along() {
        let (table, _) = layout("#Chrom\tPos\tRef\tAlt\tx\n").unwrap();
        let takes = |line: &[u8]| {
            let mut out = Vec::new();
            let taken = table.record(line, 7, &mut out).unwrap();
            assert_eq!(taken, !out.is_empty());
            taken
        };
        assert!(!takes(b"1\t6\tA\tC\t1") && !takes(b"1\t6\tA\tCAT\t1"));
        assert!(takes(b"1\t7\tA\tC\t1") && takes(b"1\t6\tAC\tAG\t1"));
        // What is wrong with a line is told by who reads the record.
        assert!(takes(b"1\tx\tA\tC\t1") && takes(b"1\t6\t\tC\t1") && takes(b"1\t6\tA\t\t1"));
    }

    #[test]
    fn what_is_no_table_of_scores_is_told_apart() {
        assert!(layout("##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").is_none());
        assert!(layout("hello\n").is_none());
        let error = Layout::parse(b"rs\tchrom\tpos\tref\talt\n", &[]).unwrap_err().to_string();
        assert!(error.contains("found them in columns 2 and 3"), "{error}");
    }
}
