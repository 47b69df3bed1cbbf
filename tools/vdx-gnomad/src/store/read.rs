//! Looking positions up in a store: of a block only the keys are read, and the columns that are asked for.

use std::ops::Range;

use vdx_hts::Result;
use vdx_vcf::variant::Variant;

use super::codes;
use super::column::{Column, Value, whole_number};
use super::describe::{FILTER, Guess};
use super::file::StoreFile;
use super::keys::Keys;
use super::number::Style;
use super::section::Unpacker;
use crate::values::Values;

/// How far guesses may lead on: the highest group's AF is a group's, and that a ratio of columns that may lead on once.
const DEEPEST: u32 = 4;

/// The last block that was looked into; one per thread.
pub(crate) struct Cursor {
    unpacker: Unpacker,
    raw: Vec<u8>,
    block: Option<Open>,
    text: Vec<u8>,
}

/// An opened block.
struct Open {
    /// The number of the file in its source, and of the block in it.
    id: (usize, usize),
    keys: Keys,
    /// Offsets of the columns' sections, and of what follows them.
    offsets: Vec<u64>,
    columns: Vec<Option<Column>>,
    /// The last row that was found.
    row: usize,
}

impl Default for Cursor {
    fn default() -> Self {
        Self { unpacker: Unpacker::new(), raw: Vec::new(), block: None, text: Vec::new() }
    }
}

impl Cursor {
    /// The rows at a 1-based position of file number `number` of a source, for [`Cursor::key`] and the others.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub(crate) fn rows_at(&mut self, number: usize, file: &StoreFile, pos: u32) -> Result<Range<usize>> {
        let (blocks, wanted) = (&file.end.blocks, u64::from(pos));
        let holds = |at: usize| blocks.get(at).is_some_and(|block| block.first <= wanted && wanted <= block.last);
        let open = self.block.as_ref().filter(|open| open.id.0 == number && holds(open.id.1));
        if open.is_none() {
            let at = blocks.partition_point(|block| block.last < wanted);
            if !holds(at) {
                return Ok(0..0);
            }
            self.block = None;
            self.block = Some(self.open((number, at), file)?);
        }
        let open = self.block.as_mut().ok_or_else(|| file.container.damaged("a block"))?;
        let rows = open.keys.rows_at(pos, open.row);
        // The last row before, so that the same position can be asked for again.
        open.row = rows.start.saturating_sub(1);
        Ok(rows)
    }

    fn open(&mut self, id: (usize, usize), file: &StoreFile) -> Result<Open> {
        let block = file.end.blocks[id.1];
        let what = || format!("block {} (at byte {})", id.1, block.offset);
        let wrong = || file.container.damaged(&what());
        file.container.section(block.offset, block.size, what, &mut self.unpacker, &mut self.raw)?;
        let mut rest = &self.raw[..];
        let count = file.description.columns.len();
        let mut offset = block.offset + block.size;
        let mut offsets = Vec::with_capacity(count + 1);
        for _ in 0..count {
            offsets.push(offset);
            offset += u64::from(codes::get_u32(&mut rest).ok_or_else(wrong)?);
        }
        offsets.push(offset);
        let keys = Keys::decode(rest)
            .filter(|keys| Some(&(keys.len() as u64)) == file.end.rows.get(id.1))
            .ok_or_else(wrong)?;
        Ok(Open { id, keys, offsets, columns: (0..count).map(|_| None).collect(), row: 0 })
    }

    /// The variant of a row.
    ///
    /// # Errors
    /// No block is open, which has rows.
    pub(crate) fn key(&self, file: &StoreFile, row: usize) -> Result<Variant<'_>> {
        let open = self.block.as_ref().ok_or_else(|| file.container.damaged("a block"))?;
        Ok(open.keys.get(row))
    }

    /// Whether a row passed the filters.
    ///
    /// # Errors
    /// As [`Cursor::rows_at`].
    pub(crate) fn passed(&mut self, file: &StoreFile, row: usize) -> Result<bool> {
        let filter = file.column(FILTER).ok_or_else(|| file.container.damaged("FILTER"))?;
        let mut text = std::mem::take(&mut self.text);
        text.clear();
        let has = self.print(file, filter, row, DEEPEST, &mut text)?;
        let passed = !has || text == b"PASS";
        self.text = text;
        Ok(passed)
    }

    /// Appends the values of a row, of each field from the column that it is, and returns the record's number.
    ///
    /// # Errors
    /// As [`Cursor::rows_at`].
    pub(crate) fn take(
        &mut self,
        file: &StoreFile,
        columns: &[Option<usize>],
        row: usize,
        values: &mut Values,
    ) -> Result<u32> {
        let record = values.push();
        for (slot, column) in columns.iter().enumerate() {
            let Some(column) = *column else { continue };
            values.put_by(record, slot, |out| self.print(file, column, row, DEEPEST, out))?;
        }
        Ok(record)
    }

    /// Appends the text of a row's value in a column; false where there is none.
    ///
    /// # Errors
    /// As [`Cursor::rows_at`].
    pub(crate) fn text(&mut self, file: &StoreFile, column: usize, row: usize, out: &mut Vec<u8>) -> Result<bool> {
        self.print(file, column, row, DEEPEST, out)
    }

    /// Appends the text of a value; false where there is none.
    fn print(&mut self, file: &StoreFile, column: usize, row: usize, deepest: u32, out: &mut Vec<u8>) -> Result<bool> {
        let about = &file.description.columns[column];
        let wrong = || file.container.damaged(&format!("column {}", about.key));
        let column = self.column(file, column)?;
        let (guess, style) = match column.value(row, about.guesses.len()).ok_or_else(wrong)? {
            Value::Missing => return Ok(false),
            Value::Number(number) => return column.style.print(number, out).map(|()| true).ok_or_else(wrong),
            Value::Text(text) => {
                out.extend_from_slice(text);
                return Ok(true);
            }
            Value::Guess(guess) => (*about.guesses.get(guess).ok_or_else(wrong)?, column.style),
        };
        // A damaged description could have columns refer to each other in a circle.
        let deepest = deepest.checked_sub(1).ok_or_else(wrong)?;
        match guess {
            Guess::Same(other) => self.print(file, other, row, deepest, out),
            Guess::Ratio(part, whole) => {
                let part = self.number(file, part, row, deepest)?.ok_or_else(wrong)?;
                let whole = self.number(file, whole, row, deepest)?.ok_or_else(wrong)?;
                style.print_ratio(part, whole, out).map(|()| true).ok_or_else(wrong)
            }
        }
    }

    /// A count.
    fn number(&mut self, file: &StoreFile, column: usize, row: usize, deepest: u32) -> Result<Option<u64>> {
        let guesses = file.description.columns[column].guesses.len();
        let known = self.column(file, column)?;
        if let (Style::Fixed(0), Some(Value::Number(number))) = (known.style, known.value(row, guesses)) {
            return Ok((number & 1 == 0).then_some(number >> 1));
        }
        let mut text = Vec::with_capacity(20);
        Ok(if self.print(file, column, row, deepest, &mut text)? { whole_number(&text) } else { None })
    }

    /// A column of the opened block.
    fn column(&mut self, file: &StoreFile, at: usize) -> Result<&Column> {
        let open = self.block.as_mut().ok_or_else(|| file.container.damaged("a block"))?;
        // Only when somebody asks: many questions are of variants that are absent, and need the keys alone.
        if open.columns[at].is_none() {
            let (from, to) = (open.offsets[at], open.offsets[at + 1]);
            let what = || format!("column {} at byte {from}", file.description.columns[at].key);
            file.container.section(from, to - from, what, &mut self.unpacker, &mut self.raw)?;
            let column = Column::decode(&self.raw, open.keys.len());
            open.columns[at] = Some(column.ok_or_else(|| file.container.damaged(&what()))?);
        }
        open.columns[at].as_ref().ok_or_else(|| file.container.damaged("a block"))
    }
}
