//! A finding as a row of the page's data: words by their numbers, values as short as they can be.
//!
//! `template/page.js` takes rows apart by the places of their values. Here each value goes with the name that the script
//! has for its place, and a test holds one against the other: what a [`Finding`] has more goes into both.

use std::collections::HashMap;
use std::hash::Hash;

use serde_json::{Value, json};

use super::class::Class;
use super::finding::{Apart, Condition, Finding, Frequency, FrequencySource};
use super::json::{coded, list, number_or_text, quoted, rounded};
use super::words;
use crate::table::genes::is_recessive;

/// Stands for a list without values.
const NOTHING: &str = "0";

/// Values by number.
#[derive(Debug)]
struct Dictionary<K> {
    numbers: HashMap<K, usize>,
    values: Vec<Value>,
}

impl<K: Hash + Eq> Dictionary<K> {
    fn number(&mut self, key: K, value: impl FnOnce(&K) -> Value) -> usize {
        if let Some(&number) = self.numbers.get(&key) {
            return number;
        }
        self.values.push(value(&key));
        self.numbers.insert(key, self.values.len() - 1);
        self.values.len() - 1
    }
}

impl<K> Default for Dictionary<K> {
    fn default() -> Self {
        Self { numbers: HashMap::new(), values: Vec::new() }
    }
}

/// The words that rows have the numbers of.
#[derive(Debug, Default)]
pub(crate) struct Dictionaries {
    chromosomes: Dictionary<String>,
    /// The accession that HGVS names have on a chromosome, in the order of the chromosomes.
    accessions: Vec<String>,
    genes: Dictionary<(String, [String; 3])>,
    significances: Dictionary<(String, Option<Class>)>,
    reviews: Dictionary<(String, Option<u8>)>,
    consequences: Dictionary<String>,
    conditions: Dictionary<Condition>,
    calls: Dictionary<[String; 4]>,
    trusts: Dictionary<[String; 2]>,
    filters: Dictionary<String>,
    aparts: Dictionary<Apart>,
}

impl Dictionaries {
    /// The row of a finding of this class, as JSON.
    pub(crate) fn row(&mut self, finding: Finding, class: Option<Class>, sources: &[FrequencySource]) -> String {
        list(self.values_of(finding, class, sources).into_iter().map(|(_, value)| value))
    }

    /// The values of a row in their order, each with the name of its place in `page.js`.
    fn values_of(
        &mut self,
        finding: Finding,
        class: Option<Class>,
        sources: &[FrequencySource],
    ) -> Vec<(&'static str, String)> {
        let text = |text: &String| Value::from(text.as_str());
        let raw = raw(&finding);
        let call = [finding.zygosity, finding.found, finding.confidence, finding.flags];
        let significance = self.significances.number((finding.significance.0, class), |(words, class)| {
            json!([words, class.map_or(-1, |class| class as i32)])
        });
        let frequencies = if finding.frequencies.iter().all(Option::is_none) {
            NOTHING.to_owned()
        } else {
            let sources = finding.frequencies.iter().zip(sources);
            let filters = &mut self.filters;
            list(sources.map(|(found, source)| match found {
                Some(found) => list(frequency(found, source, filters).into_iter().map(|(_, value)| value)),
                None => NOTHING.to_owned(),
            }))
        };
        let number = |number: usize| number.to_string();
        let conditions: Vec<String> = finding
            .conditions
            .into_iter()
            .map(|known| number(self.conditions.number(known, condition_value)))
            .collect();
        let chromosome = self.chromosomes.number(finding.chromosome, text);
        let hgvs = self.hgvs(chromosome, &finding.hgvs, finding.position, &finding.alleles);
        let genes = self.genes.number((finding.genes, finding.listed), gene_value);
        let [reference, alt] = &finding.alleles;
        let rsid = number_or_text(finding.rsid.strip_prefix("rs").unwrap_or(&finding.rsid), &finding.rsid);
        let mut row = vec![
            ("CHROMOSOME", number(chromosome)),
            ("POSITION", finding.position.to_string()),
            ("REF", quoted(reference)),
            ("ALT", quoted(alt)),
            ("CALL", number(self.calls.number(call, call_value))),
            ("GENE", number(genes)),
            ("SIGNIFICANCE", number(significance)),
            ("REVIEW", number(self.reviews.number(finding.review, |(words, stars)| json!([words, stars])))),
            ("CONSEQUENCE", number(self.consequences.number(finding.consequences, text))),
            ("CONDITION", list(conditions)),
            ("TRUST", number(self.trusts.number(finding.trust, trust_value))),
            ("VARIATION", number_or_text(&finding.variation, &finding.variation)),
            ("RSID", rsid),
            ("RAW", raw),
            ("HGVS", hgvs),
            ("FREQUENCY", frequencies),
        ];
        if !finding.apart.is_empty() {
            row.push(("APART", number(self.aparts.number(finding.apart, apart_value))));
        }
        row
    }

    /// The name as `0` where it is that of an exchange of one letter, which says what the row says anyway.
    fn hgvs(&mut self, chromosome: usize, name: &str, position: u32, [reference, alt]: &[String; 2]) -> String {
        let (accession, change) = name.split_once(':').unwrap_or_default();
        if self.accessions.len() <= chromosome {
            self.accessions.resize(chromosome + 1, String::new());
        }
        let known = &mut self.accessions[chromosome];
        if known.is_empty() {
            accession.clone_into(known);
        }
        let expected = format!("g.{position}{reference}>{alt}");
        if !name.is_empty() && *known == accession && change == expected { NOTHING.to_owned() } else { quoted(name) }
    }

    /// See [`Dictionaries::hgvs`].
    pub(crate) fn accessions(&self) -> &[String] {
        &self.accessions
    }

    /// The words of each kind in the order of their numbers, by the name that `page.js` has for the kind.
    pub(crate) fn values(&self) -> [(&'static str, &[Value]); 10] {
        [
            ("chromosomes", &self.chromosomes.values),
            ("genes", &self.genes.values),
            ("significances", &self.significances.values),
            ("reviews", &self.reviews.values),
            ("consequences", &self.consequences.values),
            ("conditions", &self.conditions.values),
            ("calls", &self.calls.values),
            ("trusts", &self.trusts.values),
            ("filters", &self.filters.values),
            ("aparts", &self.aparts.values),
        ]
    }
}

/// Zygosity, match, confidence, and the flags as sentences.
fn call_value([zygosity, found, confidence, flags]: &[String; 4]) -> Value {
    json!([zygosity, words::found(found).unwrap_or(found), confidence, sentences(flags, words::flag)])
}

/// The word of the table, its badge, and the reasons as sentences.
fn trust_value([trust, reasons]: &[String; 2]) -> Value {
    json!([trust, words::trust(trust).unwrap_or(trust), sentences(reasons, words::doubt)])
}

/// GENEINFO; with inheritance, note and whether that is recessive where the gene is of the user's list.
fn gene_value((genes, listed): &(String, [String; 3])) -> Value {
    let [gene, inheritance, note] = listed;
    if gene.is_empty() {
        json!([genes])
    } else {
        json!([genes, inheritance, note, u8::from(is_recessive(inheritance))])
    }
}

/// The name, whether it says that the condition is recessive, and as many identifiers as there are.
fn condition_value(condition: &Condition) -> Value {
    let mut value = vec![Value::from(condition.name.as_str()), Value::from(u8::from(is_recessive(&condition.name)))];
    let known = condition.ids.iter().rposition(|id| !id.is_empty()).map_or(0, |last| last + 1);
    value.extend(condition.ids[..known].iter().map(|id| Value::from(id.as_str())));
    Value::from(value)
}

fn sentences(names: &str, known: fn(&str) -> Option<&'static str>) -> Vec<&str> {
    names.split('|').filter(|name| !name.is_empty()).map(|name| known(name).unwrap_or(name)).collect()
}

fn apart_value(apart: &Apart) -> Value {
    json!([apart.oncogenicity, apart.impact, apart.included])
}

/// `0` where the person's file says what the row says anyway; else ID, position and genotype of the file and
/// the genotype, each empty where it is as expected (`.` where there is none), and nothing behind the last that is not.
fn raw(finding: &Finding) -> String {
    let [reference, alt] = &finding.alleles;
    let expected = match finding.zygosity.as_str() {
        "heterozygous" => format!("{reference}/{alt}"),
        "homozygous" => format!("{alt}/{alt}"),
        _ => alt.clone(),
    };
    let letters = |genotype: &str| {
        let mut letters: Vec<char> = genotype.chars().filter(|letter| !matches!(letter, '/' | '|')).collect();
        letters.sort_unstable();
        letters
    };
    let expected = letters(&expected);
    let [id, position, genotype] = &finding.raw;
    let same_genotype = letters(&finding.genotype) == expected;
    let same_id = *id == finding.rsid;
    let same_position = *position == finding.position.to_string();
    let same_letters = letters(genotype) == expected;
    if same_genotype && same_id && same_position && same_letters {
        return NOTHING.to_owned();
    }
    let other = |same: bool, value: &str| match value {
        _ if same => String::new(),
        "" => ".".to_owned(),
        value => value.to_owned(),
    };
    let values = [
        other(same_id, id),
        other(same_position, position),
        other(same_letters, genotype),
        other(same_genotype, &finding.genotype),
    ];
    let told = values.iter().rposition(|value| !value.is_empty()).map_or(0, |last| last + 1);
    list(values[..told].iter().map(|value| quoted(value)))
}

/// The values of one source with the names of their places: overall, groups, number of the largest group, homozygotes; filter and why there is no frequency where there are any.
fn frequency(
    found: &Frequency,
    source: &FrequencySource,
    filters: &mut Dictionary<String>,
) -> Vec<(&'static str, String)> {
    let largest = source.groups.iter().position(|group| *group == found.largest);
    let mut values = vec![
        ("OVERALL", rounded(&found.overall, 3)),
        ("GROUPS", list(found.groups.iter().map(|text| coded(text)))),
        ("LARGEST", largest.map_or_else(|| "-1".to_owned(), |at| at.to_string())),
        ("HOMOZYGOTES", number_or_text(&found.homozygotes, &found.homozygotes)),
    ];
    let filtered = !matches!(found.filters.as_str(), "" | "PASS");
    if filtered || !found.missing.is_empty() {
        let filter = if filtered { found.filters.as_str() } else { "" };
        let mut number = |text: &str| filters.number(text.to_owned(), |text| Value::from(text.as_str())).to_string();
        values.extend([("FILTER", number(filter)), ("MISSING", number(found.missing))]);
    }
    values
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// A carried allele that the person's file says as the row does.
    pub(crate) fn finding(class: Option<Class>) -> Finding {
        Finding {
            chromosome: "1".into(),
            position: 7,
            alleles: ["A".into(), "G".into()],
            genotype: "A/G".into(),
            zygosity: "heterozygous".into(),
            significance: ("x".into(), class),
            conditions: vec![Condition { name: "</script><!--".into(), ..Condition::default() }],
            rsid: "rs5".into(),
            raw: ["rs5".into(), "7".into(), "GA".into()],
            ..Finding::default()
        }
    }

    const SCRIPT: &str = include_str!("template/page.js");

    /// The names that the script gives to the places of a list whose first value is `first`.
    fn places(first: &str) -> Vec<&'static str> {
        let start = SCRIPT.find(&format!("const [{first},")).unwrap() + "const [".len();
        let end = start + SCRIPT[start..].find(']').unwrap();
        SCRIPT[start..end].split(',').map(str::trim).collect()
    }

    #[test]
    fn the_script_takes_rows_apart_as_they_are_written() {
        let frequency = Frequency { overall: "0.1".into(), missing: "x", ..Frequency::default() };
        let apart = Apart { included: "1:x".into(), ..Apart::default() };
        let sources = [FrequencySource { name: "gnomad".into(), groups: Vec::new() }];
        let mut dictionaries = Dictionaries::default();
        let values = super::frequency(&frequency, &sources[0], &mut dictionaries.filters);
        assert_eq!(values.iter().map(|(name, _)| *name).collect::<Vec<_>>(), places("OVERALL"));
        let full = Finding { frequencies: vec![Some(frequency)], apart, ..finding(None) };
        let row = dictionaries.values_of(full, None, &sources);
        assert_eq!(row.iter().map(|(name, _)| *name).collect::<Vec<_>>(), places("CHROMOSOME"));
    }

    #[test]
    fn the_script_knows_every_kind_of_words() {
        let asked: BTreeSet<&str> = SCRIPT
            .split("data.")
            .skip(1)
            .map(|rest| &rest[..rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len())])
            .collect();
        let dictionaries = Dictionaries::default();
        let kinds = dictionaries.values().map(|(kind, _)| kind);
        // What `gather` writes beside them.
        let given: BTreeSet<&str> =
            kinds.into_iter().chain(["datasets", "list", "accessions", "sources", "classes", "rows"]).collect();
        assert_eq!(asked, given);
    }

    #[test]
    fn a_name_that_the_row_says_anyway_is_left_out() {
        let mut dictionaries = Dictionaries::default();
        let alleles = ["A".to_owned(), "G".to_owned()];
        let mut of = |name: &str| dictionaries.hgvs(1, name, 7, &alleles);
        assert_eq!(of("NC_2.1:g.7A>G"), "0");
        assert_eq!([of("NC_2.1:g.7del"), of("NC_3.1:g.7A>G")], [r#""NC_2.1:g.7del""#, r#""NC_3.1:g.7A>G""#]);
        assert_eq!(of(""), "\"\"");
        assert_eq!(dictionaries.accessions(), ["", "NC_2.1"]);
    }

    #[test]
    fn what_the_file_says_otherwise_is_kept() {
        assert_eq!(raw(&finding(None)), "0");
        let other = Finding { raw: ["i5".into(), "7".into(), "DI".into()], ..finding(None) };
        assert_eq!(raw(&other), r#"["i5","","DI"]"#);
        let unnamed = Finding { raw: [String::new(), "7".into(), "AG".into()], ..finding(None) };
        assert_eq!(raw(&unnamed), r#"["."]"#);
    }
}
