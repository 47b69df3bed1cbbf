//! The lines at one position after the other.

use memchr::memchr;

use super::blocks::Blocks;
use super::build::MAX_LINE;
use super::open::Indexed;
use crate::error::{Error, Result};

/// Compressed bytes that are decoded rather than jumped over: about what finding a place among them costs.
const NEAR: u64 = 40 << 10;

/// How far before the estimated place a look is taken, so that it more often lands before the position than behind.
const SLACK: u64 = 16 << 10;

/// A place in an indexed file that moves along with the positions asked for; one per thread.
///
/// Going forward is cheap; going back, to another contig or file, costs a jump.
pub struct Cursor {
    blocks: Blocks,
    /// Decoded text; the current line starts in it at `at`.
    text: Vec<u8>,
    at: usize,
    /// The virtual offset of the current line.
    line: u64,
    /// The block decoded last: where it starts in `text`, and in the file. Lines that follow the current one start
    /// in it, because another block is only decoded when the current line goes on behind it.
    last: (usize, u64),
    /// The offset of the block that follows.
    next: u64,
    /// File, contig and position of the last call.
    asked: Option<(u64, usize, u32)>,
    effort: Effort,
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
        Self {
            blocks: Blocks::new(),
            text: Vec::new(),
            at: 0,
            line: 0,
            last: (0, 0),
            next: 0,
            asked: None,
            effort: Effort::default(),
        }
    }

    /// What look-ups have cost since this was last asked.
    pub fn take_effort(&mut self) -> Effort {
        std::mem::take(&mut self.effort)
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
            self.blocks.reset();
            self.text.clear();
        }
        self.approach(db, contig, pos, goes_on)?;
        while let Some((chrom, found)) = self.head(db)? {
            if chrom != about.name.len() || self.text[self.at..self.at + chrom] != about.name || found > pos {
                break;
            }
            if found == pos {
                let end = self.line_end(db)?;
                each(&self.text[self.at..end])?;
                self.advance(end);
            } else {
                self.skip_line(db)?;
            }
        }
        self.asked = Some((db.id, contig, pos));
        Ok(())
    }

    /// Moves to a line of the contig that starts at or before every line at `pos`, and close to them.
    fn approach(&mut self, db: &Indexed, contig: usize, pos: u32, goes_on: bool) -> Result<()> {
        let about = &db.index.contigs()[contig];
        let window = db.index.window(pos);
        let bound = about.bound(window);
        let mut low = bound;
        let mut low_pos = db.index.window_start(window.min(about.window_count()));
        if goes_on && self.line >= bound {
            match self.head(db)? {
                Some((chrom, head)) if self.text[self.at..self.at + chrom] == about.name && head < pos => {
                    (low, low_pos) = (self.line, head);
                }
                // Nothing before this line is at `pos`, and it is behind or there already.
                _ => return Ok(()),
            }
        }
        let mut high = if window + 1 < about.window_count() { about.bound(window + 1) } else { about.end() } >> 16;
        let mut high_pos = db.index.window_start(window + 1).max(pos);
        let mut rounds = 0;
        let mut there = goes_on && low == self.line;
        while high > (low >> 16) + NEAR {
            let span = high - (low >> 16);
            let step = if rounds < 3 {
                let share = f64::from(pos.saturating_sub(low_pos)) / f64::from(high_pos.saturating_sub(low_pos).max(1));
                ((span as f64 * share) as u64).saturating_sub(SLACK)
            } else {
                span / 2
            };
            if step < SLACK && rounds < 3 {
                break;
            }
            let guess = (low >> 16) + step.clamp(1, span - 1);
            let found = self.probe(db, contig, guess, high)?;
            there = false;
            match found {
                Some((offset, found)) if found < pos => {
                    (low, low_pos) = (offset, found);
                    there = true;
                }
                Some((_, found)) => (high, high_pos) = (guess, found),
                None => high = guess,
            }
            rounds += 1;
        }
        if there { Ok(()) } else { self.jump(db, low) }
    }

    /// Moves to the first line that starts behind the first block from `guess` on, if that block is before `until`.
    /// Returns its virtual offset and POS; a line of another contig counts as behind every position.
    fn probe(&mut self, db: &Indexed, contig: usize, guess: u64, until: u64) -> Result<Option<(u64, u32)>> {
        let Some(block) = self.blocks.find(&db.file, guess, until)? else { return Ok(None) };
        self.jump(db, block << 16)?;
        self.skip_line(db)?;
        let Some((chrom, found)) = self.head(db)? else { return Ok(None) };
        let same = self.text[self.at..self.at + chrom] == db.index.contigs()[contig].name;
        Ok(Some((self.line, if same { found } else { u32::MAX })))
    }

    /// Goes to a virtual offset where a line starts.
    fn jump(&mut self, db: &Indexed, offset: u64) -> Result<()> {
        let within = (offset & 0xffff) as usize;
        self.line = offset;
        let (from, block) = self.last;
        if block == offset >> 16 && within > 0 && from + within < self.text.len() {
            // In the block that was decoded last.
            self.at = from + within;
            return Ok(());
        }
        self.effort.jumps += 1;
        self.text.clear();
        self.at = 0;
        self.next = offset >> 16;
        if within > 0 {
            self.more(db)?;
            if within > self.text.len() {
                return Err(db.foreign("it points behind the end of a block"));
            }
            self.at = within;
        }
        Ok(())
    }

    /// Decodes one more block behind the current line's text; false at the end of the file.
    fn more(&mut self, db: &Indexed) -> Result<bool> {
        self.text.drain(..self.at);
        self.at = 0;
        self.last = (self.text.len(), self.next);
        self.effort.blocks += 1;
        match self.blocks.read(&db.file, self.next, &mut self.text)? {
            Some(next) => self.next = next,
            None => return Ok(false),
        }
        if self.text.len() > MAX_LINE {
            return Err(Error::data(format!("expected lines of at most {MAX_LINE} bytes, found a longer one"))
                .in_file(db.file.name()));
        }
        Ok(true)
    }

    /// Makes the line that starts at `at` in the text the current one.
    fn advance(&mut self, at: usize) {
        let (from, block) = self.last;
        self.line = if at == self.text.len() { self.next << 16 } else { block << 16 | (at - from) as u64 };
        self.at = at;
    }

    /// CHROM's length and POS of the current line; `None` at the end of the file.
    fn head(&mut self, db: &Indexed) -> Result<Option<(usize, u32)>> {
        loop {
            let rest = &self.text[self.at..];
            let chrom = memchr(b'\t', rest);
            if let Some((chrom, pos)) = chrom.and_then(|chrom| Some((chrom, memchr(b'\t', &rest[chrom + 1..])?))) {
                let pos = vdx_vcf::line::parse_pos(&rest[chrom + 1..chrom + 1 + pos]);
                return match pos {
                    Some(pos) if memchr(b'\n', &rest[..chrom]).is_none() => Ok(Some((chrom, pos))),
                    _ => Err(self.not_a_record(db)),
                };
            }
            if memchr(b'\n', rest).is_some() {
                return Err(self.not_a_record(db));
            }
            if !self.more(db)? {
                return if self.text.is_empty() { Ok(None) } else { Err(self.not_a_record(db)) };
            }
        }
    }

    /// Moves behind the current line, whose text is let go.
    fn skip_line(&mut self, db: &Indexed) -> Result<()> {
        while memchr(b'\n', &self.text[self.at..]).is_none() {
            self.at = self.text.len();
            if !self.more(db)? {
                return Ok(());
            }
        }
        let step = memchr(b'\n', &self.text[self.at..]).map_or(0, |step| step + 1);
        self.advance(self.at + step);
        Ok(())
    }

    /// Where the current line ends in the text, behind its line end.
    fn line_end(&mut self, db: &Indexed) -> Result<usize> {
        let mut searched = 0;
        loop {
            if let Some(step) = memchr(b'\n', &self.text[self.at + searched..]) {
                return Ok(self.at + searched + step + 1);
            }
            searched = self.text.len() - self.at;
            if !self.more(db)? {
                return Err(Error::data("expected a line end behind the last line, found none; the file is cut")
                    .in_file(db.file.name()));
            }
        }
    }

    fn not_a_record(&self, db: &Indexed) -> Error {
        let rest = &self.text[self.at..];
        let shown = String::from_utf8_lossy(&rest[..rest.len().min(40)]).into_owned();
        Error::data(format!("expected a record (CHROM, POS, ...) at virtual offset {}, found '{shown}'", self.line))
            .in_file(db.file.name())
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

    #[test]
    fn every_position_is_found_forward_backward_and_by_jumps() {
        let text = testing::vcf(4000);
        for block in [997, 60_000] {
            let dir = tempfile::tempdir().unwrap();
            let path = testing::write(dir.path(), "a.vcf.gz", text.as_bytes(), block);
            let db = open(&path, &Options::default()).unwrap().indexed;
            let expected = expected(&text);
            let mut positions: Vec<u32> = expected.keys().flat_map(|&(_, pos)| [pos - 1, pos, pos + 1]).collect();
            positions.sort_unstable();
            positions.dedup();
            positions.push(40_000_000);
            for step in [1, 7, 400] {
                let mut cursor = Cursor::new();
                let mut check = |contig: &'static str, pos: u32| {
                    let lines = expected.get(&(contig, pos)).cloned().unwrap_or_default();
                    assert_eq!(found(&mut cursor, &db, contig, pos), lines, "{contig}:{pos} block {block} step {step}");
                };
                for contig in ["1", "X", "2"] {
                    positions.iter().step_by(step).for_each(|&pos| check(contig, pos));
                    positions.iter().rev().step_by(step.max(30)).for_each(|&pos| check(contig, pos));
                }
            }
        }
    }
}
