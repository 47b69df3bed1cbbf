//! Allele numbers of all sites: absent where gnomAD would have seen it, or not covered.

use std::path::Path;

use crate::made::small;
use crate::support::{annotate, bgzip, body, run, vcf};

const TABLE: &str = "locus\tAN\toutside_broad_capture_region\n\
    chr1:99\t90000\tfalse\nchr1:100\t100000\tfalse\nchr1:150\t0\tfalse\nchr1:200\t80\ttrue\nchr1:201\t80\ttrue\n\
    chr2:7\t5\tfalse\n";

fn table(folder: &Path, text: &str) -> String {
    bgzip(&folder.join("gnomad.exomes.v4.1.allele_number_all_sites.tsv.bgz"), text).to_str().unwrap().to_owned()
}

fn build(db: &str, folder: &Path, name: &str, more: &[&str]) -> String {
    let store = folder.join(name).to_str().unwrap().to_owned();
    run(&[&["build", "-q", "--db", db, "-o", &store, "--fields", "AF,AC,AN,grpmax"], more].concat(), "").ok();
    store
}

#[test]
fn absent_and_not_covered_are_told_apart() {
    let (folder, db) = small();
    let sites = table(folder.path(), TABLE);
    let old = std::time::SystemTime::UNIX_EPOCH + std::time::Duration::from_secs(1_700_000_000);
    let age = |path: &str| std::fs::File::options().append(true).open(path).unwrap().set_modified(old).unwrap();
    age(&sites);
    let store = build(&db, folder.path(), "store", &["--an-sites", &sites]);
    let query = vcf(&[
        "chr1 100 A C,T,*,GG",
        "chr1 99 A C",
        "chr1 98 A C",
        "chr1 150 A C",
        "chr1 201 GAA G",
        "chr1 202 A C",
        "chr1 300 GTT G,GT",
        "chrM 9 A G",
        "chr2 7 A C",
    ]);
    let infos = |flags: &[&str]| -> Vec<String> {
        let arguments = [&["-q", "--db", &store, "--fields", "AN,AC,AF,grpmax,status"], flags].concat();
        let out = annotate(&arguments, &query).ok();
        body(&out).map(|line| line.split('\t').nth(7).unwrap().replace("gnomad_", "")).collect()
    };
    let expected = [
        "AN=100000,100000,.,.;AC=1,0,.,.;AF=1.00000e-05,0,.,.;grpmax=afr,.,.,.;status=found,absent,not_represented,not_represented",
        "AN=90000;AC=0;AF=0;status=absent",
        "status=not_covered",
        "status=not_covered",
        "AN=80;AC=0;AF=0;status=absent",
        "status=not_covered",
        "AN=10,.;AC=2,.;AF=0.2,.;status=filtered,not_covered",
        "status=absent",
        "status=not_covered",
    ];
    assert_eq!(infos(&[]), expected);
    assert_eq!(infos(&["-@2", "--chunk-size", "2"]), expected);
    assert_eq!(infos(&["--found"]), [expected[0], expected[6]]);
    assert_eq!(infos(&["--absent"]).len(), 7);
    assert_eq!(infos(&["--max-af", "0", "--found"]), [expected[0], expected[6]]);
    // Sites of another table are not mixed in.
    let other = table(folder.path(), &TABLE.replace("90000", "90002"));
    let fields = ["--fields", "AF,AC,AN,grpmax", "--an-sites", &other];
    let ran = run(&[&["build", "-q", "--db", &db, "-o", &store], &fields[..]].concat(), "");
    let said = ran.fails(1);
    assert!(said.contains("chr1.an: expected it to be made from") && said.contains("delete it"), "{said}");
    let sites = table(folder.path(), TABLE);
    age(&sites);
    // Without the table absent is all that can be said.
    let plain = build(&db, folder.path(), "plain", &[]);
    let out = annotate(&["-q", "--db", &plain, "--fields", "AN,status"], &vcf(&["chr1 98 A C"])).ok();
    assert!(out.ends_with("gnomad_status=absent\n"), "{out}");
    // It can be folded in later, and by contig.
    let again = build(&db, folder.path(), "plain", &["--an-sites", &sites]);
    let parts = build(&db, folder.path(), "parts", &["--an-sites", &sites, "--contig", "chr1"]);
    let read = |store: &str| std::fs::read(Path::new(store).join("chr1.an")).unwrap();
    assert_eq!(read(&again), read(&store));
    assert_eq!(read(&parts), read(&store));
    let ran = run(&["build", "--db", &db, "-o", &store, "--fields", "AF,AC,AN,grpmax", "--an-sites", &sites], "");
    assert!(ran.stderr.contains("an_sites_skipped=1 an_sites_contigs_kept=1"), "{}", ran.stderr);
    let info = run(&["info", "--db", &store], "").ok();
    assert!(info.contains("AN of all sites: gnomad.exomes.v4.1.allele_number_all_sites.tsv.bgz"), "{info}");
}

#[test]
fn tables_that_cannot_be_used_say_why() {
    let (folder, db) = small();
    let fails = |text: &str| {
        let sites = table(folder.path(), text);
        let target = tempfile::tempdir().unwrap();
        let store = target.path().join("store");
        let said = run(&["build", "-q", "--db", &db, "-o", store.to_str().unwrap(), "--an-sites", &sites], "").fails(1);
        assert!(!store.exists());
        said
    };
    let said = fails("locus\tcount\nchr1:5\t7\n");
    assert!(said.contains(".tsv.bgz:1: expected gnomAD's all-sites table") && said.contains("found no AN"), "{said}");
    assert!(fails("locus\tAN\nchr1:5\t7\nchr1:4\t7\n").contains(".tsv.bgz:3: expected sites in order"));
    assert!(fails("locus\tAN\nchr1:5\t7\nchr2:4\t7\nchr1:6\t7\n").contains("expected all sites of chr1 together"));
    assert!(fails("locus\tAN\nchr1:249000000\t7\n").contains("of another build"));
    assert!(fails("locus\tAN\nchr1:5\tx\n").contains(".tsv.bgz:2: expected a whole number in column AN"));
    // Cut mid-download.
    let sites = table(folder.path(), TABLE);
    let bytes = std::fs::read(&sites).unwrap();
    std::fs::write(&sites, &bytes[..bytes.len() - 28]).unwrap();
    let store = folder.path().join("cut").to_str().unwrap().to_owned();
    let said = run(&["build", "-q", "--db", &db, "-o", &store, "--an-sites", &sites], "").fails(1);
    assert!(said.contains("truncated") || said.contains("cut"), "{said}");
    let genomes = folder.path().join("gnomad.genomes.v4.1.allele_number_all_sites.tsv.bgz");
    std::fs::rename(&sites, &genomes).unwrap();
    let said = run(&["build", "-q", "--db", &db, "-o", &store, "--an-sites", genomes.to_str().unwrap()], "").fails(1);
    assert!(said.contains("expected the table of gnomAD's exomes") && said.contains("found that of genomes"), "{said}");
}

#[test]
fn damaged_sites_are_found() {
    let (folder, db) = small();
    let store = build(&db, folder.path(), "store", &["--an-sites", &table(folder.path(), TABLE)]);
    let path = Path::new(&store).join("chr1.an");
    let good = std::fs::read(&path).unwrap();
    let ask = || annotate(&["-q", "--db", &store, "--fields", "AN,status"], &vcf(&["chr1 100 A T"]));
    for at in (0..good.len()).step_by(3) {
        let mut bad = good.clone();
        bad[at] ^= 0x20;
        std::fs::write(&path, bad).unwrap();
        assert!(ask().fails(1).contains("chr1.an"), "byte {at}");
    }
    std::fs::write(&path, &good[..good.len() - 7]).unwrap();
    assert!(ask().fails(1).contains("damaged store"));
    let mut newer = good;
    newer[8] = 9;
    std::fs::write(&path, newer).unwrap();
    assert!(ask().fails(1).contains("found version 9"));
}
