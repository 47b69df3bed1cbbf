//! gnomAD frequencies for variants, exact to the digit.
//!
//! `annotate` reads per-chromosome gnomAD files as they are published: [`official`] tells them by their names, [`fields`]
//! gives what they hold one set of names for all releases, [`db`] opens them when a contig is asked for, [`lookup`]
//! answers the questions of a chunk in one sweep, and [`vcf`] and [`table`] write the answers. `build` turns the files
//! into a [`store`], which answers the same questions faster, `lookup` ([`ask`]) takes variants
//! in a word each, and [`info`] says what a source holds.

pub mod agreement;
pub mod alleles;
pub mod annotate;
pub mod args;
pub mod ask;
pub mod batch;
pub mod build_check;
pub mod covered;
pub mod db;
pub mod fields;
pub mod info;
pub mod lookup;
pub mod official;
pub mod plan;
pub mod run;
pub mod scan;
pub mod shift;
pub mod store;
pub mod table;
pub mod totals;
pub mod vcf;
pub mod wrong_length;

pub use args::Args;

use vdx_cli::{Context, Outcome};

/// Follows the command line.
///
/// # Errors
/// Whatever stops the subcommand.
pub fn run(args: Args, context: &Context) -> vdx_hts::Result<Outcome> {
    match args.command {
        args::Command::Annotate(args) => run::annotate(&args, context),
        args::Command::Build(args) => store::build::build(&args, context),
        args::Command::Lookup(args) => ask::lookup(&args, context),
        args::Command::Info(args) => info::info(&args, context),
    }
}
