//! How far a finding can be believed before it is confirmed by another method.
//!
//! Arrays call rare variants badly: of heterozygous calls of variants rarer than 0.001 % 16 % were confirmed by
//! sequencing (Weedon et al. 2021, BMJ 372:n214, UK Biobank).

use vdx_vcf::{Line, info};

use crate::clinvar::vocabulary::{is_class, stars};
use crate::verdict::info::VdxInfo;

/// What VDX_VERDICT is where the person carries the allele.
const VERDICTS_OF_CARRIERS: [&[u8]; 3] = [b"het", b"hom", b"hemizygous"];

/// The reason that makes a call doubtful rather than likely wrong.
const ARRAY_RARE: &str = "array_call_rarer_than_1e-4";

/// Flags of `match` that speak against a call.
const OF_THE_CALL: [&str; 4] = ["low_quality", "sample_filtered", "het_where_haploid", "no_data"];

/// Of heterozygous array calls rarer than this, 16 % were confirmed.
const VERY_RARE: f64 = 1e-5;

/// Ten times as frequent, and still rarer than an array can be trusted with.
const RARE: f64 = 1e-4;

/// Judges the records of one file: the only place where trust is decided, for the table and for the page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Judge {
    /// The sample was genotyped by an array.
    array: bool,
    /// gnomAD's INFO keys of allele frequencies and of what became of the look-up.
    frequencies: Vec<Vec<u8>>,
    statuses: Vec<Vec<u8>>,
}

/// Whether rare array calls can be told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Rarity {
    /// They are.
    Checked,
    /// The genotypes are not of an array, whose rare calls are wrong so often.
    NoArray,
    /// The input has no word of gnomAD.
    #[default]
    NotChecked,
}

/// How far to believe a finding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Trust {
    /// `likely_false_positive`, `doubtful` or nothing.
    pub(crate) word: &'static str,
    /// Why, in the words of the table.
    pub(crate) reasons: Vec<&'static str>,
}

impl Judge {
    /// `keys` are the INFO keys of gnomAD in the header, `vendor` that of `##vdx_sample`.
    pub(crate) fn of<'a>(keys: impl Iterator<Item = &'a [u8]>, vendor: &[u8]) -> Self {
        let mut judge = Self { array: is_array(vendor), ..Self::default() };
        for key in keys {
            if key.ends_with(b"_AF") {
                judge.frequencies.push(key.to_vec());
            } else if key.ends_with(b"_status") {
                judge.statuses.push(key.to_vec());
            }
        }
        judge
    }

    /// The same for a sample of this vendor.
    #[must_use]
    pub(crate) fn of_vendor(self, vendor: &[u8]) -> Self {
        Self { array: is_array(vendor), ..self }
    }

    /// Whether rare array calls are told.
    pub(crate) fn rarity(&self) -> Rarity {
        match (self.frequencies.is_empty() && self.statuses.is_empty(), self.array) {
            (true, _) => Rarity::NotChecked,
            (false, true) => Rarity::Checked,
            (false, false) => Rarity::NoArray,
        }
    }

    /// Judges a record with its INFO and what `match` says about it. Nothing is said of alleles that the person does not
    /// carry.
    pub(crate) fn judge(&self, line: &Line, info: &[u8], said: &VdxInfo) -> Trust {
        let get = |key: &str| info::value(info, key.as_bytes()).filter(|value| *value != b".").unwrap_or_default();
        let verdict = &*said.verdict;
        if !VERDICTS_OF_CARRIERS.contains(&verdict) {
            return Trust::default();
        }
        let mut reasons = Vec::new();
        if self.array && verdict == b"het" {
            reasons.extend(self.rare(line, info));
        }
        let likely_wrong = reasons.iter().any(|reason| *reason != ARRAY_RARE);
        let class = get("CLNSIG");
        if class.split(|byte| matches!(byte, b'|' | b',' | b'/')).any(is_conflict) {
            reasons.push("conflicting_classifications");
        }
        // The status of a record without a class is no review of one.
        if is_class(class) && stars(get("CLNREVSTAT")) == Some(0) {
            reasons.push("no_review_stars");
        }
        let flagged = |name: &&str| said.flags.split(|&byte| byte == b',').any(|flag| flag == name.as_bytes());
        reasons.extend(OF_THE_CALL.into_iter().filter(flagged));
        let word = match reasons[..] {
            [] => "",
            _ if likely_wrong => "likely_false_positive",
            _ => "doubtful",
        };
        Trust { word, reasons }
    }

    /// Why an array's heterozygous call is too rare to be believed. The highest frequency of all data sets counts.
    fn rare(&self, line: &Line, info: &[u8]) -> Option<&'static str> {
        let values = |keys: &'_ [Vec<u8>]| -> Vec<&[u8]> {
            keys.iter().filter_map(|key| info::value(info, key)).filter(|value| *value != b".").collect()
        };
        let known = values(&self.frequencies);
        let known = known.iter().filter_map(|text| std::str::from_utf8(text).ok()?.parse::<f64>().ok());
        match known.reduce(f64::max) {
            Some(af) if af < VERY_RARE => Some("array_call_rarer_than_1e-5"),
            Some(af) if af < RARE => Some(ARRAY_RARE),
            Some(_) => None,
            None => {
                let statuses = values(&self.statuses);
                let absent = if self.statuses.is_empty() {
                    // A single base that has no frequency is one that gnomAD lacks; a longer change may only be written
                    // differently there.
                    let one_base = line.reference().len() == 1 && line.alt().len() == 1 && line.alt() != b".";
                    !self.frequencies.is_empty() && one_base
                } else {
                    !statuses.is_empty() && statuses.iter().all(|status| *status == b"absent")
                };
                absent.then_some("array_call_unknown_to_gnomad")
            }
        }
    }
}

fn is_conflict(word: &[u8]) -> bool {
    let word = word.strip_prefix(b"_").unwrap_or(word);
    matches!(word, b"Conflicting_classifications_of_pathogenicity" | b"Conflicting_interpretations_of_pathogenicity")
}

/// Whether a vendor's genotypes come from an array. A file of no known maker is taken to do so.
pub(crate) fn is_array(vendor: &[u8]) -> bool {
    !matches!(vendor, b"VCF" | b"CircleDNA")
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&[u8]; 3] = [b"gnomad_exomes_AF", b"gnomad_genomes_AF", b"gnomad_AF_nfe"];

    fn trust(judge: &Judge, alleles: &str, info: &str) -> Trust {
        let text = format!("1\t5\t7\t{}\t.\t.\t{info}\tGT\t0/1", alleles.replace('>', "\t"));
        let line = Line::parse(text.as_bytes()).unwrap();
        let info = line.rest().unwrap().info;
        judge.judge(&line, info, &VdxInfo::read(info).unwrap())
    }

    fn reasons(info: &str) -> String {
        let array = Judge::of(KEYS.into_iter(), b"23andMe");
        trust(&array, "A>G", &format!("VDX_VERDICT=het;{info}")).reasons.join("|")
    }

    #[test]
    fn the_highest_frequency_counts() {
        for (info, expected) in [
            ("gnomad_exomes_AF=9.9e-06", "array_call_rarer_than_1e-5"),
            ("gnomad_exomes_AF=1e-5", "array_call_rarer_than_1e-4"),
            ("gnomad_exomes_AF=1e-6;gnomad_genomes_AF=0.00009", "array_call_rarer_than_1e-4"),
            ("gnomad_exomes_AF=1e-6;gnomad_genomes_AF=1.00000e-04", ""),
            ("gnomad_exomes_AF=0.0;gnomad_genomes_AF=.", "array_call_rarer_than_1e-5"),
            ("gnomad_exomes_AF=.", "array_call_unknown_to_gnomad"),
            ("CLNSIG=Pathogenic", "array_call_unknown_to_gnomad"),
        ] {
            assert_eq!(reasons(info), expected, "{info}");
        }
    }

    #[test]
    fn a_status_tells_what_no_frequency_means() {
        let keys = KEYS.into_iter().chain([&b"gnomad_status"[..], b"gnomad_x_status"]);
        let judge = Judge::of(keys, b"23andMe");
        let word = |alleles: &str, info: &str| trust(&judge, alleles, &format!("VDX_VERDICT=het;{info}")).word;
        assert_eq!(word("AC>A", "gnomad_status=absent"), "likely_false_positive");
        assert_eq!(word("A>G", "gnomad_status=absent;gnomad_x_status=not_covered"), "");
        assert_eq!(word("A>G", "CLNSIG=Pathogenic"), "");
        // Without one a longer change may only be written differently.
        let plain = Judge::of(KEYS.into_iter(), b"23andMe");
        assert_eq!(trust(&plain, "AC>A", "VDX_VERDICT=het"), Trust::default());
    }

    #[test]
    fn only_heterozygous_calls_of_arrays_are_doubted_for_being_rare() {
        let array = Judge::of(KEYS.into_iter(), b"23andMe");
        let rare = |judge: &Judge, verdict: &str| {
            trust(judge, "A>G", &format!("VDX_VERDICT={verdict};gnomad_exomes_AF=1e-6")).word
        };
        assert_eq!(rare(&array, "het"), "likely_false_positive");
        assert_eq!((rare(&array, "hom"), rare(&array, "reference")), ("", ""));
        assert_eq!(rare(&array.clone().of_vendor(b"VCF"), "het"), "");
        assert_eq!(trust(&array, "A>G", "VDX_VERDICT=het;gnomad_exomes_AF=5e-5").word, "doubtful");
        let silent = Judge::of([].into_iter(), b"23andMe");
        assert_eq!(rare(&silent, "het"), "");
        let rarity = [&array, &array.clone().of_vendor(b"CircleDNA"), &silent].map(Judge::rarity);
        assert_eq!(rarity, [Rarity::Checked, Rarity::NoArray, Rarity::NotChecked]);
    }

    #[test]
    fn other_doubts_are_named() {
        let of = |info: &str| trust(&Judge::default(), "A>G", info).reasons.join("|");
        assert_eq!(
            of("CLNREVSTAT=no_assertion_criteria_provided;CLNSIG=Conflicting_interpretations_of_pathogenicity,_other;\
                VDX_VERDICT=hom;VDX_FLAGS=rsid_differs,low_quality"),
            "conflicting_classifications|no_review_stars|low_quality"
        );
        assert_eq!(of("VDX_VERDICT=het;VDX_FLAGS=het_where_haploid"), "het_where_haploid");
        assert_eq!(of("CLNSIG=Pathogenic;VDX_VERDICT=het"), "");
        assert_eq!(of("VDX_VERDICT=reference;VDX_FLAGS=low_quality"), "");
        let none = "no_classification_for_the_single_variant";
        assert_eq!(of(&format!("CLNREVSTAT={none};CLNSIG={none};VDX_VERDICT=het")), "");
    }
}
