//! Where vdx-normalize and `bcftools norm` differ on purpose: each case is a row of `tools/vdx-normalize/DIFFERENCES.md`, run by
//! both, so that neither the page nor this table can say what is not so.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use vdx_testkit::Bcftools;

const FASTA: &str = ">1\nGGGCACACACAGGRNTTTTTacgtacgtGGGGAAAATTTT\n";

const HEADER: &str = "##fileformat=VCFv4.2\n##contig=<ID=1,length=40>\n##contig=<ID=9,length=40>\n\
    ##INFO=<ID=END,Number=1,Type=Integer,Description=\"\">\n##INFO=<ID=SVLEN,Number=A,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=SVTYPE,Number=1,Type=String,Description=\"\">\n##INFO=<ID=CIPOS,Number=2,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=IMPRECISE,Number=0,Type=Flag,Description=\"\">\n##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=AS,Number=A,Type=String,Description=\"\">\n##INFO=<ID=X,Number=.,Type=Integer,Description=\"\">\n\
    ##INFO=<ID=T,Number=.,Type=String,Description=\"\">\n##FILTER=<ID=q10,Description=\"\">\n\
    ##FORMAT=<ID=GT,Number=1,Type=String,Description=\"\">\n##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"\">\n\
    ##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"\">\n##FORMAT=<ID=LAA,Number=.,Type=Integer,Description=\"\">\n\
    ##FORMAT=<ID=LAD,Number=.,Type=Integer,Description=\"\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n";

/// The name in the page; records, separated by ` ; `; words; what comes out here and there, without CHROM, or behind `!` what the
/// error says.
const CASES: &[(&str, &str, &str, &str, &str)] = &[
    (
        "imprecise",
        "1 9 . A <DEL> . . END=11;SVLEN=-2;SVTYPE=DEL;IMPRECISE;CIPOS=-5,5 GT 0/1 0/1",
        "-f r.fa",
        "9 . A <DEL> . . END=11;SVLEN=-2;SVTYPE=DEL;IMPRECISE;CIPOS=-5,5 GT 0/1 0/1",
        "3 . G <DEL> . . END=5;SVLEN=-2;SVTYPE=DEL;IMPRECISE;CIPOS=-5,5 GT 0/1 0/1",
    ),
    ("breakend", "1 4 . C T,C[9:10[ . . . GT 0/1 0/1", "-f r.fa", "4 . C T,C[9:10[ . . . GT 0/1 0/1", "!Non-ACGTN"),
    ("single_breakend", "1 4 . C C. . . . GT 0/1 0/1", "-f r.fa", "4 . C C. . . . GT 0/1 0/1", "!Non-ACGTN"),
    (
        "soft_masked",
        "1 27 . GTG G . . . GT 0/1 0/1",
        "-f r.fa",
        "26 . CGT C . . . GT 0/1 0/1",
        "26 . cGT c . . . GT 0/1 0/1",
    ),
    (
        "unsorted",
        "1 9 . C T . . . GT 0/1 0/1 ; 1 4 . C T . . . GT 0/1 0/1",
        "-m -any",
        "!behind 1:9",
        "4 . C T . . . GT 0/1 0/1 ; 9 . C T . . . GT 0/1 0/1",
    ),
    ("telomere", "1 0 . N N[9:5[ . . . GT 0/1 0/1", "-f r.fa", "0 . N N[9:5[ . . . GT 0/1 0/1", "!mismatch at 1:0"),
    (
        "letters_when_split",
        "1 4 . C M,T . . . GT 0/1 0/1",
        "-f r.fa -m -any -c x",
        "4 . C T . . . GT 0/0 0/0",
        "4 . C M . . . GT 0/1 0/1 ; 4 . C T . . . GT 0/0 0/0",
    ),
    (
        "contig_missing",
        "9 4 . C T . . . GT 0/1 0/1",
        "-f r.fa -c w",
        "4 . C T . . . GT 0/1 0/1",
        "!faidx_fetch_seq failed at 9:4",
    ),
    ("check_without_alignment", "1 4 . G T . . . GT 0/1 0/1", "-f r.fa -N -c x", "", "4 . G T . . . GT 0/1 0/1"),
    (
        "set_lists",
        "1 4 . T C . . AC=2 GT:AD 0/1:3,4 0/1:5,6",
        "-f r.fa -c s",
        "4 . C T . . AC=2 GT:AD 1/0:4,3 1/0:6,5",
        "4 . C T . . AC=2 GT:AD 1/0:3,4 1/0:5,6",
    ),
    (
        "set_lengths",
        "1 4 . CACG CA . . . GT 0/1 0/1",
        "-f r.fa -c s",
        "5 . A ACG . . . GT 1/0 1/0",
        "3 . GCA G . . . GT 0/1 0/1",
    ),
    (
        "set_before_split",
        "1 4 . T C,G . . . GT 0/1 1/2",
        "-f r.fa -c s -m -any",
        "4 . C T . . . GT 1/0 0/0 ; 4 . C G . . . GT 0/0 0/1",
        "4 . C T . . . GT 1/0 0/1 ; 4 . C G . . . GT 0/0 0/1",
    ),
    (
        "set_without_alt",
        "1 4 . T . . . . GT 0/0 0/0",
        "-f r.fa -c s",
        "4 . C T . . . GT 1/1 1/1",
        "4 . C . . . . GT 0/0 0/0",
    ),
    (
        "set_without_alignment",
        "1 4 . C C,T . . . GT 0/1 1/2",
        "-f r.fa -c s -N",
        "4 . C T . . . GT 0/0 0/1",
        "4 . C C,T . . . GT 0/1 1/2",
    ),
    (
        "set_letters",
        "1 4 . C M . . . GT 0/1 0/1",
        "-f r.fa -c s",
        "4 . C M . . . GT 0/1 0/1",
        "4 . C A . . . GT 0/1 0/1",
    ),
    (
        "split_length",
        "1 4 . C T,G . . AS=a GT 0/1 0/1",
        "-m -any",
        "!INFO/AS",
        "4 . C T . . AS=a GT 0/1 0/1 ; 4 . C G . . AS=. GT 0/0 0/0",
    ),
    (
        "split_local",
        "1 4 . C T,G . . . GT:LAA:LAD 0/1:1:3,4 0/2:2:5,6",
        "-m -any",
        "4 . C T . . . GT:LAA:LAD 0/1:1:3,4 0/0:.:5 ; 4 . C G . . . GT:LAA:LAD 0/0:.:3 0/1:1:5,6",
        "4 . C T . . . GT:LAA:LAD 0/1:1:3,4 0/0:2:5,6 ; 4 . C G . . . GT:LAA:LAD 0/0:1:3,4 0/1:2:5,6",
    ),
    (
        "split_missing",
        "1 4 . C T,G . . AC=. GT 0/1 0/2",
        "-m -any",
        "4 . C T . . AC=. GT 0/1 0/0 ; 4 . C G . . AC=. GT 0/0 0/1",
        "!wrong number of fields in INFO/AC",
    ),
    (
        "split_ploidy",
        "1 4 . C T,G . . . GT:PL 0/1/1:1,2,3,4,5,6,7,8,9,10 0/0/2:1,2,3,4,5,6,7,8,9,10",
        "-m -any",
        "4 . C T . . . GT:PL 0/1/1:1,2,3,4 0/0/0:1,2,3,4 ; 4 . C G . . . GT:PL 0/0/0:1,5,8,10 0/0/1:1,5,8,10",
        "!tag PL has wrong number",
    ),
    (
        "split_genotype",
        "1 4 . C T,G . . . GT 0/3 0/1",
        "-m -any",
        "!FORMAT/GT of sample a",
        "4 . C T . . . GT 0/0 0/1 ; 4 . C G . . . GT 0/0 0/0",
    ),
    (
        "split_undeclared",
        "1 4 . C T,G . . ZZ=1,2 GT 0/1 0/1",
        "-m -any",
        "4 . C T . . ZZ=1,2 GT 0/1 0/1 ; 4 . C G . . ZZ=1,2 GT 0/0 0/0",
        "4 . C T . . . GT 0/1 0/1 ; 4 . C G . . . GT 0/0 0/0",
    ),
    (
        "sum_missing",
        "1 4 . C T,G . . . GT:AD 0/1:.,4,5 0/2:1,2,3",
        "-m -any --keep-sum AD",
        "4 . C T . . . GT:AD 0/1:.,4 0/0:4,2 ; 4 . C G . . . GT:AD 0/0:.,5 0/1:3,3",
        "4 . C T . . . GT:AD 0/1:-2147483643,4 0/0:4,2 ; 4 . C G . . . GT:AD 0/0:-2147483644,5 0/1:3,3",
    ),
    (
        "old_record_cut",
        "1 4 . CA . . . . GT 0/1 0/1",
        "-f r.fa --old-rec-tag OLD",
        "4 . C . . . OLD=1|4|CA|. GT 0/1 0/1",
        "4 . C . . . . GT 0/1 0/1",
    ),
    (
        "atoms_alone",
        "1 4 . C GGG . . . GT 0/1 1/1 ; 1 5 . A C,G . . . GT 1/2 0/1",
        "-a",
        "4 . C CGG . . . GT 0/1 1/1 ; 4 . C G . . . GT 0/1 1/1 ; 5 . A C,* . . . GT 1/2 0/1 ; 5 . A G,* . . . GT 2/1 0/2",
        "4 . C CGG,* . . . GT 0/1 1/1 ; 4 . C G,* . . . GT 0/1 1/1 ; 5 . A C,* . . . GT 1/1 0/1 ; 5 . A G,* . . . GT 1/1 0/1",
    ),
    (
        "atoms_star",
        "1 4 . C GGG . . . GT 0/1 1/1",
        "-a",
        "4 . C CGG . . . GT 0/1 1/1 ; 4 . C G . . . GT 0/1 1/1",
        "4 . C CGG,* . . . GT 0/1 1/1 ; 4 . C G,* . . . GT 0/1 1/1",
    ),
    (
        "join_id",
        "1 4 a C T . . . GT 0/1 0/1 ; 1 4 b;a C G . . . GT 0/1 0/1",
        "-m +any",
        "4 a;b C T,G . . . GT 2/1 2/1",
        "4 a;b;a C T,G . . . GT 2/1 2/1",
    ),
    (
        "join_lacking",
        "1 4 a C T . . . GT 0/1 0/0 ; 1 4 b C G . . X=1 GT:AD 0/0:3,4 0/1:5,6",
        "-m +any",
        "4 a;b C T,G . . X=1 GT:AD 0/1:3,.,4 0/2:5,.,6",
        "4 a;b C T,G . . . GT 0/1 0/2",
    ),
    (
        "join_apart",
        "1 4 a C <DEL> . . END=10;SVTYPE=DEL GT 0/1 0/1 ; 1 4 b C <DEL> . . END=20;SVTYPE=DEL GT 0/1 0/1",
        "-m +any",
        "4 a C <DEL> . . END=10;SVTYPE=DEL GT 0/1 0/1 ; 4 b C <DEL> . . END=20;SVTYPE=DEL GT 0/1 0/1",
        "4 a;b C <DEL> . . END=10;SVTYPE=DEL GT 1/1 1/1",
    ),
    (
        "join_breakend",
        "1 4 a CA C . . . GT 0/1 0/1 ; 1 4 b C C[9:7[ . . . GT 0/1 0/1",
        "-m +any",
        "4 a;b CA C,C[9:7[ . . . GT 2/1 2/1",
        "4 a;b CA C,C[9:7[A . . . GT 2/1 2/1",
    ),
    (
        "join_same",
        "1 4 a C T . . . GT 0/1 0/0 ; 1 4 b C T,G . . . GT 0/1 0/1",
        "-m +any",
        "4 a;b C T,G . . . GT 0/1 0/1",
        "4 a;b C T,G . . . GT 1/1 0/1",
    ),
    (
        "join_phase",
        "1 4 a C T . . . GT 0|1 0|1 ; 1 4 b C G . . . GT 0|1 1|0",
        "-m +any",
        "4 a;b C T,G . . . GT 2/1 2|1",
        "4 a;b C T,G . . . GT 2|1 2|1",
    ),
    (
        "join_haploid",
        "1 4 a C T . . . GT 1 0/1 ; 1 4 b C G . . . GT 1 1/1",
        "-m +any",
        "4 a;b C T,G . . . GT 1 2/1",
        "4 a;b C T,G . . . GT 1/2 2/1",
    ),
    (
        "join_strict",
        "1 4 a C T . q10 . GT 0/1 0/1 ; 1 4 b C G . PASS . GT 0/1 0/1",
        "-m +any -s",
        "4 a;b C T,G . q10 . GT 2/1 2/1",
        "4 a;b C T,G . PASS . GT 2/1 2/1",
    ),
    (
        "join_passing",
        "1 4 a C T . . . GT 0/1 0/1 ; 1 4 b C G . PASS . GT 0/1 0/1",
        "-m +any",
        "4 a;b C T,G . PASS . GT 2/1 2/1",
        "4 a;b C T,G . . . GT 2/1 2/1",
    ),
    (
        "join_without_alt",
        "1 4 a C . . . . GT 0/0 0/0 ; 1 4 b C CT . . . GT 0/1 0/1 ; 1 4 c C T . . . GT 0/1 0/1",
        "-m +indels",
        "4 c C T . . . GT 0/1 0/1 ; 4 a;b C CT . . . GT 0/1 0/1",
        "4 a C . . . . GT 0/0 0/0 ; 4 c C T . . . GT 0/1 0/1 ; 4 b C CT . . . GT 0/1 0/1",
    ),
    (
        "join_filtered",
        "1 4 a C T . . . GT 0/1 0/1 ; 1 4 c C G . . . GT 0/1 0/1 ; 1 5 z A G 99 . . GT 0/1 0/1",
        "-m +any -i QUAL=\".\"",
        "4 a;c C T,G . . . GT 2/1 2/1 ; 5 z A G 99 . . GT 0/1 0/1",
        "5 z A G 99 . . GT 0/1 0/1 ; 4 a;c C T,G . . . GT 2/1 2/1",
    ),
    (
        "join_duplicates",
        "1 4 a C T . . . GT 0/1 0/1 ; 1 4 b C T . . . GT 0/1 0/1 ; 1 4 c C G . . . GT 0/1 0/1",
        "-m +any -d exact",
        "4 a;c C T,G . . . GT 2/1 2/1",
        "4 a;b;c C T,G . . . GT 1/1 1/1",
    ),
];

/// The name; records; an expression; how many pass here and there.
const EXPRESSIONS: &[(&str, &str, &str, usize, usize)] = &[
    ("expression_order", "1 4 . C T . . . GT 0/1 0/1", "10-5-2=3", 1, 0),
    ("expression_beyond", "1 4 . C T . . AC=3 GT 0/1 0/1", "INFO/AC[1]=3", 0, 1),
    ("expression_missing", "1 4 . C T,G . . AC=.,3 GT 0/1 0/1", "INFO/AC<0", 0, 1),
    (
        "expression_before",
        "1 4 . C T . . . GT:AD 0/1:9,9 0/1:9,9 ; 1 5 . A T . . . GT 0/1 0/1",
        "binom(AD[:0],AD[:1])=1",
        1,
        2,
    ),
    ("expression_length", "1 4 . C T . . T=.,aa GT 0/1 0/1", "STRLEN(T)=0", 1, 0),
    ("expression_breakend", "1 4 . C C. . . . GT 0/1 0/1", "TYPE=\"bnd\"", 1, 0),
];

/// Puts the records into a file.
fn put(folder: &Path, records: &str) -> String {
    let lines = records.replace(" ; ", "\n").replace(' ', "\t");
    let path = folder.join("in.vcf");
    std::fs::write(&path, format!("{HEADER}{lines}\n")).unwrap();
    path.to_str().unwrap().to_owned()
}

/// The records without CHROM, or behind `!` the error.
fn outcome(command: &mut Command, folder: &Path) -> String {
    let output = command.current_dir(folder).output().unwrap();
    if !output.status.success() {
        return format!("!{}", String::from_utf8_lossy(&output.stderr));
    }
    let text = String::from_utf8(output.stdout).unwrap();
    let record = |line: &str| line.split('\t').skip(1).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.starts_with('#')).map(record).collect::<Vec<_>>().join(" ; ")
}

fn is(found: &str, expected: &str) -> bool {
    match expected.strip_prefix('!') {
        Some(said) => found.starts_with('!') && found.contains(said),
        None => found == expected,
    }
}

#[test]
fn each_row_is_what_both_do() {
    let Some(oracle) = Bcftools::find().filter(|found| found.minor >= 24) else { return };
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    std::fs::write(folder.join("r.fa"), FASTA).unwrap();
    let mut wrong = Vec::new();
    for (name, records, words, ours, theirs) in CASES {
        put(folder, records);
        let words: Vec<&str> = words.split(' ').collect();
        let mut command = Command::new(env!("CARGO_BIN_EXE_vdx-normalize"));
        let our = outcome(command.args(["-q", "--no-version"]).args(&words).arg("in.vcf"), folder);
        let mut command = Command::new(&oracle.program);
        let their = outcome(command.args(["norm", "--no-version", "-w", "1000"]).args(&words).arg("in.vcf"), folder);
        if !is(&our, ours) || !is(&their, theirs) || our == their {
            wrong.push(format!("{name}:\n  here {our}\n  there {their}"));
        }
    }
    for (name, records, expression, ours, theirs) in EXPRESSIONS {
        let path = put(folder, records);
        let mut command = Command::new(&oracle.program);
        let their = command.args(["view", "-H", "-i", expression, &path]).output().unwrap();
        let text = std::fs::read_to_string(&path).unwrap();
        let header: String = text.split_inclusive('\n').take_while(|line| line.starts_with('#')).collect();
        let header = vdx_vcf::Header::parse(header.as_bytes()).unwrap();
        let filter =
            vdx_filter::Filter::new(&vdx_filter::Expression::parse(expression).unwrap(), false, &header).unwrap();
        let mut stacks = vdx_filter::Stacks::default();
        let lines = text.lines().filter(|line| !line.starts_with('#'));
        let our = lines.filter(|line| filter.takes(line.as_bytes(), &mut stacks).unwrap()).count();
        let their = String::from_utf8_lossy(&their.stdout).lines().count();
        if (our, their) != (*ours, *theirs) {
            wrong.push(format!("{name}: {our} pass here, {their} there"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn each_row_of_the_page_has_its_test() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let page = std::fs::read_to_string(root.join("tools/vdx-normalize/DIFFERENCES.md")).unwrap();
    let rows = page.lines().filter(|line| line.starts_with("| ") && !line.starts_with("| here"));
    let mut named = BTreeSet::new();
    for row in rows {
        let cell = row.trim_end_matches(" |").rsplit(" | ").next().unwrap();
        let names: Vec<&str> = cell.split(' ').map(|name| name.trim_matches('`')).collect();
        assert!(names.iter().all(|name| name.contains(char::is_alphabetic)), "no test: {row}");
        named.extend(names);
    }
    let cases: BTreeSet<&str> = CASES.iter().map(|case| case.0).chain(EXPRESSIONS.iter().map(|case| case.0)).collect();
    assert_eq!(cases.difference(&named).collect::<Vec<_>>(), Vec::<&&str>::new(), "cases without a row");
    let mut sources = String::new();
    let mut folders = vec![root.join("tests"), root.join("tools")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                sources.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let missing: Vec<&&str> =
        named.iter().filter(|name| !cases.contains(*name) && !sources.contains(&format!("fn {name}("))).collect();
    assert!(missing.is_empty(), "no such tests: {missing:?}");
}
