//! One verdict from several rows about one record.

use super::{Genotype, Match, Verdict};

/// What one row of the person says about one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Assessment {
    /// The verdict, as final as the row's own data make it.
    pub(crate) verdict: Verdict,
    /// In terms of the record.
    pub(crate) genotype: Genotype,
    /// How row and record met.
    pub(crate) found: Match,
    /// Words for `VDX_FLAGS`.
    pub(crate) flags: Vec<&'static str>,
}

impl Assessment {
    /// One in which no allele is known.
    pub(crate) fn without_alleles(verdict: Verdict, found: Match) -> Self {
        Self { verdict, genotype: Genotype::MISSING, found, flags: Vec::new() }
    }

    /// Adds a word for `VDX_FLAGS`.
    #[must_use]
    pub(crate) fn flagged(mut self, flag: &'static str) -> Self {
        self.flags.push(flag);
        self
    }
}

/// Picks the assessment that stands, by its index, and whether others contradict it.
///
/// A row that knows the alleles counts before one that does not; of those the better match; two that know them
/// differently leave the record unresolved. An array may assay one site twice, under an rsID and under its own id.
pub(crate) fn choose(assessments: &[Assessment]) -> Option<(usize, bool)> {
    let rank = |verdict: Verdict| match verdict {
        verdict if verdict.is_definite() => 0,
        Verdict::StrandAmbiguous | Verdict::RefMismatch => 1,
        Verdict::Unresolved => 2,
        Verdict::NoCall => 3,
        _ => 4,
    };
    let best = (0..assessments.len()).min_by_key(|&at| (rank(assessments[at].verdict), assessments[at].found, at))?;
    let chosen = &assessments[best];
    let contradicted = chosen.verdict.is_definite()
        && assessments.iter().any(|other| other.verdict.is_definite() && other.verdict != chosen.verdict);
    Some((best, contradicted))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assessment(verdict: Verdict, found: Match) -> Assessment {
        Assessment { verdict, genotype: Genotype::MISSING, found, flags: Vec::new() }
    }

    #[test]
    fn knowing_counts_before_matching_better() {
        let no_call = assessment(Verdict::NoCall, Match::RsidAndPosition);
        let het = assessment(Verdict::Het, Match::Position);
        let better = assessment(Verdict::Het, Match::RsidAndPosition);
        let reference = assessment(Verdict::Reference, Match::RsidAndPosition);
        assert_eq!(choose(&[]), None);
        assert_eq!(choose(&[no_call.clone(), het.clone()]), Some((1, false)));
        assert_eq!(choose(&[het.clone(), better]), Some((1, false)));
        assert_eq!(choose(&[het, reference]), Some((1, true)));
        assert_eq!(choose(&[assessment(Verdict::NotAssayed, Match::Position), no_call]), Some((1, false)));
    }
}
