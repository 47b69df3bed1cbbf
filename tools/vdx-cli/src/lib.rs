//! The shell round a tool: flags, host facts, plan, logging, exit codes.
//!
//! A tool declares its arguments with the groups of [`flags`], and its `main` is one call:
//!
//! ```no_run
//! use vdx_cli::{Context, Outcome};
//!
//! #[derive(clap::Parser)]
//! #[command(version, about = "Counts records")]
//! struct Args {
//!     #[command(flatten)]
//!     output: vdx_cli::flags::OutputArgs,
//!     #[command(flatten)]
//!     run: vdx_cli::flags::RunArgs,
//!     #[command(flatten)]
//!     input: vdx_cli::flags::InputArg,
//! }
//!
//! fn run(args: Args, context: &Context) -> vdx_hts::Result<Outcome> {
//!     let input = args.input.resolve(context)?;
//!     let cost = vdx_cli::plan::ToolCost::new("vdx-count", 8 << 20, 1 << 20);
//!     let plan = context.plan(&args.run.limits, &cost)?;
//!     let stats = vdx_cli::Stats { inputs: vec![input.name()], ..Default::default() };
//!     // ... the work, within plan.limits ...
//!     context.finish(&stats, &plan, args.run.stats.as_deref())?;
//!     Ok(Outcome::Done)
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     vdx_cli::main_with("vdx-count", run)
//! }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

pub mod alloc;
pub mod context;
pub mod contract;
pub mod env;
mod finish;
pub mod flags;
pub mod format;
pub mod host;
pub mod json;
pub mod log;
pub mod multiqc;
pub mod plan;
pub mod progress;
mod regions;
pub mod run;
pub mod stats;
mod stream;
pub mod usage;

pub use context::Context;
pub use format::OutputFormat;
pub use log::Logger;
pub use plan::Plan;
pub use progress::Progress;
pub use run::{Outcome, command, main_with};
pub use stats::Stats;
