//! `-i -e`: which of the records that a tool has made are written.

use clap::Args;
use vdx_filter::{Expression, Filter, LANGUAGE};
use vdx_hts::{Error, Result};
use vdx_vcf::Header;

const HEADING: &str = "Selection";

/// Records chosen by an expression, as in `bcftools view`: the others are dropped.
#[derive(Clone, Debug, Default, Args)]
pub struct FilterArgs {
    /// Write only records for which EXPR holds, such as 'QUAL>20 && TYPE="snp"', over what this tool adds, too; the others are
    /// dropped, as in bcftools view (vdx-normalize passes them through, as bcftools norm does)
    #[arg(
        short = 'i',
        long,
        value_name = "EXPR",
        value_parser = Expression::parse,
        allow_hyphen_values = true,
        help_heading = HEADING,
        long_help = format!(
            "Write only records for which EXPR holds, such as 'QUAL>20 && TYPE=\"snp\"', over what this tool adds, too; the \
             others are dropped, as in bcftools view (vdx-normalize passes them through, as bcftools norm does)\n\n{LANGUAGE}"
        )
    )]
    pub include: Option<Expression>,

    /// Write only records for which EXPR does not hold; the others are dropped
    #[arg(
        short = 'e',
        long,
        value_name = "EXPR",
        value_parser = Expression::parse,
        allow_hyphen_values = true,
        conflicts_with = "include",
        help_heading = HEADING
    )]
    pub exclude: Option<Expression>,
}

impl FilterArgs {
    /// Whether records are chosen at all.
    #[must_use]
    pub fn any(&self) -> bool {
        self.include.is_some() || self.exclude.is_some()
    }

    /// The expression for records of a file with `header`: the one that is written.
    ///
    /// # Errors
    /// A usage error where the header lacks what the expression names.
    pub fn on(&self, header: &Header) -> Result<Option<Filter>> {
        filter(self.include.as_ref(), self.exclude.as_ref(), header)
    }
}

/// What `-i` or `-e` say of records of a file with `header`.
///
/// # Errors
/// A usage error where the header lacks what the expression names.
pub fn filter(include: Option<&Expression>, exclude: Option<&Expression>, header: &Header) -> Result<Option<Filter>> {
    let (expression, flag) = match (include, exclude) {
        (Some(include), _) => (include, "-i"),
        (None, Some(exclude)) => (exclude, "-e"),
        (None, None) => return Ok(None),
    };
    let filter = Filter::new(expression, flag == "-e", header);
    filter.map(Some).map_err(|message| Error::usage(format!("{flag}: {message}")))
}
