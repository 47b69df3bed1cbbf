//! Records that are known to be on some haplotype: who carries them ([`Carriers`]) and where they stand, for `--safe`.

mod carriers;

pub(crate) use carriers::Carriers;

/// Where a record that is known to be on some haplotype stands.
#[derive(Clone, Debug)]
pub(crate) struct Carried {
    /// As [`Output::contig_name`](vdx_pipeline::output::Output::contig_name) numbers it.
    pub(crate) contig: u32,
    /// The line it was read from, within its chunk; what comes of one record is not in its own way.
    pub(crate) line: u64,
    /// POS as it was read.
    pub(crate) read: u32,
    /// POS and the last base as it is written, or would be.
    pub(crate) pos: u32,
    /// The last base.
    pub(crate) end: u32,
    /// Who has it.
    pub(crate) carriers: Carriers,
    /// Where it would move left.
    pub(crate) shift: Option<Shift>,
}

/// A choice between two forms of a record.
#[derive(Clone, Debug)]
pub(crate) struct Shift {
    /// The number of the choice in the chunk.
    pub(crate) number: u32,
    /// The last base where it stays.
    pub(crate) end: u32,
    /// The record, for a message.
    pub(crate) shown: String,
}
