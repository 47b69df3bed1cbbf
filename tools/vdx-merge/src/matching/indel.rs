//! `I` and `D` of a raw file against insertions and deletions.
//!
//! `I` is the longer and `D` the shorter allele of whatever the array looked at; which indel that was only the
//! position and the rsID can tell. An indel in a repeat can be written at several positions without changing the
//! haplotype, and arrays and ClinVar need not choose the same one.

use super::change::{AnchorRange, Indel, allele_key};
use super::notes::{Hit, IndelCall};
use super::row_call::RowCall;
use crate::sample::call::Call;
use crate::verdict::assessment::Assessment;
use crate::verdict::{Genotype, Verdict};

/// The furthest apart that a record and a raw row can lie and still be compared, in bases. Indels that can be placed
/// over a longer stretch are compared with the rows within it only.
pub(crate) const REACH: u32 = 10_000;

/// Adds to `hit` what a row says about an indel that can be written within `placement`; without a reference
/// (`with_reference`) that is no more than where the record has it.
pub(crate) fn assess(call: &RowCall, indel: &Indel, placement: AnchorRange, with_reference: bool, hit: &mut Hit) {
    let row = call.row;
    let fits = call.on_contig && placement.fits(row.pos);
    let near = call.on_contig && (row.pos == indel.anchor || row.pos == indel.anchor + 1);
    match read(row.call, indel.insertion, call.haploid) {
        Some(genotype) if fits => {
            let verdict = genotype.verdict();
            let fit = Fit { key: allele_key(indel, placement), same_rsid: call.same_rsid, verdict };
            let mut assessment = Assessment { verdict, genotype, found: call.matched(true), flags: Vec::new() };
            // Where else the indel could be written only the FASTA tells; without it the rsID alone says that the row
            // means this one.
            if !with_reference && !call.same_rsid {
                assessment = assessment.flagged("needs_reference");
            }
            hit.indel_calls.push(IndelCall { row: call.at, fit, assessment: call.flagged(assessment) });
        }
        Some(_) => {
            let flag = if with_reference { "indel_moved" } else { "needs_reference" };
            let assessment = Assessment::without_alleles(Verdict::Unresolved, call.matched(false)).flagged(flag);
            hit.observations.push(call.observation(assessment, false));
        }
        // Letters at the first changed base are about that base.
        None if !call.same_rsid && !row.call.is_none() && row.pos != call.target => {}
        None => {
            let assessment = call.not_comparable(call.matched(near), "letters_at_indel");
            hit.observations.push(call.observation(assessment, false));
        }
    }
}

/// What an `I`/`D` call says about an indel, if it is the one the array looked at. `None` for other calls.
pub(crate) fn read(call: Call, insertion: bool, haploid: bool) -> Option<Genotype> {
    // I is the longer allele: ALT of an insertion, REF of a deletion. To take I or D for the variant would make
    // carriers of people who have the reference twice.
    let code = |letter: u8| Some(u8::from((letter == b'I') == insertion));
    let genotype = Genotype::of(call.lengths()?.iter().map(|&letter| code(letter)));
    Some(if haploid { genotype.of_one_copy() } else { genotype })
}

/// A record that one raw row fits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fit {
    /// See [`allele_key`].
    pub(crate) key: Vec<u8>,
    /// The row's rsID is the record's RS.
    pub(crate) same_rsid: bool,
    /// What the row says about the record, if that is what it looked at.
    pub(crate) verdict: Verdict,
}

/// What to make of one of several records that a row fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision {
    /// The row speaks about this record.
    Taken,
    /// The rsID says that the row is about another one.
    Another,
    /// Nothing tells which one is meant.
    Unresolved,
}

/// Decides about `fits[at]` given everything the same row fits. Records of one allele count once.
pub(crate) fn decide(fits: &[Fit], at: usize) -> Decision {
    let Some(this) = fits.get(at) else { return Decision::Unresolved };
    let one_allele = fits.iter().all(|fit| fit.key == this.key);
    // Whichever of them the array looked at, the person has the reference there.
    if one_allele || fits.iter().all(|fit| fit.verdict == Verdict::Reference) {
        return Decision::Taken;
    }
    let mut named = fits.iter().filter(|fit| fit.same_rsid);
    match named.next() {
        Some(first) if named.all(|fit| fit.key == first.key) => {
            if first.key == this.key {
                Decision::Taken
            } else {
                Decision::Another
            }
        }
        _ => Decision::Unresolved,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i_and_d_are_the_longer_and_the_shorter_allele() {
        let verdict = |call: &[u8], insertion, haploid| {
            read(Call::parse(call).unwrap(), insertion, haploid).map(Genotype::verdict)
        };
        assert_eq!(verdict(b"DI", true, false), Some(Verdict::Het));
        assert_eq!(verdict(b"II", true, false), Some(Verdict::Hom));
        assert_eq!(verdict(b"II", false, false), Some(Verdict::Reference));
        assert_eq!(verdict(b"DD", false, false), Some(Verdict::Hom));
        assert_eq!(verdict(b"D", false, false), Some(Verdict::Hemizygous));
        assert_eq!(verdict(b"DD", false, true), Some(Verdict::Hemizygous));
        assert_eq!(verdict(b"AG", true, false), None);
        assert_eq!(verdict(b"--", true, false), None);
    }

    #[test]
    fn two_fits_are_unresolved_unless_something_tells_them_apart() {
        let fit = |key: &str, same_rsid, verdict| Fit { key: key.into(), same_rsid, verdict };
        let het = Verdict::Het;
        let decisions = |fits: &[Fit]| (0..fits.len()).map(|at| decide(fits, at)).collect::<Vec<_>>();
        assert_eq!(decisions(&[fit("a", false, het)]), [Decision::Taken]);
        assert_eq!(decisions(&[fit("a", false, het), fit("b", false, het)]), [Decision::Unresolved; 2]);
        assert_eq!(decisions(&[fit("a", false, het), fit("a", false, het)]), [Decision::Taken; 2]);
        assert_eq!(decisions(&[fit("a", true, het), fit("b", false, het)]), [Decision::Taken, Decision::Another]);
        assert_eq!(decisions(&[fit("a", true, het), fit("b", true, het)]), [Decision::Unresolved; 2]);
        let reference = Verdict::Reference;
        assert_eq!(decisions(&[fit("a", false, reference), fit("b", false, reference)]), [Decision::Taken; 2]);
        assert_eq!(decisions(&[fit("a", false, reference), fit("b", false, het)]), [Decision::Unresolved; 2]);
    }
}
