//! What was inferred about a sample, from what, and how sure it is: for `--stats`. Never a genotype.

use serde_json::{Value, json};
use vdx_hts::Result;
use vdx_vcf::assembly::Declared;

use super::names::Named;
use crate::sample::build::SaidBy;
use crate::sample::raw::RawTable;
use crate::sample::sex::array::SexCalls;
use crate::sample::sex::vcf::VariantCalls;
use crate::sample::sex::{Confidence, Sex};
use crate::sample::vendors::detect::Maker;
use crate::sample::vendors::vendor::ToldBy;

/// A sample, as far as it can be described.
pub(crate) enum Inferred {
    /// A raw file.
    Raw(Box<InferredRaw>),
    /// A VCF: its alleles and its build are in it; its calls on X, as far as they could be looked at.
    Vcf(Result<Option<VariantCalls>>),
}

/// See [`Inferred::raw`].
pub(crate) struct InferredRaw {
    maker: Maker,
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
pub(crate) struct Told {
    /// What sample (or the user) and ClinVar say.
    pub(crate) build: (Option<Declared>, Option<Declared>),
    /// Who says it of the sample.
    pub(crate) by: SaidBy,
    /// The letters fit ClinVar's REF.
    pub(crate) proven: bool,
}

/// With fewer rows a chromosome may well have none.
const ENOUGH_ROWS: usize = 1000;

impl Inferred {
    /// A raw file: who made it, the array, the calls on X and Y, what became of the names of its rows, the rows.
    pub(crate) fn raw(
        maker: Maker,
        chip: Option<String>,
        calls: SexCalls,
        named: Option<Named>,
        table: &RawTable,
    ) -> Self {
        let (rows, either_strand) = (table.len(), table.either_strand());
        // Nothing marks the end of these files, so that one whose download broke off looks whole: chromosomes without rows
        // give it away.
        let mut missing: Vec<u8> = (1..=22).filter(|&number| table.chromosome(number).is_empty()).collect();
        // Few rows, or those of one chromosome, are what somebody chose.
        if rows < ENOUGH_ROWS || missing.len() > 20 {
            missing.clear();
        }
        Self::Raw(Box::new(InferredRaw { maker, chip, calls, named, rows, either_strand, missing }))
    }

    /// What the user should know before reading on: contradictions, both sides named.
    pub(crate) fn warnings(&self) -> Vec<String> {
        let raw = match self {
            Self::Raw(raw) => raw,
            Self::Vcf(Ok(_)) => return Vec::new(),
            Self::Vcf(Err(error)) => {
                return vec![format!("the sex of the sample is not known, because X cannot be looked at: {error}")];
            }
        };
        let Maker { vendor, told_by, another } = raw.maker;
        let another = another.map(|another| match told_by {
            ToldBy::User => format!(
                "--sample-format says that the sample is from {}, its content that it is from {}; it is read as the first",
                vendor.name, another.name
            ),
            _ => format!(
                "line 1 of the sample says that it is from {}, a later comment names {}; it is read as the first, and \
                 --sample-format overrules that",
                vendor.name, another.name
            ),
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
        [another, sex, strand, missing].into_iter().flatten().collect()
    }

    /// For `details` of `--stats`.
    pub(crate) fn details(&self, told: Told) -> Value {
        let (build, by, confidence) = match told.build {
            (_, Some(build)) if told.proven => (Some(build), "data", Confidence::High),
            (Some(build), _) => (Some(build), told.by.name(), Confidence::Medium),
            _ => (None, "nothing", Confidence::None),
        };
        let of_build = inferred(build.map(Declared::name), by, confidence);
        let build_named = told.build.0.map(Declared::name);
        let raw = match self {
            Self::Raw(raw) => raw,
            Self::Vcf(calls) => return of_vcf(calls.as_ref().ok().and_then(Option::as_ref), &of_build, build_named),
        };
        let (by, confidence) = match raw.maker.told_by {
            ToldBy::User => ("user", Confidence::High),
            ToldBy::Name => ("content", Confidence::High),
            ToldBy::Columns => ("columns", Confidence::Medium),
            ToldBy::Shape => ("columns", Confidence::Low),
        };
        let confidence = if raw.maker.another.is_some() { Confidence::Low } else { confidence };
        let of_vendor = inferred(Some(raw.maker.vendor.name), by, confidence);
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
            "vendor": raw.maker.vendor.name, "chip": raw.chip, "sex": sex.name(), "build_named": build_named, "rows": raw.rows,
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
