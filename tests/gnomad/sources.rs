//! Several sources at once, and what a run says of each.

use std::path::Path;

use crate::made::{CHR1, gnomad, small};
use crate::support::{annotate, body, run, vcf};

/// A folder with exomes and genomes of one release.
fn both() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let exomes = ["chr1 100 A C PASS AC=1;AF=0.001;AN=10", "chr1 200 A C RF AC=2;AF=0.2;AN=10"].map(str::to_owned);
    gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr1.vcf.bgz", CHR1, &exomes);
    let genomes = ["chr1 100 A C PASS AC=7;AF=0.7;AN=10", "chr1 300 A C PASS AC=3;AF=0.003;AN=10"].map(str::to_owned);
    gnomad(folder.path(), "gnomad.genomes.v4.1.sites.chr1.vcf.bgz", CHR1, &genomes);
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

fn file(folder: &str, kind: &str) -> String {
    format!("{folder}/gnomad.{kind}.v4.1.sites.chr1.vcf.bgz")
}

const QUERY: [&str; 5] = ["chr1 100 A C,G X=1", "chr1 200 A C", "chr1 300 A C", "chr1 400 A C", "chr2 1 A *,C"];

fn infos(text: &str) -> Vec<&str> {
    body(text).map(|line| line.split('\t').nth(7).unwrap()).collect()
}

#[test]
fn sources_answer_side_by_side() {
    let (folder, db) = both();
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    run(&["build", "-q", "--db", &file(&db, "genomes"), "-o", store], "").ok();
    let expected = [
        "X=1;gnomad_exomes_AC=1,.;gnomad_exomes_status=found,absent;gnomad_genomes_AC=7,.;gnomad_genomes_status=found,absent",
        "gnomad_exomes_AC=2;gnomad_exomes_status=filtered;gnomad_genomes_status=absent",
        "gnomad_exomes_status=absent;gnomad_genomes_AC=3;gnomad_genomes_status=found",
        "gnomad_exomes_status=absent;gnomad_genomes_status=absent",
        "gnomad_exomes_status=not_represented,not_covered;gnomad_genomes_status=not_represented,not_covered",
    ];
    // The name chooses the data set of a folder; a file or a store can be named, too.
    for (exomes, genomes) in [(&db[..], &db[..]), (&file(&db, "exomes")[..], store), (&db[..], store)] {
        let (exomes, genomes) = (format!("exomes={exomes}"), format!("genomes={genomes}"));
        let dbs = ["--db", &exomes, "--db", &genomes];
        let out = annotate(&[&dbs[..], &["--fields", "AC,status"]].concat(), &vcf(&QUERY)).ok();
        assert_eq!(infos(&out), expected);
        assert!(out.contains("##vdx_gnomadSource=<ID=gnomad_exomes_,Source=\"gnomAD exomes 4.1\""), "{out}");
        assert!(out.contains("##vdx_gnomadSource=<ID=gnomad_genomes_,Source=\"gnomAD genomes 4.1\""), "{out}");
        // What is ours is replaced.
        assert_eq!(annotate(&[&dbs[..], &["--fields", "AC,status"]].concat(), &out).ok(), out);
        // As one after the other in a pipe.
        let first = annotate(&["--db", &exomes, "--fields", "AC,status"], &vcf(&QUERY)).ok();
        let second = annotate(&["--db", &genomes, "--fields", "AC,status"], &first).ok();
        assert_eq!(infos(&second), expected);
        let kept = |flags: &[&str]| {
            let out = annotate(&[&dbs[..], &["--fields", "AC"], flags].concat(), &vcf(&QUERY)).ok();
            body(&out).map(|line| line.split('\t').nth(1).unwrap()).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(kept(&["--found"]), "100 200 300");
        assert_eq!(kept(&["--found", "--pass-only"]), "100 300");
        assert_eq!(kept(&["--absent"]), "400 1");
        assert_eq!(kept(&["--max-af", "0.01", "--found"]), "100 300");
        let table = "chrom,pos,ref,alt\n1,100,A,C\n1,200,A,C\n";
        let out = annotate(&[&dbs[..], &["--fields", "AF,AC"]].concat(), table).ok();
        assert_eq!(
            out,
            "chrom,pos,ref,alt,gnomad_exomes_af,gnomad_exomes_ac,gnomad_genomes_af,gnomad_genomes_ac\n\
             1,100,A,C,0.001,1,0.7,7\n1,200,A,C,0.2,2,,\n"
        );
        let row = run(&[&["lookup", "-q"], &dbs[..], &["--fields", "AC", "1-300-A-C"]].concat(), "").ok();
        assert_eq!(
            row,
            "variant\tchrom\tpos\tref\talt\tgnomad_exomes_ac\tgnomad_genomes_ac\n1-300-A-C\t1\t300\tA\tC\t\t3\n"
        );
    }
}

#[test]
fn sources_that_clash_are_refused() {
    let (_folder, db) = both();
    let (exomes, genomes) = (file(&db, "exomes"), file(&db, "genomes"));
    for dbs in [[exomes.clone(), genomes.clone()], [format!("a={exomes}"), format!("a={genomes}")]] {
        let said = annotate(&["--db", &dbs[0], "--db", &dbs[1]], &vcf(&QUERY)).fails(2);
        assert!(said.contains("would both write gnomad_") && said.contains("--db exomes="), "{said}");
    }
    // A folder with several data sets needs a choice still.
    let said = annotate(&["--db", &format!("mine={db}")], &vcf(&QUERY)).fails(1);
    assert!(said.contains("choose with --dataset"), "{said}");
    // Each source is checked for its build.
    let other = [format!("exomes={exomes}"), format!("genomes={genomes}")];
    let query = vcf(&QUERY).replace("#CHROM", "##contig=<ID=chr1,length=249250621>\n#CHROM");
    assert!(annotate(&["--db", &other[0], "--db", &other[1]], &query).fails(1).contains("the builds differ"));
}

fn stats(folder: &Path, arguments: &[&str], query: &str) -> (serde_json::Value, String) {
    let path = folder.join("stats.json");
    let ran = annotate(&[arguments, &["--stats", path.to_str().unwrap()]].concat(), query);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    (serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap(), ran.stderr)
}

#[test]
fn statistics_tell_what_was_found_by_source_and_contig() {
    let (folder, db) = both();
    let dbs = [format!("exomes={db}"), format!("genomes={db}")];
    let (stats, said) =
        stats(folder.path(), &["--db", &dbs[0], "--db", &dbs[1], "-@2", "--chunk-size", "2"], &vcf(&QUERY));
    let sources = &stats["details"]["sources"];
    let counts = |found: u64, filtered: u64, absent: u64, not_represented: u64, not_covered: u64| {
        serde_json::json!({
            "found": found, "filtered": filtered, "absent": absent,
            "not_represented": not_represented, "not_covered": not_covered,
        })
    };
    assert_eq!(sources[0]["name"], "exomes");
    assert_eq!(sources[0]["title"], "exomes 4.1");
    assert_eq!(sources[0]["contigs"]["chr1"], counts(1, 1, 3, 0, 0));
    assert_eq!(sources[1]["contigs"]["chr1"], counts(2, 0, 3, 0, 0));
    assert_eq!(sources[1]["contigs"]["chr2"], counts(0, 0, 0, 1, 1));
    assert_eq!(sources[1]["not_covered_records"]["chr2"], 1);
    assert_eq!(stats["reasons"]["exomes_filtered"], 1);
    assert_eq!(stats["contigs"], serde_json::json!({"chr1": 4, "chr2": 1}));
    assert!(said.contains("exomes_found=1 exomes_filtered=1 exomes_absent=3"), "{said}");
}

#[test]
fn a_build_that_nothing_proves_is_told() {
    let (folder, db) = small();
    let check_with = |flags: &[&str], query: &str| {
        let (stats, said) = stats(folder.path(), &[&["--db", &db], flags].concat(), query);
        (stats["details"]["sources"][0]["build_check"].as_str().unwrap().to_owned(), said.contains("unproven"))
    };
    let check = |query: &str| check_with(&[], query);
    let few = vcf(&["chr1 100 A C", "chr1 200 T CAT"]);
    assert_eq!(check(&few), ("unproven".into(), true));
    assert_eq!(check_with(&["--build", "GRCh38"], &few), ("flag".into(), false));
    let said = annotate(&["--db", &db], &few).stderr;
    assert!(
        said.contains("warning: it is unproven that the input is of GRCh38, as gnomAD exomes 4.1 is (see --build)\n"),
        "{said}"
    );
    assert_eq!(check(&vcf(&["chr1 77 A C"])), ("unproven".into(), true));
    let header = "##contig=<ID=1,length=248956422>\n#CHROM";
    assert_eq!(check(&few.replace("#CHROM", header)), ("contigs".into(), false));
    assert_eq!(check(&vcf(&["NC_000001.11 100 A C"])), ("contigs".into(), false));
    assert_eq!(
        check(&few.replace("#CHROM", "##reference=/x/Homo_sapiens_assembly38.fasta\n#CHROM")),
        ("header".into(), false)
    );
    // The same position again and again is one.
    let same: Vec<&str> = std::iter::repeat_n("chr1 100 A C", 120).collect();
    assert_eq!(check(&vcf(&same)), ("unproven".into(), true));
    let lines: Vec<String> = (1..=120).map(|at| format!("chr1 {} A C PASS AC=1;AF=0.1;AN=10", at * 10)).collect();
    let many: Vec<String> =
        lines.iter().map(|line| line.splitn(5, ' ').take(4).collect::<Vec<_>>().join(" ")).collect();
    let many = vcf(&many.iter().map(String::as_str).collect::<Vec<_>>());
    let wide = gnomad(folder.path(), "gnomad.genomes.v4.1.sites.chr1.vcf.bgz", CHR1, &lines);
    let (proven, said) = stats(folder.path(), &["--db", wide.to_str().unwrap()], &many);
    let source = &proven["details"]["sources"][0];
    assert_eq!((&source["build_check"], &source["ref_compared"]), (&"ref_letters".into(), &120.into()), "{said}");
    std::fs::remove_file(wide).unwrap();
    // The mitochondrion proves nothing, and needs no proof: it is the same in both builds.
    let mitochondrial = vcf(&["chrM 7 A G"]);
    assert_eq!(check(&mitochondrial), ("unproven".into(), false));
}

#[test]
fn small_input_is_looked_up_by_one_thread_and_workers_are_counted() {
    let (folder, db) = both();
    let exomes = format!("exomes={db}");
    let (one, said) = stats(folder.path(), &["--db", &exomes, "-@4", "-v"], &vcf(&QUERY));
    assert_eq!((&one["workers"], &one["chunks"]), (&1.into(), &1.into()));
    assert!(said.contains("mode=sequential") && said.contains("one thread looks them up"), "{said}");
    assert!(said.contains("gnomAD exomes 4.1: 5 ALTs were "), "{said}");
    let source = &one["details"]["sources"][0];
    assert!(source["jumps"].as_u64() >= Some(1) && source["blocks_inflated"].as_u64() >= Some(1), "{source}");
    let many: Vec<String> = (0..5000).map(|at| format!("chr1 {} A C", 100 + at)).collect();
    let many = vcf(&many.iter().map(String::as_str).collect::<Vec<_>>());
    for (flags, query, records) in [(&["-@2", "--chunk-size", "2"][..], vcf(&QUERY), 5), (&["-@2"], many, 5000)] {
        let (two, said) = stats(folder.path(), &[&["--db", &exomes], flags].concat(), &query);
        assert_eq!(two["workers"], 2);
        assert!(said.contains("mode=parallel"), "{said}");
        let workers = two["details"]["workers"].as_array().unwrap();
        let sum = |key: &str| workers.iter().map(|worker| worker[key].as_u64().unwrap()).sum::<u64>();
        assert_eq!((sum("records"), sum("chunks")), (records, two["chunks"].as_u64().unwrap()));
        assert!(workers.iter().all(|worker| worker["busy_seconds"].as_f64().unwrap() > 0.0), "{workers:?}");
    }
}

#[test]
fn a_store_of_another_build_is_refused() {
    let (folder, db) = both();
    let store = folder.path().join("store");
    let store = store.to_str().unwrap();
    run(&["build", "-q", "--db", &file(&db, "exomes"), "-o", store], "").ok();
    let query = vcf(&QUERY).replace("#CHROM", "##contig=<ID=chr1,length=249250621>\n#CHROM");
    let said = annotate(&["--db", store], &query).fails(1);
    let expected = "by ##contig=<ID=chr1,length=249250621> the input is of GRCh37, gnomAD exomes 4.1 is of GRCh38; use the gnomAD release";
    assert!(said.contains(expected), "{said}");
}
