//! What can be said about one person and one ClinVar record, and how sure it is.

pub(crate) mod assessment;
pub(crate) mod genotype;
pub(crate) mod info;

pub(crate) use genotype::Genotype;

/// The flag of a call that nothing was read for.
pub(crate) const NO_DATA: &str = "no_data";

/// The flags of calls that have less than `--min-gq` and `--min-dp` ask for.
pub(crate) const BELOW_MIN_GQ: &str = "below_min_gq";
/// See [`BELOW_MIN_GQ`].
pub(crate) const BELOW_MIN_DP: &str = "below_min_dp";

/// What the person's data say about the allele of one ClinVar record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Verdict {
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
    pub(crate) const ALL: [Self; 10] = [
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
    pub(crate) fn name(self) -> &'static str {
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
    pub(crate) fn carries(self) -> bool {
        matches!(self, Self::Het | Self::Hom | Self::Hemizygous)
    }

    /// Whether the person's alleles are known.
    pub(crate) fn is_definite(self) -> bool {
        matches!(self, Self::Het | Self::Hom | Self::Hemizygous | Self::Reference | Self::OtherAllele)
    }
}

/// By what the person's row and the ClinVar record were brought together. The better one first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Match {
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
    pub(crate) fn name(self) -> &'static str {
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
pub(crate) fn confidence(found: Match, stars: u8) -> u32 {
    let review = match stars {
        3.. => 10,
        2 => 9,
        1 => 8,
        0 => 6,
    };
    found.weight() * review / 10
}

/// Thousandths as the shortest decimal: `1`, `0.9`, `0.855`.
pub(crate) fn decimal(thousandths: u32) -> String {
    let text = format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
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
}
