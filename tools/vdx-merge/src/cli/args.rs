//! The command line of `vdx-merge`.

mod examples;

use std::path::PathBuf;

use clap::builder::PossibleValue;
use clap::{Parser, Subcommand, ValueEnum};
use vdx_cli::flags::{FilterArgs, IndexArgs, InputArg, OutputArgs, RegionArgs, RunArgs, local_path};

use vdx_cli::format::Allowed;

use crate::sample::format::SampleFormat;

const SAMPLE: &str = "Sample";
const MATCHING: &str = "Matching";
const FINDINGS: &str = "Findings";
const PAGE: &str = "Page";
const SITES: &str = "Sites";
const SHARDS: &str = "Shards";

/// Arguments as they were given.
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    about = "Match a person's genotypes with ClinVar and report what was found",
    after_help = examples::ALL
)]
pub struct Args {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Clone, Debug, Subcommand)]
pub(crate) enum Command {
    /// Find the ClinVar records whose allele a person carries
    Match(Box<MatchArgs>),
    /// Turn what match has found into the table and the page people read
    Report(Box<ReportArgs>),
    /// Write a raw genotype file as a VCF or BCF, with REF from a FASTA
    Convert(Box<ConvertArgs>),
    /// Say what changed between two tables of findings; exit status 3 where something did
    Diff(Box<DiffArgs>),
    /// Merge sorted shards of one VCF, BCF, TSV or CSV back into one file
    Shards(Box<ShardsArgs>),
}

/// How a raw genotype file is read.
#[derive(Clone, Debug, clap::Args)]
pub(crate) struct RawArgs {
    /// Format of the sample
    #[arg(long, value_name = "FORMAT", value_enum, ignore_case = true, default_value_t, help_heading = SAMPLE)]
    pub(crate) sample_format: SampleFormat,

    /// Table of the array's names and their rsIDs (columns Name and RsID, as Illumina has for its arrays) or places (Name,
    /// Chr, MapInfo), for a raw file whose ids are names such as 1:101; may be given more than once
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = SAMPLE)]
    pub(crate) rsid_map: Vec<PathBuf>,
}

/// `vdx-merge match`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = examples::MATCH, mut_arg("output_type", |arg| Allowed::Both.offered_by(arg)))]
pub(crate) struct MatchArgs {
    /// The person's genotypes: a raw file of a vendor (see --sample-format), a VCF or a BCF; plain, gzip-compressed or
    /// in a ZIP archive; - reads standard input
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = SAMPLE)]
    pub(crate) sample: PathBuf,

    /// Reference FASTA of ClinVar's build: finds the indels that I and D of a raw file, and those of a VCF, can mean when
    /// they are written elsewhere
    #[arg(short, long, value_name = "FILE", value_parser = local_path(), help_heading = MATCHING)]
    pub(crate) fasta_ref: Option<PathBuf>,

    /// Write every record at a position that the sample has, with its verdict, not only those whose allele is carried
    #[arg(long, help_heading = MATCHING)]
    pub(crate) all: bool,

    #[command(flatten)]
    pub(crate) raw: RawArgs,

    /// Which sample of a VCF, and the name of the output column
    #[arg(long, value_name = "NAME", value_parser = sample_name, help_heading = SAMPLE)]
    pub(crate) sample_name: Option<String>,

    /// Build of the sample, where its header is wrong or silent
    #[arg(long, value_name = "BUILD", value_enum, ignore_case = true, help_heading = SAMPLE)]
    pub(crate) sample_build: Option<SampleBuild>,

    /// Take calls of a VCF sample with a GQ below MIN as no calls; a call without GQ stays
    #[arg(long, value_name = "MIN", value_parser = least, help_heading = SAMPLE)]
    pub(crate) min_gq: Option<f32>,

    /// Take calls of a VCF sample with a DP (or MIN_DP, of a gVCF block) below MIN as no calls; a call without DP stays
    #[arg(long, value_name = "MIN", value_parser = least, help_heading = SAMPLE)]
    pub(crate) min_dp: Option<f32>,

    #[command(flatten)]
    pub(crate) filter: FilterArgs,

    #[command(flatten)]
    pub(crate) regions: RegionArgs,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) index: IndexArgs,

    #[command(flatten)]
    pub(crate) run: RunArgs,

    #[command(flatten)]
    pub(crate) input: InputArg,
}

/// `vdx-merge report`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = examples::REPORT, mut_arg("output_type", |arg| Allowed::Tables.offered_by(arg)))]
pub(crate) struct ReportArgs {
    /// Write the findings as a page, too: one HTML file that needs no network, readable by its owner alone (mode 0600)
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = PAGE)]
    pub(crate) html: Option<PathBuf>,

    /// List of genes that matter to you, such as ACMG's secondary findings: columns gene, inheritance, note, separated by
    /// tabs, commas or semicolons; they are marked in the table (columns listed_...) and on the page
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = FINDINGS)]
    pub(crate) genes: Option<PathBuf>,

    /// What 'match --stats' wrote for these records; the page shows its counts
    #[arg(long, value_name = "FILE", value_parser = local_path(), requires = "html", help_heading = PAGE)]
    pub(crate) match_stats: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) run: RunArgs,

    #[command(flatten)]
    pub(crate) input: InputArg,
}

/// `vdx-merge convert`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = examples::CONVERT, mut_arg("output_type", |arg| Allowed::Variants.offered_by(arg)))]
pub(crate) struct ConvertArgs {
    /// The person's raw genotype file (see --sample-format), plain, gzip-compressed or in a ZIP archive; - reads standard
    /// input
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = SAMPLE)]
    pub(crate) sample: PathBuf,

    /// Reference FASTA of the sample's build: tells REF, the contigs and their order
    #[arg(short, long, value_name = "FILE", value_parser = local_path(), help_heading = SAMPLE)]
    pub(crate) fasta_ref: PathBuf,

    #[command(flatten)]
    pub(crate) raw: RawArgs,

    /// The name of the sample's column
    #[arg(long, value_name = "NAME", value_parser = sample_name, help_heading = SAMPLE)]
    pub(crate) sample_name: Option<String>,

    /// VCF of sites, such as ClinVar's or dbSNP's, of the same build: tells the alleles that calls of I and D mean
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = SITES)]
    pub(crate) sites: Option<PathBuf>,

    /// Write every site of --sites, those that the sample lacks as ./., and with the ALT alleles that they have
    #[arg(long, requires = "sites", help_heading = SITES)]
    pub(crate) all_sites: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) index: IndexArgs,

    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// `vdx-merge diff`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = examples::DIFF, mut_arg("output_type", |arg| Allowed::Tables.offered_by(arg)))]
pub(crate) struct DiffArgs {
    /// The table of before, as match and report write it: TSV, CSV or JSON lines, plain or compressed; - reads standard
    /// input
    #[arg(value_name = "OLD", value_parser = local_path())]
    pub(crate) old: PathBuf,

    /// The table of now: of another ClinVar, or of another file of the same person
    #[arg(value_name = "NEW", value_parser = local_path())]
    pub(crate) new: PathBuf,

    /// Write the changes as a page, too: one HTML file that needs no network, readable by its owner alone (mode 0600)
    #[arg(long, value_name = "FILE", value_parser = local_path(), help_heading = PAGE)]
    pub(crate) html: Option<PathBuf>,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// `vdx-merge shards`.
#[derive(Clone, Debug, clap::Args)]
#[command(after_help = examples::SHARDS, mut_arg("output_type", |arg| Allowed::Both.offered_by(arg)))]
pub(crate) struct ShardsArgs {
    /// Shards in any order: sorted VCFs or BCFs with the same samples, or TSVs or CSVs with the same columns; - or
    /// nothing reads one from standard input
    #[arg(value_name = "FILE", value_parser = local_path())]
    pub(crate) files: Vec<PathBuf>,

    /// Read more paths of shards from LIST, one a line
    #[arg(long, value_name = "LIST", value_parser = local_path(), help_heading = SHARDS)]
    pub(crate) list: Option<PathBuf>,

    /// Order of contigs: a .fai, or names one a line [default: that of the ##contig lines, else 1 to 22, X, Y, MT, others
    /// by name]
    #[arg(long, value_name = "ORDER", value_parser = local_path(), help_heading = SHARDS)]
    pub(crate) contigs: Option<PathBuf>,

    /// Write a record that several shards hold as often as they do, not once
    #[arg(long, help_heading = SHARDS)]
    pub(crate) keep_duplicates: bool,

    #[command(flatten)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    pub(crate) index: IndexArgs,

    #[command(flatten)]
    pub(crate) run: RunArgs,
}

/// The words of `--sample-format`.
impl ValueEnum for SampleFormat {
    fn value_variants<'a>() -> &'a [Self] {
        &Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        let (word, aliases, help): (_, &[&str], _) = match self {
            Self::Auto => ("auto", &[], "By the content"),
            Self::TwentyThreeAndMe => ("23andme", &[], "23andMe raw data"),
            Self::Ancestry => ("ancestry", &["ancestrydna"], "AncestryDNA"),
            Self::MyHeritage => ("myheritage", &[], "MyHeritage"),
            Self::Ftdna => ("ftdna", &[], "Family Tree DNA, Family Finder"),
            Self::LivingDna => ("livingdna", &[], "Living DNA"),
            Self::GenesForGood => ("genesforgood", &[], "Genes for Good"),
            Self::DnaLand => ("dnaland", &[], "DNA.Land"),
            Self::SelfDecode => ("selfdecode", &[], "SelfDecode"),
            Self::Mofang => ("23mofang", &[], "23Mofang"),
            Self::TellmeGen => ("tellmegen", &[], "tellmeGen"),
            Self::Mapmygenome => ("mapmygenome", &[], "Mapmygenome"),
            Self::Illumina => ("illumina", &[], "Illumina final report: its Plus alleles, else its Forward ones"),
            Self::CircleDna => ("circledna", &[], "CircleDNA"),
            Self::Decodeme => ("decodeme", &[], "deCODEme"),
            Self::Sano => ("sano", &[], "Sano"),
            Self::Plink => ("plink", &[], "Text version of PLINK data"),
            Self::Generic => (
                "generic",
                &["csv", "tsv"],
                "Columns rsid, chromosome, position and genotype, separated by tabs, commas, semicolons or blanks",
            ),
            Self::Vcf => ("vcf", &[], "VCF"),
        };
        Some(PossibleValue::new(word).aliases(aliases.iter().copied()).help(help))
    }
}

/// `--sample-build`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum SampleBuild {
    /// GRCh37, hg19
    #[value(name = "GRCh37", aliases = ["grch37", "hg19", "37"])]
    Grch37,
    /// GRCh38, hg38
    #[value(name = "GRCh38", aliases = ["grch38", "hg38", "38"])]
    Grch38,
}

/// A number that is not negative.
fn least(text: &str) -> Result<f32, String> {
    let number = text.parse::<f32>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    number.ok_or_else(|| "expected a number that is not negative".to_owned())
}

/// A name that can stand in a column of a VCF header and in a structured line of it.
fn sample_name(text: &str) -> Result<String, String> {
    let bad = |c: char| c.is_control() || matches!(c, ',' | '<' | '>' | '"' | '=');
    if text.is_empty() || text.chars().any(bad) {
        return Err("expected a name without tabs, line ends and the characters , < > \" =".to_owned());
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_flags_keep_the_contract() {
        assert_eq!(vdx_cli::contract::problems(&vdx_cli::command::<Args>("vdx-merge")), Vec::<String>::new());
    }

    #[test]
    fn names_and_builds_are_checked() {
        let parse = |words: &[&str]| Args::try_parse_from([&["vdx-merge", "match"], words].concat());
        let Command::Match(args) = parse(&["--sample", "a.txt", "--sample-build", "hg19", "in.vcf"]).unwrap().command
        else {
            panic!("not match");
        };
        assert_eq!(args.sample_build, Some(SampleBuild::Grch37));
        for word in ["23AndMe", "FTDNA", "AncestryDNA"] {
            assert!(parse(&["--sample", "a.txt", "--sample-format", word]).is_ok(), "{word}");
        }
        assert!(
            parse(&["--sample", "a.txt", "--min-gq", "-1"]).is_err()
                && parse(&["--sample", "a.txt", "--min-dp", "x"]).is_err()
        );
        assert!(parse(&["--sample", "a.txt", "--sample-name", "a\tb"]).is_err());
        assert!(parse(&["--sample", "a.txt", "--sample-format", "unknown"]).is_err());
        assert!(parse(&["in.vcf"]).is_err());
    }
}
