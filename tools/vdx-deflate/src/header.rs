//! The header of a block with codes of its own: their lengths, run by run, in a code of their own (RFC 1951, section
//! 3.2.7).

use crate::bits::Bits;
use crate::huffman;
use crate::sequence::{DISTANCES, LITERALS};

/// Lengths 0 to 15, and three kinds of runs.
const SYMBOLS: usize = 19;
/// The longest code of a length.
const LIMIT: usize = 7;
/// Repeats the length before, three to six times.
const AGAIN: u8 = 16;
/// Three to ten zeros.
const FEW_ZEROS: u8 = 17;
/// 11 to 138 zeros.
const MANY_ZEROS: u8 = 18;
/// The bits that follow a symbol.
const EXTRA: [u8; SYMBOLS] = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 3, 7];
/// In which order their lengths stand.
const ORDER: [usize; SYMBOLS] = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/// A header, ready to be written.
pub(crate) struct Header {
    literals: usize,
    distances: usize,
    /// Symbols and what follows them.
    runs: [(u8, u8); LITERALS + DISTANCES],
    len: usize,
    lengths: [u8; SYMBOLS],
    /// How many of [`ORDER`] stand there.
    listed: usize,
    /// Bits that it takes.
    pub(crate) cost: u64,
}

impl Header {
    /// For codes of these lengths.
    pub(crate) fn new(literals: &[u8; LITERALS], distances: &[u8; DISTANCES]) -> Self {
        let used = |lengths: &[u8]| lengths.iter().rposition(|length| *length != 0).map_or(0, |last| last + 1);
        let (used_literals, used_distances) = (used(literals).max(257), used(distances).max(1));
        let mut all = [0; LITERALS + DISTANCES];
        all[..used_literals].copy_from_slice(&literals[..used_literals]);
        all[used_literals..used_literals + used_distances].copy_from_slice(&distances[..used_distances]);
        let mut header = Self {
            literals: used_literals,
            distances: used_distances,
            runs: [(0, 0); LITERALS + DISTANCES],
            len: 0,
            lengths: [0; SYMBOLS],
            listed: 4,
            cost: 0,
        };
        header.find_runs(&all[..used_literals + used_distances]);
        header.find_code();
        header
    }

    fn push(&mut self, symbol: u8, extra: usize) {
        self.runs[self.len] = (symbol, extra as u8);
        self.len += 1;
    }

    fn find_runs(&mut self, all: &[u8]) {
        for run in all.chunk_by(|one, next| one == next) {
            let (length, mut left) = (run[0], run.len());
            if length == 0 {
                while left >= 11 {
                    let zeros = left.min(138);
                    self.push(MANY_ZEROS, zeros - 11);
                    left -= zeros;
                }
                if left >= 3 {
                    self.push(FEW_ZEROS, left - 3);
                    left = 0;
                }
            } else if left >= 4 {
                self.push(length, 0);
                left -= 1;
                while left >= 3 {
                    let repeated = left.min(6);
                    self.push(AGAIN, repeated - 3);
                    left -= repeated;
                }
            }
            (0..left).for_each(|_| self.push(length, 0));
        }
    }

    fn find_code(&mut self) {
        let mut counts = [0; SYMBOLS];
        for (symbol, _) in &self.runs[..self.len] {
            counts[usize::from(*symbol)] += 1;
        }
        huffman::lengths(&counts, LIMIT, &mut self.lengths);
        self.listed = ORDER.iter().rposition(|symbol| self.lengths[*symbol] != 0).map_or(4, |last| (last + 1).max(4));
        let runs: u64 = counts
            .iter()
            .zip(self.lengths.iter().zip(EXTRA))
            .map(|(count, (length, extra))| u64::from(*count) * u64::from(length + extra))
            .sum();
        self.cost = 5 + 5 + 4 + 3 * self.listed as u64 + runs;
    }

    pub(crate) fn write(&self, bits: &mut Bits<'_>) {
        let mut codes = [0; SYMBOLS];
        huffman::codes(&self.lengths, &mut codes);
        bits.put(self.literals as u32 - 257, 5);
        bits.put(self.distances as u32 - 1, 5);
        bits.put(self.listed as u32 - 4, 4);
        bits.flush();
        for symbol in &ORDER[..self.listed] {
            bits.put(u32::from(self.lengths[*symbol]), 3);
            bits.flush();
        }
        for (symbol, extra) in &self.runs[..self.len] {
            let symbol = usize::from(*symbol);
            bits.put(u32::from(codes[symbol]), u32::from(self.lengths[symbol]));
            bits.put(u32::from(*extra), u32::from(EXTRA[symbol]));
            bits.flush();
        }
    }
}
