//! A person's genotypes against ClinVar, with verdicts.
//!
//! [`cli`] is what the user says, [`commands`] has one run for each subcommand; what they are made of knows no command
//! line:
//!
//! - `match` reads the person first ([`sample`]), then streams ClinVar ([`clinvar`]): workers note the records that the
//!   person's data concern, the serial stage decides what needs neighbours and writes ([`matching`]). What is decided is
//!   plain data ([`verdict`]).
//! - `report` makes the table of what was found, with how far it can be believed ([`table`]), and the page ([`report`]).
//! - `shards` joins sorted parts of one file ([`shards`]).

mod cli;
mod clinvar;
mod commands;
mod matching;
mod report {
    pub mod about;
    mod class;
    pub mod finding;
    pub mod gather;
    mod json;
    pub mod karyogram;
    pub mod page;
    mod row;
    mod words;
}
mod sample;
mod shards {
    pub mod contigs;
    pub mod cursor;
    pub mod layout;
    pub mod list;
    pub mod merge;
    pub mod survey;
    mod united;
}
mod table;
mod verdict;

use vdx_cli::{Context, Outcome};

pub use cli::args::Args;
use cli::args::Command;

/// The name of the tool.
pub const TOOL: &str = "vdx-merge";

/// Runs the command that `args` name.
///
/// # Errors
/// Bad arguments, bad data, failed I/O, memory that cannot be had: each with its exit status.
#[allow(clippy::needless_pass_by_value, reason = "the shell round a tool hands its arguments over")]
pub fn run(args: Args, context: &Context) -> vdx_hts::Result<Outcome> {
    match &args.command {
        Command::Match(args) => commands::r#match::run(args, context),
        Command::Report(args) => commands::report::run(args, context),
        Command::Shards(args) => commands::shards::run(args, context),
    }
}
