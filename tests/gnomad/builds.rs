//! Input of another build: what its header, its contigs and `--build` say of it.

use std::path::Path;

use crate::made::{gnomad, small};
use crate::real::data;
use crate::support::{Ran, annotate, bgzip, body, gunzip, run, vcf};

/// A VCF with such a meta line.
fn with(meta: &str, records: &[&str]) -> String {
    vcf(records).replace("#CHROM", &format!("{meta}\n#CHROM"))
}

/// A source of GRCh37 under the name of a release.
fn grch37(folder: &Path) -> String {
    let lines = ["1 100 A C PASS AC=1;AF=0.1;AN=10".to_owned()];
    let path = gnomad(folder, "gnomad.exomes.r2.1.1.sites.1.vcf.bgz", ("1", 249_250_621), &lines);
    path.to_str().unwrap().to_owned()
}

#[test]
fn words_of_the_header_that_name_another_build_are_refused() {
    let (folder, b38) = small();
    let b37 = grch37(folder.path());
    std::fs::rename(&b37, folder.path().join("b37.vcf.gz")).unwrap();
    let b37 = folder.path().join("b37.vcf.gz").to_str().unwrap().to_owned();
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    run(&["build", "-q", "--db", &b38, "-o", &store], "").ok();
    let query = |meta: &str| with(meta, &["chr1 100 A C"]);
    let output = folder.path().join("out.vcf");
    let refused = |ran: Ran, meta: &str, own: &str| {
        assert_eq!(ran.text(), "");
        let said = ran.fails(1);
        for expected in [&format!("by {meta} the input is of "), &format!(" is of {own};"), &format!("--build {own}")] {
            assert!(said.contains(expected.as_str()), "{expected}: {said}");
        }
        assert!(!output.exists());
    };
    let ask = |db: &str, meta: &str| annotate(&["--db", db, "-o", output.to_str().unwrap()], &query(meta));
    for word in ["GRCh37", "hg19", "b37", "file:///x/hs37d5.fa", "human_g1k_v37.fasta", "GCA_000001405.14", "NCBI36"] {
        let meta = format!("##reference={word}");
        for db in [&b38, &store] {
            refused(ask(db, &meta), &meta, "GRCh38");
            annotate(&["-q", "--db", db, "--build", "GRCh38"], &query(&meta)).ok();
        }
        if word != "NCBI36" {
            annotate(&["-q", "--db", &b37], &query(&meta)).ok();
        }
    }
    for word in ["GRCh38", "/x/hg38.fa", "GCA_000001405.15_GRCh38_no_alt.fna", "GCA_000001405.15", "hs38DH.fa", "hg18"]
    {
        let meta = format!("##reference={word}");
        refused(ask(&b37, &meta), &meta, "GRCh37");
    }
    for (meta, what) in [
        ("##contig=<ID=chr1,assembly=b37>", "##contig=<ID=chr1,assembly=b37>"),
        ("##contig=<ID=chr2,length=243199373>", "##contig=<ID=chr2,length=243199373>"),
        ("##contig=<ID=NC_000001.10>", "NC_000001.10"),
        ("##reference=hg38.fa\n##contig=<ID=1,length=249250621>", "##contig=<ID=1,length=249250621>"),
    ] {
        refused(ask(&b38, meta), what, "GRCh38");
        let query = query(meta);
        annotate(&["-q", "--db", &b38, "--build", "hg38"], &query).ok();
    }
    // What --build says must fit, for tables and words, too.
    for (db, build) in [(&b38, "GRCh37"), (&store, "GRCh37"), (&b37, "GRCh38")] {
        for input in [query("##x=y"), "chrom,pos,ref,alt\n1,100,A,C\n".to_owned()] {
            let said = annotate(&["--db", db, "--build", build], &input).fails(1);
            assert!(said.contains(&format!("--build says that the input is of {build}, ")), "{said}");
        }
        let said = run(&["lookup", "--db", db, "--build", build, "1-100-A-C"], "").fails(1);
        assert!(said.contains("the builds differ"), "{said}");
    }
    assert!(annotate(&["--db", &b38, "--build", "GRCh39"], &query("##x=y")).fails(2).contains("GRCh37, GRCh38"));
}

#[test]
fn a_mitochondrial_input_is_of_any_build() {
    let (_folder, db) = small();
    let found = |query: &str| {
        let ran = annotate(&["--db", &db, "--fields", "AC,status"], query);
        assert!(!ran.stderr.contains("unproven"), "{}", ran.stderr);
        let out = ran.ok();
        body(&out).map(|line| line.split('\t').nth(7).unwrap().to_owned()).collect::<Vec<_>>().join(" ")
    };
    for meta in [
        "##reference=GRCh37",
        "##contig=<ID=MT,length=16569,assembly=GRCh37>",
        "##reference=hs37d5.fa\n##contig=<ID=MT,length=16569,assembly=b37>",
    ] {
        assert_eq!(found(&with(meta, &["MT 7 A G"])), "gnomad_AC=1;gnomad_status=found", "{meta}");
    }
    // Once a nuclear record comes, what the header says counts.
    let said = annotate(&["--db", &db], &with("##reference=GRCh37", &["MT 7 A G", "chr1 100 A C"])).fails(1);
    assert!(said.contains("by ##reference=GRCh37 the input is of GRCh37"), "{said}");
    assert!(said.contains("<stdin>:5 chr1:100: the builds differ"), "{said}");
    // So does the contig's name.
    let said = annotate(&["--db", &db], &vcf(&["NC_012920.1 7 A G", "NC_000001.10 100 A C"])).fails(1);
    assert!(said.contains("NC_000001.10 is of GRCh37"), "{said}");
}

#[test]
fn a_source_without_lengths_has_a_build_by_its_release_or_its_header() {
    let folder = tempfile::tempdir().unwrap();
    let source = |name: &str, meta: &str| {
        let text = with(meta, &["1 100 A C AC=1"])
            .replace("#CHROM", "##INFO=<ID=AC,Number=A,Type=Integer,Description=\"\">\n#CHROM");
        bgzip(&folder.path().join(name), &text).to_str().unwrap().to_owned()
    };
    let named = source("named.vcf.gz", "##reference=GRCh37.p13");
    let released = source("gnomad.exomes.r2.1.1.sites.1.vcf.bgz", "##x=y");
    let unknown = source("unknown.vcf.gz", "##x=y");
    let store = folder.path().join("store").to_str().unwrap().to_owned();
    run(&["build", "-q", "--db", &named, "-o", &store], "").ok();
    for db in [&named, &released, &store] {
        let said = annotate(&["--db", db], &with("##reference=GRCh38", &["1 100 A C"])).fails(1);
        assert!(said.contains("is of GRCh37; use the gnomAD release"), "{said}");
        let said = annotate(&["--db", db], &vcf(&["NC_000001.11 100 A C"])).fails(1);
        assert!(said.contains("NC_000001.11 is of GRCh38, gnomAD's") && said.contains("1 is of GRCh37"), "{said}");
        annotate(&["-q", "--db", db], &with("##reference=hg19", &["NC_000001.10 100 A C"])).ok();
    }
    let ran = annotate(&["--db", &unknown], &with("##reference=GRCh38", &["1 100 A C"]));
    assert!(ran.stderr.contains("unproven that the input is of the same build as unknown.vcf.gz"), "{}", ran.stderr);
    ran.ok();
}

#[test]
fn clinvar_of_another_build_is_refused() {
    let Some(data) = data() else { return };
    let clinvar = gunzip(&data.parent().unwrap().join("clinvar/clinvar_20191007.slice.GRCh37.vcf.gz"));
    let path = |name: &str| data.join(name).to_str().unwrap().to_owned();
    let (folder, chr1) = (path("GRCh38"), path("GRCh38/gnomad.exomes.v4.0.sites.chr1.vcf.bgz"));
    let mut flags = vec!["--db", &folder, "--dataset", "exomes", "--release", "4.0", "--fields", "status"];
    let said = annotate(&flags, &clinvar).fails(1);
    assert!(said.contains("by ##reference=GRCh37 the input is of GRCh37, gnomAD exomes 4.0 is of GRCh38"), "{said}");
    let ran = annotate(&["--db", &chr1, "--fields", "status"], &clinvar);
    // Before anything is written.
    assert_eq!(ran.text(), "");
    ran.fails(1);
    flags.extend(["--build", "GRCh38"]);
    assert_eq!(annotate(&flags, &clinvar).ok().matches("gnomad_status=absent").count(), 71);
    let v2 = path("GRCh37/gnomad.exomes.r2.1.1.sites.1.vcf.bgz");
    let ran = annotate(&["--db", &v2, "--fields", "status"], &clinvar);
    // The slices share no variant; of the right build absent is an answer.
    assert!(!ran.stderr.contains("unproven"), "{}", ran.stderr);
    assert_eq!(ran.ok().matches("gnomad_status=absent").count(), 71);
    // A mitochondrial slice whose header says GRCh37 goes with files of GRCh38, as source and as input.
    let mitochondrion = gunzip(&data.join("GRCh38/gnomad.genomes.v3.1.sites.chrM.vcf.bgz"));
    assert!(mitochondrion.contains("assembly=GRCh37"));
    let out = annotate(
        &["-q", "--db", &folder, "--dataset", "genomes", "--release", "4.0", "--fields", "status"],
        &mitochondrion,
    );
    assert_eq!(out.ok().matches("gnomad_status=").count(), 4);
}
