//! Writing one contig.

use std::collections::BTreeMap;
use std::path::Path;

use flate2::Crc;
use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::Threads;
use vdx_vcf::variant::Variant;

use super::column;
use super::container::Writer;
use super::describe::Description;
use super::file::{End, STORE};
use super::keys::Keys;
use super::rows::{FILE, Rows};
use super::section::Packer;
use crate::values::Values;

/// Records in a block: enough to pack well, few enough to unpack for one question.
const BLOCK_RECORDS: usize = 4096;

/// What a block holds in memory before it is packed, in bytes: with hundreds of columns it has fewer records.
const BLOCK_BYTES: usize = 8 << 20;

/// A file that is being made, beside its final name until [`ContigWriter::finish`].
pub(crate) struct ContigWriter {
    writer: Writer,
    description: Description,
    threads: Option<Threads>,
    keys: Keys,
    values: Values,
    last: u32,
    /// Rows that belong behind others that have not come yet, by position, and then as they came.
    late: BTreeMap<(u32, u64), Late>,
    lines: Crc,
    end: End,
}

/// A row that waits for its place: a record that is not in minimal form stands before it.
struct Late {
    reference: Vec<u8>,
    alt: Vec<u8>,
    values: Values,
}

impl ContigWriter {
    /// Starts the file of the contig that `description` names; `threads` share the packing.
    ///
    /// # Errors
    /// The file cannot be made or written.
    pub(crate) fn new(target: &Path, description: Description, threads: Option<Threads>) -> Result<Self> {
        let mut values = Values::default();
        values.reset(description.columns.len());
        Ok(Self {
            writer: Writer::new(target, &STORE, description.version(), &description.to_json())?,
            description,
            threads,
            keys: Keys::default(),
            values,
            last: 0,
            late: BTreeMap::new(),
            lines: Crc::new(),
            end: End::default(),
        })
    }

    /// The contig's name.
    pub(crate) fn contig(&self) -> &str {
        &self.description.contig
    }

    /// Takes records that follow those before.
    ///
    /// # Errors
    /// They stand before the record before them, or the file cannot be written.
    pub(crate) fn append(&mut self, rows: &Rows) -> Result<()> {
        if rows.first < self.last {
            let contig = &rows.contig[..];
            return Err(rows.place(unsorted(FILE, (contig, rows.first), (contig, self.last))));
        }
        self.last = rows.last;
        self.end.left_out += rows.left_out;
        self.lines.combine(&rows.lines);
        for row in 0..rows.keys.len() {
            let (variant, start) = (rows.keys.get(row), rows.starts[row]);
            // Its minimal form begins behind POS: other records may still come before that, and keys never go down.
            if variant.pos > start {
                let mut values = Values::default();
                values.reset(self.description.columns.len());
                values.push_from(&rows.values, row as u32);
                let (reference, alt) = (variant.reference.to_vec(), variant.alt.to_vec());
                let number = self.end.records + self.keys.len() as u64 + self.late.len() as u64;
                self.late.insert((variant.pos, number), Late { reference, alt, values });
                continue;
            }
            self.push_late(Some(start))?;
            self.push(&variant, (&rows.values, row as u32))?;
        }
        Ok(())
    }

    /// Adds the rows that waited for a place before position `before`; without one, all of them.
    fn push_late(&mut self, before: Option<u32>) -> Result<()> {
        while let Some(entry) = self.late.first_entry() {
            let pos = entry.key().0;
            if before.is_some_and(|before| pos >= before) {
                break;
            }
            let Late { reference, alt, values } = entry.remove();
            self.push(&Variant { pos, reference: &reference, alt: &alt }, (&values, 0))?;
        }
        Ok(())
    }

    /// Adds a row.
    fn push(&mut self, variant: &Variant<'_>, (values, record): (&Values, u32)) -> Result<()> {
        let is_full = self.keys.len() >= BLOCK_RECORDS || self.values.footprint() >= BLOCK_BYTES;
        // A position is in one block: a question about it unpacks no second one.
        if is_full && self.keys.positions.last().is_none_or(|&last| last < variant.pos) {
            self.block()?;
        }
        self.keys.push(variant);
        self.values.push_from(values, record);
        Ok(())
    }

    /// Writes what was gathered.
    fn block(&mut self) -> Result<()> {
        let rows = self.keys.len();
        let (Some(&first), Some(&last)) = (self.keys.positions.first(), self.keys.positions.last()) else {
            return Ok(());
        };
        let columns = self.columns(rows as u32).into_iter().collect::<std::result::Result<Vec<_>, _>>();
        let columns = columns.map_err(Error::data)?;
        let mut raw = Vec::new();
        columns.iter().for_each(|column| raw.extend_from_slice(&(column.len() as u32).to_le_bytes()));
        self.keys.encode(&mut raw);
        self.end.blocks.push(self.writer.block(&raw, &columns, (first.into(), last.into()))?);
        self.end.rows.push(rows as u64);
        self.end.records += rows as u64;
        self.keys.clear();
        self.values.reset(self.description.columns.len());
        Ok(())
    }

    /// The columns of `rows` records, packed.
    fn columns(&self, rows: u32) -> Vec<std::result::Result<Vec<u8>, String>> {
        let (values, columns) = (&self.values, &self.description.columns);
        let pack = |(packer, raw): &mut (Packer, Vec<u8>), at: usize| {
            raw.clear();
            column::encode(values, rows, at, &columns[at].guesses, raw);
            let mut packed = Vec::new();
            packer.pack(raw, &mut packed).map(|_| packed)
        };
        let scratch = || (Packer::new(), Vec::new());
        match &self.threads {
            Some(threads) => threads.map(columns.len(), scratch, pack),
            None => {
                let mut scratch = scratch();
                (0..columns.len()).map(|at| pack(&mut scratch, at)).collect()
            }
        }
    }

    /// Writes the end, and gives the file its name; the end, and the size of the file in bytes.
    ///
    /// # Errors
    /// The file cannot be written or renamed.
    pub(crate) fn finish(mut self) -> Result<(End, u64)> {
        self.push_late(None)?;
        self.block()?;
        self.end.lines = self.lines.sum();
        let size = self.writer.finish(&self.end.encode())?;
        Ok((self.end, size))
    }
}
