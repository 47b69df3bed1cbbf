//! The lines at one position after the other.

use std::ops::RangeInclusive;

use super::find::Indexed;
use super::offsets::Contig;
use super::search::{Mark, Search, View};
use super::walk::{Effort, Walk};
use crate::error::Result;

/// After so many positions in a row that were in the block at hand or in the next, the next one is decoded without a
/// look at what is behind it.
const STEADY: u32 = 3;

/// A place in an indexed file that moves along with the positions asked for; one per thread.
///
/// Going forward is cheap; going back, to another contig or file, costs a jump.
pub struct Cursor {
    walk: Walk,
    search: Search,
    /// How many positions in a row were in the block at hand or the next.
    steady: u32,
    /// The block that was gone to without reading the one before it.
    entered: Option<u64>,
    /// The line behind the last gap that was looked round.
    gap: Option<u64>,
    /// A block behind a gap that was not looked at yet, and a POS that is before it: most often it is walked into next.
    owed: Option<(u64, u32)>,
    /// File, contig and position of the last call.
    asked: Option<(u64, usize, u32)>,
}

impl Default for Cursor {
    fn default() -> Self {
        Self::new()
    }
}

impl Cursor {
    /// A cursor that is nowhere yet.
    pub fn new() -> Self {
        Self {
            walk: Walk::new(),
            search: Search::default(),
            steady: 0,
            entered: None,
            gap: None,
            owed: None,
            asked: None,
        }
    }

    /// What look-ups have cost since this was last asked.
    pub fn take_effort(&mut self) -> Effort {
        let mut effort = std::mem::take(&mut self.walk.effort);
        effort.jumps += std::mem::take(&mut self.search.looks);
        effort
    }

    /// Calls `each` with every line (with its line end) whose POS is `pos` on that contig of the index, in file order. The
    /// last word on whether that is all is [`Cursor::settle`]'s.
    ///
    /// # Errors
    /// Damage of the file, a line that is not a record, lines out of order as far as they are read on the way, and what
    /// `each` returns.
    pub fn lines_at(
        &mut self,
        db: &Indexed,
        contig: usize,
        pos: u32,
        each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        self.lines_within(db, contig, pos..=pos, each)
    }

    /// [`Cursor::lines_at`] for all positions of a range.
    ///
    /// # Errors
    /// As [`Cursor::lines_at`].
    pub fn lines_within(
        &mut self,
        db: &Indexed,
        contig: usize,
        positions: RangeInclusive<u32>,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let (pos, until) = positions.into_inner();
        let Some(about) = db.index.contigs().get(contig).filter(|contig| !contig.is_empty()) else { return Ok(()) };
        let goes_on = self.asked.take().is_some_and(|(id, at, last)| id == db.id && at == contig && last < pos);
        if !goes_on {
            self.walk.leave_for(about);
            self.search.reset();
            (self.entered, self.gap, self.owed) = (None, None, None);
        }
        self.approach(db, contig, pos)?;
        loop {
            let before = self.walk.near();
            let Some((chrom, found)) = self.walk.head(db)? else {
                self.look_round(db, about, (pos, false), before)?;
                break;
            };
            let ours = chrom == about.name;
            if !ours || found > until || found < before.1 {
                if !self.walk.fits(ours, found) {
                    return Err(self.walk.misfit(db));
                }
                if !ours || !self.walk.shares_block(before) {
                    self.look_round(db, about, (pos, ours), before)?;
                }
                break;
            }
            if found >= pos {
                if before.1 < pos && !self.walk.shares_block(before) {
                    self.look_round(db, about, (pos, true), before)?;
                }
                self.walk.pass(found);
                self.walk.take_line(db, &mut each)?;
            } else {
                self.walk.pass(found);
                self.walk.skip_line(db)?;
            }
        }
        self.asked = Some((db.id, contig, until));
        Ok(())
    }

    /// Looks at what was put off because the next position might have led there anyway. To be called with the same file
    /// behind the last position of a contig.
    ///
    /// # Errors
    /// As [`Cursor::lines_at`]: lines are out of order, so that some may not have been given out.
    pub fn settle(&mut self, db: &Indexed) -> Result<()> {
        let asked = self.asked.filter(|(id, ..)| *id == db.id);
        let about = asked.and_then(|(_, contig, _)| db.index.contigs().get(contig));
        about.map_or(Ok(()), |about| self.look_behind(db, &about.name))
    }

    /// The walk comes to a line at the position asked for, or behind: to the current line, which is of the contig or
    /// not (`ours`), from the line `before`. If these two stand in two blocks, one that belongs between may stand elsewhere,
    /// which only shows where other blocks are read. So at least how the blocks round these two start is looked at: it
    /// tells whether one of them changed places with another.
    fn look_round(&mut self, db: &Indexed, about: &Contig, (pos, ours): (u32, bool), before: (u64, u32)) -> Result<()> {
        let line = self.walk.line();
        if self.gap == line {
            return Ok(());
        }
        if ours && !self.walk.starts_block() {
            // The line where the index says that a walk begins: that before it was not walked over.
            let window = db.index.window(pos).min(about.window_count().saturating_sub(1));
            let until = db.index.window_start(window);
            return if before == (0, 0) { self.walk.see_previous(db, until) } else { Ok(()) };
        }
        self.gap = line;
        self.owed = self.walk.behind().filter(|_| ours);
        let block = before.0 >> 16;
        if self.entered == Some(block) && before != (0, 0) {
            let mut view = View { blocks: &mut self.walk.blocks, db, name: &about.name };
            self.search.look_before(&mut view, (about.bound(0) >> 16, block), before.1)?;
        }
        Ok(())
    }

    /// Looks at the block that is owed a look, unless the walk came into it.
    fn look_behind(&mut self, db: &Indexed, name: &[u8]) -> Result<()> {
        let Some((block, pos)) = self.owed.take().filter(|(block, _)| !self.walk.came_to(*block)) else {
            return Ok(());
        };
        let mut view = View { blocks: &mut self.walk.blocks, db, name };
        self.search.look_behind(&mut view, block, pos)
    }

    /// Moves to a line of the contig that starts at or before every line at `pos`, and close to them.
    fn approach(&mut self, db: &Indexed, contig: usize, pos: u32) -> Result<()> {
        let about = &db.index.contigs()[contig];
        let window = db.index.window(pos);
        let windows = about.window_count();
        // A line starts there, and none before it is at `pos`: by the index, or because it was asked for already.
        let bound = about.bound(window);
        let mut low =
            (self.walk.line().map_or(bound, |line| bound.max(line)), db.index.window_start(window.min(windows)));
        let end = if window + 1 < windows { about.bound(window + 1) } else { about.end() } >> 16;
        let held = self.walk.holds(low.0);
        if held {
            self.walk.jump(db, low.0)?;
            match self.walk.head(db)? {
                Some((chrom, head)) if chrom == about.name && head < pos => low.1 = head,
                // Nothing before this line is at `pos`, and it is behind or there already.
                _ => return Ok(()),
            }
            if self.reaches(&mut low, &about.name, pos) {
                return self.walk.jump(db, low.0);
            }
            // Where positions lie dense, the next one is in the block at hand or in the one behind: a search would
            // cost more than it saves.
            if self.steady >= STEADY && self.walk.here().1 <= end {
                // Over the last line, which is before `pos`, into the next block.
                self.walk.jump(db, low.0)?;
                self.walk.pass(low.1);
                self.walk.skip_line(db)?;
                self.look(db, &about.name)?;
                low.0 = self.walk.line().unwrap_or(low.0);
                if self.reaches(&mut low, &about.name, pos) {
                    return self.walk.jump(db, low.0);
                }
                self.steady = 0;
            }
        }
        let (block, next) =
            if held { self.walk.here() } else { (low.0 >> 16, self.walk.blocks.next(&db.file, low.0 >> 16)?) };
        let from = Mark { block, pos: low.1 };
        let until = Mark { block: end + 1, pos: db.index.window_start(window + 1).max(pos) };
        let mut view = View { blocks: &mut self.walk.blocks, db, name: &about.name };
        let found = self.search.block_before(&mut view, pos, (from, next, held), until)?;
        if !held || found.is_some_and(|block| block != next) {
            self.look_behind(db, &about.name)?;
        }
        match found {
            Some(block) if !held || block != next => {
                self.steady = 0;
                self.entered = Some(block);
                if self.enter(db, &about.name, pos, block)? {
                    return Ok(());
                }
            }
            _ => self.steady += u32::from(held),
        }
        if !held {
            self.entered = Some(low.0 >> 16);
        }
        self.walk.jump(db, low.0)
    }

    /// Whether the text decoded goes on to `pos` or behind, by the last line that starts in it. If it does not, that
    /// line is a better one to start from than `low`.
    fn reaches(&self, low: &mut (u64, u32), name: &[u8], pos: u32) -> bool {
        let Some((offset, chrom, found)) = self.walk.tail() else { return false };
        if chrom != name || found >= pos {
            return true;
        }
        if offset > low.0 {
            *low = (offset, found);
        }
        false
    }

    /// Moves to the first line that starts behind the start of a block. Returns whether it is before `pos`.
    fn enter(&mut self, db: &Indexed, name: &[u8], pos: u32, block: u64) -> Result<bool> {
        self.walk.jump(db, block << 16)?;
        self.walk.skip_line(db)?;
        Ok(self.look(db, name)?.is_some_and(|found| found < pos))
    }

    /// POS of the current line if it is of the contig, which must be where it should be.
    fn look(&mut self, db: &Indexed, name: &[u8]) -> Result<Option<u32>> {
        let Some((ours, pos)) = self.walk.head(db)?.map(|(chrom, pos)| (chrom == name, pos)) else { return Ok(None) };
        if self.walk.fits(ours, pos) { Ok(ours.then_some(pos)) } else { Err(self.walk.misfit(db)) }
    }
}

#[cfg(test)]
mod tests;
