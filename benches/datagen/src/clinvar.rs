//! The text of ClinVar records: the annotation of variant number i is a function of the seed and i alone.

use std::io::{self, Write};

use crate::num;
use crate::rng::Rng;
use crate::variant::{Class, Edit, Variant};
use crate::vocab::{self, Condition};

/// Everything a record's text needs besides the variant.
pub struct Annotator {
    seed: u64,
    conditions: Vec<Condition>,
    general: Vec<(f64, Condition)>,
    /// IDs are `odd * index mod 2^bits`, a bijection, so they are unique and look random.
    bits: u32,
}

/// The classification of one record: germline, or only as part of a haplotype.
pub struct Verdict {
    pub significance: Option<&'static str>,
    pub review: &'static str,
}

/// Number spaces of rsIDs: ClinVar, person and gnomAD never share one by accident.
#[derive(Clone, Copy)]
pub enum RsSpace {
    ClinVar = 0,
    Person = 1,
    Gnomad = 2,
}

/// The rsID number of item `index` in its space; unique for indices below 2^28.
pub fn rs_number(space: RsSpace, index: u64) -> u64 {
    4 * ((index.wrapping_mul(0x5851_f42d) + 77) % (1 << 28)) + space as u64 + 3_000
}

impl Annotator {
    /// For `records` records in the whole file.
    pub fn new(seed: u64, records: usize) -> Self {
        let bits = records.max(1024).next_power_of_two().trailing_zeros();
        Self { seed, conditions: vocab::conditions(seed, 4000), general: vocab::general_conditions(), bits }
    }

    /// VariationID of record `index`.
    pub fn variation_id(&self, index: u64) -> u64 {
        self.scatter(index, 0x9e37_79b1) + 2
    }

    fn scatter(&self, index: u64, odd: u64) -> u64 {
        index.wrapping_mul(odd) & ((1 << self.bits) - 1)
    }

    /// Classification and review status of record `index`.
    pub fn verdict(&self, index: u64, class: Class) -> Verdict {
        self.verdict_from(&mut self.stream(index), class)
    }

    /// Whether dbSNP has the variant.
    pub fn has_rs(&self, index: u64) -> bool {
        Rng::new(self.seed, "rs", index).chance(0.75)
    }

    fn stream(&self, index: u64) -> Rng {
        Rng::new(self.seed, "annotation", index)
    }

    fn verdict_from(&self, rng: &mut Rng, class: Class) -> Verdict {
        if class == Class::NoAlt || rng.chance(0.002) {
            let significance = rng.chance(0.5).then_some("no_classification_for_the_single_variant");
            return Verdict { significance, review: "no_classification_for_the_single_variant" };
        }
        let significance = *rng.weighted(&vocab::SIGNIFICANCE);
        let review = if significance.starts_with("Conflicting") {
            "criteria_provided,_conflicting_classifications"
        } else if significance == "not_provided" {
            "no_classification_provided"
        } else if significance.starts_with("no_") {
            "no_classifications_from_unflagged_records"
        } else if significance.contains("/L") {
            "criteria_provided,_multiple_submitters,_no_conflicts"
        } else {
            *rng.weighted(&vocab::REVIEW)
        };
        Verdict { significance: Some(significance), review }
    }

    /// Appends the line of record `index`; `rs_index` is the record whose rsID it carries, if any. `site` tells contig
    /// number, name and RefSeq accession.
    pub fn line(
        &self,
        site: (usize, &str, &str),
        variant: &Variant,
        edit: Option<&Edit>,
        index: u64,
        rs_index: Option<u64>,
        out: &mut Vec<u8>,
    ) -> io::Result<()> {
        let (contig, name, accession) = site;
        let mut rng = self.stream(index);
        let rng = &mut rng;
        let verdict = self.verdict_from(rng, variant.class);
        write!(out, "{name}\t{}\t{}\t", variant.pos, self.variation_id(index))?;
        out.extend_from_slice(&variant.reference);
        out.push(b'\t');
        out.extend_from_slice(&variant.alternate);
        out.extend_from_slice(b"\t.\t.\t");
        if rng.chance(0.18) {
            let frequency = 10f64.powf(-5.0 + 4.7 * rng.unit());
            for (share, tag) in [(0.5, "AF_ESP"), (0.8, "AF_EXAC"), (0.4, "AF_TGP")] {
                if rng.chance(share) {
                    write!(out, "{tag}={:.5};", (frequency * (0.5 + rng.unit())).min(1.0))?;
                }
            }
        }
        write!(out, "ALLELEID={}", self.scatter(index, 0x85eb_ca6b) + 15_000)?;
        self.conditions(rng, contig, variant.gene, ["CLNDISDB", "CLNDN"], out);
        write!(out, ";CLNHGVS={accession}:g.")?;
        hgvs(variant, edit, out)?;
        write!(out, ";CLNREVSTAT={}", verdict.review)?;
        if let Some(significance) = verdict.significance {
            write!(out, ";CLNSIG={significance}")?;
            if significance.starts_with("Conflicting") {
                let benign = rng.pick(&["Benign", "Likely_benign"]);
                write!(
                    out,
                    ";CLNSIGCONF=Uncertain_significance({})|{benign}({})",
                    rng.between(1, 5),
                    rng.between(1, 4)
                )?;
            }
        }
        if verdict.review == "no_classification_for_the_single_variant" {
            let other = *rng.weighted(&vocab::SIGNIFICANCE[..8]);
            write!(out, ";CLNSIGINCL={}:{other}", rng.between(1000, 900_000))?;
        }
        out.extend_from_slice(match variant.class {
            Class::Deletion => b";CLNVC=Deletion;CLNVCSO=SO:0000159".as_slice(),
            Class::Duplication => b";CLNVC=Duplication;CLNVCSO=SO:1000035",
            Class::Insertion => b";CLNVC=Insertion;CLNVCSO=SO:0000667",
            Class::Indel | Class::Mnv => b";CLNVC=Indel;CLNVCSO=SO:1000032",
            Class::Microsatellite => b";CLNVC=Microsatellite;CLNVCSO=SO:0000289",
            Class::Snv | Class::NoAlt => b";CLNVC=single_nucleotide_variant;CLNVCSO=SO:0001483",
        });
        if rng.chance(0.12) {
            write!(out, ";CLNVI=ClinGen:CA{}", rng.between(100_000, 420_000_000))?;
            if rng.chance(0.3) {
                let (id, number) = (rng.between(100_000, 620_999), rng.between(1, 99));
                write!(out, "|OMIM:{id}.{number:04}")?;
            }
        }
        if variant.gene != u32::MAX {
            let (symbol, id) = vocab::gene(self.seed, contig, variant.gene);
            write!(out, ";GENEINFO={symbol}:{id}")?;
            if rng.chance(0.04) {
                write!(out, "|{symbol}-AS1:{}", id + 50_000)?;
            }
        }
        consequence(rng, variant, out);
        let somatic = rng.chance(0.004);
        if somatic {
            out.extend_from_slice(b";ONC=");
            out.extend_from_slice(rng.pick(&["Oncogenic", "Likely_oncogenic", "Uncertain_significance"]).as_bytes());
            self.conditions(rng, contig, variant.gene, ["ONCDISDB", "ONCDN"], out);
            out.extend_from_slice(b";ONCREVSTAT=criteria_provided,_single_submitter");
        }
        let origin = if somatic { 3 } else { *rng.weighted(&[(0.9, 1), (0.03, 33), (0.03, 5), (0.02, 0), (0.02, 17)]) };
        write!(out, ";ORIGIN={origin}")?;
        if let Some(rs) = rs_index {
            out.extend_from_slice(b";RS=");
            num::int(rs_number(RsSpace::ClinVar, rs), out);
        }
        if somatic && rng.chance(0.5) {
            out.extend_from_slice(b";SCI=Tier_I_-_Strong|Tier_II_-_Potential");
            self.conditions(rng, contig, variant.gene, ["SCIDISDB", "SCIDN"], out);
            out.extend_from_slice(b";SCIREVSTAT=criteria_provided,_multiple_submitters");
        }
        out.push(b'\n');
        Ok(())
    }

    /// One to four conditions: general ones and those of the gene.
    fn conditions(&self, rng: &mut Rng, contig: usize, gene: u32, tags: [&str; 2], out: &mut Vec<u8>) {
        let count = *rng.weighted(&[(0.82, 1), (0.13, 2), (0.04, 3), (0.01, 4)]);
        let mut chosen: Vec<&Condition> = Vec::with_capacity(count);
        for _ in 0..count {
            if rng.chance(0.50) {
                chosen.push(rng.weighted(&self.general));
            } else {
                let number = (contig * 7919 + gene as usize * 31 + rng.below(3)) % self.conditions.len();
                chosen.push(&self.conditions[number]);
            }
        }
        let texts: [fn(&Condition) -> &String; 2] = [|c| &c.ids, |c| &c.name];
        for (tag, text) in tags.iter().zip(texts) {
            out.push(b';');
            out.extend_from_slice(tag.as_bytes());
            for (number, condition) in chosen.iter().enumerate() {
                out.push(if number == 0 { b'=' } else { b'|' });
                out.extend_from_slice(text(condition).as_bytes());
            }
        }
    }
}

fn consequence(rng: &mut Rng, variant: &Variant, out: &mut Vec<u8>) {
    if variant.gene == u32::MAX {
        return;
    }
    let terms: &[(f64, &str)] = if variant.changes_length() { &vocab::CONSEQUENCE_INDEL } else { &vocab::CONSEQUENCE };
    out.extend_from_slice(b";MC=");
    out.extend_from_slice(rng.weighted(terms).as_bytes());
    if rng.chance(0.08) {
        out.extend_from_slice(b",SO:0001619|non-coding_transcript_variant");
    }
}

/// The part of the HGVS name after `g.`; `edit` is the right-aligned change of a pure insertion or deletion.
fn hgvs(variant: &Variant, edit: Option<&Edit>, out: &mut Vec<u8>) -> io::Result<()> {
    let span = |out: &mut Vec<u8>, first: usize, last: usize| match first == last {
        true => write!(out, "{first}"),
        false => write!(out, "{first}_{last}"),
    };
    let (r, a) = (&variant.reference, &variant.alternate);
    match edit {
        Some(e) if e.del > 0 => {
            span(out, e.start + 1, e.start + e.del)?;
            out.extend_from_slice(b"del");
        }
        Some(e) if variant.class != Class::Insertion => {
            // Right-aligned, the copy that is added follows the one that is there.
            span(out, e.start + 1 - e.ins.len().min(e.start), e.start)?;
            out.extend_from_slice(b"dup");
        }
        Some(e) => {
            span(out, e.start, e.start + 1)?;
            out.extend_from_slice(b"ins");
            out.extend_from_slice(&e.ins);
        }
        None if variant.class == Class::NoAlt => {
            write!(out, "{}", variant.pos)?;
            out.extend_from_slice(r);
            out.push(b'=');
        }
        None if r.len() == 1 && a.len() == 1 => {
            write!(out, "{}", variant.pos)?;
            out.extend_from_slice(r);
            out.push(b'>');
            out.extend_from_slice(a);
        }
        None => {
            span(out, variant.pos as usize, variant.pos as usize + r.len() - 1)?;
            out.extend_from_slice(b"delins");
            out.extend_from_slice(a);
        }
    }
    Ok(())
}
