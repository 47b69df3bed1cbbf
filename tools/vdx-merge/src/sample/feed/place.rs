//! The lines of the sample that go with a chunk of the ClinVar stream.

use std::ops::Range;

use vdx_stream::{Error, Result};

use super::super::vcf::Record;

/// Where a line of the sample lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// POS, 1-based.
    pub pos: u32,
    /// The last base it speaks about, 1-based.
    pub end: u32,
    /// Its number in the file, 1-based.
    pub line: u64,
}

/// The lines of the sample that a chunk's records concern.
#[derive(Debug, Default)]
pub struct Slice {
    file: String,
    column: usize,
    /// Each contig of the chunk, as the ClinVar stream calls it, and how many lines come before its own.
    contigs: Vec<(Vec<u8>, usize)>,
    lines: Vec<(Place, Range<usize>)>,
    text: Vec<u8>,
}

impl Slice {
    /// Nothing yet, of the sample `file`, whose `column` (from 0 among the samples) is meant.
    pub fn new(file: String, column: usize) -> Self {
        Self { file, column, ..Self::default() }
    }

    /// What is added next belongs to the contig that the ClinVar stream calls `name`.
    pub fn begin(&mut self, name: &[u8]) {
        self.contigs.push((name.to_vec(), self.lines.len()));
    }

    /// Adds a line.
    pub fn push(&mut self, place: Place, text: &[u8]) {
        let from = self.text.len();
        self.text.extend_from_slice(text);
        self.lines.push((place, from..self.text.len()));
    }

    /// The lines on the contig that the ClinVar stream calls `name`, by POS.
    pub fn on(&self, name: &[u8]) -> &[(Place, Range<usize>)] {
        let Some(at) = self.contigs.iter().position(|(contig, _)| contig == name) else { return &[] };
        let end = self.contigs.get(at + 1).map_or(self.lines.len(), |(_, end)| *end);
        &self.lines[self.contigs[at].1..end]
    }

    /// Reads one of the lines. The error names it; its own line is that of a ClinVar record.
    pub fn read(&self, (place, text): &(Place, Range<usize>)) -> Result<Record<'_>> {
        Record::parse(&self.text[text.clone()], self.column)
            .map_err(|error| Error::data(format!("{}:{}: {error}", self.file, place.line)))
    }
}
