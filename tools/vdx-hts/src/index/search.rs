//! Which block of a file to inflate for a position, told from how blocks start.
//!
//! To choose a block nothing of it is needed but the POS of the first line that starts in it, and decoding that far
//! costs a tenth of the block. What is decoded so is not checked: it is a hint at which block to inflate and check
//! next, and a wrong one costs time, never an answer.
//!
//! Of a file in order, that is. In one that is not, a search comes out wrong, so that hints which contradict each other or
//! the index are followed up: the blocks are inflated and checked, and if they do start so, that is an error. Blocks in the
//! wrong place that no search looks at are not seen.

use memchr::memchr;

use super::blocks::Blocks;
use super::check;
use super::find::Indexed;
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

impl Mark {
    /// Whether the block starts at `high` or behind, although it is not the last before it: the index says that all lines
    /// before the start of the last block before `high` are before its POS.
    fn is_beyond(self, high: Self) -> bool {
        self.block + 1 < high.block && self.pos >= high.pos
    }
}

/// Looks at blocks that cannot all be right in a file in order.
struct Contradiction;

/// One contig of a file, to look into.
pub(super) struct View<'a> {
    /// How the file is read.
    pub(super) blocks: &'a mut Blocks,
    /// The file.
    pub(super) db: &'a Indexed,
    /// The contig's name.
    pub(super) name: &'a [u8],
}

impl View<'_> {
    /// POS of the first line that starts in a block, which is inflated and checked; `None`: it is of another contig.
    fn first_pos(&mut self, block: u64) -> Result<Option<u32>> {
        let mut text = Vec::new();
        self.blocks.read(&self.db.file, block, &mut text)?;
        Ok(first_line(&text).filter(|(chrom, _)| *chrom == self.name).map(|(_, pos)| pos))
    }
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
    /// does. `low` is before `pos`, with `next` the block that follows; `high` is not. Where `low` `is_line`, its POS is that
    /// of a line in its block, else lines behind it may still be before that.
    ///
    /// # Errors
    /// The file cannot be read, or blocks are out of order.
    pub(super) fn block_before(
        &mut self,
        view: &mut View<'_>,
        pos: u32,
        low: (Mark, u64, bool),
        high: Mark,
    ) -> Result<Option<u64>> {
        loop {
            match self.search(view, pos, low, high)? {
                Ok(found) => return Ok(found),
                // Afterwards what is seen of the blocks is right: there are only so many.
                Err(Contradiction) => self.verify(view, low.2.then_some(low.0), high)?,
            }
        }
    }

    fn search(
        &mut self,
        view: &mut View<'_>,
        pos: u32,
        (mut low, mut next, is_line): (Mark, u64, bool),
        mut high: Mark,
    ) -> Result<std::result::Result<Option<u64>, Contradiction>> {
        let (start, bound) = (low.block, high);
        let mut least = if is_line { low.pos } else { 0 };
        let mut most = u32::MAX;
        self.seen.drain(..self.seen.partition_point(|(seen, _)| seen.block <= start));
        let between = &self.seen[..self.seen.partition_point(|(seen, _)| seen.block < high.block)];
        let mut at = between.partition_point(|(seen, _)| seen.pos < pos);
        if let Some(&seen) = at.checked_sub(1).and_then(|last| between.get(last)) {
            (low, next) = seen;
            least = low.pos;
        }
        if let Some(&(seen, _)) = between.get(at) {
            high = seen;
            most = high.pos;
        }
        let mut estimates = 0;
        while next < high.block {
            let span = high.block - low.block;
            // Records lie evenly enough for a good estimate or two; where they do not, halving still ends.
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
                Some(block) => self.look(view, block, high.block)?,
                None => None,
            };
            match found {
                Some(found) => {
                    self.seen.insert(at, found);
                    let mark = found.0;
                    if mark.pos < least || mark.pos > most || mark.is_beyond(bound) {
                        return Ok(Err(Contradiction));
                    }
                    if mark.pos < pos {
                        (low, next) = found;
                        least = mark.pos;
                        at += 1;
                    } else {
                        high = Mark { block: guess, pos: mark.pos };
                        most = mark.pos;
                    }
                }
                None => high.block = guess,
            }
        }
        Ok(Ok((low.block != start).then_some(low.block)))
    }

    /// Inflates and checks all blocks that were looked into, so that what is seen of them is right. `low` is a line before
    /// them; `high`: see [`Mark::is_beyond`].
    ///
    /// # Errors
    /// One is damaged, or they are out of order.
    fn verify(&mut self, view: &mut View<'_>, low: Option<Mark>, high: Mark) -> Result<()> {
        let (Indexed { file, .. }, name) = (view.db, view.name);
        let mut before = (name.to_vec(), low.map_or(0, |low| low.pos));
        let mut last = before.1;
        let mut text = Vec::new();
        for (mark, _) in &mut self.seen {
            text.clear();
            view.blocks.read(file, mark.block, &mut text)?;
            // Where the hint saw a line that is not there, it may be taken for one like the line before.
            let (chrom, pos) = first_line(&text).unwrap_or((&before.0, before.1));
            mark.pos = if chrom == name { pos } else { u32::MAX };
            if mark.pos < last {
                return Err(check::unsorted(file, (chrom, pos), (&before.0, before.1)));
            }
            if mark.is_beyond(high) {
                return Err(check::beyond(file, (chrom, pos), (name, high.pos)));
            }
            last = mark.pos;
            before = (chrom.to_vec(), pos);
        }
        Ok(())
    }

    /// Looks at how the block before `block` starts, in a contig that starts in block `first`; `block` has a line at `pos`.
    ///
    /// # Errors
    /// The file cannot be read, or that block starts behind `pos`.
    pub(super) fn look_before(&mut self, view: &mut View<'_>, (first, block): (u64, u64), pos: u32) -> Result<()> {
        let Indexed { file, .. } = view.db;
        let from = block.saturating_sub(MAX_BLOCK as u64).max(first);
        let Some(mut before) = view.blocks.find(file, from, block)? else { return Ok(()) };
        loop {
            match view.blocks.next(file, before)? {
                next if next < block => before = next,
                _ => break,
            }
        }
        let Some((mark, _)) = self.look(view, before, block)?.filter(|(mark, _)| mark.pos > pos) else { return Ok(()) };
        match view.first_pos(mark.block)?.filter(|found| *found > pos) {
            Some(found) => Err(check::unsorted(file, (view.name, pos), (view.name, found))),
            None => Ok(()),
        }
    }

    /// Looks at how the block at `block` starts; a line before it is at `pos`.
    ///
    /// # Errors
    /// The file cannot be read, or the block starts before `pos`.
    pub(super) fn look_behind(&mut self, view: &mut View<'_>, block: u64, pos: u32) -> Result<()> {
        let Indexed { file, .. } = view.db;
        let seen = self.seen.iter().find(|(mark, _)| mark.block == block);
        let look = match seen {
            Some(seen) => Some(*seen),
            None => self.look(view, block, file.size())?,
        };
        let Some((mark, _)) = look.filter(|(mark, _)| mark.pos < pos) else { return Ok(()) };
        match view.first_pos(mark.block)?.filter(|found| *found < pos) {
            Some(found) => Err(check::unsorted(file, (view.name, found), (view.name, pos))),
            None => Ok(()),
        }
    }

    /// The first block from `block` on, and before `until`, in which a line starts: with that line, and where the next
    /// block is.
    fn look(&mut self, view: &mut View<'_>, mut block: u64, until: u64) -> Result<Option<(Mark, u64)>> {
        while block < until {
            let mut behind = until;
            for len in PEEKS {
                self.looks += 1;
                let Some((text, next)) = view.blocks.peek(&view.db.file, block, len)? else { return Ok(None) };
                if let Some((chrom, pos)) = first_line(text) {
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

/// CHROM and POS of the first line that starts in the text of a block, which may go on with a line.
fn first_line(text: &[u8]) -> Option<(&[u8], u32)> {
    memchr(b'\n', text).and_then(|end| place(&text[end + 1..]))
}
