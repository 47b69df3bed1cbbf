//! The findings of a run as the data of the page: counts, places, and rows in a form so short that tens of thousands
//! of them fit into a page.

use std::collections::BTreeMap;
use std::io::Write;

use serde_json::{Value, json};

use super::about::About;
use super::class::Class;
use super::finding::{Entry, FrequencySource};
use super::json::embed;
use super::karyogram::Karyogram;
use super::row::Dictionaries;
use super::tally::Tally;
use super::words;

/// Rows that a page holds, benign ones not counted; the table has all.
pub(crate) const MOST_ROWS: u64 = 50_000;
/// Benign rows that a page holds.
pub(crate) const MOST_BENIGN: u64 = 50_000;

/// What the page is made from, gathered in the order of the input.
pub(crate) struct Gathered {
    sources: Vec<FrequencySource>,
    /// Where the findings lie.
    pub(crate) karyogram: Karyogram,
    /// Findings with a germline class by group, and by stars 0 to 4; at 5 those of unknown review status.
    pub(crate) classes: BTreeMap<Class, [u64; 6]>,
    /// What *In short* says.
    pub(crate) tally: Tally,
    /// Findings with classifications that are not germline ones.
    pub(crate) apart: u64,
    /// Of these, the ones without a germline class.
    pub(crate) apart_only: u64,
    /// Findings that the table doubts, by its word for it.
    pub(crate) doubts: BTreeMap<String, u64>,
    /// Records whose allele is not carried, or of which that cannot be told, by verdict.
    pub(crate) not_carried: BTreeMap<String, u64>,
    /// Findings that did not fit into the page: benign ones, and all others.
    pub(crate) left_out: (u64, u64),
    embedded: (u64, u64),
    rows: Vec<u8>,
    dictionaries: Dictionaries,
}

impl Gathered {
    /// Nothing yet.
    pub(crate) fn new(sources: Vec<FrequencySource>, karyogram: Karyogram) -> Self {
        Self {
            sources,
            karyogram,
            classes: BTreeMap::new(),
            tally: Tally::default(),
            apart: 0,
            apart_only: 0,
            doubts: BTreeMap::new(),
            not_carried: BTreeMap::new(),
            left_out: (0, 0),
            embedded: (0, 0),
            rows: Vec::new(),
            dictionaries: Dictionaries::default(),
        }
    }

    /// Takes the next record.
    pub(crate) fn add(&mut self, entry: Entry) {
        let finding = match entry {
            Entry::NotCarried(verdict) => {
                *self.not_carried.entry(verdict).or_default() += 1;
                return;
            }
            Entry::Carried(finding) => *finding,
        };
        if !finding.trust[0].is_empty() {
            *self.doubts.entry(finding.trust[0].clone()).or_default() += 1;
        }
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
        self.tally.add(&finding, class);
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
        if !self.rows.is_empty() {
            self.rows.extend_from_slice(b",\n");
        }
        embed(&self.dictionaries.row(finding, class, &self.sources), &mut self.rows);
    }

    /// All findings, shown or not.
    pub(crate) fn findings(&self) -> u64 {
        self.embedded.0 + self.embedded.1 + self.left_out.0 + self.left_out.1
    }

    /// Writes the data as one JSON object that can stand inside a `<script>` element.
    pub(crate) fn write(&self, about: &About, list: Option<usize>, out: &mut impl Write) -> std::io::Result<()> {
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
        let mut head = json!({
            "datasets": about.datasets(),
            "list": list,
            "accessions": self.dictionaries.accessions(),
            "sources": sources,
            "classes": classes,
        });
        for (kind, words) in self.dictionaries.values() {
            head[kind] = json!(words);
        }
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

#[cfg(test)]
mod tests {
    use super::super::finding::{Apart, Finding, Frequency};
    use super::super::row::tests::finding;
    use super::*;

    fn gathered() -> Gathered {
        let source = FrequencySource { name: "gnomad_exomes".into(), groups: vec!["nfe".into()] };
        Gathered::new(vec![source], Karyogram::new(None, &[]))
    }

    fn document(gathered: &Gathered) -> (String, Value) {
        let mut out = Vec::new();
        gathered.write(&About::default(), None, &mut out).unwrap();
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
        assert_eq!(value["conditions"][0], json!(["</script><!--", 0]));
        assert_eq!(value["sources"][0]["name"], "gnomAD exomes");
        assert_eq!(
            value["rows"][0],
            json!([0, 7, "A", "G", 0, 0, 0, 0, 0, [0], 0, "", 5, 0, "", [[0.000_123, [0], -1, ""]]])
        );
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
}
