//! The records of one POS.

use super::*;
use crate::multiallelics::Multiallelics;

const HEADER: &[u8] = b"##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n\
    #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

/// What comes of records `REF ALT [INFO]` at one POS, REF and ALT; and what is told and counted.
fn together(words: &[&str], records: &[&str]) -> (Vec<String>, Vec<String>, ContigCounts) {
    let (text, told, counts) = together_lines(words, &records.iter().map(|record| line(record)).collect::<Vec<_>>());
    let alleles = |line: &str| line.split('\t').skip(3).take(2).collect::<Vec<_>>().join(" ");
    (text.lines().map(alleles).collect(), told, counts)
}

fn line(record: &str) -> String {
    let mut parts = record.split(' ');
    let (reference, alt) = (parts.next().unwrap(), parts.next().unwrap());
    format!("1\t5\t.\t{reference}\t{alt}\t.\t.\t{}\n", parts.next().unwrap_or("."))
}

fn together_lines(words: &[&str], lines: &[String]) -> (String, Vec<String>, ContigCounts) {
    let header = Header::parse(HEADER).unwrap();
    let mut together = SamePosition::new(Arc::new(rules(words)), &Arc::new(header), None);
    let lines: Vec<Tied> = lines
        .iter()
        .map(|line| Tied { line: line.as_bytes(), aside: line.contains("aside"), read_from: None })
        .collect();
    let mut out = Vec::new();
    together.settle(b"1", 5, &lines, &mut out).unwrap();
    let told = together.findings.iter().map(|finding| finding.what.clone()).collect();
    (String::from_utf8(out).unwrap(), told, together.counts.pop().map(|(_, counts)| counts).unwrap_or_default())
}

/// What the words of a command line ask for.
fn rules(words: &[&str]) -> Rules {
    let mut rules = Rules {
        duplicates: None,
        by_alleles: false,
        join: None,
        strict_filter: false,
        force: false,
        numbers: Vec::new(),
        only_check: false,
    };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "-D" => rules.duplicates = Some(Duplicates::Exact),
            "-d" => {
                rules.duplicates = Some(match *words.next().unwrap() {
                    "all" => Duplicates::All,
                    "snps" => Duplicates::Snps,
                    "indels" => Duplicates::Indels,
                    "both" => Duplicates::Both,
                    "exact" => Duplicates::Exact,
                    other => panic!("{other}"),
                });
            }
            "-S" => rules.by_alleles = *words.next().unwrap() == "lex",
            "-m" => {
                let Multiallelics::Join(types) = Multiallelics::parse(words.next().unwrap()).unwrap() else { panic!() };
                rules.join = Some(types);
            }
            "--check" => rules.only_check = true,
            other => panic!("{other}"),
        }
    }
    rules
}

/// What comes of them, and how many were removed.
fn settle(words: &[&str], records: &[&str]) -> (Vec<String>, u64) {
    let (records, _, counts) = together(words, records);
    (records, counts.removed)
}

const RECORDS: &[&str] = &["A C", "AT A", "A T", "A AT", "A <DEL>", "a c", "A C,T", "A T,C", "A .", "A ."];

#[test]
fn the_first_of_its_kind_stays() {
    let kept = |which: &str| settle(&["-d", which], RECORDS).0;
    assert_eq!(kept("all"), ["A C"]);
    assert_eq!(kept("snps"), ["A C", "AT A", "A AT", "A <DEL>", "A .", "A ."]);
    assert_eq!(kept("indels"), ["A C", "AT A", "A T", "A <DEL>", "a c", "A C,T", "A T,C", "A .", "A ."]);
    assert_eq!(kept("both"), ["A C", "AT A", "A <DEL>", "A .", "A ."]);
    assert_eq!(kept("exact"), ["A C", "AT A", "A T", "A AT", "A <DEL>", "A C,T", "A ."]);
    assert_eq!(settle(&["-D"], RECORDS).1, 3);
}

#[test]
fn what_is_not_worked_on_is_no_duplicate_and_is_not_joined() {
    let records = ["A C aside", "A C", "A C aside", "A C"];
    assert_eq!(settle(&["-d", "all"], &records), (vec!["A C".into(), "A C".into(), "A C".into()], 1));
    let records = ["A C", "A G aside", "A T"];
    assert_eq!(settle(&["-m", "+any"], &records).0, ["A C,T", "A G"]);
}

#[test]
fn symbolic_alleles_differ_by_their_length() {
    let records = ["A <DEL> SVLEN=-5", "A <DEL> SVLEN=-6", "A <DEL> SVLEN=-5", "A <DEL>"];
    assert_eq!(settle(&["-D"], &records).0.len(), 3);
    // By ALT, in any order of ALTs.
    let records = ["A C,<DEL> SVLEN=.,-5", "A C,<DEL> SVLEN=.,-6", "A <DEL>,C SVLEN=-5,."];
    assert_eq!(settle(&["-D"], &records).0, ["A C,<DEL>", "A C,<DEL>"]);
}

#[test]
fn records_are_ordered_by_their_alleles() {
    let sorted = settle(&["-S", "lex"], &["AT A", "A T", "a c", "A C,T", "A .", "A C"]).0;
    assert_eq!(sorted, ["A .", "a c", "A C", "A C,T", "A T", "AT A"]);
    assert_eq!(settle(&["-S", "lex", "-D"], &["A T", "A C", "A T"]), (vec!["A C".into(), "A T".into()], 1));
}

const MIXED: &[&str] =
    &["A *", "AT A", "A C", "A AT", "A .", "AC TG", "A T", "A <DEL>", "A A[2:7[", "A G,AC", "AG CC", "A ]2:7]A"];

fn join(which: &str, records: &[&str]) -> Vec<String> {
    settle(&["-m", which], records).0
}

#[test]
fn records_of_one_class_are_joined_and_stand_in_the_order_of_classes() {
    let both = ["A C,T", "AT A,ATT", "A G,AC", "A <DEL>", "A A[2:7[", "A ]2:7]A", "A *"];
    // Two MNVs over one REF.
    let records: Vec<&str> = MIXED.iter().copied().filter(|record| !record.starts_with("AG ")).collect();
    let expected = [&both[..1], &["AC TG"], &both[1..]].concat();
    assert_eq!(join("+", &records), expected);
    assert_eq!(join("+both", &["AC TG", "AC GT", "A C"]), ["A C", "AC TG,GT"]);
    let snps = ["A C,T", "AC TG", "AT A", "A AT", "A G,AC", "A <DEL>", "A A[2:7[", "A ]2:7]A", "A *"];
    assert_eq!(join("+snps", &records), snps);
    let indels = ["A C", "A T", "AC TG", "AT A,ATT", "A G,AC", "A <DEL>", "A A[2:7[", "A ]2:7]A", "A *"];
    assert_eq!(join("+indels", &records), indels);
    assert_eq!(join("+any", &["A *", "AT A", "A <DEL>", "A C"]), ["AT *,A,<DEL>,CT"]);
}

#[test]
fn records_without_alt_join_the_first_class() {
    assert_eq!(join("+", &["A AT", "A .", "A ."]), ["A .", "A AT"]);
    assert_eq!(join("+", &["A C", "A <NON_REF>"]), ["A <NON_REF>,C"]);
    assert_eq!(join("+", &["A C", "A <NON_REF> END=9"]), ["A <NON_REF>", "A C"]);
    assert_eq!(join("+any", &["A C", "A <NON_REF> END=9", "A T"]), ["A C,T", "A <NON_REF>"]);
}

#[test]
fn a_joined_record_and_one_that_comes_late_are_as_all_at_once() {
    let all = ["A *", "A .", "AT A", "A C", "A AT END=9", "A C", "A T AC=2", "A <DEL> END=9", "A G"].map(line);
    for words in
        [&["-m", "+any"][..], &["-m", "+"], &["-m", "+indels"], &["-m", "+any", "-D"], &["-m", "+", "-d", "snps"]]
    {
        for known in 2..all.len() {
            let (settled, ..) = together_lines(words, &all[..known]);
            let settled = settled.split_inclusive('\n').map(str::to_owned);
            let late: Vec<String> = settled.chain(all[known..].iter().cloned()).collect();
            assert_eq!(together_lines(words, &late).0, together_lines(words, &all).0, "{words:?} {known}");
        }
    }
}

#[test]
fn duplicates_go_before_records_are_joined() {
    assert_eq!(settle(&["-m", "+any", "-D"], &["A C", "AT CT", "AT A", "A C"]), (vec!["AT CT,A".into()], 2));
    assert_eq!(settle(&["-m", "+any", "-D"], &["AT CT,A", "A C", "A G"]), (vec!["AT CT,A,GT".into()], 1));
    assert_eq!(settle(&["-m", "+any", "-d", "snps"], &["A C", "A T", "A AT"]), (vec!["A C,AT".into()], 1));
    assert_eq!(settle(&["-m", "+any", "-d", "all"], &["A C", "A T", "A AT"]), (vec!["A C".into()], 2));
}

#[test]
fn joined_records_are_ordered_by_their_alleles() {
    assert_eq!(settle(&["-m", "+", "-S", "lex"], &["AT A", "A T", "A AT", "A C"]).0, ["A C,T", "AT ATT,A"]);
    assert_eq!(settle(&["-m", "+snps", "-S", "lex"], &["A *", "A T", "A AT"]).0, ["A *", "A AT", "A T"]);
    assert_eq!(settle(&["-m", "+snps", "-S", "lex"], &["AT .", "A T"]).0, ["AT TT"]);
    assert_eq!(settle(&["-m", "+indels", "-S", "lex"], &["AT .", "A T"]).0, ["A T", "AT ."]);
}

#[test]
fn what_would_change_is_told() {
    let told = |which: &str, records: &[&str]| together(&["-m", which, "--check"], records).1;
    assert_eq!(told("+", &["A C", "A T AC=1"]), ["A>C and A>T would become A>C,T"]);
    assert_eq!(told("+", &["A AT", "A C"]), ["A>C would come before A>AT (-m +)"]);
    assert!(told("+", &["A C", "A AT"]).is_empty());
    assert_eq!(together(&["-m", "+"], &["A C", "A T", "A AT"]).2.joined, 1);
}
