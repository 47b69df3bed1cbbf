//! What was read and how sure we are of it: the `##vdx_sample` line, and the counts of `match --stats`.

use std::path::Path;

use serde_json::Value;
use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::assembly::Assembly;
use vdx_vcf::header::attribute;

use super::words;
use crate::verdict::NO_DATA;
use crate::verdict::Verdict;

/// One line of a table of two columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Fact {
    /// What it is about.
    pub(crate) name: String,
    /// What is so.
    pub(crate) value: String,
}

fn fact(name: &str, value: impl Into<String>) -> Fact {
    Fact { name: name.to_owned(), value: value.into() }
}

/// The sample, as `match` has described it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// The name of the sample, unless `match` was given none.
    pub(crate) name: Option<String>,
    /// The build of the records.
    pub(crate) build: Option<Assembly>,
    /// For the page.
    pub(crate) facts: Vec<Fact>,
}

impl About {
    /// Reads the header.
    pub(crate) fn of(header: &Header) -> Self {
        let line = header.meta_value(b"vdx_sample").unwrap_or_default();
        let body = line.strip_prefix(b"<").and_then(|body| body.strip_suffix(b">")).unwrap_or_default();
        let get = |key: &str| attribute(body, key.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned());
        let (build, by) = (get("Build"), get("BuildBy"));
        let known = match build.as_deref() {
            Some("GRCh37") => Some(Assembly::Grch37),
            Some("GRCh38") => Some(Assembly::Grch38),
            _ => None,
        };
        let build_words = match (build, by.as_deref()) {
            (Some(build), Some("data")) => {
                format!("{build}, shown by the letters themselves: they agree with ClinVar's")
            }
            (Some(build), Some(by @ ("header" | "format" | "user"))) => {
                let who = match by {
                    "header" => "as the file says of itself",
                    "format" => "as all files of this kind",
                    _ => "as the user says",
                };
                format!("{build}, {who}; too few letters could be compared to prove it")
            }
            _ => "not known: nothing in the file tells".to_owned(),
        };
        let strand = match get("Strand").as_deref() {
            Some("plus") => "plus, as ClinVar's",
            Some("either") => "either: some rows have the letters of the other strand",
            _ => "not proven: too few letters could be compared",
        };
        let sex = match get("Sex").as_deref() {
            Some(sex @ ("male" | "female")) => format!("{sex}, by the calls on X"),
            _ => "not known".to_owned(),
        };
        let vendor = get("Vendor");
        let name = get("ID").filter(|name| name != "SAMPLE");
        let mut facts = Vec::new();
        facts.extend(name.as_deref().map(|name| fact("Sample", name)));
        let chip = get("Chip").filter(|chip| !chip.is_empty());
        facts.extend(chip.map(|chip| fact("Chip", chip)));
        facts.extend([
            fact("Kind of file", vendor.unwrap_or_else(|| "not told".to_owned())),
            fact("Genome build", build_words),
            fact("Strand", strand),
            fact("Sex", sex),
        ]);
        let date = header.meta_value(b"fileDate").map(|date| String::from_utf8_lossy(date).into_owned());
        facts.extend(date.map(|date| fact("ClinVar of", date)));
        Self { name, build: known, facts }
    }
}

/// Reads what `match --stats` wrote, for the run whose `records` (or more, before a filter) came in here.
///
/// # Errors
/// Another document; one of a run that wrote fewer records than were read here.
pub(crate) fn match_stats(path: &Path, records: u64) -> Result<Vec<Fact>> {
    let name = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| Error::io(&name, &error))?;
    let document: Value = serde_json::from_slice(&bytes)
        .map_err(|error| Error::data(format!("expected the JSON of 'match --stats': {error}")).in_file(&name))?;
    let evidence = &document["details"]["evidence"];
    let (Some(read), Some(written), true) =
        (document["records"]["in"].as_u64(), document["records"]["out"].as_u64(), evidence.is_object())
    else {
        let message = "expected the statistics of 'vdx-merge match --stats', found those of another tool or command";
        return Err(Error::data(message).in_file(name));
    };
    if written < records {
        let message = format!(
            "expected the statistics of the run whose records are reported, found those of one that wrote {written} \
             records where {records} came in; give 'match' and 'report' the same file in the same run"
        );
        return Err(Error::data(message).in_file(name));
    }
    let mut facts = Vec::new();
    let count = |value: &Value| value.as_u64().map(grouped);
    facts.extend(count(&document["details"]["sample"]["rows"]).map(|rows| fact("Rows in the person's file", rows)));
    facts.push(fact("ClinVar records read", grouped(read)));
    let of = |key: &str| evidence[key].as_u64().unwrap_or(0);
    let loci = of("loci_agree") + of("loci_disagree");
    facts.push(fact(
        "Letters that fit ClinVar",
        format!("{} of {} positions that can tell build and strand", grouped(of("loci_agree")), grouped(loci)),
    ));
    let ids = of("rsids_in_place") + of("rsids_moved");
    if ids > 0 {
        let in_place = grouped(of("rsids_in_place"));
        facts.push(fact("rsIDs at ClinVar's position", format!("{in_place} of {}", grouped(ids))));
    }
    for verdict in Verdict::ALL {
        let found = document["reasons"][verdict.name()].as_u64().unwrap_or(0);
        if found > 0 {
            let name = words::verdict(verdict.name()).unwrap_or(verdict.name());
            facts.push(fact(&format!("Records: {name}"), grouped(found)));
        }
    }
    if let Some(unread) = document["reasons"][NO_DATA].as_u64().filter(|unread| *unread > 0) {
        facts.push(fact("Of those without a result, called reference without a single read", grouped(unread)));
    }
    if let Some(lines) = document["reasons"]["unreadable_sample_lines"].as_u64().filter(|lines| *lines > 0) {
        facts.push(fact("Lines of the person's file that could not be read", grouped(lines)));
    }
    Ok(facts)
}

/// `1234567` as `1,234,567`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn about(line: &str) -> About {
        let header = format!("##fileformat=VCFv4.1\n{line}#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
        About::of(&Header::parse(header.as_bytes()).unwrap())
    }

    #[test]
    fn the_sample_is_described() {
        let about_it = about(
            "##fileDate=2024-05-02\n##vdx_sample=<ID=me,Vendor=23andMe,Build=GRCh38,BuildBy=data,Strand=plus,Sex=male>\n",
        );
        assert_eq!((about_it.name.as_deref(), about_it.build), (Some("me"), Some(Assembly::Grch38)));
        let all: Vec<&str> = about_it.facts.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(all[..2], ["me", "23andMe"]);
        assert!(all[2].starts_with("GRCh38, shown by") && all[4].starts_with("male") && all[5] == "2024-05-02");
        let by_format =
            about("##vdx_sample=<ID=me,Vendor=deCODEme,Build=NCBI36,BuildBy=format,Strand=unproven,Sex=x>\n");
        assert!(by_format.facts.iter().any(|fact| fact.value.starts_with("NCBI36, as all files of this kind")));
        assert!(about("").facts.iter().any(|fact| fact.value.starts_with("not proven")));
    }

    #[test]
    fn statistics_of_another_run_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("s.json");
        let read = |text: &str, records| {
            std::fs::write(&path, text).unwrap();
            match_stats(&path, records)
        };
        let text = r#"{"records":{"in":4500,"out":3},"reasons":{"het":3,"no_call":9,"no_data":7},
            "details":{"evidence":{"loci_agree":9,"loci_disagree":1},"sample":{"rows":700}}}"#;
        let facts = read(text, 2).unwrap();
        assert_eq!(facts[1], fact("ClinVar records read", "4,500"));
        assert!(facts[2].value.starts_with("9 of 10 "));
        assert_eq!(facts[3].name, "Records: one copy of the variant");
        assert!(facts[5].name.contains("without a single read") && facts[5].value == "7");
        assert!(read(text, 4).unwrap_err().to_string().contains("where 4 came in"));
        assert!(read("{}", 0).unwrap_err().to_string().contains("another tool"));
        assert!(read("x", 0).is_err() && match_stats(Path::new("/nonexistent"), 0).is_err());
    }
}
