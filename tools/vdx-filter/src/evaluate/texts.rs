//! Texts of a record, element by element: where commas join several, each is one.

use std::collections::HashSet;

use regex::bytes::Regex;
use vdx_vcf::info;

use super::genotype::{Class, alleles};
use super::view::{Field, Pick, View};
use crate::{Mask, there};

/// Where a text comes from.
#[derive(Debug)]
pub(crate) enum Text {
    /// The expression itself.
    Constant(Vec<u8>),
    /// CHROM.
    Chrom,
    /// REF.
    Reference,
    /// ALT.
    Alt(Pick),
    /// An INFO field; `list` if its Number is not 1.
    Info {
        /// The tag.
        key: Vec<u8>,
        /// Which of its values.
        pick: Pick,
        /// Whether the header says so.
        list: bool,
    },
    /// A FORMAT field.
    Format {
        /// The tag.
        key: Vec<u8>,
        /// Which of its values.
        pick: Pick,
        /// Of which samples.
        samples: Mask,
    },
    /// GT, or what it is.
    Genotype {
        /// What of it is compared.
        class: Class,
        /// Of which samples.
        samples: Mask,
    },
}

impl Text {
    /// The samples, where each has its own text.
    pub(crate) fn samples(&self) -> Option<&Mask> {
        match self {
            Self::Format { samples, .. } | Self::Genotype { samples, .. } => there(samples),
            _ => None,
        }
    }

    /// The FORMAT key, where each sample has its own text.
    pub(crate) fn key(&self) -> Option<&[u8]> {
        match self {
            Self::Format { key, .. } => Some(key),
            Self::Genotype { .. } => Some(b"GT"),
            _ => None,
        }
    }

    /// Whether the sample's genotype says which elements are meant.
    pub(crate) fn asks_genotype(&self) -> bool {
        matches!(self, Self::Format { pick: Pick::Genotype, .. })
    }

    /// Whether `visit` holds for an element. `field` is the text of the sample's field; no element is visited where it,
    /// or the INFO field, is not there.
    pub(crate) fn any(&self, view: &View, field: Option<Field>, visit: &mut dyn FnMut(&[u8]) -> bool) -> bool {
        match self {
            Self::Constant(text) => split(text, &Pick::All, visit),
            Self::Chrom => visit(view.line.chrom()),
            Self::Reference => visit(view.line.reference()),
            Self::Alt(Pick::One(place)) => visit(view.line.alts().nth(*place).unwrap_or(b".")),
            Self::Alt(pick) => view.line.alts().enumerate().any(|(place, alt)| pick.has(place) && visit(alt)),
            Self::Info { key, pick, .. } => {
                info::value(view.rest.info, key).is_some_and(|value| split(value, pick, visit))
            }
            Self::Format { pick, .. } => field.is_some_and(|Field { text, genotype }| {
                let mut seen = false;
                let mut noted = |element: &[u8]| {
                    seen = true;
                    visit(element)
                };
                let found = match pick {
                    Pick::Genotype => {
                        let called = |place| alleles(genotype).any(|allele| allele == Some(place));
                        let elements = text.split(|&byte| byte == b',').enumerate();
                        elements.into_iter().any(|(place, element)| called(place) && noted(element))
                    }
                    _ => split(text, pick, &mut noted),
                };
                found || !seen && visit(b".")
            }),
            Self::Genotype { class, .. } => field.is_some_and(|field| visit(class.of(field.text))),
        }
    }

    /// The lengths of the elements, `.` being 0; of a text that is no list, of all of it.
    pub(crate) fn lengths(&self, view: &View, out: &mut Vec<f64>) {
        let length = |text: &[u8]| if text == b"." { 0.0 } else { text.len() as f64 };
        if let Self::Info { key, list: false, .. } = self {
            out.extend(info::value(view.rest.info, key).map(length));
            return;
        }
        self.any(view, None, &mut |element| {
            out.push(length(element));
            false
        });
    }

    /// How many elements there are.
    pub(crate) fn count(&self, view: &View) -> usize {
        let mut count = 0;
        self.any(view, None, &mut |_| {
            count += 1;
            false
        });
        count
    }
}

fn split(text: &[u8], pick: &Pick, visit: &mut dyn FnMut(&[u8]) -> bool) -> bool {
    text.split(|&byte| byte == b',').enumerate().any(|(place, element)| pick.has(place) && visit(element))
}

/// Whether an element of `left` is (`equal`), or is not, one of `right`. Missing ones are equal to each other only.
pub(crate) fn compare(equal: bool, left: (&Text, Option<Field>), right: (&Text, Option<Field>), view: &View) -> bool {
    let (mut left_seen, mut right_seen, mut right_missing) = (false, false, false);
    let found = left.0.any(view, left.1, &mut |ours| {
        left_seen = true;
        right.0.any(view, right.1, &mut |theirs| {
            right_seen = true;
            match u8::from(ours == b".") + u8::from(theirs == b".") {
                0 => (ours == theirs) == equal,
                1 => !equal,
                _ => equal,
            }
        })
    });
    match (left_seen, right_seen) {
        (true, true) => found,
        (true, false) => has_missing(left, view) == equal,
        (false, _) => {
            right.0.any(view, right.1, &mut |theirs| {
                right_seen = true;
                right_missing |= theirs == b".";
                false
            });
            (right_missing || !right_seen) == equal
        }
    }
}

fn has_missing(side: (&Text, Option<Field>), view: &View) -> bool {
    side.0.any(view, side.1, &mut |element| element == b".")
}

/// Whether an element is one of `wanted`.
pub(crate) fn among(wanted: &HashSet<Vec<u8>>, text: &Text, field: Option<Field>, view: &View) -> bool {
    text.any(view, field, &mut |element| wanted.contains(element))
}

/// A pattern, and whether it is `.`, which a text that is not there matches, too.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// Compiled.
    pub(crate) regex: Regex,
    /// It is `.`.
    pub(crate) is_missing: bool,
}

impl Pattern {
    /// Whether an element matches, or, if `negated`, one does not.
    pub(crate) fn finds(&self, negated: bool, text: &Text, field: Option<Field>, view: &View) -> bool {
        let mut seen = false;
        let found = text.any(view, field, &mut |element| {
            seen = true;
            self.regex.is_match(element) != negated
        });
        if seen { found } else { self.is_missing != negated }
    }
}
