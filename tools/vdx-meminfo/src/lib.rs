//! Memory and CPUs a process may really use, and each tool's plan.

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

pub mod args;
pub mod input;
pub mod report;
mod varidex;
mod watch;

use vdx_cli::host::Host;
use vdx_cli::plan::{Ask, ToolCost};
use vdx_cli::{Context, Outcome};
use vdx_hts::{Error, Result, stdout};

pub use args::Args;
use args::Format;
use input::InputFacts;
use report::Report;

/// Prints what a process may use and what the tools, with these `costs`, would do with it.
///
/// # Errors
/// Refused memory, as the tools themselves would report it, when one of those asked about could not run; the report is
/// written all the same. A process or an input that cannot be looked at.
pub fn run(args: Args, context: &Context, costs: &[ToolCost]) -> Result<Outcome> {
    if let Some(every) = args.watch {
        watch::watch(every, args.pid, args.format, context)?;
        return Ok(Outcome::Done);
    }
    let costs = args.costs(costs);
    let Args { input, pid, limits, format, explain, .. } = args;
    let host = pid.map_or_else(|| Ok(context.host.clone()), Host::of_process)?;
    let input = input.as_deref().map(InputFacts::of).transpose()?;
    let report = Report::new(host, &Ask::new(&limits, &context.env), &costs, input);
    let text = match format {
        Format::Text => report.to_text(explain),
        Format::Json => format!("{:#}\n", report.to_json(context)),
        Format::Tsv => report.to_tsv(),
        Format::Env => report.to_env(),
        Format::Nextflow => report.to_nextflow(),
        Format::Snakemake => report.to_snakemake(),
    };
    stdout::print(text.as_bytes()).map_err(|error| Error::io("<stdout>", &error))?;
    match report.first_refusal() {
        Some((tool, message)) => Err(Error::memory(format!("{tool} could not run: {message}"))),
        None => Ok(Outcome::Done),
    }
}
