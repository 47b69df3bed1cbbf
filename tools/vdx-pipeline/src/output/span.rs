//! Runs of output bytes, and where they stand.

use super::pieces::At;

/// Where the bytes of a span stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// In the chunk's own records.
    Kept,
    /// In what the worker wrote.
    Fresh,
}

/// A run of output bytes: kept records that follow each other, or new bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    /// Kept or fresh.
    pub place: Place,
    pub(super) at: At,
    /// Index into the chunk's contigs; only for output that is put in order.
    pub contig: u32,
    /// POS of the first record (1-based), likewise.
    pub first: u32,
    /// POS of the last record, likewise.
    pub last: u32,
    /// Kept records that go past where the records of one POS are looked at together.
    pub aside: bool,
    /// The line of the first record behind those before the chunk, and how many records there are; of records of another
    /// chunk it may be before the first.
    pub(super) line: i64,
    pub(super) records: u32,
    /// The record is one of two forms, of which the ordered stage takes one.
    pub(super) choice: Option<Choice>,
}

/// One of two forms of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Choice {
    pub(super) number: u32,
    pub(super) first: bool,
}

impl Span {
    /// One record at 1-based `pos`.
    pub(super) fn one(place: Place, at: At, contig: u32, pos: u32, line: i64) -> Self {
        Self { place, at, contig, first: pos, last: pos, aside: false, line, records: 1, choice: None }
    }

    /// How many bytes it is.
    pub(crate) fn len(&self) -> usize {
        self.at.range().len()
    }
}
