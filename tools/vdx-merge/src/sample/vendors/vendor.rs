//! What there is to know about a maker of raw genotype files.

use vdx_vcf::assembly::Declared;

use super::start::Start;
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// A maker of raw genotype files.
#[derive(Debug)]
pub(crate) struct Vendor {
    /// The word of `--sample-format`.
    pub(crate) format: SampleFormat,
    /// The name in `##vdx_sample`.
    pub(crate) name: &'static str,
    /// Whether a file is one of theirs.
    pub(crate) is_it: fn(&Start) -> bool,
    /// What tells.
    pub(crate) told_by: ToldBy,
    /// The names of others that their files speak of, too: several say that they are in 23andMe's format.
    pub(crate) mentions: &'static [SampleFormat],
    /// The build of all their positions, where their files do not say it.
    pub(crate) build: Option<Declared>,
    /// Where it is not that of the first row.
    pub(crate) separator: Option<Separator>,
    /// What they write in their own way.
    pub(crate) ways: Ways,
}

/// What tells a vendor, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ToldBy {
    /// The user says it.
    User,
    /// The file says it.
    Name,
    /// The names of its columns are a vendor's own.
    Columns,
    /// Nothing but that the columns can be read.
    Shape,
}
