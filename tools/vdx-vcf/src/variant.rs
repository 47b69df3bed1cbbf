//! A variant: its minimal representation, the same change in the fewest letters (Tan et al. 2015, parsimony), and the
//! classes of its allele ([`class`]).

pub mod class;

/// A biallelic change on one contig, borrowed from a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Variant<'a> {
    /// 1-based position of the first letter of `reference`.
    pub pos: u32,
    /// REF.
    pub reference: &'a [u8],
    /// One ALT allele.
    pub alt: &'a [u8],
}

impl<'a> Variant<'a> {
    /// Trims the shared end first, then the shared start, and leaves each allele at least one letter.
    ///
    /// Letters are compared without regard to case. Left-aligned input stays left-aligned; without a reference
    /// sequence nothing can be moved further than the alleles themselves reach. Only for alleles of bases.
    #[must_use]
    pub fn minimal(self) -> Self {
        let (mut reference, mut alt) = (self.reference, self.alt);
        let shorter = reference.len().min(alt.len());
        let same = |a: &u8, b: &u8| a.eq_ignore_ascii_case(b);
        let end = reference.iter().rev().zip(alt.iter().rev()).take_while(|(a, b)| same(a, b)).count();
        let end = end.min(shorter.saturating_sub(1));
        reference = &reference[..reference.len() - end];
        alt = &alt[..alt.len() - end];
        let shorter = shorter - end;
        let start = reference.iter().zip(alt.iter()).take_while(|(a, b)| same(a, b)).count();
        let start = start.min(shorter.saturating_sub(1));
        Self { pos: self.pos + start as u32, reference: &reference[start..], alt: &alt[start..] }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minimal(pos: u32, reference: &str, alt: &str) -> (u32, String, String) {
        let v = Variant { pos, reference: reference.as_bytes(), alt: alt.as_bytes() }.minimal();
        (v.pos, String::from_utf8(v.reference.to_vec()).unwrap(), String::from_utf8(v.alt.to_vec()).unwrap())
    }

    #[test]
    fn trims_the_end_first_and_keeps_a_letter() {
        assert_eq!(minimal(10, "AC", "ATC"), (10, "A".into(), "AT".into()));
        assert_eq!(minimal(10, "CAA", "CAG"), (12, "A".into(), "G".into()));
        assert_eq!(minimal(10, "CAAA", "CAA"), (10, "CA".into(), "C".into()));
        assert_eq!(minimal(10, "caG", "CtG"), (11, "a".into(), "t".into()));
        assert_eq!(minimal(10, "A", "A"), (10, "A".into(), "A".into()));
        assert_eq!(minimal(10, "TAT", "TAT"), (10, "T".into(), "T".into()));
    }
}
