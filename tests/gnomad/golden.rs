//! Stores that earlier versions made are read for ever: `golden/store` is of version 1, with names and sites, made from
//! `golden/source.vcf` by `build --fields all --rsid --an-sites`; `golden/any` is of version 2, made from `golden/any.vcf`,
//! under a name that is not gnomAD's, by `build --fields all`.

use std::path::Path;

use crate::own::every_alt_comes_back;
use crate::support::{annotate, bgzip, body, run};

#[test]
fn a_store_of_version_1_gives_what_its_source_gives() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gnomad/golden");
    let source = std::fs::read_to_string(golden.join("source.vcf")).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = bgzip(&folder.path().join("gnomad.exomes.v4.1.sites.chr1.vcf.bgz"), &source);
    let store = golden.join("store");
    assert_eq!(std::fs::read(store.join("chr1.vdxg")).unwrap()[..12], *b"vdxgnom\n\x01\0\0\0");
    let mut query = source.lines().filter(|line| line.starts_with("##file")).collect::<String>();
    query.push_str("\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n");
    for line in body(&source) {
        let c: Vec<&str> = line.split('\t').collect();
        query.push_str(&format!("{}\t{}\t.\t{}\t{}\t.\t.\t.\n", c[0], c[1], c[3], c[4]));
    }
    let all = |db: &Path| annotate(&["-q", "--db", db.to_str().unwrap(), "--fields", "all,status"], &query).ok();
    let found = all(&store);
    assert_eq!(found, all(&file));
    assert!(body(&found).count() == 60 && body(&found).all(|line| line.contains("_status=f")), "{found}");
    let rows =
        run(&["lookup", "-q", "--db", store.to_str().unwrap(), "--fields", "AN,status", "rs1003", "chr1-120-A-C"], "");
    let expected = "variant\tchrom\tpos\tref\talt\tgnomad_an\tgnomad_status\n\
        rs1003\tchr1\t408\tT\tG\t100003\tfound\n\
        rs1003\tchr1\t403488\tAC\tGT\t100053\tfiltered\n\
        chr1-120-A-C\tchr1\t120\tA\tC\t5000\tabsent\n";
    assert_eq!(rows.ok(), expected);
}

#[test]
fn every_value_of_a_store_of_version_2_comes_back() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/gnomad/golden");
    let source = std::fs::read_to_string(golden.join("any.vcf")).unwrap();
    let store = golden.join("any");
    assert_eq!(std::fs::read(store.join("1.vdxg")).unwrap()[..12], *b"vdxgnom\n\x02\0\0\0");
    assert_eq!(every_alt_comes_back(&store, &source), 18);
    // It is what a build of today makes: a version that is not among these has no store here yet.
    let folder = tempfile::tempdir().unwrap();
    let file = bgzip(&folder.path().join("any.vcf.gz"), &source);
    let built = folder.path().join("store");
    run(&["build", "-q", "--fields", "all", "--db", file.to_str().unwrap(), "-o", built.to_str().unwrap()], "").ok();
    let version = |folder: &Path| std::fs::read(folder.join("1.vdxg")).unwrap()[8];
    assert_eq!(version(&built), version(&store), "make a store of the new version for this test, beside the others");
}
