//! What there is to know about a maker of raw genotype files.

use super::start::Start;
use crate::sample::build::Declared;
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// A maker of raw genotype files.
#[derive(Debug)]
pub struct Vendor {
    /// The word of `--sample-format`.
    pub format: SampleFormat,
    /// The name in `##vdx_sample`.
    pub name: &'static str,
    /// Whether a file is one of theirs.
    pub is_it: fn(&Start) -> bool,
    /// What tells.
    pub told_by: ToldBy,
    /// The names of others that their files speak of, too: several say that they are in 23andMe's format.
    pub mentions: &'static [SampleFormat],
    /// The build of all their positions, where their files do not say it.
    pub build: Option<Declared>,
    /// Where it is not that of the first row.
    pub separator: Option<Separator>,
    /// What they write in their own way.
    pub ways: Ways,
}

/// What tells a vendor, the surest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ToldBy {
    /// The user says it.
    User,
    /// The file says it.
    Name,
    /// The names of its columns are a vendor's own.
    Columns,
    /// Nothing but that the columns can be read.
    Shape,
}
