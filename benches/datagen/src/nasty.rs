//! `datagen nasty`: a small reference full of repeats and a VCF full of awkward records, to compare normalisers on.

use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use crate::fasta::Fasta;
use crate::join::{create, create_folder};
use crate::nasty_fields::{self, Fields};
use crate::nasty_sites::{Rules, Site};
use crate::reference::microsatellite;
use crate::rng::Rng;
use crate::stats::Stats;

/// `datagen nasty`
#[derive(clap::Args)]
pub struct Nasty {
    /// Folder to write reference.fa, reference.fa.fai and nasty.vcf into; made if missing
    #[arg(short, long = "output", value_name = "DIR")]
    pub output: PathBuf,
    /// Seed of all random numbers
    #[arg(long)]
    pub seed: u64,
    /// Records in the VCF
    #[arg(long, default_value_t = 2000)]
    pub records: usize,
    /// No `*`, `<DEL>` or `<NON_REF>`
    #[arg(long)]
    pub no_symbolic: bool,
    /// No FORMAT and sample columns; otherwise the seed chooses 0 to 3 samples
    #[arg(long)]
    pub no_samples: bool,
    /// One ALT per record
    #[arg(long)]
    pub biallelic: bool,
    /// No ALT that holds an N
    #[arg(long)]
    pub no_alt_n: bool,
    /// Records whose REF is made to differ from the reference
    #[arg(long, default_value_t = 0)]
    pub ref_mismatches: usize,
    /// Only sample columns that `bcftools norm -a` and `-m+` survive: two alleles in every genotype, no strings per
    /// allele, no per-allele field given as one `.` or left out
    #[arg(long)]
    pub plain_format: bool,
    /// Write a lone `.` where all values of a per-allele INFO field are missing; `bcftools norm -m-` refuses those
    #[arg(long)]
    pub bare_missing: bool,
    /// Longest homopolymer of the reference, which an indel can be shifted along
    #[arg(long, default_value_t = 3000)]
    pub max_homopolymer: usize,
}

/// A contig as written, and as a normaliser reads it: upper case, anything but A, C, G, T as N.
struct Sequence {
    name: &'static str,
    written: Vec<u8>,
    plain: Vec<u8>,
}

/// Names and rough lengths; the last one has no room for more than a few records.
const CONTIGS: [(&str, usize); 5] =
    [("1", 15_000), ("chr2", 6_000), ("HLA-A*01:01", 2_500), ("MT", 1_200), ("tiny", 61)];

/// Writes the case and returns its statistics.
pub fn run(args: &Nasty) -> io::Result<Stats> {
    create_folder(&args.output)?;
    let contigs: Vec<Sequence> = CONTIGS.iter().enumerate().map(|(i, c)| sequence(args, i, c.0, c.1)).collect();
    let names = contigs.iter().map(|c| (c.name.to_string(), c.written.len()));
    let fasta = Fasta::create(&args.output.join("reference.fa"), names)?;
    for (index, contig) in contigs.iter().enumerate() {
        fasta.write(index, &contig.written)?;
    }
    fasta.write_index()?;
    let mut rng = Rng::new(args.seed, "nasty", 0);
    let rules = Rules { symbolic: !args.no_symbolic, multiallelic: !args.biallelic, alt_n: !args.no_alt_n };
    let mut sites = sites(args, &rules, &contigs, &mut rng);
    let mut stats = Stats::default();
    spoil(args.ref_mismatches, &mut sites, &mut rng, &mut stats);

    let samples = if args.no_samples { 0 } else { rng.between(0, 3) };
    let mut out = BufWriter::new(create(&args.output.join("nasty.vcf"))?);
    let lengths: Vec<_> = contigs.iter().map(|c| (c.name, c.written.len())).collect();
    out.write_all(nasty_fields::header(&lengths, samples).as_bytes())?;
    let fields = Fields { samples, bare_missing: args.bare_missing, plain_format: args.plain_format };
    for (contig, site) in &sites {
        let contig = &contigs[*contig];
        let line = fields.line(contig.name, site, &mut rng);
        out.write_all(line.as_bytes())?;
        count(site, &contig.plain, line.len(), &mut stats);
    }
    out.flush()?;
    stats.add("nasty.samples", samples as u64);
    Ok(stats)
}

fn sequence(args: &Nasty, index: usize, name: &'static str, len: usize) -> Sequence {
    let mut rng = Rng::new(args.seed, "nasty-reference", index as u64);
    let mut written = Vec::with_capacity(len + 4096);
    while written.len() < len {
        let stretch = 5 + rng.geometric(25.0);
        written.extend((0..stretch).map(|_| *rng.pick(b"ACGT")));
        match rng.below(100) {
            0..60 => microsatellite(&mut rng, &mut written),
            60..63 => written.resize(written.len() + rng.between(1, 40), b'N'),
            _ => {}
        }
    }
    written.truncate(len);
    if index < 2 {
        // A homopolymer (or, on the second contig, a dinucleotide repeat) far longer than any window of 1,000 bases.
        let run = rng.between(args.max_homopolymer / 3, args.max_homopolymer.max(3));
        let unit: &[u8] = if index == 0 { b"A" } else { b"CA" };
        let at = rng.between(500, len - 500);
        written.splice(at..at, unit.iter().copied().cycle().take(run));
    }
    for _ in 0..len / 700 {
        let at = rng.below(written.len());
        written[at] = *rng.pick(b"RYSWKMBDHV");
    }
    for _ in 0..len / 400 {
        let at = rng.below(written.len());
        let end = (at + rng.between(1, 200)).min(written.len());
        written[at..end].make_ascii_lowercase();
    }
    let plain = written
        .iter()
        .map(|b| match b.to_ascii_uppercase() {
            known @ (b'A' | b'C' | b'G' | b'T') => known,
            _ => b'N',
        })
        .collect();
    Sequence { name, written, plain }
}

/// All sites, sorted by contig and position.
fn sites(args: &Nasty, rules: &Rules, contigs: &[Sequence], rng: &mut Rng) -> Vec<(usize, Site)> {
    let total: usize = contigs.iter().map(|c| c.plain.len()).sum();
    let mut sites = Vec::with_capacity(args.records);
    while sites.len() < args.records {
        let mut at = rng.below(total);
        let mut contig = 0;
        while at >= contigs[contig].plain.len() {
            at -= contigs[contig].plain.len();
            contig += 1;
        }
        let seq = &contigs[contig].plain;
        // Some records at the very ends of a contig, where there is no base to anchor or to shift to.
        match rng.below(60) {
            0 => at = rng.below(3),
            1 => at = seq.len() - 1 - rng.below(3),
            _ => {}
        }
        sites.extend(Site::draw(rng, seq, at, rules).map(|site| (contig, site)));
    }
    sites.sort_by_key(|(contig, site)| (*contig, site.pos));
    sites
}

/// Makes the REF of `wanted` records wrong.
fn spoil(wanted: usize, sites: &mut [(usize, Site)], rng: &mut Rng, stats: &mut Stats) {
    let mut eligible: Vec<usize> = (0..sites.len()).filter(|&i| sites[i].1.is_snv()).collect();
    for _ in 0..wanted.min(eligible.len()) {
        let chosen = eligible.swap_remove(rng.below(eligible.len()));
        let site = &mut sites[chosen].1;
        let wrong = b"ACGT".iter().find(|b| **b != site.reference[0] && site.alternates.iter().all(|a| a[0] != **b));
        if let Some(&wrong) = wrong {
            site.reference[0] = wrong;
            stats.add("nasty.ref_mismatches", 1);
        }
    }
}

fn count(site: &Site, seq: &[u8], bytes: usize, stats: &mut Stats) {
    stats.add("nasty.records", 1);
    stats.add("nasty.line_bytes", bytes as u64);
    stats.add(&format!("nasty.alts.{}", site.alternates.len()), 1);
    stats.add(&format!("nasty.kind.{}", site.kind), 1);
    if let Some(shift) = site.shift(seq) {
        stats.add("nasty.biallelic_to_normalise", 1);
        stats.add("nasty.shifted_over_1000_bases", u64::from(shift > 1000));
    }
}
