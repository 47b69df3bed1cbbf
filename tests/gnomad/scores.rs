//! Tables of scores as sources: with their own header lines, by an index or in a store.

use std::path::Path;

use crate::support::{annotate, bgzip, body, run, vcf};

const CADD: &str = "## CADD GRCh38-v1.7 (c) University of Washington\n#Chrom\tPos\tRef\tAlt\tRawScore\tPHRED\n\
    1\t100\tA\tC\t0.702541\t8.478\n1\t100\tA\tG\t-0.750954\t8.921\n2\t7\tG\tT\t1\t25.0\n";

const ALPHA_MISSENSE: &str = "# Copyright\n#\n#CHROM\tPOS\tREF\tALT\tgenome\tuniprot_id\tam_pathogenicity\tam_class\n\
    chr1\t100\tA\tC\thg38\tQ8NH21\t0.2937\tlikely_benign\nchr1\t200\tT\tC\thg38\tQ8NH21\t0.9\tlikely_pathogenic\n";

const DBNSFP: &str = "#chr\tpos(1-based)\tref\talt\taaref\tSIFT_score\tclinvar_trait\n\
    1\t100\tA\tC\tM\t0.1;.;0.3\tx y=z\n23\t50\tC\tT\t.\t.\t.\nM\t9\tA\tG\tV\t0\tq\n";

const PLAIN: &str = "chrom\tpos\tref\talt\tscore\n1\t100\tA\tC\t0.5\n1\t300\tCAT\tC\t.\n";

fn both(folder: &Path, name: &str, text: &str) -> [String; 2] {
    let path = bgzip(&folder.join(name), text).to_str().unwrap().to_owned();
    let store = folder.join(format!("{name}.store")).to_str().unwrap().to_owned();
    run(&["build", "-q", "--db", &path, "-o", &store, "--fields", "all"], "").ok();
    [path, store]
}

fn infos(text: &str) -> Vec<String> {
    body(text).map(|line| line.split('\t').nth(7).unwrap().to_owned()).collect()
}

#[test]
fn tables_of_scores_are_known_by_their_header_lines() {
    let folder = tempfile::tempdir().unwrap();
    let query = vcf(&["1 100 A C,G", "1 100 AT CT", "X 50 C T", "MT 9 A G", "1 300 CAT C", "1 200 T C"]);
    let cases: [(&str, &str, [&str; 6]); 4] = [
        (
            "cadd.tsv.gz",
            CADD,
            ["RawScore=0.702541,-0.750954;PHRED=8.478,8.921", "RawScore=0.702541;PHRED=8.478", ".", ".", ".", "."],
        ),
        (
            "AlphaMissense_hg38.tsv.gz",
            ALPHA_MISSENSE,
            [
                "genome=hg38,.;uniprot_id=Q8NH21,.;am_pathogenicity=0.2937,.;am_class=likely_benign,.",
                "genome=hg38;uniprot_id=Q8NH21;am_pathogenicity=0.2937;am_class=likely_benign",
                ".",
                ".",
                ".",
                "genome=hg38;uniprot_id=Q8NH21;am_pathogenicity=0.9;am_class=likely_pathogenic",
            ],
        ),
        (
            "dbNSFP.gz",
            DBNSFP,
            [
                "aaref=M,.;SIFT_score=0.1%3B.%3B0.3,.;clinvar_trait=x%20y%3Dz,.",
                "aaref=M;SIFT_score=0.1%3B.%3B0.3;clinvar_trait=x%20y%3Dz",
                ".",
                "aaref=V;SIFT_score=0;clinvar_trait=q",
                ".",
                ".",
            ],
        ),
        ("plain.tsv.gz", PLAIN, ["score=0.5,.", "score=0.5", ".", ".", ".", "."]),
    ];
    for (name, text, expected) in cases {
        for db in both(folder.path(), name, text) {
            for more in [&["-@1"][..], &["-@2", "--chunk-size", "1"]] {
                let flags = ["-q", "--db", &db, "--fields", "all", "--prefix", ""];
                let out = annotate(&[&flags[..], more].concat(), &query).ok();
                let found: Vec<String> = infos(&out).iter().map(|info| info.replace(";FILTER=.", "")).collect();
                assert_eq!(found, expected, "{db}");
            }
        }
        let [file, _] = both(folder.path(), &format!("again.{name}"), text);
        assert!(Path::new(&format!("{file}.tbi")).exists());
    }
    let status = |db: &str| {
        let out = annotate(&["-q", "--db", db, "--fields", "status"], &query).ok();
        infos(&out).join(" ").replace("gnomad_status=", "")
    };
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    assert_eq!(status(&file("dbNSFP.gz")), "found,absent found found found absent absent");
    let out = annotate(&["-q", "--db", &file("cadd.tsv.gz"), "--fields", "PHRED", "--prefix", ""], &query).ok();
    let declared = "##INFO=<ID=PHRED,Number=A,Type=Float,Description=\"cadd.tsv.gz, PHRED: Column of a table\">";
    assert!(out.contains(declared), "{out}");
    // Its first line names the build.
    let other = query.replace("#CHROM", "##reference=GRCh37\n#CHROM");
    assert!(
        annotate(&["-q", "--db", &file("cadd.tsv.gz"), "--fields", "PHRED"], &other)
            .fails(1)
            .contains("the builds differ")
    );
}

#[test]
fn tables_that_cannot_be_looked_into_say_why() {
    let folder = tempfile::tempdir().unwrap();
    let ask = |text: &str| {
        let path = bgzip(&folder.path().join("t.tsv.gz"), text);
        std::fs::remove_file(folder.path().join("t.tsv.gz.tbi")).ok();
        annotate(&["-q", "--db", path.to_str().unwrap(), "--fields", "score"], &vcf(&["1 100 A C"])).fails(1)
    };
    let said = ask(&PLAIN.replace("1\t300", "1\t30"));
    assert!(said.contains("t.tsv.gz:3 1:30: expected records in order of position"), "{said}");
    let said = ask(&PLAIN.replace("C\t0.5", "C"));
    assert!(said.contains("t.tsv.gz") && said.contains("5"), "{said}");
    let said = ask("rs\tchrom\tpos\tref\talt\tscore\nrs1\t1\t100\tA\tC\t1\n");
    assert!(said.contains("found them in columns 2 and 3"), "{said}");
}

#[test]
fn columns_of_scores_are_told_where_no_line_names_them_so() {
    let folder = tempfile::tempdir().unwrap();
    let named = "# a table\n#Seq\tWhere\tFrom\tTo\tgene\tmy score\n1\t100\tA\tC\tX\t0.5\n1\t300\tCAT\tC\tY\t0.7\n";
    let bare = "# no names\n1\t100\tA\tC\tX\t0.5\n1\t300\tCAT\tC\tY\t0.7\n";
    let query = vcf(&["1 100 A C", "1 300 CAT C"]);
    for (name, text, columns) in [
        ("named.tsv.gz", named, "chromosome=Seq,position=Where,ref=from,alt=To,SCORE=my score"),
        ("bare.tsv.gz", bare, "chromosome=1,position=2,ref_allele=3,alt_allele=4,SCORE=6"),
    ] {
        let path = bgzip(&folder.path().join(name), text).to_str().unwrap().to_owned();
        let store = folder.path().join(format!("{name}.store")).to_str().unwrap().to_owned();
        run(&["build", "-q", "--db", &path, "-o", &store, "--fields", "SCORE", "--db-columns", columns], "").ok();
        let files =
            annotate(&["-q", "--db", &path, "--fields", "all", "--prefix", "x_", "--db-columns", columns], &query);
        let stored = annotate(&["-q", "--db", &store, "--fields", "all", "--prefix", "x_"], &query).ok();
        assert_eq!(infos(&stored), ["x_SCORE=0.5", "x_SCORE=0.7"], "{name}");
        assert_eq!(infos(&files.ok()), infos(&stored), "{name}");
        let rows =
            run(&["lookup", "-q", "--db", &path, "--db-columns", columns, "--fields", "score", "1-300-CAT-C"], "");
        assert!(rows.ok().ends_with("\t0.7\n"), "{name}");
    }
    let path = folder.path().join("named.tsv.gz");
    let said = |columns: &str| {
        annotate(&["-q", "--db", path.to_str().unwrap(), "--fields", "all", "--db-columns", columns], &query).fails(1)
    };
    assert!(said("chromosome=Sequence").contains("(--db-columns: Sequence)"));
    let others = "chromosome=Seq,position=Where,ref=From,alt=To,SCORE=score";
    assert!(
        said(others).contains("expected a column score for SCORE (--db-columns), found Seq, Where, From, To, gene")
    );
    let wrong = annotate(&["-q", "--db", path.to_str().unwrap(), "--db-columns", "position"], &query).fails(2);
    assert!(wrong.contains("expected NAME=COLUMN"), "{wrong}");
}
