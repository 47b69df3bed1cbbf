//! Annotating tables: rows as they came, with columns behind them, or made anew in another format.

use std::borrow::Cow;
use std::ops::Range;
use std::time::Instant;

use memchr::{memchr, memchr_iter};
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::line::trim_line_end;
use vdx_vcf::{Cell, Form};

use crate::output::layout::{self, Layout, Subject};
use crate::output::rows::{Column, Kind, RowWriter, Shape};
use crate::query::annotator::{Annotator, Note, Scratch};
use crate::query::batch::{Alts, Batch};
use crate::source::Status;

/// The work on a table.
pub(crate) struct TableWork<'a> {
    annotator: Annotator<'a>,
    layout: Layout,
    /// What makes rows anew; `None`: they stay as they came.
    rows: Option<RowWriter>,
}

struct Row {
    line: Range<usize>,
    /// Where the line end starts.
    text_end: usize,
    /// The number of its line in the chunk.
    number: u64,
    alts: Alts,
    is_blank: bool,
}

/// New rows are handed out so many bytes at once, about.
pub(super) const AT_ONCE: usize = 1 << 16;

impl<'a> TableWork<'a> {
    /// Annotates rows of that layout, which stay as they are but for columns behind them, or take this shape.
    pub(crate) fn new(annotator: Annotator<'a>, layout: Layout, shape: Option<Shape>) -> Self {
        let rows = shape.map(|shape| {
            let mut columns: Vec<Column> = layout.has_row_names.then(|| Column::text("row_name")).into_iter().collect();
            columns.extend(layout.names.iter().map(Column::text));
            if let Some([position, _]) = layout.places() {
                columns[position].kind = Kind::Position;
            }
            columns.extend(Column::added(annotator.settings));
            RowWriter::new(columns, shape)
        });
        Self { annotator, layout, rows }
    }

    /// What makes rows anew.
    pub(crate) fn rows(&self) -> Option<&RowWriter> {
        self.rows.as_ref()
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
        let mut cells = Vec::new();
        let mut start = 0;
        let may_go_on = memchr(b'"', bytes).is_some();
        for record in Form::Table(self.layout.dialect).records(bytes) {
            out.line();
            let number = out.lines();
            let text = trim_line_end(record);
            let wrong = |message: String| Error::data(message).at_line(number);
            let mut is_blank = false;
            let alts = match self.layout.subject(text, &mut cells).map_err(wrong)? {
                Subject::Variant(chrom, position, reference, alt) => {
                    let place = |error: Error| error.at_line(number).at_locus(chrom, position.into());
                    let subject = (chrom, position, reference, &b""[..]);
                    let alts = alt.split(|&byte| byte == b',');
                    self.annotator.ask(scratch, &mut batch, subject, alts).map_err(place)?
                }
                Subject::Unpadded(chrom, position) => {
                    out.note.unpadded.0 += 1;
                    out.note.unpadded.1.get_or_insert_with(|| (chrom.to_vec(), position));
                    batch.add_unasked(Status::NotRepresented)
                }
                Subject::None(status) => batch.add_unasked(status),
                Subject::Blank => {
                    is_blank = true;
                    batch.add_nothing()
                }
            };
            let end = start + record.len();
            rows.push(Row { line: start..end, text_end: start + text.len(), number, alts, is_blank });
            if may_go_on {
                out.goes_on(memchr_iter(b'\n', text).count() as u64);
            }
            start = end;
        }
        self.annotator.answer(scratch, &mut batch, &mut out.note)?;
        batch.unasked.iter().for_each(|(_, status)| out.note.unasked[*status as usize] += 1);
        let count = rows.len();
        let mut from = out.fresh().len();
        for row in rows {
            if row.is_blank {
                if self.rows.is_none() {
                    out.keep(row.line);
                }
                continue;
            }
            let place = |error: Error| error.at_line(row.number);
            if !self.annotator.stays(scratch, &batch, row.alts).map_err(place)? {
                continue;
            }
            out.note.kept += 1;
            let Some(writer) = &self.rows else {
                self.extend(scratch, &batch, &row, out);
                continue;
            };
            let text = &bytes[row.line.start..row.text_end];
            let wrong = |message: String| place(Error::data(message));
            self.layout.part(text, &mut cells).map_err(wrong)?;
            self.write(writer, (scratch, &batch), &row, &cells, out.fresh()).map_err(wrong)?;
            if out.fresh().len() - from >= AT_ONCE {
                out.push_fresh(from);
                from = out.fresh().len();
            }
        }
        if self.rows.is_some() {
            out.push_fresh(from);
        }
        out.note.turn = self.annotator.turn(scratch, count, started);
        Ok(())
    }
}

impl TableWork<'_> {
    /// Sends a row out as it came, with the values of all its ALTs behind it.
    fn extend(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, row: &Row, out: &mut Output<Note>) {
        let dialect = self.layout.dialect;
        out.keep(row.line.start..row.text_end);
        let from = out.fresh().len();
        for column in 0..self.annotator.width() {
            let fresh = out.fresh();
            fresh.push(dialect.delimiter);
            let before = fresh.len();
            self.annotator.write(scratch, batch, row.alts, (column, b""), fresh);
            dialect.seal(before, fresh);
        }
        out.push_fresh(from);
        out.keep(row.text_end..row.line.end);
    }

    /// Writes a row for each of its ALTs.
    fn write(
        &self,
        writer: &RowWriter,
        (scratch, batch): (&Scratch<'_>, &Batch<'_>),
        row: &Row,
        cells: &[Cell<'_>],
        out: &mut Vec<u8>,
    ) -> std::result::Result<(), String> {
        let [position_at, alt_at] = self.layout.places().unwrap_or([usize::MAX; 2]);
        for alt in 0..row.alts.len() {
            for (at, cell) in cells.iter().enumerate() {
                // As a whole number, whatever spreadsheets made of it.
                if at == position_at
                    && writer.shape.has_types()
                    && let Some(position) = layout::position(cell.text.trim_ascii())
                {
                    writer.integer(at, position, out)?;
                    continue;
                }
                let value = cell.value();
                let value = match at {
                    _ if at == alt_at && row.alts.len() > 1 => {
                        let own = value.trim_ascii().split(|&byte| byte == b',').nth(alt).unwrap_or_default();
                        Cow::Owned(own.to_vec())
                    }
                    _ => value,
                };
                writer.cell(at, &value, out)?;
            }
            for column in 0..self.annotator.width() {
                let value = self.annotator.value_of(scratch, batch, (row.alts, alt), column).unwrap_or_default();
                writer.cell(cells.len() + column, value, out)?;
            }
            writer.end(out);
        }
        Ok(())
    }
}
