//! Memory and CPUs a process may really use, and each tool's plan.

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

pub mod args;
pub mod report;
mod varidex;

use vdx_cli::plan::{Ask, ToolCost};
use vdx_cli::{Context, Outcome};
use vdx_hts::{Error, Result, stdout};

pub use args::Args;
use args::Format;
use report::Report;

/// Prints what this process may use and what the tools, with these `costs`, would do with it.
///
/// # Errors
/// Refused memory, as the tools themselves would report it, when one of those asked about could not run; the report is
/// written all the same.
pub fn run(args: Args, context: &Context, costs: &[ToolCost]) -> Result<Outcome> {
    let costs = args.costs(costs);
    let Args { limits, format, explain, .. } = args;
    let report = Report::new(context.host.clone(), &Ask::new(&limits, &context.env), &costs);
    let text = match format {
        Format::Text => report.to_text(explain),
        Format::Json => format!("{:#}\n", report.to_json(context)),
    };
    stdout::print(text.as_bytes()).map_err(|error| Error::io("<stdout>", &error))?;
    match report.first_refusal() {
        Some((tool, message)) => Err(Error::memory(format!("{tool} could not run: {message}"))),
        None => Ok(Outcome::Done),
    }
}
