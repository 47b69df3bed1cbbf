//! The index of a table by rs number: a filter that most numbers do not pass, and buckets of rows.

use vdx_hts::Result;

use super::{Row, reserve};

/// Finds rows by their rs numbers.
#[derive(Debug)]
pub(super) struct ByRs {
    /// Three bits for every number, all in one word: most of ClinVar's numbers are not in the file, and one look tells.
    filter: Vec<u64>,
    /// Where the rows of each bucket of numbers begin in `rows`, and the end of the last.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl ByRs {
    pub(crate) fn new(all: &[Row]) -> Result<Self> {
        let numbers = || all.iter().filter_map(|row| Some(Slot::of(row.rs()?)));
        let count = numbers().count();
        // 8 to 16 bits for each number: one or two in a hundred of those that are not in the file pass.
        let mut filter = zeros((count / 8).next_power_of_two(), 0u64)?;
        let buckets = (count / 2).next_power_of_two();
        let mut starts = zeros(buckets + 1, 0u32)?;
        for slot in numbers() {
            let word = slot.among(filter.len());
            filter[word] |= slot.bits();
            starts[slot.among(buckets)] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut rows = zeros(count, 0u32)?;
        // From the last row on, each bucket is filled from its end: its start comes to stand where its end was.
        for (at, row) in (0..all.len() as u32).zip(all).rev() {
            let Some(number) = row.rs() else { continue };
            let start = &mut starts[Slot::of(number).among(buckets)];
            *start -= 1;
            rows[*start as usize] = at;
        }
        Ok(Self { filter, starts, rows })
    }

    /// All rows with the number, in order, and perhaps some with another one.
    pub(crate) fn candidates(&self, number: u64) -> &[u32] {
        let slot = Slot::of(number);
        let bits = slot.bits();
        if self.filter[slot.among(self.filter.len())] & bits != bits {
            return &[];
        }
        let bucket = slot.among(self.starts.len() - 1);
        &self.rows[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

/// The hash of an rs number (Fibonacci).
#[derive(Clone, Copy)]
struct Slot(u64);

impl Slot {
    fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// One of `count` places, a power of two: by the upper bits.
    fn among(self, count: usize) -> usize {
        (self.0 >> 40) as usize & (count - 1)
    }

    /// Three bits of a word of the filter: by lower ones.
    fn bits(self) -> u64 {
        1 << (self.0 >> 22 & 63) | 1 << (self.0 >> 28 & 63) | 1 << (self.0 >> 34 & 63)
    }
}

fn zeros<T: Clone>(len: usize, zero: T) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    reserve(&mut vec, len)?;
    vec.resize(len, zero);
    Ok(vec)
}
