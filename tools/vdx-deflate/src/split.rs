//! Where a block of DEFLATE ends, as its symbols change.
//!
//! The test is libdeflate's: symbols are counted in classes, and a block ends where the classes of what comes differ from
//! those before by more than a new header costs. Here the block ends before what differs, not behind it.

use std::ops::Range;

use crate::sequence::{DISTANCES, END, FIRST_LENGTH, LENGTH_SYMBOL, LITERALS, Sequence, distance_symbol};

/// How often each symbol occurs in some text.
#[derive(Clone)]
pub(crate) struct Histogram {
    pub(crate) literals: [u32; LITERALS],
    pub(crate) distances: [u32; DISTANCES],
    classes: [u32; CLASSES],
}

impl Histogram {
    pub(crate) const EMPTY: Self = Self { literals: [0; LITERALS], distances: [0; DISTANCES], classes: [0; CLASSES] };

    /// Counts a sequence, whose text this is.
    #[inline(always)]
    fn count(&mut self, sequence: Sequence, text: &[u8]) {
        for literal in &text[..sequence.literals as usize] {
            self.literals[usize::from(*literal)] += 1;
        }
        if sequence.len != 0 {
            self.literals[FIRST_LENGTH + usize::from(LENGTH_SYMBOL[usize::from(sequence.len)])] += 1;
            self.distances[distance_symbol(sequence.distance).0] += 1;
        }
    }

    fn add(&mut self, other: &Self) {
        for (mine, theirs) in self.literals.iter_mut().zip(&other.literals) {
            *mine += theirs;
        }
        for (mine, theirs) in self.distances.iter_mut().zip(&other.distances) {
            *mine += theirs;
        }
        for (mine, theirs) in self.classes.iter_mut().zip(&other.classes) {
            *mine += theirs;
        }
    }

    /// Sums up the symbols by class.
    fn classify(&mut self) {
        self.classes = [0; CLASSES];
        for (symbol, count) in self.literals.iter().enumerate() {
            let class = match symbol {
                // The upper bits tell digits from capitals from small letters, the lowest halves each.
                0..END => (symbol >> 5 & 6) | (symbol & 1),
                END..SHORT_LENGTHS => 8,
                _ => 9,
            };
            self.classes[class] += count;
        }
    }
}

/// Eight of literals, one of short, one of long matches.
const CLASSES: usize = 10;
/// Symbols of matches below nine bytes end here.
const SHORT_LENGTHS: usize = FIRST_LENGTH + 6;

/// Symbols between two tests.
const STEP: u32 = 512;
/// Bytes of text that a block has at least.
pub(crate) const SHORTEST_BLOCK: usize = 5000;

/// A block: its sequences, its text and its symbols.
pub(crate) struct Part {
    pub(crate) sequences: Range<usize>,
    pub(crate) text: Range<usize>,
    pub(crate) histogram: Histogram,
}

/// Cuts `sequences`, those of `text`, and gives each part to `work` in order, and whether it is the last one.
pub(crate) fn each_part(sequences: &[Sequence], text: &[u8], mut work: impl FnMut(&Part, bool)) {
    let mut part = Part { sequences: 0..0, text: 0..0, histogram: Histogram::EMPTY };
    // What comes behind the part and is not yet known to belong to it.
    let mut new = Histogram::EMPTY;
    let (mut symbols, mut at) = (0, 0);
    for (number, sequence) in sequences.iter().enumerate() {
        new.count(*sequence, &text[at..]);
        at += sequence.text();
        symbols += sequence.literals + 1;
        let last = number + 1 == sequences.len();
        if symbols < STEP && !last {
            continue;
        }
        new.classify();
        if !last
            && part.text.len() >= SHORTEST_BLOCK
            && text.len() - part.text.end > SHORTEST_BLOCK
            && differs(&part.histogram.classes, &new.classes, part.text.len())
        {
            work(&part, false);
            part = Part {
                sequences: part.sequences.end..part.sequences.end,
                text: part.text.end..part.text.end,
                histogram: Histogram::EMPTY,
            };
        }
        part.histogram.add(&new);
        (part.sequences.end, part.text.end) = (number + 1, at);
        (new, symbols) = (Histogram::EMPTY, 0);
    }
    work(&part, true);
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
