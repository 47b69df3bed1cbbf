//! A person's genotypes against ClinVar, with verdicts.
//!
//! `cli` is what the user says, `commands` has one run for each subcommand; what they are made of knows no command
//! line:
//!
//! - `match` reads the person first (`sample`), then streams ClinVar (`clinvar`): workers note the records that the
//!   person's data concern, the serial stage decides what needs neighbours and writes (`matching`). What is decided is
//!   plain data (`verdict`).
//! - `report` makes the table of what was found, with how far it can be believed (`table`), and the page (`report`).
//! - `shards` joins sorted parts of one file (`shards`).

mod cli;
mod clinvar;
mod commands;
mod matching;
mod report;
mod sample;
mod shards;
mod table;
mod verdict;

use vdx_cli::plan::{MIB, ToolCost};
use vdx_cli::{Context, Outcome};

pub use cli::args::Args;
use cli::args::Command;

/// The name of the tool.
pub const TOOL: &str = "vdx-merge";

/// What a run needs besides its chunks: a raw genotype file, sorted in memory.
pub const COST: ToolCost = ToolCost::new(TOOL, 24 * MIB, 8 * MIB);

/// The same of `report --html`: the rows of a full page wait until the input ends, and the words they share.
pub const PAGE_COST: ToolCost = ToolCost { tool: "vdx-merge report --html", fixed: COST.fixed + 32 * MIB, ..COST };

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
