//! The sex of a sample, as far as its genotypes tell, and which chromosomes it has one copy of.
//!
//! How many calls are enough and which shares decide stands here, for raw files ([`mod@array`]) and VCFs ([`vcf`]); the
//! README ("Sex is taken from") says the same to users.

use std::ops::RangeInclusive;

pub(crate) mod array;
pub(crate) mod ploidy;
pub(crate) mod vcf;

/// So few calls tell nothing.
const FEW: u32 = 20;
/// So many tell surely.
const MANY: u32 = 100;

/// Heterozygous ones among an array's calls of two letters on X: a woman has some 5 to 30 % depending on the array, a man
/// none but for errors.
const HETEROZYGOUS_OF_ARRAY: Shares = Shares { female: 3..=100, male: 0..=1 };

/// Heterozygous ones among a VCF's variants on X: more than half in a woman, in a man those that are mapped wrongly.
const HETEROZYGOUS_OF_VARIANTS: Shares = Shares { female: 40..=100, male: 0..=20 };

/// Sites of Y that are called: a man's Y gives calls, a woman's none but for errors.
const CALLED_ON_Y: Shares = Shares { female: 0..=10, male: 50..=100 };

/// Shares in percent that mean one sex or the other; what lies between means nothing.
struct Shares {
    female: RangeInclusive<u64>,
    male: RangeInclusive<u64>,
}

impl Shares {
    /// What `part` of `all` means.
    fn sex(&self, part: u32, all: u32) -> Sex {
        let (part, all) = (u64::from(part) * 100, u64::from(all));
        let within = |share: &RangeInclusive<u64>| (share.start() * all..=share.end() * all).contains(&part);
        if within(&self.female) {
            Sex::Female
        } else if within(&self.male) {
            Sex::Male
        } else {
            Sex::Unknown
        }
    }
}

/// As far as the genotypes tell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Sex {
    /// Too little was seen of X, or it is contradictory.
    #[default]
    Unknown,
    /// Two X.
    Female,
    /// One X and one Y.
    Male,
}

impl Sex {
    /// The word in `##vdx_sample`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Female => "female",
            Self::Male => "male",
        }
    }
}

/// How sure an inference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Confidence {
    /// The data show it, and there are enough of them.
    High,
    /// Few data, or a header's word.
    Medium,
    /// Nothing speaks against it.
    Low,
    /// It is not known.
    None,
}

impl Confidence {
    /// The word in `--stats`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::High => "high",
            Self::Medium => "medium",
            Self::Low => "low",
            Self::None => "none",
        }
    }
}
