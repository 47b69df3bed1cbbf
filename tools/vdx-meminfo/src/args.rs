//! The command line.

use clap::{Parser, ValueEnum};
use vdx_cli::flags::{LimitArgs, LogArgs};
use vdx_cli::plan::ToolCost;

/// Memory and CPUs this process may really use, and the plan each tool would follow
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    after_help = "Examples:\n  \
        vdx-meminfo --explain                              every limit found, and which one binds\n  \
        vdx-meminfo --tool normalize --memory 64M -@ 8     what would happen if\n  \
        srun -c 4 --mem 2G vdx-meminfo --format json       what a job would get"
)]
pub struct Args {
    /// Plan of this tool only [default: all]
    #[arg(long, value_name = "TOOL", value_enum)]
    pub tool: Option<Tool>,

    /// Format of the report
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t)]
    pub format: Format,

    /// List every limit found and the reasons of every plan (JSON always does)
    #[arg(long)]
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
    /// One JSON object
    Json,
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
    fn the_flags_keep_the_contract() {
        let command = vdx_cli::command::<Args>("vdx-meminfo");
        assert_eq!(vdx_cli::contract::problems(&command), Vec::<String>::new());
    }
}
