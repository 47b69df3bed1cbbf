//! Where contig and position stand in a line: of a VCF, or of a table that names its columns.

use memchr::memchr;
use vdx_hts::{Error, Result};
use vdx_vcf::line::{parse_pos, trim_line_end};
use vdx_vcf::{Cells, Line};

/// What the lines of all shards are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum LineLayout {
    /// VCF records.
    Vcf,
    /// Rows of a TSV or CSV.
    Table(LocusColumns),
}

/// Where the columns of a table stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LocusColumns {
    /// `\t` or `,`.
    pub(crate) delimiter: u8,
    contig: usize,
    pos: usize,
    /// How many columns there are.
    width: usize,
}

const CONTIG: [&str; 3] = ["chromosome", "chrom", "chr"];
const POS: [&str; 2] = ["position", "pos"];

impl LineLayout {
    /// RankedContig and position (1-based) of a line, with or without its line end. The error says what is wrong with it.
    pub(crate) fn locus<'a>(&self, line: &'a [u8]) -> Result<(&'a [u8], u32)> {
        match self {
            Self::Vcf => {
                let line = Line::parse(line)?;
                line.rest()?;
                Ok((line.chrom(), line.pos()))
            }
            Self::Table(table) => table.locus(trim_line_end(line)),
        }
    }

    /// As messages call it.
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Vcf => "a VCF",
            Self::Table(LocusColumns { delimiter: b'\t', .. }) => "a TSV",
            Self::Table(_) => "a CSV",
        }
    }
}

impl LocusColumns {
    /// Reads the header line of a table.
    pub(crate) fn parse(line: &[u8]) -> Result<Self> {
        let line = trim_line_end(line);
        let delimiter = if memchr(b'\t', line).is_some() { b'\t' } else { b',' };
        let mut names = Vec::new();
        for cell in Cells::new(line, delimiter) {
            let name = String::from_utf8_lossy(cell.map_err(Error::data)?.text);
            names.push(name.trim_start_matches(['\u{feff}', '#', '"']).trim_matches(['"', ' ']).to_ascii_lowercase());
        }
        let find = |wanted: &[&str]| {
            let mut places = (0..names.len()).filter(|&at| wanted.contains(&names[at].as_str()));
            let place = places.next().ok_or_else(|| {
                let start: String = String::from_utf8_lossy(line).chars().take(60).collect();
                Error::data(format!(
                    "expected a VCF, or a TSV or CSV whose header names chromosome and position (or chrom, pos), found \
                     no column {} in {start:?}",
                    wanted.join(" or ")
                ))
            })?;
            match places.next() {
                Some(_) => Err(Error::data(format!("the header names {} twice", wanted.join(" or ")))),
                None => Ok(place),
            }
        };
        Ok(Self { delimiter, contig: find(&CONTIG)?, pos: find(&POS)?, width: names.len() })
    }

    fn locus<'a>(&self, row: &'a [u8]) -> Result<(&'a [u8], u32)> {
        let (mut contig, mut pos, mut width) = (&row[..0], &row[..0], 0);
        for cell in Cells::new(row, self.delimiter) {
            let cell = cell.map_err(Error::data)?.text;
            if width == self.contig {
                contig = cell.trim_ascii();
            } else if width == self.pos {
                pos = cell.trim_ascii();
            }
            width += 1;
        }
        if width != self.width {
            return Err(Error::data(format!("expected {} columns as in the header, found {width}", self.width)));
        }
        if contig.is_empty() {
            return Err(Error::data("expected a chromosome, found an empty cell"));
        }
        let pos = parse_pos(pos).ok_or_else(|| {
            let found = String::from_utf8_lossy(pos);
            Error::data(format!("expected a position as a whole number below 2^31, found '{found}'"))
        })?;
        Ok((contig, pos))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(header: &str) -> LineLayout {
        LineLayout::Table(LocusColumns::parse(header.as_bytes()).unwrap())
    }

    #[test]
    fn columns_are_found_by_name() {
        let tsv = table("rsid\tchromosome\tposition\tgene\n");
        assert_eq!(tsv.locus(b"rs1\t2\t30\t\r\n").unwrap(), (&b"2"[..], 30));
        assert_eq!(tsv.name(), "a TSV");
        let csv = table("\u{feff}\"Pos\",Chrom,x\r\n");
        assert_eq!(csv.locus(b"7,\"chr1\",\"a,\"\"b\"").unwrap(), (&b"chr1"[..], 7));
        assert!(csv.locus(b"7,1").unwrap_err().to_string().contains("expected 3 columns"));
        assert!(csv.locus(b"x,1,2").unwrap_err().to_string().contains("'x'"));
        assert!(csv.locus(b"7,,2").unwrap_err().to_string().contains("empty"));
        assert!(csv.locus(b"7,1,\"2").unwrap_err().to_string().contains("no end"));
    }

    #[test]
    fn what_is_no_table_says_so() {
        assert!(LocusColumns::parse(b"hello\n").unwrap_err().to_string().contains("expected a VCF"));
        assert!(LocusColumns::parse(b"chr,chrom,pos\n").unwrap_err().to_string().contains("twice"));
    }

    #[test]
    fn vcf_lines_have_eight_fields() {
        assert_eq!(LineLayout::Vcf.locus(b"1\t5\t.\tA\tC\t.\t.\t.\n").unwrap(), (&b"1"[..], 5));
        assert!(LineLayout::Vcf.locus(b"1\t5\t.\tA\tC\t.\t.\n").unwrap_err().to_string().contains("found 7"));
        let error = LineLayout::Vcf.locus(b"1\t5\n").unwrap_err();
        let source = std::error::Error::source(&error);
        assert!(source.and_then(|source| source.downcast_ref::<vdx_vcf::line::LineError>()).is_some());
    }
}
