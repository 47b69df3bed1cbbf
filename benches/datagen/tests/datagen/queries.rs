//! Queries, and the records of one contig that are made as they are written.

use std::collections::HashSet;
use std::process::Command;

use crate::made::{Folder, bgzf, info, make, records};

fn locus(record: &[&str]) -> String {
    [record[0], record[1], record[3], record[4]].join(" ")
}

fn loci(vcf: &str) -> Vec<String> {
    records(vcf).map(|record| locus(&record)).collect()
}

#[test]
fn half_of_the_queries_are_gnomads() {
    let (dir, _) = make("queries", &["demo", "--only", "gnomad,queries", "--gnomad-style", "v4"]);
    let mut known = HashSet::new();
    for entry in std::fs::read_dir(dir.0.join("gnomad")).unwrap() {
        known.extend(loci(&bgzf(&entry.unwrap().path())));
    }
    let asked = loci(&bgzf(&dir.0.join("queries.vcf.gz")));
    assert_eq!(asked.len(), known.len());
    let found = asked.iter().filter(|locus| known.contains(*locus)).count();
    assert!(found.abs_diff(asked.len() / 2) < asked.len() / 20, "{found} of {}", asked.len());
}

#[test]
fn sites_are_streamed() {
    let folder = Folder(std::env::temp_dir().join(format!("datagen-{}-sites", std::process::id())));
    std::fs::create_dir(&folder.0).unwrap();
    let queries = folder.0.join("queries.vcf.gz");
    let mut sites = Command::new(env!("CARGO_BIN_EXE_datagen"));
    sites.args([
        "sites",
        "--records",
        "5000",
        "--length",
        "1000000",
        "--query-records",
        "2000",
        "-o",
        "-",
        "--queries",
    ]);
    let run = sites.arg(&queries).output().unwrap();
    let text = String::from_utf8(run.stdout).unwrap();
    let known: Vec<String> = loci(&text);
    assert!(known.len().abs_diff(5000) < 300, "{}", known.len());
    let mut last = 0;
    for record in records(&text) {
        let pos: u32 = record[1].parse().unwrap();
        assert!(pos >= last);
        last = pos;
        let [ac, an] = ["AC", "AN"].map(|key| info(&record, key).unwrap().parse::<f64>().unwrap());
        assert!(an == 0.0 || (info(&record, "AF").unwrap().parse::<f64>().unwrap() - ac / an).abs() < 1e-5);
    }
    let known: HashSet<String> = known.into_iter().collect();
    let asked = loci(&bgzf(&queries));
    let found = asked.iter().filter(|locus| known.contains(*locus)).count();
    assert!(asked.len().abs_diff(2000) < 300 && found.abs_diff(asked.len() / 2) < 200, "{found} of {}", asked.len());
}
