//! What a chunk tells the ordered stage.

use std::time::Duration;

use vdx_hts::index::Effort;

use crate::query::batch::Aligned;
use crate::source::agreement::Compared;
use crate::source::{Resolved, Status};

/// What a chunk tells the ordered stage.
#[derive(Debug, Default)]
pub(crate) struct Note {
    /// Records that stay.
    pub(crate) kept: u64,
    /// Records that `-i` or `-e` dropped of them.
    pub(crate) dropped: u64,
    /// In order of appearance; a contig may be there twice.
    pub(crate) contigs: Vec<ContigCounts>,
    /// What came of aligning indels.
    pub(crate) aligned: Aligned,
    /// Rows that ask nothing, by status.
    pub(crate) unasked: [u64; Status::ALL.len()],
    /// Rows with an allele `-`, and where the first of them is: CHROM and POS.
    pub(crate) unpadded: (u64, Option<(Vec<u8>, u32)>),
    /// By source, what reading gnomAD's files cost.
    pub(crate) efforts: Vec<Effort>,
    /// Whose work it was.
    pub(crate) turn: Turn,
    /// By source, what REF letters say.
    pub(crate) compared: Vec<Compared>,
    /// By source, what `--force` left out.
    pub(crate) left_out: Vec<LeftOut>,
}

/// Values that were left out because their lists have the wrong length.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct LeftOut {
    /// How many, of all ALTs of the input.
    pub(crate) count: u64,
    /// The first of them in words: the record of the source, and what is wrong.
    pub(crate) first: Option<String>,
}

impl LeftOut {
    /// Adds those of what follows in the input.
    pub(crate) fn add(&mut self, next: Self) {
        self.count += next.count;
        self.first = self.first.take().or(next.first);
    }
}

/// One chunk's work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Turn {
    /// The number of the worker.
    pub(crate) worker: usize,
    /// Records of the chunk.
    pub(crate) records: u64,
    /// How long it took.
    pub(crate) busy: Duration,
}

/// What came of the records on one contig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ContigCounts {
    /// As the input has it.
    pub(crate) name: Vec<u8>,
    /// How many records.
    pub(crate) records: u64,
    /// By source: what the contig is there, and ALTs by [`Status`].
    pub(crate) sources: Vec<(Resolved, [u64; Status::ALL.len()])>,
}
