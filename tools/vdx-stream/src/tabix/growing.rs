//! The index of a BGZF file that is being written.

use std::path::{Path, PathBuf};

use memchr::memchr;
use tempfile::NamedTempFile;

use super::IndexKind;
use super::open::{suffixed, temporary};
use super::rows::Rows;
use crate::bgzf;
use crate::error::{Error, Result};

/// Gathers rows from the text on its way to the compressor, by their offset in the text, and what blocks hold when they
/// are written, which is later.
pub(crate) struct Growing {
    rows: Rows,
    /// A line whose end has not come yet.
    unfinished: Vec<u8>,
    /// Bytes of text so far.
    text: u64,
    /// Where the blocks start in the text and in the file.
    blocks: Vec<(u64, u64)>,
    /// Text and compressed bytes of the blocks so far.
    size: (u64, u64),
}

impl Growing {
    pub(crate) fn new(kind: IndexKind) -> Self {
        Self { rows: Rows::new(kind), unfinished: Vec::new(), text: 0, blocks: Vec::new(), size: (0, 0) }
    }

    pub(crate) fn kind(&self) -> IndexKind {
        self.rows.kind()
    }

    /// The next bytes of text; lines may go on from call to call.
    pub(crate) fn text(&mut self, mut bytes: &[u8]) -> Result<()> {
        while let Some(at) = memchr(b'\n', bytes) {
            let (line, rest) = bytes.split_at(at + 1);
            let end = self.text + line.len() as u64;
            if self.unfinished.is_empty() {
                self.rows.add(line, self.text, end)?;
            } else {
                let start = self.text - self.unfinished.len() as u64;
                self.unfinished.extend_from_slice(line);
                self.rows.add(&self.unfinished, start, end)?;
                self.unfinished.clear();
            }
            (self.text, bytes) = (end, rest);
        }
        self.unfinished.extend_from_slice(bytes);
        self.text += bytes.len() as u64;
        Ok(())
    }

    /// The next blocks as they are written.
    pub(crate) fn blocks(&mut self, mut blocks: &[u8]) {
        while blocks.len() > bgzf::FIXED_HEADER {
            let extra = blocks.get(bgzf::FIXED_HEADER..bgzf::FIXED_HEADER + bgzf::extra_len(blocks));
            let size = extra.and_then(bgzf::block_size).unwrap_or(blocks.len());
            let Some((block, rest)) = blocks.split_at_checked(size) else { return };
            self.blocks.push(self.size);
            self.size = (self.size.0 + bgzf::text_len(block) as u64, self.size.1 + size as u64);
            blocks = rest;
        }
    }

    /// Writes the index of the file that will be called `file` beside it, under a name that is not final: with the
    /// end-of-file block, all blocks are written.
    pub(crate) fn finish(self, file: &Path) -> Result<(NamedTempFile, PathBuf)> {
        let path = suffixed(file, self.kind().suffix());
        let Self { rows, blocks, .. } = self;
        let virtual_of = |text: u64| {
            // The last block that starts there: behind a full one, or behind all, it is the next.
            let behind = blocks.partition_point(|&(start, _)| start <= text);
            let (start, block) = blocks[..behind].last().copied().unwrap_or_default();
            (block << 16) | (text - start)
        };
        let temporary = temporary(&rows.finish(virtual_of), &path);
        Ok((temporary.map_err(|error| Error::io(path.display().to_string(), &error))?, path))
    }
}
