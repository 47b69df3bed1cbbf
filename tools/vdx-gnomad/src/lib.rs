//! gnomAD frequencies for variants, exact to the digit.
//!
//! `annotate` reads per-chromosome gnomAD files as they are published: `source/` tells them by their names, opens them when
//! a contig is asked for, and answers questions, `fields/` gives what they hold one set of names for all releases, `query/`
//! asks the questions of a chunk in one sweep, and `output/` writes the answers. `build` turns the files into a `store/`,
//! which answers the same questions faster, `lookup` takes variants in a word each, and `info` says what a source holds:
//! each has its file in `commands/`. What is found is held as `values`. Folders know those to their right alone:
//! `cli`, `commands`, `output`, `query`, `source`, `store` and `fields`, `values`.
//!
//! ```
//! use clap::Parser;
//! use vdx_cli::Context;
//! use vdx_gnomad::{Args, run};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
//! // A file that is named as gnomAD names its own; its index is made where there is none.
//! let gnomad = "##fileformat=VCFv4.2\n##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n\
//!     \x23\x23contig=<ID=chr1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n\
//!     chr1\t100\t.\tA\tC\t.\tPASS\tAF=1.50000e-04\n";
//! let release = path("gnomad.exomes.v4.1.sites.chr1.vcf.bgz");
//! std::fs::write(&release, vdx_testkit::bgzf(gnomad.as_bytes(), 60_000))?;
//! let header = "##fileformat=VCFv4.2\n##contig=<ID=1,length=248956422>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
//! std::fs::write(path("in.vcf"), format!("{header}1\t100\t.\tA\tC\t.\t.\t.\n1\t100\t.\tA\tG\t.\t.\t.\n"))?;
//!
//! let (db, from, to) = (path(""), path("in.vcf"), path("out.vcf"));
//! let words = ["vdx-gnomad", "annotate", "--db", &db, "--fields", "AF,status", "-o", &to, &from];
//! run(Args::try_parse_from(words)?, &Context::silent("vdx-gnomad"))?;
//! let out = std::fs::read_to_string(&to)?;
//! // The number in the very text of the source; what is absent says so.
//! assert!(out.contains("\tgnomad_AF=1.50000e-04;gnomad_status=found\n"), "{out}");
//! assert!(out.contains("\tgnomad_status=absent\n"), "{out}");
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

mod cli;
mod commands;
mod fields;
mod output;
mod query;
mod source;
mod store;
mod values;

pub use cli::args::Args;

use vdx_cli::plan::{MIB, ToolCost};
use vdx_cli::{Context, Outcome};

use cli::args::Command;

/// What a run needs besides its chunks: blocks of the store; records keep their order, so little is held back.
pub const COST: ToolCost = ToolCost::new("vdx-gnomad", 12 * MIB, 4 * MIB);

/// Follows the command line.
///
/// # Errors
/// Whatever stops the subcommand.
pub fn run(args: Args, context: &Context) -> vdx_hts::Result<Outcome> {
    match args.command {
        Command::Annotate(args) => commands::annotate::annotate(&args, context),
        Command::Build(args) => commands::build::build(&args, context),
        Command::Lookup(args) => commands::lookup::lookup(&args, context),
        Command::Info(args) => commands::info::info(&args, context),
    }
}
