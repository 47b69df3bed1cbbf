//! The two codes of a block, and its symbols written in them.

use crate::bits::Bits;
use crate::huffman;
use crate::sequence::{
    DISTANCES, END, FIRST_LENGTH, LENGTH_BASE, LENGTH_EXTRA, LENGTH_SYMBOL, LITERALS, Sequence, distance_symbol,
};
use crate::split::Histogram;

/// The longest code of a literal or length: four of them fit between two flushes.
const LONGEST_LITERAL: usize = (Bits::AT_ONCE / 4) as usize;
/// The longest code of a distance.
const LONGEST_DISTANCE: usize = 15;

/// Lengths of codes.
#[derive(Clone)]
pub(crate) struct Codes {
    pub(crate) literals: [u8; LITERALS],
    pub(crate) distances: [u8; DISTANCES],
}

impl Codes {
    /// The code that needs no header (RFC 1951, section 3.2.6).
    pub(crate) const STATIC: Self = {
        let mut literals = [8; LITERALS];
        let mut symbol = 144;
        while symbol < 280 {
            literals[symbol] = if symbol < END { 9 } else { 7 };
            symbol += 1;
        }
        Self { literals, distances: [5; DISTANCES] }
    };

    /// The best for a block.
    pub(crate) fn best(histogram: &Histogram) -> Self {
        let mut codes = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };
        let mut counts = histogram.literals;
        counts[END] = 1;
        huffman::lengths(&counts, LONGEST_LITERAL, &mut codes.literals);
        huffman::lengths(&histogram.distances, LONGEST_DISTANCE, &mut codes.distances);
        codes
    }

    /// The bits that a block takes behind its header.
    pub(crate) fn cost(&self, histogram: &Histogram) -> u64 {
        let literals = histogram.literals.iter().zip(self.literals);
        let distances = histogram.distances.iter().zip(self.distances);
        let codes: u64 = literals.chain(distances).map(|(count, length)| u64::from(*count) * u64::from(length)).sum();
        let lengths = histogram.literals[FIRST_LENGTH..].iter().zip(LENGTH_EXTRA);
        let extra: u64 = lengths.map(|(count, extra)| u64::from(*count) * u64::from(extra)).sum();
        let behind_distance =
            |(symbol, count): (usize, &u32)| u64::from(*count) * (symbol as u64 / 2).saturating_sub(1);
        let far: u64 = histogram.distances.iter().enumerate().map(behind_distance).sum();
        codes + extra + far + u64::from(self.literals[END])
    }

    /// Writes the symbols of `sequences`, whose text this is, and the end.
    pub(crate) fn write(&self, sequences: &[Sequence], mut text: &[u8], bits: &mut Bits<'_>) {
        let tables = Tables::new(self);
        for sequence in sequences {
            let (mut literals, rest) = text.split_at(sequence.literals as usize);
            while let [a, b, c, d, more @ ..] = literals {
                tables.literal(*a, bits);
                tables.literal(*b, bits);
                tables.literal(*c, bits);
                tables.literal(*d, bits);
                bits.flush();
                literals = more;
            }
            for literal in literals {
                tables.literal(*literal, bits);
            }
            bits.flush();
            if sequence.len != 0 {
                tables.copy(*sequence, bits);
                bits.flush();
            }
            text = &rest[usize::from(sequence.len)..];
        }
        tables.end.put(bits);
        bits.flush();
    }
}

/// Some bits and their number.
#[derive(Clone, Copy, Default)]
struct Word(u32);

impl Word {
    /// Numbers of bits stand above so many bits.
    const SHIFT: u32 = 24;

    fn new(value: u32, count: u32) -> Self {
        Self(count << Self::SHIFT | value)
    }

    #[inline(always)]
    fn parts(self) -> (u32, u32) {
        (self.0 & ((1 << Self::SHIFT) - 1), self.0 >> Self::SHIFT)
    }

    #[inline(always)]
    fn put(self, bits: &mut Bits<'_>) {
        let (value, count) = self.parts();
        bits.put(value, count);
    }
}

/// What is written for each literal, length and distance.
struct Tables {
    literals: [Word; 256],
    end: Word,
    /// With the bits behind the symbol.
    lengths: [Word; 259],
    distances: [Word; DISTANCES],
}

impl Tables {
    fn new(codes: &Codes) -> Self {
        let (mut literals, mut distances) = ([0; LITERALS], [0; DISTANCES]);
        huffman::codes(&codes.literals, &mut literals);
        huffman::codes(&codes.distances, &mut distances);
        let literal = |symbol: usize| Word::new(u32::from(literals[symbol]), u32::from(codes.literals[symbol]));
        let distance = |symbol: usize| Word::new(u32::from(distances[symbol]), u32::from(codes.distances[symbol]));
        let length = |len: usize| {
            let symbol = usize::from(LENGTH_SYMBOL[len]);
            let (value, count) = literal(FIRST_LENGTH + symbol).parts();
            let extra = (len as u32).saturating_sub(u32::from(LENGTH_BASE[symbol]));
            Word::new(value | extra << count, count + u32::from(LENGTH_EXTRA[symbol]))
        };
        Self {
            literals: std::array::from_fn(literal),
            end: literal(END),
            lengths: std::array::from_fn(length),
            distances: std::array::from_fn(distance),
        }
    }

    #[inline(always)]
    fn literal(&self, byte: u8, bits: &mut Bits<'_>) {
        self.literals[usize::from(byte)].put(bits);
    }

    #[inline(always)]
    fn copy(&self, sequence: Sequence, bits: &mut Bits<'_>) {
        self.lengths[usize::from(sequence.len)].put(bits);
        let (symbol, extra) = distance_symbol(sequence.distance);
        let (value, count) = self.distances[symbol].parts();
        let behind = u32::from(sequence.distance - 1) & ((1 << extra) - 1);
        bits.put(value | behind << count, count + extra);
    }
}
