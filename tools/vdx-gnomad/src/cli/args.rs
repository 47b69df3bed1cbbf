//! What the command line says; nothing here touches a file.

mod examples;
mod words;

use std::path::PathBuf;

use clap::{Args as Group, Parser, Subcommand};
use vdx_cli::flags::{
    FilterArgs, IndexArgs, InputArg, LimitArgs, LogArgs, OutputArgs, ProgressMode, RegionArgs, RunArgs, local_path,
};
use vdx_cli::format::Allowed;
use vdx_vcf::assembly::Assembly;

use crate::source::Location;
use crate::source::release_files::{Choice, Dataset};
use words::{column, db, frequency, prefix, scores_column};

/// gnomAD frequencies for variants, exact to the digit.
#[derive(Clone, Debug, Parser)]
#[command(version, about, after_help = examples::ALL)]
pub struct Args {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Add gnomAD's numbers to the variants of a VCF, CSV or TSV
    Annotate(Box<AnnotateArgs>),
    /// Turn gnomAD's files into a store: small, fast to look up, every value to the letter
    Build(Box<BuildArgs>),
    /// Look variants up that are given as words, such as 1-55505599-C-G
    Lookup(Box<LookupArgs>),
    /// Say what a source holds: release, build, contigs, fields, records, indexes, size
    Info(Box<InfoArgs>),
}

/// The heading of what says where frequencies come from.
const SOURCE: &str = "Source";
const FIELDS: &str = "Fields";
const INPUT: &str = "Input";
const SELECTION: &str = "Selection";
const OUTPUT: &str = "Output";

/// `--build`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum InputBuild {
    /// GRCh37, hg19
    #[value(name = "GRCh37", aliases = ["grch37", "hg19", "37"])]
    Grch37,
    /// GRCh38, hg38
    #[value(name = "GRCh38", aliases = ["grch38", "hg38", "38"])]
    Grch38,
}

impl From<InputBuild> for Assembly {
    fn from(build: InputBuild) -> Self {
        match build {
            InputBuild::Grch37 => Self::Grch37,
            InputBuild::Grch38 => Self::Grch38,
        }
    }
}

/// `--dataset`
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum DatasetArg {
    /// Exomes.
    Exomes,
    /// Genomes.
    Genomes,
    /// Exomes and genomes together (v4.1).
    Joint,
}

/// What is picked in a folder of several sources.
#[derive(Clone, Debug, Default, PartialEq, Eq, Group)]
pub(crate) struct ChoiceArgs {
    /// Which data set, where the folder has several
    #[arg(long, value_enum, help_heading = SOURCE)]
    pub(crate) dataset: Option<DatasetArg>,

    /// Which release, where the folder has several, e.g. 2.1.1 or 4.1
    #[arg(long, value_name = "V", help_heading = SOURCE)]
    pub(crate) release: Option<String>,

    /// What the columns of a table of scores are called, or their numbers (from 1) where no line names them: chromosome=,
    /// position=, ref=, alt=, and FIELD= for each that holds values [default: all others]
    #[arg(long, value_name = "NAME=COLUMN,...", value_delimiter = ',', value_parser = scores_column, help_heading = SOURCE)]
    pub(crate) db_columns: Vec<(String, String)>,
}

impl From<&ChoiceArgs> for Choice {
    fn from(args: &ChoiceArgs) -> Self {
        let dataset = args.dataset.map(|dataset| match dataset {
            DatasetArg::Exomes => Dataset::Exomes,
            DatasetArg::Genomes => Dataset::Genomes,
            DatasetArg::Joint => Dataset::Joint,
        });
        Self { dataset, release: args.release.clone(), columns: args.db_columns.clone() }
    }
}

/// What is written of a source.
#[derive(Clone, Debug, Default, PartialEq, Eq, Group)]
pub(crate) struct FieldArgs {
    /// Exactly what is written, comma-separated: gnomAD's INFO keys by the names of any release, FILTER, status; or all;
    /// default stands for the default
    /// [default: AF AC AN nhomalt, popmax/grpmax and its AF, AF per group, FILTER]
    #[arg(long, value_name = "F,...", value_delimiter = ',', help_heading = FIELDS)]
    pub(crate) fields: Vec<String>,

    /// What the names of what is written start with
    #[arg(long, default_value = "gnomad_", value_parser = prefix, help_heading = FIELDS)]
    pub(crate) prefix: String,

    /// Where a list of the source has another length than its record has ALTs, leave the value out; such values are counted.
    /// An error without it
    #[arg(long, help_heading = FIELDS)]
    pub(crate) force: bool,
}

/// `vdx-gnomad annotate`
#[derive(Clone, Debug, Group)]
#[command(after_help = examples::ANNOTATE, mut_arg("output_type", |arg| Allowed::Any.offered_by(arg)))]
pub(crate) struct AnnotateArgs {
    /// A store, a folder of per-chromosome gnomAD files under their official names, or one BGZF-compressed VCF or table of
    /// scores; NAME becomes part of what is written, as in gnomad_NAME_AF. Several can be given: --db exomes=A --db genomes=B
    #[arg(long, value_name = "[NAME=]PATH", value_parser = db(), required = true, help_heading = SOURCE)]
    pub(crate) db: Vec<Location>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) choice: ChoiceArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) written: FieldArgs,

    /// Build of the input, where its header is wrong or silent; gnomAD must be of the same
    #[arg(long, value_name = "BUILD", value_enum, help_heading = INPUT)]
    pub(crate) build: Option<InputBuild>,

    /// What the columns of an input table are called: chromosome=, position=, ref_allele=, alt_allele=, or variant=
    #[arg(long, value_name = "NAME=COLUMN,...", value_delimiter = ',', value_parser = column, help_heading = INPUT)]
    pub(crate) columns: Vec<(String, String)>,

    /// Reference FASTA, plain or BGZF, of gnomAD's build: indels are looked up as far to the left as they can be moved,
    /// where gnomAD has them. What is written stays where it is
    #[arg(short, long, value_name = "FILE", value_parser = local_path(), help_heading = INPUT)]
    pub(crate) fasta_ref: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) filter: FilterArgs,

    /// Take nothing from gnomAD records that did not pass its filters
    #[arg(long, help_heading = SELECTION)]
    pub(crate) pass_only: bool,

    /// Drop records whose every ALT has a gnomAD AF above X; an ALT without AF stays
    #[arg(long, value_name = "X", value_parser = frequency, help_heading = SELECTION)]
    pub(crate) max_af: Option<f64>,

    /// Keep only records with an ALT that gnomAD has
    #[arg(long, conflicts_with = "absent", help_heading = SELECTION)]
    pub(crate) found: bool,

    /// Keep only records without any ALT that gnomAD has
    #[arg(long, help_heading = SELECTION)]
    pub(crate) absent: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) regions: RegionArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) index: IndexArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) run: RunArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) input: InputArg,
}

/// `vdx-gnomad build`
#[derive(Clone, Debug, Group)]
#[command(after_help = examples::BUILD)]
pub(crate) struct BuildArgs {
    /// Folder of per-chromosome gnomAD files under their official names, or one BGZF-compressed VCF or table of scores
    #[arg(long, value_name = "PATH", value_parser = local_path(), help_heading = SOURCE)]
    pub(crate) db: PathBuf,

    /// Folder of the store; until all contigs are there it is called STORE.partial, where a later run goes on
    #[arg(id = "store", short = 'o', long = "output", value_name = "STORE", value_parser = local_path(), help_heading = SOURCE)]
    pub(crate) output: PathBuf,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) choice: ChoiceArgs,

    /// What the store holds, comma-separated: gnomAD's INFO keys by the names of any release, or all; FILTER is always
    /// there [default: what annotate writes by default]
    #[arg(long, value_name = "F,...", value_delimiter = ',', help_heading = FIELDS)]
    pub(crate) fields: Vec<String>,

    /// Let lookup find variants by their names in dbSNP (rs...), too
    #[arg(long, help_heading = FIELDS)]
    pub(crate) rsid: bool,

    /// Table of gnomAD's allele numbers at all sites (..allele_number_all_sites.tsv.bgz), which tells a variant that is
    /// absent from a site that was called from one that gnomAD could not see
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = FIELDS)]
    pub(crate) an_sites: Option<PathBuf>,

    /// Where a list of the source has another length than its record has ALTs, leave the value out; such values are counted.
    /// An error without it
    #[arg(long, help_heading = FIELDS)]
    pub(crate) force: bool,

    /// Build only this contig, into a store that other jobs may fill at the same time
    #[arg(long, value_name = "C", help_heading = OUTPUT)]
    pub(crate) contig: Option<String>,

    /// Treat a truncated input as complete, with a warning instead of an error
    #[arg(long, help_heading = INPUT)]
    pub(crate) allow_truncated: bool,

    /// Keep indexes made on the side in DIR when the folder of the indexed file is read-only
    #[arg(long, value_name = "DIR", value_parser = local_path(), help_heading = "Resources")]
    pub(crate) cache: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) limits: LimitArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) log: LogArgs,

    /// Show progress on standard error; auto: a bar where standard error is a terminal and standard output is no pipe
    #[arg(long, value_name = "WHEN", value_enum, default_value_t, help_heading = "Messages")]
    pub(crate) progress: ProgressMode,

    /// Write counts, times, peak memory and the plan to FILE as JSON
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = "Messages")]
    pub(crate) stats: Option<PathBuf>,
}

/// `vdx-gnomad lookup`
#[derive(Clone, Debug, Group)]
#[command(after_help = examples::LOOKUP, mut_arg("output_type", |arg| Allowed::AnyTable.offered_by(arg)))]
#[command(mut_arg("fields", |arg| arg.help("Columns of the table, as for annotate [default: default,status]")))]
#[command(mut_arg("prefix", |arg| arg.help("What the names of these columns start with")))]
pub(crate) struct LookupArgs {
    /// A store, a folder of per-chromosome gnomAD files under their official names, or one BGZF-compressed VCF or table of
    /// scores; several with names, as for annotate
    #[arg(long, value_name = "[NAME=]PATH", value_parser = db(), required = true, help_heading = SOURCE)]
    pub(crate) db: Vec<Location>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) choice: ChoiceArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) written: FieldArgs,

    /// Build of the variants; gnomAD must be of the same
    #[arg(long, value_name = "BUILD", value_enum, help_heading = INPUT)]
    pub(crate) build: Option<InputBuild>,

    /// Reference FASTA, to look indels up as far to the left as they can be moved
    #[arg(short, long, value_name = "FILE", value_parser = local_path(), help_heading = INPUT)]
    pub(crate) fasta_ref: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) output: OutputArgs,

    /// Keep indexes made on the side in DIR when the folder of the indexed file is read-only
    #[arg(long, value_name = "DIR", value_parser = local_path(), help_heading = "Resources")]
    pub(crate) cache: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) limits: LimitArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) log: LogArgs,

    /// CHROM-POS-REF-ALT, CHROM:POS:REF:ALT, CHROM:POSREF>ALT, HGVS g. (deletions and insertions with -f), or rs... with a
    /// store built with --rsid; without any, one a line on standard input
    #[arg(value_name = "VARIANT")]
    pub(crate) variants: Vec<String>,
}

/// `vdx-gnomad info`
#[derive(Clone, Debug, Group)]
#[command(after_help = examples::INFO)]
pub(crate) struct InfoArgs {
    /// A store, a folder of per-chromosome gnomAD files under their official names, or one BGZF-compressed VCF or table of
    /// scores
    #[arg(long, value_name = "PATH", value_parser = local_path(), help_heading = SOURCE)]
    pub(crate) db: PathBuf,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) choice: ChoiceArgs,

    /// For people or for programs
    #[arg(long, value_enum, default_value_t, help_heading = OUTPUT)]
    pub(crate) format: InfoFormat,

    /// Where indexes are kept when the folder of the indexed file is read-only
    #[arg(long, value_name = "DIR", value_parser = local_path(), help_heading = "Resources")]
    pub(crate) cache: Option<PathBuf>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) log: LogArgs,
}

/// `--format` of `info`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum InfoFormat {
    /// Lines of a name and what it is, tab-separated
    #[default]
    Text,
    /// One JSON object
    Json,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<AnnotateArgs, String> {
        let words = ["vdx-gnomad", "annotate"].iter().chain(words);
        let args = Args::try_parse_from(words).map_err(|error| error.to_string())?;
        let Command::Annotate(args) = args.command else { panic!("annotate") };
        Ok(*args)
    }

    #[test]
    fn flags_follow_the_rules_of_the_suite() {
        assert_eq!(vdx_cli::contract::problems(&vdx_cli::command::<Args>("vdx-gnomad")), Vec::<String>::new());
    }

    #[test]
    fn a_source_may_have_a_name() {
        let args = parse(&["--db", "exomes=a/b", "in.vcf"]).unwrap();
        let named = |name: &str, path: &str| Location { name: Some(name.into()), path: path.into() };
        assert_eq!(args.db, [named("exomes", "a/b")]);
        let args = parse(&["--db", "exomes=a", "--db", "genomes=b", "in.vcf"]).unwrap();
        assert_eq!(args.db, [named("exomes", "a"), named("genomes", "b")]);
        assert_eq!(parse(&["--db", "a/b=c"]).unwrap().db, [Location { name: None, path: "a/b=c".into() }]);
        assert!(parse(&["--db", "s3://bucket/gnomad"]).unwrap_err().contains("not opened"));
        assert!(parse(&["--db", "x=https://host/gnomad"]).unwrap_err().contains("not opened"));
        assert!(parse(&["in.vcf"]).unwrap_err().contains("--db"));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for words in
            [["--max-af", "2"], ["--max-af", "nan"], ["--max-af", "rare"], ["--prefix", "a b"], ["--prefix", "1"]]
        {
            assert!(parse(&["--db", "d", words[0], words[1]]).is_err(), "{words:?}");
        }
        assert!(parse(&["--db", "d", "--found", "--absent"]).is_err());
        assert_eq!(parse(&["--db", "d", "--fields", "AF,status"]).unwrap().written.fields, ["AF", "status"]);
    }
}
