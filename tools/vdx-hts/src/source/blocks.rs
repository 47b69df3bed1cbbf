//! BGZF as it comes: whole blocks, not inflated yet, and what is wrong where they end.

use std::io;

use super::{Raw, Stop, append};
use crate::batch::{Batch, HEADROOM, SourceBlock};
use crate::bgzf;
use crate::error::Error;

/// BGZF blocks as they come.
pub(super) struct Blocks {
    raw: Raw,
    /// Offset of the next block.
    offset: u64,
    /// Whether the last block read was an empty one, as a complete file's is.
    ends_empty: bool,
    /// A block that no longer fitted the last batch.
    waiting: Vec<u8>,
}

impl Blocks {
    /// The blocks of `raw`, which stands at the first one.
    pub(super) fn new(raw: Raw) -> Self {
        Self { raw, offset: 0, ends_empty: false, waiting: Vec::new() }
    }

    /// Adds whole blocks until their decoded bytes would pass `limit`.
    pub(super) fn fill(&mut self, batch: &mut Batch, limit: usize) -> std::result::Result<(), Stop> {
        let mut text = 0;
        loop {
            let from = batch.raw.len();
            if self.waiting.is_empty() {
                match self.read_block(&mut batch.raw) {
                    Ok(true) => {}
                    Ok(false) => return Ok(()),
                    Err(stop) => {
                        batch.raw.truncate(from);
                        return Err(stop);
                    }
                }
            } else {
                batch.raw.append(&mut self.waiting);
            }
            let block = &batch.raw[from..];
            let len = bgzf::text_len(block);
            if len > bgzf::MAX_BLOCK {
                return Err(self.damaged(&format!("a block claims {len} bytes, the most is {}", bgzf::MAX_BLOCK)));
            }
            if text + len > limit {
                self.waiting = batch.raw.split_off(from);
                return Ok(());
            }
            let size = block.len();
            batch.blocks.push(SourceBlock { offset: self.offset, raw: from..from + size, text: text..text + len });
            self.offset += size as u64;
            text += len;
            batch.end = HEADROOM + text;
        }
    }

    /// Appends the next block to `block`; `false` at a proper end.
    fn read_block(&mut self, block: &mut Vec<u8>) -> std::result::Result<bool, Stop> {
        let from = block.len();
        let failed = |error: io::Error| Stop::Failed(Error::io_unnamed(&error));
        let read = append(&mut self.raw, block, bgzf::FIXED_HEADER).map_err(failed)?;
        if read == 0 {
            // Nothing else shows that a file which was cut between two blocks is not whole (SAM specification,
            // section 4.1.2); readers that do not ask for the end block take what is there for all, or only warn.
            return if self.ends_empty {
                Ok(false)
            } else {
                Err(self.truncated("it ends without the end-of-file block"))
            };
        }
        if read == bgzf::FIXED_HEADER && !bgzf::is_header(&block[from..]) {
            return Err(self.damaged("expected a block, found other bytes"));
        }
        let extra = if read == bgzf::FIXED_HEADER { bgzf::extra_len(&block[from..]) } else { usize::MAX };
        if extra == usize::MAX || append(&mut self.raw, block, extra).map_err(failed)? < extra {
            return Err(self.truncated("it ends inside a block header"));
        }
        let size = bgzf::block_size(&block[from + bgzf::FIXED_HEADER..]);
        let Some(rest) = size.and_then(|size| size.checked_sub(block.len() - from)).filter(|&rest| rest > 8) else {
            return Err(self.damaged("expected a block, found a gzip member of another kind"));
        };
        if append(&mut self.raw, block, rest).map_err(failed)? < rest {
            return Err(self.truncated("it ends inside a block"));
        }
        self.ends_empty = bgzf::text_len(&block[from..]) == 0;
        Ok(true)
    }

    fn truncated(&self, what: &str) -> Stop {
        Stop::Truncated(format!("truncated BGZF: {what} (at byte {})", self.offset))
    }

    fn damaged(&self, what: &str) -> Stop {
        Stop::Failed(Error::data(format!(
            "damaged BGZF: {what} (at byte {}); fetch or make the file again",
            self.offset
        )))
    }
}
