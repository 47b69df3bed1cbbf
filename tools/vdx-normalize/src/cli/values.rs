//! How the values of options are written.

use clap::ValueEnum;
use clap::builder::PossibleValue;
use vdx_vcf::header::Number;

use crate::chunk::AtomOverlaps;
use crate::same_position::Duplicates;

/// `--multi-overlaps`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum MultiOverlaps {
    /// The reference allele
    #[default]
    #[value(name = "0")]
    Reference,
    /// Missing
    #[value(name = ".")]
    Missing,
}

/// `--sort`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Sort {
    /// As the records came.
    #[default]
    Pos,
    /// By REF and ALT.
    Lex,
}

/// A number of bases, as `-w` takes it.
pub(super) fn bases(text: &str) -> Result<u32, String> {
    text.parse().map_err(|_| "expected a whole number of bases without letters or commas, such as 10000".to_owned())
}

/// `--number`: a field and the Number that it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Numbered(pub(crate) Vec<u8>, pub(crate) Number);

impl Numbered {
    /// Reads one value of `--number`.
    pub(crate) fn parse(text: &str) -> std::result::Result<Self, String> {
        let parts = text.split_once('=').filter(|(tag, _)| !tag.is_empty());
        let number = match parts.map(|(_, number)| number) {
            Some("A") => Number::A,
            Some("R") => Number::R,
            Some("G") => Number::G,
            Some("LA") => Number::LocalA,
            Some("LR") => Number::LocalR,
            Some("LG") => Number::LocalG,
            _ => return Err(format!("expected TAG= and A, R, G, LA, LR or LG, found '{text}'")),
        };
        Ok(Self(parts.map_or_else(Vec::new, |(tag, _)| tag.as_bytes().to_vec()), number))
    }
}

// What is compared and what is written behind the command line knows nothing of it: its values get their words here.

impl ValueEnum for AtomOverlaps {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Star, Self::Missing]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Star => PossibleValue::new("*").help("Another ALT, `*`"),
            Self::Missing => PossibleValue::new(".").help("Missing"),
        })
    }
}

impl ValueEnum for Duplicates {
    fn value_variants<'a>() -> &'a [Self] {
        &[Self::Snps, Self::Indels, Self::Both, Self::All, Self::Exact]
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Self::Snps => PossibleValue::new("snps").help("Of those with a SNV or MNV"),
            Self::Indels => PossibleValue::new("indels").help("Of those with an insertion or a deletion"),
            Self::Both => PossibleValue::new("both").help("Of each of the two"),
            Self::All => PossibleValue::new("all").alias("any").help("Of all"),
            Self::Exact => PossibleValue::new("exact").alias("none").help("Of those with the same alleles"),
        })
    }
}
