//! Files made here: what the answers mean, and what is refused.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use crate::support::{annotate, bgzip, body, vcf};

const HEADER: &str = "##fileformat=VCFv4.2\n\
    ##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Count\">\n\
    ##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Number\">\n\
    ##INFO=<ID=AF,Number=A,Type=Float,Description=\"Frequency\">\n\
    ##INFO=<ID=lcr,Number=0,Type=Flag,Description=\"Low \\\"complexity\\\"\">\n\
    ##INFO=<ID=grpmax,Number=A,Type=String,Description=\"Group\">\n\
    ##INFO=<ID=AF_grpmax,Number=A,Type=Float,Description=\"Frequency there\">\n";

/// Makes a gnomAD file of lines `CHROM POS REF ALT FILTER INFO`, separated by spaces.
pub fn gnomad(folder: &Path, name: &str, contig: (&str, u32), lines: &[String]) -> PathBuf {
    let mut text = format!(
        "{HEADER}##contig=<ID={},length={}>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
        contig.0, contig.1
    );
    for line in lines {
        let fields: Vec<&str> = line.split(' ').collect();
        let [chrom, pos, reference, alt, filter, info] = fields[..] else { panic!("{line}") };
        text.push_str(&format!("{chrom}\t{pos}\t.\t{reference}\t{alt}\t.\t{filter}\t{info}\n"));
    }
    bgzip(&folder.join(name), &text)
}

pub const CHR1: (&str, u32) = ("chr1", 248_956_422);

/// A folder with one chromosome of v4.1 exomes and the mitochondrion of v3.1.
pub fn small() -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        "chr1 100 A C PASS AC=1;AF=1.00000e-05;AN=100000;grpmax=afr;AF_grpmax=0.5",
        "chr1 100 A G AC0;AS_VQSR AC=0;AN=0",
        "chr1 200 C CAT PASS AC=5;AF=0.5;AN=10;lcr",
        "chr1 300 GTT G RF AC=2;AF=0.2;AN=10",
        "chr1 400 AC GT PASS AC=3;AF=0.3;AN=10",
    ]
    .map(str::to_owned);
    gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr1.vcf.bgz", CHR1, &lines);
    let lines = ["MT 7 A G PASS AC=1;AF=0.1;AN=10".to_owned()];
    gnomad(folder.path(), "gnomad.genomes.v3.1.sites.chrM.vcf.bgz", ("MT", 16_569), &lines);
    let path = folder.path().to_str().unwrap().to_owned();
    (folder, path)
}

fn infos(text: &str) -> Vec<&str> {
    body(text).map(|line| line.split('\t').nth(7).unwrap()).collect()
}

fn positions(text: &str) -> Vec<&str> {
    body(text).map(|line| line.split('\t').nth(1).unwrap()).collect()
}

#[test]
fn every_status_has_its_meaning() {
    let (_folder, db) = small();
    let query = vcf(&[
        "chr1 100 A C",
        "1 100 A G,T",
        "CHR1 100 a c,*,<DEL>,N",
        "chr1 199 tcg tCATg",
        "chr1 300 GTT G",
        "chr1 400 AC GT,GA,AG",
        "chr1 401 AC GT",
        "chrM 7 A G",
        "NC_012920.1 7 A G",
        "chr2 7 A G",
        "chr1 100 A .",
    ]);
    let ran = annotate(&["--db", &db, "--fields", "AC,FILTER,lcr,status"], &query);
    assert!(ran.stderr.contains("chr2 (1)"), "{}", ran.stderr);
    let out = ran.ok();
    assert_eq!(
        infos(&out),
        [
            "gnomad_AC=1;gnomad_FILTER=PASS;gnomad_lcr=0;gnomad_status=found",
            "gnomad_AC=0,.;gnomad_FILTER=AC0|AS_VQSR,.;gnomad_lcr=0,.;gnomad_status=filtered,absent",
            "gnomad_AC=1,.,.,.;gnomad_FILTER=PASS,.,.,.;gnomad_lcr=0,.,.,.;gnomad_status=found,not_represented,not_represented,not_represented",
            "gnomad_AC=5;gnomad_FILTER=PASS;gnomad_lcr=1;gnomad_status=found",
            "gnomad_AC=2;gnomad_FILTER=RF;gnomad_lcr=0;gnomad_status=filtered",
            "gnomad_AC=3,.,.;gnomad_FILTER=PASS,.,.;gnomad_lcr=0,.,.;gnomad_status=found,not_represented,absent",
            "gnomad_status=not_represented",
            "gnomad_AC=1;gnomad_FILTER=PASS;gnomad_lcr=0;gnomad_status=found",
            "gnomad_AC=1;gnomad_FILTER=PASS;gnomad_lcr=0;gnomad_status=found",
            "gnomad_status=not_covered",
            "."
        ]
    );
    assert!(
        out.contains("##INFO=<ID=gnomad_AC,Number=A,Type=Integer,Description=\"gnomAD exomes 4.1, AC: Count\">\n"),
        "{out}"
    );
    assert!(out.contains("##vdx_gnomadSource=<ID=gnomad_,Source=\"gnomAD exomes 4.1\",Build=GRCh38>\n"), "{out}");
}

#[test]
fn what_is_ours_is_replaced_and_what_is_not_stays() {
    let (_folder, db) = small();
    let query = vcf(&[
        "chr1 100 A C X=1;gnomad_AC=77;Y",
        "chr1 101 A C gnomad_AC=77",
        "chr1 102 A C gnomad_AC2=7;",
        "chr1 200 C CAT Z;",
    ]);
    let query = query.replace("#CHROM", "##INFO=<ID=gnomad_AC,Number=1,Type=String,Description=\"old\">\n#CHROM");
    let out = annotate(&["--db", &db, "--fields", "AC"], &query).ok();
    assert_eq!(infos(&out), ["X=1;Y;gnomad_AC=1", ".", "gnomad_AC2=7;", "Z;gnomad_AC=5"]);
    assert_eq!(out.matches("ID=gnomad_AC,").count(), 1);
    // Twice is once.
    assert_eq!(annotate(&["--db", &db, "--fields", "AC"], &out).ok(), out);
    let named = annotate(&["--db", &format!("ex={db}"), "--fields", "AC", "--prefix", "g_"], &vcf(&["1 100 A C"])).ok();
    assert_eq!(infos(&named), ["g_ex_AC=1"]);
}

#[test]
fn records_are_selected_as_a_whole() {
    let (_folder, db) = small();
    let query = vcf(&[
        "chr1 100 A G",
        "chr1 100 A C,T",
        "chr1 200 C CAT",
        "chr1 300 GTT G",
        "chr1 500 A C",
        "chr2 5 A C",
        "chr1 501 A .",
    ]);
    let kept = |flags: &[&str]| {
        let mut arguments = vec!["--db", &db, "--fields", "AC"];
        arguments.extend(flags);
        let out = annotate(&arguments, &query).ok();
        positions(&out).join(" ") + " | " + &infos(&out).join(" ")
    };
    assert_eq!(kept(&["--found"]), "100 100 200 300 | gnomad_AC=0 gnomad_AC=1,. gnomad_AC=5 gnomad_AC=2");
    assert_eq!(kept(&["--absent"]), "500 5 501 | . . .");
    assert_eq!(kept(&["--found", "--pass-only"]), "100 200 | gnomad_AC=1,. gnomad_AC=5");
    assert_eq!(kept(&["--max-af", "0.3"]), "100 100 300 500 5 501 | gnomad_AC=0 gnomad_AC=1,. gnomad_AC=2 . . .");
    assert_eq!(kept(&["--max-af", "0.1", "--pass-only"]), "100 100 300 500 5 501 | . gnomad_AC=1,. . . . .");
    assert_eq!(kept(&["--max-af", "0", "--found"]), "100 100 | gnomad_AC=0 gnomad_AC=1,.");
}

#[test]
fn a_frequency_that_is_no_number_is_not_taken_for_a_rare_one() {
    let folder = tempfile::tempdir().unwrap();
    let lines = ["chr1 200 A C PASS AC=1;AF=0x5;AN=10".to_owned()];
    let path = gnomad(folder.path(), "any.vcf.gz", CHR1, &lines);
    let query = vcf(&["chr1 100 A C", "chr1 200 A C"]);
    let said = annotate(&["--db", path.to_str().unwrap(), "--max-af", "0.1"], &query).fails(1);
    assert!(said.contains("<stdin>:4: expected the AF of gnomAD any.vcf.gz as a number, found '0x5'"), "{said}");
    annotate(&["--db", path.to_str().unwrap()], &query).ok();
}

#[test]
fn tables_come_back_with_columns_behind() {
    let (_folder, db) = small();
    let table = |text: &str, flags: &[&str]| {
        let mut arguments = vec!["--db", &db, "--fields", "AF,AC,grpmax,FILTER,status"];
        arguments.extend(flags);
        annotate(&arguments, text)
    };
    let out = table(
        "id,chromosome,position,ref_allele,alt_allele\n\"a, b\",1,100,A,C\nx,chr1,\"100\",A,\"C,T\"\ny,2,5,A,C",
        &[],
    )
    .ok();
    assert_eq!(
        out,
        "id,chromosome,position,ref_allele,alt_allele,gnomad_af,gnomad_ac,gnomad_grpmax,gnomad_filters,gnomad_status\n\
         \"a, b\",1,100,A,C,1.00000e-05,1,afr,PASS,found\n\
         x,chr1,\"100\",A,\"C,T\",\"1.00000e-05,.\",\"1,.\",\"afr,.\",\"PASS,.\",\"found,absent\"\n\
         y,2,5,A,C,,,,,not_covered\n"
    );
    let out = table("CHROM\tPOS\tREF\tALT\tid\r\n1\t300\tGTT\tG\tq\r\n", &["--found"]).ok();
    assert_eq!(
        out,
        "CHROM\tPOS\tREF\tALT\tid\tgnomad_af\tgnomad_ac\tgnomad_grpmax\tgnomad_filters\tgnomad_status\r\n1\t300\tGTT\tG\tq\t0.2\t2\t\tRF\tfiltered\r\n"
    );
    let refused = [
        ("chrom,pos,ref\n1,2,A\n", "alt_allele or alt", 1),
        ("chrom,pos,ref,alt\n1,x,A,C\n", "<stdin>:2: expected a position", 1),
        ("chrom,pos,ref,alt\n1,5,A,C\n1,5,A\n", "<stdin>:3: expected 4 columns", 1),
        (
            "chrom,pos,ref,alt,n\n1,5,A,C,\"two\nlines\n1,6,A,C,x\n",
            "a quoted cell has no end, in the row that starts",
            1,
        ),
        ("chrom,pos,ref,alt,gnomad_ac\n1,5,A,C,1\n", "already", 1),
    ];
    for (text, expected, status) in refused {
        let message = table(text, &[]).fails(status);
        assert!(message.contains(expected), "{message}");
    }
    assert!(table("chrom,pos,ref,alt\n", &["-O", "z"]).fails(2).contains("expected tsv, csv, json or parquet"));
    assert!(annotate(&["--db", &db], "").fails(1).contains("no data"));
}

#[test]
fn bytes_do_not_depend_on_threads_or_chunks_or_order_of_input() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (1..3000u32)
        .map(|at| {
            format!(
                "chr1 {} {} {} PASS AC={at};AF={at}e-9;AN=7",
                50 + at * at % 7 + at * 40,
                "ACGT".as_bytes()[at as usize % 4] as char,
                "CGTA".as_bytes()[at as usize % 4] as char
            )
        })
        .collect();
    let path = gnomad(folder.path(), "any.vcf.gz", CHR1, &lines);
    let db = path.to_str().unwrap();
    let mut queries: Vec<String> = lines.iter().map(|line| line.rsplitn(3, ' ').last().unwrap().to_owned()).collect();
    // Out of order, and with records that are not there between.
    let half = queries.len() / 2;
    queries.rotate_left(half);
    queries.extend((1..500).map(|at| format!("chr1 {at} T TTT")));
    let text = vcf(&queries.iter().map(String::as_str).collect::<Vec<_>>());
    let expected = annotate(&["--db", db, "-@", "1"], &text).ok();
    assert_eq!(infos(&expected).iter().filter(|info| info.starts_with("gnomad_AF=")).count(), lines.len());
    for flags in [vec!["-@", "4"], vec!["-@", "3", "--chunk-size", "7"], vec!["--sequential", "--chunk-size", "1000"]] {
        let mut arguments = vec!["--db", db];
        arguments.extend(&flags);
        assert!(annotate(&arguments, &text).ok() == expected, "{flags:?}");
    }
}

#[test]
fn another_build_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let lines: Vec<String> = (1..300).map(|at| format!("chr1 {} A C PASS AC=1;AF=0.1;AN=10", at * 10)).collect();
    let path = gnomad(folder.path(), "any.vcf.gz", CHR1, &lines);
    let db = path.to_str().unwrap();
    let by_length = vcf(&["1 10 A C"]).replace("#CHROM", "##contig=<ID=1,length=249250621>\n#CHROM");
    let message = annotate(&["--db", db], &by_length).fails(1);
    let expected = "<stdin>: the builds differ: by ##contig=<ID=1,length=249250621> the input is of GRCh37, any.vcf.gz is of GRCh38";
    assert!(message.contains(expected) && message.contains("--build GRCh38"), "{message}");
    let other_length = by_length.replace("249250621", "5000");
    let message = annotate(&["--db", db], &other_length).fails(1);
    assert!(message.contains("5000 bp long") && message.contains("248956422 bp long (GRCh38)"), "{message}");
    let message = annotate(&["--db", db], &vcf(&["NC_000001.10 10 A C"])).fails(1);
    assert!(message.contains("of GRCh37") && message.contains(":3 NC_000001.10:10"), "{message}");
    let query = |wrong: usize, total: usize| {
        let lines: Vec<String> =
            (1..=total).map(|at| format!("1 {} {} T", at * 10, if at % wrong == 0 { "G" } else { "A" })).collect();
        vcf(&lines.iter().map(String::as_str).collect::<Vec<_>>())
    };
    assert!(annotate(&["--db", db], &query(1, 120)).fails(1).contains("100 of 100 shared positions different"));
    let partial = annotate(&["--db", db], &query(10, 250));
    assert!(partial.text().ends_with("#vdx-gnomad: incomplete"), "{}", partial.text());
    assert!(partial.fails(1).contains("25 of 250 shared positions"));
    annotate(&["--db", db], &query(30, 250)).ok();
    // More than half of ten is enough at the end, whatever --build says, and nothing comes to be under the final name.
    let output = folder.path().join("out.vcf");
    let output = output.to_str().unwrap();
    for flags in [&["--db", db, "-o", output][..], &["--db", db, "-o", output, "--build", "GRCh38", "-@2"]] {
        let message = annotate(flags, &query(1, 10)).fails(1);
        assert!(message.contains("10 of 10 shared positions different"), "{message}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2);
    }
    annotate(&["--db", db], &query(1, 9)).ok();
    annotate(&["--db", db], &query(2, 20)).ok();
    // Records and ALTs at one position are one position.
    let same: Vec<String> = (0..40).map(|at| format!("1 10 {} T,C", if at % 2 == 0 { "G" } else { "g" })).collect();
    let same = vcf(&same.iter().map(String::as_str).collect::<Vec<_>>());
    for chunk in ["3", "1000"] {
        annotate(&["--db", db, "--chunk-size", chunk], &same).ok();
    }
}

#[test]
fn indexes_that_do_not_belong_are_refused_and_old_ones_checked() {
    let folder = tempfile::tempdir().unwrap();
    let lines = |offset: u32| -> Vec<String> {
        (1..3000).map(|at| format!("chr1 {} A C PASS AC={at};AF=0.1;AN=10", offset + at * 1000)).collect()
    };
    let path = gnomad(folder.path(), "a.vcf.gz", CHR1, &lines(0));
    let db = path.to_str().unwrap();
    let query = vcf(&["chr1 2000 A C"]);
    let expected = annotate(&["--db", db], &query).ok();
    let tbi = folder.path().join("a.vcf.gz.tbi");
    let old = SystemTime::now() - Duration::from_secs(1000);
    std::fs::File::options().append(true).open(&tbi).unwrap().set_modified(old).unwrap();
    let ran = annotate(&["--db", db], &query);
    assert!(ran.stderr.contains("older than the file"), "{}", ran.stderr);
    assert_eq!(ran.ok(), expected);
    let other = gnomad(folder.path(), "b.vcf.gz", CHR1, &lines(500_000));
    std::fs::copy(&tbi, folder.path().join("b.vcf.gz.tbi")).unwrap();
    let message = annotate(&["--db", other.to_str().unwrap()], &query).fails(1);
    assert!(message.contains("b.vcf.gz: expected the index of this file"), "{message}");
    // A cut file is refused before it is looked into.
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 28]).unwrap();
    assert!(annotate(&["--db", db], &query).fails(1).contains("the file is cut"));
    // A file that holds another chromosome than its name says.
    let renamed = gnomad(folder.path(), "gnomad.exomes.v4.1.sites.chr2.vcf.bgz", CHR1, &lines(0));
    let message = annotate(&["--db", renamed.to_str().unwrap()], &vcf(&["chr2 5 A C"])).fails(1);
    assert!(message.contains("expected records of chr2 by the file's name, found chr1"), "{message}");
}

#[test]
fn sources_that_cannot_be_used_say_why() {
    let (folder, db) = small();
    let query = vcf(&["chr1 100 A C"]);
    assert!(annotate(&["--db", "s3://bucket/gnomad"], &query).fails(2).contains("not opened"));
    assert!(annotate(&["--db", "https://host/x.vcf.bgz"], &query).fails(2).contains("not opened"));
    let empty = tempfile::tempdir().unwrap();
    let message = annotate(&["--db", empty.path().to_str().unwrap()], &query).fails(1);
    assert!(message.contains("gnomad.{exomes,genomes}.r2.1.1.sites"), "{message}");
    assert!(annotate(&["--db", "/nonexistent"], &query).fails(1).contains("/nonexistent: "));
    assert!(annotate(&["--db", &db, "--fields", "AF_afx,AC"], &query).fails(2).contains("no such field"));
    let plain = folder.path().join("plain.vcf");
    std::fs::write(&plain, &query).unwrap();
    assert!(annotate(&["--db", plain.to_str().unwrap()], &query).fails(1).contains("bgzip"));
}

#[test]
fn joint_files_answer_to_the_same_names() {
    let folder = tempfile::tempdir().unwrap();
    let header = [
        "AC_joint",
        "AF_joint",
        "AN_joint",
        "nhomalt_joint",
        "grpmax_joint",
        "AF_grpmax_joint",
        "AF_joint_afr",
        "AF_joint_mid",
        "AF_exomes",
    ]
    .map(|key| format!("##INFO=<ID={key},Number=A,Type=String,Description=\"\">\n"))
    .join("");
    let record = "chr1\t100\t.\tA\tC\t.\tBOTH_FILTERED\tAC_joint=1;AN_joint=9;AF_joint=0.1;nhomalt_joint=0;grpmax_joint=mid;AF_grpmax_joint=0.3;AF_joint_afr=0.00000;AF_joint_mid=0.3;AF_exomes=0.2\n";
    let text = format!(
        "##fileformat=VCFv4.2\n{header}##contig=<ID=chr1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n{record}"
    );
    for kind in ["joint", "exomes"] {
        bgzip(&folder.path().join(format!("gnomad.{kind}.v4.1.sites.chr1.vcf.bgz")), &text);
    }
    let db = folder.path().to_str().unwrap();
    let found = |flags: &[&str]| {
        let mut arguments = vec!["--db", db, "--dataset", "joint"];
        arguments.extend(flags);
        infos(&annotate(&arguments, &vcf(&["1 100 A C"])).ok()).join("")
    };
    assert_eq!(
        found(&[]),
        "gnomad_AF=0.1;gnomad_AC=1;gnomad_AN=9;gnomad_nhomalt=0;gnomad_grpmax=mid;gnomad_AF_grpmax=0.3;gnomad_AF_afr=0.00000;gnomad_AF_mid=0.3;gnomad_FILTER=BOTH_FILTERED"
    );
    assert_eq!(
        found(&["--fields", "popmax,AF_exomes,AF_joint"]),
        "gnomad_popmax=mid;gnomad_AF_exomes=0.2;gnomad_AF_joint=0.1"
    );
    assert_eq!(found(&["--fields", "all"]).matches(';').count(), 9);
    assert_eq!(found(&["--fields", "AC", "--max-af", "0.05"]), "");
}
