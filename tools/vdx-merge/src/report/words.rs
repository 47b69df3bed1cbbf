//! The words of `VDX_VERDICT`, `VDX_MATCH` and `VDX_FLAGS` in plain English.

/// A flag as a sentence; `None` for one that is not known here, which is then shown as it is.
pub(crate) fn flag(name: &str) -> Option<&'static str> {
    let words = match name {
        "build_unproven" => {
            "Too few positions could be compared to show that the file has the genome build and strand of ClinVar."
        }
        "needs_reference" => {
            "An insertion or deletion call judged by position alone; a reference genome would tell more."
        }
        "indel_moved" => {
            "The rsID is that of the record, but the insertion or deletion cannot lie at the file's position."
        }
        "several_indels_fit" => "The call fits several insertions or deletions; which one it is cannot be told.",
        "rows_disagree" => "Several rows of the file speak of this variant and disagree.",
        "letters_at_indel" => "The file has letters where ClinVar has an insertion or deletion.",
        "lengths_at_substitution" => "The file has I or D where ClinVar has an exchange of letters.",
        "not_comparable" => "The record's alleles cannot be compared with the file's call.",
        "ploidy" => "The call has more alleles than can be judged.",
        "rsid_differs" => "The file has another rsID at this position.",
        "other_strand" => "The file gives the letters of the other (minus) strand here; they were turned.",
        "het_where_haploid" => "Two different alleles where the person has one copy: a likely error of the test.",
        "sample_filtered" => "The sample's file says that this call did not pass its quality filters.",
        "low_quality" => "The genotype quality (GQ) is below 20.",
        "no_data" => "The file calls this without a single read (DP, MIN_DP or GQ is 0).",
        "below_min_gq" => "The genotype quality (GQ) is below what was asked for.",
        "below_min_dp" => "The read depth (DP) is below what was asked for.",
        "partial_call" => "One of the alleles is missing from the call.",
        "somatic_class_only" => "ClinVar classifies this variant for tumours only, not for inheritance.",
        "class_of_haplotype_only" => {
            "ClinVar classifies a combination that includes this variant, not the variant alone."
        }
        "somatic_origin" => "ClinVar has seen this variant in tumours only.",
        _ => return None,
    };
    Some(words)
}

/// `trust` of the table, as a badge.
pub(crate) fn trust(name: &str) -> Option<&'static str> {
    let words = match name {
        "likely_false_positive" => "likely a false positive",
        "doubtful" => "doubtful",
        _ => return None,
    };
    Some(words)
}

/// One of `trust_reasons` as a sentence.
pub(crate) fn doubt(name: &str) -> Option<&'static str> {
    // Weedon and others, BMJ 2021: of heterozygous array calls rarer than 0.001 % sequencing confirmed 16 %.
    let words = match name {
        "array_call_rarer_than_1e-5" => {
            "Very rare (below 0.001 %): of such calls by genotyping arrays, sequencing confirmed about one in six."
        }
        "array_call_unknown_to_gnomad" => {
            "Not in gnomAD at all: of calls this rare by genotyping arrays, sequencing confirmed about one in six."
        }
        "array_call_rarer_than_1e-4" => "Rare (below 0.01 %): such calls by genotyping arrays are often wrong.",
        "conflicting_classifications" => "Those who submitted this variant to ClinVar disagree about it.",
        "no_review_stars" => "No review stars: nobody gave criteria for this classification.",
        name => return flag(name),
    };
    Some(words)
}

/// How sample and record met.
pub(crate) fn found(name: &str) -> Option<&'static str> {
    let words = match name {
        "rsid_and_position" => "same rsID, position and alleles",
        "exact" => "same position and alleles",
        "normalised" => "the same change, written differently",
        "rsid_moved" => "same rsID and alleles at another position",
        "position" => "same position and alleles, no or another rsID",
        _ => return None,
    };
    Some(words)
}

/// What became of the records at which the person's data had something to say.
pub(crate) fn verdict(name: &str) -> Option<&'static str> {
    let words = match name {
        "het" => "one copy of the variant",
        "hom" => "two copies of the variant",
        "hemizygous" => "the variant where there is only one copy",
        "reference" => "not carried: the reference allele",
        "other_allele" => "not carried: another allele",
        "no_call" => "tested without a result",
        "strand_ambiguous" => "undecided: reads the same on both strands",
        "ref_mismatch" => "undecided: letters of the other strand or build",
        "not_assayed" => "the test looked for another kind of change",
        "unresolved" => "undecided: fits this variant and something else",
        _ => return None,
    };
    Some(words)
}

/// A group of gnomAD by the code in its INFO keys; `None` for a key that is no group of the whole population.
pub(crate) fn population(code: &str) -> Option<&'static str> {
    let words = match code {
        "afr" => "African/African American",
        "ami" => "Amish",
        "amr" => "Admixed American",
        "asj" => "Ashkenazi Jewish",
        "eas" => "East Asian",
        "fin" => "Finnish",
        "mid" => "Middle Eastern",
        "nfe" => "European (non-Finnish)",
        "sas" => "South Asian",
        "oth" | "remaining" => "Remaining",
        _ => return None,
    };
    Some(words)
}

/// Why `vdx-gnomad` has no frequency, by its `status`; `None` where it has one.
pub(crate) fn missing(status: &str) -> Option<&'static str> {
    let words = match status {
        "absent" => "not in gnomAD",
        "not_represented" => "gnomAD does not list such changes",
        "not_covered" => "no gnomAD data for this chromosome",
        _ => return None,
    };
    Some(words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Verdict;

    #[test]
    fn every_word_of_the_tool_has_plain_words() {
        assert!(Verdict::ALL.iter().all(|known| verdict(known.name()).is_some()));
        // The README lists flags and reasons, each in backquotes in the first cell of a row.
        let readme = include_str!("../../README.md");
        let listed = |heading: &str| -> Vec<&str> {
            let table = readme.split(heading).nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap();
            let cells = table.lines().filter_map(|row| row.split('|').nth(1));
            cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect()
        };
        let (flags, doubts) = (listed("| flag | |"), listed("| `trust_reasons` | |"));
        assert!(flags.len() > 15 && doubts.len() > 8, "{flags:?} {doubts:?}");
        for name in flags {
            assert!(flag(name).is_some(), "{name}");
        }
        for name in doubts {
            assert!(doubt(name).is_some(), "{name}");
        }
        for name in ["rsid_and_position", "exact", "normalised", "rsid_moved", "position"] {
            assert!(found(name).is_some());
        }
    }
}
