//! Raw files of every maker, and what is inferred about them.

use std::fmt::Write as _;

use serde_json::Value;

use crate::support::{MERGE, World, expect, failed, ok, rows, run, stderr, text, verdicts, zipped};

#[test]
fn whoever_made_the_file_the_verdicts_are_the_same() {
    let records = "1 100 1 A G RS=1\n1 110 2 A G RS=2\n1 120 3 A G RS=3\nX 5000000 4 C T RS=4\nMT 300 5 T C .";
    let expected = [("1", "het"), ("2", "no_call"), ("3", "hom"), ("4", "hom"), ("5", "hemizygous")];
    let quoted = "\"rs1\",\"1\",\"100\",\"AG\"\n\"rs2\",\"1\",\"110\",\"--\"\n\"rs3\",\"1\",\"120\",\"GG\"\n";
    let on_x = "\"rs4\",\"X\",\"5000000\",\"TT\"\n\"i5\",\"MT\",\"300\",\"C\"\n";
    let heritage = format!("# MyHeritage DNA raw data.\nRSID,CHROMOSOME,POSITION,RESULT\n{quoted}{on_x}");
    let named = "RSID,CHROMOSOME,POSITION,RESULT\n";
    let joined = format!("{named}{quoted}{named}{on_x}");
    let four = "rs1\t1\t100\tAG\nrs2\t1\t110\t--\nrs3\t1\t120\tGG\nrs4\tX\t5000000\tTT\ni5\tMT\t300\tC\n";
    let two = "rs1 1 100 A G\nrs2 1 110 0 0\nrs3 1  120 G G\nrs4 23 5000000 T T\ni5 26 300 C C\n";
    let report = |kind: &str| {
        format!(
            "[Header]\nContent\t\tGSA-24v1-0_A1.bpm\n[Data]\n\
             SNP Name\tSample ID\tAllele1 - Top\tAllele2 - Top\tAllele1 - {kind}\tAllele2 - {kind}\tChr\tPosition\n\
             rs1\ts\tC\tC\tA\tG\t1\t100\nrs2\ts\tC\tC\t-\t-\t1\t110\nrs3\ts\tC\tC\tG\tG\t1\t120\n\
             rs4\ts\tC\tC\tT\tT\tX\t5000000\nx5\ts\tC\tC\tC\tC\tMT\t300\n"
        )
    };
    let circle = "# Circle\n# MARKERNAME\tCHROM\tPOS\tGT\nrs1\tchr1\t100\tA/G\nrs2\tchr1\t110\t./.\n\
        rs3\tchr1\t120\tG/G\nrs4\tchrX\t5000000\tT/T\nchrM:300:C\tchrM\t300\tC/C\n";
    let decode = "Name,Variation,Chromosome,Position,Strand,YourCode\nrs1,A/G,1,100,-,TC\nrs2,A/G,1,110,+,--\n\
        rs3,A/G,1,120,-,CC\nrs4,C/T,X,5000000,-,AA\ni5,C/T,MT,300,+,CC\n";
    let files = [
        ("23andMe", format!("# 23andMe\n{four}")),
        ("LivingDNA", format!("# Living DNA customer genotype data download file\n{four}")),
        ("GenesForGood", format!("# Genes for Good\n{four}")),
        ("DNA.Land", format!("# DNA.Land\n{four}")),
        ("tellmeGen", format!("rsid\tChromosome\tposition\tgenotype\n{four}")),
        ("generic", four.replace('\t', ",")),
        ("AncestryDNA", format!("#AncestryDNA raw data download\nrsid\tchromosome\tposition\tallele1\tallele2\n{two}")),
        ("MyHeritage", heritage.clone()),
        ("MyHeritage", heritage.replace("\",\"", "\"\",\"\"")),
        ("FTDNA", joined),
        ("Mapmygenome", report("Plus").replace(" - ", "...").split_once("[Data]\n").unwrap().1.to_owned()),
        ("Illumina", report("Plus")),
        ("Illumina", report("Forward")),
        ("CircleDNA", circle.to_owned()),
        ("deCODEme", decode.to_owned()),
    ];
    for (vendor, text) in files {
        let world = World::new(records, "");
        world.write("raw.txt", &text);
        // deCODEme's positions are those of NCBI 36, unless somebody has lifted them over and says so.
        let lifted: &[&str] = if vendor == "deCODEme" { &["--sample-build", "GRCh37"] } else { &[] };
        expect(&world.verdicts(lifted), &expected);
        let vcf = String::from_utf8(ok(world.matching(&[&["--all"], lifted].concat()))).unwrap();
        assert!(vcf.contains(&format!("##vdx_sample=<ID=SAMPLE,Vendor={vendor},")), "{vendor}: {vcf}");
        assert_eq!(vcf.contains(",Chip=GSA-24v1-0_A1,"), vendor == "Illumina", "{vcf}");
        std::fs::write(world.path("raw.txt"), zipped(&[("a/data.txt", &text)])).unwrap();
        expect(&world.verdicts(lifted), &expected);
    }
}

#[test]
fn forward_alleles_are_held_against_ref_and_never_guessed() {
    let (mut records, mut calls) = (String::new(), String::new());
    // 150 heterozygous sites, half of them of the minus strand: the build is proven, the strand of a row never.
    for at in 1..=150 {
        writeln!(records, "22 {} 9{at:03} A G .", at * 10).unwrap();
        writeln!(calls, "s\trs9{at}\t22\t{}\t{}", at * 10, if at % 2 == 0 { "A\tG" } else { "T\tC" }).unwrap();
    }
    records.push_str(
        "1 100 1 A G .\n1 110 2 A G .\n1 120 3 A T .\n1 130 4 A T .\n1 140 5 A G .\n1 140 6 A T .\n1 150 7 A C .",
    );
    calls.push_str(
        "s\trs1\t1\t100\tC\tC\ns\trs2\t1\t110\tG\tG\ns\trs3\t1\t120\tT\tT\ns\trs4\t1\t130\tA\tT\ns\trs5\t1\t140\tT\tT\n\
         s\trs7\t1\t150\tT\tT\n",
    );
    let names = "Sample ID\tSNP Name\tChr\tPosition\tAllele1 - Forward\tAllele2 - Forward";
    let world = World::new(&records, "");
    world.write("raw.txt", &format!("[Header]\nNum Samples\t1\n[Data]\n{names}\n{calls}"));
    let output = world.matching(&["--all", "-O", "json"]);
    assert!(stderr(&output).contains("Forward alleles"), "{}", stderr(&output));
    let json = ok(output);
    expect(
        &verdicts(&json),
        &[
            ("1", "hom"),
            ("2", "hom"),
            ("3", "strand_ambiguous"),
            ("4", "het"),
            ("5", "strand_ambiguous"),
            ("6", "strand_ambiguous"),
            ("7", "reference"),
            ("9001", "het"),
            ("9002", "het"),
        ],
    );
    for row in rows(&json) {
        let flipped = ["1", "5", "7", "9001"].contains(&text(&row, "variation_id"));
        let checked = flipped || ["2", "9002"].contains(&text(&row, "variation_id"));
        assert!(!checked || text(&row, "flags").contains("other_strand") == flipped, "{row}");
    }
    let vcf = String::from_utf8(ok(world.matching(&[]))).unwrap();
    assert!(vcf.contains("BuildBy=data,Strand=either"), "{vcf}");

    // Pairs that fit neither strand: another build.
    world.write("raw.txt", &format!("[Header]\n[Data]\n{names}\n{}", calls.replace("A\tG", "A\tC")));
    assert!(failed(&world.matching(&[]), 1).contains("50 of 100 informative loci disagree"));
}

#[test]
fn what_is_inferred_is_told_with_its_confidence() {
    let mut calls = String::new();
    for at in 1..=200 {
        writeln!(calls, "rsx{at} 23 {} A A", 5_000_000 + at * 10).unwrap();
        writeln!(calls, "rsy{at} 24 {} C C", 5_000_000 + at * 10).unwrap();
    }
    let header = "#AncestryDNA raw data download\n#... array version: V2.0\n#... build 37.1 coordinates.\n\
        rsid\tchromosome\tposition\tallele1\tallele2\n";
    let records = "X 150000 1 A G .\nX 5000010 2 C A .\nX 6000000 3 A G .";
    let world = World::proven(records, "");
    let proof: String = (1..=200).map(|at| format!("rs9{at:06} 22 {} A A\n", at * 10)).collect();
    let man = format!("{header}{proof}{calls}rs1 25 150000 A G\nrs3 23 6000000 A G\n");
    world.write("raw.txt", &man);
    let stats = |more: &[&str]| -> (Value, String) {
        let output = world.matching(&[&["--stats", "stats.json"], more].concat());
        let log = stderr(&output);
        ok(output);
        (serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap(), log)
    };
    // Doubled letters of a man are one allele; in the pseudoautosomal region he has two; elsewhere two are an error.
    let table = rows(&ok(world.matching(&["--all", "-O", "json"])));
    let of = |id: &str| table.iter().find(|row| text(row, "variation_id") == id).unwrap();
    assert_eq!((text(of("1"), "verdict"), text(of("1"), "flags")), ("het", ""));
    assert_eq!(text(of("2"), "verdict"), "hemizygous");
    assert_eq!((text(of("3"), "verdict"), text(of("3"), "flags")), ("het", "het_where_haploid"));
    let (told, _) = stats(&[]);
    let sample = &told["details"]["sample"];
    assert_eq!((&sample["vendor"], &sample["chip"]), (&Value::from("AncestryDNA"), &Value::from("V2.0")));
    for (what, value, by) in [
        ("vendor", "AncestryDNA", "content"),
        ("build", "GRCh37", "data"),
        ("strand", "plus", "data"),
        ("sex", "male", "X and Y"),
    ] {
        let inferred = &sample["inferred"][what];
        assert_eq!((text(inferred, "value"), text(inferred, "by")), (value, by), "{what}");
        assert_eq!(text(inferred, "confidence"), "high", "{what}");
    }

    // X of a woman and Y of a man: neither is believed, both are named.
    let both = man.replace("0 A A\nrsy", "0 A G\nrsy");
    world.write("raw.txt", &both);
    let (told, log) = stats(&[]);
    assert_eq!(text(&told["details"]["sample"]["inferred"]["sex"], "value"), "unknown");
    assert!(log.contains("X says female") && log.contains("Y says male"), "{log}");

    // Who made it: the user overrules the content, which is named; line 1 overrules later comments; two makers in
    // these alone are refused.
    let (told, log) = stats(&["--sample-format", "generic"]);
    assert!(log.contains("from generic") && log.contains("from AncestryDNA"), "{log}");
    assert_eq!(text(&told["details"]["sample"]["inferred"]["vendor"], "confidence"), "low");
    let told_twice = both.replacen("#...", "# as 23andMe has it ...", 1);
    world.write("raw.txt", &told_twice);
    let (told, log) = stats(&[]);
    assert!(log.contains("line 1 of the sample says that it is from AncestryDNA") && log.contains("23andMe"), "{log}");
    let vendor = &told["details"]["sample"]["inferred"]["vendor"];
    assert_eq!((text(vendor, "value"), text(vendor, "confidence")), ("AncestryDNA", "low"));
    world.write("raw.txt", &format!("# raw data\n{told_twice}"));
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("from 23andMe") && message.contains("from AncestryDNA"), "{message}");
}

/// Files that openSNP has published as its test data.
#[test]
fn genuine_files_are_known_by_their_makers() {
    let Some(data) = vdx_testkit::data() else { return };
    for (file, vendor, by, confidence, build, said_by, rows) in [
        ("opensnp.testdatensatz1_23andme.txt", "23andMe", "content", "high", "NCBI36", "header", 985),
        ("opensnp.ancestry_test.csv", "AncestryDNA", "content", "high", "GRCh37", "header", 5),
        ("opensnp.decode_small.txt", "deCODEme", "columns", "medium", "NCBI36", "format", 999),
    ] {
        // A ClinVar that does not say its build, so that the sample's word stands alone.
        let world = World::new("1 10 1 A G .", "");
        let clinvar = std::fs::read_to_string(world.path("clinvar.vcf")).unwrap();
        world.write("silent.vcf", &clinvar.replace("##reference=GRCh37\n", ""));
        let sample = data.join("real/raw").join(file);
        let arguments = ["match", "--sample", sample.to_str().unwrap(), "--stats", "stats.json"];
        let find = |clinvar| run(world.directory(), MERGE, &[&arguments[..], &[clinvar]].concat(), b"");
        let vcf = String::from_utf8(ok(find("silent.vcf"))).unwrap();
        assert!(vcf.contains(&format!(",Build={build},BuildBy={said_by},")) && vcf.contains(vendor), "{vcf}");
        let stats = std::fs::read(world.path("stats.json")).unwrap();
        let stats: Value = serde_json::from_slice(&stats).unwrap();
        let sample = &stats["details"]["sample"];
        let of_vendor = &sample["inferred"]["vendor"];
        assert_eq!(
            (text(of_vendor, "value"), text(of_vendor, "by"), text(of_vendor, "confidence"), &sample["rows"]),
            (vendor, by, confidence, &Value::from(rows)),
            "{file}"
        );
        assert_eq!(text(&sample["inferred"]["build"], "by"), said_by, "{file}");
        assert_eq!(stats["reasons"]["unreadable_sample_lines"], 0, "{file}");
        // Against a ClinVar of another build, of which too few letters can be compared.
        if build == "NCBI36" {
            let message = failed(&find("clinvar.vcf"), 1);
            assert!(message.contains("NCBI36") && message.contains("lift the sample over"), "{message}");
        }
    }
}

#[test]
fn names_of_an_array_are_looked_up() {
    let world = World::new("1 100 1 A G RS=1\n1 120 2 A G RS=3\nX 5000000 3 C T RS=4", "");
    world.write(
        "raw.txt",
        "rsid\tChromosome\tposition\tgenotype\n1:100\t1\t100\tAG\n1:120\t1\t125\tGG\nexm9\tX\t7\tTT\n",
    );
    world.write("names.txt", "Name\tRsID\n1:100\trs1\n1:120\trs2,rs3\n2:7\trs9\n");
    let found = |more: &[&str]| rows(&ok(world.matching(&[&["-O", "json", "--stats", "stats.json"], more].concat())));
    let met = |table: &[Value]| -> Vec<(String, String)> {
        table.iter().map(|row| (text(row, "variation_id").to_owned(), text(row, "match_type").to_owned())).collect()
    };
    let pair = |id: &str, found: &str| (id.to_owned(), found.to_owned());
    assert_eq!(met(&found(&[])), [pair("1", "position")]);
    assert_eq!(met(&found(&["--rsid-map", "names.txt"])), [pair("1", "rsid_and_position"), pair("2", "rsid_moved")]);
    let stats: Value = serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
    assert_eq!(stats["details"]["sample"]["rsid_map"], serde_json::json!({"names": 3, "known": 2}));
    std::fs::write(world.path("names.txt"), crate::support::gzipped("a\tb\n")).unwrap();
    let message = failed(&world.matching(&["--rsid-map", "names.txt"]), 1);
    assert!(message.contains("names.txt:1: ") && message.contains("Name and RsID"), "{message}");
    let message = failed(&world.matching(&["--sample", "clinvar.vcf", "--rsid-map", "names.txt"]), 2);
    assert!(message.contains("cannot be used multiple times") || message.contains("--sample"), "{message}");
}
