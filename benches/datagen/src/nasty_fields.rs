//! INFO, FORMAT and sample columns of the nasty case: every Number and Type, missing values in every place.

use crate::nasty_sites::Site;
use crate::rng::Rng;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    Flag,
    Fixed(usize),
    Any,
    PerAlt,
    PerAllele,
    PerGenotype,
}

#[derive(Clone, Copy)]
enum Kind {
    Integer,
    Float,
    Text,
}

type Field = (&'static str, Number, Kind);

const INFO: [Field; 17] = [
    ("DP", Number::Fixed(1), Kind::Integer),
    ("MQ", Number::Fixed(1), Kind::Float),
    ("SC", Number::Fixed(1), Kind::Text),
    ("PR", Number::Fixed(2), Kind::Integer),
    ("DB", Number::Flag, Kind::Text),
    ("H2", Number::Flag, Kind::Text),
    ("AC", Number::PerAlt, Kind::Integer),
    ("AF", Number::PerAlt, Kind::Float),
    ("AS", Number::PerAlt, Kind::Text),
    ("RC", Number::PerAllele, Kind::Integer),
    ("RF", Number::PerAllele, Kind::Float),
    ("RS", Number::PerAllele, Kind::Text),
    ("GC", Number::PerGenotype, Kind::Integer),
    ("GF", Number::PerGenotype, Kind::Float),
    ("ANY", Number::Any, Kind::Integer),
    ("ANYF", Number::Any, Kind::Float),
    ("ANN", Number::Any, Kind::Text),
];

const FORMAT: [Field; 8] = [
    ("AD", Number::PerAllele, Kind::Integer),
    ("DP", Number::Fixed(1), Kind::Integer),
    ("GQ", Number::Fixed(1), Kind::Integer),
    ("PL", Number::PerGenotype, Kind::Integer),
    ("SAF", Number::PerAlt, Kind::Float),
    ("SAT", Number::PerAlt, Kind::Text),
    ("SRT", Number::PerAllele, Kind::Text),
    ("FT", Number::Fixed(1), Kind::Text),
];

/// Writes whole lines.
pub struct Fields {
    pub samples: usize,
    /// Whether all values of a per-allele INFO field may be one `.`
    pub bare_missing: bool,
    /// Whether sample columns are diploid, numeric and complete.
    pub plain_format: bool,
}

impl Fields {
    /// One record with random fields.
    pub fn line(&self, contig: &str, site: &Site, rng: &mut Rng) -> String {
        let text = |allele: &[u8]| String::from_utf8_lossy(allele).into_owned();
        let alternates: Vec<String> = site.alternates.iter().map(|a| text(a)).collect();
        let id = match rng.below(10) {
            0..3 => format!("rs{}", rng.between(1, 999_999)),
            3 => format!("rs{};x{}", rng.between(1, 999_999), rng.between(1, 99)),
            _ => ".".into(),
        };
        let quality = *rng.pick(&[".", "50", "29.5", "0", "3070.77", "1e+06"]);
        let filter = *rng.pick(&["PASS", "PASS", ".", "q10", "q10;s50"]);
        let mut line = format!(
            "{contig}\t{}\t{id}\t{}\t{}\t{quality}\t{filter}\t{}",
            site.pos,
            text(&site.reference),
            alternates.join(","),
            self.info(site, rng)
        );
        if self.samples > 0 {
            self.genotypes(alts(site), rng, &mut line);
        }
        line.push('\n');
        line
    }

    fn info(&self, site: &Site, rng: &mut Rng) -> String {
        let mut parts: Vec<String> = Vec::new();
        if let Some(end) = site.end {
            parts.push(format!("END={end}"));
            if site.alternates[0] == b"<DEL>" {
                parts.push(format!("SVTYPE=DEL;SVLEN=-{}", end - site.pos));
            }
        }
        let alts = alts(site);
        for field in &INFO {
            if !rng.chance(0.45) || (field.1 == Number::PerAlt && alts == 0) {
                continue;
            }
            if field.1 == Number::Flag {
                parts.push(field.0.into());
                continue;
            }
            let mut text = values(field, alts, 2, rng);
            if !self.bare_missing {
                spell_out(field, alts, &mut text);
            }
            parts.push(format!("{}={text}", field.0));
        }
        if parts.is_empty() { ".".into() } else { parts.join(";") }
    }

    fn genotypes(&self, alts: usize, rng: &mut Rng, line: &mut String) {
        let ploidies: Vec<usize> = (0..self.samples)
            .map(|_| match rng.below(100) {
                _ if self.plain_format => 2,
                0..85 => 2,
                85..95 => 1,
                _ => rng.between(3, 4),
            })
            .collect();
        // Number=G follows the ploidy; tools agree on one and two copies only.
        let countable = ploidies.iter().all(|&p| p == ploidies[0] && p <= 2);
        let chosen: Vec<&Field> = FORMAT
            .iter()
            .filter(|f| rng.chance(if f.0.len() == 2 { 0.8 } else { 0.3 }))
            .filter(|f| countable || f.1 != Number::PerGenotype)
            .filter(|f| !self.plain_format || matches!(f.1, Number::Fixed(_)) || !matches!(f.2, Kind::Text))
            .filter(|f| !self.plain_format || f.1 != Number::PerAlt || alts > 0)
            .collect();
        line.push_str("\tGT");
        for field in &chosen {
            line.push(':');
            line.push_str(field.0);
        }
        for ploidy in ploidies {
            line.push('\t');
            line.push_str(&genotype(ploidy, alts, rng));
            let mut columns: Vec<String> = chosen.iter().map(|f| values(f, alts, ploidy, rng)).collect();
            if self.plain_format {
                chosen.iter().zip(&mut columns).for_each(|(f, text)| spell_out(f, alts, text));
            } else if rng.chance(0.15) {
                // Trailing fields may be left out.
                columns.truncate(rng.between(0, columns.len()));
            }
            for column in columns {
                line.push(':');
                line.push_str(&column);
            }
        }
    }
}

/// Number of ALT alleles; 0 for ALT `.`
fn alts(site: &Site) -> usize {
    if site.alternates[0] == b"." { 0 } else { site.alternates.len() }
}

fn genotype(ploidy: usize, alts: usize, rng: &mut Rng) -> String {
    let separator = if rng.chance(0.3) { "|" } else { "/" };
    let missing = rng.chance(0.08);
    let alleles: Vec<String> = (0..ploidy)
        .map(|_| if missing || rng.chance(0.03) { ".".into() } else { rng.between(0, alts).to_string() })
        .collect();
    alleles.join(separator)
}

/// How many values a field has; `Number::Any` counts as none.
fn count(number: Number, alts: usize, ploidy: usize) -> usize {
    let alleles = alts + 1;
    match number {
        Number::Flag | Number::Any => 0,
        Number::Fixed(n) => n,
        Number::PerAlt => alts,
        Number::PerAllele => alleles,
        Number::PerGenotype if ploidy == 1 => alleles,
        Number::PerGenotype => alleles * (alleles + 1) / 2,
    }
}

/// Writes a lone `.` of a per-allele field as one `.` per value.
fn spell_out(field: &Field, alts: usize, text: &mut String) {
    if text == "." && matches!(field.1, Number::PerAlt | Number::PerAllele | Number::PerGenotype) && alts > 0 {
        *text = vec!["."; count(field.1, alts, 2)].join(",");
    }
}

fn values(field: &Field, alts: usize, ploidy: usize, rng: &mut Rng) -> String {
    let count = if field.1 == Number::Any { rng.between(1, 4) } else { count(field.1, alts, ploidy) };
    if count == 0 || rng.chance(0.05) {
        return ".".into();
    }
    let one = |rng: &mut Rng| -> String {
        if count > 1 && rng.chance(0.04) {
            return ".".into();
        }
        match field.2 {
            Kind::Integer => {
                let largest = *rng.pick(&[1, 100, 100, 250, 70_000]);
                rng.between(0, largest).to_string()
            }
            Kind::Float => {
                const TEXTS: [&str; 10] =
                    ["0", "0.5", "0.125", "1", "1e-05", "3.5e-07", "0.333333", "12.75", "-1.5", "100.25"];
                (*rng.pick(&TEXTS)).into()
            }
            Kind::Text => {
                const TEXTS: [&str; 6] =
                    ["a", "bc", "x|y|z", "G|missense_variant|1/3", "p.Ala1Val", "long_value_without_end"];
                (*rng.pick(&TEXTS)).into()
            }
        }
    };
    (0..count).map(|_| one(rng)).collect::<Vec<_>>().join(",")
}

/// A full header; `contigs` are `(name, length)`.
pub fn header(contigs: &[(&str, usize)], samples: usize) -> String {
    let mut text = String::from("##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\">\n");
    for (name, len) in contigs {
        text.push_str(&format!("##contig=<ID={name},length={len}>\n"));
    }
    text.push_str(
        "##FILTER=<ID=q10,Description=\"Quality below 10\">\n##FILTER=<ID=s50,Description=\"Few samples\">\n",
    );
    text.push_str("##ALT=<ID=DEL,Description=\"Deletion\">\n##ALT=<ID=NON_REF,Description=\"Any other allele\">\n");
    text.push_str("##INFO=<ID=END,Number=1,Type=Integer,Description=\"Last base\">\n");
    text.push_str("##INFO=<ID=SVTYPE,Number=1,Type=String,Description=\"Type of structural variant\">\n");
    text.push_str("##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"Length of structural variant\">\n");
    text.push_str("##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">\n");
    for (column, fields) in [("INFO", &INFO[..]), ("FORMAT", &FORMAT[..])] {
        for (id, number, kind) in fields {
            let number = match number {
                Number::Flag => "0".into(),
                Number::Fixed(n) => n.to_string(),
                Number::Any => ".".into(),
                Number::PerAlt => "A".into(),
                Number::PerAllele => "R".into(),
                Number::PerGenotype => "G".to_string(),
            };
            let kind = match kind {
                _ if number == "0" => "Flag",
                Kind::Integer => "Integer",
                Kind::Float => "Float",
                Kind::Text => "String",
            };
            text.push_str(&format!("##{column}=<ID={id},Number={number},Type={kind},Description=\"Field {id}\">\n"));
        }
    }
    text.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO");
    if samples > 0 {
        text.push_str("\tFORMAT");
        for sample in 1..=samples {
            text.push_str(&format!("\tS{sample}"));
        }
    }
    text.push('\n');
    text
}
