//! Single BGZF blocks of a file by their offset, read with `pread` so that threads share one open file.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use memchr::memmem;

use crate::bgzf::{self, EOF_BLOCK, Inflater, MAX_BLOCK};
use crate::error::{Error, Result};

/// The first read behind a jump; grows while reading goes on from there.
const FIRST_READ: usize = 1 << 16;

/// The most that is read at once.
const LONGEST_READ: usize = 1 << 20;

/// A BGZF header with nothing but the `BC` subfield.
const HEADER: usize = 18;

/// An opened BGZF file.
#[derive(Debug)]
pub struct BgzfFile {
    file: File,
    path: PathBuf,
    size: u64,
    modified: Option<SystemTime>,
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
        let this = Self { file, path: path.to_owned(), size: about.len(), modified: about.modified().ok() };
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
        let ended = this.size >= tail.len() as u64 && {
            this.read_at(this.size - tail.len() as u64, &mut tail)?;
            tail == EOF_BLOCK
        };
        if !ended && !allow_truncated {
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

    /// Compressed size in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// When the file was last changed, where the system knows.
    pub fn modified(&self) -> Option<SystemTime> {
        self.modified
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
    window: Vec<u8>,
    /// Where in the file the window starts.
    from: u64,
    /// How much the next read takes.
    ahead: usize,
}

impl Blocks {
    pub(super) fn new() -> Self {
        Self { inflater: Inflater::new(), window: Vec::new(), from: 0, ahead: FIRST_READ }
    }

    /// Forgets what was read: the next call may be about another file.
    pub(super) fn reset(&mut self) {
        self.window.clear();
        self.ahead = FIRST_READ;
    }

    /// Decodes the block at offset `at` behind what `text` holds, and returns where the next one starts; `None` at
    /// the end of the file.
    pub(super) fn read(&mut self, file: &BgzfFile, at: u64, text: &mut Vec<u8>) -> Result<Option<u64>> {
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
        self.window(file, at, size)?;
        let from = (at - self.from) as usize;
        let Some(block) = self.window.get(from..from + size) else {
            return Err(damaged("the file ends inside a BGZF block; fetch it again"));
        };
        self.inflater.inflate(block, text).map_err(|error| error.in_file(file.name()))?;
        Ok(Some(at + size as u64))
    }

    /// The offset of the first block that starts at `from` or behind, and before `until`.
    pub(super) fn find(&mut self, file: &BgzfFile, from: u64, until: u64) -> Result<Option<u64>> {
        let mut at = from;
        while at < until.min(file.size) {
            let window = self.window(file, at, MAX_BLOCK + HEADER)?;
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
        let end = self.from + self.window.len() as u64;
        let left = file.size.saturating_sub(at);
        let need = (need as u64).min(left);
        if at < self.from || at + need > end {
            let goes_on = !self.window.is_empty() && at >= self.from && at <= end;
            self.ahead = if goes_on { (self.ahead * 2).min(LONGEST_READ) } else { FIRST_READ };
            let len = need.max(self.ahead as u64).min(left) as usize;
            self.window.resize(len, 0);
            self.from = at;
            if let Err(error) = file.read_at(at, &mut self.window) {
                self.window.clear();
                return Err(error);
            }
        }
        Ok(&self.window[(at - self.from) as usize..])
    }
}
