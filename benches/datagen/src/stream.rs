//! `datagen sites`: lean gnomAD records of one contig, made and written one after the other.
//!
//! The reference is a function of seed and position, so nothing is kept; indels are in their leftmost place on it.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use crate::bgzf;
use crate::gnomad::{Frequencies, Style};
use crate::gnomad_header;
use crate::gnomad_text::Text;
use crate::join::create;
use crate::queries;
use crate::rng::Rng;
use crate::stats::Stats;

/// `datagen sites`
#[derive(clap::Args)]
pub struct Sites {
    /// BGZF-compressed VCF to write; `-`: standard output, as text
    #[arg(short, long = "output", value_name = "FILE")]
    pub output: PathBuf,
    /// Records, about
    #[arg(long, default_value_t = 1_000_000)]
    pub records: u64,
    /// Length of the contig, which is named as chromosome 1 of the release
    #[arg(long, default_value_t = 248_956_422)]
    pub length: u32,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// gnomAD release whose names and numbers are used
    #[arg(long, value_enum, default_value_t = Style::V2)]
    pub gnomad_style: Style,
    /// BGZF-compressed VCF of queries, half of them records of the other file
    #[arg(long, value_name = "FILE", requires = "asked")]
    pub queries: Option<PathBuf>,
    /// How many queries, about
    #[arg(long = "query-records", value_name = "N")]
    pub asked: Option<u64>,
}

/// A file, or text on standard output.
enum Sink {
    File(bgzf::Writer<BufWriter<File>>),
    Stdout(BufWriter<io::Stdout>),
}

impl Sink {
    fn new(path: &Path) -> io::Result<Self> {
        Ok(match path.as_os_str() == "-" {
            true => Self::Stdout(BufWriter::with_capacity(1 << 16, io::stdout())),
            false => Self::File(bgzf::Writer::new(BufWriter::new(create(path)?))),
        })
    }

    fn push(&mut self, bytes: &[u8]) -> io::Result<()> {
        match self {
            Self::File(file) => file.push(bytes),
            Self::Stdout(out) => out.write_all(bytes),
        }
    }

    fn finish(self) -> io::Result<()> {
        match self {
            Self::File(file) => file.finish().map(drop),
            Self::Stdout(mut out) => out.flush(),
        }
    }
}

/// Writes the files; standard output may be one of them, so nothing is reported.
pub fn run(sites: &Sites) -> io::Result<Stats> {
    let (style, contig) = (sites.gnomad_style, sites.gnomad_style.contig("1"));
    let named = (contig.clone(), sites.length as usize);
    let mut out = Sink::new(&sites.output)?;
    let mut asked = sites.queries.as_deref().map(Sink::new).transpose()?;
    if let Some(asked) = &mut asked {
        asked.push(queries::header(std::slice::from_ref(&named)).as_bytes())?;
    }
    out.push(gnomad_header::lean(style, named).as_bytes())?;
    let text = Text { style };
    let mut rng = Rng::new(sites.seed, "sites", 0);
    // Every position that is stopped at has 1.1 records on average.
    let step = (f64::from(sites.length) * 1.1 / sites.records.max(1) as f64).max(1.0);
    let ask = sites.asked.unwrap_or(0) as f64 / 2.0 / sites.records.max(1) as f64;
    let (mut pos, mut line) = (1000, Vec::new());
    while pos + 1000 < sites.length {
        let skipped = rng.geometric(step - 1.0).min(1000) as u32;
        pos += 1 + skipped;
        // Between the records' positions nothing is found.
        if let Some(asked) = asked.as_mut().filter(|_| skipped > 0)
            && rng.chance(1.1 * ask * step / (step - 1.0))
        {
            let (reference, alternate) = snv(sites.seed, pos - 1, &mut rng);
            line.clear();
            queries::line(&contig, pos - 1, (&[reference], &[alternate]), &mut rng, &mut line)?;
            asked.push(&line)?;
        }
        let several = usize::from(rng.chance(0.1));
        for variant in variants(sites.seed, pos, 1 + several, &mut rng) {
            let alleles = (&variant.0[..], &variant.1[..]);
            line.clear();
            text.lean((&contig, pos), alleles, &Frequencies::draw(&mut rng, style, None), &mut line)?;
            out.push(&line)?;
            if let Some(asked) = asked.as_mut().filter(|_| rng.chance(ask)) {
                line.clear();
                queries::line(&contig, pos, alleles, &mut rng, &mut line)?;
                asked.push(&line)?;
            }
        }
    }
    asked.map_or(Ok(()), Sink::finish)?;
    out.finish()?;
    Ok(Stats::default())
}

/// The reference at a 1-based position.
fn base(seed: u64, pos: u32) -> u8 {
    let mixed = (seed ^ u64::from(pos)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    b"ACGT"[((mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 62) as usize]
}

fn other(base: u8, rng: &mut Rng) -> u8 {
    let others: Vec<u8> = b"ACGT".iter().copied().filter(|other| *other != base).collect();
    *rng.pick(&others)
}

fn snv(seed: u64, pos: u32, rng: &mut Rng) -> (u8, u8) {
    let reference = base(seed, pos);
    (reference, other(reference, rng))
}

/// `count` variants at a position, in file order: 92 % SNVs, 4 % deletions, 4 % insertions.
fn variants(seed: u64, pos: u32, count: usize, rng: &mut Rng) -> Vec<(Vec<u8>, Vec<u8>)> {
    let first = base(seed, pos);
    let one = |rng: &mut Rng| {
        let kind = rng.below(100);
        if kind < 92 {
            let (reference, alternate) = snv(seed, pos, rng);
            return (vec![reference], vec![alternate]);
        }
        let longest = 1 + rng.geometric(2.0).min(40) as u32;
        if kind < 96 {
            // Leftmost: the last base that goes is not the one before the first.
            let ends = (1..=longest).rev().find(|&len| base(seed, pos + len) != first);
            if let Some(len) = ends {
                return ((0..=len).map(|at| base(seed, pos + at)).collect(), vec![first]);
            }
        }
        let mut alternate = vec![first];
        alternate.extend((1..longest).map(|_| *rng.pick(b"ACGT")));
        alternate.push(other(first, rng));
        (vec![first], alternate)
    };
    let mut found: Vec<_> = (0..count).map(|_| one(rng)).collect();
    found.sort();
    found.dedup();
    found
}
