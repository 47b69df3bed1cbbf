//! Letters of a raw file against a single-base change.

use super::notes::Observation;
use super::row_call::RowCall;
use crate::sample::call::{Call, complement};
use crate::verdict::assessment::Assessment;
use crate::verdict::{Genotype, Verdict};

/// What a row says about a substitution of `alleles`, REF and ALT in upper case. `either_strand`: the letters may be those
/// of the minus strand, each row for itself.
pub(crate) fn assess(call: &RowCall, alleles: (u8, u8), either_strand: bool) -> Observation {
    let (reference, alt) = alleles;
    let found = call.matched(call.in_place);
    let Some(mut reading) = read(call.row.call, reference, alt, call.haploid) else {
        return call.observation(call.not_comparable(found, "lengths_at_substitution"), false);
    };
    let mut flags = Vec::new();
    // Letters that are alleles as they stand are taken so; only those that cannot be are read on the other strand.
    if either_strand
        && reading.verdict == Verdict::RefMismatch
        && let Some(other) = read(call.row.call.complement(), reference, alt, call.haploid)
    {
        reading = other;
        flags.push("other_strand");
    }
    let Reading { verdict, genotype, strand_matters } = reading;
    call.observation(Assessment { verdict, genotype, found, flags }, strand_matters)
}

/// What the letters of one row say about one substitution.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Reading {
    /// As far as one record can tell: `RefMismatch` may still turn out as an allele of another record.
    verdict: Verdict,
    /// In terms of the record.
    genotype: Genotype,
    /// The other strand would read as well: the verdict stands only where the file's strand is proven.
    strand_matters: bool,
}

/// Judges called letters against `reference` and `alt`, upper-case bases. `haploid`: the person has one copy here, so
/// that two equal letters are one allele written twice. `None` for a call that is not of letters.
fn read(call: Call, reference: u8, alt: u8, haploid: bool) -> Option<Reading> {
    let letters = call.letters()?;
    let code = |letter: u8| match letter {
        _ if letter == reference => Some(0),
        _ if letter == alt => Some(1),
        _ => None,
    };
    let genotype = match letters {
        letters if haploid => Genotype::of(letters.iter().map(|&letter| code(letter))).of_one_copy(),
        letters => Genotype::of(letters.iter().map(|&letter| code(letter))),
    };
    let one_letter = letters.iter().all(|letter| *letter == letters[0]);
    let known = genotype.is_known();
    let flipped = || letters.iter().all(|&letter| code(complement(letter)).is_some());
    // Only where no letter fits: if REF and ALT are A and T, or C and G, letters fit on either strand and prove neither.
    let verdict = if !known && flipped() { Verdict::RefMismatch } else { genotype.verdict() };
    // A heterozygous call of a palindromic pair is the same call on both strands.
    let strand_matters = alt == complement(reference) && known && one_letter;
    Some(Reading { verdict, genotype, strand_matters })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(call: &str, change: &str, haploid: bool) -> (Verdict, bool) {
        let [reference, _, alt] = change.as_bytes() else { panic!("{change}") };
        let reading = read(Call::parse(call.as_bytes()).unwrap(), *reference, *alt, haploid).unwrap();
        (reading.verdict, reading.strand_matters)
    }

    #[test]
    fn letters_are_checked_against_ref_and_alt() {
        for (call, change, haploid, expected) in [
            ("AG", "A>G", false, Verdict::Het),
            ("GA", "A>G", false, Verdict::Het),
            ("GG", "A>G", false, Verdict::Hom),
            ("AA", "A>G", false, Verdict::Reference),
            ("AT", "A>G", false, Verdict::OtherAllele),
            ("GT", "A>G", false, Verdict::Het),
            ("TT", "A>G", false, Verdict::RefMismatch),
            ("TC", "A>G", false, Verdict::RefMismatch),
            ("TT", "G>C", false, Verdict::OtherAllele),
            ("G", "A>G", false, Verdict::Hemizygous),
            ("A", "A>G", false, Verdict::Reference),
            ("GG", "A>G", true, Verdict::Hemizygous),
            ("AG", "A>G", true, Verdict::Het),
        ] {
            assert_eq!(verdict(call, change, haploid), (expected, false), "{call} {change}");
        }
    }

    #[test]
    fn only_one_letter_of_a_palindrome_needs_the_strand() {
        assert_eq!(verdict("CC", "C>G", false), (Verdict::Reference, true));
        assert_eq!(verdict("G", "C>G", false), (Verdict::Hemizygous, true));
        assert_eq!(verdict("CG", "C>G", false), (Verdict::Het, false));
        assert_eq!(verdict("TT", "C>G", false), (Verdict::OtherAllele, false));
    }

    #[test]
    fn other_calls_are_not_read() {
        for call in ["--", "II", "DI", "D"] {
            assert_eq!(read(Call::parse(call.as_bytes()).unwrap(), b'A', b'C', false), None, "{call}");
        }
    }
}
