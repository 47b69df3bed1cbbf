//! What normalisation must never change, checked without any other tool: the haplotype that each allele describes. And
//! what it must reach: alleles that are leftmost and parsimonious (Tan, Abecasis & Kang 2015, section 2).

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

use nasty::{nasty, run};

mod nasty;

const SEEDS: std::ops::RangeInclusive<u64> = 101..=112;

/// The contigs by name, as tools read them: upper case, what is not ACGT as N.
fn contigs(fasta: &str) -> HashMap<String, Vec<u8>> {
    let contig = |text: &str| {
        let (name, bases) = text.split_once('\n').unwrap();
        let base = |base: u8| match base.to_ascii_uppercase() {
            known @ (b'A' | b'C' | b'G' | b'T') => known,
            _ => b'N',
        };
        let bases = bases.bytes().filter(|byte| !byte.is_ascii_whitespace()).map(base).collect();
        (name.split_whitespace().next().unwrap().to_owned(), bases)
    };
    fasta.split('>').skip(1).map(contig).collect()
}

/// One ALT of bases of a record.
struct Allele {
    /// The record's ID, which says which input record it was.
    id: String,
    contig: String,
    /// 0-based.
    start: usize,
    reference: Vec<u8>,
    alt: Vec<u8>,
    /// The only ALT of its record.
    alone: bool,
}

impl Allele {
    /// The contig with this allele in it.
    fn haplotype(&self, contigs: &HashMap<String, Vec<u8>>) -> Vec<u8> {
        let contig = &contigs[&self.contig];
        let end = self.start + self.reference.len();
        assert_eq!(contig[self.start..end], self.reference, "REF of record {} is not in the FASTA", self.id);
        [&contig[..self.start], &self.alt, &contig[end..]].concat()
    }

    /// Why it is not the leftmost, parsimonious way to write this haplotype, if it is not.
    fn flaw(&self) -> Option<&'static str> {
        let (reference, alt) = (&self.reference, &self.alt);
        let shortest = reference.len().min(alt.len());
        // The base that both end in could go, and one be put in front where none is left - but at the contig's start.
        if reference.last() == alt.last() && (shortest > 1 || self.start > 0) {
            return Some("can be moved left or cut at its end");
        }
        (shortest > 1 && reference[0] == alt[0]).then_some("can be cut at its front")
    }
}

/// The ALTs of bases, in order; `.` and symbolic ones are no haplotypes.
fn alleles(vcf: &str) -> Vec<Allele> {
    let records = vcf.lines().filter(|line| !line.starts_with('#')).map(|line| line.split('\t').collect::<Vec<_>>());
    let of_record = |fields: Vec<&str>| {
        let alts: Vec<&str> = fields[4].split(',').collect();
        let alone = alts.len() == 1;
        let of_bases = alts.into_iter().filter(|alt| alt.bytes().all(|byte| byte.is_ascii_alphabetic()));
        let allele = |alt: &str| Allele {
            id: fields[2].to_owned(),
            contig: fields[0].to_owned(),
            start: fields[1].parse::<usize>().unwrap() - 1,
            reference: fields[3].to_ascii_uppercase().into_bytes(),
            alt: alt.to_ascii_uppercase().into_bytes(),
            alone,
        };
        of_bases.map(allele).collect::<Vec<_>>()
    };
    records.flat_map(of_record).collect()
}

/// nasty.vcf, whose records get their line number as ID.
fn numbered(directory: &Path) -> String {
    let path = directory.join("nasty.vcf");
    let text = std::fs::read_to_string(&path).unwrap();
    let numbered = |(number, line): (usize, &str)| {
        if line.starts_with('#') {
            return format!("{line}\n");
        }
        let mut fields: Vec<&str> = line.split('\t').collect();
        let id = format!("r{number}");
        fields[2] = &id;
        fields.join("\t") + "\n"
    };
    let text: String = text.lines().enumerate().map(numbered).collect();
    std::fs::write(path, &text).unwrap();
    text
}

#[test]
fn haplotypes_stay_and_alleles_are_leftmost_and_parsimonious() {
    for seed in SEEDS {
        let directory = nasty(seed, &["--records", "700"]);
        let input = numbered(directory.path());
        let contigs = contigs(&std::fs::read_to_string(directory.path().join("reference.fa")).unwrap());
        // By record, in any order: splitting and sorting move them among others.
        let haplotypes = |vcf: &str| {
            let mut found: HashMap<String, Vec<Vec<u8>>> = HashMap::new();
            for allele in alleles(vcf) {
                found.entry(allele.id.clone()).or_default().push(allele.haplotype(&contigs));
            }
            found.values_mut().for_each(|haplotypes| haplotypes.sort());
            found
        };
        let before = haplotypes(&input);
        assert!(before.len() > 500, "seed {seed} has {} records of bases", before.len());
        for words in [&[][..], &["-m", "-any"], &["--per-allele"], &["-m", "-snps", "-S", "lex"]] {
            let mut command = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
            command.args(["-q", "-f", "reference.fa"]).args(words).arg("nasty.vcf").current_dir(directory.path());
            let output = run(&mut command);
            let after = haplotypes(&output);
            for (id, haplotypes) in &before {
                assert!(after.get(id) == Some(haplotypes), "seed {seed} {words:?}: record {id} says something else");
            }
            assert_eq!(after.len(), before.len(), "seed {seed} {words:?}");
            for allele in alleles(&output).iter().filter(|allele| allele.alone) {
                let flaw = allele.flaw();
                let (id, place) = (&allele.id, allele.start + 1);
                assert_eq!(flaw, None, "seed {seed} {words:?}: record {id} at {}:{place}", allele.contig);
            }
        }
    }
}
