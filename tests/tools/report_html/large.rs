//! A page of many findings.

use std::fmt::Write as _;

use vdx_testkit::{Random, World};

use super::browser::{browse_timed, chromium, driven};
use super::{ok, report};

/// As `match | annotate` writes them, with nine groups of gnomAD.
pub fn many(records: usize) -> String {
    let groups = ["afr", "amr", "asj", "eas", "fin", "mid", "nfe", "remaining", "sas"];
    let mut vcf = "##fileformat=VCFv4.1\n##INFO=<ID=VDX_VERDICT,Number=1,Type=String,Description=\"x\">\n\
                   ##INFO=<ID=gnomad_AF,Number=A,Type=Float,Description=\"x\">\n"
        .to_owned();
    for group in groups {
        writeln!(vcf, "##INFO=<ID=gnomad_AF_{group},Number=A,Type=Float,Description=\"x\">").unwrap();
    }
    vcf += "##vdx_sample=<ID=SAMPLE,Vendor=23andMe,Build=GRCh38,BuildBy=data,Strand=plus,Sex=female>\n\
            #CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\tSAMPLE\n";
    let classes = ["Benign", "Likely_benign", "Uncertain_significance", "Pathogenic", "drug_response"];
    let mut random = Random(9);
    let mut next = |below: u32| u64::from(random.below(below));
    for at in 0..records {
        let (chromosome, pos) = (1 + at * 22 / records, 60_000 + at * 22 % records * 1500);
        let (gene, disease, class) = (next(5000), next(8000), classes[next(5) as usize]);
        write!(
            vcf,
            "{chromosome}\t{pos}\t{}\tA\tG\t.\t.\tCLNDN=Hereditary_disorder_{disease},_autosomal_recessive|not_provided;\
             CLNDISDB=MONDO:MONDO:00{disease},MedGen:C0{disease},OMIM:6{disease}|MedGen:C3661900;\
             CLNHGVS=NC_0000{chromosome:02}.11:g.{pos}A>G;CLNREVSTAT=criteria_provided,_single_submitter;CLNSIG={class};GENEINFO=GENE{gene}:{gene};\
             MC=SO:0001583|missense_variant;RS={};VDX_VERDICT=het;VDX_MATCH=rsid_moved;VDX_CONF=0.64;\
             VDX_RAWID=i{at};VDX_RAWPOS={pos};VDX_RAWGT=AG;gnomad_AF=0.{:05}",
            100_000 + at,
            next(1_500_000_000),
            next(100_000),
        )
        .unwrap();
        for group in groups {
            write!(vcf, ";gnomad_AF_{group}={}.{:05}e-0{}", 1 + next(9), next(100_000), 1 + next(6)).unwrap();
        }
        vcf += "\tGT\t0/1\n";
    }
    vcf
}

/// What the page may cost, in empty pages; it costs about two.
const MOST: f64 = 2.5;

#[test]
fn thirty_thousand_findings_are_small_and_quick() {
    let world = World::new(1);
    world.write("matched.vcf", many(30_000).as_bytes());
    ok(report(&world, &["--html", "page.html", "-o", "table.tsv"]));
    let page = std::fs::read_to_string(world.path("page.html")).unwrap();
    assert!(page.len() < 5_000_000, "{} bytes", page.len());
    let Some(browser) = chromium() else { return };
    // Seconds are those of the machine, and of whatever else it does. What the page costs is the CPU time of all the browser's
    // processes until its rows are painted, less that of an empty page, and is told in empty pages: where a browser is up
    // within half a second, the rows are there within one. They are counted when this script is reached, so that none came
    // by a timer, and nothing was waited for. The best of several counts.
    let script = "const rows = document.querySelectorAll('#findings > table > tbody > tr.finding').length;\
                  requestAnimationFrame(() => setTimeout(() => tell({rows, milliseconds: performance.now()})));";
    let empty = "<!DOCTYPE html><title>x</title><body><p>x</p></body>";
    let (mut costs, mut shown) = (f64::MAX, f64::MAX);
    for _ in 0..5 {
        let (_, start) = browse_timed(&browser, world.directory(), &driven(empty, script));
        let (saw, all) = browse_timed(&browser, world.directory(), &driven(&page, script));
        assert_eq!(saw["rows"], 100, "one page of rows");
        costs = costs.min(all.saturating_sub(start) as f64 / start.max(1) as f64);
        shown = shown.min(saw["milliseconds"].as_f64().unwrap());
        if costs < MOST {
            break;
        }
    }
    eprintln!("30,000 findings: {} bytes, {costs:.1} empty pages of CPU, rows painted after {shown:.0} ms", page.len());
    assert!(costs < MOST, "{costs:.1} times what an empty page costs");
}
