//! Which block of a file to inflate for a position, told from how blocks start.
//!
//! To choose a block nothing of it is needed but the POS of the first line that starts in it, and decoding that far
//! costs a tenth of the block. What is decoded so is not checked: it is a hint at which block to inflate and check
//! next, and a wrong one costs time, never an answer.

use memchr::memchr;

use super::blocks::Blocks;
use super::open::Indexed;
use super::walk::place;
use crate::bgzf::MAX_BLOCK;
use crate::error::Result;

/// How much of a block is decoded to find the first line that starts in it: more where that does not do.
const PEEKS: [usize; 3] = [4 << 10, 16 << 10, MAX_BLOCK];

/// So many times a place is estimated before what is left is halved.
const ESTIMATES: u32 = 3;

/// A block and the POS of a line in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Mark {
    /// The block's offset.
    pub(super) block: u64,
    /// 1-based; `u32::MAX` on another contig.
    pub(super) pos: u32,
}

/// One contig of a file, to look into.
pub(super) struct View<'a> {
    /// How the file is read.
    pub(super) blocks: &'a mut Blocks,
    /// The file.
    pub(super) db: &'a Indexed,
    /// The contig's name.
    pub(super) name: &'a [u8],
}

/// How blocks of one contig start, as far as they were looked into.
#[derive(Default)]
pub(super) struct Search {
    /// In file order: the first line that starts in a block, and where the next block is.
    seen: Vec<(Mark, u64)>,
    /// How many looks were taken.
    pub(super) looks: u64,
}

impl Search {
    /// Forgets how blocks start: what follows may be about another contig.
    pub(super) fn reset(&mut self) {
        self.seen.clear();
    }

    /// Takes every block of the file to start with a line at `pos`.
    #[cfg(test)]
    pub(super) fn believe(&mut self, db: &Indexed, pos: u32) {
        let mut blocks = Blocks::new();
        let offsets = std::iter::successors(Some(0), |&block| blocks.next(&db.file, block).ok());
        let offsets: Vec<u64> = offsets.take_while(|&block| block < db.file.size()).collect();
        self.seen = offsets.windows(2).map(|pair| (Mark { block: pair[0], pos }, pair[1])).collect();
    }

    /// The last block behind `low`'s and before `high`'s whose first line seems to be before `pos`; `None` if none
    /// does. `low` is before `pos`, with `next` the block that follows; `high` is not.
    pub(super) fn block_before(
        &mut self,
        mut view: View<'_>,
        pos: u32,
        (mut low, mut next): (Mark, u64),
        mut high: Mark,
    ) -> Result<Option<u64>> {
        let start = low.block;
        self.seen.drain(..self.seen.partition_point(|(seen, _)| seen.block <= start));
        let between = &self.seen[..self.seen.partition_point(|(seen, _)| seen.block < high.block)];
        let mut at = between.partition_point(|(seen, _)| seen.pos < pos);
        if let Some(&seen) = at.checked_sub(1).and_then(|last| between.get(last)) {
            (low, next) = seen;
        }
        if let Some(&(seen, _)) = between.get(at) {
            high = seen;
        }
        let mut estimates = 0;
        while next < high.block {
            let span = high.block - low.block;
            let step = if estimates < ESTIMATES {
                estimates += 1;
                let share = f64::from(pos.saturating_sub(low.pos)) / f64::from(high.pos.saturating_sub(low.pos).max(1));
                (span as f64 * share) as u64
            } else {
                span / 2
            };
            // The block that holds a place starts before it: half a block, if blocks are about as long as this one.
            let guess = (low.block + step.saturating_sub((next - low.block) / 2)).clamp(next, high.block - 1);
            let block = if guess == next { Some(next) } else { view.blocks.find(&view.db.file, guess, high.block)? };
            let found = match block {
                Some(block) => self.look(&mut view, block, high.block)?,
                None => None,
            };
            match found {
                Some(found) => {
                    self.seen.insert(at, found);
                    if found.0.pos < pos {
                        (low, next) = found;
                        at += 1;
                    } else {
                        high = Mark { block: guess, pos: found.0.pos };
                    }
                }
                None => high.block = guess,
            }
        }
        Ok((low.block != start).then_some(low.block))
    }

    /// The first block from `block` on, and before `until`, in which a line starts: with that line, and where the next
    /// block is.
    fn look(&mut self, view: &mut View<'_>, mut block: u64, until: u64) -> Result<Option<(Mark, u64)>> {
        while block < until {
            let mut behind = until;
            for len in PEEKS {
                self.looks += 1;
                let Some((text, next)) = view.blocks.peek(&view.db.file, block, len)? else { return Ok(None) };
                let line = memchr(b'\n', text).and_then(|end| place(&text[end + 1..]));
                if let Some((chrom, pos)) = line {
                    let pos = if chrom == view.name { pos } else { u32::MAX };
                    return Ok(Some((Mark { block, pos }, next)));
                }
                behind = next;
            }
            block = behind;
        }
        Ok(None)
    }
}
