//! Where a block of DEFLATE ends, as its symbols change.
//!
//! The test is libdeflate's: symbols are counted in classes, and a block ends where the classes of what comes differ from
//! those before by more than a new header costs. Here the block ends before what differs, not behind it.

use std::ops::Range;

use crate::sequence::{DISTANCES, END, FIRST_LENGTH, LENGTH_SYMBOL, LITERALS, Sequence, distance_symbol};
use crate::window::MOST;

/// How often each symbol occurs in some text.
#[derive(Clone)]
pub(crate) struct Histogram {
    pub(crate) literals: [u32; LITERALS],
    pub(crate) distances: [u32; DISTANCES],
}

impl Histogram {
    const EMPTY: Self = Self { literals: [0; LITERALS], distances: [0; DISTANCES] };

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.literals.iter_mut().zip(&other.literals) {
            *mine += theirs;
        }
        for (mine, theirs) in self.distances.iter_mut().zip(&other.distances) {
            *mine += theirs;
        }
    }

    /// Sums up the symbols by class.
    fn classes(&self) -> [u32; CLASSES] {
        let mut classes = [0; CLASSES];
        for (symbol, count) in self.literals.iter().enumerate() {
            let class = match symbol {
                // The upper bits tell digits from capitals from small letters, the lowest halves each.
                0..END => (symbol >> 5 & 6) | (symbol & 1),
                END..SHORT_LENGTHS => 8,
                _ => 9,
            };
            classes[class] += count;
        }
        classes
    }
}

/// Eight of literals, one of short, one of long matches.
const CLASSES: usize = 10;
/// Symbols of matches below nine bytes end here.
const SHORT_LENGTHS: usize = FIRST_LENGTH + 6;

/// Symbols between two tests.
const STEP: u32 = 512;
/// Bytes of text that a part has at least, but the last.
pub(crate) const SHORTEST_PART: usize = 5000;

/// The most parts of a text.
const MOST_PARTS: usize = MOST / SHORTEST_PART + 1;

/// What becomes a block of its own: its sequences, its text and its symbols.
pub(crate) struct Part {
    pub(crate) sequences: Range<usize>,
    pub(crate) text: Range<usize>,
    pub(crate) histogram: Histogram,
    classes: [u32; CLASSES],
}

impl Part {
    fn new(sequence: usize, at: usize) -> Self {
        Self { sequences: sequence..sequence, text: at..at, histogram: Histogram::EMPTY, classes: [0; CLASSES] }
    }
}

/// The parts of a text, as its symbols are found.
pub(crate) struct Parts {
    /// The last one is open.
    parts: Vec<Part>,
    /// What comes behind them and is not known yet to belong to the last one.
    new: Histogram,
    symbols: u32,
}

impl Parts {
    /// Bytes that they take.
    pub(crate) const SIZE: usize = MOST_PARTS * size_of::<Part>();

    pub(crate) fn new() -> Self {
        Self { parts: Vec::with_capacity(MOST_PARTS), new: Histogram::EMPTY, symbols: 0 }
    }

    /// Begins another text.
    pub(crate) fn clear(&mut self) {
        self.parts.clear();
        self.parts.push(Part::new(0, 0));
        self.new = Histogram::EMPTY;
        self.symbols = 0;
    }

    /// All of them, in order.
    pub(crate) fn all(&self) -> &[Part] {
        &self.parts
    }

    /// Counts a literal.
    #[inline(always)]
    pub(crate) fn literal(&mut self, literal: u8) {
        self.new.literals[usize::from(literal)] += 1;
        self.symbols += 1;
    }

    /// Counts a match.
    #[inline(always)]
    pub(crate) fn copy(&mut self, sequence: Sequence) {
        self.new.literals[FIRST_LENGTH + usize::from(LENGTH_SYMBOL[usize::from(sequence.len)])] += 1;
        self.new.distances[distance_symbol(sequence.distance).0] += 1;
        self.symbols += 1;
    }

    /// After each sequence: there are so many of them now, and they reach to `at` of a text of `end` bytes.
    #[inline(always)]
    pub(crate) fn step(&mut self, sequences: usize, at: usize, end: usize) {
        if self.symbols >= STEP || at == end {
            self.decide(sequences, at, end);
        }
    }

    fn decide(&mut self, sequences: usize, at: usize, end: usize) {
        let classes = self.new.classes();
        let Some(open) = self.parts.last_mut() else { return };
        let far = open.text.len() >= SHORTEST_PART && end - open.text.end > SHORTEST_PART;
        let part = if far && at < end && differs(&open.classes, &classes, open.text.len()) {
            let next = Part::new(open.sequences.end, open.text.end);
            self.parts.push_mut(next)
        } else {
            open
        };
        part.histogram.add(&self.new);
        part.classes.iter_mut().zip(classes).for_each(|(mine, new)| *mine += new);
        (part.sequences.end, part.text.end) = (sequences, at);
        self.new = Histogram::EMPTY;
        self.symbols = 0;
    }
}

/// Whether `new` is so unlike `old`, which is of `len` bytes, that it deserves a code of its own.
fn differs(old: &[u32; CLASSES], new: &[u32; CLASSES], len: usize) -> bool {
    let sum = |classes: &[u32; CLASSES]| classes.iter().sum::<u32>();
    let (olds, news) = (sum(old), sum(new));
    let delta: u32 = old.iter().zip(new).map(|(old, new)| (old * news).abs_diff(new * olds)).sum();
    // By libdeflate's measure: 200 of 512 symbols have to be elsewhere, more while a block is short, fewer the longer
    // it is.
    let mut cutoff = news * 200 / 512 * olds;
    if len < 10_000 && olds + news < 8192 {
        cutoff += (u64::from(cutoff) * (10_000 - len) as u64 / 10_000) as u32;
    }
    delta + (len / 4096) as u32 * olds >= cutoff
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Parts of literals alone, a sequence for each 100 of them.
    fn parts(text: &[u8]) -> Parts {
        let mut parts = Parts::new();
        parts.clear();
        for (number, hundred) in text.chunks(100).enumerate() {
            hundred.iter().for_each(|literal| parts.literal(*literal));
            parts.step(number + 1, (number * 100 + hundred.len()).min(text.len()), text.len());
        }
        parts
    }

    #[test]
    fn a_text_of_one_kind_is_one_part_and_of_two_it_is_two() {
        let alike = b"0123456789".repeat(3000);
        assert_eq!(parts(&alike).all().len(), 1);
        let changes = [alike.clone(), b"abcdefghij".repeat(3000)].concat();
        let parts = parts(&changes);
        let found: Vec<_> = parts.all().iter().map(|part| part.text.clone()).collect();
        // It ends before what differs, not behind it.
        let [first, second] = &found[..] else { panic!("{found:?}") };
        assert!((first.start, first.end, second.end) == (0, second.start, 60_000), "{found:?}");
        assert!((29_400..=30_000).contains(&first.end), "{found:?}");
    }

    #[test]
    fn parts_hold_every_sequence_and_every_symbol_once() {
        let mut random = vdx_testkit::Random(4);
        let mut parts_seen = 0;
        for len in [0, 1, 5000, 40_000, MOST] {
            let text: Vec<u8> = (0..len).map(|at| (random.below(20) as usize + at / 7000 * 32) as u8).collect();
            let made = parts(&text);
            let (mut sequence, mut at) = (0, 0);
            for part in made.all() {
                assert_eq!((part.sequences.start, part.text.start), (sequence, at));
                (sequence, at) = (part.sequences.end, part.text.end);
                assert_eq!(part.histogram.literals.iter().sum::<u32>() as usize, part.text.len());
            }
            assert_eq!((sequence, at), (text.len().div_ceil(100), text.len()));
            assert!(made.all().len() <= MOST_PARTS);
            parts_seen += made.all().len();
        }
        assert!(parts_seen > 8, "{parts_seen}");
    }
}
