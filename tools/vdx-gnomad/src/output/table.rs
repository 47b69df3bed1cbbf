//! Annotating CSV and TSV tables: rows as they came, with columns behind them.

use std::ops::Range;
use std::time::Instant;

use memchr::memchr;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::Cells;
use vdx_vcf::line::{parse_pos, trim_line_end};

use crate::query::annotator::{Annotator, Note, Scratch};
use crate::query::batch::{Alts, Batch};

/// Where the columns that make up a variant stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layout {
    /// `\t` or `,`.
    pub(crate) delimiter: u8,
    /// Places of chromosome, position, REF and ALT.
    columns: [usize; 4],
    /// How many columns there are.
    width: usize,
}

const NAMES: [&[&str]; 4] =
    [&["chromosome", "chrom", "chr"], &["position", "pos"], &["ref_allele", "ref"], &["alt_allele", "alt"]];

impl Layout {
    /// Reads the header line of a table.
    ///
    /// # Errors
    /// It is not tab- or comma-separated, or lacks one of the columns or has it twice.
    pub(crate) fn parse(line: &[u8]) -> std::result::Result<Self, String> {
        let line = trim_line_end(line);
        let delimiter = if memchr(b'\t', line).is_some() { b'\t' } else { b',' };
        let name = |cell: std::result::Result<&[u8], &'static str>| {
            let text = String::from_utf8_lossy(cell?);
            Ok(text.trim_start_matches(['\u{feff}', '#', '"']).trim_matches(['"', ' ']).to_ascii_lowercase())
        };
        let names = Cells::new(line, delimiter).map(name).collect::<std::result::Result<Vec<String>, String>>()?;
        let mut columns = [0; 4];
        for (column, wanted) in columns.iter_mut().zip(NAMES) {
            let mut places = (0..names.len()).filter(|&at| wanted.contains(&names[at].as_str()));
            *column = places.next().ok_or_else(|| {
                format!(
                    "expected a VCF, or a CSV or TSV whose header names chromosome, position, ref_allele and alt_allele (or chrom, pos, ref, alt), found no column {}",
                    wanted.join(" or ")
                )
            })?;
            if places.next().is_some() {
                return Err(format!("the header names {} twice", wanted.join(" or ")));
            }
        }
        Ok(Self { delimiter, columns, width: names.len() })
    }

    /// The header line with `added` columns behind it.
    ///
    /// # Errors
    /// A column of that name is there.
    pub(crate) fn extend(&self, line: &[u8], added: &[String]) -> std::result::Result<Vec<u8>, String> {
        let text = trim_line_end(line);
        for cell in Cells::new(text, self.delimiter) {
            let name = String::from_utf8_lossy(cell?).to_ascii_lowercase();
            if added.contains(&name) {
                return Err(format!("the table has a column {name} already; drop it, or write others with --prefix"));
            }
        }
        let mut bytes = text.to_vec();
        for name in added {
            bytes.push(self.delimiter);
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(if line.ends_with(b"\n") { &line[text.len()..] } else { b"\n" });
        Ok(bytes)
    }

    /// Chromosome, position, REF and ALT of a row.
    fn subject<'a>(&self, row: &'a [u8]) -> std::result::Result<[&'a [u8]; 4], String> {
        let cells = Cells::new(row, self.delimiter).collect::<std::result::Result<Vec<_>, _>>()?;
        if cells.len() != self.width {
            return Err(format!("expected {} columns as in the header, found {}", self.width, cells.len()));
        }
        Ok(self.columns.map(|at| cells[at].trim_ascii()))
    }
}

/// The work on a table.
pub(crate) struct TableWork<'a> {
    annotator: Annotator<'a>,
    layout: Layout,
}

struct Row {
    line: Range<usize>,
    /// Where the line end starts.
    text_end: usize,
    alts: Alts,
}

impl<'a> TableWork<'a> {
    /// Annotates rows of that layout.
    pub(crate) fn new(annotator: Annotator<'a>, layout: Layout) -> Self {
        Self { annotator, layout }
    }
}

impl<'a> Work for TableWork<'a> {
    type Scratch = Scratch<'a>;
    type Side = ();
    type Note = Note;

    fn scratch(&self) -> Result<Scratch<'a>> {
        Ok(self.annotator.scratch())
    }

    fn process(&self, scratch: &mut Scratch<'a>, chunk: &Chunk<()>, out: &mut Output<Note>) -> Result<()> {
        let started = Instant::now();
        let bytes = chunk.records();
        let mut batch = Batch::default();
        let mut rows = Vec::new();
        let mut start = 0;
        while start < bytes.len() {
            let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |at| start + at + 1);
            out.line();
            let line_number = out.lines();
            let text = trim_line_end(&bytes[start..end]);
            let wrong = |message: String| Error::data(message).at_line(line_number);
            let [chrom, pos, reference, alt] = self.layout.subject(text).map_err(wrong)?;
            let Some(position) = parse_pos(pos) else {
                let found = String::from_utf8_lossy(pos);
                return Err(wrong(format!("expected a position as a whole number, found '{found}'")));
            };
            let place = |error: Error| error.at_line(line_number).at_locus(chrom, position.into());
            let subject = (chrom, position, reference, &b""[..]);
            let alts = alt.split(|&byte| byte == b',');
            let alts = self.annotator.ask(scratch, &mut batch, subject, alts).map_err(place)?;
            rows.push(Row { line: start..end, text_end: start + text.len(), alts });
            start = end;
        }
        self.annotator.answer(scratch, &mut batch, &mut out.note)?;
        let count = rows.len();
        for (at, row) in rows.into_iter().enumerate() {
            let place = |error: Error| error.at_line(at as u64 + 1);
            if !self.annotator.stays(scratch, &batch, row.alts).map_err(place)? {
                continue;
            }
            out.note.kept += 1;
            out.keep(row.line.start..row.text_end);
            let from = out.fresh().len();
            for column in 0..self.annotator.width() {
                out.fresh().push(self.layout.delimiter);
                let before = out.fresh().len();
                self.annotator.write(scratch, &batch, row.alts, (column, b""), out.fresh());
                quote(out.fresh(), before, self.layout.delimiter);
            }
            out.push_fresh(from);
            out.keep(row.text_end..row.line.end);
        }
        out.note.turn = self.annotator.turn(scratch, count, started);
        Ok(())
    }
}

/// Puts quotes round the CSV cell that starts at `from` where it holds a comma or a quote.
fn quote(out: &mut Vec<u8>, from: usize, delimiter: u8) {
    if delimiter == b',' && memchr::memchr2(b',', b'"', &out[from..]).is_some() {
        let text = String::from_utf8_lossy(&out[from..]).replace('"', "\"\"");
        out.truncate(from);
        out.push(b'"');
        out.extend_from_slice(text.as_bytes());
        out.push(b'"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_name_columns_in_any_case_and_order() {
        let layout = Layout::parse(b"id,ALT,Ref_Allele,\"Chromosome\",POS\r\n").unwrap();
        assert_eq!(layout, Layout { delimiter: b',', columns: [3, 4, 2, 1], width: 5 });
        assert_eq!(Layout::parse(b"#chrom\tpos\tref\talt\n").unwrap().delimiter, b'\t');
        assert!(Layout::parse(b"chrom,pos,ref\n").unwrap_err().contains("alt_allele or alt"));
        assert!(Layout::parse(b"chrom,chr,pos,ref,alt\n").unwrap_err().contains("twice"));
    }

    #[test]
    fn columns_go_behind_the_header_once() {
        let layout = Layout::parse(b"chrom,pos,ref,alt\r\n").unwrap();
        let added = ["gnomad_af".to_owned()];
        assert_eq!(layout.extend(b"chrom,pos,ref,alt\r\n", &added).unwrap(), b"chrom,pos,ref,alt,gnomad_af\r\n");
        assert!(layout.extend(b"chrom,pos,ref,alt,gnomad_AF\n", &added).unwrap_err().contains("already"));
    }

    #[test]
    fn written_cells_are_quoted_where_csv_needs_it() {
        let quoted = |text: &str, delimiter: u8| {
            let mut out = text.as_bytes().to_vec();
            quote(&mut out, 0, delimiter);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(quoted("0.1,.", b','), "\"0.1,.\"");
        assert_eq!(quoted("0.1,.", b'\t'), "0.1,.");
        assert_eq!(quoted("0.1", b','), "0.1");
    }
}
