//! Lists that are not as long as their record's ALTs say: no value of theirs is taken by its place.

use std::path::Path;

use crate::made::{CHR1, gnomad};
use crate::real::data;
use crate::support::{annotate, bgzip, body, gunzip, run, vcf};

/// A source with whole lists, lists of the wrong length, and a list that is missing.
fn source(folder: &Path) -> String {
    let lines = [
        "chr1 100 A C PASS AC=1;AF=0.1;AN=10",
        "chr1 200 A C PASS AC=2,1;AF=0.2,0.1;AN=10",
        "chr1 200 A G PASS AC=2,1;AF=0.2,0.1;AN=10",
        "chr1 300 A C,G PASS AC=3,4;AF=.;AN=.",
        "chr1 400 A C,G PASS AC=5;AF=0.5,0.4;AN=7,8",
    ];
    gnomad(folder, "any.vcf.gz", CHR1, &lines.map(str::to_owned)).to_str().unwrap().to_owned()
}

#[test]
fn a_list_of_the_wrong_length_is_an_error_or_left_out_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let db = source(folder.path());
    let store = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let whole = vcf(&["chr1 100 A C", "chr1 300 A G,C,T"]);
    let query = vcf(&["chr1 400 A G", "chr1 300 A C", "chr1 200 A T,G", "chr1 100 A C"]);
    // What is not asked for, or not found, may be as it likes.
    let out = annotate(&["-q", "--db", &db, "--fields", "AC,AF,AN"], &whole).ok();
    let infos = |text: &str| body(text).map(|line| line.split('\t').nth(7).unwrap().to_owned()).collect::<Vec<_>>();
    assert_eq!(infos(&out), ["gnomad_AC=1;gnomad_AF=0.1;gnomad_AN=10", "gnomad_AC=4,3,."]);
    annotate(&["-q", "--db", &db, "--fields", "AN"], &vcf(&["chr1 200 A C"])).ok();
    annotate(&["-q", "--db", &db, "--fields", "AC"], &vcf(&["chr1 200 A T"])).ok();
    let said = annotate(&["--db", &db, "--fields", "AC"], &query).fails(1);
    for expected in [
        "any.vcf.gz chr1:200: AC: expected 1 value (Number=A), found 2 (2,1)",
        "vt decompose -s",
        "bcftools norm -m-",
        "--force",
    ] {
        assert!(said.contains(expected), "{said}");
    }
    let said = annotate(&["--db", &db, "--fields", "AC"], &vcf(&["chr1 400 A G"])).fails(1);
    assert!(said.contains("chr1:400: AC: expected 2 values (Number=A), found 1 (5)"), "{said}");
    let said = annotate(&["--db", &db, "--fields", "AN"], &vcf(&["chr1 400 A G"])).fails(1);
    assert!(said.contains("chr1:400: AN: expected 1 value (Number=1), found 2 (7,8)"), "{said}");
    let said = run(&["lookup", "--db", &db, "1-200-A-G"], "").fails(1);
    assert!(said.contains("chr1:200: AC: expected 1 value"), "{said}");
    let said = run(&["build", "--db", &db, "-o", &store("strict")], "").fails(1);
    let place = "any.vcf.gz:11 chr1:200: AC: expected 1 value (Number=A), found 2 (2,1)";
    assert!(said.contains(place), "{said}");

    let expected = ["gnomad_AF=0.4", "gnomad_AC=3", "gnomad_AN=.,10", "gnomad_AF=0.1;gnomad_AC=1;gnomad_AN=10"];
    let stats = folder.path().join("stats.json");
    let built = run(&["build", "--db", &db, "-o", &store("forced"), "--force", "--fields", "AC,AF,AN"], "");
    assert!(
        built.stderr.contains("wrong_length=8") && built.stderr.contains("any.vcf.gz chr1:200: AC: expected 1 value"),
        "{}",
        built.stderr
    );
    built.ok();
    for (db, left_out) in [(&db, 4), (&store("forced"), 0)] {
        for more in [&["-@1"][..], &["-@2", "--chunk-size", "1"]] {
            let flags = ["--db", db, "--fields", "AF,AC,AN", "--force", "--stats", stats.to_str().unwrap()];
            let ran = annotate(&[&flags[..], more].concat(), &query);
            assert_eq!(infos(ran.text()), expected, "{}", ran.stderr);
            // In the order of the input.
            let first = "values left out for the length of their lists: 4, the first of ";
            let named = ran.stderr.contains(first)
                && ran.stderr.contains("any.vcf.gz chr1:400: AC: expected 2 values (Number=A), found 1");
            assert_eq!(
                (named, ran.stderr.contains("wrong_length=4")),
                (left_out == 4, left_out == 4),
                "{}",
                ran.stderr
            );
            let stats: serde_json::Value = serde_json::from_slice(&std::fs::read(&stats).unwrap()).unwrap();
            assert_eq!(stats["reasons"]["wrong_length"], left_out);
        }
    }
    // What was left out stays so without --force, and is told; a strict build does not take it for its own.
    assert!(run(&["info", "--db", &store("forced")], "").ok().contains("\tbuilt with --force"));
    let again = |more: &[&str]| {
        run(&[&["build", "--db", &db, "-o", &store("forced"), "--fields", "AC,AF,AN"], more].concat(), "")
    };
    assert!(again(&[]).fails(1).contains("or with --force"));
    assert!(again(&["--force"]).stderr.contains("contigs_kept=1"));
}

#[test]
fn vt_decompose_without_s_is_told() {
    let Some(data) = data() else { return };
    let source = data.parent().unwrap().join("real/gnomad/vcfanno.exac.vt_decomposed.vcf.gz");
    let folder = tempfile::tempdir().unwrap();
    let copy = bgzip(&folder.path().join("exac.vcf.gz"), &gunzip(&source));
    let ask = |more: &[&str]| {
        let words = ["1-13404-G-A", "1-13404-G-T", "1-13372-G-C"];
        run(&[&["lookup", "--db", copy.to_str().unwrap(), "--fields", "AC,status"], more, &words].concat(), "")
    };
    let said = ask(&[]).fails(1);
    assert!(said.contains("exac.vcf.gz 1:13404: AC: expected 1 value (Number=A), found 2 (2,1)"), "{said}");
    let forced = ask(&["--force"]);
    assert!(forced.stderr.contains("wrong_length=2"), "{}", forced.stderr);
    let rows: Vec<String> =
        forced.ok().lines().skip(1).map(|row| row.split('\t').skip(5).collect::<Vec<_>>().join(" ")).collect();
    assert_eq!(rows, [" filtered", " filtered", "3 found"]);
}
