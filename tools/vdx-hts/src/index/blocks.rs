//! Single BGZF blocks of a file by their offset, read with `pread` so that threads share one open file.

use std::fs::File;
use std::ops::Range;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use memchr::memmem;

use super::text::Text;
use crate::bgzf::{self, EOF_BLOCK, Inflater, MAX_BLOCK};
use crate::error::{Error, Result};

/// The first read behind a jump; grows while reading goes on from there.
const FIRST_READ: usize = 1 << 16;

/// The most that is read at once: more would not stay in the processor's caches until it is decoded.
const LONGEST_READ: usize = 1 << 18;

/// How far one may go on, or back, without reading what is between twice.
const NEAR: usize = 1 << 16;

/// A BGZF header with nothing but the `BC` subfield.
const HEADER: usize = 18;

/// An opened BGZF file.
#[derive(Debug)]
pub struct BgzfFile {
    file: File,
    path: PathBuf,
    size: u64,
    ended: bool,
}

impl BgzfFile {
    /// Opens a BGZF file, and says of any other file how to make it one.
    ///
    /// # Errors
    /// The file cannot be read, is not BGZF, or was cut: its last block is not the empty one (unless
    /// `allow_truncated`).
    pub fn open(path: &Path, allow_truncated: bool) -> Result<Self> {
        let name = path.display().to_string();
        let failed = |error: &std::io::Error| Error::io(name.clone(), error);
        let file = File::open(path).map_err(|error| failed(&error))?;
        let about = file.metadata().map_err(|error| failed(&error))?;
        if !about.is_file() {
            return Err(Error::data("expected a regular file to look positions up in").in_file(name));
        }
        let mut this = Self { file, path: path.to_owned(), size: about.len(), ended: false };
        let mut head = [0; HEADER];
        let is_bgzf = this.size >= HEADER as u64 && {
            this.read_at(0, &mut head)?;
            block_size(&head).is_some()
        };
        if !is_bgzf {
            let found = if head.starts_with(&[0x1f, 0x8b]) { "plain gzip" } else { "something else" };
            return Err(Error::data(format!(
                "expected a BGZF-compressed file, found {found}; compress it with bgzip to look positions up in it"
            ))
            .in_file(name));
        }
        let mut tail = [0; EOF_BLOCK.len()];
        this.ended = this.size >= tail.len() as u64 && {
            this.read_at(this.size - tail.len() as u64, &mut tail)?;
            tail == EOF_BLOCK
        };
        if !this.ended && !allow_truncated {
            return Err(Error::data(
                "expected the empty BGZF block at the end, found other data: the file is cut; fetch it again, or use --allow-truncated",
            )
            .in_file(name));
        }
        Ok(this)
    }

    /// The path as given.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The path for messages.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Whether the block that ends such files is there: then a last line without a line end is whole.
    pub fn is_ended(&self) -> bool {
        self.ended
    }

    /// Compressed size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, at: u64, buffer: &mut [u8]) -> Result<()> {
        self.file.read_exact_at(buffer, at).map_err(|error| Error::io(self.name(), &error))
    }
}

/// The size of the block whose header starts `head`, if one does.
fn block_size(head: &[u8]) -> Option<usize> {
    if !bgzf::is_header(head) {
        return None;
    }
    let extra = head.get(bgzf::FIXED_HEADER..bgzf::FIXED_HEADER + bgzf::extra_len(head))?;
    bgzf::block_size(extra)
}

/// Reads blocks of one file; one per thread.
pub(super) struct Blocks {
    inflater: Inflater,
    /// The start of a block that was looked into.
    prefix: Vec<u8>,
    /// Bytes of the file: the first `held` of these.
    window: Vec<u8>,
    held: usize,
    /// Where in the file the window starts.
    from: u64,
    /// How much the next read takes.
    ahead: usize,
}

impl Blocks {
    pub(super) fn new() -> Self {
        Self { inflater: Inflater::new(), prefix: Vec::new(), window: Vec::new(), held: 0, from: 0, ahead: FIRST_READ }
    }

    /// Forgets what was read: the next call may be about another file.
    pub(super) fn reset(&mut self) {
        self.held = 0;
    }

    /// Decodes the block at offset `at` behind what `text` holds, and returns where the next one starts; `None` at
    /// the end of the file.
    pub(super) fn read(&mut self, file: &BgzfFile, at: u64, text: &mut Vec<u8>) -> Result<Option<u64>> {
        let Some(block) = self.block(file, at)? else { return Ok(None) };
        let next = at + block.len() as u64;
        self.inflater.inflate(&self.window[block], text).map_err(|error| error.in_file(file.name()))?;
        Ok(Some(next))
    }

    /// [`Blocks::read`] for who keeps on reading.
    pub(super) fn read_on(&mut self, file: &BgzfFile, at: u64, text: &mut Text) -> Result<Option<u64>> {
        let Some(block) = self.block(file, at)? else { return Ok(None) };
        let next = at + block.len() as u64;
        let block = &self.window[block];
        let inflated = bgzf::checked_text_len(block)
            .and_then(|len| text.append(len, |room| self.inflater.inflate_into(block, room)));
        inflated.map_err(|error| error.in_file(file.name()))?;
        Ok(Some(next))
    }

    /// Decodes at most `len` bytes of the block at offset `at`, unchecked ([`Inflater::peek_into`]), and returns them
    /// with where the next one starts; `None` at the end of the file.
    pub(super) fn peek(&mut self, file: &BgzfFile, at: u64, len: usize) -> Result<Option<(&[u8], u64)>> {
        let Some(block) = self.block(file, at)? else { return Ok(None) };
        let next = at + block.len() as u64;
        self.prefix.resize(len, 0);
        let found = self.inflater.peek_into(&self.window[block], &mut self.prefix);
        Ok(Some((&self.prefix[..found], next)))
    }

    /// Where the block that follows the one at offset `at` starts; the end of the file behind the last.
    pub(super) fn next(&mut self, file: &BgzfFile, at: u64) -> Result<u64> {
        Ok(self.block(file, at)?.map_or(file.size, |block| at + block.len() as u64))
    }

    /// Where in the window the block at offset `at` is; `None` at the end of the file.
    fn block(&mut self, file: &BgzfFile, at: u64) -> Result<Option<Range<usize>>> {
        if at >= file.size {
            return Ok(None);
        }
        let damaged = |what: &str| Error::data(format!("at byte {at}: {what}")).in_file(file.name());
        let head = self.window(file, at, HEADER)?;
        let size = if head.len() < HEADER {
            None
        } else {
            let extra = bgzf::FIXED_HEADER + bgzf::extra_len(head);
            block_size(self.window(file, at, extra)?)
        };
        let size = size.ok_or_else(|| damaged("expected a BGZF block, found none; the file is damaged"))?;
        if self.window(file, at, size)?.len() < size {
            return Err(damaged("the file ends inside a BGZF block; fetch it again"));
        }
        let from = (at - self.from) as usize;
        Ok(Some(from..from + size))
    }

    /// The offset of the first block that starts at `from` or behind, and before `until`.
    pub(super) fn find(&mut self, file: &BgzfFile, from: u64, until: u64) -> Result<Option<u64>> {
        let mut at = from;
        while at < until.min(file.size) {
            let window = self.window(file, at, MAX_BLOCK + HEADER)?;
            // The magic may stand in compressed bytes by chance, once in 4 GiB: it starts a block only if another
            // one, or the end of the file, follows where the header says.
            let Some(step) = memmem::find(window, &[0x1f, 0x8b, 0x08, 0x04]) else {
                at += (window.len().saturating_sub(3)).max(1) as u64;
                continue;
            };
            let candidate = at + step as u64;
            if candidate >= until {
                return Ok(None);
            }
            if self.starts_block(file, candidate)? {
                return Ok(Some(candidate));
            }
            at = candidate + 1;
        }
        Ok(None)
    }

    /// Whether a block starts there: a header, and behind what it covers another one or the end of the file.
    pub(super) fn starts_block(&mut self, file: &BgzfFile, at: u64) -> Result<bool> {
        if at >= file.size {
            return Ok(at == file.size);
        }
        let head = self.window(file, at, MAX_BLOCK)?;
        let Some(size) = (head.len() >= HEADER).then(|| block_size(head)).flatten() else { return Ok(false) };
        let next = at + size as u64;
        if next >= file.size {
            return Ok(next == file.size);
        }
        let head = self.window(file, next, HEADER)?;
        Ok(head.len() >= HEADER && block_size(head).is_some())
    }

    /// The bytes of the file from `at`: at least `need` of them, or what is left.
    fn window(&mut self, file: &BgzfFile, at: u64, need: usize) -> Result<&[u8]> {
        let end = self.from + self.held as u64;
        let need = (need as u64).min(file.size.saturating_sub(at));
        if at < self.from || at + need > end {
            if self.held > 0 && at >= self.from && at <= end + NEAR as u64 {
                self.ahead = (self.ahead * 2).min(LONGEST_READ);
                let behind = (at - self.from).saturating_sub(NEAR as u64) as usize;
                self.window.copy_within(behind..self.held, 0);
                self.held -= behind;
                self.from += behind as u64;
            } else {
                self.ahead = FIRST_READ;
                (self.held, self.from) = (0, at);
            }
            let held = std::mem::take(&mut self.held);
            let until = (at + need).max(self.from + (held + self.ahead) as u64).min(file.size);
            let len = until.saturating_sub(self.from) as usize;
            if self.window.len() < len {
                self.window.resize(len, 0);
            }
            file.read_at(self.from + held as u64, &mut self.window[held..len])?;
            self.held = len;
        }
        Ok(&self.window[..self.held][(at - self.from) as usize..])
    }
}
