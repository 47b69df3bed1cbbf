//! Earlier positions of the same few bytes, newest first.
//!
//! Six bytes of text, where zlib and libdeflate take three or four: most shorter matches are ends and beginnings of
//! numbers, found thousands of times and cheaper as literals. The chains that are left are short and worth their steps.

use crate::window::Window;

/// The fewest bytes that a hash is made of, and so the shortest match of all.
pub(crate) const SHORTEST: usize = 4;
/// How far back a match may begin (RFC 1951, section 3.2.5). One less than the format allows: the link of a position that
/// far away is the one that the position itself takes.
pub(crate) const FARTHEST: u16 = (RING - 1) as u16;

const HASH_BITS: u32 = 16;
const RING: usize = 1 << 15;
/// No position: never before any other.
const NONE: u16 = u16::MAX;

/// An earlier place and how many bytes are equal there; nothing where `len` is too short.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Match {
    pub(crate) len: usize,
    pub(crate) distance: u16,
}

/// Heads by hash, and from each position to the one before it.
pub(crate) struct Chains {
    heads: Box<[u16; 1 << HASH_BITS]>,
    earlier: Box<[u16; RING]>,
    /// Bits of eight bytes that a hash is not made of.
    others: u32,
}

impl Chains {
    /// Bytes that they take.
    pub(crate) const SIZE: usize = 2 * ((1 << HASH_BITS) + RING);

    pub(crate) fn new() -> Self {
        Self { heads: Box::new([NONE; 1 << HASH_BITS]), earlier: Box::new([NONE; RING]), others: 0 }
    }

    /// Forgets everything, and goes by so many bytes from now on: [`SHORTEST`] to eight.
    pub(crate) fn clear(&mut self, bytes: usize) {
        self.others = u64::BITS - 8 * bytes as u32;
        self.heads.fill(NONE);
    }

    /// Puts `at` at the front of its chain, and gives what was there.
    #[inline(always)]
    pub(crate) fn insert(&mut self, window: &Window, at: u16) -> u16 {
        // The constant is 2^64 over the golden ratio.
        let hash = (window.eight(at, 0) << self.others).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> (u64::BITS - HASH_BITS);
        let head = std::mem::replace(&mut self.heads[hash as usize], at);
        self.earlier[usize::from(at) % RING] = head;
        head
    }

    /// Inserts `at` and looks along its chain, at most `depth` steps, for a match longer than `best`, and so long that
    /// more does not pay (`enough`). Lengths may reach beyond the text.
    #[inline(always)]
    pub(crate) fn longest(&mut self, window: &Window, at: u16, mut best: Match, depth: u32, enough: usize) -> Match {
        let mut earlier = self.insert(window, at);
        let low = at.saturating_sub(FARTHEST);
        let mut tail = tail_of(best);
        let mut wanted = window.four(at, tail);
        for _ in 0..depth {
            // Also false for no position.
            if earlier.wrapping_sub(low) >= at - low {
                break;
            }
            // A longer match has these four bytes, too: they end one behind the best so far.
            if window.four(earlier, tail) == wanted {
                let len = window.common(earlier, at);
                if len > best.len {
                    best = Match { len, distance: at - earlier };
                    if len >= enough {
                        break;
                    }
                    tail = tail_of(best);
                    wanted = window.four(at, tail);
                }
            }
            earlier = self.earlier[usize::from(earlier) % RING];
        }
        best
    }
}

/// Whether a match at `earlier` may be longer than `best`: false tells for sure.
#[inline(always)]
pub(crate) fn may_be_longer(window: &Window, earlier: u16, at: u16, best: Match) -> bool {
    let tail = tail_of(best);
    window.four(earlier, tail) == window.four(at, tail)
}

/// Where the four bytes begin that a longer match has to have.
#[inline(always)]
fn tail_of(best: Match) -> u8 {
    (best.len.max(SHORTEST - 1) - 3) as u8
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &[u8], at: usize, depth: u32) -> Match {
        let mut window = Window::new();
        window.load(text);
        let mut chains = Chains::new();
        chains.clear(6);
        for earlier in 0..at {
            chains.insert(&window, earlier as u16);
        }
        chains.longest(&window, at as u16, Match::default(), depth, 258)
    }

    #[test]
    fn the_longest_of_a_chain_is_found_and_the_nearest_of_equals() {
        let text = b"AC=1200;AF=1 AC=1205;AF=1 AC=1205;AF=2 AC=1205;AF=1!";
        assert_eq!(found(text, 39, 20), Match { len: 12, distance: 26 });
        assert_eq!(found(text, 39, 1), Match { len: 11, distance: 13 });
        assert!(found(b"AC=12;AC=13;", 6, 20).len < 6);
        assert!(found(b"AC=12;", 0, 20).len < 6);
    }

    #[test]
    fn a_match_is_never_farther_than_the_format_allows() {
        for between in [usize::from(FARTHEST) - 7, usize::from(FARTHEST) - 6, 40_000] {
            let text = [&b"abcdefg"[..], &vec![b'.'; between], b"abcdefg"].concat();
            let found = found(&text, between + 7, 20);
            assert_eq!(found.len >= 6, between + 7 <= usize::from(FARTHEST), "{between}");
        }
    }
}
