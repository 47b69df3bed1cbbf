//! `-r -R -t -T`: which records of the input are meant.

use std::path::PathBuf;

use clap::builder::{OsStringValueParser, TypedValueParser};
use clap::{Args, ValueEnum};
use vdx_vcf::region::Overlap;

use super::local_path;

const HEADING: &str = "Regions";

/// Regions (by the index) and targets (all of the input is read), as in bcftools.
#[derive(Clone, Debug, Default, Args)]
pub struct RegionArgs {
    /// Only records of these regions, read by the index: chr, chr:pos, chr:from-to or chr:from-, joined by commas
    #[arg(short = 'r', long, value_name = "REGION", conflicts_with = "regions_file", help_heading = HEADING)]
    pub regions: Option<String>,

    /// Only records of the regions in FILE, read by the index: BED by its suffix, else CHROM, FROM and TO from 1
    #[arg(short = 'R', long, value_name = "FILE", value_parser = local_path(), help_heading = HEADING)]
    pub regions_file: Option<PathBuf>,

    /// What must lie in a region: POS (0), any base of the record (1), any base that an ALT changes (2)
    #[arg(long, value_name = "0|1|2", value_enum, default_value_t = Where::Record, help_heading = HEADING)]
    pub regions_overlap: Where,

    /// Like -r, but without an index: the whole input is read; ^ in front means all but these
    #[arg(short = 't', long, value_name = "[^]REGION", conflicts_with = "targets_file", help_heading = HEADING)]
    pub targets: Option<String>,

    /// Like -R, but without an index: the whole input is read; ^ in front means all but these
    #[arg(short = 'T', long, value_name = "[^]FILE", value_parser = targets_path(), help_heading = HEADING)]
    pub targets_file: Option<PathBuf>,

    /// What must lie in a target: POS (0), any base of the record (1), any base that an ALT changes (2)
    #[arg(long, value_name = "0|1|2", value_enum, default_value_t = Where::Pos, help_heading = HEADING)]
    pub targets_overlap: Where,
}

/// `--regions-overlap`, `--targets-overlap`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Where {
    /// POS
    #[default]
    #[value(name = "0", alias = "pos")]
    Pos,
    /// Any base of the record
    #[value(name = "1", alias = "record")]
    Record,
    /// Any base that an ALT changes
    #[value(name = "2", alias = "variant")]
    Variant,
}

impl From<Where> for Overlap {
    fn from(place: Where) -> Self {
        match place {
            Where::Pos => Self::Pos,
            Where::Record => Self::Record,
            Where::Variant => Self::Variant,
        }
    }
}

/// A local path that `^` may stand before.
fn targets_path() -> impl TypedValueParser<Value = PathBuf> {
    OsStringValueParser::new().try_map(|text| {
        let bare = text.to_str().and_then(|text| text.strip_prefix('^')).map_or_else(|| text.clone(), Into::into);
        super::input::check_local(bare).map(|_| PathBuf::from(text))
    })
}

impl RegionArgs {
    /// Whether any region or target is given.
    #[must_use]
    pub fn any(&self) -> bool {
        self.regions.is_some() || self.regions_file.is_some() || self.targets.is_some() || self.targets_file.is_some()
    }
}
