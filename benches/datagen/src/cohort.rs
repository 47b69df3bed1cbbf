//! `datagen cohort`: joint calls of many samples, to measure what per-sample fields cost.

use std::io::{self, Write};
use std::path::PathBuf;

use crate::bgzf;
use crate::fasta::Fasta;
use crate::join::{create, create_folder};
use crate::nasty_sites::{Rules, Site};
use crate::num::int;
use crate::reference::microsatellite;
use crate::rng::Rng;
use crate::stats::Stats;

/// `datagen cohort`
#[derive(clap::Args)]
pub struct Cohort {
    /// Folder to write reference.fa, reference.fa.fai and cohort.vcf.gz into; made if missing
    #[arg(short, long = "output", value_name = "DIR")]
    pub output: PathBuf,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Records in the VCF
    #[arg(long, default_value_t = 20_000)]
    pub records: usize,
    /// Samples in each record
    #[arg(long, default_value_t = 500)]
    pub samples: usize,
}

const CONTIG: &str = "1";
/// The share of sites that may have several ALTs; two in five of them do.
const MULTIALLELIC: f64 = 0.25;
/// Bases of the contig per record.
const SPACING: usize = 100;

const HEADER: &str = "##fileformat=VCFv4.2
##FILTER=<ID=PASS,Description=\"All filters passed\">
##INFO=<ID=AC,Number=A,Type=Integer,Description=\"Allele count\">
##INFO=<ID=AN,Number=1,Type=Integer,Description=\"Allele number\">
##FORMAT=<ID=GT,Number=1,Type=String,Description=\"Genotype\">
##FORMAT=<ID=AD,Number=R,Type=Integer,Description=\"Allelic depths\">
##FORMAT=<ID=DP,Number=1,Type=Integer,Description=\"Depth\">
##FORMAT=<ID=GQ,Number=1,Type=Integer,Description=\"Genotype quality\">
##FORMAT=<ID=PL,Number=G,Type=Integer,Description=\"Phred-scaled likelihoods\">
";

/// Writes the cohort and returns its statistics.
pub fn run(args: &Cohort) -> io::Result<Stats> {
    create_folder(&args.output)?;
    let mut rng = Rng::new(args.seed, "cohort", 0);
    let length = args.records.max(10) * SPACING;
    let mut seq = Vec::with_capacity(length + 4096);
    while seq.len() < length {
        seq.extend((0..rng.between(20, 200)).map(|_| *rng.pick(b"ACGT")));
        microsatellite(&mut rng, &mut seq);
    }
    seq.truncate(length);
    let seq = seq.to_ascii_uppercase();
    let fasta = Fasta::create(&args.output.join("reference.fa"), [(CONTIG.to_owned(), seq.len())].into_iter())?;
    fasta.write(0, &seq)?;
    fasta.write_index()?;

    let mut sites = Vec::with_capacity(args.records);
    while sites.len() < args.records {
        let at = rng.below(seq.len() - SPACING);
        let rules = Rules { symbolic: false, multiallelic: rng.chance(MULTIALLELIC), alt_n: false };
        sites.extend(Site::draw(&mut rng, &seq, at, &rules).filter(|site| site.kind != "no_alt"));
    }
    sites.sort_by_key(|site| site.pos);

    let mut out = bgzf::Writer::new(create(&args.output.join("cohort.vcf.gz"))?);
    let mut text = format!("{HEADER}##contig=<ID={CONTIG},length={length}>\n").into_bytes();
    text.extend_from_slice(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT");
    for sample in 1..=args.samples {
        write!(text, "\tS{sample:04}")?;
    }
    text.push(b'\n');
    out.push(&text)?;
    let mut stats = Stats::default();
    for site in &sites {
        record(site, args.samples, &mut rng, &mut text)?;
        out.push(&text)?;
        stats.add("cohort.records", 1);
        stats.add("cohort.line_bytes", text.len() as u64);
        stats.add("cohort.multiallelic", u64::from(site.alternates.len() > 1));
    }
    out.finish()?;
    Ok(stats)
}

fn record(site: &Site, samples: usize, rng: &mut Rng, line: &mut Vec<u8>) -> io::Result<()> {
    let alts = site.alternates.len();
    let mut columns = Vec::with_capacity(samples * 32);
    let mut counts = vec![0; alts + 1];
    // Most sites of a cohort are rare.
    let frequency = 0.5 * rng.unit().powi(3);
    for _ in 0..samples {
        let mut genotype: [usize; 2] =
            std::array::from_fn(|_| if rng.chance(frequency) { rng.between(1, alts) } else { 0 });
        genotype.sort_unstable();
        sample(genotype, alts, rng, &mut columns);
        genotype.iter().for_each(|&allele| counts[allele] += 1);
    }
    line.clear();
    write!(line, "{CONTIG}\t{}\t.\t", site.pos)?;
    line.extend_from_slice(&site.reference);
    line.push(b'\t');
    line.extend_from_slice(&site.alternates.join(&b','));
    let counts: Vec<String> = counts[1..].iter().map(ToString::to_string).collect();
    write!(line, "\t100\tPASS\tAC={};AN={}\tGT:AD:DP:GQ:PL", counts.join(","), 2 * samples)?;
    line.extend_from_slice(&columns);
    line.push(b'\n');
    Ok(())
}

/// One sample column, the tab before it included: reads of about 30-fold depth, likelihoods that follow from them.
fn sample(genotype: [usize; 2], alts: usize, rng: &mut Rng, out: &mut Vec<u8>) {
    out.push(b'\t');
    int(genotype[0] as u64, out);
    out.push(b'/');
    int(genotype[1] as u64, out);
    let depth = u64::from(rng.poisson(30.0)).max(2);
    let het = genotype[0] != genotype[1];
    for allele in 0..=alts {
        let reads = match genotype {
            [first, second] if allele == first && allele == second => depth,
            [first, _] if allele == first => depth / 2,
            [_, second] if allele == second => depth - depth / 2,
            _ => 0,
        };
        out.push(if allele == 0 { b':' } else { b',' });
        int(reads, out);
    }
    out.push(b':');
    int(depth, out);
    out.push(b':');
    int(if het { 99 } else { (3 * depth).min(99) }, out);
    for allele in 0..=alts {
        for other in 0..=allele {
            out.push(if allele == 0 { b':' } else { b',' });
            // Each allele that was read and is not in the genotype costs 45 a read, a missing half 3 a read.
            let called = [other, allele];
            let unlike = genotype.iter().filter(|called_there| !called.contains(called_there)).count() as u64;
            let likelihood = match (called == genotype, unlike) {
                (true, _) => 0,
                (false, 0) => 3 * depth,
                (false, unlike) => 45 * depth * unlike / 2,
            };
            int(likelihood, out);
        }
    }
}
