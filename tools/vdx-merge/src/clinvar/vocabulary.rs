//! The words of CLNSIG and CLNREVSTAT (ClinVar VCF headers and documentation, 2017 to 2026).
//!
//! ClinVar renames and adds words; one that is not here is reported to the user rather than taken for something else.

/// Words of CLNSIG, ONC and SCI between the separators `|` and `/`.
const SIGNIFICANCE: [&str; 29] = [
    // Germline, the five terms of ACMG/AMP 2015 and their low-penetrance forms (ClinGen 2023).
    "Pathogenic",
    "Likely_pathogenic",
    "Uncertain_significance",
    "Likely_benign",
    "Benign",
    "Pathogenic,_low_penetrance",
    "Likely_pathogenic,_low_penetrance",
    "Established_risk_allele",
    "Likely_risk_allele",
    "Uncertain_risk_allele",
    // Aggregates.
    "Conflicting_classifications_of_pathogenicity",
    "Conflicting_interpretations_of_pathogenicity",
    "conflicting_data_from_submitters",
    // Other kinds of assertion.
    "Affects",
    "association",
    "association_not_found",
    "confers_sensitivity",
    "drug_response",
    "low_penetrance",
    "protective",
    "risk_factor",
    "other",
    "not_provided",
    // Oncogenicity (2024).
    "Oncogenic",
    "Likely_oncogenic",
    "Tier_I_-_Strong",
    "Tier_II_-_Potential",
    "Tier_III_-_Unknown",
    "Tier_IV_-_Benign/Likely_benign",
];

/// What CLNSIG, ONC and SCI say where there is no class of the allele itself: it was classified with others alone
/// (CLNSIGINCL and the like have that class), or every submission is flagged.
const NO_CLASS: [&[u8]; 3] = [
    b"no_classification_for_the_single_variant",
    b"no_classifications_from_unflagged_records",
    b"no_interpretation_for_the_single_variant",
];

/// Whether a value of CLNSIG, ONC or SCI is a class, and no word for there being none.
pub(crate) fn is_class(value: &[u8]) -> bool {
    !value.is_empty() && value != b"." && !NO_CLASS.contains(&value)
}

/// CLNREVSTAT as a whole, with its stars (ClinVar, "Review status").
const REVIEW: [(&str, u8); 15] = [
    ("practice_guideline", 4),
    ("reviewed_by_expert_panel", 3),
    ("criteria_provided,_multiple_submitters,_no_conflicts", 2),
    ("criteria_provided,_multiple_submitters", 2),
    ("criteria_provided,_single_submitter", 1),
    ("criteria_provided,_conflicting_classifications", 1),
    ("criteria_provided,_conflicting_interpretations", 1),
    ("no_assertion_criteria_provided", 0),
    ("no_assertion_provided", 0),
    ("no_classification_provided", 0),
    ("no_classification_for_the_single_variant", 0),
    ("no_classification_for_the_individual_variant", 0),
    ("no_interpretation_for_the_single_variant", 0),
    ("no_interpretation_for_the_individual_variant", 0),
    ("no_classifications_from_unflagged_records", 0),
];

/// The review stars of a CLNREVSTAT value, 0 to 4; `None` for a value that is not known.
///
/// Some tools that write VCF turn the `,` inside the value into `&` or `|`; these are the same words.
pub(crate) fn stars(status: &[u8]) -> Option<u8> {
    // As a whole: the commas are part of the words, although Number=. makes them look like a list.
    let same = |known: &str| {
        known.len() == status.len()
            && known
                .bytes()
                .zip(status)
                .all(|(known, &byte)| known == byte || (known == b',' && matches!(byte, b'&' | b'|')))
    };
    REVIEW.iter().find(|(known, _)| same(known)).map(|(_, stars)| *stars)
}

/// The words of a CLNSIG value that are not known.
///
/// Words are joined by `|`, two neighbouring classes by `/`, and before 2022 further words by `,_`.
pub(crate) fn unknown_words(significance: &[u8]) -> impl Iterator<Item = &[u8]> {
    significance
        .split(|&byte| byte == b'|')
        .filter(|part| !is_known(part))
        .flat_map(|part| part.split(|&byte| byte == b'/'))
        .filter(|word| !is_known(word))
        .flat_map(|word| word.split(|&byte| byte == b','))
        .filter(|word| !is_known(word))
}

fn is_known(word: &[u8]) -> bool {
    // Whole words: as a part 'pathogenic' is in 'Conflicting_classifications_of_pathogenicity', too, and
    // 'criteria_provided' in 'no_assertion_criteria_provided', which says the opposite.
    let word = word.strip_prefix(b"_").unwrap_or(word);
    NO_CLASS.contains(&word) || SIGNIFICANCE.iter().any(|known| known.as_bytes() == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_are_given_to_whole_values() {
        assert_eq!(stars(b"practice_guideline"), Some(4));
        assert_eq!(stars(b"reviewed_by_expert_panel"), Some(3));
        assert_eq!(stars(b"criteria_provided,_multiple_submitters,_no_conflicts"), Some(2));
        assert_eq!(stars(b"criteria_provided&_single_submitter"), Some(1));
        assert_eq!(stars(b"criteria_provided,_conflicting_interpretations"), Some(1));
        // The trap: this holds the words `criteria_provided`.
        assert_eq!(stars(b"no_assertion_criteria_provided"), Some(0));
        assert_eq!(stars(b"criteria_provided"), None);
        assert_eq!(stars(b"reviewed by expert panel"), None);
    }

    #[test]
    fn a_word_for_no_class_is_none() {
        assert!(is_class(b"Pathogenic") && is_class(b"not_provided") && is_class(b"Tier_I_-_Strong"));
        assert!(!is_class(b"no_classification_for_the_single_variant") && !is_class(b"") && !is_class(b"."));
    }

    #[test]
    fn words_are_known_or_shown() {
        let unknown = |value: &str| {
            unknown_words(value.as_bytes()).map(|word| String::from_utf8(word.to_vec()).unwrap()).collect::<Vec<_>>()
        };
        for value in [
            "Pathogenic",
            "Pathogenic/Likely_pathogenic|drug_response",
            "Pathogenic/Likely_pathogenic/Pathogenic,_low_penetrance|other",
            "Conflicting_interpretations_of_pathogenicity,_risk_factor",
            "Conflicting_classifications_of_pathogenicity|association|_other",
            "Uncertain_significance/Uncertain_risk_allele",
            "Tier_IV_-_Benign/Likely_benign",
            "no_classification_for_the_single_variant",
        ] {
            assert!(unknown(value).is_empty(), "{value}: {:?}", unknown(value));
        }
        assert_eq!(unknown("Pathogenic|Very_bad"), ["Very_bad"]);
        assert_eq!(unknown("Pathogenicity"), ["Pathogenicity"]);
        assert_eq!(unknown("Benign/Odd,_risk_factor"), ["Odd"]);
    }
}
