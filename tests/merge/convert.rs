//! A raw file as a VCF.

use std::process::Command;

use crate::support::{MERGE, World, failed, ok, rows, run, stderr, text};

// 1:      GGGCACACACAGGGTTTTACGT...: a CA repeat at 4-11, a T run at 15-18.
fn bases() -> String {
    format!("GGGCACACACAGGGTTTTACGT{}", "ACGTTGCA".repeat(20))
}

/// Letters, a no call, one copy, indels that the sites have, one that they do not have, rows of one position.
fn world() -> World {
    let sites =
        "1 3 1 GCA G CLNSIG=Pathogenic;RS=1\n1 14 2 G GT RS=2\n1 24 3 C T RS=3\n1 30 8 A G RS=8\nX 5 4 A C RS=4";
    let calls = "i1 1 8 DI\nrs3 1 24 CT\nrs5 1 25 --\nrs6 1 26 TT\nrs7 1 40 AG\ni7 1 40 GA\nrs8 1 33 AG\ni9 1 90 DI\ni4 X 5 C\n\
                 i5 X 6 C\ni6 MT 3 AA\ni10 2 5 AA";
    let world = World::new(sites, calls);
    world.write("ref.fa", &format!(">1\n{0}\n>X\n{1}\n>MT\n{1}\n", bases(), "ACGT".repeat(50)));
    world
}

fn convert(world: &World, more: &[&str]) -> vdx_testkit::Ran {
    let words = ["convert", "--sample", "raw.txt", "-f", "ref.fa", "--no-version"];
    run(world.directory(), MERGE, &[&words, more].concat(), b"")
}

fn records(vcf: &[u8]) -> Vec<String> {
    let text = String::from_utf8(vcf.to_vec()).unwrap();
    let shown = |line: &str| {
        let fields: Vec<&str> = line.split('\t').collect();
        [fields[0], fields[1], fields[2], fields[3], fields[4], fields[9]].join(" ")
    };
    text.lines().filter(|line| !line.starts_with('#')).map(shown).collect()
}

#[test]
fn of_rows_that_meet_at_a_site_the_first_is_written() {
    // Rows elsewhere, four for each site: by their rsIDs they are of one position.
    let (mut sites, mut calls) = (Vec::new(), Vec::new());
    for at in 0..10u32 {
        let ids: Vec<String> = (1..5).map(|number| format!("{}", 100 * (at + 1) + number)).collect();
        sites.push(format!("1 {} {at} A G RS={}", 30 + 8 * at, ids.join("|")));
        calls.extend(ids.iter().enumerate().map(|(row, id)| format!("rs{id} 1 {} AG", 110 + 4 * at as usize + row)));
    }
    let world = World::new(&sites.join("\n"), &calls.join("\n"));
    world.write("ref.fa", &format!(">1\n{}\n", bases()));
    let expected: Vec<String> =
        (0..10).map(|at| format!("1 {} rs{} A G 0/1", 30 + 8 * at, 100 * (at + 1) + 1)).collect();
    assert_eq!(records(&ok(convert(&world, &["--sites", "clinvar.vcf"]))), expected);
}

#[test]
fn rows_become_records_of_the_reference() {
    let world = world();
    let without = convert(&world, &[]);
    assert!(
        stderr(&without)
            .contains("2 calls of I or D are left out, because their alleles are not known: i1 at 1:8 (no site fits)")
    );
    assert!(stderr(&without).contains("1 rows are on no chromosome of the reference"), "{}", stderr(&without));
    let vcf = ok(without);
    let expected = [
        "1 24 rs3 C T 0/1",
        "1 25 rs5 G . ./.",
        "1 26 rs6 T . 0/0",
        "1 33 rs8 G A 0/1",
        "1 40 rs7 C A,G 1/2",
        "X 5 i4 A C 1",
        "X 6 i5 C . 0",
        "MT 3 i6 G A 1",
    ];
    assert_eq!(records(&vcf), expected);
    let header = String::from_utf8(vcf).unwrap();
    for words in [
        "##fileformat=VCFv4.2",
        "##contig=<ID=1,length=182",
        "##vdx_sample=<ID=SAMPLE,Vendor=23andMe",
        "FORMAT\tSAMPLE\n",
    ] {
        assert!(header.contains(words), "{words}: {header}");
    }
    // The deletion of CA where the site has it; rs8 where its rsID is.
    let with = convert(&world, &["--sites", "clinvar.vcf", "--stats", "s.json"]);
    assert!(stderr(&with).contains("1 calls of I or D are left out") && stderr(&with).contains("i9 at 1:90"));
    let found = records(&ok(with));
    assert!(
        found.contains(&"1 3 i1 GCA G 0/1".to_owned()) && found.contains(&"1 30 rs8 A G 0/1".to_owned()),
        "{found:?}"
    );
    assert!(!found.iter().any(|record| record.starts_with("1 33 ")), "{found:?}");
    let stats: serde_json::Value = serde_json::from_slice(&std::fs::read(world.path("s.json")).unwrap()).unwrap();
    let reasons = ["indels", "indel_calls_without_site", "moved_by_rsid", "duplicates", "no_calls"];
    assert_eq!(reasons.map(|name| stats["reasons"][name].as_u64()), [Some(1), Some(1), Some(1), Some(1), Some(1)]);
    // Every site, with its ALTs.
    let all = records(&ok(convert(&world, &["--sites", "clinvar.vcf", "--all-sites"])));
    assert!(all.contains(&"1 14 2 G GT ./.".to_owned()) && all.contains(&"1 24 rs3 C T 0/1".to_owned()), "{all:?}");
    assert_eq!(all.iter().filter(|record| record.starts_with("1 3 ")).count(), 1, "{all:?}");
}

/// Two chromosomes whose sites go down, alternate, or come as in the FASTA: what is written is in the FASTA's order.
#[test]
fn all_sites_are_sorted_whatever_the_order_of_their_file() {
    let site = |contig: &str, at: u32, alt: &str| format!("{contig} {} {at}{alt} A {alt} RS={at}", 30 + 8 * at);
    let [one, two] = ["1", "2"].map(|contig| {
        (0..300).flat_map(move |at| ["C", "G"].map(|alt| site(contig, at, alt))).collect::<Vec<String>>()
    });
    let turned = |sites: &[String]| sites.chunks(2).rev().flatten().cloned().collect::<Vec<_>>();
    let calls: String = (0..100).map(|at| format!("i{at} {} {} AG\n", 1 + at % 2, 30 + 24 * at)).collect();
    let sites = [
        [&two[..], &one].concat(),
        [&one[..], &two].concat(),
        one.chunks(2).zip(two.chunks(2)).flat_map(|(one, two)| [one, two].concat()).collect(),
        [turned(&one), turned(&two)].concat(),
    ];
    let mut written = Vec::new();
    for sites in &sites {
        let world = World::new(&sites.join("\n"), &calls);
        let bases = format!("{}{}", "GGGCACACACAGGGTTTTACGT", "ACGTTGCA".repeat(400));
        world.write("ref.fa", &format!(">2\n{bases}\n>1\n{bases}\n"));
        for threads in ["1", "3"] {
            written.push(ok(convert(&world, &["--sites", "clinvar.vcf", "--all-sites", "-@", threads])));
        }
    }
    assert!(written.iter().all(|vcf| *vcf == written[0]));
    let found = records(&written[0]);
    let places: Vec<(bool, u32)> = found
        .iter()
        .map(|record| record.split(' ').collect::<Vec<_>>())
        .map(|words| (words[0] == "1", words[1].parse().unwrap()))
        .collect();
    assert!(places.len() >= 600 && places.is_sorted(), "{found:?}");
    assert!(
        found.contains(&"1 38 1C A C,G ./.".to_owned()) && found.contains(&"1 30 i0 A C,G 0/2".to_owned()),
        "{found:?}"
    );
}

#[test]
fn what_is_written_is_valid_and_says_the_same() {
    let mut sites = String::new();
    let mut calls = String::new();
    for at in 1..=300 {
        let (pos, base) = (at * 8 + 15, if at % 3 == 0 { "AG" } else { "AA" });
        sites += &format!("1 {pos} {at} A G CLNSIG=Pathogenic;RS={at}\n");
        calls += &format!("rs{at} 1 {pos} {base}\n");
    }
    let world = World::new(&sites, &calls);
    world.write("ref.fa", &format!(">1\n{}{}\n", "GGGCACACACAGGGTTTTACGT", "ACGTTGCA".repeat(400)));
    ok(convert(&world, &["-o", "me.vcf.gz", "-W"]));
    ok(convert(&world, &["-o", "me.bcf"]));
    assert!(world.path("me.vcf.gz.csi").exists());
    let findings = |sample: &str| {
        let words = ["match", "--sample", sample, "-f", "ref.fa", "clinvar.vcf", "-O", "json"];
        let found = rows(&ok(run(world.directory(), MERGE, &words, b"")));
        found
            .iter()
            .map(|row| (text(row, "variation_id").to_owned(), text(row, "verdict").to_owned()))
            .collect::<Vec<_>>()
    };
    let raw = findings("raw.txt");
    assert_eq!(raw.len(), 100);
    assert_eq!((findings("me.vcf.gz"), findings("me.bcf")), (raw.clone(), raw));
    if vdx_testkit::installed("BCFTOOLS", "bcftools").is_some() {
        for file in ["me.vcf.gz", "me.bcf"] {
            let norm = Command::new("bcftools")
                .args(["norm", "-c", "e", "-f", "ref.fa", "-o", "/dev/null", file])
                .current_dir(world.directory())
                .output()
                .unwrap();
            assert!(norm.status.success(), "{}", String::from_utf8_lossy(&norm.stderr));
        }
    }
}

#[test]
fn another_build_is_refused() {
    let calls: String = (1..=200).map(|at| format!("rs{at} 1 {} CC\n", at * 8 + 15)).collect();
    let sites: String = (1..=200).map(|at| format!("1 {} {at} C G .\n", at * 8 + 15)).collect();
    let world = World::new(&sites, &calls);
    world.write("ref.fa", &format!(">1\n{}{}\n", "GGGCACACACAGGGTTTTACGT", "ACGTTGCA".repeat(400)));
    let message = failed(&convert(&world, &[]), 1);
    assert!(message.contains("does not fit this reference") && message.contains("0 of 200"), "{message}");
    world.write("raw.txt", &crate::support::raw(&calls.replace("CC", "AA")));
    ok(convert(&world, &[]));
    let message = failed(&convert(&world, &["--sites", "clinvar.vcf"]), 1);
    assert!(
        message.contains("expected sites of the build of ref.fa") && message.contains("with another REF"),
        "{message}"
    );
    assert!(failed(&convert(&world, &["--all-sites"]), 2).contains("--sites"));
    world.write("me.vcf", "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n");
    let vcf = run(world.directory(), MERGE, &["convert", "--sample", "me.vcf", "-f", "ref.fa"], b"");
    assert!(failed(&vcf, 1).contains("found a variant file"));
}
