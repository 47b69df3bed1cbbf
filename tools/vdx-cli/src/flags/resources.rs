//! What a run may use, and what it says about itself.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{ArgAction, Args, ValueEnum};

use super::input::{check_local, local_path};
use super::{AutoOr, parse_size};
use crate::multiqc;

const INPUT: &str = "Input";
const RESOURCES: &str = "Resources";
const MESSAGES: &str = "Messages";

/// Everything that steers a run without changing its output.
#[derive(Clone, Debug, Default, Args)]
pub struct RunArgs {
    #[command(flatten)]
    #[allow(missing_docs)]
    pub limits: LimitArgs,

    /// Treat a truncated input as complete, with a warning instead of an error
    #[arg(long, help_heading = INPUT)]
    pub allow_truncated: bool,

    /// Keep indexes made on the side in DIR when the folder of the indexed file is read-only
    #[arg(long, value_name = "DIR", value_parser = local_path(), help_heading = RESOURCES)]
    pub cache: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub log: LogArgs,

    /// Show progress on standard error; auto: a bar where standard error is a terminal and standard output is no pipe
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = MESSAGES)]
    pub progress: ProgressMode,

    /// Write counts, times, peak memory and the plan to FILE as JSON
    #[arg(long, value_name = "FILE", value_parser = OsStringValueParser::new().try_map(stats_path), help_heading = MESSAGES)]
    pub stats: Option<PathBuf>,

    /// Write the counts to FILE, whose name ends in _mqc.json, as a table that MultiQC shows
    #[arg(
        long,
        value_name = "FILE",
        value_parser = OsStringValueParser::new().try_map(multiqc_path),
        help_heading = MESSAGES
    )]
    pub multiqc: Option<PathBuf>,
}

/// Threads and memory.
#[derive(Clone, Debug, Default, Args)]
pub struct LimitArgs {
    /// Worker threads in total; auto: as many as the CPUs this process may use; 0, no extra one in bcftools, is 1
    #[arg(
        short = '@',
        long,
        value_name = "N|auto",
        value_parser = parse_threads,
        default_value = "auto",
        help_heading = RESOURCES
    )]
    pub threads: AutoOr<usize>,

    /// Most memory the process may use as the kernel counts it, e.g. 512M or 2GiB
    #[arg(
        long,
        value_name = "SIZE|auto",
        value_parser = parse_memory,
        default_value = "auto",
        help_heading = RESOURCES
    )]
    pub memory: AutoOr<u64>,

    /// Use one thread and the least memory
    #[arg(long, help_heading = RESOURCES)]
    pub sequential: bool,

    /// Most records in one chunk of work (chunks are cut by bytes; the output does not depend on it)
    #[arg(long, value_name = "RECORDS", value_parser = parse_count, help_heading = RESOURCES)]
    pub chunk_size: Option<usize>,
}

/// What goes to standard error.
#[derive(Clone, Debug, Default, Args)]
pub struct LogArgs {
    /// Say nothing but warnings and errors
    #[arg(short = 'q', long, conflicts_with = "verbose", help_heading = MESSAGES)]
    pub quiet: bool,

    /// Say more
    #[arg(short = 'v', long, action = ArgAction::Count, help_heading = MESSAGES)]
    pub verbose: u8,

    /// Format of messages
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, help_heading = MESSAGES)]
    pub log_format: LogFormat,
}

/// `--log-format`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people
    #[default]
    Text,
    /// One JSON object per line
    Json,
}

/// `--progress`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum ProgressMode {
    /// A bar for people, nothing for files and pipes
    #[default]
    Auto,
    /// A bar, or lines where standard error is no terminal
    Always,
    /// Nothing
    Never,
}

fn parse_threads(text: &str) -> Result<AutoOr<usize>, String> {
    // bcftools counts extra threads: of its 0 there is one.
    let count = |text: &str| if text == "0" { Ok(1) } else { parse_count(text) };
    AutoOr::parse_with(text, count).map_err(|_| format!("expected auto or a whole number of threads, found '{text}'"))
}

fn parse_memory(text: &str) -> Result<AutoOr<u64>, String> {
    AutoOr::parse_with(text, parse_size)
}

fn parse_count(text: &str) -> Result<usize, String> {
    match text.parse::<usize>() {
        Ok(count) if count > 0 => Ok(count),
        _ => Err(format!("'{text}' is not a whole number of at least 1")),
    }
}

fn stats_path(text: OsString) -> Result<PathBuf, String> {
    if text == "-" {
        return Err("statistics go to a file; standard output carries data only".to_owned());
    }
    check_local(text)
}

/// A file name that MultiQC finds.
fn multiqc_path(text: OsString) -> Result<PathBuf, String> {
    let path = check_local(text)?;
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if name.len() <= multiqc::ENDING.len() || !name.ends_with(multiqc::ENDING) {
        return Err(format!("expected a name that ends in {}, by which MultiQC knows it", multiqc::ENDING));
    }
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn threads_and_memory_are_auto_or_numbers() {
        assert_eq!(parse_threads("auto"), Ok(AutoOr::Auto));
        assert_eq!(parse_threads("4"), Ok(AutoOr::Fixed(4)));
        assert_eq!(parse_threads("0"), Ok(AutoOr::Fixed(1)));
        assert!(parse_threads("-2").unwrap_err().contains("auto or a whole number"));
        assert_eq!(parse_memory("1G"), Ok(AutoOr::Fixed(1 << 30)));
        assert!(parse_memory("much").is_err());
    }

    #[test]
    fn stats_never_go_to_stdout() {
        assert!(stats_path("-".into()).is_err());
        assert!(stats_path("a.json".into()).is_ok());
    }

    #[test]
    fn names_are_those_that_multiqc_finds() {
        assert!(multiqc_path("a_mqc.json".into()).is_ok());
        assert!(multiqc_path("a.json".into()).unwrap_err().contains("_mqc.json"));
        assert!(multiqc_path("-".into()).is_err());
        assert!(multiqc_path("_mqc.json".into()).is_err());
    }
}
