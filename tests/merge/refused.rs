//! Input that is not what it should be.

use std::fmt::Write as _;
use std::io::Write as _;

use serde_json::Value;

use crate::support::{MERGE, World, expect, failed, gzipped, ok, raw, run, stderr, zipped};

#[test]
fn another_build_is_refused_and_unsorted_streams_are() {
    let mut records = String::new();
    let mut calls = String::new();
    for at in 1..=300 {
        writeln!(records, "1 {} {at} A G .", at * 10).unwrap();
        writeln!(calls, "rs{at} 1 {} {}", at * 10, if at % 3 == 0 { "CC" } else { "AA" }).unwrap();
    }
    let world = World::new(&records, &calls);
    let output = world.matching(&["-o", "out.vcf"]);
    let message = failed(&output, 1);
    assert!(message.contains("33 of 100 informative loci disagree") && message.contains("GRCh37"), "{message}");
    assert!(!world.path("out.vcf").exists());
    assert!(world.matching(&[]).stdout.ends_with(b"#vdx-merge: incomplete"));
    // As soon as it is known: what comes later is not looked at.
    world.write("clinvar.vcf", &(std::fs::read_to_string(world.path("clinvar.vcf")).unwrap() + "1\t5\n"));
    let message = failed(&world.matching(&["--chunk-size", "150"]), 1);
    assert!(message.contains("33 of 100 informative loci disagree"), "{message}");

    // Too few loci to tell, and headers that disagree.
    let world = World::new("1 10 1 A G .", "rs1 1 10 AG");
    let message = failed(&world.matching(&["--sample-build", "GRCh38"]), 1);
    assert!(message.contains("says GRCh38") && message.contains("GRCh37"), "{message}");
    // Which is known of a raw file before the stream.
    world.write("unsorted.vcf", &(std::fs::read_to_string(world.path("clinvar.vcf")).unwrap() + "1\t5\n"));
    let arguments = ["match", "--sample", "raw.txt", "--sample-build", "GRCh38", "unsorted.vcf"];
    let message = failed(&run(world.directory(), MERGE, &arguments, b""), 1);
    assert!(message.contains("its 1 row(s) with letters are too few"), "{message}");

    let world = World::new("1 20 1 A G .\n1 10 2 A G .", "rs1 1 10 AG");
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("clinvar.vcf:6 1:10: ") && message.contains("1:20"), "{message}");
    let world = World::new("1 20 1 A G .\n2 10 2 A G .\n1 30 2 A G .", "rs1 1 10 AG");
    let message = failed(&world.matching(&["--chunk-size", "1"]), 1);
    assert!(message.contains("clinvar.vcf:7 1:30: ") && message.contains("2:10"), "{message}");
}

#[test]
fn bad_samples_say_what_is_wrong() {
    let world = World::new("1 10 1 A G .", "rs1 1 10 AG\nrs2 1 x AG\nrs3 1 30 QZ");
    let output = world.matching(&["--stats", "stats.json"]);
    let message = stderr(&output);
    assert!(message.contains("raw.txt:5: ") && message.contains("raw.txt:6: "), "{message}");
    assert!(!message.contains("QZ"), "a genotype in the log: {message}");
    ok(output);
    let stats: Value = serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
    assert_eq!(stats["reasons"]["unreadable_sample_lines"], 2);
    assert_eq!(stats["reasons"]["het"], 1);

    let mut zipped = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    zipped.write_all(raw("rs1 1 10 AG").trim_end().as_bytes()).unwrap();
    std::fs::write(world.path("raw.txt"), zipped.finish().unwrap()).unwrap();
    expect(&world.verdicts(&[]), &[("1", "het")]);

    // A cut that is allowed is told.
    let cut = gzipped(&raw("rs1 1 10 AG\nrs2 1 20 AG"));
    std::fs::write(world.path("raw.txt"), &cut[..cut.len() - 8]).unwrap();
    assert!(failed(&world.matching(&[]), 1).contains("raw.txt: truncated gzip"));
    let read = world.matching(&["--allow-truncated"]);
    assert!(stderr(&read).contains("warning: raw.txt: truncated gzip"), "{}", stderr(&read));
    ok(read);

    world.write("raw.txt", "one\t1\t10\tAG\n");
    assert!(failed(&world.matching(&[]), 1).contains("say which with --sample-format"));
    ok(world.matching(&["--sample-format", "23andme"]));
    std::fs::write(world.path("raw.txt"), b"PK\x03\x04zip").unwrap();
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("raw.txt: ") && message.contains("whole ZIP archive"), "{message}");
    assert!(failed(&world.matching(&["--sample", "-"]), 2).contains("--sample"));
    let stdin =
        run(world.directory(), MERGE, &["match", "--sample", "-", "clinvar.vcf"], raw("rs1 1 10 AG").as_bytes());
    assert!(String::from_utf8(ok(stdin)).unwrap().contains("VDX_VERDICT=het"));
}

#[test]
fn archives_hold_one_sample_or_are_refused() {
    let world = World::new("1 10 1 A G .", "");
    let put = |bytes: &[u8]| std::fs::write(world.path("raw.txt"), bytes).unwrap();
    let (het, hom) = (raw("rs1 1 10 AG"), raw("rs1 1 10 GG"));
    put(&zipped(&[("readme.txt", "Thank you\n"), ("genome.txt", &het), ("__MACOSX/._genome.txt", "x")]));
    expect(&world.verdicts(&[]), &[("1", "het")]);

    // Two gzip members are one file, each with its line of names, as FTDNA's downloads are joined.
    let names = "RSID,CHROMOSOME,POSITION,RESULT\n";
    put(&[gzipped(&format!("{names}rs9,1,5,AA\n")), gzipped(&format!("{names}rs1,1,10,AG\n"))].concat());
    let output = world.matching(&["--stats", "stats.json"]);
    assert!(!stderr(&output).contains("left out"), "{}", stderr(&output));
    assert!(String::from_utf8(ok(output)).unwrap().contains("VDX_VERDICT=het"));

    put(&zipped(&[("one.txt", &het), ("two.txt", &hom)]));
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("found several: 'one.txt', 'two.txt'"), "{message}");
    put(&zipped(&[("readme.txt", "Thank you\n")]));
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("found 'readme.txt'"), "{message}");

    // Genes for Good's archive has one person in several ways.
    let good = |calls: &str| raw(calls).replace("generated by 23andMe", "by Genes for Good");
    let (first, second) = (good("rs1 1 10 AG"), good("rs1 1 10 AA"));
    put(&zipped(&[("GFG_phased.txt", &second), ("GFG_filtered_unphased_genotypes_23andMe.txt", &first)]));
    expect(&world.verdicts(&[]), &[("1", "het")]);

    // A VCF in an archive, damage, and a pipe.
    let vcf = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n\
        1\t10\t.\tA\tG\t.\t.\t.\tGT\t1/1\n";
    put(&zipped(&[("me.vcf", vcf)]));
    expect(&world.verdicts(&[]), &[("1", "hom")]);
    let mut damaged = zipped(&[("genome.txt", &het.repeat(2))]);
    let crc = damaged.windows(4).rposition(|bytes| bytes == b"PK\x01\x02").unwrap() + 16;
    damaged[crc] ^= 1;
    put(&damaged);
    assert!(failed(&world.matching(&[]), 1).contains("checksum"));
    let arguments = ["match", "--sample", "-", "clinvar.vcf"];
    let message = failed(&run(world.directory(), MERGE, &arguments, &zipped(&[("a", &het)])), 1);
    assert!(message.contains("standard input"), "{message}");
}

#[test]
fn what_is_taken_for_clinvar_or_for_a_sample_is_named() {
    let world = World::new("1 10 1 A G .", "rs1 1 10 AG");
    world.write("clinvar.xml", "<?xml version=\"1.0\"?>\n<ReleaseSet/>\n");
    world.write("summary.txt", "#AlleleID\tType\tName\n15041\tIndel\tx\n");
    world.write("bare.csv", "rs77,1,10,AG\nrs78,1,11,CC\n");
    let find = |arguments: &[&str]| {
        let output = run(world.directory(), MERGE, &[&["match"], arguments].concat(), b"");
        let message = failed(&output, 1);
        assert!(!message.contains("AG"), "a genotype in the log: {message}");
        message
    };
    assert!(find(&["--sample", "raw.txt", "clinvar.xml"]).contains("found XML"));
    assert!(find(&["--sample", "raw.txt", "summary.txt"]).contains("summaries"));
    assert!(find(&["--sample", "clinvar.vcf", "raw.txt"]).contains("found raw genotypes (23andMe)"));
    assert!(find(&["--sample", "clinvar.vcf", "bare.csv"]).contains("give them as --sample"));
    assert!(find(&["--sample", "bare.csv", "--sample-format", "vcf", "clinvar.vcf"]).contains("found something else"));
    let message = find(&["--sample", "raw.txt", "--sample-format", "myheritage", "clinvar.vcf"]);
    assert!(message.contains("is from MyHeritage, its content that it is from 23andMe"), "{message}");
    world.write("raw.txt", " \n");
    assert!(find(&["--sample", "raw.txt", "clinvar.vcf"]).contains("found no data"));
    world.write(
        "me.vcf",
        "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n1\t10\t.\tA\tAG",
    );
    let message = find(&["--sample", "me.vcf", "clinvar.vcf"]);
    assert!(message.contains("me.vcf:3: ") && message.contains("('1\t10')"), "{message}");
}

#[test]
fn two_people_and_files_that_were_cut_are_noticed() {
    let calls = |letters: &str| -> String {
        (0..1100).map(|at| format!("rs{at} {} {} {letters}\n", 1 + at % 20, 100 + at)).collect()
    };
    let world = World::new("1 10 1 A G .", &calls("AG"));
    let output = world.matching(&[]);
    assert!(stderr(&output).contains("none on chromosome 21, 22"), "{}", stderr(&output));
    ok(output);
    world.write("raw.txt", &raw(&(calls("AG") + &calls("AA"))));
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("raw.txt: ") && message.contains("1100 of 1100 sites"), "{message}");
    assert!(message.contains("two people joined"), "{message}");

    let mut records = String::new();
    for at in 1..=300 {
        writeln!(records, "1 {} {at} A G RS={at}", at * 10).unwrap();
    }
    let moved: String = (1..=300).map(|at| format!("rs{at} 1 {} AA\n", at * 10 + 5)).collect();
    let world = World::new(&records, &moved);
    let old = raw(&moved).replace("build 37", "build 36");
    world.write("raw.txt", &old);
    let message = failed(&world.matching(&[]), 1);
    assert!(message.contains("300 of 300 rsIDs lie elsewhere") && message.contains("NCBI36: lift"), "{message}");

    // Letters that fit prove the build whatever the ids say, which a warning tells.
    let agreeing: String = (1..=300).map(|at| format!("i{at} 1 {} AA\n", at * 10)).collect();
    world.write("raw.txt", &raw(&(agreeing + &moved)));
    let output = world.matching(&["--stats", "stats.json"]);
    let log = stderr(&output);
    assert!(log.contains("300 of 300 rsIDs") && log.contains("300 of 300 informative loci"), "{log}");
    assert!(log.contains("another dbSNP release"), "{log}");
    ok(output);
    let stats: Value = serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
    assert_eq!(stats["details"]["evidence"]["build_and_strand_proven"], true);
}
