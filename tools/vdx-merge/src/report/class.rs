//! What a CLNSIG value means for the order of a report.

use crate::clinvar::vocabulary::is_class;

/// Groups of germline classifications, the one to look at first in front. A record of several words is in the group
/// that comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Pathogenic, likely pathogenic, at low penetrance too.
    Pathogenic,
    /// Submitters disagree.
    Conflicting,
    /// A response to a drug.
    Drug,
    /// Risk alleles, associations, protection, and words that are not known.
    Other,
    /// Uncertain significance, uncertain risk alleles.
    Uncertain,
    /// Benign, likely benign and nothing else.
    Benign,
    /// No germline class for the allele itself.
    Unclassified,
}

impl Class {
    /// All of them in order; `as usize` is the place here.
    pub(crate) const ALL: [Self; 7] = [
        Self::Pathogenic,
        Self::Conflicting,
        Self::Drug,
        Self::Other,
        Self::Uncertain,
        Self::Benign,
        Self::Unclassified,
    ];

    /// The group of a CLNSIG value as ClinVar writes it.
    pub(crate) fn of(significance: &[u8]) -> Self {
        significance.split(|byte| matches!(byte, b'|' | b'/' | b',')).map(word).min().unwrap_or(Self::Unclassified)
    }

    /// The word that names the group in style sheet and script.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Pathogenic => "pathogenic",
            Self::Conflicting => "conflicting",
            Self::Drug => "drug",
            Self::Other => "other",
            Self::Uncertain => "uncertain",
            Self::Benign => "benign",
            Self::Unclassified => "unclassified",
        }
    }

    /// As people read it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Self::Pathogenic => "Pathogenic or likely pathogenic",
            Self::Conflicting => "Conflicting classifications",
            Self::Drug => "Drug response",
            Self::Other => "Risk factor, association or other",
            Self::Uncertain => "Uncertain significance",
            Self::Benign => "Benign or likely benign",
            Self::Unclassified => "Not classified",
        }
    }
}

/// The group of one word: whole words only, since `Conflicting_classifications_of_pathogenicity` holds another.
fn word(word: &[u8]) -> Class {
    match word.strip_prefix(b"_").unwrap_or(word) {
        b"Pathogenic" | b"Likely_pathogenic" => Class::Pathogenic,
        b"Conflicting_classifications_of_pathogenicity"
        | b"Conflicting_interpretations_of_pathogenicity"
        | b"conflicting_data_from_submitters" => Class::Conflicting,
        b"drug_response" => Class::Drug,
        b"Uncertain_significance" | b"Uncertain_risk_allele" => Class::Uncertain,
        b"Benign" | b"Likely_benign" => Class::Benign,
        b"not_provided" | b"association_not_found" => Class::Unclassified,
        word if !is_class(word) => Class::Unclassified,
        _ => Class::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_decide() {
        for (value, class) in [
            ("Pathogenic", Class::Pathogenic),
            ("Pathogenic/Likely_pathogenic|drug_response", Class::Pathogenic),
            ("Likely_pathogenic,_low_penetrance", Class::Pathogenic),
            ("Conflicting_classifications_of_pathogenicity|risk_factor", Class::Conflicting),
            ("Conflicting_interpretations_of_pathogenicity,_other", Class::Conflicting),
            ("Benign|drug_response", Class::Drug),
            ("Benign/Likely_benign,_risk_factor", Class::Other),
            ("Likely_risk_allele", Class::Other),
            ("Uncertain_significance/Uncertain_risk_allele", Class::Uncertain),
            ("Benign/Likely_benign|not_provided", Class::Benign),
            ("association_not_found", Class::Unclassified),
            ("not_provided", Class::Unclassified),
            ("no_classifications_from_unflagged_records", Class::Unclassified),
            ("", Class::Unclassified),
            ("Pathogenicity", Class::Other),
        ] {
            assert_eq!(Class::of(value.as_bytes()), class, "{value}");
        }
        assert!(Class::ALL.iter().enumerate().all(|(at, class)| *class as usize == at));
    }
}
