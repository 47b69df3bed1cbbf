//! Conditions: whether a record passes, and which of its samples do.

use std::collections::HashSet;

use super::comparison::numbers;
use super::numbers::{Numbers, Stacks};
use super::texts::{Pattern, Text, among, compare};
use super::view::{Field, View};
use crate::Mask;
use crate::syntax::{Comparison, Logic};
use vdx_vcf::variant::class;

/// A condition whose names are those of a header.
#[derive(Debug)]
pub(crate) enum Condition {
    /// Numbers are compared.
    Numbers {
        /// How.
        operator: Comparison,
        /// Before it.
        left: Numbers,
        /// Behind it.
        right: Numbers,
        /// Which samples are asked, where one side has such.
        samples: Option<Mask>,
    },
    /// Texts are compared.
    Texts {
        /// `=`; else `!=`.
        equal: bool,
        /// Before it.
        left: Text,
        /// Behind it.
        right: Text,
    },
    /// A text is searched for a pattern.
    Matches {
        /// `!~`
        negated: bool,
        /// What.
        text: Text,
        /// By what.
        pattern: Pattern,
    },
    /// An element of a text is one of a list.
    Among {
        /// `!=`: none is.
        negated: bool,
        /// What.
        text: Text,
        /// Of which.
        wanted: HashSet<Vec<u8>>,
    },
    /// FILTER.
    Filter {
        /// `~` and `!~`: all of `wanted` are among the filters; else they are the filters.
        subset: bool,
        /// `!=` and `!~`
        negated: bool,
        /// None for `.`.
        wanted: Vec<Vec<u8>>,
    },
    /// One of the IDs.
    Id {
        /// `!=` and `!~`: none of them.
        negated: bool,
        /// What it is.
        test: IdTest,
    },
    /// TYPE.
    Type {
        /// `~` and `!~`: an allele has the type; else all alleles have it.
        any: bool,
        /// `!=` and `!~`
        negated: bool,
        /// One of [`class::types`].
        wanted: u8,
    },
    /// Two conditions.
    Logic {
        /// How they are joined.
        operator: Logic,
        /// Before it.
        left: Box<Condition>,
        /// Behind it.
        right: Box<Condition>,
        /// Which samples are asked, where one side has such.
        samples: Option<Mask>,
    },
}

/// What an ID is compared with.
#[derive(Debug)]
pub(crate) enum IdTest {
    /// One of these.
    Among(HashSet<Vec<u8>>),
    /// A pattern.
    Pattern(Pattern),
}

impl Condition {
    /// The samples, where each passes or fails.
    pub(crate) fn samples(&self) -> Option<&Mask> {
        match self {
            Self::Numbers { samples, .. } | Self::Logic { samples, .. } => samples.as_ref(),
            Self::Texts { left, right, .. } => left.samples().or(right.samples()),
            Self::Matches { text, .. } | Self::Among { text, .. } => text.samples(),
            Self::Filter { .. } | Self::Id { .. } | Self::Type { .. } => None,
        }
    }

    /// Whether the record passes. Where samples do, too, which of them is laid on the stack.
    ///
    /// # Errors
    /// What of the record cannot be compared.
    pub(crate) fn holds(&self, view: &View, stacks: &mut Stacks) -> Result<bool, String> {
        match self {
            Self::Numbers { operator, left, right, samples } => {
                numbers(*operator, left, right, samples.as_ref(), view, stacks)
            }
            Self::Texts { equal, left, right } => {
                let of = if left.key().is_some() { left } else { right };
                Ok(each(of, view, stacks, |field| compare(*equal, (left, field), (right, field), view)))
            }
            Self::Matches { negated, text, pattern } => {
                Ok(each(text, view, stacks, |field| pattern.finds(*negated, text, field, view)))
            }
            Self::Among { negated, text, wanted } => {
                Ok(each(text, view, stacks, |field| among(wanted, text, field, view) != *negated))
            }
            Self::Filter { subset, negated, wanted } => Ok(filter(view.rest.filter, *subset, wanted) != *negated),
            Self::Id { negated, test } => {
                let mut ids = view.line.id().split(|&byte| byte == b';');
                let found = ids.any(|id| match test {
                    IdTest::Among(wanted) => wanted.contains(id),
                    IdTest::Pattern(pattern) => pattern.regex.is_match(id),
                });
                Ok(found != *negated)
            }
            Self::Type { any, negated, wanted } => {
                let found = class::types(view.line.reference(), view.line.alts());
                Ok((if *any { found & wanted != 0 } else { found == *wanted }) != *negated)
            }
            Self::Logic { operator, left, right, samples } => {
                let from = stacks.passing.len();
                let ours = left.holds(view, stacks)?;
                let middle = stacks.passing.len();
                let theirs = right.holds(view, stacks)?;
                let sides = (ours, left.samples().is_some(), theirs, right.samples().is_some());
                Ok(join(*operator, sides, samples.as_ref(), from, middle, &mut stacks.passing))
            }
        }
    }
}

/// FILTER as a set: `.` holds nothing.
fn filter(found: &[u8], subset: bool, wanted: &[Vec<u8>]) -> bool {
    let found = || found.split(|&byte| byte == b';').filter(|name| *name != b".");
    let all = wanted.iter().all(|name| found().any(|filter| filter == name));
    let count = found().count();
    if subset && !wanted.is_empty() { all } else { count == wanted.len() && all }
}

/// A test of the record, or of each of its samples where `text` is theirs.
fn each(text: &Text, view: &View, stacks: &mut Stacks, test: impl Fn(Option<Field>) -> bool) -> bool {
    let (Some(key), Some(samples)) = (text.key(), text.samples()) else { return test(None) };
    let mut passes = false;
    let mut fields = view.fields(key);
    let mut genotypes = None;
    if text.asks_genotype() {
        genotypes = view.fields(b"GT");
        if genotypes.is_none() {
            fields = None;
        }
    }
    for &asked in samples.iter() {
        let genotype = genotypes.as_mut().and_then(Iterator::next).unwrap_or(b".");
        let field = fields.as_mut().and_then(Iterator::next).map(|text| Field { text, genotype });
        let pass = asked && test(field);
        stacks.passing.push(pass);
        passes |= pass;
    }
    passes
}

/// Joins two conditions, given as `(left, it has samples, right, it has samples)`; which samples pass stands on the stack
/// from `from` and from `middle` on, and is replaced.
///
/// The manual of bcftools tells the rules by examples: `QUAL>10 | GQ>10` holds where either does but means the samples of
/// GQ>10; `QUAL>10 || GQ>10` means all samples where QUAL>10.
fn join(
    operator: Logic,
    (left, left_samples, right, right_samples): (bool, bool, bool, bool),
    samples: Option<&Mask>,
    from: usize,
    middle: usize,
    passing: &mut Vec<bool>,
) -> bool {
    let any = matches!(operator, Logic::OrSite | Logic::OrSample);
    let mut holds = if any { left || right } else { left && right };
    let Some(samples) = samples else { return holds };
    let count = samples.len();
    if left_samples && right_samples {
        for at in 0..count {
            let (ours, theirs) = (passing[from + at], passing[middle + at]);
            passing[from + at] = match operator {
                Logic::OrSite => samples[at],
                Logic::OrSample | Logic::AndSite => ours || theirs,
                Logic::AndSample => ours && theirs,
            };
        }
        passing.truncate(middle);
        if operator == Logic::AndSample {
            holds &= passing[from..].contains(&true);
        }
    } else if operator == Logic::OrSite && (left || left_samples) && (right || right_samples) {
        // The side without samples holds: that is so in all of them.
        passing[from..].copy_from_slice(samples);
    }
    if !holds {
        passing[from..].fill(false);
    }
    holds
}
