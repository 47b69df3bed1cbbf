//! What was inferred about a sample, from what, and how sure it is: for `--stats`. Never a genotype.

use serde_json::{Value, json};
use vdx_stream::Result;

use super::build::Declared;
use super::names::Named;
use super::raw::Table;
use super::sex::{Confidence, Sex, SexCalls};
use super::vcf_sex::VariantCalls;
use super::vendor::{ToldBy, Vendor};

/// A sample, as far as it can be described.
pub enum About {
    /// A raw file.
    Raw(Box<Raw>),
    /// A VCF: its alleles and its build are in it; its calls on X, as far as they could be looked at.
    Vcf(Result<Option<VariantCalls>>),
}

/// See [`About::raw`].
pub struct Raw {
    vendor: &'static Vendor,
    overruled: Option<&'static Vendor>,
    by_user: bool,
    chip: Option<String>,
    calls: SexCalls,
    named: Option<Named>,
    rows: usize,
    either_strand: bool,
    /// Autosomes without rows, where there are rows enough to expect some on each.
    missing: Vec<u8>,
}

/// What is known about builds and strand at the end of the run.
#[derive(Clone, Copy, Debug)]
pub struct Told {
    /// What sample (or the user) and ClinVar say.
    pub build: (Option<Declared>, Option<Declared>),
    /// The user said it.
    pub by_user: bool,
    /// The letters fit ClinVar's REF.
    pub proven: bool,
}

/// With fewer rows a chromosome may well have none.
const ENOUGH_ROWS: usize = 1000;

impl About {
    /// A raw file: who made it (and who the content says, where the user says another), the array, the calls on X and
    /// Y, what became of the names of its rows, the rows.
    pub fn raw(
        vendor: &'static Vendor,
        overruled: Option<&'static Vendor>,
        by_user: bool,
        chip: Option<String>,
        calls: SexCalls,
        named: Option<Named>,
        table: &Table,
    ) -> Self {
        let (rows, either_strand) = (table.rows().len(), table.either_strand());
        let mut missing: Vec<u8> = (1..=22).filter(|&number| table.chromosome(number).is_empty()).collect();
        // Few rows, or those of one chromosome, are what somebody chose.
        if rows < ENOUGH_ROWS || missing.len() > 20 {
            missing.clear();
        }
        Self::Raw(Box::new(Raw { vendor, overruled, by_user, chip, calls, named, rows, either_strand, missing }))
    }

    /// What the user should know before reading on: contradictions, both sides named.
    pub fn warnings(&self) -> Vec<String> {
        let raw = match self {
            Self::Raw(raw) => raw,
            Self::Vcf(Ok(_)) => return Vec::new(),
            Self::Vcf(Err(error)) => {
                return vec![format!("the sex of the sample is not known, because X cannot be looked at: {error}")];
            }
        };
        let overruled = raw.overruled.map(|content| {
            format!(
                "--sample-format says that the sample is from {}, its content that it is from {}; it is read as the first",
                raw.vendor.name, content.name
            )
        });
        let sex = raw.calls.conflict().map(|conflict| {
            format!("the sex of the sample is taken to be unknown, because its calls contradict each other: {conflict}")
        });
        let strand = raw.either_strand.then(|| {
            "the sample has Illumina's Forward alleles, which are of either strand: each is held against REF, and what \
             fits both strands is strand_ambiguous; a report with Plus alleles says more"
                .to_owned()
        });
        let missing = (!raw.missing.is_empty()).then(|| {
            let names: Vec<String> = raw.missing.iter().map(u8::to_string).collect();
            format!(
                "the sample has {} rows and none on chromosome {}; if it is meant to be whole, it was cut: download it again",
                raw.rows,
                names.join(", ")
            )
        });
        [overruled, sex, strand, missing].into_iter().flatten().collect()
    }

    /// For `details` of `--stats`.
    pub fn details(&self, told: Told) -> Value {
        let (build, by, confidence) = match told.build {
            (_, Some(build)) if told.proven => (Some(build), "data", Confidence::High),
            (Some(build), _) if told.by_user => (Some(build), "user", Confidence::Medium),
            (Some(build), _) => (Some(build), "header", Confidence::Medium),
            _ => (None, "nothing", Confidence::None),
        };
        let of_build = inferred(build.map(Declared::name), by, confidence);
        let build_named = told.build.0.map(Declared::name);
        let raw = match self {
            Self::Raw(raw) => raw,
            Self::Vcf(calls) => return of_vcf(calls.as_ref().ok().and_then(Option::as_ref), &of_build, build_named),
        };
        let (by, confidence) = match (raw.by_user, raw.vendor.told_by) {
            (true, _) if raw.overruled.is_some() => ("user", Confidence::Low),
            (true, _) => ("user", Confidence::High),
            (_, ToldBy::Name) => ("content", Confidence::High),
            (_, ToldBy::Columns) => ("columns", Confidence::Medium),
            (_, ToldBy::Shape) => ("columns", Confidence::Low),
        };
        let of_vendor = inferred(Some(raw.vendor.name), by, confidence);
        let of_strand = match (raw.either_strand, told.proven) {
            (true, _) => inferred(Some("either"), "columns", Confidence::High),
            (false, true) => inferred(Some("plus"), "data", Confidence::High),
            (false, false) => inferred(None, "nothing", Confidence::None),
        };
        let SexCalls { single, homozygous, heterozygous, y_called, y_no_call } = raw.calls;
        let sex = raw.calls.sex();
        let mut of_sex = inferred(Some(sex.name()), "X and Y", raw.calls.confidence());
        of_sex["x"] = json!({"single": single, "homozygous": homozygous, "heterozygous": heterozygous});
        of_sex["y"] = json!({"called": y_called, "no_call": y_no_call});
        of_sex["conflict"] = json!(raw.calls.conflict());
        json!({
            "vendor": raw.vendor.name, "chip": raw.chip, "sex": sex.name(), "build_named": build_named, "rows": raw.rows,
            "rsid_map": raw.named.map(|named| json!({"names": named.rows, "known": named.known})),
            "inferred": {"vendor": of_vendor, "build": of_build, "strand": of_strand, "sex": of_sex},
        })
    }
}

fn of_vcf(calls: Option<&VariantCalls>, build: &Value, build_named: Option<&str>) -> Value {
    let sex = calls.map_or(Sex::Unknown, VariantCalls::sex).name();
    let of_sex = match calls {
        None => inferred(Some(sex), "nothing", Confidence::None),
        Some(calls) => {
            let VariantCalls { single, homozygous, heterozygous } = calls;
            let mut of_sex = inferred(Some(sex), "X", calls.confidence());
            of_sex["x"] = json!({"single": single, "homozygous": homozygous, "heterozygous": heterozygous});
            of_sex
        }
    };
    json!({
        "vendor": "VCF", "sex": sex, "build_named": build_named, "rows": null,
        "inferred": {
            "vendor": inferred(Some("VCF"), "content", Confidence::High),
            "build": build,
            "strand": inferred(Some("plus"), "format", Confidence::High),
            "sex": of_sex,
        },
    })
}

fn inferred(value: Option<&str>, by: &str, confidence: Confidence) -> Value {
    json!({"value": value, "by": by, "confidence": confidence.name()})
}
