//! vdx-normalize against `bcftools norm`, on generated sites that are as awkward as sites get.
//!
//! `BCFTOOLS` names another binary than the one in PATH. Where there is none the tests say so and pass, except under
//! `CI=true`. Versions 1.16 and 1.23 are known to agree, apart from what [`Oracle`] lists; what differs on purpose is in
//! `tools/vdx-normalize/README.md`.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// For what is at the heart of the tool.
const SEEDS: std::ops::RangeInclusive<u64> = 1..=20;

/// For the many options beside it.
const FEW: [u64; 3] = [1, 25, 27];

/// The installed bcftools.
struct Oracle {
    program: String,
    /// 1.23 or newer. In 1.16 FORMAT text of Number=A and R is garbled in files of several samples, `-m -indels` splits
    /// nothing, and `--multi-overlaps` is not known.
    recent: bool,
}

impl Oracle {
    fn find() -> Option<Self> {
        let program = std::env::var("BCFTOOLS").unwrap_or_else(|_| "bcftools".into());
        let output = Command::new(&program).arg("--version").output().ok();
        let Some(output) = output.filter(|output| output.status.success()) else {
            assert!(std::env::var("CI").as_deref() != Ok("true"), "{program} is not installed, which CI must have");
            eprintln!("skipped: {program} is not installed, so there is nothing to compare with");
            return None;
        };
        let text = String::from_utf8(output.stdout).unwrap();
        let version = text.split_whitespace().nth(1).and_then(|word| word.strip_prefix("1."));
        let digits = |text: &str| text.chars().take_while(char::is_ascii_digit).collect::<String>();
        let minor: u32 = version.and_then(|rest| digits(rest).parse().ok()).unwrap_or(0);
        Some(Self { program, recent: minor >= 23 })
    }

    fn norm(&self, directory: &Path, arguments: &[&str]) -> String {
        // Wide enough that its output is sorted, too.
        let fixed = ["norm", "--no-version", "-w", "1000000"];
        let mut command = Command::new(&self.program);
        run(command.args(fixed).args(arguments).arg("nasty.vcf").current_dir(directory))
    }
}

fn run(command: &mut Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// reference.fa and nasty.vcf.
fn nasty(seed: u64) -> tempfile::TempDir {
    let directory = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO"));
    command.args(["run", "-q", "--locked", "-p", "datagen", "--", "nasty", "--seed", &seed.to_string(), "-o"]);
    run(command.arg(directory.path()).current_dir(env!("CARGO_MANIFEST_DIR")));
    // bcftools moves a deletion of no bases to the start of its contig.
    let path = directory.path().join("nasty.vcf");
    let text = std::fs::read_to_string(&path).unwrap();
    let lines = text.split_inclusive('\n').filter(|line| !line.contains("SVLEN=-0"));
    std::fs::write(path, lines.collect::<String>()).unwrap();
    directory
}

/// A record as far as both tools must agree on it.
#[derive(Debug, PartialEq)]
struct Record {
    /// CHROM to FILTER; alleles in upper case, QUAL as a number.
    fixed: Vec<String>,
    info: BTreeMap<String, Option<String>>,
    /// FORMAT keys and values of each sample, without what is missing.
    samples: Vec<BTreeMap<String, String>>,
}

/// A list of values as both tools may write it: numbers as 32-bit floats, `.` for nothing but missing values.
fn values(text: &str) -> String {
    if text.bytes().all(|byte| matches!(byte, b'.' | b',')) {
        return ".".into();
    }
    let number = |value: &str| match value.parse::<f32>() {
        // What bcftools makes of a missing one.
        Ok(number) if number < -2_147_000_000.0 => ".".to_owned(),
        Ok(number) => number.to_string(),
        Err(_) => value.to_owned(),
    };
    text.split(',').map(number).collect::<Vec<_>>().join(",")
}

/// FORMAT keys that cannot be compared.
fn unreliable(header: &str, oracle: &Oracle) -> Vec<String> {
    let declared = |line: &&str| {
        let of = |number: &str, kind: &str| line.contains(&format!(",Number={number},Type={kind},"));
        // bcftools writes a neighbour's value where a sample's is missing.
        of("A", "Float") || !oracle.recent && (of("A", "String") || of("R", "String"))
    };
    let lines = header.lines().filter(|line| line.starts_with("##FORMAT=")).filter(declared);
    lines.map(|line| line["##FORMAT=<ID=".len()..].split(',').next().unwrap().to_owned()).collect()
}

fn records(text: &str, oracle: &Oracle) -> Vec<Record> {
    let skipped = unreliable(text, oracle);
    // Version 1.16 leaves <DEL> where it is.
    let shared = |line: &&str| !line.starts_with('#') && (oracle.recent || !line.contains("\t<DEL"));
    let lines = text.lines().filter(shared);
    let record = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        let mut fixed: Vec<String> = fields[..7].iter().map(ToString::to_string).collect();
        fixed[3].make_ascii_uppercase();
        fixed[4].make_ascii_uppercase();
        fixed[5] = values(&fixed[5]);
        let info = fields[7].split(';').map(|entry| match entry.split_once('=') {
            Some((key, value)) => (key.to_owned(), Some(values(value))),
            None => (entry.to_owned(), None),
        });
        let keys: Vec<&str> = fields.get(8).map(|format| format.split(':').collect()).unwrap_or_default();
        let sample = |text: &&str| {
            let pairs = keys.iter().zip(text.split(':')).filter(|(key, _)| !skipped.iter().any(|skip| skip == *key));
            let value = |key: &str, text: &str| if key == "GT" { text.to_owned() } else { values(text) };
            // With --keep-sum bcftools takes a missing depth of REF for a number, and what comes of that is anything.
            let kept = |(key, value): &(String, String)| value != "." && !(key == "AD" && value.starts_with(".,"));
            pairs.map(|(key, text)| (key.to_string(), value(key, text))).filter(kept).collect()
        };
        // What was cut off REF of a site without ALT is told here, not there.
        let info = info.filter(|(key, _)| key != "OLD" || fixed[4] != ".");
        Record { fixed: fixed.clone(), info: info.collect(), samples: fields.iter().skip(9).map(sample).collect() }
    };
    lines.map(record).collect()
}

/// Compares both tools, record by record and in order.
fn agree(oracle: &Oracle, directory: &Path, arguments: &[&str]) {
    let mut ours = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
    ours.args(["-q", "--no-version"]).args(arguments).arg("nasty.vcf").current_dir(directory);
    let (ours, theirs) = (run(&mut ours), oracle.norm(directory, arguments));
    let mut place = ("", 0);
    for line in ours.lines().filter(|line| !line.starts_with('#')) {
        let mut fields = line.split('\t');
        let (contig, pos) = (fields.next().unwrap(), fields.next().unwrap().parse::<u32>().unwrap());
        assert!(contig != place.0 || pos >= place.1, "{arguments:?}: not sorted at {contig}:{pos}");
        place = (contig, pos);
    }
    let (ours, theirs) = (records(&ours, oracle), records(&theirs, oracle));
    for (our, their) in ours.iter().zip(&theirs) {
        assert_eq!(our, their, "{arguments:?}: ours is the first");
    }
    assert_eq!(ours.len(), theirs.len(), "{arguments:?}");
}

#[test]
fn aligned_sites_are_those_of_bcftools() {
    let Some(oracle) = Oracle::find() else { return };
    for seed in SEEDS {
        let directory = nasty(seed);
        agree(&oracle, directory.path(), &["-f", "reference.fa"]);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-m", "-any"]);
    }
}

#[test]
fn split_sites_are_those_of_bcftools() {
    let Some(oracle) = Oracle::find() else { return };
    for seed in FEW {
        let directory = nasty(seed);
        agree(&oracle, directory.path(), &["-m", "-any"]);
        agree(&oracle, directory.path(), &["-m", "-snps"]);
        agree(&oracle, directory.path(), &["-m", "-snps", "-f", "reference.fa"]);
        if oracle.recent {
            agree(&oracle, directory.path(), &["-m", "-indels", "-f", "reference.fa"]);
            agree(&oracle, directory.path(), &["-m", "-any", "--multi-overlaps", ".", "-f", "reference.fa"]);
        }
    }
}

#[test]
fn duplicates_and_order_are_those_of_bcftools() {
    let Some(oracle) = Oracle::find().filter(|oracle| oracle.recent) else { return };
    for seed in FEW {
        let directory = nasty(seed);
        for which in ["snps", "indels", "both", "all", "exact"] {
            agree(&oracle, directory.path(), &["-f", "reference.fa", "-m", "-any", "-d", which]);
        }
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-S", "lex"]);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "-m", "-any", "-S", "lex", "-D"]);
    }
}

#[test]
fn filtered_records_go_out_untouched_as_in_bcftools() {
    let Some(oracle) = Oracle::find().filter(|oracle| oracle.recent) else { return };
    for seed in FEW {
        let directory = nasty(seed);
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
    let Some(oracle) = Oracle::find().filter(|oracle| oracle.recent) else { return };
    for seed in FEW {
        let directory = nasty(seed);
        transcripts(directory.path());
        for split in [&[][..], &["-m", "-any"]] {
            let fixed = ["-f", "reference.fa", "-g", "genes.gff3", "--old-rec-tag", "OLD"];
            let arguments = [&fixed[..], split].concat();
            let mut ours = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
            ours.args(["-q", "--no-version"]).args(&arguments).arg("nasty.vcf").current_dir(directory.path());
            let (ours, theirs) = (moves(&run(&mut ours)), moves(&oracle.norm(directory.path(), &arguments)));
            assert!(ours.len() > 200, "{}", ours.len());
            for (old, new) in &ours {
                assert_eq!(Some(new), theirs.get(old), "{arguments:?}: {old}");
            }
        }
    }
}

#[test]
fn old_records_and_summed_depths_are_those_of_bcftools() {
    let Some(oracle) = Oracle::find().filter(|oracle| oracle.recent) else { return };
    for seed in FEW {
        let directory = nasty(seed);
        agree(&oracle, directory.path(), &["-f", "reference.fa", "--old-rec-tag", "OLD"]);
        let split = ["-f", "reference.fa", "-m", "-any", "--old-rec-tag", "OLD"];
        agree(&oracle, directory.path(), &split);
        let header = std::fs::read_to_string(directory.path().join("nasty.vcf")).unwrap();
        if header.contains("##FORMAT=<ID=AD,") {
            agree(&oracle, directory.path(), &[&split[..], &["--keep-sum", "AD"]].concat());
        }
    }
}

/// What comes out is in its normal form: nothing is left to change, and `--check` says so.
#[test]
fn what_comes_out_stays_as_it_is() {
    for seed in FEW {
        let directory = nasty(seed);
        for words in [&["-f", "reference.fa"][..], &["-f", "reference.fa", "-m", "-any", "-D", "-S", "lex"]] {
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
