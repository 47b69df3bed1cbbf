//! The values of found records: texts by record and field, which sources give, a store keeps and outputs write.

mod wrong_length;

pub(crate) use self::wrong_length::{LeftOutValue, WrongLength, expected};

use std::ops::Range;

/// The values of found records: per record one span of text for each field, empty where it has none.
#[derive(Debug, Default)]
pub(crate) struct Values {
    pub(crate) text: Vec<u8>,
    pub(crate) spans: Vec<Range<u32>>,
    width: usize,
    /// In the order of the records.
    pub(crate) left_out: Vec<LeftOutValue>,
}

impl Values {
    /// Forgets everything; from now on records have `width` values.
    pub(crate) fn reset(&mut self, width: usize) {
        self.text.clear();
        self.spans.clear();
        self.left_out.clear();
        self.width = width;
    }

    /// What was left out for the length of its list, in the order of the records.
    pub(crate) fn left_out(&self) -> &[LeftOutValue] {
        &self.left_out
    }

    /// The same of one record.
    pub(crate) fn left_out_of(&self, record: u32) -> &[LeftOutValue] {
        let behind = &self.left_out[self.left_out.partition_point(|value| value.record < record)..];
        &behind[..behind.partition_point(|value| value.record == record)]
    }

    /// The value of a field of record number `record`; `None` where the record has none.
    pub(crate) fn get(&self, record: u32, field: usize) -> Option<&[u8]> {
        let span = &self.spans[record as usize * self.width + field];
        let value = &self.text[span.start as usize..span.end as usize];
        (!value.is_empty() && value != b".").then_some(value)
    }

    /// Adds a record without values and returns its number.
    pub(crate) fn push(&mut self) -> u32 {
        let first = self.spans.len();
        self.spans.resize(first + self.width, 0..0);
        (first / self.width.max(1)) as u32
    }

    /// Gives a record its value of a field.
    pub(crate) fn put(&mut self, record: u32, field: usize, value: &[u8]) {
        let from = self.text.len() as u32;
        self.text.extend_from_slice(value);
        self.spans[record as usize * self.width + field] = from..self.text.len() as u32;
    }

    /// Adds a record with the values of `record` of others, which have as many.
    pub(crate) fn push_from(&mut self, other: &Self, record: u32) {
        let own = record as usize * self.width;
        let spans = &other.spans[own..own + self.width];
        // What one record's values were put into stands together.
        let present = || spans.iter().filter(|span| !span.is_empty());
        let start = present().map(|span| span.start).min().unwrap_or(0);
        let end = present().map(|span| span.end).max().unwrap_or(0);
        let to = self.text.len() as u32;
        self.text.extend_from_slice(&other.text[start as usize..end as usize]);
        self.spans.extend(spans.iter().map(|span| match span.is_empty() {
            true => 0..0,
            false => span.start - start + to..span.end - start + to,
        }));
    }

    /// Has `write` append a record's value of a field; false: there is none.
    pub(crate) fn put_by<E>(
        &mut self,
        record: u32,
        field: usize,
        write: impl FnOnce(&mut Vec<u8>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let from = self.text.len() as u32;
        if write(&mut self.text)? {
            self.spans[record as usize * self.width + field] = from..self.text.len() as u32;
        }
        Ok(())
    }

    /// Bytes that all this takes.
    pub(crate) fn footprint(&self) -> usize {
        self.text.len() + size_of_val(&self.spans[..])
    }
}
