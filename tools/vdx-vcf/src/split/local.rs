//! Local alleles (VCF 4.5, section 1.6.2, LAA): lists that cover only the ALTs that a sample knows.

use super::genotype::{Overlaps, genotype};
use super::number_g::{genotype_index, genotypes, ploidy};
use super::values::pick;
use crate::header::Number;

/// Where the ALT of a split record stands among the local alleles of one sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// Local ALTs.
    count: usize,
    /// 0-based; `None` where the sample does not know the ALT.
    own: Option<usize>,
}

impl Place {
    /// Of ALT number `alt` (0-based) of `alts` in a sample whose LAA is field number `laa`. Without LAA there are no
    /// local alleles but REF.
    pub(crate) fn of_sample(sample: &[u8], laa: Option<usize>, alt: usize, alts: usize) -> Result<Self, String> {
        let list = laa.and_then(|at| sample.split(|&byte| byte == b':').nth(at)).unwrap_or(b".");
        let mut place = Self { count: 0, own: None };
        if list == b"." {
            return Ok(place);
        }
        for number in list.split(|&byte| byte == b',') {
            let text = String::from_utf8_lossy(number);
            let Some(allele) = text.parse().ok().filter(|allele| (1..=alts).contains(allele)) else {
                return Err(format!("expected ALT alleles from 1 to {alts}, found '{text}'"));
            };
            if allele == alt + 1 {
                place.own = Some(place.count);
            }
            place.count += 1;
        }
        Ok(place)
    }

    /// Writes LAA of the record of this ALT.
    pub(crate) fn alleles(self, out: &mut Vec<u8>) {
        out.push(if self.own.is_some() { b'1' } else { b'.' });
    }

    /// Writes LGT: the other local ALTs become what other ALTs become in GT.
    pub(crate) fn genotype(self, value: &[u8], overlaps: Overlaps, out: &mut Vec<u8>) -> Result<(), String> {
        // No local allele has the number behind the last one.
        genotype(value, self.own.unwrap_or(self.count), self.count, overlaps, out)
    }

    /// Whether a list of Number=LA, LR or LG has the right length, or is a lone `.`.
    pub(crate) fn fits(self, value: &[u8], number: Number) -> bool {
        value == b"." || self.ploidy(value, number).is_some()
    }

    /// The ploidy of a list that has the right length; 1 where the Number has none.
    fn ploidy(self, value: &[u8], number: Number) -> Option<u64> {
        let found = 1 + memchr::memchr_iter(b',', value).count();
        match number {
            Number::LocalA => (found == self.count).then_some(1),
            Number::LocalR => (found == self.count + 1).then_some(1),
            _ => ploidy(self.count as u64 + 1, found as u64),
        }
    }

    /// Writes the values of a list of Number=LA, LR or LG that belong to REF and this ALT: those of REF alone where the
    /// sample does not know the ALT.
    pub(crate) fn values(self, value: &[u8], number: Number, out: &mut Vec<u8>) -> Result<(), String> {
        if value == b"." {
            out.push(b'.');
            return Ok(());
        }
        let Some(ploidy) = self.ploidy(value, number) else {
            let (name, expected) = match number {
                Number::LocalA => ("LA", self.count.to_string()),
                Number::LocalR => ("LR", (self.count + 1).to_string()),
                _ => {
                    let alleles = self.count as u64 + 1;
                    ("LG", format!("{alleles} (haploid) or {}", genotypes(alleles, 2)))
                }
            };
            let found = 1 + memchr::memchr_iter(b',', value).count();
            let count = self.count;
            return Err(format!(
                "expected {expected} values (Number={name}, {count} local ALT alleles), found {found}"
            ));
        };
        match (number, self.own) {
            (Number::LocalA, Some(own)) => pick(value, [own], out),
            (Number::LocalA, None) => out.push(b'.'),
            (Number::LocalR, Some(own)) => pick(value, [0, own + 1], out),
            (_, None) => pick(value, [0], out),
            (_, Some(own)) => {
                let index = |copies| genotype_index(own as u64 + 1, copies, ploidy) as usize;
                pick(value, (0..=ploidy).map(index), out);
            }
        }
        Ok(())
    }
}
