//! From the lines of a chunk to the rows that its records are in the store; on any thread.

use std::ops::Range;

use flate2::Crc;
use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::Line;

use super::keys::Keys;
use crate::query::alleles;
use crate::query::scan::{Scanner, Values};

/// The records of one contig that follow each other in a chunk.
pub struct Rows {
    /// Its name.
    pub contig: Vec<u8>,
    /// The 1-based line, within the chunk, of the first record.
    pub line: u64,
    /// POS of the first record, 1-based.
    pub first: u32,
    /// POS of the last record.
    pub last: u32,
    /// Positions and alleles.
    pub keys: Keys,
    /// A record of values for each of the keys.
    pub values: Values,
    /// A record of one value for each of the keys, the ID, if IDs are wanted.
    pub ids: Values,
    /// ALTs that cannot be asked for.
    pub left_out: u64,
    /// CRC-32 of the lines.
    pub lines: Crc,
}

impl Rows {
    /// Says of an error that it is about the first record.
    pub fn place(&self, error: Error) -> Error {
        error.at_line(self.line).at_locus(&self.contig, self.first.into())
    }
}

/// What is to be sorted where its records are not.
pub const FILE: &str = "the file";

/// Takes the wanted records out of a file's chunks.
pub struct RowsWork<'a> {
    /// Gives the values of the columns.
    pub scanner: &'a Scanner,
    /// How many columns there are.
    pub width: usize,
    /// The one contig that the file's name promises.
    pub named: Option<&'a [u8]>,
    /// The contigs whose records are wanted; of others only the name is passed on.
    pub wanted: &'a [Vec<u8>],
    /// Whether IDs are wanted.
    pub with_ids: bool,
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
