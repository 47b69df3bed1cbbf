//! What the nasty case promises.

use crate::made::{Folder, check_loci, fasta, files, make, records};

fn vcf(dir: &Folder) -> String {
    std::fs::read_to_string(dir.0.join("nasty.vcf")).unwrap()
}

#[test]
fn same_seed_same_bytes() {
    let (one, two) = (make("nasty-a", &["nasty", "--seed", "5"]), make("nasty-b", &["nasty", "--seed", "5"]));
    let bytes = |dir: &Folder| files(&dir.0).into_iter().map(|f| f.1).collect::<Vec<_>>();
    assert!(bytes(&one.0) == bytes(&two.0));
}

#[test]
fn refs_agree_and_records_are_sorted() {
    for seed in ["1", "2", "3", "4"] {
        let (dir, _) = make(&format!("nasty-{seed}"), &["nasty", "--seed", seed]);
        let text = vcf(&dir);
        check_loci(&text, &fasta(&dir.0.join("reference.fa")));
        let columns = text.lines().find(|l| l.starts_with("#CHROM")).unwrap().split('\t').count();
        assert!(records(&text).all(|r| r.len() == columns));
        assert_eq!(records(&text).count(), 2000);
        for word in ["*", "<DEL>", "<NON_REF>"] {
            assert!(records(&text).any(|r| r[4].split(',').any(|a| a == word)), "no {word}");
        }
        for count in 1..=5 {
            assert!(records(&text).any(|r| r[4].split(',').count() == count), "no record with {count} ALTs");
        }
    }
}

#[test]
fn classes_can_be_left_out() {
    let plain =
        ["nasty", "--seed", "1", "--no-symbolic", "--no-samples", "--biallelic", "--no-alt-n", "--records", "500"];
    let (dir, _) = make("nasty-plain", &plain);
    let text = vcf(&dir);
    assert_eq!(records(&text).count(), 500);
    assert!(records(&text).all(|r| r.len() == 8 && r[4].bytes().all(|b| b"ACGTN.".contains(&b))));
}

#[test]
fn wrong_refs_are_counted() {
    let (dir, stats) = make("nasty-wrong", &["nasty", "--seed", "1", "--ref-mismatches", "7"]);
    let reference = fasta(&dir.0.join("reference.fa"));
    let wrong = |r: &Vec<&str>| {
        let start = r[1].parse::<usize>().unwrap() - 1;
        &reference[r[0]][start..start + r[3].len()] != r[3]
    };
    assert_eq!(records(&vcf(&dir)).filter(wrong).count(), 7);
    assert!(stats.contains("nasty.ref_mismatches=7\n"));
}
