//! What `-m` and `-d` mean by SNVs and indels: the classes that htslib gives ALT alleles (`bcf_get_variant_types`).

use vdx_vcf::allele::{AlleleKind, kind};

use crate::plan::Multiallelics;

/// What an ALT allele does to REF, as far as `-m` and `-d` ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// A substitution of one base.
    Snv,
    /// One of several bases.
    Mnv,
    /// An insertion or a deletion.
    Indel,
    /// Anything else.
    Other,
}

/// The bits of [`types`]: no ALT that is a variant.
pub const NONE: u8 = 1;
/// A substitution of one base.
pub const SNV: u8 = 2;
/// One of several bases.
pub const MNV: u8 = 4;
/// An insertion or a deletion.
pub const INDEL: u8 = 8;
/// Symbolic alleles, insertions with deletions.
pub const OTHER: u8 = 16;
/// A breakend.
pub const BREAKEND: u8 = 32;
/// `*`
pub const OVERLAP: u8 = 64;

/// The types of all ALT alleles of a site, as htslib tells them (`TYPE` of filter expressions).
pub fn types<'a>(reference: &[u8], alts: impl IntoIterator<Item = &'a [u8]>) -> u8 {
    let bit = |alt: &'a [u8]| match (of(reference, alt), kind(alt)) {
        (Class::Snv, _) if alt == b"X" => 0,
        (Class::Snv, _) => SNV,
        (Class::Mnv, _) => MNV,
        (Class::Indel, _) => INDEL,
        (Class::Other, AlleleKind::Star) => OVERLAP,
        (Class::Other, AlleleKind::Breakend) => BREAKEND,
        (Class::Other, AlleleKind::Symbolic) => {
            if matches!(alt, b"<*>" | b"<X>" | b"<NON_REF>") {
                0
            } else {
                OTHER
            }
        }
        (Class::Other, AlleleKind::Missing) => 0,
        (Class::Other, _) => {
            if alt.eq_ignore_ascii_case(reference) {
                0
            } else {
                OTHER
            }
        }
    };
    match alts.into_iter().map(bit).fold(0, |all, bit| all | bit) {
        0 => NONE,
        found => found,
    }
}

/// Whether a site with these ALT alleles is one of those that are split. The whole site is, not the ALTs of the type.
pub fn wanted<'a>(types: Multiallelics, reference: &[u8], alts: impl IntoIterator<Item = &'a [u8]>) -> bool {
    let class = match types {
        Multiallelics::All => return true,
        Multiallelics::Snvs => Class::Snv,
        Multiallelics::Indels => Class::Indel,
    };
    alts.into_iter().any(|alt| of(reference, alt) == class)
}

/// The class of an ALT allele.
///
/// An indel is an ALT that is REF with letters put in or taken out at one place; a substitution of one letter may have
/// shared letters round it.
pub fn of(reference: &[u8], alt: &[u8]) -> Class {
    if matches!(kind(alt), AlleleKind::Star | AlleleKind::Symbolic | AlleleKind::Breakend | AlleleKind::Missing) {
        return Class::Other;
    }
    let same = |(a, b): &(&u8, &u8)| a.eq_ignore_ascii_case(b);
    let start = reference.iter().zip(alt).take_while(same).count();
    let (reference, alt) = (&reference[start..], &alt[start..]);
    if reference.is_empty() || alt.is_empty() {
        return if reference.len() == alt.len() { Class::Other } else { Class::Indel };
    }
    let end = reference.iter().rev().zip(alt.iter().rev()).take_while(same).count();
    match (reference.len() - end, alt.len() - end) {
        (1, 1) => Class::Snv,
        (0, _) | (_, 0) => Class::Indel,
        (ours, theirs) if ours == theirs => Class::Mnv,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_those_of_htslib() {
        let cases: [(&[u8], &[u8], Class); 14] = [
            (b"A", b"C", Class::Snv),
            (b"A", b"a", Class::Other),
            (b"ACG", b"ATG", Class::Snv),
            (b"AC", b"TG", Class::Mnv),
            (b"A", b"AT", Class::Indel),
            (b"AT", b"A", Class::Indel),
            (b"at", b"A", Class::Indel),
            (b"CAT", b"T", Class::Indel),
            (b"T", b"CAT", Class::Indel),
            (b"CAT", b"G", Class::Other),
            (b"A", b"*", Class::Other),
            (b"A", b"<DEL>", Class::Other),
            (b"A", b"A[2:100[", Class::Other),
            (b"GCC", b"GTCC", Class::Indel),
        ];
        for (reference, alt, expected) in cases {
            let shown = String::from_utf8_lossy(alt);
            assert_eq!(of(reference, alt), expected, "{shown}");
        }
    }

    #[test]
    fn types_are_those_of_all_alleles() {
        let of = |reference: &str, alts: &[&str]| types(reference.as_bytes(), alts.iter().map(|alt| alt.as_bytes()));
        assert_eq!(of("A", &[]), NONE);
        assert_eq!(of("A", &["C"]), SNV);
        assert_eq!(of("A", &["C", "AT", "*"]), SNV | INDEL | OVERLAP);
        assert_eq!(of("AC", &["TG", "<DEL>"]), MNV | OTHER);
        assert_eq!(of("A", &["<*>"]), NONE);
        assert_eq!(of("A", &["<NON_REF>", "A[2:100["]), BREAKEND);
        assert_eq!(of("A", &["a"]), NONE);
        assert_eq!(of("CAT", &["G"]), OTHER);
    }

    #[test]
    fn one_allele_of_the_type_is_enough() {
        let alts = || [&b"C"[..], b"AT"];
        assert!(wanted(Multiallelics::Snvs, b"A", alts()));
        assert!(wanted(Multiallelics::Indels, b"A", alts()));
        assert!(!wanted(Multiallelics::Indels, b"A", [&b"C"[..], b"*"]));
        assert!(wanted(Multiallelics::All, b"A", [&b"C"[..], b"*"]));
    }
}
