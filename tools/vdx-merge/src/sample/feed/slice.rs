//! The lines of the sample that go with a chunk of the ClinVar stream.

use std::ops::Range;

use vdx_hts::{Error, Result};

use crate::sample::vcf::SampleRecord;

/// Where a line of the sample lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct LineSpan {
    /// POS, 1-based.
    pub(crate) pos: u32,
    /// The last base it speaks about, 1-based.
    pub(crate) end: u32,
    /// Its number in the file, 1-based.
    pub(crate) line: u64,
}

/// The lines of the sample that a chunk's records concern.
#[derive(Debug, Default)]
pub(crate) struct Slice {
    file: String,
    column: usize,
    /// Each contig of the chunk, as the ClinVar stream calls it, and how many lines come before its own.
    contigs: Vec<(Vec<u8>, usize)>,
    lines: Vec<(LineSpan, Range<usize>)>,
    text: Vec<u8>,
}

impl Slice {
    /// Nothing yet, of the sample `file`, whose `column` (from 0 among the samples) is meant.
    pub(crate) fn new(file: String, column: usize) -> Self {
        Self { file, column, ..Self::default() }
    }

    /// What is added next belongs to the contig that the ClinVar stream calls `name`.
    pub(crate) fn begin(&mut self, name: &[u8]) {
        self.contigs.push((name.to_vec(), self.lines.len()));
    }

    /// Adds a line.
    pub(crate) fn push(&mut self, place: LineSpan, text: &[u8]) {
        let from = self.text.len();
        self.text.extend_from_slice(text);
        self.lines.push((place, from..self.text.len()));
    }

    /// The lines on the contig that the ClinVar stream calls `name`, by POS.
    pub(crate) fn on(&self, name: &[u8]) -> &[(LineSpan, Range<usize>)] {
        let Some(at) = self.contigs.iter().position(|(contig, _)| contig == name) else { return &[] };
        let end = self.contigs.get(at + 1).map_or(self.lines.len(), |(_, end)| *end);
        &self.lines[self.contigs[at].1..end]
    }

    /// Reads one of the lines. The error names it; its own line is that of a ClinVar record.
    pub(crate) fn read(&self, (place, text): &(LineSpan, Range<usize>)) -> Result<SampleRecord<'_>> {
        SampleRecord::parse(&self.text[text.clone()], self.column)
            .map_err(|error| Error::caused_by(error.in_file(self.file.clone()).at_line(place.line)))
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use vdx_vcf::line::LineError;

    use super::*;

    #[test]
    fn a_line_that_cannot_be_read_is_named_and_its_cause_kept() {
        let mut slice = Slice::new("me.vcf".into(), 0);
        slice.begin(b"1");
        slice.push(LineSpan { pos: 5, end: 5, line: 12 }, b"1\t5\t.\tA\n");
        let error = slice.read(&slice.on(b"1")[0]).unwrap_err().at_line(3).in_file("clinvar.vcf");
        assert!(error.to_string().starts_with("clinvar.vcf:3: me.vcf:12: "), "{error}");
        let ours = error.source().and_then(|source| source.downcast_ref::<Error>()).unwrap();
        assert!(ours.source().and_then(|source| source.downcast_ref::<LineError>()).is_some());
    }
}
