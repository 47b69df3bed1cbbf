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
//! fn run(args: Args, context: &Context) -> vdx_stream::Result<Outcome> {
//!     let input = args.input.resolve(context)?;
//!     context.log.info(&format!("reading {}", input.name()));
//!     Ok(Outcome::Done)
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     vdx_cli::main_with("vdx-count", run)
//! }
//! ```

pub mod context;
pub mod env;
pub mod flags;
pub mod format;
pub mod log;
pub mod run;

pub use context::Context;
pub use format::OutputFormat;
pub use log::Logger;
pub use run::{Outcome, command, main_with};
