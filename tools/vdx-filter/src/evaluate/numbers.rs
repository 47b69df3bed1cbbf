//! Numbers of a record: one, a list, or a row for each sample.
//!
//! Values are laid on a stack that outlives the record, so that nothing is allocated. As in bcftools, fields of
//! Type=Float are 32-bit numbers, and everything is reckoned in 64 bits.

use vdx_vcf::info;

use super::condition::Condition;
use super::genotype::alleles;
use super::reckon::Shape;
use super::reckon::arithmetic::reckon;
use super::reckon::binomial::{of_genotypes, of_pairs};
pub(crate) use super::reckon::counts::Counted;
use super::reckon::counts::allele_counts;
use super::reckon::format::format;
pub(crate) use super::reckon::reduce::Reduction;
use super::reckon::value::{MISSING, is_missing, list, parse, shown, wrong};
use super::texts::Text;
use super::view::{Pick, View};
use crate::syntax::Arithmetic;
use crate::{Mask, there};

/// Where numbers come from.
#[derive(Debug)]
pub(crate) enum Numbers {
    /// The expression itself.
    Constant(f64),
    /// `"."`
    Missing,
    /// QUAL.
    Quality,
    /// POS.
    Position,
    /// N_ALT: how many ALT alleles there are.
    AltCount,
    /// An INFO field.
    Info {
        /// The tag.
        key: Vec<u8>,
        /// Which of its values.
        pick: Pick,
        /// Type=Float.
        float: bool,
    },
    /// Whether an INFO flag is there: 1 or 0.
    Flag(Vec<u8>),
    /// A FORMAT field.
    Format {
        /// The tag.
        key: Vec<u8>,
        /// Which of its values.
        pick: Pick,
        /// Type=Float.
        float: bool,
        /// Of which samples.
        samples: Mask,
    },
    /// Counts of alleles, and what is made of them.
    Alleles {
        /// What.
        what: Counted,
        /// Of which ALTs.
        pick: Pick,
        /// From INFO/AC and INFO/AN where the record has them.
        from_info: bool,
    },
    /// ILEN: how much longer each ALT is than REF.
    Lengthened(Pick),
    /// Samples with a missing allele in GT: their number or fraction.
    Uncalled {
        /// F_MISSING.
        fraction: bool,
    },
    /// Two numbers made one.
    Arithmetic {
        /// How.
        operator: Arithmetic,
        /// Before it.
        left: Box<Numbers>,
        /// Behind it.
        right: Box<Numbers>,
        /// Of which samples, where one side has such.
        samples: Option<Mask>,
    },
    /// Several numbers made one.
    Reduced {
        /// How.
        how: Reduction,
        /// Which.
        of: Box<Numbers>,
        /// One for each sample.
        by_sample: bool,
    },
    /// Each number made another.
    Each(Each, Box<Numbers>),
    /// BINOM.
    Binomial {
        /// The first counts, or all.
        left: Box<Numbers>,
        /// The second ones.
        right: Option<Box<Numbers>>,
        /// A list of each sample, whose genotype names two.
        of_genotype: bool,
    },
    /// STRLEN.
    Lengths(Text),
    /// COUNT of a list of texts.
    Elements(Text),
    /// COUNT of a condition, N_PASS: samples that pass, or their fraction.
    Passing {
        /// What they pass.
        condition: Box<Condition>,
        /// Of which samples.
        samples: Mask,
        /// F_PASS.
        fraction: bool,
    },
}

/// What is made of each number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Each {
    /// ABS.
    Absolute,
    /// PHRED: -10 log10.
    Phred,
}

/// What is laid down while a record is looked at.
#[derive(Debug, Default)]
pub struct Stacks {
    /// Numbers.
    pub(crate) numbers: Vec<f64>,
    /// Which samples pass.
    pub(crate) passing: Vec<bool>,
}

impl Numbers {
    /// The samples, where each has its own numbers.
    pub(crate) fn samples(&self) -> Option<&Mask> {
        match self {
            Self::Format { samples, .. } => there(samples),
            Self::Arithmetic { samples, .. } => samples.as_ref(),
            Self::Reduced { of, by_sample: true, .. } | Self::Each(_, of) => of.samples(),
            Self::Binomial { left, .. } => left.samples(),
            _ => None,
        }
    }

    /// Lays the values on the stack.
    ///
    /// # Errors
    /// What of the record cannot be reckoned with.
    pub(crate) fn lay(&self, view: &View, stacks: &mut Stacks) -> Result<Shape, String> {
        let from = stacks.numbers.len();
        let out = &mut stacks.numbers;
        match self {
            Self::Constant(value) => out.push(*value),
            Self::Missing => out.push(MISSING),
            Self::Quality => out.push(parse(view.rest.qual, true).ok_or_else(|| wrong("QUAL", view.rest.qual))?),
            Self::Position => out.push(f64::from(view.line.pos())),
            Self::AltCount => out.push(view.line.alts().count() as f64),
            Self::Flag(key) => out.push(f64::from(u8::from(info::get(view.rest.info, key).is_some()))),
            Self::Info { key, pick, float } => {
                if let Some(value) = info::value(view.rest.info, key) {
                    list(value, pick, *float, out).map_err(|found| wrong(&format!("INFO/{}", shown(key)), found))?;
                }
                if matches!(pick, Pick::One(_)) && out[from..].iter().all(|value| is_missing(*value)) {
                    out.truncate(from);
                }
            }
            Self::Format { key, pick, float, .. } => return format(view, key, pick, *float, out),
            Self::Alleles { what, pick, from_info } => allele_counts(view, *what, pick, *from_info, out),
            Self::Lengthened(pick) => {
                let reference = view.line.reference().len() as f64;
                let length = |alt: &[u8]| if alt.starts_with(b"<") { MISSING } else { alt.len() as f64 - reference };
                out.extend(
                    view.line.alts().enumerate().filter(|(place, _)| pick.has(*place)).map(|(_, alt)| length(alt)),
                );
            }
            Self::Uncalled { fraction } => {
                if view.samples == 0 {
                    out.push(0.0);
                } else if let Some(genotypes) = view.fields(b"GT") {
                    let missing = genotypes.filter(|text| alleles(text).any(|allele| allele.is_none())).count() as f64;
                    out.push(if *fraction { missing / view.samples as f64 } else { missing });
                }
            }
            Self::Arithmetic { operator, left, right, .. } => {
                let ours = left.lay(view, stacks)?;
                let middle = stacks.numbers.len();
                let theirs = right.lay(view, stacks)?;
                return reckon(*operator, ours, theirs, from, middle, &mut stacks.numbers);
            }
            Self::Reduced { how, of, by_sample } => {
                let shape = of.lay(view, stacks)?;
                return Ok(how.reduce(shape, of.samples(), *by_sample, from, &mut stacks.numbers));
            }
            Self::Each(how, of) => {
                let shape = of.lay(view, stacks)?;
                let values = stacks.numbers[from..].iter_mut().filter(|value| !is_missing(**value));
                values.for_each(|value| {
                    *value = match how {
                        Each::Absolute => value.abs(),
                        Each::Phred => -10.0 * value.log10(),
                    }
                });
                return Ok(shape);
            }
            Self::Binomial { left, right, of_genotype } => {
                let ours = left.lay(view, stacks)?;
                let middle = stacks.numbers.len();
                let theirs = right.as_ref().map(|right| right.lay(view, stacks)).transpose()?;
                return if *of_genotype {
                    Ok(of_genotypes(view, ours, from, &mut stacks.numbers))
                } else {
                    of_pairs(ours, theirs, from, middle, &mut stacks.numbers)
                };
            }
            Self::Lengths(text) => text.lengths(view, out),
            Self::Elements(text) => out.push(text.count(view) as f64),
            Self::Passing { condition, samples, fraction } => {
                let before = stacks.passing.len();
                condition.holds(view, stacks)?;
                let passing = stacks.passing[before..].iter().filter(|passes| **passes).count() as f64;
                stacks.passing.truncate(before);
                let asked = samples.iter().filter(|asked| **asked).count();
                stacks.numbers.push(match (fraction, asked) {
                    (false, _) => passing,
                    (true, 0) => 0.0,
                    (true, asked) => passing / asked as f64,
                });
            }
        }
        Ok(Shape { width: stacks.numbers.len() - from, by_sample: false })
    }
}
