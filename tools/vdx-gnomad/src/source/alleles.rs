//! Alleles beside alleles: their text, their minimal form, and what gnomAD has.

use vdx_vcf::variant::Variant;

/// The minimal form of an allele of letters (bases, N, and IUPAC's other codes); `None` for any other text, and where ALT is
/// REF.
pub(crate) fn minimal<'a>(pos: u32, reference: &'a [u8], alt: &'a [u8]) -> Option<Variant<'a>> {
    if !is_letters(reference) || !is_letters(alt) || reference.eq_ignore_ascii_case(alt) {
        return None;
    }
    Some(Variant { pos, reference, alt }.minimal())
}

/// Whether a minimal form is what stands there already.
pub(crate) fn is_own(minimal: &Variant<'_>, reference: &[u8], alt: &[u8]) -> bool {
    // At the same place where nothing was cut off in front.
    minimal.reference.len() == reference.len() && minimal.alt.len() == alt.len()
}

/// Whether two alleles at one position are the same text: letters in any case.
pub(crate) fn same_text(a: &Variant<'_>, b: &Variant<'_>) -> bool {
    let same_alt = a.alt == b.alt || (is_letters(a.alt) && a.alt.eq_ignore_ascii_case(b.alt));
    same_alt && a.pos == b.pos && a.reference.eq_ignore_ascii_case(b.reference)
}

/// Whether gnomAD writes variants of this (minimal) kind: one base for another, an insertion, a deletion. Others can
/// still be found in a file that has them.
pub(crate) fn is_represented(variant: &Variant<'_>) -> bool {
    let Variant { reference, alt, .. } = variant;
    if !is_acgt(reference) || !is_acgt(alt) {
        return false;
    }
    match reference.len().min(alt.len()) {
        1 => reference.len() == alt.len() || reference[0].eq_ignore_ascii_case(&alt[0]),
        _ => false,
    }
}

/// Whether two minimal forms are the same change.
pub(crate) fn same(a: &Variant<'_>, b: &Variant<'_>) -> bool {
    a.pos == b.pos && a.reference.eq_ignore_ascii_case(b.reference) && a.alt.eq_ignore_ascii_case(b.alt)
}

/// Whether two REFs that start at one position agree as far as both go; `None` where that tells nothing.
pub(crate) fn references_agree(a: &[u8], b: &[u8]) -> Option<bool> {
    let common = a.len().min(b.len());
    (is_acgt(&a[..common]) && is_acgt(&b[..common])).then(|| a[..common].eq_ignore_ascii_case(&b[..common]))
}

/// Whether an allele is of letters.
pub(crate) fn is_letters(allele: &[u8]) -> bool {
    !allele.is_empty() && allele.iter().all(u8::is_ascii_alphabetic)
}

fn is_acgt(allele: &[u8]) -> bool {
    !allele.is_empty() && allele.iter().all(|byte| matches!(byte.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_have_a_minimal_form() {
        assert!(minimal(1, b"a", b"T").is_some() && minimal(1, b"A", b"N").is_some());
        for (reference, alt) in
            [("A", "*"), ("A", "<DEL>"), ("A", "a"), ("A", "A[2:5["), ("A", "."), ("-", "A"), ("A", "")]
        {
            assert!(minimal(1, reference.as_bytes(), alt.as_bytes()).is_none(), "{reference}>{alt}");
        }
    }

    #[test]
    fn texts_are_the_same_in_any_case_of_letters() {
        let same = |a: (&'static str, &'static str), b: (&'static str, &'static str)| {
            let variant = |(reference, alt): (&'static str, &'static str)| Variant {
                pos: 1,
                reference: reference.as_bytes(),
                alt: alt.as_bytes(),
            };
            same_text(&variant(a), &variant(b))
        };
        assert!(
            same(("N", "<DEL>"), ("n", "<DEL>")) && same(("gg", "GA"), ("GG", "ga")) && same(("A", "."), ("A", "."))
        );
        assert!(!same(("N", "<DEL>"), ("N", "<del>")) && !same(("GG", "GA"), ("G", "A")));
    }

    #[test]
    fn several_bases_at_once_are_not_represented() {
        let represented =
            |reference: &str, alt: &str| is_represented(&minimal(1, reference.as_bytes(), alt.as_bytes()).unwrap());
        assert!(
            represented("A", "C") && represented("AC", "ATC") && represented("CAA", "CA") && represented("aC", "A")
        );
        assert!(!represented("A", "N") && !represented("R", "A"));
        assert!(!represented("AC", "GT") && !represented("ATC", "G") && !represented("A", "TC"));
    }

    #[test]
    fn references_are_compared_as_far_as_both_go() {
        assert_eq!(references_agree(b"ac", b"ACGT"), Some(true));
        assert_eq!(references_agree(b"AG", b"AC"), Some(false));
        assert_eq!(references_agree(b"N", b"A"), None);
    }
}
