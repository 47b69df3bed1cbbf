//! The store answers as the files do, byte for byte, and is whole or not there.

use std::path::Path;

use crate::made::{CHR1, gnomad, small};
use crate::real::{data, slices};
use crate::support::{annotate, body, gunzip, run, vcf};

/// Builds a store beside the source and returns its path.
fn build(source: &str, store: &Path, more: &[&str]) -> String {
    let store = store.to_str().unwrap().to_owned();
    run(&[&["build", "-q", "--db", source, "-o", &store], more].concat(), "").ok();
    store
}

/// The same questions to both, as VCF and as tables, must have the same answers.
fn assert_same(source: &str, store: &str, vcf: &str, more: &[&str]) {
    let ask = |db: &str, input: &str| {
        let ran = annotate(&[&["-q", "--db", db], more].concat(), input);
        assert_eq!(ran.status, Some(0), "{db} {more:?}: {}", ran.stderr);
        ran.ok()
    };
    let mut table = "chrom\tpos\tref\talt\n".to_owned();
    for line in body(vcf) {
        let cells: Vec<&str> = line.split('\t').collect();
        table.push_str(&format!("{}\t{}\t{}\t{}\n", cells[0], cells[1], cells[3], cells[4]));
    }
    for input in [vcf, &table] {
        let (expected, found) = (ask(source, input), ask(store, input));
        if let Some((expected, found)) = expected.lines().zip(found.lines()).find(|(a, b)| a != b) {
            panic!("{source} {more:?}\nexpected {expected}\n   found {found}");
        }
        assert_eq!(expected.len(), found.len());
    }
}

#[test]
fn every_value_of_every_release_comes_back_from_the_store() {
    let Some(data) = data() else { return };
    let folder = tempfile::tempdir().unwrap();
    for (at, slice) in slices(&data).iter().enumerate() {
        let source = slice.to_str().unwrap();
        let mut query = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n".to_owned();
        for line in body(&gunzip(slice)) {
            let cells: Vec<&str> = line.splitn(6, '\t').collect();
            let (chrom, pos, reference, alt) = (cells[0], cells[1], cells[3], cells[4]);
            query.push_str(&format!("{chrom}\t{pos}\t.\t{reference}\t{alt}\t.\t.\t.\n"));
            query.push_str(&format!("{chrom}\t{pos}\t.\t{reference}\t*,{alt},{reference}TG\t.\t.\tX=1\n"));
        }
        let whole = build(source, &folder.path().join(format!("{at}.all")), &["--fields", "all"]);
        assert_same(source, &whole, &query, &["--fields", "all"]);
        assert_same(source, &whole, &query, &[]);
        let usual = build(source, &folder.path().join(format!("{at}")), &[]);
        assert_same(source, &usual, &query, &[]);
        if !source.contains("chrM") {
            assert_same(
                source,
                &usual,
                &query,
                &["--fields", "AF_popmax,status,AN", "--max-af", "0.001", "--pass-only"],
            );
        }
    }
}

fn questions() -> String {
    vcf(&[
        "chr1 100 A C,G,T",
        "1 100 a g",
        "1 200 C CAT",
        "1 200 CG CATG X=1",
        "1 300 GTT G",
        "1 300 GTTT GT",
        "1 400 AC GT",
        "1 500 A *",
        "chrM 7 A G",
        "2 7 A G",
    ])
}

#[test]
fn answers_are_those_of_the_files() {
    let (folder, db) = small();
    let store = build(&db, &folder.path().join("store"), &["--fields", "all"]);
    for more in [
        &[][..],
        &["--fields", "all"],
        &["--fields", "status,AF,lcr,FILTER"],
        &["--pass-only", "--fields", "AF,status"],
        &["--max-af", "0.3", "--fields", "AC"],
        &["--found"],
        &["--absent"],
    ] {
        assert_same(&db, &store, &questions(), more);
    }
    let names = std::fs::read_dir(&store).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    assert_eq!(names, ["MT.vdxg", "chr1.vdxg"]);
}

/// Records enough for several blocks, with everything that is kept in its own way.
#[test]
fn blocks_follow_each_other() {
    let folder = tempfile::tempdir().unwrap();
    let mut lines = Vec::new();
    let mut asked = Vec::new();
    for at in 1..=9000u32 {
        let (ac, an) = (at * 7 % 1000, 1000 + at);
        let pos = 1000 + at / 3 * 2;
        let (reference, alt) = match at % 3 {
            0 => ("A".to_owned(), "C".to_owned()),
            1 => ("A".to_owned(), "A".repeat(at as usize % 300 + 2)),
            _ => ("AG".to_owned(), "A".to_owned()),
        };
        let af = f64::from(ac) / f64::from(an);
        let af = match at % 5 {
            0 => format!("{af}"),
            1 => "1e-5".to_owned(),
            2 => "-1.50".to_owned(),
            _ => format!("{af:.5}"),
        };
        let filter = ["PASS", "AC0;RF", ".", "RF"][at as usize % 4];
        let group = if at % 7 == 0 { "grpmax=afr;AF_grpmax=0.25".to_owned() } else { format!("grpmax=g{at};lcr") };
        lines.push(format!("chr1 {pos} {reference} {alt} {filter} AC={ac};AN={an};AF={af};{group}"));
        asked.push(format!("chr1 {pos} {reference} {alt},T"));
    }
    let path = gnomad(folder.path(), "any.vcf.bgz", CHR1, &lines);
    let source = path.to_str().unwrap();
    let store = build(source, &folder.path().join("store"), &["--fields", "all", "-@2"]);
    let asked: Vec<&str> = asked.iter().map(String::as_str).collect();
    for more in
        [&["--fields", "all"][..], &["--fields", "all", "--chunk-size", "100", "-@2"], &["--fields", "AF,status"]]
    {
        assert_same(source, &store, &vcf(&asked), more);
    }
}

#[test]
fn fields_that_were_not_built_are_named() {
    let (folder, db) = small();
    let store = build(&db, &folder.path().join("store"), &["--fields", "AC"]);
    assert_same(&db, &store, &questions(), &["--fields", "AC,FILTER,status"]);
    let said = annotate(&["--db", &store, "--fields", "AF"], &questions()).fails(2);
    assert!(said.contains("built without AF"), "{said}");
    let said = annotate(&["--db", &store, "--max-af", "0.1"], &questions()).fails(2);
    assert!(said.contains("built without AF"), "{said}");
    assert!(annotate(&["--db", &store], &questions()).ok().contains("gnomad_AC="));
    let more = build(&db, &folder.path().join("more"), &["--fields", "default,lcr"]);
    assert_same(&db, &more, &questions(), &["--fields", "default,lcr,status"]);
    let said = annotate(&["--db", &store, "--release", "4.1"], &questions()).fails(2);
    assert!(said.contains("a store has one of each"), "{said}");
}

#[test]
fn contigs_can_be_built_by_themselves_and_runs_taken_up_again() {
    let (folder, db) = small();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    build(&db, &whole, &[]);
    build(&db, &parts, &["--contig", "MT"]);
    build(&db, &parts, &["--contig", "1"]);
    for name in ["chr1.vdxg", "MT.vdxg"] {
        assert_eq!(std::fs::read(whole.join(name)).unwrap(), std::fs::read(parts.join(name)).unwrap(), "{name}");
    }
    // What an earlier run left is kept, and the store gets its name at the end.
    let again = folder.path().join("again.partial");
    std::fs::create_dir(&again).unwrap();
    std::fs::copy(whole.join("MT.vdxg"), again.join("MT.vdxg")).unwrap();
    let said = annotate(&["--db", again.to_str().unwrap()], &questions()).fails(1);
    assert!(said.contains("not whole yet"), "{said}");
    let ran = run(&["build", "--db", &db, "-o", folder.path().join("again").to_str().unwrap()], "");
    assert!(ran.stderr.contains("contigs_kept=1"), "{}", ran.stderr);
    assert!(!again.exists() && folder.path().join("again/chr1.vdxg").exists());
    // Other fields are another store.
    let whole = whole.to_str().unwrap();
    let said = run(&["build", "--db", &db, "-o", whole, "--fields", "AC"], "").fails(1);
    assert!(said.contains("other fields"), "{said}");
    let said = run(&["build", "--db", whole, "-o", "x"], "").fails(2);
    assert!(said.contains("a store already"), "{said}");
    let said = run(&["build", "--db", &db, "-o", "x", "--contig", "9"], "").fails(2);
    assert!(said.contains("no file has this contig"), "{said}");
}

#[test]
fn nothing_is_left_of_a_build_that_fails() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["chr1 100 A C PASS AC=1".to_owned(), "chr2 100 A C PASS AC=1".to_owned()];
    gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr1.vcf.bgz", CHR1, &lines);
    let store = folder.path().join("store");
    let said = run(&["build", "--db", folder.path().to_str().unwrap(), "-o", store.to_str().unwrap()], "").fails(1);
    assert!(said.contains("one contig by the file's name"), "{said}");
    assert!(!store.exists());
    assert_eq!(std::fs::read_dir(folder.path().join("store.partial")).unwrap().count(), 0);
}

#[test]
fn damage_is_found_and_never_answered_from() {
    let (folder, db) = small();
    let store = build(&db, &folder.path().join("store"), &["--fields", "all"]);
    let file = Path::new(&store).join("chr1.vdxg");
    let good = std::fs::read(&file).unwrap();
    let expected = annotate(&["-q", "--db", &store, "--fields", "all"], &questions()).ok();
    for at in (0..good.len()).step_by(7) {
        let mut bad = good.clone();
        bad[at] ^= 0x10;
        std::fs::write(&file, bad).unwrap();
        let ran = annotate(&["-q", "--db", &store, "--fields", "all"], &questions());
        assert!(
            ran.status == Some(1) || ran.stdout == expected.as_bytes(),
            "byte {at}: {:?} {}",
            ran.status,
            ran.stderr
        );
    }
    for end in (0..good.len()).step_by(97) {
        std::fs::write(&file, &good[..end]).unwrap();
        let said = annotate(&["-q", "--db", &store, "--fields", "all"], &questions()).fails(1);
        assert!(said.contains("chr1.vdxg"), "{said}");
    }
    let mut newer = good;
    newer[8] = 9;
    std::fs::write(&file, newer).unwrap();
    assert!(annotate(&["--db", &store], &questions()).fails(1).contains("found version 9"));
}

#[test]
fn words_are_looked_up_in_files_and_stores() {
    let (folder, db) = small();
    let store = build(&db, &folder.path().join("store"), &[]);
    let expected = "variant\tchrom\tpos\tref\talt\tgnomad_af\tgnomad_filters\tgnomad_status\n\
                    1-100-A-C\t1\t100\tA\tC\t1.00000e-05\tPASS\tfound\n\
                    chr1:300:GTTT:GT\tchr1\t300\tGTTT\tGT\t0.2\tRF\tfiltered\n\
                    MT-7-A-G\tMT\t7\tA\tG\t0.1\tPASS\tfound\n\
                    chr1-100-A-T\tchr1\t100\tA\tT\t\t\tabsent\n";
    for db in [&db, &store] {
        let flags = ["lookup", "-q", "--db", db, "--fields", "AF,FILTER,status"];
        let words = ["1-100-A-C", "chr1:300:GTTT:GT", "MT-7-A-G", "chr1-100-A-T"];
        assert_eq!(run(&[&flags[..], &words].concat(), "").ok(), expected);
        assert_eq!(run(&flags, &(words.join("\n") + "\n")).ok(), expected);
        let usual = run(&["lookup", "-q", "--db", db, "1-100-A-C"], "").ok();
        assert!(usual.lines().next().unwrap().ends_with("gnomad_af_grpmax\tgnomad_filters\tgnomad_status"), "{usual}");
        assert!(run(&[&flags[..], &["rs11591147"]].concat(), "").fails(2).contains("built with --rsid"));
        assert!(
            run(&flags, "1-100-A-C\n1-100-A\n")
                .fails(1)
                .contains("1 words were not read (status unreadable): '1-100-A': expected a variant")
        );
    }
}

#[test]
fn a_source_says_what_it_holds() {
    let (folder, db) = small();
    let store = build(&db, &folder.path().join("store"), &["--fields", "AF,AC"]);
    let json = |db: &str| -> serde_json::Value {
        serde_json::from_str(&run(&["info", "--db", db, "--format", "json"], "").ok()).unwrap()
    };
    let (files, store_facts) = (json(&db), json(&store));
    for facts in [&files, &store_facts] {
        assert_eq!(facts["title"], "exomes 4.1");
        assert_eq!(facts["build"], "GRCh38");
        assert_eq!(facts["files"][0]["contigs"][0], "chr1");
    }
    assert_eq!((&files["kind"], &store_facts["kind"]), (&"files".into(), &"store".into()));
    assert_eq!(store_facts["fields"], serde_json::json!(["AC", "AF", "FILTER"]));
    assert_eq!((&files["records"], &store_facts["records"]), (&serde_json::Value::Null, &6.into()));
    assert_eq!(files["files"][0]["index"], "missing");
    assert_eq!(store_facts["files"][1]["source"], "gnomad.genomes.v3.1.sites.chrM.vcf.bgz");
    run(&["lookup", "-q", "--db", &db, "1-100-A-C"], "").ok();
    assert_eq!(json(&db)["files"][0]["index"], "gnomad.exomes.v4.1.sites.chr1.vcf.bgz.tbi");
    let text = run(&["info", "--db", &store], "").ok();
    assert!(text.contains("title\texomes 4.1\n") && text.contains("fields\tAC AF FILTER\n"), "{text}");
}

#[test]
fn a_contig_of_a_file_with_several_is_read_by_the_index() {
    let folder = tempfile::tempdir().unwrap();
    let line = |contig: &str, at: u32| format!("{contig} {} A C PASS AC={at};AN=5000;AF=0.1", 100 + at);
    let mut lines: Vec<String> =
        ["chr1", "chr2", "chr3"].iter().flat_map(|contig| (0..5000u32).map(move |at| line(contig, at))).collect();
    let path = gnomad(folder.path(), "any.vcf.bgz", CHR1, &lines);
    let source = path.to_str().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    build(source, &whole, &["--memory", "64M", "-@1"]);
    for contig in ["chr2", "chr1", "chr3"] {
        build(source, &parts, &["--contig", contig, "-@3"]);
        let file = format!("{contig}.vdxg");
        assert_eq!(std::fs::read(whole.join(&file)).unwrap(), std::fs::read(parts.join(&file)).unwrap(), "{contig}");
    }
    // Some of the contigs are there already.
    std::fs::remove_file(parts.join("chr2.vdxg")).unwrap();
    let ran = run(&["build", "--db", source, "-o", parts.to_str().unwrap(), "--chunk-size", "7"], "");
    assert!(ran.stderr.contains("contigs_kept=2"), "{}", ran.stderr);
    assert_eq!(std::fs::read(whole.join("chr2.vdxg")).unwrap(), std::fs::read(parts.join("chr2.vdxg")).unwrap());
    // An unsorted record is named wherever a chunk ends.
    lines.truncate(3000);
    lines.push("chr1 50 A C PASS AC=1".to_owned());
    gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr1.vcf.bgz", CHR1, &lines);
    let broken = folder.path().join("broken");
    for size in ["1", "100000"] {
        let args =
            ["build", "--db", folder.path().to_str().unwrap(), "-o", broken.to_str().unwrap(), "--chunk-size", size];
        let said = run(&args, "").fails(1);
        assert!(said.contains("chr1:50") && said.contains("found this one behind chr1:3099; sort the file"), "{said}");
    }
}
