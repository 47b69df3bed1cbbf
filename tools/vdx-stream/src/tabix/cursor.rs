//! The lines at one position after the other.

use super::open::Indexed;
use super::search::{Mark, Search, View};
use super::walk::Walk;
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
    /// File, contig and position of the last call.
    asked: Option<(u64, usize, u32)>,
}

/// What look-ups have cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Places gone to in a file, looks taken to find them included.
    pub jumps: u64,
    /// BGZF blocks inflated.
    pub blocks: u64,
}

impl Default for Cursor {
    fn default() -> Self {
        Self::new()
    }
}

impl Cursor {
    /// A cursor that is nowhere yet.
    pub fn new() -> Self {
        Self { walk: Walk::new(), search: Search::default(), steady: 0, asked: None }
    }

    /// What look-ups have cost since this was last asked.
    pub fn take_effort(&mut self) -> Effort {
        let mut effort = std::mem::take(&mut self.walk.effort);
        effort.jumps += std::mem::take(&mut self.search.looks);
        effort
    }

    /// Calls `each` with every line (with its line end) whose POS is `pos` on that contig of the index, in file order.
    ///
    /// # Errors
    /// Damage of the file, a line that is not a record, and what `each` returns.
    pub fn lines_at(
        &mut self,
        db: &Indexed,
        contig: usize,
        pos: u32,
        mut each: impl FnMut(&[u8]) -> Result<()>,
    ) -> Result<()> {
        let Some(about) = db.index.contigs().get(contig).filter(|contig| !contig.is_empty()) else { return Ok(()) };
        let goes_on = self.asked.take().is_some_and(|(id, at, last)| id == db.id && at == contig && last < pos);
        if !goes_on {
            self.walk.leave();
            self.search.reset();
        }
        self.approach(db, contig, pos)?;
        while let Some((chrom, found)) = self.walk.head(db)? {
            if chrom != about.name || found > pos {
                break;
            }
            if found == pos {
                self.walk.take_line(db, &mut each)?;
            } else {
                self.walk.skip_line(db)?;
            }
        }
        self.asked = Some((db.id, contig, pos));
        Ok(())
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
            if self.steady >= STEADY && self.walk.here().1 <= end {
                // Over the last line, which is before `pos`, into the next block.
                self.walk.jump(db, low.0)?;
                self.walk.skip_line(db)?;
                self.walk.head(db)?;
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
        let view = View { blocks: &mut self.walk.blocks, db, name: &about.name };
        match self.search.block_before(view, pos, (from, next), until)? {
            Some(block) if !held || block != next => {
                self.steady = 0;
                if self.enter(db, &about.name, pos, block)? { Ok(()) } else { self.walk.jump(db, low.0) }
            }
            _ => {
                self.steady += u32::from(held);
                self.walk.jump(db, low.0)
            }
        }
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
        Ok(self.walk.head(db)?.is_some_and(|(chrom, found)| chrom == name && found < pos))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::super::open::{Options, open};
    use super::super::testing;
    use super::*;

    type Expected<'a> = HashMap<(&'a str, u32), Vec<&'a str>>;

    /// All lines by contig and position.
    fn expected(text: &str) -> Expected<'_> {
        let mut lines = Expected::new();
        for line in text.split_inclusive('\n').filter(|line| !line.starts_with('#')) {
            let mut fields = line.split('\t');
            let (contig, pos) = (fields.next().unwrap(), fields.next().unwrap().parse().unwrap());
            lines.entry((contig, pos)).or_default().push(line);
        }
        lines
    }

    fn found(cursor: &mut Cursor, db: &Indexed, contig: &str, pos: u32) -> Vec<String> {
        let mut lines = Vec::new();
        let contig = db.index.contig(contig.as_bytes()).unwrap();
        let mut each = |line: &[u8]| {
            lines.push(String::from_utf8(line.to_vec()).unwrap());
            Ok(())
        };
        cursor.lines_at(db, contig, pos, &mut each).unwrap();
        lines
    }

    fn positions(expected: &Expected<'_>) -> Vec<u32> {
        let mut positions: Vec<u32> = expected.keys().flat_map(|&(_, pos)| [pos - 1, pos, pos + 1]).collect();
        positions.sort_unstable();
        positions.dedup();
        positions.push(40_000_000);
        positions
    }

    #[test]
    fn every_position_is_found_forward_backward_and_by_jumps() {
        // Lines that are shorter than a look, that are longer, and that are longer than a block.
        for (records, longest) in [(4000, 300), (300, 9000), (30, 150_000)] {
            let text = testing::vcf_of(records, longest);
            let expected = expected(&text);
            let positions = positions(&expected);
            for block in [997, 60_000] {
                let dir = tempfile::tempdir().unwrap();
                let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), block);
                let db = open(&path, &Options::default()).unwrap().indexed;
                for step in [1, 7, 400] {
                    let mut cursor = Cursor::new();
                    let mut check = |contig: &'static str, pos: u32| {
                        let lines = expected.get(&(contig, pos)).cloned().unwrap_or_default();
                        let found = found(&mut cursor, &db, contig, pos);
                        assert!(found == lines, "{contig}:{pos} of {longest} in {block}, step {step}");
                    };
                    for contig in ["1", "X", "2"] {
                        positions.iter().step_by(step).for_each(|&pos| check(contig, pos));
                        positions.iter().rev().step_by(step.max(30)).for_each(|&pos| check(contig, pos));
                    }
                }
            }
        }
    }

    #[test]
    fn a_scattered_position_costs_little_more_than_its_block() {
        let text = testing::vcf(4000);
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 5000);
        let db = open(&path, &Options::default()).unwrap().indexed;
        let mut cursor = Cursor::new();
        let positions = positions(&expected(&text));
        let asked = positions.iter().step_by(170);
        asked.clone().for_each(|&pos| drop(found(&mut cursor, &db, "2", pos)));
        let effort = cursor.take_effort();
        let asked = asked.count() as u64;
        assert!(effort.blocks * 4 < asked * 5 && effort.jumps < asked * 10, "{asked}: {effort:?}");
    }

    #[test]
    fn wrong_hints_change_no_answer() {
        let text = testing::vcf(4000);
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), 3000);
        let db = open(&path, &Options::default()).unwrap().indexed;
        let expected = expected(&text);
        for believed in [1, 20_000, u32::MAX] {
            let mut cursor = Cursor::new();
            for &pos in positions(&expected).iter().step_by(29) {
                cursor.search.believe(&db, believed);
                let lines = expected.get(&("2", pos)).cloned().unwrap_or_default();
                assert!(found(&mut cursor, &db, "2", pos) == lines, "{pos}, believing {believed}");
            }
        }
    }
}
