//! From text to sequences: which bytes are copies of earlier ones (RFC 1951, section 2; RFC 1951, section 4, for the lazy
//! choice).

use crate::chains::{self, Chains, Match};
use crate::kind::Search;
use crate::sequence::Sequence;
use crate::split::Parts;
use crate::starts::Starts;
use crate::window::Window;

/// Matches of so many bytes are taken at once.
const ENOUGH: usize = 100;
/// Positions at each end of a match that are inserted, besides the starts of values.
const FIRST: usize = 8;
const LAST: usize = 8;

/// The matches of one block at a time.
pub(crate) struct Matcher {
    chains: Chains,
    starts: Starts,
}

impl Matcher {
    /// Bytes that it takes.
    pub(crate) const SIZE: usize = Chains::SIZE + Starts::SIZE;

    pub(crate) fn new() -> Self {
        Self { chains: Chains::new(), starts: Starts::new() }
    }

    /// The sequences of the window's text into `sequences`, which is empty, and their parts.
    pub(crate) fn run(&mut self, window: &Window, search: Search, sequences: &mut Vec<Sequence>, parts: &mut Parts) {
        let text = window.text();
        let end = text.len();
        let Search { shortest, depth, later } = search;
        self.chains.clear(shortest);
        self.starts.mark(text);
        parts.clear();
        let (mut at, mut literals, mut repeated) = (0, 0, 0);
        while at + shortest <= end {
            let mut found = self.look(window, at, Match::default(), 0, depth);
            if found.len < shortest {
                parts.literal(text[at]);
                at += 1;
                continue;
            }
            // A match that begins one or two bytes later may be worth literals in front of it.
            let mut looked = at + 1;
            while found.len < ENOUGH && at + found.len < end {
                let beaten = Match { len: found.len - 1, distance: 0 };
                let next = self.look(window, at + 1, beaten, repeated, depth / 2);
                looked = at + 2;
                if pays(next, found, 2) {
                    parts.literal(text[at]);
                    (at, found) = (at + 1, next);
                    continue;
                }
                if later < 2 {
                    break;
                }
                let next = self.look(window, at + 2, beaten, repeated, depth / 4);
                looked = at + 3;
                if pays(next, found, 6) {
                    parts.literal(text[at]);
                    parts.literal(text[at + 1]);
                    (at, found) = (at + 2, next);
                    continue;
                }
                break;
            }
            let sequence = Sequence::new(at - literals, found.len, found.distance);
            sequences.push(sequence);
            parts.copy(sequence);
            repeated = found.distance;
            self.insert(window, looked, at + found.len);
            at += found.len;
            literals = at;
            parts.step(sequences.len(), at, end);
        }
        text[at..].iter().for_each(|literal| parts.literal(*literal));
        sequences.push(Sequence::new(end - literals, 0, 0));
        parts.step(sequences.len(), end, end);
    }

    /// Inserts `at` and finds what is there before it, at the distance `repeated` or along the chain, if it is longer than
    /// `best`.
    #[inline(always)]
    fn look(&mut self, window: &Window, at: usize, best: Match, repeated: u16, depth: u32) -> Match {
        let mut best = best;
        let place = at as u16;
        // Not before the text: a distance that was found fits anywhere behind.
        if repeated != 0 && chains::may_be_longer(window, place - repeated, place, best) {
            let len = window.common(place - repeated, place);
            if len > best.len {
                best = Match { len, distance: repeated };
            }
        }
        let found = self.chains.longest(window, place, best, depth, ENOUGH);
        Match { len: found.len.min(window.text().len() - at), ..found }
    }

    /// Inserts what will be looked for of a match's positions.
    #[inline(always)]
    fn insert(&mut self, window: &Window, from: usize, to: usize) {
        let (first, last) = (from + FIRST, to.saturating_sub(LAST));
        if first >= last {
            (from..to).for_each(|at| {
                self.chains.insert(window, at as u16);
            });
            return;
        }
        (from..first).for_each(|at| {
            self.chains.insert(window, at as u16);
        });
        self.starts.each(first as u16, last as u16, |at| {
            self.chains.insert(window, at);
        });
        (last..to).for_each(|at| {
            self.chains.insert(window, at as u16);
        });
    }
}

/// Whether `later`, which begins behind literals that cost as much as `least`, is better than `found`: in quarters of a
/// byte, a shorter distance counting by its bits.
#[inline(always)]
fn pays(later: Match, found: Match, least: i32) -> bool {
    let bits = |found: Match| found.distance.checked_ilog2().unwrap_or(0) as i32;
    later.len >= found.len && 4 * (later.len - found.len) as i32 + bits(found) - bits(later) > least
}
