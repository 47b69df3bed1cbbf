//! What is said about a record, and how far it can be trusted.

use crate::support::{MERGE, World, expect, failed, ok, rows, run, stderr, text, verdicts};

#[test]
fn letters_are_checked_against_the_alleles_and_never_the_rsid_alone() {
    let world = World::proven(
        "1 100 1 A G RS=1\n1 110 2 A G RS=2\n1 120 3 A G RS=3\n1 130 4 A G RS=4\n1 140 5 A G RS=5\n1 140 6 A T RS=5\n\
         1 150 7 C G RS=7\n1 160 8 A G RS=8\n1 170 9 A . RS=9\nX 5000000 10 A G .\nMT 300 11 T C .",
        "rs1 1 100 AG\nrs2 1 110 GG\nrs3 1 120 AA\nrs4 1 130 --\nrs5 1 140 TT\nrs7 1 150 GG\nrs8 1 163 AG\nrs9 1 170 AA\n\
         i1 X 5000000 G\ni2 MT 300 C",
    );
    let found = world.verdicts(&[]);
    expect(
        &found,
        &[
            ("1", "het"),
            ("2", "hom"),
            ("3", "reference"),
            ("4", "no_call"),
            ("5", "other_allele"),
            ("6", "hom"),
            ("7", "hom"),
            ("8", "het"),
            ("9", "unresolved"),
            ("10", "hemizygous"),
            ("11", "hemizygous"),
        ],
    );
    let table = rows(&ok(world.matching(&["-O", "json"])));
    let carried: Vec<(&str, &str, &str)> =
        table.iter().map(|row| (text(row, "variation_id"), text(row, "genotype"), text(row, "match_type"))).collect();
    assert_eq!(
        carried,
        [
            ("1", "A/G", "rsid_and_position"),
            ("2", "G/G", "rsid_and_position"),
            ("6", "T/T", "rsid_and_position"),
            ("7", "G/G", "rsid_and_position"),
            ("8", "A/G", "rsid_moved"),
            ("10", "G", "position"),
            ("11", "C", "position"),
        ]
    );
    assert_eq!(table[0]["confidence"], 0.6);
    assert_eq!(table[4]["confidence"], 0.48);
    assert_eq!(table[5]["confidence"], 0.42);
}

#[test]
fn a_palindrome_is_ambiguous_while_the_strand_is_unproven() {
    let world = World::new("1 100 1 C G .\n1 110 2 C G .\n1 120 3 A G .", "i1 1 100 GG\ni2 1 110 CG\ni3 1 120 GG");
    let output = world.matching(&["--all"]);
    assert!(
        stderr(&output).contains("3 informative loci") || stderr(&output).contains("1 informative loci"),
        "{}",
        stderr(&output)
    );
    let vcf = String::from_utf8(ok(output)).unwrap();
    assert!(vcf.contains("Strand=unproven") && vcf.contains("build_unproven"), "{vcf}");
    expect(&world.verdicts(&[]), &[("1", "strand_ambiguous"), ("2", "het"), ("3", "hom")]);
}

#[test]
fn indels_fit_where_they_can_be_placed() {
    // 1:      GGGCACACACAGGGTTTTACGT...
    // CA repeat at 4-11, the anchor G at 3; T run at 15-18, the anchor G at 14.
    let bases = format!("GGGCACACACAGGGTTTTACGT{}", "ACGTTGCA".repeat(20));
    let records = "1 3 1 GCA G RS=1\n1 14 2 G GT RS=2\n1 17 3 TT T RS=3\n1 40 4 C CAAA RS=4";
    let calls = "i1 1 8 DI\nrs2 1 16 II\nrs4 1 60 DI";
    let world = World::proven(records, calls);
    world.write("ref.fa", &format!(">1\n{bases}\n"));
    let with = world.verdicts(&["-f", "ref.fa"]);
    // The rsID tells the T insertion from the T deletion; an rsID far from where the indel can be tells nothing.
    expect(&with, &[("1", "het"), ("2", "hom"), ("3", "not_assayed"), ("4", "unresolved")]);
    let without = world.matching(&["--all", "-O", "json"]);
    assert!(stderr(&without).contains("give -f REF.fa"), "{}", stderr(&without));
    let without = verdicts(&ok(without));
    expect(&without, &[("2", "unresolved"), ("4", "unresolved")]);
    assert!(!without.contains_key("1"), "nothing links the row with the record");

    // Without an rsID two fits are unresolved; two rows of one allele are one fit.
    let world = World::proven(records, "i2 1 16 DI");
    world.write("ref.fa", &format!(">1\n{bases}\n"));
    expect(&world.verdicts(&["-f", "ref.fa"]), &[("2", "unresolved"), ("3", "unresolved")]);
    let world = World::proven("1 3 1 GCA G .\n1 8 2 CAC C .", "i1 1 5 DI");
    world.write("ref.fa", &format!(">1\n{bases}\n"));
    expect(&world.verdicts(&["-f", "ref.fa"]), &[("1", "het"), ("2", "het")]);
}

#[test]
fn an_rsid_on_another_chromosome_says_nothing() {
    // AncestryDNA has put rsIDs of the mitochondrion on chromosome 1.
    let world = World::proven("1 300 1 T C .\nMT 300 2 T C RS=5", "");
    let proof: String = (1..=200).map(|at| format!("rs9{at:06} 22 {} A A\n", at * 10)).collect();
    world.write("raw.txt", &format!("#AncestryDNA raw data download\n{proof}rs5 1 300 C C\n"));
    let found = world.verdicts(&[]);
    expect(&found, &[("1", "hom")]);
    assert!(!found.contains_key("2"));
}

#[test]
fn a_class_of_a_haplotype_is_none_of_its_parts() {
    let Some(data) = vdx_testkit::data() else { return };
    let clinvar = data.join("real/clinvar/clinvar_20260226.onc_sci_incl.GRCh38.vcf.gz");
    let mut lines = String::new();
    let file = std::fs::File::open(&clinvar).unwrap();
    std::io::Read::read_to_string(&mut flate2::read::MultiGzDecoder::new(file), &mut lines).unwrap();
    // Somebody with one copy of everything.
    let mut sample = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n".to_owned();
    for record in lines.lines().filter(|line| !line.starts_with('#')) {
        let fields: Vec<&str> = record.split('\t').collect();
        sample += &format!("{}\t.\tPASS\t.\tGT\t0/1\n", fields[..5].join("\t"));
    }
    let world = World::new("", "");
    world.write("me.vcf", &sample);
    let arguments = ["match", "--sample", "me.vcf", "-O", "json", clinvar.to_str().unwrap()];
    let table = rows(&ok(run(world.directory(), MERGE, &arguments, b"")));
    let flagged = |flag: &str| -> Vec<&str> {
        let has = |row: &&serde_json::Value| text(row, "flags").split('|').any(|known| known == flag);
        table.iter().filter(has).map(|row| text(row, "variation_id")).collect()
    };
    assert_eq!(flagged("class_of_haplotype_only"), ["267741", "267740"]);
    for row in &table {
        let silent = text(row, "clinical_significance") == "no classification for the single variant";
        assert!(!silent || text(row, "trust_reasons").is_empty(), "stars of no class are judged: {row}");
    }
    assert!(!flagged("somatic_class_only").is_empty());
}

#[test]
fn clinvars_text_starts_no_formula_in_a_spreadsheet() {
    let record = "1 10 1 A G CLNDN=%3DHYPERLINK(\"http://x\");CLNSIG=@SUM(1);GENEINFO=-cmd|x:1;MC=SO:1|+1+1;RS=1";
    let world = World::new(record, "rs1 1 10 AG");
    for layout in ["csv", "tsv", "json"] {
        let table = ok(world.matching(&["-O", layout]));
        let piped = ok(run(world.directory(), MERGE, &["report", "-O", layout], &ok(world.matching(&[]))));
        assert!(table == piped, "{layout} differs");
        let text = String::from_utf8(table).unwrap();
        let (formulas, quoted) = match layout {
            "csv" => (["\"'=HYPERLINK(\"\"http://x\"\")\"", "'@SUM(1)", "'-cmd|x", "'+1+1"], ','),
            "tsv" => (["=HYPERLINK(\"http://x\")", "@SUM(1)", "-cmd|x", "+1+1"], '\t'),
            _ => continue,
        };
        for formula in formulas {
            assert!(text.contains(&format!("{quoted}{formula}{quoted}")), "{formula}: {text}");
        }
    }
}

#[test]
fn the_table_takes_gnomad_columns_as_they_come() {
    let world = World::new("1 10 1 A G CLNSIG=Pathogenic", "rs1 1 10 AG");
    let vcf = String::from_utf8(ok(world.matching(&[]))).unwrap();
    let annotated = vcf
        .replace("#CHROM", "##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description=\"\">\n##INFO=<ID=gnomad_FILTER,Number=A,Type=String,Description=\"\">\n#CHROM")
        .replace(";VDX_VERDICT", ";gnomad_AF=1.50000e-04;gnomad_FILTER=AC0|RF;VDX_VERDICT");
    let table = ok(run(world.directory(), MERGE, &["report"], annotated.as_bytes()));
    let table = String::from_utf8(table).unwrap();
    assert!(table.lines().next().unwrap().contains("\tvariation_id\tgnomad_af\tgnomad_filters\tverdict\t"), "{table}");
    assert!(table.contains("\t1.50000e-04\tAC0|RF\thet\t"), "{table}");
    // An array's heterozygous call, rarer and rarer; a VCF's is no array's.
    let trust = |stream: &str| {
        let table = rows(&ok(run(world.directory(), MERGE, &["report", "-O", "json"], stream.as_bytes())));
        (text(&table[0], "trust").to_owned(), text(&table[0], "trust_reasons").to_owned())
    };
    let told = |trust: &str, reasons: &str| (trust.to_owned(), reasons.to_owned());
    assert_eq!(trust(&annotated), told("", ""));
    let rarer = annotated.replace("1.50000e-04", "1.50000e-05");
    assert_eq!(trust(&rarer), told("doubtful", "array_call_rarer_than_1e-4"));
    let rarest = annotated.replace("1.50000e-04", "1.50000e-06");
    assert_eq!(trust(&rarest), told("likely_false_positive", "array_call_rarer_than_1e-5"));
    assert_eq!(trust(&rarest.replace("Vendor=23andMe", "Vendor=VCF")), told("", ""));
    let unknown = annotated.replace(";gnomad_AF=1.50000e-04;gnomad_FILTER=AC0|RF", "");
    assert_eq!(trust(&unknown), told("likely_false_positive", "array_call_unknown_to_gnomad"));
    assert!(failed(&run(world.directory(), MERGE, &["report", "clinvar.vcf"], b""), 1).contains("vdx-merge match"));
    assert!(
        failed(&run(world.directory(), MERGE, &["match", "--sample", "raw.txt"], vcf.as_bytes()), 1)
            .contains("already")
    );
}

#[test]
fn several_alts_are_found_as_behind_a_split() {
    let bases = format!("GGGCACACACAGGGTTTTACGT{}", "ACGTTGCA".repeat(20));
    let records = "1 3 1 GCA G,GCACA CLNSIG=Pathogenic;RS=1\n1 50 2 A C,G,T CLNSIG=Benign;RS=2\n1 60 3 C CT,G .\n\
                   1 70 4 AC A,GC,* .\n1 80 5 A C,<DEL> .";
    let world = World::proven(records, "i1 1 8 DI\nrs2 1 50 CT\nrs3 1 60 CG\nrs4 1 70 AG\nrs5 1 80 CC");
    world.write("ref.fa", &format!(">1\n{bases}\n"));
    let genome = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tme\n\
                  1\t3\t.\tG\tGCA\t.\t.\t.\tGT\t0/1\n1\t50\t.\tA\tC,T\t.\t.\t.\tGT\t1/2\n1\t60\t.\tC\tG\t.\t.\t.\tGT\t1/1\n";
    world.write("me.vcf", genome);
    let split = ok(run(world.directory(), "vdx-normalize", &["-m", "-any", "--no-version", "clinvar.vcf"], b""));
    assert!(split.len() > world.path("clinvar.vcf").metadata().unwrap().len() as usize);
    for sample in ["raw.txt", "me.vcf"] {
        for more in [&["-f", "ref.fa"][..], &[], &["--all"], &["--all", "-O", "tsv"]] {
            let find = |input: &str, stdin: &[u8]| {
                let words = [&["match", "--sample", sample, input, "--no-version"], more].concat();
                ok(run(world.directory(), MERGE, &words, stdin))
            };
            let (whole, parts) = (find("clinvar.vcf", b""), find("-", &split));
            assert!(whole == parts, "{sample} {more:?}: {}", String::from_utf8_lossy(&whole));
        }
    }
    let found = rows(&ok(world.matching(&["-f", "ref.fa", "-O", "json"])));
    let carried: Vec<(&str, &str)> =
        found.iter().map(|row| (text(row, "variation_id"), text(row, "alt_allele"))).collect();
    assert_eq!(carried, [("2", "C"), ("2", "T"), ("3", "G"), ("4", "GC"), ("5", "C")]);
}

#[test]
fn letters_for_several_bases_are_compared_by_length() {
    let world = World::proven(
        "1 100 1 A ATNNNNR RS=1\n1 200 2 ANN A RS=2\n1 300 3 A N RS=3\n1 400 4 A R .\n1 500 5 A ANN RS=5",
        "rs1 1 100 DI\nrs2 1 200 DD\nrs3 1 300 AN\nrs4 1 400 AG\nrs5 1 500 AA",
    );
    expect(&world.verdicts(&[]), &[("1", "het"), ("2", "hom"), ("4", "not_assayed"), ("5", "unresolved")]);
    let table = rows(&ok(world.matching(&["--all", "-O", "json"])));
    assert!(table.iter().all(|row| text(row, "variation_id") != "3" || text(row, "verdict") != "het"), "{table:?}");
}

#[test]
fn no_result_is_no_call_wherever_the_indel_can_be_written() {
    // The CA repeat at 4-11 lets the deletion begin anywhere in it; 40 is elsewhere.
    let bases = format!("GGGCACACACAGGGTTTTACGT{}", "ACGTTGCA".repeat(20));
    let world = World::proven("1 3 1 GCA G .\n1 40 2 C CAAA .", "i1 1 9 --\ni2 1 60 --");
    world.write("ref.fa", &format!(">1\n{bases}\n"));
    let with = world.verdicts(&["-f", "ref.fa"]);
    expect(&with, &[("1", "no_call")]);
    assert!(!with.contains_key("2"), "{with:?}");
    assert!(!world.verdicts(&[]).contains_key("1"), "nothing tells without a reference");
}
