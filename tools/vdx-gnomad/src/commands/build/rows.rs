//! From the lines of a chunk to the rows that its records are in the store; on any thread.

use std::ops::Range;

use flate2::Crc;
use memchr::memchr;
use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::Line;
use vdx_vcf::variant::Variant;

use crate::source::{Layout, Scanner, alleles, own_text};
use crate::store::keys::Keys;
use crate::store::rows::{FILE, Rows};
use crate::values::Values;

/// Takes the wanted records out of a file's chunks.
pub(crate) struct RowsWork<'a> {
    /// Gives the values of the columns.
    pub(crate) scanner: &'a Scanner,
    /// Where a table of scores has what a record is made of.
    pub(crate) layout: Option<&'a Layout>,
    /// How many columns there are.
    pub(crate) width: usize,
    /// The column of what else tells alleles than their minimal form ([`OWN`](crate::store::describe::OWN)); without it, other
    /// alleles are left out.
    pub(crate) own: Option<usize>,
    /// The one contig that the file's name promises.
    pub(crate) named: Option<&'a [u8]>,
    /// The contigs whose records are wanted; of others only the name is passed on.
    pub(crate) wanted: &'a [Vec<u8>],
    /// Whether IDs are wanted.
    pub(crate) with_ids: bool,
}

impl RowsWork<'_> {
    fn start(&self, line: &Line<'_>, number: u64) -> Result<Rows> {
        if self.named.is_some_and(|named| named != line.chrom()) {
            let found = String::from_utf8_lossy(line.chrom());
            let message = format!("expected records of one contig by the file's name, found one of {found}");
            return Err(Error::data(message));
        }
        let [mut values, mut ids] = [Values::default(), Values::default()];
        values.reset(self.width);
        ids.reset(1);
        let (contig, first, last) = (line.chrom().to_vec(), line.pos(), line.pos());
        Ok(Rows {
            contig,
            line: number,
            first,
            last,
            keys: Keys::default(),
            starts: Vec::new(),
            values,
            ids,
            left_out: 0,
            lines: Crc::new(),
        })
    }

    fn add(&self, line: &Line<'_>, rows: &mut Rows) -> Result<()> {
        if line.pos() < rows.last {
            return Err(unsorted(FILE, (line.chrom(), line.pos()), (line.chrom(), rows.last)));
        }
        rows.last = line.pos();
        let rest = line.rest().map_err(Error::caused_by)?;
        let alts = line.alts().count();
        for (at, alt) in line.alts().enumerate() {
            let own = Variant { pos: line.pos(), reference: line.reference(), alt };
            let minimal = alleles::minimal(own.pos, own.reference, alt);
            let key = match self.own {
                Some(_) => Some(minimal.unwrap_or(own)),
                None => minimal.filter(|found| found.pos == own.pos),
            };
            match key {
                Some(variant) => {
                    rows.keys.push(&variant);
                    rows.starts.push(own.pos);
                    let scanned = self.scanner.scan(&rest, (at, alts), &mut rows.values);
                    let record = scanned.map_err(|wrong| wrong.into_error())?;
                    if let Some(column) = self.own {
                        let text = own_text(&own, minimal.as_ref(), rest.info, at);
                        rows.values.put(record, column, &text);
                    }
                    if self.with_ids {
                        let row = rows.ids.push();
                        rows.ids.put(row, 0, line.id());
                    }
                }
                None => rows.left_out += 1,
            }
        }
        Ok(())
    }
}

impl Work for RowsWork<'_> {
    type Scratch = ();
    type Side = ();
    type Note = Vec<Rows>;

    fn scratch(&self) -> Result<()> {
        Ok(())
    }

    fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Output<Vec<Rows>>) -> Result<()> {
        let bytes = chunk.records();
        let mut at = Place::default();
        match self.layout {
            None => {
                let mut lines = chunk.lines();
                while let Some((line, Range { start, .. })) = lines.next(out)? {
                    self.take(&line, bytes, start, &mut at, out)?;
                }
            }
            Some(layout) => {
                let (mut start, mut record) = (0, Vec::new());
                while start < bytes.len() {
                    let end = memchr(b'\n', &bytes[start..]).map_or(bytes.len(), |end| start + end + 1);
                    out.line();
                    let number = out.lines();
                    record.clear();
                    layout.record(&bytes[start..end], 0, &mut record).map_err(|error| error.at_line(number))?;
                    let line = Line::parse(&record).map_err(|error| Error::caused_by(error).at_line(number))?;
                    self.take(&line, bytes, start, &mut at, out)?;
                    start = end;
                }
            }
        }
        if let Some(rows) = out.note.last_mut() {
            rows.lines.update(&bytes[at.first..]);
        }
        Ok(())
    }
}

/// Where a walk over a chunk is.
#[derive(Default)]
struct Place {
    /// Where the records of the current contig start.
    first: usize,
    /// Whether they are wanted.
    wanted: bool,
}

impl RowsWork<'_> {
    /// Takes a record, whose line starts at `start` in the chunk.
    fn take(
        &self,
        line: &Line<'_>,
        bytes: &[u8],
        start: usize,
        at: &mut Place,
        out: &mut Output<Vec<Rows>>,
    ) -> Result<()> {
        let number = out.lines();
        let place = |error: Error| error.at_line(number).at_locus(line.chrom(), line.pos().into());
        if out.note.last().is_none_or(|rows| rows.contig != line.chrom()) {
            if let Some(rows) = out.note.last_mut() {
                rows.lines.update(&bytes[at.first..start]);
            }
            at.first = start;
            out.note.push(self.start(line, number).map_err(place)?);
            at.wanted = self.wanted.iter().any(|contig| contig == line.chrom());
        }
        match out.note.last_mut().filter(|_| at.wanted) {
            Some(rows) => self.add(line, rows).map_err(place),
            None => Ok(()),
        }
    }
}
