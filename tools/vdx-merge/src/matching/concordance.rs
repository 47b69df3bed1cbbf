//! Whether the person's letters and ClinVar's REF belong to one build and one strand.
//!
//! The header of a raw file can lie; letters cannot agree with the wrong reference for long. An informative locus is
//! one where the letters would not fit on the other strand: it speaks about build and strand at once.

use vdx_hts::{Error, Result};
use vdx_vcf::assembly::Declared;
use vdx_vcf::contig::MT;

use crate::matching::bases::Bases;
use crate::sample::call::Call;

/// So many informative loci decide.
pub(crate) const ENOUGH: u64 = 100;

/// The share of loci that may disagree, in percent: sites with further alleles, and errors of the array.
const TOLERATED: u64 = 5;

/// The share that ends the run at once, in percent: in another build about half of all loci disagree.
const HOPELESS: u64 = 5 * TOLERATED;

/// What to do with a sample of that build.
const NO_CLINVAR: &str =
    "; ClinVar has no file for NCBI36: lift the sample over to GRCh37 first, or ask its maker for a newer one";

/// And with others.
const OTHER_CLINVAR: &str = "; use a ClinVar file of the sample's build";

/// Counts over the loci seen so far.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Concordance {
    /// Letters among REF and ALT.
    pub(crate) agree: u64,
    /// Letters that are neither.
    pub(crate) disagree: u64,
    /// Of those, the letters whose complements are REF or ALT.
    pub(crate) flipped: u64,
    /// rsIDs found at the position that ClinVar gives them, and elsewhere.
    pub(crate) rsid_in_place: u64,
    /// See above.
    pub(crate) rsid_moved: u64,
}

impl Concordance {
    /// Counts the call at one locus, given REF and all ALT letters that ClinVar has there.
    pub(crate) fn add_call(&mut self, chromosome: u8, call: Call, alleles: Bases) {
        let letters = Bases::of_call(call);
        let flipped = letters.complement().within(alleles);
        // The mitochondrion is the same in both builds.
        if letters.is_empty() || chromosome == MT || (flipped && letters.within(alleles)) {
            return;
        }
        self.add(letters.within(alleles));
        self.flipped += u64::from(flipped);
    }

    /// The same for letters that may be of either strand: two different ones tell whether they are a pair that REF and
    /// ALT allow on one strand or the other; a single letter fits almost anywhere.
    pub(crate) fn add_call_of_either_strand(&mut self, chromosome: u8, call: Call, alleles: Bases) {
        if call.letters().is_none() || !call.is_het() || chromosome == MT {
            return;
        }
        let letters = Bases::of_call(call);
        let flipped = letters.complement().within(alleles);
        self.add(flipped || letters.within(alleles));
        self.flipped += u64::from(flipped && !letters.within(alleles));
    }

    /// Counts one locus that agrees with REF or does not.
    pub(crate) fn add(&mut self, agrees: bool) {
        if agrees {
            self.agree += 1;
        } else {
            self.disagree += 1;
        }
    }

    /// Informative loci.
    pub(crate) fn loci(&self) -> u64 {
        self.agree + self.disagree
    }

    /// Whether build and strand are proven by what was seen so far.
    pub(crate) fn proves(&self) -> bool {
        self.loci() >= ENOUGH && !self.disagrees_by(TOLERATED)
    }

    /// Whether most rsIDs lie elsewhere. Letters that prove the build outweigh them: rsIDs are merged and moved from one
    /// dbSNP to the next, and a file may have its ids from another list than its positions.
    pub(crate) fn ids_moved(&self) -> bool {
        let ids = self.rsid_in_place + self.rsid_moved;
        ids >= ENOUGH && self.rsid_moved * 2 > ids
    }

    /// Whether more than so many percent of enough loci disagree.
    fn disagrees_by(&self, percent: u64) -> bool {
        self.loci() >= ENOUGH && self.disagree * 100 > self.loci() * percent
    }

    /// Before the stream begins: an error if sample and ClinVar say different builds and the sample's `rows` with letters
    /// are too few to tell which is right.
    pub(crate) fn check_before(sample: Option<Declared>, clinvar: Option<Declared>, rows: u64) -> Result<()> {
        // So few can prove nothing: that is told now, and not when the stream is at its end.
        if rows < ENOUGH { said_alike(sample, clinvar, &format!("its {rows} row(s) with letters")) } else { Ok(()) }
    }

    /// Within the stream: an error if so many loci disagree that those to come could not make up for it.
    pub(crate) fn check_so_far(&self, sample: Option<Declared>, clinvar: Option<Declared>) -> Result<()> {
        if self.disagrees_by(HOPELESS) { Err(self.other_build(sample, clinvar)) } else { Ok(()) }
    }

    /// The end of the stream: an error if the builds differ, or if they are said to and nothing proves otherwise.
    pub(crate) fn check(&self, sample: Option<Declared>, clinvar: Option<Declared>) -> Result<()> {
        if self.disagrees_by(TOLERATED) || (self.ids_moved() && !self.proves()) {
            return Err(self.other_build(sample, clinvar));
        }
        let loci = self.loci();
        if self.proves() { Ok(()) } else { said_alike(sample, clinvar, &format!("{loci} informative loci")) }
    }

    fn other_build(&self, sample: Option<Declared>, clinvar: Option<Declared>) -> Error {
        let hint = if sample == Some(Declared::Ncbi36) {
            NO_CLINVAR
        } else if self.disagrees_by(TOLERATED) && !self.ids_moved() && self.flipped * 2 > self.disagree {
            "; most would agree on the other strand: is the file oriented to it?"
        } else {
            OTHER_CLINVAR
        };
        Error::data(format!(
            "the sample does not fit this ClinVar file: expected its letters among REF and ALT, found that {} of {} \
             informative loci disagree, and that {} of {} rsIDs lie elsewhere (sample: {}, ClinVar: {}){hint}",
            self.disagree,
            self.loci(),
            self.rsid_moved,
            self.rsid_in_place + self.rsid_moved,
            named(sample),
            named(clinvar)
        ))
    }
}

/// An error if both name a build and not the same one, which `few` things cannot decide between.
fn said_alike(sample: Option<Declared>, clinvar: Option<Declared>, few: &str) -> Result<()> {
    let (Some(ours), Some(theirs)) = (sample, clinvar) else { return Ok(()) };
    if ours == theirs {
        return Ok(());
    }
    let hint = if ours == Declared::Ncbi36 { NO_CLINVAR } else { OTHER_CLINVAR };
    Err(Error::data(format!(
        "the sample says {ours}, the ClinVar file {theirs}, and {few} are too few to tell (expected at least {ENOUGH}){hint}, \
         or --sample-build if the sample is wrong about itself"
    )))
}

fn named(build: Option<Declared>) -> &'static str {
    build.map_or("an unnamed build", Declared::name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_vcf::assembly::Assembly;

    const B37: Option<Declared> = Some(Declared::Human(Assembly::Grch37));
    const B38: Option<Declared> = Some(Declared::Human(Assembly::Grch38));

    fn call(text: &str) -> Call {
        Call::parse(text.as_bytes()).unwrap()
    }

    fn bases(text: &str) -> Bases {
        text.bytes().fold(Bases::default(), Bases::with)
    }

    #[test]
    fn only_informative_loci_count() {
        let mut concordance = Concordance::default();
        concordance.add_call(1, call("AG"), bases("AG"));
        concordance.add_call(1, call("CC"), bases("CG"));
        concordance.add_call(1, call("--"), bases("AG"));
        concordance.add_call(1, call("DI"), bases("AG"));
        concordance.add_call(25, call("A"), bases("AG"));
        concordance.add_call(1, call("TT"), bases("AG"));
        concordance.add_call(1, call("AC"), bases("AG"));
        assert_eq!((concordance.agree, concordance.disagree, concordance.flipped), (1, 2, 1));
    }

    #[test]
    fn of_either_strand_only_pairs_count() {
        let mut concordance = Concordance::default();
        for text in ["AA", "TT", "AG", "CT", "AC", "--"] {
            concordance.add_call_of_either_strand(1, call(text), bases("AG"));
        }
        assert_eq!((concordance.agree, concordance.disagree, concordance.flipped), (2, 1, 1));
    }

    #[test]
    fn a_hundred_loci_decide() {
        let of = |agree, disagree| Concordance { agree, disagree, ..Concordance::default() };
        assert!(of(95, 5).proves());
        assert!(!of(94, 5).proves());
        assert!(!of(94, 6).proves());
        assert!(of(94, 6).check(None, B37).is_err());
        assert!(of(0, 99).check(B37, B37).is_ok());
        assert!(of(0, 99).check(B38, B37).is_err());
        assert!(of(1000, 10).check(B38, B37).is_ok());
        let moved = Concordance { rsid_in_place: 10, rsid_moved: 90, ..Concordance::default() };
        assert!(moved.check(B37, B37).unwrap_err().to_string().contains("of the sample's build"));
        let moved = Concordance { agree: 50, disagree: 50, flipped: 50, ..moved };
        assert!(moved.check(B38, B37).unwrap_err().to_string().contains("of the sample's build"));
        assert!(moved.check(Some(Declared::Ncbi36), B37).unwrap_err().to_string().contains("lift the sample over"));
    }

    #[test]
    fn letters_outweigh_rs_ids() {
        let moved = Concordance { agree: 99, rsid_in_place: 100, rsid_moved: 2013, ..Concordance::default() };
        assert!(moved.ids_moved() && !moved.proves() && moved.check(B37, B37).is_err());
        let proven = Concordance { agree: 61_411, ..moved };
        assert!(proven.ids_moved() && proven.proves() && proven.check(B37, B37).is_ok());
        assert!(Concordance { disagree: 10_000, ..proven }.check(B37, B37).is_err());
    }

    #[test]
    fn what_is_known_early_is_refused_early() {
        let of = |agree, disagree| Concordance { agree, disagree, ..Concordance::default() };
        // Another build is told by a hundred loci; a bad start is not.
        assert!(of(50, 49).check_so_far(B37, B37).is_ok());
        assert!(of(50, 50).check_so_far(B37, B37).is_err());
        assert!(of(80, 20).check_so_far(B37, B37).is_ok() && of(80, 20).check(B37, B37).is_err());
        // Rows that are too few are known before any record.
        assert!(
            Concordance::check_before(B38, B37, 99).unwrap_err().to_string().contains("its 99 row(s) with letters")
        );
        assert!(Concordance::check_before(B38, B37, 100).is_ok());
        assert!(Concordance::check_before(B37, B37, 9).is_ok() && Concordance::check_before(None, B37, 9).is_ok());
    }

    #[test]
    fn the_other_strand_is_named() {
        let concordance = Concordance { agree: 50, disagree: 50, flipped: 50, ..Concordance::default() };
        assert!(concordance.check(None, None).unwrap_err().to_string().contains("other strand"));
    }
}
