//! The command line.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Parser, ValueEnum};
use vdx_cli::flags::{LimitArgs, LogArgs};
use vdx_cli::plan::ToolCost;

const REPORT: &str = "Report";

const EXAMPLES: &str = "\
Examples:
  # Every limit found, and which one binds
  vdx-meminfo --explain
  # What would happen if
  vdx-meminfo --tool normalize --memory 64M -@ 8
  # What a file would take
  vdx-meminfo --input cohort.vcf.gz
  # VDX_CPUS, VDX_NORMALIZE_THREADS, ... for a script
  eval \"$(vdx-meminfo --format env)\"
  # Requests for nextflow run -c memory.config
  vdx-meminfo --format nextflow >memory.config
  # A line every five seconds until that process ends
  vdx-meminfo --watch 5 --pid 4711";

/// Memory and CPUs this process may really use, and the plan each tool would follow
#[derive(Clone, Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
pub struct Args {
    /// Plan of this tool only [default: all]
    #[arg(long, value_name = "TOOL", value_enum, help_heading = REPORT)]
    pub tool: Option<Tool>,

    /// Tell what the tools would take for this VCF or BCF, too
    #[arg(long, value_name = "FILE", value_parser = vdx_cli::flags::local_path(), help_heading = REPORT)]
    pub input: Option<PathBuf>,

    /// Ask what another process may use in place of this one
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), help_heading = REPORT)]
    pub pid: Option<u32>,

    /// Print what is left every so many seconds until interrupted, or until the process of --pid ends
    #[arg(long, value_name = "SECONDS", value_parser = seconds, conflicts_with_all = ["input", "tool", "explain"], help_heading = REPORT)]
    pub watch: Option<Duration>,

    /// Format of the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = REPORT)]
    pub format: Format,

    /// List every limit found, the reasons of every plan and VariDex's mode (JSON always does)
    #[arg(long, help_heading = REPORT)]
    pub explain: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub limits: LimitArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub log: LogArgs,
}

/// A tool that follows a plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Tool {
    /// vdx-normalize
    Normalize,
    /// vdx-gnomad
    Gnomad,
    /// vdx-merge
    Merge,
}

/// `--format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people
    #[default]
    Text,
    /// One JSON object; with --watch one on each line
    Json,
    /// A row for each tool, or for each moment of --watch; sizes in bytes
    Tsv,
    /// Variables for a shell to evaluate
    Env,
    /// A configuration for Nextflow that requests what the tools need
    Nextflow,
    /// A configuration for the Snakemake workflow of the suite, for --configfile beside your own
    Snakemake,
}

/// A time between two lines, from a hundredth of a second to a day.
fn seconds(text: &str) -> Result<Duration, String> {
    match text.parse::<f64>() {
        Ok(value) if (0.01..=86_400.0).contains(&value) => Ok(Duration::from_secs_f64(value)),
        _ => Err("expected seconds from 0.01 to 86400, such as 5 or 0.5".to_owned()),
    }
}

impl Args {
    /// The costs, of `all`, of the tools asked about: a tool may have several, each begins with its name.
    #[must_use]
    pub fn costs(&self, all: &[ToolCost]) -> Vec<ToolCost> {
        let name = match self.tool {
            Some(Tool::Normalize) => "vdx-normalize",
            Some(Tool::Gnomad) => "vdx-gnomad",
            Some(Tool::Merge) => "vdx-merge",
            None => "",
        };
        all.iter().filter(|cost| cost.tool.starts_with(name)).copied().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tool_or_all() {
        let all = ["vdx-normalize", "vdx-merge", "vdx-merge report"].map(|tool| ToolCost::new(tool, 1, 1));
        let costs = |words: &[&str]| Args::try_parse_from(words).map(|args| args.costs(&all));
        assert_eq!(costs(&["vdx-meminfo"]).unwrap(), all);
        assert_eq!(costs(&["vdx-meminfo", "--tool", "merge"]).unwrap(), all[1..]);
        assert!(costs(&["vdx-meminfo", "--tool", "other"]).is_err());
    }

    #[test]
    fn seconds_are_a_number_within_bounds() {
        let watch = |text: &str| Args::try_parse_from(["vdx-meminfo", "--watch", text]).map(|args| args.watch);
        assert_eq!(watch("0.5").unwrap(), Some(Duration::from_millis(500)));
        assert!(["0", "-1", "nan", "x", "1e9"].iter().all(|text| watch(text).is_err()));
    }

    #[test]
    fn the_flags_keep_the_contract() {
        let command = vdx_cli::command::<Args>("vdx-meminfo");
        assert_eq!(vdx_cli::contract::problems(&command), Vec::<String>::new());
    }
}
