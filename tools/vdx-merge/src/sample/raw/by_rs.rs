//! The index of a table by rs number: a filter that most numbers do not pass, and buckets of rows.

use vdx_hts::Result;

use super::reserve;

/// Finds rows by their rs numbers: 4 bytes a row, and 2.3 for the filter and where buckets begin, 0.9 where there are many.
#[derive(Debug)]
pub(super) struct ByRs {
    /// Three bits for every number, all in one word: most of ClinVar's numbers are not in the file, and one look tells.
    filter: Vec<u64>,
    /// Where the rows of each bucket of numbers begin in `rows`, and the end of the last.
    starts: Vec<u32>,
    /// Each with the tag of its number above [`ROW_BITS`]: the numbers themselves lie elsewhere, each in another place of
    /// memory, and only one of 64 others is looked at for nothing.
    rows: Vec<u32>,
}

/// As many bits as the number of a row has: a table has at most 50 million.
const ROW_BITS: u32 = 26;

/// Numbers for each word of the filter, 11 bits for each: one or two in a hundred of those that are not in the file pass.
const NUMBERS_IN_A_WORD: usize = 6;
/// Numbers in a bucket: those that pass are compared.
const NUMBERS_IN_A_BUCKET: usize = 4;

/// More rows than arrays have: imputed genotypes. Half of the filter then, of which eight in a hundred pass, and buckets of
/// four times as many, so that 50 million rows stay below 700 MB.
const MANY: usize = 8 << 20;
const MANY_IN_A_WORD: usize = 2 * NUMBERS_IN_A_WORD;
const MANY_IN_A_BUCKET: usize = 4 * NUMBERS_IN_A_BUCKET;

impl ByRs {
    /// Of the numbers that `all` gives, each with its row, in the order of the rows.
    pub(crate) fn new<I: Iterator<Item = (u64, u32)>>(all: impl Fn() -> I) -> Result<Self> {
        let count = all().count();
        let (in_a_word, in_a_bucket) =
            if count > MANY { (MANY_IN_A_WORD, MANY_IN_A_BUCKET) } else { (NUMBERS_IN_A_WORD, NUMBERS_IN_A_BUCKET) };
        let mut filter = zeros(count / in_a_word + 1, 0u64)?;
        let buckets = count / in_a_bucket + 1;
        // Two places behind the bucket its count goes, so that what follows leaves each start where it belongs.
        let mut starts = zeros(buckets + 2, 0u32)?;
        for (number, _) in all() {
            let slot = Slot::of(number);
            let word = slot.among(filter.len());
            filter[word] |= slot.bits();
            starts[slot.among(buckets) + 2] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut rows = zeros(count, 0u32)?;
        for (number, row) in all() {
            let next = &mut starts[Slot::of(number).among(buckets) + 1];
            rows[*next as usize] = row | Slot::of(number).tag() << ROW_BITS;
            *next += 1;
        }
        starts.pop();
        Ok(Self { filter, starts, rows })
    }

    /// All rows with the number, in order, and perhaps some with another one.
    #[inline]
    pub(crate) fn candidates(&self, number: u64) -> impl Iterator<Item = u32> + use<'_> {
        let slot = Slot::of(number);
        let bits = slot.bits();
        let rows = if self.filter[slot.among(self.filter.len())] & bits == bits {
            let bucket = slot.among(self.starts.len() - 1);
            &self.rows[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
        } else {
            &[]
        };
        let tag = slot.tag();
        rows.iter().filter(move |row| **row >> ROW_BITS == tag).map(|row| row & ((1 << ROW_BITS) - 1))
    }

    /// What is allocated.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        8 * self.filter.capacity() + 4 * (self.starts.capacity() + self.rows.capacity())
    }
}

/// The hash of an rs number (Fibonacci).
#[derive(Clone, Copy)]
struct Slot(u64);

impl Slot {
    fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// One of `count` places: by the upper bits.
    fn among(self, count: usize) -> usize {
        // rs numbers come in series: the upper bits of the product are spread, the lower ones are not.
        (((self.0 >> 32) * count as u64) >> 32) as usize
    }

    /// Six bits that neither of the others looks at.
    fn tag(self) -> u32 {
        (self.0 >> 8) as u32 & 63
    }

    /// Three bits of a word of the filter: by lower ones.
    fn bits(self) -> u64 {
        // Not the bits that chose the word: those are alike in all of its numbers.
        1 << (self.0 >> 14 & 63) | 1 << (self.0 >> 20 & 63) | 1 << (self.0 >> 26 & 63)
    }
}

fn zeros<T: Clone>(len: usize, zero: T) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    reserve(&mut vec, len)?;
    vec.resize(len, zero);
    Ok(vec)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_rows_the_index_takes_less_and_finds_them_all() {
        let count = MANY as u32 + 100_000;
        let number = |row: u32| u64::from(row) * 13;
        let index = ByRs::new(|| (0..count).map(|row| (number(row), row))).unwrap();
        assert!(index.bytes() <= 5 * count as usize, "{}", index.bytes() as f64 / f64::from(count));
        let (mut asked, mut found, mut others) = (0, 0, 0);
        for row in (0..count).step_by(997) {
            asked += 1;
            found += index.candidates(number(row)).filter(|&candidate| candidate == row).count();
            others += index.candidates(number(row) + 1).count();
        }
        // Of a number that is not there few rows are looked at: fewer than one for ten questions.
        assert!(found == asked && others * 10 < asked, "{found} {others} {asked}");
    }
}
