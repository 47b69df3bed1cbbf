//! What workers tell the ordered stage.

use std::ops::Range;

use super::indel::Fit;
use crate::verdict::assessment::Assessment;

/// The notes on one chunk.
#[derive(Debug, Default)]
pub struct Note {
    /// Records at which the person's data have something to say, in input order.
    pub hits: Vec<Hit>,
    /// The lines of hits that may be written, without line ends.
    pub lines: Vec<u8>,
    /// The contigs in the chunk, in order.
    pub contigs: Vec<Stretch>,
    /// POS of the last record.
    pub last: u32,
    /// Records that are covered by the reference calls of a gVCF and not written.
    pub covered: u64,
    /// The same for reference calls where nothing was read.
    pub unread: u64,
}

/// The records of one contig in a chunk.
#[derive(Debug)]
pub struct Stretch {
    /// CHROM.
    pub name: Vec<u8>,
    /// POS of the first record, 1-based.
    pub first: u32,
    /// The line of the first record within the chunk, 1-based.
    pub line: u64,
    /// How many records there are.
    pub records: u64,
}

/// One ClinVar record and the rows of the person that concern it.
#[derive(Debug)]
pub struct Hit {
    /// Index into [`Note::contigs`].
    pub contig: u32,
    /// The chromosome's number, 0 for none.
    pub number: u8,
    /// POS of the record, 1-based.
    pub pos: u32,
    /// Where the line is in [`Note::lines`]; empty where it cannot come to be written.
    pub line: Range<usize>,
    /// What is said about the record without regard to others.
    pub observations: Vec<Observation>,
    /// Rows of `I` or `D` that fit the record, to be decided among all records they fit.
    pub indel_calls: Vec<IndelCall>,
    /// REF and ALT of a substitution at `pos`.
    pub substitution: Option<(u8, u8)>,
    /// The rsID is in the person's file: where ClinVar has it, or elsewhere.
    pub rsid_in_place: Option<bool>,
    /// REF of a VCF sample agrees with REF here.
    pub ref_agrees: Option<bool>,
}

/// What an assessment rests upon.
#[derive(Clone, Debug)]
pub enum Evidence {
    /// A row of the raw file.
    Row(u32),
    /// A record of a VCF sample.
    Sample(Box<SampleCall>),
}

/// The call of a VCF sample, as it is shown beside the verdict.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SampleCall {
    /// ID, empty when missing.
    pub id: Vec<u8>,
    /// POS.
    pub pos: u32,
    /// The called alleles, joined by `/`.
    pub genotype: Vec<u8>,
}

/// What one row or record of the person shows of the ClinVar record, without regard to others.
#[derive(Clone, Debug)]
pub struct Observation {
    /// The row or record.
    pub evidence: Evidence,
    /// What it shows.
    pub assessment: Assessment,
    /// It stands only where the strand of the file is proven.
    pub strand_matters: bool,
}

/// One row of `I` or `D` that fits the record.
#[derive(Clone, Debug)]
pub struct IndelCall {
    /// The row.
    pub row: u32,
    /// The record's part in the group of all that the row fits.
    pub fit: Fit,
    /// What is said if it is this record the row means; its verdict is not final.
    pub assessment: Assessment,
}

impl Hit {
    /// Whether the person may turn out to carry the allele.
    pub fn may_carry(&self) -> bool {
        self.observations.iter().any(|observation| observation.assessment.verdict.carries())
            || self.indel_calls.iter().any(|call| call.assessment.verdict.carries())
    }
}
