//! The lists that nearly every sample has, cut down in one walk over their bytes.

use super::number_g::{genotype_index, genotypes};
use crate::header::Number;

/// Which values of a list of one length stay: those of nearly every sample, found without counting first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    length: usize,
    /// Bit n stands for value n.
    values: u64,
}

impl Kept {
    /// For lists of Number=A, R, or G of diploid samples; `None` where they are longer than the bits reach.
    pub(crate) fn new(number: Number, alt: usize, alts: usize) -> Option<Self> {
        let allele = alt as u64 + 1;
        let (length, values) = match number {
            Number::A => (alts as u64, [alt as u64; 3]),
            Number::R => (alts as u64 + 1, [0, allele, allele]),
            Number::G => (genotypes(alts as u64 + 1, 2), [0, 1, 2].map(|copies| genotype_index(allele, copies, 2))),
            _ => return None,
        };
        let bits = || values.iter().fold(0, |bits, value| bits | 1 << value);
        (length <= 64).then(|| Self { length: length as usize, values: bits() })
    }

    /// Writes what stays of `value`; `false`, and nothing, where the list has another length.
    #[inline]
    pub(crate) fn write(self, value: &[u8], out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let (mut from, mut length, mut values) = (0, 1, self.values);
        for (at, &byte) in value.iter().enumerate() {
            if byte == b',' {
                if values & 1 == 1 {
                    out.extend_from_slice(&value[from..=at]);
                }
                values >>= 1;
                length += 1;
                from = at + 1;
            }
        }
        if length != self.length {
            out.truncate(start);
            return false;
        }
        if values & 1 == 1 {
            out.extend_from_slice(&value[from..]);
        } else {
            // The comma behind the last one that stays.
            out.pop();
        }
        true
    }
}
