//! Output as BGZF blocks: text is cut and compressed, whole input blocks that did not change go out as they came in.
//!
//! Where the cuts are depends on the bytes alone: a block ends after [`BLOCK_TEXT`] bytes of text, or before a block that
//! is copied, and whether one is copied depends on where the unchanged bytes stood in the input. Chunks and threads have
//! no say.

use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;

use vdx_hts::batch::{SourceBlock, SourceBlocks};
use vdx_hts::bgzf::{BLOCK_TEXT, Deflater};
use vdx_hts::error::{Error, Result};

use crate::jobs::Jobs;

/// Text that one job compresses.
const GROUP: usize = 8 * BLOCK_TEXT;
/// Smaller input blocks are not worth the cut that copying them makes in the text before.
const LEAST_COPIED: usize = BLOCK_TEXT / 2;
/// Copied blocks are written together up to this size.
const COPIED_AT_ONCE: usize = 1 << 18;

/// The encoder of a sink.
pub(super) struct Blocks {
    level: Option<u8>,
    deflater: Deflater,
    /// Groups of blocks that the worker threads compress.
    jobs: Option<Jobs<Vec<u8>>>,
    /// Encoders of theirs that have nothing to do.
    deflaters: Arc<Mutex<Vec<Deflater>>>,
    /// Text that is not handed to a job yet.
    text: Vec<u8>,
    /// Copied blocks that are not written yet; all of `text` comes behind them.
    copied: Vec<u8>,
    count: u64,
    /// Where the next byte of an unbroken run of kept input stands in the decoded input.
    next: Option<u64>,
    /// The input block that the end of the run has reached into.
    open: Option<Open>,
}

/// An input block of which the first bytes are kept and the others not seen yet.
struct Open {
    /// Where it ends in the decoded input.
    end: u64,
    /// The block as it is stored.
    raw: Vec<u8>,
    /// Where its bytes start in [`Blocks::text`].
    from: usize,
}

impl Blocks {
    /// `level` as in htslib, or the default.
    pub(crate) fn new(level: Option<u8>) -> Self {
        let deflater = Deflater::new(level);
        let (jobs, deflaters, text, copied) = (None, Arc::default(), Vec::new(), Vec::new());
        Self { level, deflater, jobs, deflaters, text, copied, count: 0, next: None, open: None }
    }

    pub(crate) fn compress_on(&mut self, pool: &Arc<ThreadPool>) {
        self.jobs = Some(Jobs::on(pool));
    }

    pub(crate) fn pool(&self) -> Option<&Arc<ThreadPool>> {
        self.jobs.as_ref().map(Jobs::pool)
    }

    /// How many input blocks were copied.
    pub(crate) fn copied(&self) -> u64 {
        self.count
    }

    /// Appends new text.
    pub(crate) fn write(&mut self, bytes: &[u8], file: &mut impl Write) -> Result<()> {
        self.next = None;
        self.open = None;
        self.append(bytes, file)
    }

    /// Appends text that stands at `at` in the decoded input, which came in `source`.
    pub(crate) fn write_kept(
        &mut self,
        bytes: &[u8],
        at: u64,
        source: SourceBlocks<'_>,
        file: &mut impl Write,
    ) -> Result<()> {
        // Something else went out in between: the block is not whole any more, and its text is compressed like any
        // other.
        if self.next != Some(at) {
            self.open = None;
        }
        let end = at + bytes.len() as u64;
        self.next = Some(end);
        let text = |from: u64, to: u64| &bytes[(from - at) as usize..(to - at) as usize];
        let mut from = at;
        if let Some(open) = &self.open {
            if end < open.end {
                return self.append(bytes, file);
            }
            from = open.end;
            if let Some(Open { raw, from, .. }) = self.open.take() {
                self.text.truncate(from);
                self.copy(&raw, file)?;
            }
        }
        let start_of = |block: &SourceBlock| source.base + block.text.start as u64;
        let first = source.blocks.partition_point(|block| start_of(block) < from);
        for block in &source.blocks[first..] {
            let (start, stop) = (start_of(block), source.base + block.text.end as u64);
            if start >= end {
                break;
            }
            if block.text.len() < LEAST_COPIED {
                continue;
            }
            self.append(text(from, start), file)?;
            from = start;
            let raw = &source.raw[block.raw.clone()];
            if stop <= end {
                self.copy(raw, file)?;
                from = stop;
            } else {
                // The rest comes with the next chunk, or it does not: the text waits uncompressed until that is
                // known. Otherwise where chunks end would decide which blocks are copied, and the bytes would depend
                // on --threads.
                self.open = Some(Open { end: stop, raw: raw.to_vec(), from: self.text.len() });
                break;
            }
        }
        self.append(text(from, end), file)
    }

    /// Writes all that is left. The end-of-file block is the sink's.
    pub(crate) fn finish(&mut self, file: &mut impl Write) -> Result<()> {
        self.open = None;
        self.compress(self.text.len(), file)?;
        self.write_copied(file)?;
        while let Some(blocks) = self.jobs.as_mut().map_or(Ok(None), Jobs::next)? {
            write_all(&blocks, file)?;
        }
        Ok(())
    }

    /// Puts a stored block behind the text so far.
    fn copy(&mut self, raw: &[u8], file: &mut impl Write) -> Result<()> {
        self.compress(self.text.len(), file)?;
        self.copied.extend_from_slice(raw);
        self.count += 1;
        if self.copied.len() >= COPIED_AT_ONCE { self.write_copied(file) } else { Ok(()) }
    }

    fn append(&mut self, mut bytes: &[u8], file: &mut impl Write) -> Result<()> {
        loop {
            // Text of an open block may yet be taken back.
            let certain = self.open.as_ref().map_or(self.text.len(), |open| open.from);
            if certain >= GROUP {
                self.compress(GROUP, file)?;
                continue;
            }
            if bytes.is_empty() {
                return Ok(());
            }
            let room = if self.open.is_some() { bytes.len() } else { GROUP - certain };
            let (now, later) = bytes.split_at(room.min(bytes.len()));
            self.text.extend_from_slice(now);
            bytes = later;
        }
    }

    /// Has the first `len` bytes of the text compressed.
    fn compress(&mut self, len: usize, file: &mut impl Write) -> Result<()> {
        if len == 0 {
            return Ok(());
        }
        self.write_copied(file)?;
        if let Some(open) = &mut self.open {
            open.from -= len;
        }
        let Some(jobs) = &mut self.jobs else {
            let blocks = deflate(&mut self.deflater, &self.text[..len]);
            self.text.drain(..len);
            return write_all(&blocks, file);
        };
        let rest = self.text.split_off(len);
        let text = std::mem::replace(&mut self.text, rest);
        let (deflaters, level) = (Arc::clone(&self.deflaters), self.level);
        jobs.spawn(move || {
            let spare = deflaters.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut deflater = spare.unwrap_or_else(|| Deflater::new(level));
            let blocks = deflate(&mut deflater, &text);
            deflaters.lock().unwrap_or_else(PoisonError::into_inner).push(deflater);
            blocks
        });
        self.keep_up(file)
    }

    /// Has the copied blocks written behind what was sent before.
    fn write_copied(&mut self, file: &mut impl Write) -> Result<()> {
        if self.copied.is_empty() {
            return Ok(());
        }
        let Some(jobs) = &mut self.jobs else {
            let blocks = std::mem::take(&mut self.copied);
            return write_all(&blocks, file);
        };
        jobs.put(std::mem::take(&mut self.copied));
        self.keep_up(file)
    }

    /// Writes until no more jobs are under way than may be.
    fn keep_up(&mut self, file: &mut impl Write) -> Result<()> {
        let Some(jobs) = &mut self.jobs else { return Ok(()) };
        while jobs.is_full()
            && let Some(blocks) = jobs.next()?
        {
            write_all(&blocks, file)?;
        }
        Ok(())
    }
}

fn write_all(bytes: &[u8], file: &mut impl Write) -> Result<()> {
    // The sink, which knows the name, adds it.
    file.write_all(bytes).map_err(|error| Error::io_unnamed(&error))
}

fn deflate(deflater: &mut Deflater, text: &[u8]) -> Vec<u8> {
    let mut blocks = Vec::with_capacity(text.len() / 2 + BLOCK_TEXT);
    for block in text.chunks(BLOCK_TEXT) {
        deflater.deflate(block, &mut blocks);
    }
    blocks
}
