//! What workers tell the ordered stage.

use std::ops::Range;

use super::indel::Fit;
use crate::verdict::assessment::Assessment;

/// The notes on one chunk.
#[derive(Debug, Default)]
pub(crate) struct Note {
    /// Records at which the person's data have something to say, in input order.
    pub(crate) hits: Vec<Hit>,
    /// The lines of hits that may be written, without line ends; a record of several ALTs is there once.
    pub(crate) lines: Vec<u8>,
    /// The contigs in the chunk, in order.
    pub(crate) contigs: Vec<Stretch>,
    /// POS of the last record.
    pub(crate) last: u32,
    /// Records that are covered by the reference calls of a gVCF and not written.
    pub(crate) covered: u64,
    /// The same for reference calls where nothing was read.
    pub(crate) unread: u64,
}

/// The records of one contig in a chunk.
#[derive(Debug)]
pub(crate) struct Stretch {
    /// CHROM.
    pub(crate) name: Vec<u8>,
    /// POS of the first record, 1-based.
    pub(crate) first: u32,
    /// The line of the first record within the chunk, 1-based.
    pub(crate) line: u64,
    /// How many records there are.
    pub(crate) records: u64,
}

/// One ClinVar record and the rows of the person that concern it.
#[derive(Debug)]
pub(crate) struct Hit {
    /// Index into [`Note::contigs`].
    pub(crate) contig: u32,
    /// The chromosome's number, 0 for none.
    pub(crate) number: u8,
    /// POS of the record, 1-based.
    pub(crate) pos: u32,
    /// Where the line is in [`Note::lines`]; empty where it cannot come to be written.
    pub(crate) line: Range<usize>,
    /// Which of the line's ALTs the hit is about, 0-based, where the line has several.
    pub(crate) alt: Option<usize>,
    /// What is said about the record without regard to others.
    pub(crate) observations: Vec<Observation>,
    /// Rows of `I` or `D` that fit the record, to be decided among all records they fit.
    pub(crate) indel_calls: Vec<IndelCall>,
    /// REF and ALT of a substitution at `pos`.
    pub(crate) substitution: Option<(u8, u8)>,
    /// The rsID is in the person's file: where ClinVar has it, or elsewhere.
    pub(crate) rsid_in_place: Option<bool>,
    /// REF of a VCF sample agrees with REF here.
    pub(crate) ref_agrees: Option<bool>,
}

// A row by its number, as it is four bytes; a call of a VCF as it is, as its line is gone when the record is written.
/// What an assessment rests upon.
#[derive(Clone, Debug)]
pub(crate) enum Evidence {
    /// A row of the raw file.
    Row(u32),
    /// A record of a VCF sample.
    Sample(Box<SampleCall>),
}

/// The call of a VCF sample, as it is shown beside the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SampleCall {
    /// ID, empty when missing.
    pub(crate) id: Vec<u8>,
    /// POS.
    pub(crate) pos: u32,
    /// The called alleles, joined by `/`.
    pub(crate) genotype: Vec<u8>,
}

/// What one row or record of the person shows of the ClinVar record, without regard to others.
#[derive(Clone, Debug)]
pub(crate) struct Observation {
    /// The row or record.
    pub(crate) evidence: Evidence,
    /// What it shows.
    pub(crate) assessment: Assessment,
    /// It stands only where the strand of the file is proven.
    pub(crate) strand_matters: bool,
}

/// One row of `I` or `D` that fits the record.
#[derive(Clone, Debug)]
pub(crate) struct IndelCall {
    /// The row.
    pub(crate) row: u32,
    /// The record's part in the group of all that the row fits.
    pub(crate) fit: Fit,
    /// What is said if it is this record the row means; its verdict is not final.
    pub(crate) assessment: Assessment,
}

impl Hit {
    /// Whether the person may turn out to carry the allele.
    pub(crate) fn may_carry(&self) -> bool {
        self.observations.iter().any(|observation| observation.assessment.verdict.carries())
            || self.indel_calls.iter().any(|call| call.assessment.verdict.carries())
    }
}
