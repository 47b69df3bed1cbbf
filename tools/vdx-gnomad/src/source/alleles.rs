//! What can be asked of gnomAD: bases against bases, in minimal form.

use vdx_vcf::variant::Variant;

/// The minimal form to ask for; `None` where gnomAD cannot have such an allele.
pub(crate) fn question<'a>(pos: u32, reference: &'a [u8], alt: &'a [u8]) -> Option<Variant<'a>> {
    if !is_acgt(reference) || !is_acgt(alt) || reference.eq_ignore_ascii_case(alt) {
        return None;
    }
    Some(Variant { pos, reference, alt }.minimal())
}

/// Whether gnomAD writes variants of this (minimal) kind: one base for another, an insertion, a deletion. Others can
/// still be found in a file that has them.
pub(crate) fn is_represented(variant: &Variant<'_>) -> bool {
    let Variant { reference, alt, .. } = variant;
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

fn is_acgt(allele: &[u8]) -> bool {
    !allele.is_empty() && allele.iter().all(|byte| matches!(byte.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_bases_are_asked_for() {
        assert!(question(1, b"a", b"T").is_some());
        for (reference, alt) in
            [("A", "*"), ("A", "<DEL>"), ("A", "N"), ("N", "A"), ("A", "a"), ("A", "A[2:5["), ("A", "."), ("-", "A")]
        {
            assert!(question(1, reference.as_bytes(), alt.as_bytes()).is_none(), "{reference}>{alt}");
        }
    }

    #[test]
    fn several_bases_at_once_are_not_represented() {
        let represented =
            |reference: &str, alt: &str| is_represented(&question(1, reference.as_bytes(), alt.as_bytes()).unwrap());
        assert!(
            represented("A", "C") && represented("AC", "ATC") && represented("CAA", "CA") && represented("aC", "A")
        );
        assert!(!represented("AC", "GT") && !represented("ATC", "G") && !represented("A", "TC"));
    }

    #[test]
    fn references_are_compared_as_far_as_both_go() {
        assert_eq!(references_agree(b"ac", b"ACGT"), Some(true));
        assert_eq!(references_agree(b"AG", b"AC"), Some(false));
        assert_eq!(references_agree(b"N", b"A"), None);
    }
}
