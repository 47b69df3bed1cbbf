//! A row as nearly all rows are: an rs number, a chromosome, a position, one or two letters, in the standard columns.
//!
//! Nothing is decided here that [`RawColumns::row`](super::RawColumns::row) decides otherwise: what is not quite so plain
//! is left to it. A raw file is read whole before the first record of ClinVar is, so a user waits for this.

use crate::sample::call::Call;
use crate::sample::sex::ploidy::{X, Y};
use vdx_vcf::contig::MT;

/// A row of the [standard columns](super::RawColumns::STANDARD).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PlainRow {
    /// The number behind `rs`.
    pub(crate) rs: u64,
    /// 1-22, 23 X, 24 Y, 25 MT.
    pub(crate) chromosome: u8,
    /// 1-based.
    pub(crate) pos: u32,
    /// The genotype.
    pub(crate) call: Call,
}

impl PlainRow {
    /// Reads a line without its end; `None` where it is anything but plain.
    pub(crate) fn of(line: &[u8], separator: u8) -> Option<Self> {
        let (rs, rest) = digits::<18>(line.strip_prefix(b"rs")?)?;
        // By name alone: vendors differ in what 23 to 26 are.
        let (chromosome, rest) = match rest.split_first().filter(|(first, _)| **first == separator)?.1 {
            [b'1', digit @ b'0'..=b'9', rest @ ..] => (10 + digit - b'0', rest),
            [b'2', digit @ b'0'..=b'2', rest @ ..] => (20 + digit - b'0', rest),
            [digit @ b'1'..=b'9', rest @ ..] => (digit - b'0', rest),
            [b'X', rest @ ..] => (X, rest),
            [b'Y', rest @ ..] => (Y, rest),
            [b'M', b'T', rest @ ..] => (MT, rest),
            _ => return None,
        };
        let (pos, rest) = digits::<9>(rest.split_first().filter(|(first, _)| **first == separator)?.1)?;
        let call = Call::parse(rest.split_first().filter(|(first, _)| **first == separator)?.1)?;
        (pos > 0).then_some(Self { rs, chromosome, pos: pos as u32, call })
    }
}

/// The number that a text begins with, of one to `MOST` digits, and what follows.
#[inline]
fn digits<const MOST: usize>(text: &[u8]) -> Option<(u64, &[u8])> {
    let mut number = 0;
    for (at, byte) in text.iter().enumerate() {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return (at > 0).then(|| (number, &text[at..]));
        }
        if at == MOST {
            return None;
        }
        number = number * 10 + u64::from(digit);
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::columns::{Fields, RawColumns, Separator, Ways};
    use crate::sample::raw::rs_number;

    #[test]
    fn a_plain_row_is_what_any_row_of_it_says() {
        // Every line that is one byte off a plain one, among others.
        let ids =
            &["rs1", "rs123456789", "rs123456789012345678", "rs1234567890123456789", "RS1", "i1", "rs", "rs1,rs2"];
        let chromosomes = &["1", "9", "10", "22", "X", "Y", "MT", "23", "25", "M", "chr1", "0", "", "1 ", "XY", "26"];
        let positions = &["1", "123456789", "1234567890", "0", "007", "", "1e5", " 5"];
        let calls = &["AG", "A", "ag", "--", "-", "II", "D", "AI", "00", "A/G", "", "AGT", "AG\t", "A\tG", "AG "];
        let mut plain = 0;
        for (separator, id, chromosome) in ["\t", ","].iter().flat_map(|separator| {
            ids.iter().flat_map(move |id| chromosomes.iter().map(move |chromosome| (*separator, *id, *chromosome)))
        }) {
            for (pos, call) in positions.iter().flat_map(|pos| calls.iter().map(move |call| (*pos, *call))) {
                let line = [id, chromosome, pos, call].join(separator);
                let byte = separator.as_bytes()[0];
                let Some(found) = PlainRow::of(line.as_bytes(), byte) else { continue };
                let mut fields = Fields::default();
                fields.split(line.as_bytes(), Separator::Byte(byte));
                for (numbered, one_allele) in [(false, false), (true, false), (false, true), (true, true)] {
                    let row = RawColumns::STANDARD.row(&fields, Ways { numbered, one_allele }).unwrap();
                    let expected = (rs_number(row.ids), row.chromosome, row.pos, row.call, row.numbered);
                    let PlainRow { rs, chromosome, pos, call } = found;
                    assert_eq!((Some(rs), chromosome, pos, call, false), expected, "{line}");
                }
                plain += 1;
            }
        }
        // Separators, ids, chromosomes, positions and calls that are plain.
        assert_eq!(plain, 2 * 3 * 7 * 3 * 7);
    }
}
