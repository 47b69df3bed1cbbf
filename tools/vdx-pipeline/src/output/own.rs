//! The chunk's own records: in the batch they were read in, in another form, or on disk.

use std::ops::Range;
use std::sync::Arc;

use vdx_hts::batch::{Batch, SourceBlock, SourceBlocks};
use vdx_hts::error::Result;
use vdx_hts::spill::Spilled;

use crate::chunker::Cut;

/// Where the chunk's records stand.
pub(super) enum Own {
    /// As they were read.
    Read(Cut),
    /// In another form; the batch they were read in goes with its permit.
    Turned(Arc<Vec<u8>>, Option<Cut>),
    /// On disk, with the blocks they came in.
    Spilled(Spilled, Option<Box<SpilledBlocks>>),
}

/// Where kept records come from.
pub(crate) struct Origin<'a> {
    /// Their first byte's offset in the decoded source.
    pub at: u64,
    /// The blocks they came in.
    pub source: SourceBlocks<'a>,
    /// The batch whose text still has them, and from where on.
    pub batch: Option<(&'a Arc<Batch>, usize)>,
}

/// What [`SourceBlocks`] shows, of records on disk.
pub(super) struct SpilledBlocks {
    /// Where the first byte of the records stands in the decoded source.
    at: u64,
    base: u64,
    blocks: Vec<SourceBlock>,
    raw: Spilled,
}

impl Own {
    pub(crate) fn records(&self) -> &[u8] {
        match self {
            Self::Read(cut) => &cut.batch.text[cut.range.clone()],
            Self::Turned(records, _) => records,
            Self::Spilled(records, _) => records,
        }
    }

    /// Where the records from the byte at `start` on come from; `None` where they are no longer what was read.
    pub(crate) fn origin(&self, start: usize) -> Option<Origin<'_>> {
        match self {
            // Where -t and -T dropped records the others no longer stand as in the source: no block of it is whole.
            Self::Read(cut) if !cut.batch.compacted => Some(Origin {
                at: first_byte(cut) + start as u64,
                source: cut.batch.source_blocks(),
                batch: Some((&cut.batch, cut.range.start + start)),
            }),
            Self::Spilled(_, Some(spilled)) => {
                let SpilledBlocks { at, base, blocks, raw } = &**spilled;
                Some(Origin { at: at + start as u64, source: SourceBlocks { base: *base, blocks, raw }, batch: None })
            }
            _ => None,
        }
    }

    /// Puts `records` in the place of those that were read.
    pub(crate) fn turn(&mut self, records: Vec<u8>) {
        let records = Arc::new(records);
        match self {
            Self::Read(cut) => *self = Self::Turned(records, Some(cut.clone())),
            Self::Turned(before, _) => *before = records,
            Self::Spilled(before, blocks) => {
                debug_assert!(before.is_empty() && blocks.is_none(), "workers turn, and only what waits is spilled");
                *self = Self::Turned(records, None);
            }
        }
    }

    /// Gives the batch's permit back; the batch, too, where it is not needed any more.
    pub(crate) fn release(&mut self) {
        match self {
            Self::Read(cut) => cut.batch.release(),
            Self::Turned(_, cut) => drop(cut.take()),
            Self::Spilled(..) => {}
        }
    }

    /// Bytes in memory: of a batch that several chunks share, this one's part.
    pub(crate) fn held_bytes(&self) -> usize {
        // Under --chunk-size one batch is many chunks: counted whole for each of them it would fill the reserve with
        // memory that is not there.
        let batch = |cut: &Cut| {
            let Batch { text, raw, data, end, .. } = &*cut.batch;
            let (part, whole) = (cut.range.len(), (end - data).max(cut.range.len()).max(1));
            ((text.len() + raw.len()) as u64 * part as u64 / whole as u64) as usize
        };
        match self {
            Self::Read(cut) => batch(cut),
            Self::Turned(records, cut) => records.capacity() + cut.as_ref().map_or(0, batch),
            Self::Spilled(_, blocks) => {
                blocks.as_ref().map_or(0, |blocks| std::mem::size_of_val(blocks.blocks.as_slice()))
            }
        }
    }

    /// Puts the records on disk, and the blocks that can be copied from.
    pub(crate) fn spill(&mut self) -> Result<()> {
        let blocks = match self {
            Self::Spilled(..) => return Ok(()),
            Self::Read(cut) if !cut.batch.compacted && !cut.batch.blocks.is_empty() => Some(Box::new(blocks_of(cut)?)),
            _ => None,
        };
        *self = Self::Spilled(Spilled::of(&[self.records()])?, blocks);
        Ok(())
    }

    /// Gives back the pages that were read of what is on disk.
    pub(crate) fn give_back(&self) {
        if let Self::Spilled(records, blocks) = self {
            records.give_back();
            blocks.iter().for_each(|blocks| blocks.raw.give_back());
        }
    }
}

/// Where the first byte of the records stands in the decoded source.
fn first_byte(cut: &Cut) -> u64 {
    (cut.batch.base + cut.range.start as u64).saturating_sub(cut.batch.data as u64)
}

/// The blocks that start among the records: no others are copied.
fn blocks_of(cut: &Cut) -> Result<SpilledBlocks> {
    let at = first_byte(cut);
    let SourceBlocks { base, blocks, raw } = cut.batch.source_blocks();
    let range = at..at + cut.range.len() as u64;
    let here = |block: &&SourceBlock| range.contains(&(base + block.text.start as u64));
    let found: Vec<&SourceBlock> = blocks.iter().filter(here).collect();
    let parts: Vec<&[u8]> = found.iter().map(|block| &raw[block.raw.clone()]).collect();
    let mut end = 0;
    let moved = |block: &&SourceBlock| {
        let raw: Range<usize> = end..end + block.raw.len();
        end = raw.end;
        SourceBlock { raw, ..(*block).clone() }
    };
    let blocks = found.iter().map(moved).collect();
    Ok(SpilledBlocks { at, base, blocks, raw: Spilled::of(&parts)? })
}
