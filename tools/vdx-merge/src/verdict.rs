//! What can be said about one person and one ClinVar record, and how sure it is.

pub mod combine;
pub mod indel;
pub mod letters;

/// What the person's data say about the allele of one ClinVar record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Verdict {
    /// One copy of the allele and one of another.
    Het,
    /// Two copies.
    Hom,
    /// The only copy there is: X and Y of a man, the mitochondrion.
    Hemizygous,
    /// Only the reference allele.
    Reference,
    /// Not this allele, but not only the reference either.
    OtherAllele,
    /// The site was assayed without a result.
    NoCall,
    /// The letters read the same on both strands and the strand of the file is not known.
    StrandAmbiguous,
    /// The letters are neither REF nor any known ALT, their complements are: another strand or another build.
    RefMismatch,
    /// The site was assayed, but not for this kind of change.
    NotAssayed,
    /// The data fit this allele and something else as well.
    Unresolved,
}

impl Verdict {
    /// All of them, in the order of the counts in `--stats`.
    pub const ALL: [Self; 10] = [
        Self::Het,
        Self::Hom,
        Self::Hemizygous,
        Self::Reference,
        Self::OtherAllele,
        Self::NoCall,
        Self::StrandAmbiguous,
        Self::RefMismatch,
        Self::NotAssayed,
        Self::Unresolved,
    ];

    /// The word in `VDX_VERDICT` and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Het => "het",
            Self::Hom => "hom",
            Self::Hemizygous => "hemizygous",
            Self::Reference => "reference",
            Self::OtherAllele => "other_allele",
            Self::NoCall => "no_call",
            Self::StrandAmbiguous => "strand_ambiguous",
            Self::RefMismatch => "ref_mismatch",
            Self::NotAssayed => "not_assayed",
            Self::Unresolved => "unresolved",
        }
    }

    /// Whether the person carries the allele: what is written without `--all`.
    pub fn carries(self) -> bool {
        matches!(self, Self::Het | Self::Hom | Self::Hemizygous)
    }

    /// Whether the person's alleles are known.
    pub fn is_definite(self) -> bool {
        matches!(self, Self::Het | Self::Hom | Self::Hemizygous | Self::Reference | Self::OtherAllele)
    }
}

/// By what the person's row and the ClinVar record were brought together. The better one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Match {
    /// rsID, coordinates and alleles.
    RsidAndPosition,
    /// The very POS, REF and ALT of a VCF sample.
    Exact,
    /// The same allele of a VCF sample written differently.
    Normalised,
    /// rsID and alleles; the coordinates differ.
    RsidMoved,
    /// The letters of a raw file at the position, without the rsID.
    Position,
}

impl Match {
    /// The word in `VDX_MATCH` and in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::RsidAndPosition => "rsid_and_position",
            Self::Exact => "exact",
            Self::Normalised => "normalised",
            Self::RsidMoved => "rsid_moved",
            Self::Position => "position",
        }
    }

    /// VariDex's scale, in thousandths.
    fn weight(self) -> u32 {
        match self {
            Self::RsidAndPosition => 1000,
            Self::Exact => 950,
            Self::Normalised => 900,
            Self::RsidMoved => 800,
            Self::Position => 700,
        }
    }
}

/// How far a match can be trusted, in thousandths: the match's weight times 1.0, 0.9, 0.8 or 0.6 for three or more,
/// two, one and no review stars.
pub fn confidence(found: Match, stars: u8) -> u32 {
    let review = match stars {
        3.. => 10,
        2 => 9,
        1 => 8,
        0 => 6,
    };
    found.weight() * review / 10
}

/// Thousandths as the shortest decimal: `1`, `0.9`, `0.855`.
pub fn decimal(thousandths: u32) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A genotype in terms of one record: how many copies are REF, ALT, and anything else or unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genotype {
    reference: u8,
    alt: u8,
    other: u8,
}

impl Genotype {
    /// No call of two alleles.
    pub const MISSING: Self = Self { reference: 0, alt: 0, other: 2 };

    /// The copies in any order: 0 for REF, 1 for ALT, `None` for anything else. At most 255 of each kind are counted.
    pub fn of(copies: impl IntoIterator<Item = Option<u8>>) -> Self {
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
    pub fn is_known(self) -> bool {
        self.reference > 0 || self.alt > 0
    }

    fn ploidy(self) -> u32 {
        u32::from(self.reference) + u32::from(self.alt) + u32::from(self.other)
    }

    /// The same number of copies, none of them known.
    #[must_use]
    pub fn unknown(self) -> Self {
        Self { reference: 0, alt: 0, other: u8::try_from(self.ploidy()).unwrap_or(u8::MAX) }
    }

    /// One copy, where several equal ones are but the only one, written more than once.
    #[must_use]
    pub fn of_one_copy(self) -> Self {
        match self {
            Self { alt: 0, other: 0, .. } => Self { reference: 1, ..self },
            Self { reference: 0, other: 0, .. } => Self { alt: 1, ..self },
            Self { reference: 0, alt: 0, .. } => Self { other: 1, ..self },
            several => several,
        }
    }

    /// The genotype as VCF's GT, unphased: 0 before 1 before a missing one, as unphased genotypes are usually written.
    pub fn write_gt(self, out: &mut Vec<u8>) {
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
    pub fn verdict(self) -> Verdict {
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
    fn confidence_is_varidex_scale() {
        assert_eq!(decimal(confidence(Match::RsidAndPosition, 4)), "1");
        assert_eq!(decimal(confidence(Match::RsidAndPosition, 0)), "0.6");
        assert_eq!(decimal(confidence(Match::Exact, 2)), "0.855");
        assert_eq!(decimal(confidence(Match::Normalised, 1)), "0.72");
        assert_eq!(decimal(confidence(Match::RsidMoved, 3)), "0.8");
        assert_eq!(decimal(confidence(Match::Position, 2)), "0.63");
    }

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
