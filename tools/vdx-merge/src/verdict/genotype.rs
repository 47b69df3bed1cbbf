//! A genotype in terms of one record.

use super::Verdict;

/// A genotype in terms of one record: how many copies are REF, ALT, and anything else or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Genotype {
    reference: u8,
    alt: u8,
    other: u8,
}

impl Genotype {
    /// No call of two alleles.
    pub(crate) const MISSING: Self = Self { reference: 0, alt: 0, other: 2 };

    /// The copies in any order: 0 for REF, 1 for ALT, `None` for anything else. At most 255 of each kind are counted.
    pub(crate) fn of(copies: impl IntoIterator<Item = Option<u8>>) -> Self {
        let mut genotype = Self { reference: 0, alt: 0, other: 0 };
        for copy in copies {
            let count = match copy {
                Some(0) => &mut genotype.reference,
                Some(1) => &mut genotype.alt,
                _ => &mut genotype.other,
            };
            *count = count.saturating_add(1);
        }
        genotype
    }

    /// Whether any copy is REF or ALT.
    pub(crate) fn is_known(self) -> bool {
        self.reference > 0 || self.alt > 0
    }

    fn ploidy(self) -> u32 {
        u32::from(self.reference) + u32::from(self.alt) + u32::from(self.other)
    }

    /// The same number of copies, none of them known.
    #[must_use]
    pub(crate) fn unknown(self) -> Self {
        Self { reference: 0, alt: 0, other: u8::try_from(self.ploidy()).unwrap_or(u8::MAX) }
    }

    /// One copy, where several equal ones are but the only one, written more than once.
    #[must_use]
    pub(crate) fn of_one_copy(self) -> Self {
        match self {
            Self { alt: 0, other: 0, .. } => Self { reference: 1, ..self },
            Self { reference: 0, other: 0, .. } => Self { alt: 1, ..self },
            Self { reference: 0, alt: 0, .. } => Self { other: 1, ..self },
            several => several,
        }
    }

    /// The genotype as VCF's GT, unphased: 0 before 1 before a missing one, as unphased genotypes are usually written.
    pub(crate) fn write_gt(self, out: &mut Vec<u8>) {
        let from = out.len();
        for (copies, letter) in [(self.reference, b'0'), (self.alt, b'1'), (self.other, b'.')] {
            for _ in 0..copies {
                if out.len() > from {
                    out.push(b'/');
                }
                out.push(letter);
            }
        }
    }

    /// What the genotype says about ALT.
    pub(crate) fn verdict(self) -> Verdict {
        match (u32::from(self.alt), self.ploidy()) {
            (1, 1) => Verdict::Hemizygous,
            (0, ploidy) if u32::from(self.reference) == ploidy => Verdict::Reference,
            (0, _) => Verdict::OtherAllele,
            (alt, ploidy) if alt == ploidy => Verdict::Hom,
            _ => Verdict::Het,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn genotypes_are_written_and_judged() {
        let gt = |genotype: Genotype| {
            let mut out = Vec::new();
            genotype.write_gt(&mut out);
            (String::from_utf8(out).unwrap(), genotype.verdict())
        };
        let of = |copies: &[Option<u8>]| gt(Genotype::of(copies.iter().copied()));
        let (reference, alt, other) = (Some(0), Some(1), None);
        assert_eq!(of(&[alt, reference]), ("0/1".into(), Verdict::Het));
        assert_eq!(of(&[alt, alt]), ("1/1".into(), Verdict::Hom));
        assert_eq!(of(&[other, alt]), ("1/.".into(), Verdict::Het));
        assert_eq!(of(&[other, reference]), ("0/.".into(), Verdict::OtherAllele));
        assert_eq!(of(&[alt]), ("1".into(), Verdict::Hemizygous));
        assert_eq!(of(&[reference]), ("0".into(), Verdict::Reference));
        assert_eq!(of(&[reference, reference]), ("0/0".into(), Verdict::Reference));
        assert_eq!(of(&[alt, reference, alt]), ("0/1/1".into(), Verdict::Het));
        assert_eq!(of(&[alt, alt, alt]), ("1/1/1".into(), Verdict::Hom));
        assert_eq!(gt(Genotype::of([alt, alt]).of_one_copy()), ("1".into(), Verdict::Hemizygous));
        assert_eq!(gt(Genotype::of([alt, reference]).of_one_copy()), ("0/1".into(), Verdict::Het));
        assert_eq!(gt(Genotype::of([alt, reference]).unknown()).0, "./.");
    }
}
