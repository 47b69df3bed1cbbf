//! What is called a SNV, an MNV, an indel: the classes that htslib gives ALT alleles (`bcf_get_variant_types`).

use crate::allele::{AlleleKind, kind};

/// What an ALT allele does to REF. The order is that of the records that joining (`bcftools norm -m +`) leaves at one POS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Nothing: no ALT, `<NON_REF>` or `<*>`.
    Reference,
    /// A substitution of one base.
    Snv,
    /// One of several bases.
    Mnv,
    /// An insertion or a deletion.
    Indel,
    /// Anything else, symbolic alleles among it.
    Other,
    /// A breakend.
    Breakend,
    /// `*`.
    Star,
}

/// The classes of all ALTs of a record; without ALT it is the reference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Classes(u8);

impl Classes {
    /// Of the ALTs of a record.
    pub fn of<'a>(reference: &[u8], alts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        Self(alts.into_iter().map(|alt| Self::from(of(reference, alt)).0).fold(0, |all, class| all | class))
    }

    /// Those of either.
    #[must_use]
    pub fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether one of `classes` is among them.
    #[must_use]
    pub fn have(self, classes: &[Class]) -> bool {
        classes.iter().any(|class| self.0 & Self::from(*class).0 != 0)
    }
}

impl From<Class> for Classes {
    fn from(class: Class) -> Self {
        Self(if class == Class::Reference { 0 } else { 1 << (class as u8 - 1) })
    }
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
    let bit = |alt: &'a [u8]| match of(reference, alt) {
        Class::Reference => 0,
        Class::Snv if alt == b"X" => 0,
        Class::Snv => SNV,
        Class::Mnv => MNV,
        Class::Indel => INDEL,
        Class::Other => OTHER,
        Class::Breakend => BREAKEND,
        Class::Star => OVERLAP,
    };
    match alts.into_iter().map(bit).fold(0, |all, bit| all | bit) {
        0 => NONE,
        found => found,
    }
}

/// The class of an ALT allele.
///
/// An indel is an ALT that is REF with letters put in or taken out at one place; a substitution of one letter may have
/// shared letters round it.
pub fn of(reference: &[u8], alt: &[u8]) -> Class {
    match kind(alt) {
        AlleleKind::Missing => return Class::Reference,
        AlleleKind::Symbolic if matches!(alt, b"<NON_REF>" | b"<*>" | b"<X>") => return Class::Reference,
        AlleleKind::Symbolic => return Class::Other,
        AlleleKind::Breakend => return Class::Breakend,
        AlleleKind::Star => return Class::Star,
        AlleleKind::Bases | AlleleKind::Other => {}
    }
    let same = |(a, b): &(&u8, &u8)| a.eq_ignore_ascii_case(b);
    let start = reference.iter().zip(alt).take_while(same).count();
    let (reference, alt) = (&reference[start..], &alt[start..]);
    if reference.is_empty() || alt.is_empty() {
        return if reference.len() == alt.len() { Class::Reference } else { Class::Indel };
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
        let cases: [(&[u8], &[u8], Class); 15] = [
            (b"A", b"C", Class::Snv),
            (b"A", b"a", Class::Reference),
            (b"ACG", b"ATG", Class::Snv),
            (b"AC", b"TG", Class::Mnv),
            (b"A", b"AT", Class::Indel),
            (b"AT", b"A", Class::Indel),
            (b"at", b"A", Class::Indel),
            (b"CAT", b"T", Class::Indel),
            (b"T", b"CAT", Class::Indel),
            (b"CAT", b"G", Class::Other),
            (b"A", b"*", Class::Star),
            (b"A", b"<DEL>", Class::Other),
            (b"A", b"A[2:100[", Class::Breakend),
            (b"GCC", b"GTCC", Class::Indel),
            (b"A", b"<NON_REF>", Class::Reference),
        ];
        for (reference, alt, expected) in cases {
            let shown = String::from_utf8_lossy(alt);
            assert_eq!(of(reference, alt), expected, "{shown}");
        }
    }

    #[test]
    fn classes_of_a_record_are_those_of_its_alleles() {
        let classes = |alts: &[&'static str]| Classes::of(b"AC", alts.iter().map(|alt| alt.as_bytes()));
        assert_eq!(classes(&[]), Class::Reference.into());
        assert_eq!(classes(&["AT", "AG", "<NON_REF>"]), Class::Snv.into());
        assert!(classes(&["AT", "TG"]).have(&[Class::Mnv]) && !classes(&["AT", "TG"]).have(&[Class::Indel]));
        let ordered = [&["AT"][..], &["TG"], &["AT", "TG"], &["A"], &["<DEL>"], &["A[2:7["], &["*"]];
        assert!(ordered.windows(2).all(|pair| classes(pair[0]) < classes(pair[1])));
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
}
