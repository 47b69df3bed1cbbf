//! Variants by their names in dbSNP.

use std::path::{Path, PathBuf};

use crate::real::data;
use crate::support::{bgzip, body, gunzip, run};

/// A folder with two chromosomes of v4.1 whose records have names.
fn named() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    for (contig, length, records) in [
        ("chr1", 248_956_422, "chr1 100 rs10 A C;chr1 100 rs10 A G;chr1 200 rs7;rs8 C CAT;chr1 300 . G T"),
        ("chrX", 156_040_895, "chrX 5 rs10 T TA;chrX 9 RS4294967299 A T;chrX 10 x;rs;rsid1 A T"),
    ] {
        let mut text = format!(
            "##fileformat=VCFv4.2\n##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n\
             ##contig=<ID={contig},length={length}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        );
        // Names have `;` in them, too: a record starts with its contig.
        for (at, record) in records.split(&format!(";{contig} ")).enumerate() {
            let record = record.strip_prefix(&format!("{contig} ")).unwrap_or(record);
            let cells: Vec<&str> = record.split(' ').collect();
            let [pos, id, reference, alt] = cells[..] else { panic!("{record}") };
            text.push_str(&format!("{contig}\t{pos}\t{id}\t{reference}\t{alt}\t.\tPASS\tAC={}\n", at + 1));
        }
        bgzip(&folder.path().join(format!("gnomad.exomes.v4.1.sites.{contig}.vcf.bgz")), &text);
    }
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

fn build(db: &str, folder: &Path, name: &str, flags: &[&str]) -> String {
    let store = folder.join(name).to_str().unwrap().to_owned();
    run(&[&["build", "-q", "--db", db, "-o", &store], flags].concat(), "").ok();
    store
}

#[test]
fn names_find_every_variant_that_has_them() {
    let (folder, db) = named();
    let store = build(&db, folder.path(), "store", &["--rsid"]);
    let ask = |words: &[&str]| run(&[&["lookup", "--db", &store, "--fields", "AC,status"], words].concat(), "");
    let ran = ask(&["rs10", "RS8", "rs4294967299", "rs9", "1-300-G-T", "rs11"]);
    assert!(ran.stderr.contains("have no row: rs9, rs11"), "{}", ran.stderr);
    let out = ran.ok();
    let expected = "variant\tchrom\tpos\tref\talt\tgnomad_ac\tgnomad_status\n\
         rs10\tchr1\t100\tA\tC\t1\tfound\nrs10\tchr1\t100\tA\tG\t2\tfound\nrs10\tchrX\t5\tT\tTA\t1\tfound\n\
         RS8\tchr1\t200\tC\tCAT\t3\tfound\nrs4294967299\tchrX\t9\tA\tT\t2\tfound\n\
         1-300-G-T\t1\t300\tG\tT\t4\tfound\n";
    assert_eq!(out, expected);
    let words = "rs10\nRS8\nrs4294967299\n\nrs9\n1-300-G-T\nrs11\n";
    let ran = run(&["lookup", "--db", &store, "--fields", "AC,status"], words);
    assert!(ran.stderr.contains("have no row: rs9, rs11"), "{}", ran.stderr);
    assert_eq!(ran.ok(), expected);
    // Two sources with one variant: one row.
    let both = [format!("a={store}"), format!("b={store}")];
    let out = run(&["lookup", "-q", "--db", &both[0], "--db", &both[1], "--fields", "AC", "rs7"], "").ok();
    assert!(out.ends_with("\nrs7\tchr1\t200\tC\tCAT\t3\t3\n"), "{out}");
    let info = run(&["info", "--db", &store, "--format", "json"], "").ok();
    let info: serde_json::Value = serde_json::from_str(&info).unwrap();
    assert_eq!(info["files"][0]["rsid"], true);
}

#[test]
fn names_can_be_added_and_built_by_contig() {
    let (folder, db) = named();
    let parts = build(&db, folder.path(), "parts", &["--contig", "1", "--rsid"]);
    let whole = build(&db, folder.path(), "whole", &["--rsid"]);
    let read = |store: &str, name: &str| std::fs::read(PathBuf::from(store).join(name)).unwrap();
    assert_eq!(read(&parts, "chr1.rsid"), read(&whole, "chr1.rsid"));
    build(&db, folder.path(), "parts", &["--contig", "X"]);
    let lookup = |store: &str| run(&["lookup", "-q", "--db", store, "--fields", "AC", "rs10"], "");
    let said = lookup(&parts).fails(1);
    assert!(said.contains("found none for chrX"), "{said}");
    // A store that was built without names gets them by the same command with --rsid.
    build(&db, folder.path(), "parts", &["--contig", "X", "--rsid"]);
    assert_eq!(lookup(&parts).ok(), lookup(&whole).ok());
    // Names of another file, and damaged ones.
    let names = PathBuf::from(&parts).join("chr1.rsid");
    let good = std::fs::read(&names).unwrap();
    std::fs::copy(PathBuf::from(&parts).join("chrX.rsid"), &names).unwrap();
    let said = lookup(&parts).fails(1);
    assert!(said.contains("chr1.rsid: expected it to be of chr1, found chrX"), "{said}");
    for at in 0..good.len() {
        let mut bad = good.clone();
        bad[at] ^= 2;
        std::fs::write(&names, bad).unwrap();
        assert!(lookup(&parts).fails(1).contains("chr1.rsid"), "byte {at}");
    }
    std::fs::write(&names, &good[..good.len() / 2]).unwrap();
    assert!(lookup(&parts).fails(1).contains("damaged store"));
    // The same of names that come by standard input: the store's file is named, not the input.
    let said = run(&["lookup", "-q", "--db", &parts], "1-5-A-C\nrs10\n").fails(1);
    assert!(said.contains(&format!("error: {}: damaged store", names.display())), "{said}");
}

#[test]
fn names_that_nothing_knows_are_a_wrong_use_by_words_and_by_lines() {
    let (_folder, db) = named();
    let said = run(&["lookup", "--db", &db, "rs10"], "").fails(2);
    assert!(said.contains("error: names of dbSNP (rs...) are found in a store"), "{said}");
    let said = run(&["lookup", "--db", &db], "1-5-A-C\nrs10\n").fails(2);
    assert!(said.contains("<stdin>: line 2: names of dbSNP (rs...) are found in a store"), "{said}");
}

#[test]
fn every_name_of_the_real_files_is_found() {
    let Some(data) = data() else { return };
    let source = data.join("GRCh37/gnomad.exomes.r2.1.1.sites.1.vcf.bgz");
    let folder = tempfile::tempdir().unwrap();
    let store = build(source.to_str().unwrap(), folder.path(), "store", &["--rsid", "--fields", "AC"]);
    let text = gunzip(&source);
    let records: Vec<Vec<&str>> =
        body(&text).map(|line| line.splitn(6, '\t').collect::<Vec<_>>()).filter(|cells| cells[2] != ".").collect();
    assert!(records.len() > 100);
    let words: Vec<&str> = records.iter().map(|cells| cells[2].split(';').next().unwrap()).collect();
    let out = run(&["lookup", "-q", "--db", &store, "--fields", "status"], &(words.join("\n") + "\n")).ok();
    for (cells, word) in records.iter().zip(words) {
        let row = format!("{word}\t{}\t{}\t{}\t{}\t", cells[0], cells[1], cells[3], cells[4]);
        assert!(out.contains(&row), "{row}");
    }
}
