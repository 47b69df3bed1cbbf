//! From line to line through the blocks of a file.

mod order;

use memchr::{memchr, memrchr, memrchr_iter};

use super::blocks::Blocks;
use super::check;
use super::find::Indexed;
use super::make::MAX_LINE;
use super::offsets::Contig;
use super::text::Text;
use crate::error::{Error, Result};

use self::order::Order;

/// The virtual offset of no line.
const NOWHERE: u64 = u64::MAX;

/// The current line and what is decoded behind it.
pub(super) struct Walk {
    pub(super) blocks: Blocks,
    /// Decoded text; the current line starts in it at `at`.
    text: Text,
    at: usize,
    /// The virtual offset of the current line.
    line: u64,
    /// The block decoded last: where it starts in `text`, and in the file. Lines that follow the current one start
    /// in it, because another block is only decoded when the current line goes on behind it.
    last: (usize, u64),
    /// The offset of the block that follows.
    next: u64,
    /// The last line whose CHROM and POS are in the block decoded last: where in `text` it starts, the length of its CHROM,
    /// and POS.
    tail: Option<(usize, usize, u32)>,
    order: Order,
    pub(super) effort: Effort,
}

/// What look-ups have cost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effort {
    /// Places gone to in a file, looks taken to find them included.
    pub jumps: u64,
    /// BGZF blocks inflated.
    pub blocks: u64,
}

impl Walk {
    /// Nowhere yet.
    pub(super) fn new() -> Self {
        Self {
            blocks: Blocks::new(),
            text: Text::default(),
            at: 0,
            line: NOWHERE,
            last: (0, 0),
            next: 0,
            tail: None,
            order: Order::default(),
            effort: Effort::default(),
        }
    }

    /// Leaves the place in the file: what follows is about lines of `contig`, which may be of another file.
    pub(super) fn leave_for(&mut self, contig: &Contig) {
        self.blocks.reset();
        self.clear();
        self.line = NOWHERE;
        self.order.name.clone_from(&contig.name);
        self.order.place = contig.bound(0)..contig.end();
        (self.order.near, self.order.far) = ((0, 0), (0, 0));
    }

    fn clear(&mut self) {
        self.text.clear();
        (self.at, self.tail) = (0, None);
    }

    /// The virtual offset of the current line; `None` before the first [`Walk::jump`].
    pub(super) fn line(&self) -> Option<u64> {
        (self.line != NOWHERE).then_some(self.line)
    }

    /// The block decoded last, and the one that follows.
    pub(super) fn here(&self) -> (u64, u64) {
        (self.last.1, self.next)
    }

    /// Whether to go to the line at that virtual offset takes no decoding.
    pub(super) fn holds(&self, offset: u64) -> bool {
        let (from, block) = self.last;
        let within = (offset & 0xffff) as usize;
        offset == self.line || (block == offset >> 16 && within > 0 && from + within < self.text.len())
    }

    /// Virtual offset, CHROM and POS of the last line that starts in the text, as far as the text tells.
    pub(super) fn tail(&self) -> Option<(u64, &[u8], u32)> {
        let (from, block) = self.last;
        let (at, chrom, pos) = self.tail?;
        Some((block << 16 | (at - from) as u64, &self.text[at..at + chrom], pos))
    }

    /// Virtual offset and POS of the line that was last walked over; zeros where there is none.
    pub(super) fn near(&self) -> (u64, u32) {
        self.order.near
    }

    /// Whether the current line starts in the same block as another one.
    pub(super) fn shares_block(&self, (offset, _): (u64, u32)) -> bool {
        self.line >> 16 == offset >> 16
    }

    /// Whether no other line ends before the current one in its block, as far as that is decoded still.
    pub(super) fn starts_block(&self) -> bool {
        let (from, _) = self.last;
        self.at <= from || memchr(b'\n', &self.text[from..self.at - 1]).is_none()
    }

    /// Where the block starts that follows the one decoded last, and the highest POS before it that was seen; `None` where
    /// lines behind it were seen, too.
    pub(super) fn behind(&self) -> Option<(u64, u32)> {
        let (offset, pos) = self.order.far;
        (offset >> 16 < self.next).then_some((self.next, pos))
    }

    /// Whether lines of a block, or of one behind it, were seen.
    pub(super) fn came_to(&self, block: u64) -> bool {
        self.order.far.0 >> 16 >= block
    }

    /// Walks over the current line, whose POS is `pos` and known to be in order.
    pub(super) fn pass(&mut self, pos: u32) {
        self.order.near = (self.line, pos);
    }

    /// Whether the current line, whose POS is `pos`, is where it should be; `ours`: it is of the contig that is asked for.
    #[inline]
    pub(super) fn fits(&self, ours: bool, pos: u32) -> bool {
        self.order.fits(self.line, ours, pos)
    }

    /// The error for the current line where it does not fit.
    pub(super) fn misfit(&self, db: &Indexed) -> Error {
        let locus = place(&self.text[self.at..]).unwrap_or((&self.order.name, 0));
        self.order.error(db, self.line, locus)
    }

    /// Goes to a virtual offset where a line, or a block, starts.
    pub(super) fn jump(&mut self, db: &Indexed, offset: u64) -> Result<()> {
        if offset == self.line {
            return Ok(());
        }
        let within = (offset & 0xffff) as usize;
        let held = self.holds(offset);
        self.line = offset;
        if held {
            self.at = self.last.0 + within;
            return Ok(());
        }
        self.effort.jumps += 1;
        self.clear();
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
        // Lines that were passed are let go: there is never more text than a line and a block.
        self.text.let_go(self.at);
        (self.at, self.tail) = (0, None);
        self.last = (self.text.len(), self.next);
        self.effort.blocks += 1;
        match self.blocks.read_on(&db.file, self.next, &mut self.text)? {
            Some(next) => self.next = next,
            // The end block shows that nothing is missing: a last line without its end is whole.
            None if !self.text.is_empty() && !self.text.ends_with(b"\n") && db.file.is_ended() => {
                self.text.push(b'\n');
                return Ok(true);
            }
            None => return Ok(false),
        }
        if self.text.len() > MAX_LINE {
            return Err(Error::data(format!("expected lines of at most {MAX_LINE} bytes, found a longer one"))
                .in_file(db.file.name()));
        }
        let from = self.last.0;
        let mut lines = memrchr_iter(b'\n', &self.text[from..]).map(|end| from + end + 1);
        self.tail = lines.find_map(|line| place(&self.text[line..]).map(|(chrom, pos)| (line, chrom.len(), pos)));
        self.see_tail(db)?;
        Ok(true)
    }

    /// Takes notice of the line before the current one, if it starts in the same block, which is decoded still. By the
    /// index it is before POS `until`.
    pub(super) fn see_previous(&self, db: &Indexed, until: u32) -> Result<()> {
        let (from, block) = self.last;
        let Some(before) = self.at.checked_sub(1).and_then(|end| self.text.get(from..end)) else { return Ok(()) };
        let Some(start) = memrchr(b'\n', before).map(|end| from + end + 1) else { return Ok(()) };
        let Some((chrom, pos)) = place(&self.text[start..]) else { return Ok(()) };
        let offset = block << 16 | (start - from) as u64;
        let ours = chrom == self.order.name;
        if !self.order.fits(offset, ours, pos) {
            return Err(self.order.error(db, offset, (chrom, pos)));
        }
        if ours && pos >= until { Err(check::beyond(&db.file, (chrom, pos), (chrom, until))) } else { Ok(()) }
    }

    /// Takes notice of the last line that starts in the block decoded last.
    fn see_tail(&mut self, db: &Indexed) -> Result<()> {
        let Some((offset, chrom, pos)) = self.tail() else { return Ok(()) };
        let ours = chrom == self.order.name;
        if !self.order.fits(offset, ours, pos) {
            return Err(self.order.error(db, offset, (chrom, pos)));
        }
        if ours {
            self.order.far = self.order.far.max((offset, pos));
        }
        Ok(())
    }

    /// Makes the line that starts at `at` in the text the current one.
    fn advance(&mut self, at: usize) {
        let (from, block) = self.last;
        self.line = if at == self.text.len() { self.next << 16 } else { block << 16 | (at - from) as u64 };
        self.at = at;
    }

    /// CHROM and POS of the current line; `None` at the end of the file.
    pub(super) fn head(&mut self, db: &Indexed) -> Result<Option<(&[u8], u32)>> {
        loop {
            if let Some((chrom, pos)) = place(&self.text[self.at..]).map(|(chrom, pos)| (chrom.len(), pos)) {
                return Ok(Some((&self.text[self.at..self.at + chrom], pos)));
            }
            if memchr(b'\n', &self.text[self.at..]).is_some() {
                return Err(self.not_a_record(db));
            }
            if !self.more(db)? {
                return if self.text.is_empty() { Ok(None) } else { Err(self.not_a_record(db)) };
            }
        }
    }

    /// Moves behind the current line, whose text is let go.
    pub(super) fn skip_line(&mut self, db: &Indexed) -> Result<()> {
        loop {
            if let Some(step) = memchr(b'\n', &self.text[self.at..]) {
                self.advance(self.at + step + 1);
                return Ok(());
            }
            self.at = self.text.len();
            if !self.more(db)? {
                return Ok(());
            }
        }
    }

    /// Calls `each` with the current line and its line end, and moves behind it.
    pub(super) fn take_line(&mut self, db: &Indexed, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
        let mut searched = 0;
        loop {
            if let Some(step) = memchr(b'\n', &self.text[self.at + searched..]) {
                let end = self.at + searched + step + 1;
                each(&self.text[self.at..end])?;
                self.advance(end);
                return Ok(());
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

/// CHROM and POS of the record that starts `text`, if both are there.
pub(super) fn place(text: &[u8]) -> Option<(&[u8], u32)> {
    // Both are a few bytes long, where a plain loop beats a call into memchr.
    let field =
        |text: &[u8]| text.iter().position(|&byte| matches!(byte, b'\t' | b'\n')).filter(|&end| text[end] == b'\t');
    let (chrom, rest) = text.split_at(field(text)?);
    let rest = &rest[1..];
    Some((chrom, vdx_vcf::line::parse_pos(&rest[..field(rest)?])?))
}
