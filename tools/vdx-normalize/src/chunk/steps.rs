//! What is done to each record alone, as plain data.

use vdx_vcf::alleles::Overlaps;
use vdx_vcf::header::Number;

use super::atomize::AtomOverlaps;
use crate::check_ref::CheckRef;
use crate::multiallelics::Types;
use crate::old_record::OldRecord;
use crate::site::Align;

/// What the workers do to a record.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Steps {
    /// Left-align and trim.
    pub(crate) align: Align,
    /// Compare REF with the FASTA, and what follows from it.
    pub(crate) check: Option<CheckRef>,
    /// Which sites are split.
    pub(crate) split: Option<Types>,
    /// Take alleles apart, and what an ALT that differs otherwise becomes.
    pub(crate) atomize: Option<AtomOverlaps>,
    /// What the other ALTs become in GT.
    pub(crate) overlaps: Overlaps,
    /// Move nothing past another variant of its haplotype.
    pub(crate) safe: bool,
    /// Add the depths of the other ALTs to that of REF when a site is split.
    pub(crate) keep_sum: bool,
    /// Leave out lists of the wrong length when a site is split.
    pub(crate) force: bool,
    /// Fields that are lists of another Number than the header has.
    pub(crate) numbers: Vec<(Vec<u8>, Number)>,
    /// Where a record that changes tells what it was.
    pub(crate) old_record: Option<OldRecord>,
    /// Write nothing, tell what would change.
    pub(crate) only_check: bool,
}
