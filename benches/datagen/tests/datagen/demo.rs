//! What the demo data set promises.

use std::collections::{HashMap, HashSet};

use crate::made::{bgzf, check_loci, fasta, files, info, make, records};

#[test]
fn same_seed_same_bytes_for_any_threads() {
    let one = make("threads-1", &["demo", "--threads", "1"]);
    let three = make("threads-3", &["demo", "--threads", "3"]);
    let other = make("seed-2", &["demo", "--seed", "2"]);
    assert_eq!(one.1, three.1);
    let [one, three, other] = [&one.0.0, &three.0.0, &other.0.0].map(|dir| files(dir));
    let bytes = |files: &[(std::path::PathBuf, Vec<u8>)]| files.iter().map(|f| f.1.clone()).collect::<Vec<_>>();
    // Reference and index, ClinVar, 24 gnomAD files, raw file and truth.
    assert_eq!(one.len(), 29);
    assert!(bytes(&one) == bytes(&three), "bytes depend on the number of threads");
    assert!(bytes(&one) != bytes(&other), "bytes do not depend on the seed");
}

#[test]
fn clinvar_agrees_with_the_reference() {
    let (dir, stats) = make("clinvar", &["demo", "--only", "reference,clinvar"]);
    let reference = fasta(&dir.0.join("reference.fa"));
    assert_eq!(reference.len(), 25);
    assert_eq!(reference["MT"].len(), 16_569);
    let vcf = bgzf(&dir.0.join("clinvar.vcf.gz"));
    assert!(vcf.starts_with("##fileformat=VCFv4.1\n") && !vcf.contains("##contig"));
    check_loci(&vcf, &reference);
    let mut ids = HashSet::new();
    for record in records(&vcf) {
        assert!(ids.insert(record[2]), "VariationID {} comes twice", record[2]);
        assert!(record[4] == "." || record[4].bytes().all(|b| b"ACGT".contains(&b)));
    }
    assert_eq!(ids.len(), 10_000);
    let share = stats.lines().find_map(|l| l.strip_prefix("clinvar.share_to_normalise=")).unwrap();
    assert!(share.parse::<f64>().unwrap() >= 0.05, "only {share} need moving");
}

#[test]
fn gnomad_counts_add_up() {
    for (style, file, contig, groups, sexes) in [
        ("v2", "gnomad.exomes.r2.1.1.sites.X.vcf.bgz", "X", "afr amr asj eas fin nfe oth sas", ["female", "male"]),
        (
            "v4",
            "gnomad.exomes.v4.1.sites.chrX.vcf.bgz",
            "chrX",
            "afr amr asj eas fin mid nfe remaining sas",
            ["XX", "XY"],
        ),
    ] {
        let (dir, _) = make(style, &["demo", "--only", "reference,gnomad", "--gnomad-style", style]);
        let vcf = bgzf(&dir.0.join("gnomad").join(file));
        check_loci(&vcf, &fasta(&dir.0.join("reference.fa")));
        let (mut absent, mut varied) = (0, false);
        for record in records(&vcf) {
            assert_eq!(record[0], contig);
            let count = |key: &str| info(&record, key).unwrap().parse::<u64>().unwrap();
            for key in ["AC", "AN", "nhomalt"] {
                let by_group: u64 = groups.split(' ').map(|g| count(&format!("{key}_{g}"))).sum();
                let by_sex: u64 = sexes.iter().map(|s| count(&format!("{key}_{s}"))).sum();
                assert_eq!((by_group, by_sex), (count(key), count(key)), "{key} at {}", record[1]);
            }
            varied |= count("AN_afr") != count("AN_amr") && count("AC_afr") != count("AC_amr");
            assert_eq!(info(&record, "AF").is_none(), count("AN") == 0);
            if let Some(af) = info(&record, "AF") {
                let expected = count("AC") as f64 / count("AN") as f64;
                assert!((af.parse::<f64>().unwrap() - expected).abs() <= expected * 1e-5);
                assert!(style == "v4" || (af.len() == 11 && af.contains('e')), "{af}");
            }
            absent += u64::from(count("AN") == 0);
            assert_eq!(record[6].split(';').any(|f| f == "AC0"), count("AC") == 0);
        }
        assert!(absent > 0 && varied);
    }
}

#[test]
fn raw_file_holds_the_planted_and_no_other_alt() {
    let (dir, _) = make("person", &["demo", "--crlf"]);
    let vcf = bgzf(&dir.0.join("clinvar.vcf.gz"));
    let mut by_pos: HashMap<(&str, &str), Vec<Vec<&str>>> = HashMap::new();
    let mut by_rs: HashMap<String, Vec<Vec<&str>>> = HashMap::new();
    for record in records(&vcf) {
        by_pos.entry((record[0], record[1])).or_default().push(record.clone());
        if let Some(rs) = info(&record, "RS") {
            by_rs.entry(format!("rs{rs}")).or_default().push(record);
        }
    }
    let table = std::fs::read_to_string(dir.0.join("truth.tsv")).unwrap();
    let truth: Vec<Vec<&str>> = table.lines().skip(1).map(|l| l.split('\t').collect()).collect();
    let planted: HashMap<&str, &Vec<&str>> = truth.iter().map(|t| (t[5], t)).collect();
    for word in ["snv", "ins", "del", "het", "hom", "hemizygous", "rsid", "position", "moved", "unresolved"] {
        assert!(truth.iter().any(|t| t[7..10].contains(&word)), "no {word} among the planted");
    }
    assert!(truth.iter().any(|t| t[8] != "snv" && t[2] != t[11]), "no planted indel that normalisation moves");
    for t in &truth {
        let records = &by_pos[&(t[1], t[2])];
        assert!(records.iter().any(|r| r[2..5] == [t[0], t[3], t[4]]), "{t:?} is not in ClinVar");
    }

    let raw = std::fs::read_to_string(dir.0.join("sample.23andme.txt")).unwrap();
    assert!(raw.starts_with("# This data file generated by 23andMe") && raw.lines().count() > 8000);
    let mut found = 0;
    for line in raw.split_terminator("\r\n").filter(|l| !l.starts_with('#')) {
        let row: Vec<&str> = line.split('\t').collect();
        if let Some(t) = planted.get(row[0]) {
            assert_eq!([t[1], t[10], t[6]], row[1..4]);
            found += 1;
            continue;
        }
        let records = by_pos.get(&(row[1], row[2])).into_iter().chain(by_rs.get(row[0])).flatten();
        for record in records.filter(|r| r[3].len() == 1 && r[4].len() == 1 && r[4] != ".") {
            assert!(!row[3].contains(record[4]), "{line} carries {record:?}");
        }
    }
    assert_eq!(found, planted.len());
}
