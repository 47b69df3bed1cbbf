//! What a REF/ALT pair does to the sequence, and where else the same change can be written.

use vdx_vcf::variant::Variant;

/// What a REF/ALT pair does to the sequence.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Change<'a> {
    /// One base for another, upper or lower case as in the record.
    Substitution {
        /// 1-based.
        pos: u32,
        /// As in the record.
        reference: u8,
        /// As in the record.
        alt: u8,
    },
    /// The two alleles have different lengths.
    Indel(Indel<'a>),
    /// Neither letters nor `I`/`D` can speak about it: several bases for as many, a missing or symbolic ALT, letters
    /// outside of ACGT in place of as many.
    Other,
}

/// An insertion, a deletion, or a replacement by another number of bases.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Indel<'a> {
    /// 1-based position of the base before the change.
    pub(crate) anchor: u32,
    /// ALT is the longer allele.
    pub(crate) insertion: bool,
    /// The bases inserted or deleted; `None` where bases are replaced, which has one placement only.
    pub(crate) moved: Option<&'a [u8]>,
    /// The minimal REF and ALT.
    pub(crate) alleles: (&'a [u8], &'a [u8]),
}

impl<'a> Change<'a> {
    /// Classifies one REF/ALT pair at `pos` (1-based), after trimming what both share.
    pub(crate) fn of(pos: u32, reference: &'a [u8], alt: &'a [u8]) -> Self {
        let acgt = |allele: &[u8]| {
            !allele.is_empty()
                && allele.iter().all(|base| matches!(base.to_ascii_uppercase(), b'A' | b'C' | b'G' | b'T'))
        };
        if !acgt(reference) || !acgt(alt) {
            return Self::of_ambiguous(pos, reference, alt);
        }
        let Variant { pos, reference, alt } = Variant { pos, reference, alt }.minimal();
        match (reference, alt) {
            ([r], [a]) if r.eq_ignore_ascii_case(a) => Self::Other,
            (&[reference], &[alt]) => Self::Substitution { pos, reference, alt },
            // Two bases for two may be on one haplotype or on both: single letters of a raw file cannot tell.
            _ if reference.len() == alt.len() => Self::Other,
            _ => {
                let insertion = alt.len() > reference.len();
                let (short, long) = if insertion { (reference, alt) } else { (alt, reference) };
                let (anchor, moved) = match short {
                    [base] if base.eq_ignore_ascii_case(&long[0]) => (pos, Some(&long[1..])),
                    // The base behind is the anchor, as at the start of a contig.
                    [base] if base.eq_ignore_ascii_case(&long[long.len() - 1]) => {
                        (pos.saturating_sub(1), Some(&long[..long.len() - 1]))
                    }
                    _ => (pos, None),
                };
                Self::Indel(Indel { anchor, insertion, moved, alleles: (reference, alt) })
            }
        }
    }
}

impl<'a> Change<'a> {
    /// Alleles with letters for one of several bases (N and the others of IUPAC): of different lengths they are still the
    /// longer and the shorter one, written in the one place where the record has them; of one length nothing is known.
    fn of_ambiguous(pos: u32, reference: &'a [u8], alt: &'a [u8]) -> Self {
        let iupac = |allele: &[u8]| {
            !allele.is_empty() && allele.iter().all(|base| b"ACGTNRYSWKMBDHV".contains(&base.to_ascii_uppercase()))
        };
        if !iupac(reference) || !iupac(alt) || reference.len() == alt.len() {
            return Self::Other;
        }
        let insertion = alt.len() > reference.len();
        Self::Indel(Indel { anchor: pos, insertion, moved: None, alleles: (reference, alt) })
    }
}

/// Where an indel can be written: the first and the last position of the base before it, 1-based.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct AnchorRange {
    /// The leftmost anchor.
    pub(crate) first: u32,
    /// The rightmost anchor.
    pub(crate) last: u32,
}

impl AnchorRange {
    /// Nothing but where the record has it.
    pub(crate) fn fixed(indel: &Indel) -> Self {
        Self { first: indel.anchor, last: indel.anchor }
    }

    /// Whether a raw row at `pos` can mean this indel: arrays give the base before it or its first base.
    pub(crate) fn fits(self, pos: u32) -> bool {
        (self.first..=self.last.saturating_add(1)).contains(&pos)
    }
}

/// An allele's identity: equal for records that change the sequence in the same way, as far as `placement` tells.
pub(crate) fn allele_key(indel: &Indel, placement: AnchorRange) -> Vec<u8> {
    let mut key = Vec::with_capacity(16 + indel.alleles.0.len() + indel.alleles.1.len());
    key.push(if indel.insertion { b'I' } else { b'D' });
    match indel.moved {
        // Each step to the left takes the last base of the moved sequence to its front.
        Some(moved) => {
            let first = placement.first.min(indel.anchor);
            // As it is spelt at the leftmost place, whichever place the record has: then records of one allele have
            // one key.
            let steps = (indel.anchor - first) as usize % moved.len().max(1);
            key.extend_from_slice(&first.to_le_bytes());
            key.extend(moved[moved.len() - steps..].iter().map(u8::to_ascii_uppercase));
            key.extend(moved[..moved.len() - steps].iter().map(u8::to_ascii_uppercase));
        }
        None => {
            key[0] = b'X';
            key.extend_from_slice(&indel.anchor.to_le_bytes());
            key.extend(indel.alleles.0.iter().map(u8::to_ascii_uppercase));
            key.push(b'>');
            key.extend(indel.alleles.1.iter().map(u8::to_ascii_uppercase));
        }
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indel<'a>(pos: u32, reference: &'a str, alt: &'a str) -> Indel<'a> {
        match Change::of(pos, reference.as_bytes(), alt.as_bytes()) {
            Change::Indel(indel) => indel,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn changes_are_classified_after_trimming() {
        let change = Change::of(10, b"CA", b"CG");
        assert_eq!(change, Change::Substitution { pos: 11, reference: b'A', alt: b'G' });
        assert_eq!(Change::of(10, b"AC", b"GT"), Change::Other);
        assert_eq!(Change::of(10, b"A", b"."), Change::Other);
        assert_eq!(Change::of(10, b"AG", b"NT"), Change::Other);
        assert_eq!(Change::of(10, b"A", b"R"), Change::Other);
        let ambiguous = indel(10, "A", "ATNNR");
        assert_eq!((ambiguous.anchor, ambiguous.insertion, ambiguous.moved), (10, true, None));
        assert!(!indel(10, "ANN", "A").insertion);
        assert_eq!(Change::of(10, b"A", b"AZ"), Change::Other);
        assert_eq!(Change::of(10, b"A", b"a"), Change::Other);
        assert_eq!(Change::of(10, b"A", b"<DEL>"), Change::Other);
        let deletion = indel(10, "CAAG", "C");
        assert!(!deletion.insertion);
        assert_eq!((deletion.anchor, deletion.moved), (10, Some(&b"AAG"[..])));
        let right_padded = indel(1, "C", "TC");
        assert_eq!((right_padded.anchor, right_padded.moved), (0, Some(&b"T"[..])));
        assert_eq!(indel(10, "AGG", "TC").moved, None);
    }

    #[test]
    fn placements_reach_one_base_past_the_last_anchor() {
        let placement = AnchorRange { first: 10, last: 12 };
        let call: Vec<u32> = (8..16).filter(|&pos| placement.fits(pos)).collect();
        assert_eq!(call, [10, 11, 12, 13]);
    }

    #[test]
    fn one_allele_has_one_key() {
        // ...G AGAGAG T: deleting AG after the G at 10 or GA after the A at 11 leaves the same sequence.
        let placement = AnchorRange { first: 10, last: 14 };
        let left = allele_key(&indel(10, "GAG", "G"), placement);
        assert_eq!(left, allele_key(&indel(11, "AGA", "A"), placement));
        assert_ne!(left, allele_key(&indel(10, "GAGAG", "G"), AnchorRange { first: 10, last: 12 }));
        assert_ne!(left, allele_key(&indel(10, "G", "GAG"), placement));
    }
}
