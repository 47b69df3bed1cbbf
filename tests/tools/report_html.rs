//! The page of `vdx-merge report --html` in a real browser: it shows what was found, filters and sorts, and says nothing
//! on the console.

mod browser;
mod large;
mod layout;

use std::fmt::Write as _;
use std::os::unix::fs::PermissionsExt;

use serde_json::{Value, json};
use vdx_testkit::{Ran, Stdin, World};

use browser::{browse, chromium, driven};

/// What the driver below is appended to: it acts on the page as a person would and tells what it saw.
const DRIVER: &str = include_str!("report_html.js");

const RECORDS: &str = "\
1 1000 101 A G CLNDN=Arrhythmia_<script>window.hacked=1</script>;CLNREVSTAT=reviewed_by_expert_panel;CLNSIG=Pathogenic;GENEINFO=ZETA:11;RS=1
1 2000 102 C T CLNDISDB=MONDO:MONDO:0033613,MedGen:C5436628,OMIM:PS619026|MedGen:C3661900;CLNDN=Deafness,_autosomal_recessive|not_provided;CLNHGVS=NC_000001.10:g.2000C>T;CLNREVSTAT=criteria_provided,_single_submitter;CLNSIG=Likely_pathogenic;GENEINFO=ALFA:12|BETA:13;MC=SO:0001583|missense_variant;RS=2
2 3000 103 G A CLNDN=not_provided;CLNREVSTAT=criteria_provided,_multiple_submitters,_no_conflicts;CLNSIG=Uncertain_significance;GENEINFO=MIDI:14;RS=3
2 4000 104 A G CLNREVSTAT=criteria_provided,_single_submitter;CLNSIG=Benign;GENEINFO=BENI:15;RS=4
3 5000 105 A G GENEINFO=TUMO:16;ONC=Oncogenic;ONCDN=Neoplasm;ONCREVSTAT=criteria_provided,_single_submitter;RS=5
3 6000 106 A G CLNREVSTAT=no_classification_for_the_single_variant;CLNSIG=no_classification_for_the_single_variant;GENEINFO=HAPL:17;ONC=no_classification_for_the_single_variant;ONCREVSTAT=no_classification_for_the_single_variant;RS=6;CLNSIGINCL=999:Pathogenic
4 7000 107 A G CLNSIG=Pathogenic;GENEINFO=ABSENT:18;RS=7
5 8000 108 A G CLNREVSTAT=criteria_provided,_single_submitter;CLNSIG=Pathogenic;GENEINFO=NOVA:19;RS=8";

const CALLS: &str = "rs1 1 1000 AG\nrs2 1 2000 CT\nrs3 2 3000 AA\nrs4 2 4000 AG\nrs5 3 5000 AG\ni6 3 6000 AG\nrs7 4 7000 AA\nrs8 5 8000 AG";

const GENES: &str = "gene,inheritance,note\nALFA,AR,ACMG\nNOWHERE,AD,\n";

/// A person's match, with frequencies as `vdx-gnomad annotate` writes them; its statistics lie in `match.json`.
fn world() -> World {
    let world = World::new(1);
    let mut clinvar = "##fileformat=VCFv4.1\n##fileDate=2024-05-02\n##reference=GRCh37\n\
                       #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        .to_owned();
    for record in RECORDS.lines() {
        let fields: Vec<&str> = record.split(' ').collect();
        writeln!(clinvar, "{}\t.\t.\t{}", fields[..5].join("\t"), fields[5]).unwrap();
    }
    world.write("in.vcf", clinvar.as_bytes());
    let raw = format!("# 23andMe\n# build 37\n# rsid\tchromosome\tposition\tgenotype\n{}\n", CALLS.replace(' ', "\t"));
    world.write("raw.txt", raw.as_bytes());
    let arguments = ["match", "--sample", "raw.txt", "--all", "--stats", "match.json", "in.vcf"];
    let matched = String::from_utf8(ok(world.run("vdx-merge", &arguments, Stdin::Null))).unwrap();
    let mut annotated = String::new();
    for line in matched.lines() {
        if line.starts_with("#CHROM") {
            annotated += "##vdx_gnomadSource=<ID=gnomad_,Source=\"gnomAD exomes 2.1.1\",Build=GRCh37>\n";
            for key in ["AF", "AF_afr", "AF_nfe"] {
                writeln!(annotated, "##INFO=<ID=gnomad_{key},Number=A,Type=Float,Description=\"x\">").unwrap();
            }
        }
        let added = match line.split('\t').nth(2) {
            Some("101") => ";gnomad_AF=2.00000e-02;gnomad_AF_afr=5.00000e-02;gnomad_AF_nfe=0.00000e+00;VDX_VERDICT",
            Some("102") => ";gnomad_AF=1.00000e-05;gnomad_AF_afr=1.00000e-05;gnomad_AF_nfe=1.00000e-05;VDX_VERDICT",
            _ => ";VDX_VERDICT",
        };
        writeln!(annotated, "{}", line.replace(";VDX_VERDICT", added)).unwrap();
    }
    world.write("matched.vcf", annotated.as_bytes());
    world.write("genes.csv", GENES.as_bytes());
    world
}

fn ok(ran: Ran) -> Vec<u8> {
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    ran.stdout
}

fn report(world: &World, more: &[&str]) -> Ran {
    world.run("vdx-merge", &[&["report", "--no-version", "matched.vcf"], more].concat(), Stdin::Null)
}

#[test]
fn the_page_comes_with_the_table_and_is_private() {
    let world = world();
    let plain = ok(report(&world, &[]));
    // A page that others may read is replaced by one that they may not.
    std::fs::set_permissions(world.write("page.html", b"old"), PermissionsExt::from_mode(0o644)).unwrap();
    let with = ok(report(&world, &["--html", "page.html", "--match-stats", "match.json"]));
    assert!(plain == with, "the table is another one");
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    assert_eq!(std::fs::metadata(world.path("page.html")).unwrap().permissions().mode() & 0o777, 0o600);
    for words in [
        "For research only",
        "raw.txt (23andMe) \u{b7} ClinVar of 2024-05-02 \u{b7} gnomAD exomes 2.1.1",
        "<svg",
        "ClinVar records read",
        "<noscript>",
        "<strong>100.0 % of ClinVar</strong> lies at positions that the file has (8 of 8 records)",
        "<strong>No calls at all on chromosomes 6 to 22, X, MT.",
        "<strong>Not proven: build and strand.</strong>",
    ] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("Rare calls</dt><dd>checked") && !page.contains("Rarity was not checked"));
    assert!(page.contains("marked as likely a false positive</dt><dd>4</dd>"), "the badges are counted");
    // Without gnomAD the page says that it does not know.
    let silent = String::from_utf8(std::fs::read(world.path("matched.vcf")).unwrap()).unwrap();
    let silent: String = silent
        .lines()
        .filter(|line| !line.starts_with("##INFO=<ID=gnomad_"))
        .map(|line| {
            let kept = line.split(';').filter(|entry| !entry.starts_with("gnomad_"));
            kept.collect::<Vec<_>>().join(";") + "\n"
        })
        .collect();
    ok(world.run("vdx-merge", &["report", "--html", "silent.html"], Stdin::Bytes(silent.as_bytes())));
    let silent = std::fs::read_to_string(world.path("silent.html")).unwrap();
    assert!(silent.contains("Rarity was not checked") && silent.contains("Rare calls</dt><dd>not checked"));
    // The same bytes however it is run, in a pipe too.
    let matched = std::fs::read(world.path("matched.vcf")).unwrap();
    let arguments =
        ["report", "--no-version", "--html", "other.html", "--match-stats", "match.json", "--chunk-size", "2"];
    ok(world.run("vdx-merge", &arguments, Stdin::Bytes(&matched)));
    assert!(std::fs::read_to_string(world.path("other.html")).unwrap() == page);
}

#[test]
fn no_page_is_left_by_a_run_that_fails() {
    let world = world();
    let cases: [(&[&str], i32, &str); 5] = [
        (&["--html", "out.html", "--match-stats", "raw.txt"], 1, "match --stats"),
        (&["--html", "missing/out.html"], 1, "missing/out.html"),
        (&["--html", "out", "-o", "out"], 2, "one file"),
        (&["--html", "-"], 2, "needs a file"),
        (&["--match-stats", "match.json"], 2, "--html"),
    ];
    for (more, status, words) in cases {
        let ran = report(&world, more);
        assert_eq!(ran.status, Some(status), "{more:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(words), "{more:?}: {}", ran.stderr);
    }
    let mut cut = std::fs::read(world.path("matched.vcf")).unwrap();
    cut.truncate(cut.len() - 4);
    let ran = world.run("vdx-merge", &["report", "--html", "out.html"], Stdin::Bytes(&cut));
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    let left = std::fs::read_dir(world.directory()).unwrap().map(|entry| entry.unwrap().file_name());
    let left: Vec<_> = left.filter(|name| name.to_string_lossy().contains("page") || name == "out.html").collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn the_page_filters_and_sorts_in_a_browser() {
    let Some(browser) = chromium() else { return };
    let world = world();
    let ran = report(&world, &["--html", "page.html", "-o", "table.tsv", "--genes", "genes.csv"]);
    assert!(
        ran.stderr.contains("1 of the 2 genes on the list (--genes) are in no record that came in: NOWHERE"),
        "{}",
        ran.stderr
    );
    ok(ran);
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    let saw = browse(&browser, world.directory(), &driven(&page, DRIVER));
    assert_eq!(saw["error"], Value::Null, "{saw}");
    let genes = |step: &str, expected: &[&str]| assert_eq!(saw[step], json!(expected), "{step}: {saw}");
    // Genes by their worst finding: by significance, trust, copies, then stars. What is not carried, benign or about tumours is not among these.
    genes("first", &["ZETA", "ALFA, BETA", "NOVA", "MIDI"]);
    genes("without_pathogenic", &["MIDI"]);
    genes("two_stars", &["ZETA", "MIDI"]);
    genes("homozygous", &["MIDI"]);
    genes("rare", &["ALFA, BETA", "NOVA", "MIDI"]);
    genes("searched", &["ALFA, BETA"]);
    genes("trust_likely_false_positive", &["NOVA"]);
    genes("trust_no_likely_false_positive", &["ZETA", "ALFA, BETA", "MIDI"]);
    genes("trust_doubtful", &["ALFA, BETA"]);
    genes("trust_none", &["ZETA", "MIDI"]);
    genes("by_trust", &["ZETA", "MIDI", "ALFA, BETA", "NOVA"]);
    genes("by_gene", &["ALFA, BETA", "MIDI", "NOVA", "ZETA"]);
    genes("by_frequency", &["ALFA, BETA", "ZETA", "MIDI", "NOVA"]);
    genes("reset", &["ZETA", "ALFA, BETA", "NOVA", "MIDI"]);
    genes("benign_folded", &[]);
    genes("benign_open", &["BENI"]);
    genes("apart", &["TUMO", "HAPL"]);
    let row = saw["row"].as_str().unwrap();
    for words in
        ["Arrhythmia <script>window.hacked=1</script>", "1:1,000 A>G", "heterozygous", "2 %", "Too few positions"]
    {
        assert!(row.contains(words), "{words}: {row}");
    }
    assert_eq!(saw["chromosome"], "rgb(225, 228, 232)");
    assert_eq!(saw["hacked"], false);
    assert_eq!(
        saw["links"],
        json!([
            "https://www.ncbi.nlm.nih.gov/gene/11",
            "https://www.ncbi.nlm.nih.gov/clinvar/variation/101/",
            "https://www.ncbi.nlm.nih.gov/snp/rs1",
            "https://gnomad.broadinstitute.org/variant/1-1000-A-G?dataset=gnomad_r2_1",
        ])
    );
    // What the table doubts has a badge on the page, and a sentence for each reason.
    let table = ok(report(&world, &["-O", "json"]));
    let mut doubts = 0;
    for row in table.split(|&byte| byte == b'\n').filter(|row| !row.is_empty()) {
        let row: Value = serde_json::from_slice(row).unwrap();
        let badge = match row["trust"].as_str() {
            Some("likely_false_positive") => "likely a false positive",
            Some("doubtful") => "doubtful",
            _ => "",
        };
        let id = row["variation_id"].as_str().unwrap();
        let Some(shown) = saw["badges"][id].as_array() else {
            assert_eq!(row["verdict"], "reference", "{id} is not on the page");
            continue;
        };
        assert_eq!(shown[0], badge, "{id}: {saw}");
        let reasons = row["trust_reasons"].as_str().map_or(0, |reasons| reasons.split('|').count());
        assert!(shown.len() > reasons && !shown.iter().any(|words| words.as_str().unwrap().contains('_')), "{saw}");
        doubts += reasons;
    }
    assert!(doubts >= 4, "too little is doubted to say anything");
    assert!(saw["badges"]["108"][1].as_str().unwrap().starts_with("Not in gnomAD at all"), "{saw}");
    // One in 100,000, by an array.
    assert!(saw["second_row"].as_str().unwrap().contains("Rare (below 0.01 %)"), "{saw}");
    let bars = saw["bars"].as_str().unwrap();
    assert!(bars.contains("African/African American 5 %, European (non-Finnish) 0 %"), "{bars}");
    let more = saw["more"].as_str().unwrap();
    assert!(more.contains("reviewed by expert panel") && more.contains("rs1, position 1000, A/G"), "{more}");
    let apart = saw["apart_text"].as_str().unwrap();
    for words in ["Oncogenicity: Oncogenic", "Neoplasm", "As part of ClinVar 999: Pathogenic", "i6, position 6000"] {
        assert!(apart.contains(words), "{words}: {apart}");
    }
    assert!(!apart.contains("Oncogenicity: no"), "a word for no class stands as one: {apart}");
    // What the page is of, what was found, what that does not mean; then the lists, and how it was read.
    let order = [
        "In short",
        "What this file cannot tell",
        "Findings",
        "Combinations and tumours",
        "Benign and likely benign",
        "How it was read",
    ];
    assert_eq!(saw["order"], json!(order));
    let short = saw["short"].as_str().unwrap();
    for words in [
        "3 findings are pathogenic",
        "1 of them is probably an error of the array",
        "1 is one copy of a recessive condition",
    ] {
        assert!(short.contains(words), "{words}: {short}");
    }
    assert!(saw["cannot"].as_str().unwrap().contains("Nothing found rules nothing out."));
    assert_eq!(saw["skip"], "#findings-title");
    // What opens has the whole width.
    assert!(saw["more_width"].as_f64().unwrap() > 0.98, "{saw}");
    assert_eq!(saw["expanded"], "true");
    assert_eq!(
        saw["conditions"],
        json!([
            "https://www.ncbi.nlm.nih.gov/medgen/C5436628",
            "https://www.omim.org/phenotypicSeries/PS619026",
            "https://monarchinitiative.org/MONDO:0033613",
        ])
    );
    let second = saw["second_row"].as_str().unwrap();
    for words in ["NC_000001.10:g.2000C>T", "usually makes a carrier, not ill", "on your list: AR; ACMG"] {
        assert!(second.contains(words), "{words}: {second}");
    }
    assert!(!second.contains("not provided"), "{second}");
    assert!(row.contains("common in gnomAD: 2 %"), "{row}");
    genes("mine", &["ALFA, BETA"]);
    assert_eq!(saw["filters"], "(1)");
    let exported: Vec<&str> = saw["exported"].as_str().unwrap().lines().collect();
    assert_eq!(exported.len(), 2, "{exported:?}");
    assert!(
        exported[0].starts_with("rsid,chromosome,position,ref_allele,alt_allele,genotype,zygosity,gene,"),
        "{exported:?}"
    );
    assert!(exported[1].starts_with("rs2,1,2000,C,T,C/T,heterozygous,ALFA|BETA,Likely pathogenic,"), "{exported:?}");
    assert!(
        exported[1].contains(",\"Deafness, autosomal recessive\",102,NC_000001.10:g.2000C>T,0.00001,"),
        "{exported:?}"
    );
    // Buttons are painted on the first printed page alone: their words go with the head of each.
    assert_eq!(saw["heads"], json!(["Gene, variant", "Significance, stars", "", "", "Frequency", ""]));
    assert_eq!(saw["printed"], 4);
    assert_eq!(saw["loaded"], json!([]), "the page loads something");
}

#[test]
fn a_page_without_findings_begins_with_what_that_does_not_mean() {
    let world = world();
    let matched = std::fs::read_to_string(world.path("matched.vcf")).unwrap();
    let benign: String = matched
        .lines()
        .filter(|line| line.starts_with('#') || line.contains("BENI:15"))
        .map(|line| format!("{line}\n"))
        .collect();
    ok(world.run("vdx-merge", &["report", "--html", "none.html"], Stdin::Bytes(benign.as_bytes())));
    let page = std::fs::read_to_string(world.path("none.html")).unwrap();
    assert!(page.find("What this file cannot tell") < page.find("In short"));
    assert!(page.contains("<strong>No finding</strong> is pathogenic or likely pathogenic"), "{page}");
}

#[test]
fn a_list_of_genes_is_in_the_table_too() {
    let world = world();
    let plain = String::from_utf8(ok(report(&world, &[]))).unwrap();
    let with = String::from_utf8(ok(report(&world, &["--genes", "genes.csv"]))).unwrap();
    let (plain, with): (Vec<&str>, Vec<&str>) = (plain.lines().collect(), with.lines().collect());
    assert_eq!(with[0], format!("{}\tlisted_gene\tlisted_inheritance\tlisted_note", plain[0]));
    let added: Vec<&str> =
        plain.iter().zip(&with).skip(1).map(|(plain, with)| with.strip_prefix(plain).unwrap()).collect();
    assert_eq!((added[0], added[1]), ("\t\t\t", "\tALFA\tAR\tACMG"));
    for (text, words) in [("two words\n", "genes.csv:1: expected the symbol of a gene"), ("", "found none")] {
        world.write("genes.csv", text.as_bytes());
        let ran = report(&world, &["--genes", "genes.csv"]);
        assert_eq!(ran.status, Some(1));
        assert!(ran.stderr.contains(words), "{}", ran.stderr);
    }
}

#[test]
fn the_sample_page_is_of_this_style_and_script() {
    let sample = include_str!("../../workflows/demo/sample/report.html");
    for part in [
        include_str!("../../tools/vdx-merge/src/report/template/page.css"),
        include_str!("../../tools/vdx-merge/src/report/template/page.js"),
    ] {
        assert!(sample.contains(part.trim()), "it is an old one: workflows/demo/page.sh makes it anew");
    }
}
