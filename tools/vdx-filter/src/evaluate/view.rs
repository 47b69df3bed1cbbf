//! A record as expressions look at it: the text line, its fields found when asked for.

use vdx_vcf::Line;
use vdx_vcf::line::Rest;

/// A record and how many samples the header has.
#[derive(Clone, Copy)]
pub(crate) struct View<'r> {
    /// The fixed fields.
    pub(crate) line: &'r Line<'r>,
    /// QUAL and what follows.
    pub(crate) rest: Rest<'r>,
    /// Of the header.
    pub(crate) samples: usize,
}

/// What a sample has in a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Field<'r> {
    /// Its text.
    pub(crate) text: &'r [u8],
    /// The sample's genotype, where that says which of the values are meant.
    pub(crate) genotype: &'r [u8],
}

impl<'r> View<'r> {
    /// The text of FORMAT field `key`, one for each sample, `.` where a sample lacks it; `None` where the record does.
    pub(crate) fn fields(&self, key: &[u8]) -> Option<impl Iterator<Item = &'r [u8]> + use<'r>> {
        let mut columns = self.rest.samples?.split(|&byte| byte == b'\t');
        let at = columns.next()?.split(|&byte| byte == b':').position(|name| name == key)?;
        let field = move |sample: &'r [u8]| sample.split(|&byte| byte == b':').nth(at).unwrap_or(b".");
        Some(columns.map(field).chain(std::iter::repeat(&b"."[..])).take(self.samples))
    }
}

/// Which values of a list are meant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Pick {
    /// All.
    All,
    /// The one at this 0-based place.
    One(usize),
    /// Those whose place says so, and, if `open`, all behind them.
    Some {
        /// By place.
        places: Vec<bool>,
        /// `3-`
        open: bool,
    },
    /// Those of the alleles in the sample's genotype.
    Genotype,
}

impl Pick {
    /// Whether the value at `place` is meant; not for [`Pick::Genotype`].
    pub(crate) fn has(&self, place: usize) -> bool {
        match self {
            Self::All | Self::Genotype => true,
            Self::One(one) => place == *one,
            Self::Some { places, open } => places.get(place).copied().unwrap_or(*open),
        }
    }

    /// Reads a subscript: `*` or nothing, `GT`, `3`, `0,2-4`, `1-`.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        match text {
            "" | "*" => return Some(Self::All),
            "GT" => return Some(Self::Genotype),
            _ => {}
        }
        if let Ok(one) = text.parse() {
            return (one < MOST).then_some(Self::One(one));
        }
        let (mut places, mut open) = (Vec::new(), false);
        let parts: Vec<&str> = text.split(',').collect();
        for (at, part) in parts.iter().enumerate() {
            let (first, last) = part.split_once('-').map_or((*part, Some(*part)), |(first, last)| {
                // `1-` is open and must be the last.
                (first, (!last.is_empty() || at + 1 < parts.len()).then_some(last))
            });
            let first: usize = first.parse().ok().filter(|&first| first < MOST)?;
            let last = match last {
                Some(last) => last.parse().ok().filter(|&last| last < MOST && last >= first)?,
                None => {
                    open = true;
                    first
                }
            };
            if places.len() <= last {
                places.resize(last + 1, false);
            }
            places[first..=last].fill(true);
        }
        Some(Self::Some { places, open })
    }
}

/// No list has more values.
const MOST: usize = 1 << 20;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn subscripts_are_places_and_ranges() {
        let places = |text: &str| {
            let pick = Pick::parse(text).unwrap();
            (0..6).filter(|&place| pick.has(place)).collect::<Vec<_>>()
        };
        assert_eq!(places("*"), [0, 1, 2, 3, 4, 5]);
        assert_eq!(places("2"), [2]);
        assert_eq!(places("0,2-3"), [0, 2, 3]);
        assert_eq!(places("4-"), [4, 5]);
        assert_eq!(places("0,4-"), [0, 4, 5]);
        assert_eq!(Pick::parse("GT"), Some(Pick::Genotype));
        for text in ["x", "1,", "-1", "3-1", "1-,3", "99999999999", "0-99999999"] {
            assert_eq!(Pick::parse(text), None, "{text}");
        }
    }

    #[test]
    fn samples_without_a_field_have_a_dot() {
        let line = Line::parse(b"1\t2\t.\tA\tC\t.\t.\t.\tGT:DP\t0/1:3\t0/0\n").unwrap();
        let view = View { line: &line, rest: line.rest().unwrap(), samples: 3 };
        assert_eq!(view.fields(b"DP").unwrap().collect::<Vec<_>>(), [&b"3"[..], b".", b"."]);
        assert!(view.fields(b"GQ").is_none());
    }
}
