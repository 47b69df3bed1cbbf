//! From the lines of a chunk to the rows that its records are in the store; on any thread.

use std::ops::Range;

use flate2::Crc;
use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::Line;

use crate::source::{Scanner, alleles};
use crate::store::keys::Keys;
use crate::store::rows::{FILE, Rows};
use crate::values::Values;

/// Takes the wanted records out of a file's chunks.
pub(crate) struct RowsWork<'a> {
    /// Gives the values of the columns.
    pub(crate) scanner: &'a Scanner,
    /// How many columns there are.
    pub(crate) width: usize,
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
            match alleles::question(line.pos(), line.reference(), alt).filter(|found| found.pos == line.pos()) {
                Some(variant) => {
                    rows.keys.push(&variant);
                    let scanned = self.scanner.scan(&rest, (at, alts), &mut rows.values);
                    scanned.map_err(|wrong| wrong.into_error())?;
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
        let mut first = 0;
        let mut wanted = false;
        let mut lines = chunk.lines();
        while let Some((line, Range { start, .. })) = lines.next(out)? {
            let number = out.lines();
            let place = |error: Error| error.at_line(number).at_locus(line.chrom(), line.pos().into());
            if out.note.last().is_none_or(|rows| rows.contig != line.chrom()) {
                if let Some(rows) = out.note.last_mut() {
                    rows.lines.update(&bytes[first..start]);
                }
                first = start;
                out.note.push(self.start(&line, number).map_err(place)?);
                wanted = self.wanted.iter().any(|contig| contig == line.chrom());
            }
            match out.note.last_mut() {
                Some(rows) if wanted => self.add(&line, rows).map_err(place)?,
                Some(rows) => rows.last = line.pos(),
                None => {}
            }
        }
        if let Some(rows) = out.note.last_mut() {
            rows.lines.update(&bytes[first..]);
        }
        Ok(())
    }
}
