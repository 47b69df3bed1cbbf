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

/// A genotype in terms of one record: 0 for REF, 1 for ALT, `None` for anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Genotype {
    alleles: [Option<u8>; 2],
    haploid: bool,
}

impl Genotype {
    /// No call of two alleles.
    pub const MISSING: Self = Self { alleles: [None, None], haploid: false };

    /// One allele.
    pub fn haploid(allele: Option<u8>) -> Self {
        Self { alleles: [allele, allele], haploid: true }
    }

    /// Two alleles, in any order.
    pub fn diploid(one: Option<u8>, other: Option<u8>) -> Self {
        // 0 before 1 before a missing one, as unphased genotypes are usually written.
        let rank = |allele: Option<u8>| allele.unwrap_or(u8::MAX);
        let alleles = if rank(other) < rank(one) { [other, one] } else { [one, other] };
        Self { alleles, haploid: false }
    }

    /// The alleles, one of them for a haploid genotype.
    pub fn alleles(&self) -> &[Option<u8>] {
        &self.alleles[..if self.haploid { 1 } else { 2 }]
    }

    /// The same number of alleles, none of them known.
    #[must_use]
    pub fn unknown(self) -> Self {
        Self { alleles: [None, None], haploid: self.haploid }
    }

    /// The genotype as VCF's GT, unphased.
    pub fn write_gt(&self, out: &mut Vec<u8>) {
        for (at, allele) in self.alleles().iter().enumerate() {
            if at > 0 {
                out.push(b'/');
            }
            out.push(allele.map_or(b'.', |allele| b'0' + allele));
        }
    }

    /// What the genotype says about ALT.
    pub fn verdict(&self) -> Verdict {
        let alleles = self.alleles();
        let count = |wanted: Option<u8>| alleles.iter().filter(|&&allele| allele == wanted).count();
        match (count(Some(1)), count(Some(0))) {
            (1, _) if alleles.len() == 1 => Verdict::Hemizygous,
            (2, _) => Verdict::Hom,
            (1, _) => Verdict::Het,
            (0, reference) if reference == alleles.len() => Verdict::Reference,
            _ => Verdict::OtherAllele,
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
        assert_eq!(gt(Genotype::diploid(Some(1), Some(0))), ("0/1".into(), Verdict::Het));
        assert_eq!(gt(Genotype::diploid(Some(1), Some(1))), ("1/1".into(), Verdict::Hom));
        assert_eq!(gt(Genotype::diploid(None, Some(1))), ("1/.".into(), Verdict::Het));
        assert_eq!(gt(Genotype::diploid(None, Some(0))), ("0/.".into(), Verdict::OtherAllele));
        assert_eq!(gt(Genotype::haploid(Some(1))), ("1".into(), Verdict::Hemizygous));
        assert_eq!(gt(Genotype::haploid(Some(0))), ("0".into(), Verdict::Reference));
        assert_eq!(gt(Genotype::diploid(Some(0), Some(0))), ("0/0".into(), Verdict::Reference));
    }
}
