//! gnomAD frequencies for variants, exact to the digit.
//!
//! `annotate` reads per-chromosome gnomAD files as they are published: `source/` tells them by their names, opens them when
//! a contig is asked for, and answers questions, `fields/` gives what they hold one set of names for all releases, `query/`
//! asks the questions of a chunk in one sweep, and `output/` writes the answers. `build` turns the files into a `store/`,
//! which answers the same questions faster, `lookup` takes variants in a word each, and `info` says what a source holds:
//! each has its file in `commands/`. What is found is held as `values`. Folders know those to their right alone:
//! `cli`, `commands`, `output`, `query`, `source`, `store` and `fields`, `values`.

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
