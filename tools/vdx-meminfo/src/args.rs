//! The command line.

use clap::{Parser, ValueEnum};
use vdx_cli::flags::{LimitArgs, LogArgs};
use vdx_cli::plan::{GNOMAD, MERGE, MERGE_PAGE, NORMALIZE, TOOLS, ToolCost};

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
    /// The tools asked about.
    #[must_use]
    pub fn costs(&self) -> Vec<ToolCost> {
        match self.tool {
            Some(Tool::Normalize) => vec![NORMALIZE],
            Some(Tool::Gnomad) => vec![GNOMAD],
            Some(Tool::Merge) => vec![MERGE, MERGE_PAGE],
            None => TOOLS.to_vec(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_tool_or_all() {
        let costs = |words: &[&str]| Args::try_parse_from(words).map(|args| args.costs());
        assert_eq!(costs(&["vdx-meminfo"]).unwrap(), TOOLS);
        assert_eq!(costs(&["vdx-meminfo", "--tool", "merge"]).unwrap(), [MERGE, MERGE_PAGE]);
        assert!(costs(&["vdx-meminfo", "--tool", "other"]).is_err());
    }

    #[test]
    fn the_flags_keep_the_contract() {
        let command = vdx_cli::command::<Args>("vdx-meminfo");
        assert_eq!(vdx_cli::contract::problems(&command), Vec::<String>::new());
    }
}
