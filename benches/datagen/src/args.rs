//! The command line; no I/O here.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::gnomad::Style;
use crate::person::Quota;
use crate::plan::{Outputs, Spec};

/// Makes the data the demo, the tests and the benches run on. The same seed gives the same bytes on any machine and for
/// any number of threads.
#[derive(Parser)]
#[command(name = "datagen", version)]
pub struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

/// One command per kind of data set.
#[derive(Subcommand)]
pub enum Command {
    /// A small GRCh37-shaped data set: reference, ClinVar, gnomAD, a raw file and what is planted in it
    Demo(Demo),
    /// The same at full size: 3.1 Gb reference, 4.3 M ClinVar records, 1 M gnomAD records, 640 k raw rows
    Full(Full),
    /// A small, hard case for comparing normalisers
    Nasty(crate::nasty::Nasty),
    /// Joint calls of many samples, for the cost of per-sample fields
    Cohort(crate::cohort::Cohort),
    /// One contig of any number of lean gnomAD records, in memory that does not grow with it
    Sites(crate::stream::Sites),
}

/// A group of output files.
#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
pub enum Only {
    Reference,
    Clinvar,
    Gnomad,
    Person,
    /// queries.vcf.gz, as many as gnomAD has records; half of them are records of it
    Queries,
    Genome,
}

/// What `demo` and `full` share.
#[derive(Args)]
pub struct Common {
    /// Folder to write into; made if missing
    #[arg(short, long = "output", value_name = "DIR")]
    pub output: PathBuf,
    /// Seed of all random numbers
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Write only these files, e.g. `gnomad,clinvar`; `queries` and `genome`, a person's VCF, only where they are named
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<Only>,
    /// gnomAD release whose names, numbers and file names are used; v4 also labels the data GRCh38
    #[arg(long, value_enum, default_value_t = Style::V2)]
    pub gnomad_style: Style,
    /// End the raw file's lines in CR LF
    #[arg(long)]
    pub crlf: bool,
    /// Let some ClinVar ALTs hold an N
    #[arg(long)]
    pub alt_n: bool,
    /// Contigs made at a time
    #[arg(short = '@', long, default_value_t = 2)]
    pub threads: usize,
}

/// `datagen demo`
#[derive(Args)]
pub struct Demo {
    #[command(flatten)]
    pub common: Common,
}

/// `datagen full`
#[derive(Args)]
pub struct Full {
    #[command(flatten)]
    pub common: Common,
    /// Factor on contig lengths, records and rows
    #[arg(long, default_value_t = 1.0)]
    pub scale: f64,
    /// ClinVar records, before scaling
    #[arg(long, default_value_t = 4_300_000)]
    pub clinvar_records: usize,
    /// gnomAD records over all files, before scaling
    #[arg(long, default_value_t = 1_000_000)]
    pub gnomad_records: usize,
    /// Rows of the raw file, before scaling
    #[arg(long, default_value_t = 640_000)]
    pub raw_rows: usize,
    /// Records of the genome VCF, before scaling
    #[arg(long, default_value_t = 5_000_000)]
    pub genome_records: usize,
}

impl Common {
    fn outputs(&self) -> Outputs {
        let has = |which| self.only.is_empty() || self.only.contains(&which);
        Outputs {
            reference: has(Only::Reference),
            clinvar: has(Only::Clinvar),
            gnomad: has(Only::Gnomad),
            person: has(Only::Person),
            queries: self.only.contains(&Only::Queries),
            // Large, and for figures alone.
            genome: self.only.contains(&Only::Genome),
        }
    }
}

impl Demo {
    /// The demo's sizes.
    pub fn spec(self) -> Spec {
        Spec {
            seed: self.common.seed,
            length_scale: 1.0 / 620.0,
            genes: 70,
            clinvar_records: 10_000,
            gnomad_records: 14_000,
            raw_rows: 8_000,
            genome_records: 8_000,
            planted: Quota { het: 60, hom: 25, deletion: 16, insertion: 14, hemizygous: 14, moved: 4, unresolved: 2 },
            style: self.common.gnomad_style,
            outputs: self.common.outputs(),
            alt_n: self.common.alt_n,
            crlf: self.common.crlf,
            threads: self.common.threads,
            dir: self.common.output,
        }
    }
}

impl Full {
    /// The full sizes, scaled.
    pub fn spec(self) -> Spec {
        let scaled = |n: usize| ((n as f64 * self.scale).round() as usize).max(1);
        Spec {
            seed: self.common.seed,
            length_scale: self.scale,
            genes: scaled(19_000),
            clinvar_records: scaled(self.clinvar_records),
            gnomad_records: scaled(self.gnomad_records),
            raw_rows: scaled(self.raw_rows),
            genome_records: scaled(self.genome_records),
            planted: Quota {
                het: scaled(900),
                hom: scaled(350),
                deletion: scaled(200),
                insertion: scaled(150),
                hemizygous: scaled(120),
                moved: scaled(25),
                unresolved: scaled(4),
            },
            style: self.common.gnomad_style,
            outputs: self.common.outputs(),
            alt_n: self.common.alt_n,
            crlf: self.common.crlf,
            threads: self.common.threads,
            dir: self.common.output,
        }
    }
}
