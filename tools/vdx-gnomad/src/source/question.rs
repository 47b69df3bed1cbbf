//! The one question and the one answer between a query and a source, whatever the source is.

use vdx_vcf::variant::Variant;

use super::extent::Extent;

/// How the look-up of one ALT ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Status {
    /// gnomAD has it and it passed.
    Found,
    /// gnomAD has it, but its FILTER says that it did not pass.
    Filtered,
    /// gnomAD could have it and does not.
    Absent,
    /// gnomAD has no such kind of allele, and the source not this one: symbolic, `*`, more than one base changed at once.
    NotRepresented,
    /// There is no gnomAD file for the contig.
    NotCovered,
    /// What was asked could not be read.
    Unreadable,
}

impl Status {
    /// All of them, in the order of their numbers.
    pub(crate) const ALL: [Self; 6] =
        [Self::Found, Self::Filtered, Self::Absent, Self::NotRepresented, Self::NotCovered, Self::Unreadable];

    /// As it is written.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Found => "found",
            Self::Filtered => "filtered",
            Self::Absent => "absent",
            Self::NotRepresented => "not_represented",
            Self::NotCovered => "not_covered",
            Self::Unreadable => "unreadable",
        }
    }
}

/// One form of an ALT to be looked up. An ALT that has several is asked for by each of them, and the best answer stays.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Question<'a> {
    /// The contig's number in the source.
    pub(crate) contig: u32,
    /// What is asked for: as the input has it for [`How::Text`], else in minimal form.
    pub(crate) variant: Variant<'a>,
    /// Where its answer goes.
    pub(crate) slot: u32,
    /// Which form it is.
    pub(crate) how: How,
    /// Where an allele that is not of letters ends, where the input says.
    pub(crate) extent: Option<&'a Extent<'a>>,
}

/// The forms of an ALT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// As the input has it, in letters, and that is its minimal form.
    Own,
    /// As the input has it, and that is no minimal form, or not of letters: only the same text is meant.
    Text,
    /// The minimal form of what the input has.
    Minimal,
    /// The minimal form where a reference lets it be moved to.
    Moved,
}

/// How well a record answers to an ALT, from not at all to the best.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Fit {
    /// Not.
    #[default]
    None,
    /// The same change, where the reference lets it be moved to.
    Moved,
    /// The same change in minimal form.
    Minimal,
    /// The very text.
    Text,
}

impl How {
    /// How well a record of the same minimal form answers, which stands in the source as it is (`is_own`), or in other
    /// letters.
    pub(crate) fn fit(self, is_own: bool) -> Fit {
        match self {
            Self::Own if is_own => Fit::Text,
            Self::Own | Self::Minimal => Fit::Minimal,
            Self::Moved => Fit::Moved,
            Self::Text => Fit::Text,
        }
    }
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
    /// How well the record answers.
    pub(crate) fit: Fit,
}

impl Answer {
    /// Before or without a look-up.
    pub(crate) fn without(status: Status) -> Self {
        Self { status, record: None, agrees: None, fit: Fit::None }
    }

    /// Takes a record that answers better than what was found before.
    pub(crate) fn take(&mut self, record: u32, passed: bool, fit: Fit) {
        self.record = Some(record);
        self.status = if passed { Status::Found } else { Status::Filtered };
        self.fit = fit;
    }
}
