//! Records that are known to be on some haplotype: who carries them ([`Carriers`]) and where they stand, for `--safe`.

mod carriers;

pub use carriers::Carriers;

/// Where a record that is known to be on some haplotype stands.
#[derive(Clone, Debug)]
pub struct Carried {
    /// As [`Output::contig_name`] numbers it.
    pub contig: u32,
    /// The line it was read from, within its chunk; what comes of one record is not in its own way.
    pub line: u64,
    /// POS as it was read.
    pub read: u32,
    /// POS and the last base of REF (or END) as it is written, or would be.
    pub pos: u32,
    /// The last base.
    pub end: u32,
    /// Who has it.
    pub carriers: Carriers,
    /// Where it would move left.
    pub shift: Option<Shift>,
}

/// A choice between two forms of a record.
#[derive(Clone, Debug)]
pub struct Shift {
    /// The number of the choice in the chunk.
    pub number: u32,
    /// The last base of REF where it stays.
    pub end: u32,
    /// The record, for a message.
    pub shown: String,
}
