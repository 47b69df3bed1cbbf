//! How far a finding can be believed before it is confirmed by another method.
//!
//! Arrays call rare variants badly: of heterozygous calls of variants rarer than 0.001 % 16 % were confirmed by
//! sequencing (Weedon et al. 2021, BMJ 372:n214, UK Biobank).

/// What is known about one record that the person carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Facts<'a> {
    /// Called by an array, not by sequencing.
    pub array: bool,
    /// One copy of the allele and one of another.
    pub het: bool,
    /// What gnomAD says.
    pub gnomad: Gnomad,
    /// CLNSIG, empty for none.
    pub significance: &'a [u8],
    /// Review stars of a germline class, where the status is known.
    pub stars: Option<u8>,
    /// VDX_FLAGS, empty for none.
    pub flags: &'a [u8],
}

/// What gnomAD says about an allele.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gnomad {
    /// It was not asked, or its data do not reach this allele.
    #[default]
    Silent,
    /// It has no such allele.
    Unknown,
    /// Rarer than 1e-5.
    VeryRare,
    /// Rarer than 1e-4.
    Rare,
    /// Not as rare.
    Seen,
}

impl Gnomad {
    /// By the allele frequencies of all data sets, as text; `absent`: some status says that the allele was looked for,
    /// and none that it cannot be found there. The highest frequency counts.
    pub fn of<'a>(frequencies: impl Iterator<Item = &'a [u8]>, absent: bool) -> Self {
        let numbers = frequencies.filter_map(|text| std::str::from_utf8(text).ok()?.parse::<f64>().ok());
        match numbers.reduce(f64::max) {
            None if absent => Self::Unknown,
            None => Self::Silent,
            Some(af) if af < 1e-5 => Self::VeryRare,
            Some(af) if af < 1e-4 => Self::Rare,
            Some(_) => Self::Seen,
        }
    }
}

/// Flags of `match` that speak against a call.
const OF_THE_CALL: [&str; 4] = ["low_quality", "sample_filtered", "het_where_haploid", "no_data"];

/// `likely_false_positive`, `doubtful` or nothing, and the reasons.
pub fn judge(facts: &Facts) -> (&'static str, Vec<&'static str>) {
    let mut reasons = Vec::new();
    let rare = match facts.gnomad {
        Gnomad::VeryRare => Some("array_call_rarer_than_1e-5"),
        Gnomad::Unknown => Some("array_call_unknown_to_gnomad"),
        Gnomad::Rare => Some("array_call_rarer_than_1e-4"),
        Gnomad::Silent | Gnomad::Seen => None,
    };
    reasons.extend(rare.filter(|_| facts.array && facts.het));
    let likely_wrong = !reasons.is_empty() && facts.gnomad != Gnomad::Rare;
    let conflicting = |word: &[u8]| {
        let word = word.strip_prefix(b"_").unwrap_or(word);
        matches!(
            word,
            b"Conflicting_classifications_of_pathogenicity" | b"Conflicting_interpretations_of_pathogenicity"
        )
    };
    if facts.significance.split(|byte| matches!(byte, b'|' | b',' | b'/')).any(conflicting) {
        reasons.push("conflicting_classifications");
    }
    if facts.stars == Some(0) {
        reasons.push("no_review_stars");
    }
    let flagged = |name: &&str| facts.flags.split(|&byte| byte == b',').any(|flag| flag == name.as_bytes());
    reasons.extend(OF_THE_CALL.into_iter().filter(flagged));
    let word = match reasons.is_empty() {
        _ if likely_wrong => "likely_false_positive",
        true => "",
        false => "doubtful",
    };
    (word, reasons)
}

/// Whether a vendor's genotypes come from an array. A file of no known maker is taken to do so.
pub fn is_array(vendor: &[u8]) -> bool {
    !matches!(vendor, b"VCF" | b"CircleDNA")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(frequencies: &[&str], absent: bool) -> Gnomad {
        Gnomad::of(frequencies.iter().map(|text| text.as_bytes()), absent)
    }

    #[test]
    fn the_highest_frequency_counts() {
        assert_eq!(of(&["9.9e-06"], false), Gnomad::VeryRare);
        assert_eq!(of(&["1e-5"], false), Gnomad::Rare);
        assert_eq!(of(&["1e-6", "0.00009"], false), Gnomad::Rare);
        assert_eq!(of(&["1e-6", "1.00000e-04"], false), Gnomad::Seen);
        assert_eq!(of(&["0.0"], true), Gnomad::VeryRare);
        assert_eq!(
            (of(&[], true), of(&[], false), of(&["."], false)),
            (Gnomad::Unknown, Gnomad::Silent, Gnomad::Silent)
        );
    }

    #[test]
    fn only_heterozygous_calls_of_arrays_are_doubted_for_being_rare() {
        let facts = Facts { array: true, het: true, gnomad: Gnomad::VeryRare, stars: Some(3), ..Facts::default() };
        assert_eq!(judge(&facts), ("likely_false_positive", vec!["array_call_rarer_than_1e-5"]));
        assert_eq!(judge(&Facts { gnomad: Gnomad::Unknown, ..facts }).0, "likely_false_positive");
        let rare = Facts { gnomad: Gnomad::Rare, ..facts };
        assert_eq!(judge(&rare), ("doubtful", vec!["array_call_rarer_than_1e-4"]));
        for other in [
            Facts { het: false, ..facts },
            Facts { array: false, ..facts },
            Facts { gnomad: Gnomad::Seen, ..facts },
            Facts { gnomad: Gnomad::Silent, ..facts },
        ] {
            assert_eq!(judge(&other), ("", vec![]));
        }
        assert!(is_array(b"23andMe") && !is_array(b"VCF"));
    }

    #[test]
    fn other_doubts_are_named() {
        let facts = Facts {
            significance: b"Conflicting_interpretations_of_pathogenicity,_other",
            stars: Some(0),
            flags: b"rsid_differs,low_quality",
            ..Facts::default()
        };
        assert_eq!(judge(&facts), ("doubtful", vec!["conflicting_classifications", "no_review_stars", "low_quality"]));
        assert_eq!(judge(&Facts { flags: b"het_where_haploid", ..Facts::default() }).0, "doubtful");
        assert_eq!(judge(&Facts { significance: b"Pathogenic", stars: None, ..Facts::default() }), ("", vec![]));
    }
}
