//! The findings of a run as the data of the page: counts, places, and rows in a form so short that tens of thousands
//! of them fit into a page.
//!
//! Words that come back in many rows stand once, in [`Dictionary`]s; a row has their numbers. `page.js` reads the same
//! order of values back.

use std::collections::{BTreeMap, HashMap};
use std::hash::Hash;
use std::io::Write;

use serde_json::{Value, json};
use vdx_vcf::build::Build;

use super::about::About;
use super::class::Class;
use super::finding::{Apart, Entry, Finding, Frequency, Source};
use super::json::{coded, embed, list, number_or_text, quoted, rounded};
use super::karyogram::Karyogram;
use super::words;

/// Rows that a page holds, benign ones not counted; the table has all.
pub const MOST_ROWS: u64 = 50_000;
/// Benign rows that a page holds.
pub const MOST_BENIGN: u64 = 50_000;

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

/// What the page is made from, gathered in the order of the input.
pub struct Gathered {
    sources: Vec<Source>,
    /// Where the findings lie.
    pub karyogram: Karyogram,
    /// Findings with a germline class by group, and by stars 0 to 4; at 5 those of unknown review status.
    pub classes: BTreeMap<Class, [u64; 6]>,
    /// Findings with classifications that are not germline ones.
    pub apart: u64,
    /// Of these, the ones without a germline class.
    pub apart_only: u64,
    /// Records whose allele is not carried, or of which that cannot be told, by verdict.
    pub not_carried: BTreeMap<String, u64>,
    /// Findings that did not fit into the page: benign ones, and all others.
    pub left_out: (u64, u64),
    embedded: (u64, u64),
    rows: Vec<u8>,
    chromosomes: Dictionary<String>,
    genes: Dictionary<String>,
    significances: Dictionary<(String, Option<Class>)>,
    reviews: Dictionary<(String, Option<u8>)>,
    consequences: Dictionary<String>,
    conditions: Dictionary<String>,
    calls: Dictionary<[String; 4]>,
    filters: Dictionary<String>,
    aparts: Dictionary<Apart>,
}

impl Gathered {
    /// Nothing yet.
    pub fn new(sources: Vec<Source>, karyogram: Karyogram) -> Self {
        Self {
            sources,
            karyogram,
            classes: BTreeMap::new(),
            apart: 0,
            apart_only: 0,
            not_carried: BTreeMap::new(),
            left_out: (0, 0),
            embedded: (0, 0),
            rows: Vec::new(),
            chromosomes: Dictionary::default(),
            genes: Dictionary::default(),
            significances: Dictionary::default(),
            reviews: Dictionary::default(),
            consequences: Dictionary::default(),
            conditions: Dictionary::default(),
            calls: Dictionary::default(),
            filters: Dictionary::default(),
            aparts: Dictionary::default(),
        }
    }

    /// Takes the next record.
    pub fn add(&mut self, entry: Entry) {
        let finding = match entry {
            Entry::NotCarried(verdict) => {
                *self.not_carried.entry(verdict).or_default() += 1;
                return;
            }
            Entry::Carried(finding) => *finding,
        };
        let is_apart = !finding.apart.is_empty();
        self.apart += u64::from(is_apart);
        // Without a germline class a tumour's is shown in its own place, not as an unclassified variant.
        let class = match finding.significance.1 {
            None if is_apart => {
                self.apart_only += 1;
                None
            }
            class => Some(class.unwrap_or(Class::Unclassified)),
        };
        if let Some(class) = class {
            let stars = finding.review.1.map_or(5, |stars| usize::from(stars.min(4)));
            self.classes.entry(class).or_default()[stars] += 1;
        }
        let shown = class.unwrap_or(Class::Unclassified);
        self.karyogram.add(&finding.chromosome, finding.position, shown);
        let benign = shown == Class::Benign && !is_apart;
        let (embedded, left_out, most) = if benign {
            (&mut self.embedded.0, &mut self.left_out.0, MOST_BENIGN)
        } else {
            (&mut self.embedded.1, &mut self.left_out.1, MOST_ROWS)
        };
        if *embedded == most {
            *left_out += 1;
            return;
        }
        *embedded += 1;
        self.push(finding, class);
    }

    fn push(&mut self, finding: Finding, class: Option<Class>) {
        let text = |text: &String| Value::from(text.as_str());
        let raw = raw(&finding);
        let call = [finding.zygosity, finding.found, finding.confidence, finding.flags];
        let significance = self.significances.number((finding.significance.0, class), |(words, class)| {
            json!([words, class.map_or(-1, |class| class as i32)])
        });
        let numbers = [
            self.calls.number(call, call_value),
            self.genes.number(finding.genes, text),
            significance,
            self.reviews.number(finding.review, |(words, stars)| json!([words, stars])),
            self.consequences.number(finding.consequences, text),
            self.conditions.number(finding.conditions, text),
        ];
        let mut row = vec![
            self.chromosomes.number(finding.chromosome, text).to_string(),
            finding.position.to_string(),
            quoted(&finding.alleles[0]),
            quoted(&finding.alleles[1]),
        ];
        row.extend(numbers.iter().map(ToString::to_string));
        row.push(number_or_text(&finding.variation, &finding.variation));
        row.push(number_or_text(finding.rsid.strip_prefix("rs").unwrap_or(&finding.rsid), &finding.rsid));
        row.push(raw);
        row.push(if finding.frequencies.iter().all(Option::is_none) {
            NOTHING.to_owned()
        } else {
            let sources = finding.frequencies.iter().zip(&self.sources);
            let filters = &mut self.filters;
            list(sources.map(|(found, source)| match found {
                Some(found) => frequency(found, source, filters),
                None => NOTHING.to_owned(),
            }))
        });
        if !finding.apart.is_empty() {
            row.push(self.aparts.number(finding.apart, apart_value).to_string());
        }
        if !self.rows.is_empty() {
            self.rows.extend_from_slice(b",\n");
        }
        embed(&list(row), &mut self.rows);
    }

    /// All findings, shown or not.
    pub fn findings(&self) -> u64 {
        self.embedded.0 + self.embedded.1 + self.left_out.0 + self.left_out.1
    }

    /// Writes the data as one JSON object that can stand inside a `<script>` element.
    pub fn write(&self, about: &About, out: &mut impl Write) -> std::io::Result<()> {
        let sources: Vec<Value> = self
            .sources
            .iter()
            .map(|source| {
                let groups: Vec<Value> =
                    source.groups.iter().map(|code| json!([code, words::population(code)])).collect();
                json!({"name": source_name(&source.name), "groups": groups})
            })
            .collect();
        let classes: Vec<Value> = Class::ALL.iter().map(|class| json!([class.key(), class.label()])).collect();
        let head = json!({
            "build": about.build.map(Build::name),
            "array": about.is_array,
            "sources": sources,
            "classes": classes,
            "chromosomes": self.chromosomes.values,
            "genes": self.genes.values,
            "significances": self.significances.values,
            "reviews": self.reviews.values,
            "consequences": self.consequences.values,
            "conditions": self.conditions.values,
            "calls": self.calls.values,
            "filters": self.filters.values,
            "aparts": self.aparts.values,
        });
        let mut text = Vec::new();
        embed(&head.to_string(), &mut text);
        // The rows go into the object that was closed just now.
        text.pop();
        out.write_all(&text)?;
        out.write_all(b",\"rows\":[\n")?;
        out.write_all(&self.rows)?;
        out.write_all(b"]}")
    }
}

/// `gnomad_exomes` is `gnomAD exomes`.
fn source_name(stem: &str) -> String {
    let name = stem.strip_prefix("gnomad").unwrap_or(stem).replace('_', " ");
    format!("gnomAD{name}")
}

/// Zygosity, match, confidence, and the flags as sentences.
fn call_value([zygosity, found, confidence, flags]: &[String; 4]) -> Value {
    let flags: Vec<&str> =
        flags.split('|').filter(|flag| !flag.is_empty()).map(|flag| words::flag(flag).unwrap_or(flag)).collect();
    json!([zygosity, words::found(found).unwrap_or(found), confidence, flags])
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
    let [id, position, genotype] = &finding.raw;
    let same_genotype = letters(&finding.genotype) == letters(&expected);
    let same_id = *id == finding.rsid;
    let same_position = *position == finding.position.to_string();
    if same_genotype && same_id && same_position && letters(genotype) == letters(&expected) {
        return NOTHING.to_owned();
    }
    let same_letters = letters(genotype) == letters(&expected);
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

/// Overall, groups, number of the largest group, homozygotes; filter and why there is no frequency where there are any.
fn frequency(found: &Frequency, source: &Source, filters: &mut Dictionary<String>) -> String {
    let largest = source.groups.iter().position(|group| *group == found.largest);
    let mut values = vec![
        rounded(&found.overall, 3),
        list(found.groups.iter().map(|text| coded(text))),
        largest.map_or_else(|| "-1".to_owned(), |at| at.to_string()),
        number_or_text(&found.homozygotes, &found.homozygotes),
    ];
    let filtered = !matches!(found.filters.as_str(), "" | "PASS");
    if filtered || !found.missing.is_empty() {
        let filter = if filtered { found.filters.as_str() } else { "" };
        let mut number = |text: &str| filters.number(text.to_owned(), |text| Value::from(text.as_str())).to_string();
        values.extend([number(filter), number(found.missing)]);
    }
    list(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(class: Option<Class>) -> Finding {
        Finding {
            chromosome: "1".into(),
            position: 7,
            alleles: ["A".into(), "G".into()],
            genotype: "A/G".into(),
            zygosity: "heterozygous".into(),
            significance: ("x".into(), class),
            conditions: "</script><!--".into(),
            rsid: "rs5".into(),
            raw: ["rs5".into(), "7".into(), "GA".into()],
            ..Finding::default()
        }
    }

    fn gathered() -> Gathered {
        let source = Source { name: "gnomad_exomes".into(), groups: vec!["nfe".into()] };
        Gathered::new(vec![source], Karyogram::new(None, &[]))
    }

    fn document(gathered: &Gathered) -> (String, Value) {
        let mut out = Vec::new();
        gathered.write(&About::default(), &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        let value = serde_json::from_str(&text).unwrap();
        (text, value)
    }

    #[test]
    fn rows_are_short_and_cannot_end_the_script() {
        let mut gathered = gathered();
        let found = Frequency { overall: "1.23456e-04".into(), groups: vec!["0".into()], ..Frequency::default() };
        let with = Finding { frequencies: vec![Some(found)], ..finding(Some(Class::Pathogenic)) };
        gathered.add(Entry::Carried(Box::new(with)));
        gathered.add(Entry::Carried(Box::new(finding(None))));
        let (text, value) = document(&gathered);
        assert!(!text.contains('<'), "{text}");
        assert_eq!(value["conditions"][0], "</script><!--");
        assert_eq!(value["sources"][0]["name"], "gnomAD exomes");
        assert_eq!(value["rows"][0], json!([0, 7, "A", "G", 0, 0, 0, 0, 0, 0, "", 5, 0, [[0.000_123, [0], -1, ""]]]));
        assert_eq!(value["significances"], json!([["x", 0], ["x", 6]]));
        assert_eq!(gathered.classes[&Class::Unclassified], [0, 0, 0, 0, 0, 1]);
    }

    #[test]
    fn a_class_of_tumours_is_no_germline_class() {
        let mut gathered = gathered();
        let apart = Apart { included: "9:Pathogenic".into(), ..Apart::default() };
        gathered.add(Entry::Carried(Box::new(Finding { apart, ..finding(None) })));
        gathered.add(Entry::NotCarried("reference".into()));
        assert_eq!((gathered.apart, gathered.apart_only, gathered.findings()), (1, 1, 1));
        assert!(gathered.classes.is_empty());
        assert_eq!(gathered.not_carried["reference"], 1);
        assert_eq!(document(&gathered).1["significances"], json!([["x", -1]]));
    }

    #[test]
    fn what_does_not_fit_is_counted() {
        let mut gathered = gathered();
        gathered.embedded = (MOST_BENIGN, MOST_ROWS);
        gathered.add(Entry::Carried(Box::new(finding(Some(Class::Benign)))));
        gathered.add(Entry::Carried(Box::new(finding(Some(Class::Uncertain)))));
        assert_eq!(gathered.left_out, (1, 1));
        assert_eq!(document(&gathered).1["rows"], json!([]));
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
