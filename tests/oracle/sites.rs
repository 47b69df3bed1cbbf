//! Sites on which vdx-normalize and bcftools can be compared.

use std::path::Path;

use tempfile::TempDir;

use super::vdx;
use crate::nasty::nasty;

/// A directory with reference.fa and nasty.vcf, made with more words for the generator.
pub fn sites(seed: u64, words: &[&str]) -> TempDir {
    let directory = nasty(seed, words);
    let path = directory.path().join("nasty.vcf");
    let text = std::fs::read_to_string(&path).unwrap();
    // bcftools moves a deletion of no bases to the start of its contig.
    let lines = text.split_inclusive('\n').filter(|line| !line.contains("SVLEN=-0"));
    std::fs::write(path, lines.enumerate().map(|(number, line)| with_large_numbers(number, line)).collect::<String>())
        .unwrap();
    // From 1.24 on bcftools takes the first of the bases that such a letter stands for (VCF 4.5, section 1.6.1, REF).
    let fasta = directory.path().join("reference.fa");
    let text = std::fs::read_to_string(&fasta).unwrap();
    let known = |base: char| if "ACGTNacgtn".contains(base) { base } else { 'N' };
    let line = |line: &str| if line.starts_with('>') { line.to_owned() } else { line.chars().map(known).collect() };
    std::fs::write(fasta, text.lines().map(|text| line(text) + "\n").collect::<String>()).unwrap();
    directory
}

/// Every third line with whole numbers that no 32-bit float holds.
fn with_large_numbers(number: usize, line: &str) -> String {
    if !number.is_multiple_of(3) || line.starts_with('#') {
        return line.to_owned();
    }
    let larger = |list: &str| {
        let larger =
            |value: &str| value.parse().map_or(value.to_owned(), |value: u32| (value + 20_000_001).to_string());
        list.split(',').map(larger).collect::<Vec<_>>().join(",")
    };
    let mut fields: Vec<String> = line.trim_end().split('\t').map(ToOwned::to_owned).collect();
    let entry = |entry: &str| match entry.split_once('=') {
        Some((key @ ("DP" | "PR" | "RC" | "GC" | "ANY"), list)) => format!("{key}={}", larger(list)),
        _ => entry.to_owned(),
    };
    fields[7] = fields[7].split(';').map(entry).collect::<Vec<_>>().join(";");
    let keys: Vec<String> =
        fields.get(8).map(|format| format.split(':').map(ToOwned::to_owned).collect()).unwrap_or_default();
    let value = |(key, value): (&String, &str)| match key.as_str() {
        "AD" | "DP" | "GQ" | "PL" => larger(value),
        _ => value.to_owned(),
    };
    for sample in fields.iter_mut().skip(9) {
        *sample = keys.iter().zip(sample.split(':')).map(value).collect::<Vec<_>>().join(":");
    }
    fields.join("\t") + "\n"
}

/// REF and ALT without the bases that both have at their end: the same in every record of one POS.
pub fn change(reference: &str, alt: &str) -> (String, String) {
    let shared = reference.bytes().rev().zip(alt.bytes().rev()).take_while(|(a, b)| a == b).count();
    let shared = shared.min(reference.len().min(alt.len()) - 1);
    let cut = |allele: &str| allele[..allele.len() - shared].to_owned();
    (cut(reference), cut(alt))
}

/// Leaves those records of nasty.vcf, aligned, that bcftools can join: no two with an ALT in common.
pub fn make_joinable(directory: &Path) {
    align(directory);
    let path = directory.join("nasty.vcf");
    let aligned = std::fs::read_to_string(&path).unwrap();
    let mut seen = std::collections::HashSet::new();
    let mut is_new = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let [contig, pos, _, reference, alts] = fields[..5] else { unreachable!() };
        let change = |alt| (contig.to_owned(), pos.to_owned(), change(reference, alt));
        alts == "." || alts.split(',').map(change).filter(|change| !seen.insert(change.clone())).count() == 0
    };
    let kept: String = aligned.split_inclusive('\n').filter(|line| line.starts_with('#') || is_new(line)).collect();
    std::fs::write(path, kept).unwrap();
}

/// Aligns nasty.vcf itself.
pub fn align(directory: &Path) {
    let aligned = vdx(directory, &["-f", "reference.fa", "-c", "w", "nasty.vcf"]);
    std::fs::write(directory.join("nasty.vcf"), aligned).unwrap();
}

/// Leaves out records without ALT: beside an SNV and indels `-m +indels` joins them here.
pub fn with_alt(directory: &Path) {
    let path = directory.join("nasty.vcf");
    let text = std::fs::read_to_string(&path).unwrap();
    let with_alt = text.split_inclusive('\n').filter(|line| line.split('\t').nth(4) != Some("."));
    std::fs::write(&path, with_alt.collect::<String>()).unwrap();
}

/// Makes REF wrong where a site is of single bases: an ALT takes its place, or N, or nothing; N, too, where it is longer.
///
/// `longer`: a wrong base, too, where it is longer: from 1.24 on bcftools has other rules for that.
pub fn spoil(directory: &Path, longer: bool) {
    let path = directory.join("nasty.vcf");
    let text = std::fs::read_to_string(&path).unwrap();
    let spoil = |(number, line): (usize, &str)| {
        let mut fields: Vec<String> = line.split('\t').map(ToOwned::to_owned).collect();
        if line.starts_with('#') || fields[4].contains(['*', '<', '[', ']', '.']) {
            return line.to_owned();
        }
        // bcftools knows only the capital N.
        let mut alleles: Vec<String> = vec![fields[3].to_uppercase()];
        alleles.extend(fields[4].split(',').map(str::to_uppercase));
        let last = alleles.len() - 1;
        match (number % 4, alleles.iter().all(|allele| allele.len() == 1)) {
            (0, true) => alleles.swap(0, last),
            (1, true) => alleles[0] = ".".into(),
            (2, _) => alleles[0].replace_range(..1, "N"),
            (3, false) if longer => {
                let wrong = if alleles[0].starts_with('A') { "C" } else { "A" };
                alleles[0].replace_range(..1, wrong);
            }
            _ => {}
        }
        // bcftools counts what is missing.
        fields[7] = fields[7]
            .split(';')
            .map(|entry| if entry == "AC=." { "AC=5" } else { entry })
            .collect::<Vec<_>>()
            .join(";");
        fields[3] = alleles[0].clone();
        fields[4] = alleles[1..].join(",");
        fields.join("\t")
    };
    std::fs::write(&path, text.split_inclusive('\n').enumerate().map(spoil).collect::<String>()).unwrap();
}

/// Whether taking an ALT apart gives a SNV and an indel at one base. Version 1.16 does not part them; in 1.23 the sites
/// behind such a one come out with wrong genotypes.
fn is_complex(reference: &str, alt: &str) -> bool {
    let shared = reference.bytes().rev().zip(alt.bytes().rev()).take_while(|(ours, theirs)| ours == theirs).count();
    let shorter = reference.len().min(alt.len());
    let last = shorter - 1 - shared.min(shorter - 1);
    reference.len() != alt.len() && reference.as_bytes()[last] != alt.as_bytes()[last]
}

/// Leaves out sites that bcftools does not take apart as it should, in upper case: to it `a` is not `A` here.
pub fn without_complex(directory: &Path) {
    let path = directory.join("nasty.vcf");
    let text = std::fs::read_to_string(&path).unwrap();
    let kept = text.split_inclusive('\n').filter_map(|line| {
        let mut fields: Vec<String> = line.split('\t').map(ToOwned::to_owned).collect();
        if !line.starts_with('#') {
            fields[3].make_ascii_uppercase();
            let symbolic = fields[4].contains(['<', '[', ']']);
            fields[4] = if symbolic { fields[4].clone() } else { fields[4].to_uppercase() };
            if !symbolic && fields[4].split(',').any(|alt| is_complex(&fields[3], alt)) {
                return None;
            }
        }
        Some(fields.join("\t"))
    });
    let kept: String = kept.collect();
    std::fs::write(&path, kept).unwrap();
}
