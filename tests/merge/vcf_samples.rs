//! A person's VCF as the sample.

use std::fmt::Write as _;

use crate::support::{MERGE, World, expect, failed, ok, rows, run, text, verdicts};

#[test]
fn a_vcf_sample_moves_along() {
    let records = "1 100 1 A G RS=1\n1 200 2 A G .\n1 200 3 A T .\n1 300 4 GCA G .\n1 400 5 A G .\n1 500 6 A G .\n\
                   1 600 7 A G .\n2 50 8 A G .\nX 5000000 9 A G .";
    let world = World::new(records, "");
    let sample = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tkin\tme\n\
        chr1 100 rs1 A G . PASS . GT 0/0 0/1\nchr1 200 . AC GC,TC . q10 . GT:GQ 0/0:9 1|2:9\n\
        chr1 300 . GCACA GCA . . . GT . 1/1\nchr1 400 . A C . . . GT . 0/1\nchr1 450 . A <NON_REF> . . END=550 GT . 0/0\n\
        chr1 600 . A G . . . GT . ./.\nchrX 5000000 . A G . . . GT . 1\n";
    let tabs = |line: &str| if line.starts_with('#') { format!("{line}\n") } else { line.replace(' ', "\t") + "\n" };
    world.write("me.vcf", &sample.lines().map(tabs).collect::<String>());
    let find = |more: &[&str]| {
        run(world.directory(), MERGE, &[&["match", "--sample", "me.vcf", "clinvar.vcf"], more].concat(), b"")
    };
    assert!(failed(&find(&[]), 2).contains("kin, me"));
    let all = ok(find(&["--sample-name", "me", "--all", "-O", "json", "--chunk-size", "2"]));
    expect(
        &verdicts(&all),
        &[
            ("1", "het"),
            ("2", "het"),
            ("3", "het"),
            ("4", "hom"),
            ("5", "other_allele"),
            ("6", "reference"),
            ("7", "no_call"),
            ("9", "hemizygous"),
        ],
    );
    let table = rows(&all);
    assert!(!verdicts(&all).contains_key("8"), "the sample says nothing about chromosome 2");
    assert_eq!((text(&table[0], "match_type"), text(&table[0], "raw_genotype")), ("exact", "A/G"));
    assert_eq!(
        (text(&table[1], "match_type"), text(&table[1], "flags")),
        ("normalised", "sample_filtered|low_quality|build_unproven")
    );
    assert_eq!(text(&table[3], "match_type"), "normalised");

    // The same as BCF, which wants its ids declared.
    let declared = ["FILTER=<ID=q10>", "INFO=<ID=END,Number=1,Type=Integer>", "FORMAT=<ID=GT,Number=1,Type=String>"];
    let more = ["FORMAT=<ID=GQ,Number=1,Type=Integer>", "contig=<ID=chr1>", "contig=<ID=chrX>"];
    let lines: String = declared.iter().chain(&more).map(|line| format!("##{line}\n")).collect();
    let sample = sample.lines().map(tabs).collect::<String>().replacen("#CHROM", &(lines + "#CHROM"), 1);
    world.write("full.vcf", &sample);
    ok(run(world.directory(), MERGE, &["shards", "-o", "me.bcf", "full.vcf"], b""));
    for stream in ["clinvar.vcf", "-"] {
        let sample = ["match", "--sample", "me.bcf", "--sample-name", "me", "--all", "-O", "json", stream];
        let clinvar = std::fs::read(world.path("clinvar.vcf")).unwrap();
        assert!(ok(run(world.directory(), MERGE, &sample, &clinvar)) == all, "a BCF sample");
    }

    world.write(
        "me.vcf",
        &[
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n",
            "2\t1\t.\tA\tG\t.\t.\t.\tGT\t0/1\n1\t1\t.\tA\tG\t.\t.\t.\tGT\t0/1\n",
        ]
        .concat(),
    );
    let message = failed(&find(&[]), 1);
    assert!(message.contains("me.vcf") && message.contains("order"), "{message}");
}

/// A VCF of one person from lines whose fields are separated by blanks.
fn genome(lines: &str) -> String {
    let tabs = |line: &str| line.split_whitespace().collect::<Vec<_>>().join("\t") + "\n";
    "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n".to_owned()
        + &lines.lines().map(tabs).collect::<String>()
}

#[test]
fn every_number_of_copies_and_every_quality_is_read() {
    let records =
        "1 100 1 A G .\n1 110 2 A G .\n1 120 3 A G .\n1 130 4 A G .\n1 140 5 A G .\n1 150 6 A G .\nMT 200 7 A G .";
    let world = World::new(records, "");
    world.write(
        "me.vcf",
        &genome(
            "1 100 . A G . PASS . GT 0/0/1\n1 110 . A G . . . GT 1/1/1/1\n1 120 . A G . . . GT 0/0/0\n\
             1 130 . A G . . . GT:FT 0|1:LowDP\n1 140 . A C,G . PASS . GT 0/1/2\n1 150 . A G . . . GT ./1\n\
             MT 200 . A G . . . GT 1/1",
        ),
    );
    let find = ["match", "--sample", "me.vcf", "clinvar.vcf", "--all", "-O", "json"];
    let json = ok(run(world.directory(), MERGE, &find, b""));
    let expected =
        [("1", "het"), ("2", "hom"), ("3", "reference"), ("4", "het"), ("5", "het"), ("6", "het"), ("7", "hemizygous")];
    expect(&verdicts(&json), &expected);
    let table = rows(&json);
    let of = |id: usize| (text(&table[id - 1], "genotype"), text(&table[id - 1], "zygosity"));
    assert_eq!((of(1), of(2), of(7)), (("A/A/G", "heterozygous"), ("G/G/G/G", "homozygous"), ("G", "hemizygous")));
    assert!(text(&table[3], "flags").contains("sample_filtered") && text(&table[5], "flags").contains("partial_call"));
}

#[test]
fn no_data_is_no_call() {
    let records = "1 100 1 A G .\n1 210 2 A G .\n1 310 3 A G .\n1 410 4 A G .\n1 500 5 A G .\n1 600 6 A G .\n\
                   1 700 7 A G .\n1 810 8 AC A .\n1 910 9 A G .";
    let world = World::new(records, "");
    world.write(
        "me.vcf",
        &genome(
            "1 100 . A G,<NON_REF> . . . GT:DP:GQ 0/0:0:0\n1 200 . A <NON_REF> . . END=299 GT:DP:GQ:MIN_DP 0/0:0:0:0\n\
             1 300 . A <NON_REF> . . END=399 GT:GQ:MIN_DP 0/0:1:0\n1 400 . A <*> . . END=499 GT:DP:GQ:MIN_DP 0/0:9:27:8\n\
             1 500 . A G . . . GT:DP:GQ 0/1:0:40\n1 600 . A G . . . GT:DP:GQ 0/0:30:0\n1 700 . A C . . . GT:DP 0/1:0\n\
             1 800 . A . . . END=899 GT:DP:GQ 0/0:3:0\n1 900 . A <NON_REF> . . END=999 GT:DP ./.:0",
        ),
    );
    let find = |more: &[&str]| {
        let arguments = ["match", "--sample", "me.vcf", "clinvar.vcf", "-O", "json", "--stats", "stats.json"];
        ok(run(world.directory(), MERGE, &[&arguments, more].concat(), b""))
    };
    let reasons = || -> serde_json::Value {
        let stats = std::fs::read(world.path("stats.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&stats).unwrap()["reasons"].clone()
    };
    let json = find(&["--all"]);
    let expected = [
        ("1", "no_call"),
        ("2", "no_call"),
        ("3", "no_call"),
        ("4", "reference"),
        ("5", "het"),
        ("6", "no_call"),
        ("7", "other_allele"),
        ("8", "no_call"),
        ("9", "no_call"),
    ];
    expect(&verdicts(&json), &expected);
    let table = rows(&json);
    let flagged: Vec<&str> = table
        .iter()
        .filter(|row| text(row, "flags").split('|').any(|flag| flag == "no_data"))
        .map(|row| text(row, "variation_id"))
        .collect();
    assert_eq!(flagged, ["1", "2", "3", "5", "6", "7", "8"]);
    assert_eq!(text(&table[4], "trust_reasons"), "no_data");
    assert_eq!(text(&table[1], "genotype"), "");
    let counts =
        |reasons: &serde_json::Value| ["no_call", "no_data", "reference", "het"].map(|key| reasons[key].as_u64());
    let all = reasons();
    assert_eq!(counts(&all), [Some(6), Some(5), Some(1), Some(1)]);
    // The same where blocks are only counted.
    find(&[]);
    assert_eq!(counts(&reasons()), counts(&all));
}

#[test]
fn changes_across_blocks_are_judged_by_all_of_them() {
    let deletions: String = (1..=9).map(|at| format!("1 {} {at} GCATG G .\n", at * 100)).collect();
    let world = World::new(&format!("{deletions}1 1000 10 A AT .\n1 1100 11 AC TG ."), "");
    let block = |from: u32, to: u32, call: &str| format!("1 {from} . A <NON_REF> . . END={to} GT:DP:GQ {call}");
    let called = "0/0:9:40";
    world.write(
        "me.vcf",
        &genome(
            &[
                // The deletion at 100 takes 101 to 104 away.
                block(90, 102, called),
                block(103, 120, called),
                // Another change of one copy in between.
                block(190, 202, called),
                "1 203 . A C,<NON_REF> . . . GT:DP:GQ 0/1:9:40".to_owned(),
                block(204, 220, called),
                // A block in which nothing was read.
                block(290, 302, called),
                block(303, 320, "0/0:0:0"),
                // A base of which nothing is said.
                block(390, 402, called),
                block(404, 420, called),
                block(490, 502, "0/0:9:10"),
                block(503, 520, called),
                block(590, 602, called),
                block(603, 620, "./.:9:40"),
                // It begins and ends too late and too soon.
                block(702, 720, called),
                block(790, 803, called),
                // Three of them.
                block(890, 901, called),
                block(902, 902, called),
                block(903, 950, called),
                block(990, 1000, called),
                block(1001, 1020, called),
                block(1090, 1100, called),
                block(1101, 1120, called),
            ]
            .join("\n"),
        ),
    );
    let find = |more: &[&str]| {
        let arguments = ["match", "--sample", "me.vcf", "clinvar.vcf", "-O", "json", "--stats", "stats.json"];
        ok(run(world.directory(), MERGE, &[&arguments, more].concat(), b""))
    };
    let json = find(&["--all"]);
    let expected = [
        ("1", "reference"),
        ("2", "other_allele"),
        ("3", "no_call"),
        ("5", "reference"),
        ("6", "no_call"),
        ("9", "reference"),
        ("10", "reference"),
        ("11", "reference"),
    ];
    let found = verdicts(&json);
    expect(&found, &expected);
    assert_eq!(found.len(), expected.len(), "{found:?}");
    let flags = |id: &str| {
        rows(&json).iter().find(|row| text(row, "variation_id") == id).map(|row| text(row, "flags").to_owned())
    };
    assert!(flags("3").unwrap().contains("no_data") && flags("5").unwrap().contains("low_quality"));
    assert!(!flags("1").unwrap().contains("low_quality"));
    assert_eq!(
        rows(&json).iter().map(|row| text(row, "genotype")).collect::<Vec<_>>()[..2],
        ["GCATG/GCATG", "GCATG/."],
        "{found:?}"
    );
    // The same where blocks are only counted.
    let counts = || {
        let stats: serde_json::Value =
            serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
        ["reference", "no_call", "no_data", "other_allele"].map(|key| stats["reasons"][key].as_u64())
    };
    let all = counts();
    assert_eq!(all, [Some(5), Some(2), Some(1), Some(1)]);
    find(&[]);
    assert_eq!(counts(), all);
}

/// Blocks of GATK 3 in which nothing was read, called 0/0.
#[test]
fn a_genome_of_which_nothing_was_read_is_no_reference() {
    let Some(data) = vdx_testkit::data() else { return };
    let sample = data.join("real/calls/CEUTrio.20.21.gatk3.4.g.vcf.bgz");
    // One record in each kilobase of what the file covers with blocks of DP 0.
    let records: String = (1..=9000).map(|at| format!("20 {} {at} N G .\n", at * 1000)).collect();
    let world = World::new(&records, "");
    let arguments = ["match", "--sample", sample.to_str().unwrap(), "clinvar.vcf", "--stats", "stats.json"];
    ok(run(world.directory(), MERGE, &arguments, b""));
    let stats = std::fs::read(world.path("stats.json")).unwrap();
    let reasons = &serde_json::from_slice::<serde_json::Value>(&stats).unwrap()["reasons"];
    assert_eq!((reasons["no_call"].as_u64(), reasons["no_data"].as_u64()), (Some(9000), Some(9000)));
    assert_eq!(reasons["reference"].as_u64(), Some(0));
}

#[test]
fn threads_and_chunks_change_nothing_and_damage_is_named() {
    let mut records = String::new();
    let mut calls = String::new();
    for at in 1..=3000u32 {
        let (reference, alt) = if at % 7 == 0 { ("AC", "A") } else { ("A", "G") };
        writeln!(records, "{} {} {at} {reference} {alt} .", 1 + at / 1000, at * 7).unwrap();
        match at % 5 {
            0 => writeln!(calls, "chr{} {} . {reference} {alt} . . . GT 0/1", 1 + at / 1000, at * 7).unwrap(),
            1 => {
                let end = at * 7 + 20;
                writeln!(calls, "chr{} {} . A <*> . . END={end} GT 0/0", 1 + at / 1000, at * 7 + 1).unwrap();
            }
            _ => {}
        }
    }
    let world = World::new(&records, "");
    let sample = genome(&calls);
    world.write("me.vcf", &sample);
    let packed = crate::support::bgzf(sample.as_bytes());
    std::fs::write(world.path("me.vcf.gz"), &packed).unwrap();
    let find = |sample: &str, more: &[&str]| {
        let arguments = ["match", "--sample", sample, "clinvar.vcf", "--all", "-O", "tsv"];
        run(world.directory(), MERGE, &[&arguments, more].concat(), b"")
    };
    let expected = ok(find("me.vcf", &["--sequential"]));
    assert!(expected.split(|&byte| byte == b'\n').count() > 1000);
    for (sample, more) in [("me.vcf", ["-@3", "--chunk-size", "7"]), ("me.vcf.gz", ["-@2", "--chunk-size", "1000"])] {
        assert!(ok(find(sample, &more)) == expected, "{sample} {more:?}");
    }
    // Cut at the end of a block, and a record that cannot be read.
    std::fs::write(world.path("me.vcf.gz"), &packed[..packed.len() - 28]).unwrap();
    let message = failed(&find("me.vcf.gz", &["-@2"]), 1);
    assert!(message.contains("me.vcf.gz: truncated BGZF"), "{message}");
    let read = find("me.vcf.gz", &["--allow-truncated"]);
    let log = crate::support::stderr(&read);
    assert!(log.contains("warning: me.vcf.gz: truncated BGZF") && log.contains("going on"), "{log}");
    assert!(ok(read) == expected);
    world.write("me.vcf", &sample.replacen("GT\t0/1", "GT\t0?1", 1));
    let message = failed(&find("me.vcf", &["-@2"]), 1);
    assert!(message.contains("me.vcf:") && message.contains("clinvar.vcf:"), "{message}");
}

#[test]
fn the_index_leads_to_x_which_tells_the_sex() {
    let mut calls = "1 100 . A G . PASS . GT 0/1\n".to_owned();
    (0..150).for_each(|at| writeln!(calls, "X {} . A G . PASS . GT 1/1", 5_000_000 + at).unwrap());
    calls.push_str("X 6000000 . A G . PASS . GT 0/1\nX 155000000 . C T . PASS . GT 0/1\n");
    let world = World::new("1 100 1 A G .\nX 5000000 2 A G .\nX 6000000 3 A G .\nX 155000000 4 C T .", "");
    std::fs::write(world.path("me.vcf.gz"), crate::support::bgzf(genome(&calls).as_bytes())).unwrap();
    let find = |more: &[&str]| {
        let arguments = ["match", "--sample", "me.vcf.gz", "clinvar.vcf", "--stats", "stats.json"];
        let output = ok(run(world.directory(), MERGE, &[&arguments, more].concat(), b""));
        let stats = std::fs::read(world.path("stats.json")).unwrap();
        (output, serde_json::from_slice::<serde_json::Value>(&stats).unwrap()["details"]["sample"].clone())
    };
    let (vcf, told) = find(&[]);
    assert!(String::from_utf8(vcf).unwrap().contains("Sex=unknown"));
    assert_eq!(told["inferred"]["sex"]["confidence"], "none");

    // An index, as any run with -W makes it.
    ok(run(world.directory(), MERGE, &["shards", "-W", "-o", "copy.vcf.gz", "me.vcf.gz"], b""));
    for (from, to) in [("copy.vcf.gz", "me.vcf.gz"), ("copy.vcf.gz.csi", "me.vcf.gz.csi")] {
        std::fs::rename(world.path(from), world.path(to)).unwrap();
    }
    let (json, told) = find(&["--all", "-O", "json"]);
    assert_eq!((&told["sex"], &told["inferred"]["sex"]["confidence"]), (&"male".into(), &"high".into()));
    expect(&verdicts(&json), &[("1", "het"), ("2", "hemizygous"), ("3", "het"), ("4", "het")]);
    let table = rows(&json);
    let flags = |at: usize| text(&table[at], "flags").contains("het_where_haploid");
    assert_eq!([flags(0), flags(2), flags(3)], [false, true, false]);
    assert!(text(&table[2], "trust_reasons").contains("het_where_haploid"));
}

#[test]
fn calls_below_what_was_asked_for_are_no_calls() {
    let world =
        World::new("1 100 1 A G .\n1 110 2 A G .\n1 120 3 A G .\n1 130 4 A G .\n1 210 5 A G .\n1 310 6 A G .", "");
    world.write(
        "me.vcf",
        &genome(
            "1 100 . A G . . . GT:GQ:DP 0/1:29:40\n1 110 . A G . . . GT:GQ:DP 0/1:30:9\n1 120 . A G . . . GT 1/1\n\
             1 130 . A G . . . GT:GQ:DP 0/1:30.5:10\n1 200 . A <NON_REF> . . END=299 GT:GQ:DP:MIN_DP 0/0:50:30:5\n\
             1 300 . A <NON_REF> . . END=399 GT:GQ:DP:MIN_DP 0/0:50:30:20",
        ),
    );
    let find = |more: &[&str]| {
        let words = ["match", "--sample", "me.vcf", "clinvar.vcf", "-O", "json", "--stats", "stats.json"];
        ok(run(world.directory(), MERGE, &[&words, more].concat(), b""))
    };
    let reason = |name: &str| {
        let stats = std::fs::read(world.path("stats.json")).unwrap();
        serde_json::from_slice::<serde_json::Value>(&stats).unwrap()["reasons"][name].as_u64()
    };
    let all = find(&["--all", "--min-gq", "30", "--min-dp", "10"]);
    let calls = [("1", "no_call"), ("2", "no_call"), ("3", "hom"), ("4", "het"), ("5", "no_call"), ("6", "reference")];
    expect(&verdicts(&all), &calls);
    let table = rows(&all);
    assert!(text(&table[0], "flags").contains("below_min_gq") && text(&table[1], "flags").contains("below_min_dp"));
    assert_eq!(text(&table[0], "genotype"), "");
    assert_eq!([reason("below_min_gq"), reason("below_min_dp"), reason("no_data")], [Some(1), Some(2), Some(0)]);
    // Counted alike where nothing but carried alleles is written, and the page says so.
    assert_eq!(rows(&find(&["--min-gq", "30", "--min-dp", "10"])).len(), 2);
    assert_eq!([reason("below_min_gq"), reason("below_min_dp"), reason("no_call")], [Some(1), Some(2), Some(3)]);
    let words = ["match", "--sample", "me.vcf", "clinvar.vcf", "--min-gq", "30", "--stats", "stats.json"];
    let matched = ok(run(world.directory(), MERGE, &words, b""));
    let page = ["report", "--html", "page.html", "--match-stats", "stats.json"];
    ok(run(world.directory(), MERGE, &page, &matched));
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    assert!(page.contains("with too low a quality (GQ)</dt><dd>1</dd>"), "{page}");
    expect(&verdicts(&find(&["--all"])), &[("1", "het"), ("2", "het"), ("5", "reference")]);
    world.write("raw.txt", &crate::support::raw("rs1 1 100 AG"));
    let raw = run(world.directory(), MERGE, &["match", "--sample", "raw.txt", "clinvar.vcf", "--min-dp", "3"], b"");
    assert!(failed(&raw, 2).contains("a raw file has neither"));
}
