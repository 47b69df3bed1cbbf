//! What was read and how sure we are of it: the `##vdx_sample` line, and the counts of `match --stats`.

use std::path::Path;

use serde_json::Value;
use vdx_hts::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::assembly::Assembly;
use vdx_vcf::header::attribute;

use super::words;
use crate::verdict::Verdict;
use crate::verdict::{BELOW_MIN_DP, BELOW_MIN_GQ, NO_DATA};

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

/// The sample, as `match` has described it, and what it was held against.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct About {
    /// The name of the sample, unless `match` was given none.
    pub(crate) name: Option<String>,
    /// Who made the file, or `VCF`.
    pub(crate) vendor: Option<String>,
    /// The build of the records.
    pub(crate) build: Option<Assembly>,
    /// The letters themselves show that the build is ClinVar's.
    pub(crate) build_shown: bool,
    /// The strand is known: plus, or each row by itself.
    pub(crate) strand_known: bool,
    /// Rows of a raw file, and those without a result.
    pub(crate) rows: Option<(u64, u64)>,
    /// Chromosomes on which a raw file has no call.
    pub(crate) without_calls: Vec<String>,
    /// ClinVar's date.
    pub(crate) clinvar: Option<String>,
    /// gnomAD's data sets by their titles, such as `gnomAD exomes 2.1.1`.
    pub(crate) gnomad: Vec<String>,
    /// For the page.
    pub(crate) facts: Vec<Fact>,
}

/// What `match --stats` says of the run.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct MatchRun {
    /// The file name of the person's file, without its folder.
    pub(crate) input: Option<String>,
    /// ClinVar's records that were read.
    pub(crate) records: u64,
    /// Of these, the ones at which the person's file has something, if only a row without a result.
    pub(crate) spoken: u64,
    /// Of these, the ones without a result.
    pub(crate) no_calls: u64,
    /// For the page.
    pub(crate) facts: Vec<Fact>,
}

impl About {
    /// The names that gnomAD's browser has for the data set that was asked (empty where nothing tells), and for one that
    /// has MT: release 2 has none, and its numbering is the same in both builds.
    pub(crate) fn datasets(&self) -> [&'static str; 2] {
        let release = self.gnomad.iter().find_map(|title| title.rsplit(' ').next()?.chars().next());
        let asked = match (release, self.build) {
            (Some('2'), _) | (None, Some(Assembly::Grch37)) => "gnomad_r2_1",
            (Some('3'), _) => "gnomad_r3",
            (Some('4'), _) | (None, Some(Assembly::Grch38)) => "gnomad_r4",
            _ => "",
        };
        [asked, "gnomad_r3"]
    }

    /// Reads the header.
    pub(crate) fn of(header: &Header) -> Self {
        let line = header.meta_value(b"vdx_sample").unwrap_or_default();
        let body = line.strip_prefix(b"<").and_then(|body| body.strip_suffix(b">")).unwrap_or_default();
        let get = |key: &str| attribute(body, key.as_bytes()).map(|value| String::from_utf8_lossy(value).into_owned());
        let (build, by) = (get("Build"), get("BuildBy"));
        let count = |key: &str| get(key)?.parse::<u64>().ok();
        let rows = count("Rows").zip(count("NoCalls"));
        let build_shown = by.as_deref() == Some("data");
        let without_calls = get("WithoutCalls").unwrap_or_default();
        let without_calls = without_calls.split('|').filter(|name| !name.is_empty()).map(str::to_owned).collect();
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
        let said_strand = get("Strand");
        let strand = match said_strand.as_deref() {
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
            fact("Kind of file", vendor.as_deref().unwrap_or("not told")),
            fact("Genome build", build_words),
            fact("Strand", strand),
            fact("Sex", sex),
        ]);
        let date = header.meta_value(b"fileDate").map(|date| String::from_utf8_lossy(date).into_owned());
        facts.extend(date.as_deref().map(|date| fact("ClinVar of", date)));
        let sources = header.meta_lines().filter_map(|line| line.strip_prefix(b"##vdx_gnomadSource=<"));
        let title = |body: &[u8]| attribute(body, b"Source").map(|title| String::from_utf8_lossy(title).into_owned());
        let gnomad: Vec<String> = sources.filter_map(title).collect();
        facts.extend(gnomad.iter().map(|title| fact("Frequencies of", title.as_str())));
        if let Some((rows, no_calls)) = rows {
            facts.push(fact("Rows in the person's file", grouped(rows)));
            facts.push(fact("Of these, without a result", grouped(no_calls)));
        }
        Self {
            name,
            vendor,
            build: known,
            build_shown,
            strand_known: matches!(said_strand.as_deref(), Some("plus" | "either")),
            rows,
            without_calls,
            clinvar: date,
            gnomad,
            facts,
        }
    }
}

/// Reads what `match --stats` wrote, for the run whose `records` (or more, before a filter) came in here.
///
/// # Errors
/// Another document; one of a run that wrote fewer records than were read here.
pub(crate) fn match_stats(path: &Path, records: u64) -> Result<MatchRun> {
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
    let reason = |name: &str| document["reasons"][name].as_u64().unwrap_or(0);
    for verdict in Verdict::ALL {
        let found = reason(verdict.name());
        if found > 0 {
            let name = words::verdict(verdict.name()).unwrap_or(verdict.name());
            facts.push(fact(&format!("Records: {name}"), grouped(found)));
        }
    }
    if let Some(unread) = document["reasons"][NO_DATA].as_u64().filter(|unread| *unread > 0) {
        facts.push(fact("Of those without a result, called reference without a single read", grouped(unread)));
    }
    for (name, words) in [(BELOW_MIN_GQ, "with too low a quality (GQ)"), (BELOW_MIN_DP, "with too few reads (DP)")] {
        if reason(name) > 0 {
            facts.push(fact(&format!("Of those without a result, {words}"), grouped(reason(name))));
        }
    }
    if let Some(lines) = document["reasons"]["unreadable_sample_lines"].as_u64().filter(|lines| *lines > 0) {
        facts.push(fact("Lines of the person's file that could not be read", grouped(lines)));
    }
    Ok(MatchRun {
        input: document["inputs"][1].as_str().and_then(file_name),
        records: read,
        spoken: Verdict::ALL.iter().map(|verdict| reason(verdict.name())).sum(),
        no_calls: reason(Verdict::NoCall.name()),
        facts,
    })
}

/// The name of a file without its folders; nothing for standard input.
fn file_name(path: &str) -> Option<String> {
    let name = Path::new(path).file_name()?.to_string_lossy().into_owned();
    (path != "stdin").then_some(name)
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
        assert!(about_it.build_shown && about_it.strand_known && about_it.rows.is_none());
        let all: Vec<&str> = about_it.facts.iter().map(|fact| fact.value.as_str()).collect();
        assert_eq!(all[..2], ["me", "23andMe"]);
        assert!(all[2].starts_with("GRCh38, shown by") && all[4].starts_with("male") && all[5] == "2024-05-02");
        let by_format =
            about("##vdx_sample=<ID=me,Vendor=deCODEme,Build=NCBI36,BuildBy=format,Strand=unproven,Sex=x>\n");
        assert!(by_format.facts.iter().any(|fact| fact.value.starts_with("NCBI36, as all files of this kind")));
        let raw = about(
            "##vdx_sample=<ID=SAMPLE,Vendor=23andMe,Build=GRCh37,BuildBy=header,Strand=unproven,Sex=male,Rows=9,\
             NoCalls=2,WithoutCalls=18|19>\n##vdx_gnomadSource=<ID=gnomad_,Source=\"gnomAD exomes 2.1.1\",Build=GRCh37>\n",
        );
        assert_eq!((raw.rows, raw.without_calls), (Some((9, 2)), vec!["18".to_owned(), "19".to_owned()]));
        assert_eq!(
            (raw.build_shown, raw.strand_known, &raw.gnomad[..]),
            (false, false, &["gnomAD exomes 2.1.1".to_owned()][..])
        );
        assert_eq!(About { gnomad: raw.gnomad, ..About::default() }.datasets(), ["gnomad_r2_1", "gnomad_r3"]);
        assert_eq!(about_it.datasets()[0], "gnomad_r4");
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
        let text = r#"{"inputs":["stdin","/a/me.txt"],"records":{"in":4500,"out":3},"reasons":{"het":3,"no_call":9,"no_data":7},
            "details":{"evidence":{"loci_agree":9,"loci_disagree":1},"sample":{"rows":700}}}"#;
        let run = read(text, 2).unwrap();
        assert_eq!((run.records, run.spoken, run.no_calls, run.input.as_deref()), (4500, 12, 9, Some("me.txt")));
        assert_eq!(run.facts[0], fact("ClinVar records read", "4,500"));
        assert!(run.facts[1].value.starts_with("9 of 10 "));
        assert_eq!(run.facts[2].name, "Records: one copy of the variant");
        assert!(run.facts[4].name.contains("without a single read") && run.facts[4].value == "7");
        assert!(read(text, 4).unwrap_err().to_string().contains("where 4 came in"));
        assert!(read("{}", 0).unwrap_err().to_string().contains("another tool"));
        assert!(read("x", 0).is_err() && match_stats(Path::new("/nonexistent"), 0).is_err());
    }
}
