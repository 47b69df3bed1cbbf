//! vdx-normalize against `bcftools norm`, option by option, on generated sites that are as awkward as sites get.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use nasty::run;
use oracle::sites::{make_joinable, sites, spoil, with_alt, without_complex};
use oracle::{compare, norm, phase, values, vdx};
use vdx_testkit::Bcftools;

mod nasty;
mod oracle;

/// For what is at the heart of the tool.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

/// For the many options beside it.
const FEW: [u64; 3] = [1, 25, 27];

/// Runs both tools and compares what comes out, record by record and in order.
fn agree(oracle: &Bcftools, directory: &Path, arguments: &[&str]) {
    let ours = vdx(directory, &[arguments, &["nasty.vcf"]].concat());
    compare(oracle, arguments, &ours, &norm(oracle, directory, arguments));
}

#[test]
fn aligned_sites_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find() else { return };
    for seed in SEEDS {
        let directory = sites(seed, &[]);
        agree(&oracle, directory.path(), &["-f", "reference.fa"]);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-m", "-any"]);
    }
}

#[test]
fn split_sites_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find() else { return };
    for seed in FEW {
        let directory = sites(seed, &[]);
        agree(&oracle, directory.path(), &["-m", "-any"]);
        agree(&oracle, directory.path(), &["-m", "-snps"]);
        agree(&oracle, directory.path(), &["-m", "-snps", "-f", "reference.fa"]);
        if oracle.is_recent() {
            agree(&oracle, directory.path(), &["-m", "-indels", "-f", "reference.fa"]);
            agree(&oracle, directory.path(), &["-m", "-any", "--multi-overlaps", ".", "-f", "reference.fa"]);
        }
    }
}

/// What GATK makes of its own lists by allele, which are parted by `|`: all columns but FILTER, which it makes anew of
/// AS_FilterStatus. RPA is declared as Number=`.`.
#[test]
fn sites_of_mutect_are_split_as_gatk_splits_them() {
    let Some(data) = vdx_testkit::data() else { return };
    let (calls, fasta) = (data.join("real/calls"), data.join("real/fasta/Homo_sapiens_assembly38_chrM_only.fasta"));
    let words = ["-f", fasta.to_str().unwrap(), "-m-any", "--multi-overlaps", ".", "--number", "RPA=R"];
    let ours = vdx(&calls, &[&words[..], &["test_split_with_AS_filters.vcf"]].concat());
    let theirs = std::fs::read_to_string(calls.join("expected_split_with_AS_filters.vcf")).unwrap();
    let records = |text: &str| {
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let mut records: Vec<String> = lines
            .map(|line| {
                let mut columns: Vec<&str> = line.split('\t').collect();
                columns.remove(6);
                columns.join(" ")
            })
            .collect();
        records.sort_unstable();
        records
    };
    let (ours, theirs) = (records(&ours), records(&theirs));
    assert_eq!(theirs.len(), 61);
    ours.iter().zip(&theirs).for_each(|(ours, theirs)| assert_eq!(ours, theirs));
    assert_eq!(ours.len(), theirs.len());
}

#[test]
fn duplicates_and_order_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find().filter(Bcftools::is_recent) else { return };
    for seed in FEW {
        let directory = sites(seed, &[]);
        for which in ["snps", "indels", "both", "all", "exact"] {
            agree(&oracle, directory.path(), &["-f", "reference.fa", "-m", "-any", "-d", which]);
        }
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-S", "lex"]);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-m", "-any", "-S", "lex", "-D"]);
    }
}

#[test]
fn filtered_records_go_out_untouched_as_in_bcftools() {
    let Some(oracle) = Bcftools::find().filter(Bcftools::is_recent) else { return };
    for seed in FEW {
        let directory = sites(seed, &[]);
        let reference = ["-f", "reference.fa"];
        agree(&oracle, directory.path(), &[&reference[..], &["-i", "QUAL>20 && INFO/DP<100"]].concat());
        agree(&oracle, directory.path(), &[&reference[..], &["-m", "-any", "-e", "TYPE~\"indel\""]].concat());
        agree(&oracle, directory.path(), &[&reference[..], &["-m", "-any", "-d", "all", "-i", "N_ALT>1"]].concat());
        agree(&oracle, directory.path(), &[&reference[..], &["-d", "exact", "-S", "lex", "-i", "QUAL>20"]].concat());
    }
}

/// Transcripts of both strands side by side and over each other, on every contig.
fn transcripts(directory: &Path) {
    let fai = std::fs::read_to_string(directory.join("reference.fa")).unwrap();
    let mut gff = String::from("##gff-version 3\n");
    let contigs = fai.split('>').skip(1).map(|contig| contig.split_whitespace().next().unwrap());
    for (number, contig) in contigs.enumerate() {
        let mut write = |at: usize, first: usize, last: usize, strand: char, biotype: &str| {
            let id = format!("{number}_{at}");
            writeln!(gff, "{contig}\tx\tgene\t{first}\t{last}\t.\t{strand}\t.\tID=gene:G{id};biotype={biotype}")
                .unwrap();
            writeln!(
                gff,
                "{contig}\tx\tmRNA\t{first}\t{last}\t.\t{strand}\t.\tID=transcript:T{id};Parent=gene:G{id};biotype={biotype}"
            )
            .unwrap();
        };
        for at in (0..60).step_by(4) {
            let first = 1 + at * 150;
            write(at, first, first + 300, '+', "protein_coding");
            write(at + 1, first + 250, first + 330, '-', "lncRNA");
            write(at + 2, first + 320, first + 420, '+', "antisense");
            write(at + 3, first + 420, first + 520, '+', "unheard_of");
        }
    }
    std::fs::write(directory.join("genes.gff3"), gff).unwrap();
}

/// Where the records went that moved, by what they were. In repeats longer than its window of 100 bases bcftools loses
/// count to the right, so that REF is not what the FASTA has.
fn moves(text: &str) -> BTreeMap<String, String> {
    let record = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let old = fields[7].split(';').find_map(|entry| entry.strip_prefix("OLD="))?;
        let (before, now): (u32, u32) = (old.split('|').nth(1)?.parse().ok()?, fields[1].parse().ok()?);
        let near = now < before + 90 && fields[3].len() < 90 && fields[4] != ".";
        let alleles = format!("{} {} {}", fields[1], fields[3], fields[4]).to_ascii_uppercase();
        near.then(|| (format!("{old} {}", fields[2]), alleles))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(record).collect()
}

#[test]
fn indels_in_forward_transcripts_are_where_bcftools_puts_them() {
    let Some(oracle) = Bcftools::find().filter(Bcftools::is_recent) else { return };
    for seed in FEW {
        let directory = sites(seed, &[]);
        transcripts(directory.path());
        for split in [&[][..], &["-m", "-any"]] {
            let fixed = ["-f", "reference.fa", "-g", "genes.gff3", "--old-rec-tag", "OLD"];
            let arguments = [&fixed[..], split].concat();
            let mut ours = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
            ours.args(["-q", "--no-version"]).args(&arguments).arg("nasty.vcf").current_dir(directory.path());
            let (ours, theirs) = (moves(&run(&mut ours)), moves(&norm(&oracle, directory.path(), &arguments)));
            assert!(ours.len() > 200, "{}", ours.len());
            for (old, new) in &ours {
                assert_eq!(Some(new), theirs.get(old), "{arguments:?}: {old}");
            }
        }
    }
}

#[test]
fn old_records_and_summed_depths_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find().filter(Bcftools::is_recent) else { return };
    for seed in FEW {
        let directory = sites(seed, &[]);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "--old-rec-tag", "OLD"]);
        let split = ["-f", "reference.fa", "-m", "-any", "--old-rec-tag", "OLD"];
        agree(&oracle, directory.path(), &split);
        let header = std::fs::read_to_string(directory.path().join("nasty.vcf")).unwrap();
        if header.contains("##FORMAT=<ID=AD,") {
            agree(&oracle, directory.path(), &[&split[..], &["--keep-sum", "AD"]].concat());
        }
    }
}

#[test]
fn joined_records_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find() else { return };
    for seed in [1, 2, 3, 25] {
        let directory = sites(seed, &["--plain-format", "--no-symbolic"]);
        make_joinable(directory.path());
        // Version 1.16 does not keep classes apart.
        for types in if oracle.is_recent() { &["+any", "+both", "+snps"][..] } else { &["+any"] } {
            agree(&oracle, directory.path(), &["-m", types]);
            agree(&oracle, directory.path(), &["-m", types, "-f", "reference.fa", "-c", "w"]);
        }
        with_alt(directory.path());
        if oracle.is_recent() {
            agree(&oracle, directory.path(), &["-m", "+indels"]);
        }
    }
}

#[test]
fn joined_genotypes_have_the_phase_of_those_that_were_joined() {
    let mut seen = [0; 3];
    for seed in 1..=8 {
        let directory = sites(seed, &["--plain-format", "--no-symbolic"]);
        make_joinable(directory.path());
        let records = std::fs::read_to_string(directory.path().join("nasty.vcf")).unwrap();
        for types in ["+any", "+both"] {
            let joined = vdx(directory.path(), &["-m", types, "nasty.vcf"]);
            let more = phase::check(&records, &joined);
            (0..3).for_each(|at| seen[at] += more[at]);
        }
    }
    assert!(seen.iter().all(|count| *count > 40), "too few genotypes to say anything: {seen:?}");
}

/// A site taken apart and joined is what it was, but for lists by genotype of two ALTs.
#[test]
fn sites_taken_apart_are_joined_again() {
    for seed in FEW {
        let directory = sites(seed, &[]);
        let path = directory.path().join("nasty.vcf");
        let text = std::fs::read_to_string(&path).unwrap();
        let place = |line: &str| line.split('\t').take(2).map(ToOwned::to_owned).collect::<Vec<_>>();
        let mut count = std::collections::HashMap::new();
        text.lines().for_each(|line| *count.entry(place(line)).or_insert(0) += 1);
        let alone: String =
            text.split_inclusive('\n').filter(|line| line.starts_with('#') || count[&place(line)] == 1).collect();
        std::fs::write(&path, &alone).unwrap();
        let columns = |text: &str| {
            let parsed = |line: &str| {
                let fields: Vec<&str> = line.split('\t').collect();
                let info = fields[7].split(';').filter(|entry| !entry.starts_with("GC=") && !entry.starts_with("GF="));
                let info: Vec<_> = info
                    .map(|entry| entry.split_once('=').map_or((entry, ".".into()), |(key, list)| (key, values(list))))
                    .map(|(key, list)| format!("{key}={list}"))
                    .collect();
                let keys: Vec<&str> = fields.get(8).map(|format| format.split(':').collect()).unwrap_or_default();
                let sample = |text: &&str| -> Vec<String> {
                    let pairs = keys.iter().zip(text.split(':')).filter(|(key, _)| **key != "PL");
                    pairs.map(|(_, list)| if list.contains(',') { values(list) } else { list.to_owned() }).collect()
                };
                (fields[..7].join(" "), info, fields.iter().skip(9).map(sample).collect::<Vec<_>>())
            };
            text.lines().filter(|line| !line.starts_with('#')).map(parsed).collect::<Vec<_>>()
        };
        for overlaps in ["0", "."] {
            let apart = vdx(directory.path(), &["-m", "-any", "--multi-overlaps", overlaps, "nasty.vcf"]);
            std::fs::write(directory.path().join("apart.vcf"), apart).unwrap();
            let joined = vdx(directory.path(), &["-m", "+any", "apart.vcf"]);
            for (joined, was) in columns(&joined).iter().zip(&columns(&alone)) {
                assert_eq!(joined, was);
            }
            assert_eq!(columns(&joined).len(), columns(&alone).len());
        }
    }
}

#[test]
fn references_are_set_as_bcftools_does() {
    let Some(oracle) = Bcftools::find() else { return };
    for seed in FEW {
        let directory = sites(seed, &[]);
        spoil(directory.path(), oracle.minor < 24);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-c", "s"]);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-c", "ws"]);
        if oracle.is_recent() {
            agree(&oracle, directory.path(), &["-f", "reference.fa", "-c", "sx", "--old-rec-tag", "OLD"]);
        }
    }
}

#[test]
fn atoms_are_those_of_bcftools() {
    let Some(oracle) = Bcftools::find() else { return };
    for seed in FEW {
        let directory = sites(seed, &["--plain-format"]);
        if oracle.is_recent() {
            let split = ["-m", "-any", "-a", "--atom-overlaps", "."];
            agree(&oracle, directory.path(), &split);
            agree(&oracle, directory.path(), &[&split[..], &["-f", "reference.fa"]].concat());
            agree(&oracle, directory.path(), &[&split[..], &["-f", "reference.fa", "-d", "exact"]].concat());
            agree(&oracle, directory.path(), &[&split[..], &["-f", "reference.fa", "-S", "lex"]].concat());
        }
        without_complex(directory.path());
        agree(&oracle, directory.path(), &["-a", "--atom-overlaps", "."]);
        agree(&oracle, directory.path(), &["-a"]);
    }
}

/// What comes out is in its normal form: nothing is left to change, and `--check` says so.
#[test]
fn what_comes_out_stays_as_it_is() {
    for seed in FEW {
        let directory = sites(seed, &[]);
        let words: [&[&str]; 7] = [
            &["-f", "reference.fa"],
            &["-f", "reference.fa", "-m", "-any", "-D", "-S", "lex"],
            &["-f", "reference.fa", "-m", "+any"],
            &["-f", "reference.fa", "-m", "+", "-s", "-D"],
            &["-f", "reference.fa", "-m", "+indels", "-S", "lex"],
            &["-a"],
            &["-m", "-any", "-a", "--atom-overlaps", "."],
        ];
        for words in words {
            let normalize = |more: &[&str], input: &str| {
                let mut command = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
                command.args(["-q", "--no-version"]).args(words).args(more).arg(input);
                command.current_dir(directory.path()).stderr(Stdio::null());
                command
            };
            let once = run(&mut normalize(&[], "nasty.vcf"));
            assert_eq!(normalize(&["--check"], "nasty.vcf").status().unwrap().code(), Some(3), "{words:?}");
            std::fs::write(directory.path().join("once.vcf"), &once).unwrap();
            for more in [&["-@1"][..], &["-@3", "--chunk-size=1"], &["-@3", "--chunk-size=50"]] {
                assert!(run(&mut normalize(more, "nasty.vcf")) == once, "{words:?} {more:?}");
                assert!(run(&mut normalize(more, "once.vcf")) == once, "{words:?} {more:?}: changed once more");
            }
            assert_eq!(normalize(&["--check"], "once.vcf").status().unwrap().code(), Some(0), "{words:?}");
        }
    }
}
