//! BGZF at level 0: blocks are cut and framed, and text that was kept of the input is written from where it stands.
//!
//! A block ends after [`BLOCK_TEXT`] bytes, as elsewhere. What costs time is its checksum, which the workers make.

use std::io::IoSlice;
use std::ops::Range;
use std::sync::Arc;

use rayon::ThreadPool;
use vdx_hts::batch::Batch;
use vdx_hts::bgzf::{BLOCK_TEXT, StoredFrame};
use vdx_hts::error::{Error, Result};

use super::destination::Watched;
use super::vectored;
use crate::jobs::Jobs;

/// Blocks of one job.
const BLOCKS: usize = 8;
/// Fewer bytes are copied: that is less than a part of their own costs.
const LEAST_SHARED: usize = 1 << 10;
/// Longer batches are copied from: they have to go before there is room for another one.
const LONGEST_SHARED: usize = 2 << 20;

/// The writer of such blocks.
#[derive(Default)]
pub(super) struct Stored {
    jobs: Option<Jobs<Group>>,
    /// What is not handed to a job yet: no more than the last block is begun.
    group: Group,
}

impl Stored {
    /// Lets `pool` make checksums from now on.
    pub(crate) fn work_on(&mut self, pool: &Arc<ThreadPool>) {
        self.jobs = Some(Jobs::on(pool));
    }

    pub(crate) fn pool(&self) -> Option<&Arc<ThreadPool>> {
        self.jobs.as_ref().map(Jobs::pool)
    }

    /// Appends new text.
    pub(crate) fn write(&mut self, mut bytes: &[u8], file: &mut Watched) -> Result<()> {
        while !bytes.is_empty() {
            let (now, later) = bytes.split_at(bytes.len().min(self.group.room()));
            self.group.copy(now);
            self.send_whole(file)?;
            bytes = later;
        }
        Ok(())
    }

    /// Appends what stands at `range` in the text of `batch`.
    pub(crate) fn write_kept(&mut self, batch: &Arc<Batch>, range: Range<usize>, file: &mut Watched) -> Result<()> {
        if range.len() < LEAST_SHARED || batch.text.len() > LONGEST_SHARED {
            return self.write(&batch.text[range], file);
        }
        // It waits for what fills the block, and that may be what its permit is needed for.
        batch.release();
        let Range { mut start, end } = range;
        while start < end {
            let middle = end.min(start + self.group.room());
            self.group.share(batch, start..middle);
            self.send_whole(file)?;
            start = middle;
        }
        Ok(())
    }

    /// Writes all that is left. The end-of-file block is the sink's.
    pub(crate) fn finish(&mut self, file: &mut Watched) -> Result<()> {
        self.send(file)?;
        while let Some(group) = self.jobs.as_mut().map_or(Ok(None), Jobs::next)? {
            group.write(file)?;
        }
        Ok(())
    }

    fn send_whole(&mut self, file: &mut Watched) -> Result<()> {
        if self.group.len == BLOCKS * BLOCK_TEXT { self.send(file) } else { Ok(()) }
    }

    fn send(&mut self, file: &mut Watched) -> Result<()> {
        let mut group = std::mem::take(&mut self.group);
        let Some(jobs) = &mut self.jobs else {
            group.frame();
            return group.write(file);
        };
        jobs.spawn(move || {
            group.frame();
            group
        });
        while jobs.is_full()
            && let Some(group) = jobs.next()?
        {
            group.write(file)?;
        }
        Ok(())
    }
}

/// Blocks that are framed and written together.
#[derive(Default)]
struct Group {
    /// All blocks but the last are full; none is empty.
    blocks: Vec<Vec<Part>>,
    /// Text that was copied.
    own: Vec<u8>,
    /// Bytes of text.
    len: usize,
    frames: Vec<StoredFrame>,
}

/// Some text of a block.
enum Part {
    /// In [`Group::own`].
    Own(Range<usize>),
    /// In the text of a batch.
    Shared(Arc<Batch>, Range<usize>),
}

impl Group {
    /// Bytes that the last block has room for, or the next one.
    fn room(&self) -> usize {
        BLOCK_TEXT - self.len % BLOCK_TEXT
    }

    /// The block that is not full, for `bytes` more.
    fn block(&mut self, bytes: usize) -> &mut Vec<Part> {
        if self.len.is_multiple_of(BLOCK_TEXT) {
            self.blocks.push(Vec::new());
        }
        self.len += bytes;
        let last = self.blocks.len() - 1;
        &mut self.blocks[last]
    }

    fn copy(&mut self, text: &[u8]) {
        let from = self.own.len();
        self.own.extend_from_slice(text);
        let to = self.own.len();
        let block = self.block(text.len());
        match block.last_mut() {
            Some(Part::Own(before)) => before.end = to,
            _ => block.push(Part::Own(from..to)),
        }
    }

    fn share(&mut self, batch: &Arc<Batch>, range: Range<usize>) {
        self.block(range.len()).push(Part::Shared(Arc::clone(batch), range));
    }

    fn text<'g>(&'g self, part: &'g Part) -> &'g [u8] {
        match part {
            Part::Own(range) => &self.own[range.clone()],
            Part::Shared(batch, range) => &batch.text[range.clone()],
        }
    }

    fn frame(&mut self) {
        let frame = |block: &Vec<Part>| StoredFrame::of(block.iter().map(|part| self.text(part)));
        self.frames = self.blocks.iter().map(frame).collect();
    }

    /// Writes the blocks, once they have frames.
    fn write(&self, file: &mut Watched) -> Result<()> {
        let mut bytes = Vec::with_capacity(2 * BLOCKS + self.blocks.iter().map(Vec::len).sum::<usize>());
        for (block, frame) in self.blocks.iter().zip(&self.frames) {
            bytes.push(IoSlice::new(&frame.head));
            bytes.extend(block.iter().map(|part| IoSlice::new(self.text(part))));
            bytes.push(IoSlice::new(&frame.foot));
            file.stored(block.iter().map(|part| self.text(part).len()).sum());
        }
        // The sink, which knows the name, adds it.
        vectored::write_all(file.file, &mut bytes).map_err(|error| Error::io_unnamed(&error))
    }
}
