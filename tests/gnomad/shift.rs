//! `-f`: indels are found wherever in a repeat they stand.

use crate::made::{CHR1, gnomad};
use crate::support::{annotate, body, run, vcf};

/// A contig of 400 bp with CACACA at 104 to 109, and gnomAD's deletion and insertion of CA at its start.
fn world() -> (tempfile::TempDir, String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut bases = "ACGTTGCATC".repeat(40);
    bases.replace_range(102..111, "GCACACATT");
    let fasta = folder.path().join("ref.fa");
    std::fs::write(&fasta, format!(">chr1\n{bases}\n>chr2\n{bases}\n")).unwrap();
    let lines = [
        "chr1 103 GCA G PASS AC=1;AF=0.1;AN=10",
        "chr1 103 G GCA PASS AC=2;AF=0.2;AN=10",
        "chr1 105 A C PASS AC=3;AF=0.3;AN=10",
    ];
    let db = gnomad(folder.path(), "any.vcf.gz", (CHR1.0, 400), &lines.map(str::to_owned));
    let text = |path: &std::path::Path| path.to_str().unwrap().to_owned();
    let (fasta, db) = (text(&fasta), text(&db));
    (folder, fasta, db)
}

#[test]
fn indels_are_found_wherever_they_stand() {
    let (folder, fasta, db) = world();
    let lines = [
        "chr1 103 GCA G",
        "1 107 aca a,acaca,ACG,*,<DEL>",
        "chr1 105 A C",
        // CACACA of the reference replaced by CACA: not trimmed, and multiallelic.
        "chr1 104 CACACA CACA,CACACC",
        // REF is wrong.
        "chr1 107 ATA A",
        "chr3 107 ACA A",
    ];
    let counts = |out: &str| -> Vec<String> {
        body(out).map(|line| line.split('\t').nth(7).unwrap().replace("gnomad_AC=", "")).collect()
    };
    let without = annotate(&["--db", &db, "--fields", "AC"], &vcf(&lines)).ok();
    assert_eq!(counts(&without), ["1", ".", "3", ".", ".", "."]);
    let stats = folder.path().join("stats.json");
    for flags in [&["-@2", "--chunk-size", "1"][..], &["--sequential"]] {
        let ran = annotate(
            &[&["--db", &db, "--fields", "AC", "-f", &fasta, "--stats", stats.to_str().unwrap()], flags].concat(),
            &vcf(&lines),
        );
        assert!(ran.stderr.contains("1 indels were looked up where they are"), "{}", ran.stderr);
        assert!(ran.stderr.contains("first at chr1:107"), "{}", ran.stderr);
        assert!(ran.stderr.contains("has no contig chr3 (1)"), "{}", ran.stderr);
        let out = ran.ok();
        assert_eq!(counts(&out), ["1", "1,2,.,.,.", "3", "1,.", ".", "."]);
        // What is written stays where it is.
        let columns = |text: &str| -> Vec<String> {
            body(text).map(|line| line.split('\t').take(5).collect::<Vec<_>>().join(" ")).collect()
        };
        assert_eq!(columns(&out), columns(&vcf(&lines)));
        let stats: serde_json::Value = serde_json::from_slice(&std::fs::read(&stats).unwrap()).unwrap();
        let counted =
            ["aligned", "unaligned_ref_differs", "unaligned_no_contig"].map(|key| stats["reasons"][key].clone());
        assert_eq!(counted, [3, 1, 1].map(serde_json::Value::from));
    }
    let row = run(&["lookup", "-q", "--db", &db, "-f", &fasta, "--fields", "AC", "1-107-A-ACA"], "").ok();
    assert!(row.ends_with("\t1\t107\tA\tACA\t2\n"), "{row}");
    let table = annotate(&["--db", &db, "-f", &fasta, "--fields", "AC"], "chrom,pos,ref,alt\n1,107,ACA,A\n").ok();
    assert!(table.ends_with("1,107,ACA,A,1\n"), "{table}");
}

#[test]
fn a_fasta_of_another_build_is_refused() {
    let (folder, fasta, _) = world();
    let db = gnomad(folder.path(), "long.vcf.gz", CHR1, &["chr1 5 A C PASS AC=1".to_owned()]);
    let said = annotate(&["--db", db.to_str().unwrap(), "-f", &fasta], &vcf(&["1 5 A C"])).fails(1);
    assert!(said.contains("ref.fa: the builds differ") && said.contains("400 bp"), "{said}");
    let said = annotate(&["--db", db.to_str().unwrap(), "-f", "/nonexistent.fa"], &vcf(&["1 5 A C"])).fails(1);
    assert!(said.contains("/nonexistent.fa"), "{said}");
}
