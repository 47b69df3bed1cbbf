//! What changed between two tables of findings.

use std::os::unix::fs::PermissionsExt;

use crate::support::{MERGE, World, failed, ok, rows, run, stderr, text};

const OLD: &str = "1 100 1 A G CLNSIG=Uncertain_significance;CLNREVSTAT=criteria_provided,_single_submitter;GENEINFO=ALFA:1\n\
                   1 110 2 A G CLNSIG=Benign;GENEINFO=BETA:2\n1 120 3 A G CLNSIG=Pathogenic;GENEINFO=GAMA:3\n\
                   1 130 4 A G CLNSIG=Benign;GENEINFO=DELT:4";
const NEW: &str = "1 100 1 A G CLNSIG=Pathogenic;CLNREVSTAT=reviewed_by_expert_panel;GENEINFO=ALFA:1\n\
                   1 110 2 A G CLNSIG=Benign;GENEINFO=BETA:2\n1 130 4 A G CLNSIG=Benign;GENEINFO=DELT:4\n\
                   1 140 5 A G CLNSIG=Likely_pathogenic;GENEINFO=NOVA:5";
const CALLS: &str = "rs1 1 100 AG\nrs2 1 110 AG\nrs3 1 120 AG\nrs4 1 130 AG\nrs5 1 140 AG";

/// The findings of a ClinVar of before and of one of now, in two formats.
fn tables() -> World {
    let (old, new) = (World::proven(OLD, CALLS), World::proven(NEW, &CALLS.replace("130 AG", "130 GG")));
    old.write("old.tsv", &String::from_utf8(ok(old.matching(&["-O", "tsv"]))).unwrap());
    for format in ["tsv", "csv", "json"] {
        let table = ok(new.matching(&["-O", format]));
        old.write(&format!("new.{format}"), &String::from_utf8(table).unwrap());
    }
    old
}

#[test]
fn changes_are_told_with_status_3() {
    let world = tables();
    let diff = |words: &[&str]| run(world.directory(), MERGE, &[&["diff"], words].concat(), b"");
    let expected = "New: 1\n  NOVA 1:140 A>G (ClinVar 5): Likely pathogenic; het A/G\n\n\
                    Gone: 1\n  GAMA 1:120 A>G (ClinVar 3): Pathogenic; het A/G\n\n\
                    Reclassified: 1\n  ALFA 1:100 A>G (ClinVar 1): Uncertain significance, 1 star -> Pathogenic, 3 stars; het A/G\n\n\
                    Another genotype: 1\n  DELT 1:130 A>G (ClinVar 4): het A/G -> hom G/G; Benign\n";
    for new in ["new.tsv", "new.csv", "new.json"] {
        let ran = diff(&["old.tsv", new, "--html", "page.html"]);
        assert_eq!(ran.status, Some(3), "{}", stderr(&ran));
        assert_eq!(String::from_utf8_lossy(&ran.stdout), expected, "{new}");
    }
    // Whatever the order of the rows and of the columns.
    let table = std::fs::read_to_string(world.path("new.tsv")).unwrap();
    let turned: Vec<String> = table.lines().map(|line| line.split('\t').rev().collect::<Vec<_>>().join("\t")).collect();
    let rows_turned: Vec<&str> = turned[1..].iter().rev().map(String::as_str).collect();
    world.write("turned.tsv", &format!("{}\n{}\n", turned[0], rows_turned.join("\n")));
    assert_eq!(String::from_utf8_lossy(&diff(&["old.tsv", "turned.tsv"]).stdout), expected);
    let same = diff(&["new.tsv", "turned.tsv"]);
    assert_eq!((same.status, same.stdout.len()), (Some(0), 0), "{}", stderr(&same));
    let json = diff(&["old.tsv", "new.tsv", "-O", "json"]);
    let found = rows(&json.stdout);
    let told: Vec<(&str, &str)> = found.iter().map(|row| (text(row, "change"), text(row, "variation_id"))).collect();
    assert_eq!(told, [("new", "5"), ("gone", "3"), ("reclassified", "1"), ("verdict_changed", "4")]);
    assert_eq!(
        (text(&found[2], "old_clinical_significance"), &found[2]["new_review_stars"]),
        ("Uncertain significance", &3.into())
    );
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    assert!(page.contains("GAMA") && page.contains("Uncertain significance, 1 of 4 stars"), "{page}");
    assert_eq!(world.path("page.html").metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[test]
fn other_tables_are_named() {
    let world = tables();
    let diff = |words: &[&str]| run(world.directory(), MERGE, &[&["diff"], words].concat(), b"");
    let table = std::fs::read_to_string(world.path("new.tsv")).unwrap();
    world.write("more.tsv", &table.lines().map(|line| format!("{line}\tmine\n")).collect::<String>());
    let ran = diff(&["old.tsv", "more.tsv"]);
    assert!(stderr(&ran).contains("only more.tsv has the column(s) mine"), "{}", stderr(&ran));
    assert!(failed(&diff(&["clinvar.vcf", "new.tsv"]), 1).contains("without the column(s) variation_id"));
    world.write("cut.tsv", &table[..table.len() - 40]);
    assert!(failed(&diff(&["old.tsv", "cut.tsv"]), 1).contains("was the table cut?"));
    assert!(failed(&diff(&["-", "-"]), 2).contains("cannot both be standard input"));
    let stdin = run(world.directory(), MERGE, &["diff", "-", "new.tsv"], table.as_bytes());
    assert_eq!(stdin.status, Some(0), "{}", stderr(&stdin));
}
