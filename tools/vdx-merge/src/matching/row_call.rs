//! One row of a raw file beside one ClinVar record: what snv and indel have in common.

use super::notes::{Evidence, Observation};
use crate::sample::raw::Row;
use crate::verdict::assessment::Assessment;
use crate::verdict::{Match, Verdict};

/// A row of a raw file that may be about a record, and how the two met.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RowCall {
    /// The index of the row.
    pub(crate) at: u32,
    /// The row.
    pub(crate) row: Row,
    /// Where a row about the record would stand, 1-based.
    pub(crate) target: u32,
    /// The row's rsID is the record's RS.
    pub(crate) same_rsid: bool,
    /// Both have an rsID, and not the same one.
    pub(crate) rsid_differs: bool,
    /// The person has one copy here.
    pub(crate) haploid: bool,
    /// The row is on the record's contig; a row without a chromosome is not.
    pub(crate) on_contig: bool,
    /// It stands at `target` of the record's contig.
    pub(crate) in_place: bool,
}

impl RowCall {
    /// By what the two were brought together, if the row stands where the record is (`in_place`) or elsewhere.
    pub(crate) fn matched(&self, in_place: bool) -> Match {
        match (self.same_rsid, in_place) {
            (true, true) => Match::RsidAndPosition,
            (true, false) => Match::RsidMoved,
            (false, _) => Match::Position,
        }
    }

    /// The assessment with what there is to know about the row itself.
    pub(crate) fn flagged(&self, mut assessment: Assessment) -> Assessment {
        if self.rsid_differs && assessment.verdict.is_definite() {
            assessment = assessment.flagged("rsid_differs");
        }
        // Two alleles of one copy: an error of the array, or a sex that is not the person's. The call stands, with a word.
        if self.haploid && self.row.call.is_het() {
            assessment = assessment.flagged("het_where_haploid");
        }
        assessment
    }

    /// The assessment as an observation of this row.
    pub(crate) fn observation(&self, assessment: Assessment, strand_matters: bool) -> Observation {
        Observation { evidence: Evidence::Row(self.at), assessment: self.flagged(assessment), strand_matters }
    }

    /// A call that says nothing about this kind of change: the row was meant for the record if the rsID is the same.
    pub(crate) fn not_comparable(&self, found: Match, why: &'static str) -> Assessment {
        // A row without a call was assayed, whatever for: that is another answer than no row.
        if self.row.call.is_none() {
            Assessment::without_alleles(Verdict::NoCall, found)
        } else if self.same_rsid {
            Assessment::without_alleles(Verdict::Unresolved, found).flagged(why)
        } else {
            Assessment::without_alleles(Verdict::NotAssayed, found)
        }
    }
}
