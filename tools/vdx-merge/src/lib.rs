//! A person's genotypes against ClinVar, with verdicts.
//!
//! `match` reads the person first ([`sample`]), then streams ClinVar: workers note the records that the person's data
//! concern ([`matching`]), the serial stage decides what needs neighbours and writes ([`ordered`], [`output`]). What is
//! decided - letters, indels, several rows, confidence - are functions over plain data ([`verdict`], [`evidence`]).
//! `report` makes the table of what was found ([`table`]), with how far it can be believed ([`trust`]). `shards` joins sorted parts of one file.

pub mod args;
pub mod clinvar;
pub mod evidence;
mod find;
pub mod genome;
pub mod matching;
pub mod ordered;
pub mod output;
pub mod plan;
mod report;
pub mod sample;
mod shards;
pub mod table;
pub mod trust;
pub mod verdict;

use vdx_cli::{Context, Outcome};

pub use args::Args;
use args::Command;

/// The name of the tool.
pub const TOOL: &str = "vdx-merge";

/// Runs the command that `args` name.
///
/// # Errors
/// Bad arguments, bad data, failed I/O, memory that cannot be had: each with its exit status.
#[allow(clippy::needless_pass_by_value, reason = "the shell round a tool hands its arguments over")]
pub fn run(args: Args, context: &Context) -> vdx_hts::Result<Outcome> {
    match &args.command {
        Command::Match(args) => find::run(args, context),
        Command::Report(args) => report::run(args, context),
        Command::Shards(args) => shards::run(args, context),
    }
}
