//! The one question and the one answer between a query and a source, whatever the source is.

use vdx_vcf::variant::Variant;

/// How the look-up of one ALT ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// gnomAD has it and it passed.
    Found,
    /// gnomAD has it, but its FILTER says that it did not pass.
    Filtered,
    /// gnomAD could have it and does not.
    Absent,
    /// gnomAD has no such kind of allele: symbolic, `*`, more than one base changed at once.
    NotRepresented,
    /// There is no gnomAD file for the contig.
    NotCovered,
}

impl Status {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 5] =
        [Self::Found, Self::Filtered, Self::Absent, Self::NotRepresented, Self::NotCovered];

    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Filtered => "filtered",
            Self::Absent => "absent",
            Self::NotRepresented => "not_represented",
            Self::NotCovered => "not_covered",
        }
    }
}

/// One ALT to be looked up.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// The contig's number in the source.
    pub(crate) contig: u32,
    /// Minimal form.
    pub(crate) variant: Variant<'a>,
    /// Where its answer goes.
    pub(crate) slot: u32,
}

/// The answer for one ALT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    /// How it ended.
    pub(crate) status: Status,
    /// The record's number in [`crate::values::Values`], where there is one.
    pub(crate) record: Option<u32>,
    /// Whether REF agrees with that of a gnomAD record at the same position; `None` where there is none, or on the
    /// mitochondrion, which tells no build from another.
    pub(crate) agrees: Option<bool>,
}

impl Answer {
    /// Before or without a look-up.
    pub(crate) fn without(status: Status) -> Self {
        Self { status, record: None, agrees: None }
    }
}
