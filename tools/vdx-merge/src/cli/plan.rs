//! What a run of `match` does, made from the arguments alone.

use std::path::{Path, PathBuf};

use vdx_cli::OutputFormat;
use vdx_cli::flags::InputArg;
use vdx_cli::format::Allowed;
use vdx_hts::{Error, Result};
use vdx_vcf::assembly::{Assembly, Declared};

use crate::cli::args::{MatchArgs, SampleBuild};
use crate::matching::Least;
use crate::sample::format::SampleFormat;
use crate::table::Layout;

/// A run of `match` as plain data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct MatchPlan {
    /// The sample's path; `None` is standard input.
    pub(crate) sample: Option<PathBuf>,
    /// Its format, unless the content is to tell.
    pub(crate) format: SampleFormat,
    /// Tables of its array's names.
    pub(crate) maps: Vec<PathBuf>,
    /// The build the user says it has.
    pub(crate) build: Option<Declared>,
    /// Which sample, and its name in the output.
    pub(crate) name: Option<String>,
    /// What the calls of a VCF sample must have.
    pub(crate) least: Least,
    /// Records without the allele are written, too.
    pub(crate) all: bool,
    /// What to write.
    pub(crate) output: OutputFormat,
}

impl MatchPlan {
    /// Makes the plan. Errors are of usage.
    pub(crate) fn new(args: &MatchArgs) -> Result<Self> {
        let format = args.output.format(Allowed::Both)?;
        let sample = Some(args.sample.clone()).filter(|path| path.as_os_str() != "-");
        if sample.is_none() && reads_stdin(&args.input) {
            return Err(Error::usage(
                "--sample - and the ClinVar stream cannot both be standard input; name the ClinVar file",
            ));
        }
        let build = args.sample_build.map(|build| match build {
            SampleBuild::Grch37 => Declared::Human(Assembly::Grch37),
            SampleBuild::Grch38 => Declared::Human(Assembly::Grch38),
        });
        Ok(Self {
            sample,
            format: args.raw.sample_format,
            maps: args.raw.rsid_map.clone(),
            build,
            name: args.sample_name.clone(),
            least: Least { quality: args.min_gq, depth: args.min_dp },
            all: args.all,
            output: format,
        })
    }
}

fn reads_stdin(input: &InputArg) -> bool {
    input.input.as_deref().is_none_or(|path| path == Path::new("-"))
}

/// The layout of a table format; `None` for VCF.
pub(crate) fn layout(format: OutputFormat) -> Option<Layout> {
    match format {
        OutputFormat::Tsv => Some(Layout::Tsv),
        OutputFormat::Csv => Some(Layout::Csv),
        OutputFormat::Json => Some(Layout::Json),
        OutputFormat::Vcf | OutputFormat::VcfGz { .. } | OutputFormat::Bcf { .. } | OutputFormat::Parquet => None,
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::cli::args::{Args, Command};

    fn plan(words: &[&str]) -> Result<MatchPlan> {
        let Command::Match(args) = Args::parse_from([&["vdx-merge", "match"], words].concat()).command else {
            panic!("not match");
        };
        MatchPlan::new(&args)
    }

    #[test]
    fn one_standard_input_is_enough() {
        assert!(plan(&["--sample", "-"]).unwrap_err().to_string().contains("name the ClinVar file"));
        assert!(plan(&["--sample", "-", "-"]).is_err());
        assert_eq!(plan(&["--sample", "-", "c.vcf"]).unwrap().sample, None);
        assert_eq!(plan(&["--sample", "a"]).unwrap().sample, Some("a".into()));
    }

    #[test]
    fn formats_become_layouts() {
        let made = plan(&["--sample", "a", "-o", "x.vcf.gz"]).unwrap();
        assert_eq!((made.output, layout(made.output)), (OutputFormat::VcfGz { level: None }, None));
        assert_eq!(layout(plan(&["--sample", "a", "-O", "json"]).unwrap().output), Some(Layout::Json));
        assert_eq!(layout(plan(&["--sample", "a", "-O", "b"]).unwrap().output), None);
    }
}
