//! vdx-normalize on real files of many makers: field by field what `bcftools norm` makes of them, as text and as BCF; and
//! gnomAD's own indels, which come back to where gnomAD has them.
//!
//! Both outputs are printed by `bcftools view`, so that numbers are written alike. What differs is a row of
//! `tools/vdx-normalize/DIFFERENCES.md`, named here by its file.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use vdx_testkit::{Bcftools, data};

/// The rows that real files meet, as the page has them.
const KEPT: &str = "a field that the first record lacks is kept";
const ENTRIES: &str = "CSQ, ANN and the like have the entries of all records";
const OWN_ENTRIES: &str = "of CSQ, ANN and the like, the entries about the ALT stay";
const APART: &str = "gVCF blocks and structural variants that end elsewhere, mates of breakends stay apart";
const UNDECLARED: &str = "a tag that the header does not declare goes through";
const PLOIDY: &str = "Number=G of any ploidy is divided";
const SPACES: &str = "a blank in a value goes through";
const LENGTH: &str = "a list of the wrong length is an error";
const BARS: &str = "lists parted by `\\|` (AS_FilterStatus, AS_SB_TABLE) follow their alleles";

/// What comes of a file, where it is not the same: how its name begins, the words, and the rows.
const DIFFERENT: &[(&str, &str, &[&str])] = &[
    ("CEU.trio", "", &[UNDECLARED]),
    ("NA12878.MT", "", &[SPACES]),
    ("spanningDel", "-m -any", &[PLOIDY]),
    ("vcfanno.undeclared_AC", "", &[UNDECLARED]),
    ("gnomad.v4.0.cnv", "", &[UNDECLARED]),
    ("gnomad.v4.0.sv", "-m +any", &[APART]),
    ("vcfanno.exac.vt_decomposed", "-m +any", &[LENGTH]),
    ("test_split_with_AS_filters", "-m -any", &[BARS]),
    ("expected_split_with_AS_filters", "-m +any", &[BARS]),
    // Its AS_FilterStatus parts ALTs by commas and filters by bars: `PASS,RF|AC0` of two ALTs can be read both ways.
    ("pysam.gnomad", "-m -any", &[OWN_ENTRIES, BARS]),
    ("illumina.hc", "-m +any", &[KEPT]),
    ("clinvar_", "-m +any", &[KEPT]),
    ("dbsnp.brca1", "-m +any", &[KEPT]),
    ("gnomad.exomes.v4.0.sites", "-m +any", &[KEPT, ENTRIES, BARS]),
    ("gnomad.genomes.v4.0.sites", "-m +any", &[KEPT, ENTRIES, BARS]),
    ("hail.sample", "-m +any", &[KEPT, ENTRIES]),
];

/// FASTAs, and the files whose REFs they have.
const FASTAS: [(&str, &[&str]); 2] = [
    (
        "Homo_sapiens_assembly19_chr1_1M.fasta.gz",
        &["dbsnp135", "joint_calling", "clinvar_20230710.chr1", "hail.sample"],
    ),
    ("Homo_sapiens_assembly38_chrM_only.fasta", &["1kg_2020_chrM", "test_split_with_AS", "expected_split_with_AS"]),
];

/// A record: CHROM to ALT, QUAL, FILTER, and fields by their names (`INFO/AC`, `0:AD` of the first sample).
#[derive(Clone, Debug)]
struct Record {
    site: Vec<String>,
    fields: BTreeMap<String, String>,
}

fn records(text: &[u8]) -> Vec<Record> {
    let text = String::from_utf8_lossy(text);
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let record = |line: &str| {
        let columns: Vec<&str> = line.split('\t').collect();
        // Bases that alignment takes from a soft-masked FASTA have no case of their own.
        let site =
            columns[..5].iter().enumerate().map(|(at, text)| if at < 3 { (*text).into() } else { text.to_uppercase() });
        let mut fields = BTreeMap::from([("QUAL".into(), columns[5].into()), ("FILTER".into(), columns[6].into())]);
        for entry in columns[7].split(';').filter(|entry| *entry != ".") {
            let (key, value) = entry.split_once('=').unwrap_or((entry, "flag"));
            fields.insert(format!("INFO/{key}"), value.to_owned());
        }
        let keys: Vec<&str> = columns.get(8).map_or_else(Vec::new, |keys| keys.split(':').collect());
        for (sample, values) in columns.iter().skip(9).enumerate() {
            for (key, value) in keys.iter().zip(values.split(':')) {
                fields.insert(format!("{sample}:{key}"), value.to_owned());
            }
        }
        // What is missing is so whether it is written or not.
        fields.retain(|_, value| !value.chars().all(|letter| matches!(letter, '.' | ',' | '/' | '|')));
        Record { site: site.collect(), fields }
    };
    lines.map(record).collect()
}

/// The row that two values differ by.
fn row(
    words: &str,
    key: &str,
    ours: Option<&String>,
    theirs: Option<&String>,
    undeclared: bool,
) -> Option<&'static str> {
    let joins = words.starts_with("-m +");
    let lists = ["INFO/CSQ", "INFO/vep", "INFO/ANN"].contains(&key);
    // Entries name alleles as they are called in the record that they stand in: a joined record has longer ones.
    let tail = |entry: &str| entry.split_once('|').map_or(entry, |(_, tail)| tail).to_owned();
    let entries = |text: &String| text.split(',').map(tail).collect::<BTreeSet<_>>();
    match (ours, theirs) {
        (Some(ours), Some(theirs)) if joins && lists => entries(ours).is_superset(&entries(theirs)).then_some(ENTRIES),
        (ours, Some(theirs)) if !joins && lists => {
            ours.is_none_or(|ours| entries(theirs).is_superset(&entries(ours))).then_some(OWN_ENTRIES)
        }
        (Some(_), None) if undeclared => Some(UNDECLARED),
        (Some(_), None) if joins => Some(KEPT),
        _ if key.starts_with("INFO/AS_") => Some(BARS),
        _ => None,
    }
}

/// Where other records were joined: ours at each POS together have the ALTs of theirs. The records that are the same in
/// both are left to be compared.
fn apart(ours: &mut Vec<Record>, theirs: &mut Vec<Record>) -> bool {
    let alts = |records: &[Record]| {
        let mut by_site: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
        for record in records {
            let alts = record.site[4].split(',').map(str::to_owned);
            by_site.entry(record.site[..2].to_vec()).or_default().extend(alts);
        }
        by_site
    };
    let same = alts(ours) == alts(theirs) && ours.len() > theirs.len();
    let sites = |records: &[Record]| records.iter().map(|record| record.site.clone()).collect::<BTreeSet<_>>();
    let (our, their) = (sites(ours), sites(theirs));
    ours.retain(|record| their.contains(&record.site));
    theirs.retain(|record| our.contains(&record.site));
    same
}

fn run(program: &str, words: &[&str]) -> Output {
    Command::new(program).args(words).output().unwrap()
}

/// The file unpacked, with the contigs declared that its records are on: bcftools reads none from a pipe otherwise.
fn unpacked(file: &Path, to: &Path) {
    let bytes = std::fs::read(file).unwrap();
    let mut text = Vec::new();
    if bytes.starts_with(b"\x1f\x8b") {
        flate2::read::MultiGzDecoder::new(&bytes[..]).read_to_end(&mut text).unwrap();
    } else {
        text = bytes;
    }
    let text = String::from_utf8_lossy(&text);
    let (header, body): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.starts_with('#'));
    let mut contigs: Vec<&str> = Vec::new();
    for line in &body {
        let contig = line.split('\t').next().unwrap();
        if contigs.last() != Some(&contig) && !contigs.contains(&contig) {
            contigs.push(contig);
        }
    }
    let declared = header.iter().any(|line| line.starts_with("##contig"));
    let contigs = contigs.iter().filter(|_| !declared).map(|contig| format!("##contig=<ID={contig}>\n"));
    let (columns, meta) = header.split_last().unwrap();
    let lines = |lines: &[&str]| lines.iter().map(|line| format!("{line}\n")).collect::<String>();
    std::fs::write(to, lines(meta) + &contigs.collect::<String>() + columns + "\n" + &lines(&body)).unwrap();
}

/// Compares one file with these words; the rows by which both differ.
fn compare(oracle: &Bcftools, folder: &Path, words: &str) -> BTreeSet<&'static str> {
    let path = |name: &str| folder.join(name).to_str().unwrap().to_owned();
    let list: Vec<&str> = words.split(' ').collect();
    let ours = |input: &str, output: &str| {
        run(
            env!("CARGO_BIN_EXE_vdx-normalize"),
            &[&["-q", "--no-version"], &list[..], &[&path(input), "-o", &path(output)]].concat(),
        )
    };
    let view = |file: &str| run(&oracle.program, &["view", "--no-version", &path(file)]);
    let our = ours("in.vcf", "out.vcf");
    let their =
        run(&oracle.program, &[&["norm", "--no-version", "-w", "1000000"], &list[..], &[&path("in.vcf")]].concat());
    let said = |output: &Output| String::from_utf8_lossy(&output.stderr).into_owned();
    match (our.status.success(), their.status.success()) {
        (true, true) => {}
        (false, false) => return BTreeSet::from([LENGTH]),
        (false, true) if said(&our).contains("INFO/AS_") => return BTreeSet::from([BARS]),
        (true, false) => {
            let why = [
                ("Invalid BCF", UNDECLARED),
                ("Number=A in order", UNDECLARED),
                ("Invalid character ' '", SPACES),
                ("tag PL has wrong", PLOIDY),
            ];
            let row = why.iter().find(|(words, _)| said(&their).contains(words));
            return BTreeSet::from([row.unwrap_or_else(|| panic!("{words}: {}", said(&their))).1]);
        }
        _ => panic!("{words}: {}", said(&our)),
    }
    let printed = view("out.vcf");
    if !printed.status.success() {
        // 1.16 ends well behind half of the records.
        assert!(said(&printed).contains("Invalid character ' '"), "{words}: {}", said(&printed));
        return BTreeSet::from([SPACES]);
    }
    // The same as BCF, where bcftools can make one of it.
    if run(&oracle.program, &["view", "--no-version", "-Ob", "-o", &path("in.bcf"), &path("in.vcf")]).status.success() {
        let bcf = ours("in.bcf", "out.bcf");
        assert!(bcf.status.success(), "{words} as BCF: {}", said(&bcf));
        let body = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned).collect::<Vec<_>>()
        };
        let (text, bcf) = (body(&printed), body(&view("out.bcf")));
        let differs = text.iter().zip(&bcf).find(|(text, bcf)| text != bcf);
        assert!(text.len() == bcf.len() && differs.is_none(), "{words}: other records as BCF: {differs:?}");
    }
    let (mut ours, mut theirs) = (records(&printed.stdout), records(&their.stdout));
    let mut rows = BTreeSet::new();
    let header = std::fs::read_to_string(folder.join("in.vcf")).unwrap();
    let header: String = header.lines().take_while(|line| line.starts_with("##")).collect();
    if ours.len() != theirs.len() && apart(&mut ours, &mut theirs) {
        rows.insert(APART);
    }
    assert_eq!(ours.len(), theirs.len(), "{words}: records");
    for (ours, theirs) in ours.iter().zip(&theirs) {
        assert_eq!(ours.site, theirs.site, "{words}: ours is the first");
        for key in ours.fields.keys().chain(theirs.fields.keys()) {
            let (our, their) = (ours.fields.get(key), theirs.fields.get(key));
            if our != their {
                let undeclared =
                    key.strip_prefix("INFO/").is_some_and(|key| !header.contains(&format!("##INFO=<ID={key},")));
                let row = row(words, key, our, their, undeclared);
                rows.insert(
                    row.unwrap_or_else(|| panic!("{words} {:?} {key}: {our:?} here, {their:?} there", ours.site)),
                );
            }
        }
    }
    rows
}

/// Every VCF of the folder of real data.
fn files(data: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = ["calls", "clinvar", "gnomad"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(data.join("real").join(folder)).unwrap())
        .map(|entry| entry.unwrap().path())
        .filter(|path| [".vcf", ".vcf.gz", ".vcf.bgz"].iter().any(|end| path.to_str().unwrap().ends_with(end)))
        .collect();
    files.sort();
    assert!(files.len() > 25, "{files:?}");
    files
}

fn judge(oracle: &Bcftools, data: &Path, modes: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let mut wrong = Vec::new();
    for file in files(data) {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let mut modes: Vec<String> = modes.iter().map(|words| (*words).to_owned()).collect();
        for (fasta, fits) in FASTAS.iter().filter(|(_, fits)| fits.iter().any(|start| name.starts_with(start))) {
            assert!(!fits.is_empty());
            // Its index is made beside it, which the folder of real data does not allow.
            let copy = folder.path().join(fasta);
            if !copy.exists() {
                std::fs::copy(data.join("real/fasta").join(fasta), &copy).unwrap();
            }
            modes.push(format!("-f {} -c w", copy.display()));
        }
        unpacked(&file, &folder.path().join("in.vcf"));
        for words in modes {
            let rows = |&&(start, of, _): &&(&str, &str, &[&str])| name.starts_with(start) && words.starts_with(of);
            let expected: BTreeSet<&str> =
                DIFFERENT.iter().find(rows).map_or_else(BTreeSet::new, |(.., rows)| rows.iter().copied().collect());
            let found = compare(oracle, folder.path(), &words);
            if found != expected {
                wrong.push(format!("{name} {words}: expected {expected:?}, found {found:?}"));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn real_files_become_what_bcftools_makes_of_them() {
    let (Some(oracle), Some(data)) = (Bcftools::find().filter(|found| found.minor >= 24), data()) else { return };
    judge(&oracle, &data, &["-m -any", "-m +any"]);
}

#[test]
fn the_second_judge_says_the_same_of_splits_and_alignment() {
    let (Some(oracle), Some(data)) = (Bcftools::find().and_then(|first| first.second()), data()) else { return };
    judge(&oracle, &data, &["-m -any"]);
}

#[test]
fn every_row_is_one_of_the_page() {
    let page =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/tools/vdx-normalize/DIFFERENCES.md")).unwrap();
    for row in DIFFERENT.iter().flat_map(|(.., rows)| *rows) {
        assert!(page.contains(row), "DIFFERENCES.md has no '{row}'");
    }
}

/// gnomAD v4 says of each indel between which bases it can stand (VRS 1.3: VRS_Starts, VRS_Ends, from 0, and VRS_States,
/// what is there instead). From that the reference around it is known, and the rightmost place that it can have.
#[test]
fn gnomads_indels_come_back_from_their_rightmost_place() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    let (mut fasta, mut vcf, mut expected) = (String::new(), String::from("##fileformat=VCFv4.2\n"), Vec::new());
    let mut lines = Vec::new();
    for file in ["gnomad/GRCh38", "real/gnomad"].iter().flat_map(|folder| std::fs::read_dir(data.join(folder)).unwrap())
    {
        let path = file.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if name.contains(".v4.0.sites.") && name.ends_with(".bgz") {
            let mut text = String::new();
            flate2::read::MultiGzDecoder::new(std::fs::File::open(&path).unwrap()).read_to_string(&mut text).unwrap();
            lines.extend(text.lines().filter(|line| !line.starts_with('#')).map(str::to_owned));
        }
    }
    for line in lines {
        let columns: Vec<&str> = line.split('\t').collect();
        let (reference, alt) = (columns[3], columns[4]);
        let second = |key: &str| columns[7].split(';').find_map(|entry| entry.strip_prefix(key)?.split(',').nth(1));
        let (Some(start), Some(end), Some(state)) = (second("VRS_Starts="), second("VRS_Ends="), second("VRS_States="))
        else {
            continue;
        };
        if (reference.len() == 1) == (alt.len() == 1) {
            continue;
        }
        let (pos, start): (usize, usize) = (columns[1].parse().unwrap(), start.parse().unwrap());
        assert_eq!(pos, start, "{line}");
        let room = end.parse::<usize>().unwrap() - start;
        // What the indel can slide along is a repeat of what goes or comes.
        let deletion = reference.len() > 1;
        let unit = if deletion { &reference[1..] } else { &alt[1..] };
        let around: String = unit.chars().cycle().take(room).collect();
        assert_eq!(
            state,
            unit.chars().cycle().take(if deletion { room - unit.len() } else { room + unit.len() }).collect::<String>()
        );
        // Nothing is known beyond: a contig for each.
        let contig = format!("c{}", expected.len());
        let bases = format!("NN{}{around}NN", &reference[..1]);
        fasta.push_str(&format!(">{contig}\n{bases}\n"));
        let known = format!("{}{around}", &reference[..1]);
        let shift = if deletion { room - unit.len() } else { room };
        let last = &known[shift..=shift];
        let moved: String = unit.chars().cycle().skip(shift).take(unit.len()).collect();
        let (longer, at) = (format!("{last}{moved}"), 3 + shift);
        let (from, to) = if deletion { (longer.as_str(), last) } else { (last, longer.as_str()) };
        vcf.push_str(&format!("##contig=<ID={contig}>\n"));
        expected.push((
            format!("{contig}\t3\t.\t{reference}\t{alt}"),
            format!("{contig}\t{at}\t.\t{from}\t{to}\t.\t.\t.\n"),
            shift,
        ));
    }
    vcf.push_str("#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    vcf.extend(expected.iter().map(|(_, record, _)| record.as_str()));
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (fasta, vcf) = (write("sparse.fa", &fasta), write("right.vcf", &vcf));
    let output = run(env!("CARGO_BIN_EXE_vdx-normalize"), &["-q", "--no-version", "-f", &fasta, &vcf]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let found: Vec<String> = text
        .lines()
        .filter(|line| !line.starts_with('#'))
        .map(|line| line.split('\t').take(5).collect::<Vec<_>>().join("\t"))
        .collect();
    let wanted: Vec<&String> = expected.iter().map(|(record, ..)| record).collect();
    assert_eq!(found.iter().collect::<Vec<_>>(), wanted);
    let moved = expected.iter().filter(|(.., shift)| *shift > 0).count();
    assert!(moved > 200, "{moved} of {} indels can stand elsewhere", expected.len());
}
