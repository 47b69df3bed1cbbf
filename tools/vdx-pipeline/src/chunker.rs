//! Cuts decoded batches into chunks of whole records, whatever the batches' edges.
//!
//! A chunk is as large as the batch that ends it, and a batch is filled to [`Limits::chunk_bytes`](crate::Limits::chunk_bytes),
//! which `vdx-cli/src/plan/budget.rs` decides. Another budget cuts elsewhere, so that nothing of the output may depend on
//! where a chunk ends.

use std::ops::Range;
use std::sync::Arc;

use vdx_hts::batch::{Batch, HEADROOM, SourceBlock};
use vdx_hts::error::{Error, Result};
use vdx_hts::memory::try_reserve_exact;
use vdx_hts::records::Records as _;
use vdx_vcf::Form;

use crate::limits::{LONGEST_RECORD, RECORD_SHARE};
use crate::regions::RegionFilter;

/// Whole records of one batch, the left-over of the batch before in front.
#[derive(Clone)]
pub(crate) struct Cut {
    /// The bytes; shared by the chunks that were cut from one batch.
    pub batch: Arc<Batch>,
    /// The chunk's records within [`Batch::text`].
    pub range: Range<usize>,
}

/// Bytes of memory for a long record, by its length and its first bytes.
type Memory = Box<dyn Fn(usize, &[u8]) -> usize + Send + Sync>;

/// Joins what one batch left over with the next. Batches come in input order.
pub(crate) struct Chunker {
    /// The start of a record whose end has not been seen.
    carry: Vec<u8>,
    /// The BGZF blocks that start within it, counted from its own start, and their bytes.
    blocks: Vec<SourceBlock>,
    raw: Vec<u8>,
    /// The bytes seen of a record that is too long: they are not kept, only counted, to tell how long it is.
    too_long: Option<u64>,
    form: Form,
    chunk_records: Option<usize>,
    max_record: usize,
    /// What a long record takes.
    pub(crate) memory: Memory,
    /// See [`Limits::base_bytes`](crate::limits::Limits::base_bytes).
    pub(crate) base_bytes: u64,
    /// Drops records before chunks are made of the others.
    pub(crate) filter: Option<Box<RegionFilter>>,
}

impl Chunker {
    /// At most `chunk_records` records a chunk, where given, and at most `max_record` bytes a record.
    pub(crate) fn new(form: Form, chunk_records: Option<usize>, max_record: usize) -> Self {
        let (carry, blocks, raw) = (Vec::new(), Vec::new(), Vec::new());
        let memory = Box::new(|len: usize, _: &[u8]| RECORD_SHARE.saturating_mul(len));
        let (too_long, base_bytes, filter) = (None, 0, None);
        Self { carry, blocks, raw, too_long, form, chunk_records, max_record, memory, base_bytes, filter }
    }

    /// What was seen of a record without its end.
    pub(crate) fn carried(&self) -> &[u8] {
        &self.carry
    }

    /// Gives out the chunks that `batch` completes: none while a long record goes on, several under `--chunk-size`.
    pub(crate) fn push(&mut self, mut batch: Box<Batch>) -> Result<Vec<Cut>> {
        let data = &batch.text[batch.data..batch.end];
        if let Some(seen) = self.too_long {
            self.count_on(seen, data)?;
            return Ok(Vec::new());
        }
        let Some(len) = self.form.last_edge(&self.carry, data, batch.scouted.as_ref())? else {
            self.grow(&batch)?;
            return Ok(Vec::new());
        };
        self.join_blocks(&mut batch);
        // The front of each buffer is kept free for this: the record is whole without a copy of the batch.
        let start = if self.carry.len() <= batch.data {
            let start = batch.data - self.carry.len();
            batch.text[start..batch.data].copy_from_slice(&self.carry);
            start
        } else if self.carry.len() <= batch.text.len() {
            // The left-over does not fit the headroom: what is behind it moves on. Both buffers serve the next ones, too.
            let (carried, text) = (self.carry.len(), &mut batch.text);
            let behind = carried - batch.data;
            let end = text.len() + behind;
            reserve(text, behind).map_err(|()| self.too_long((carried + len) as u64, &self.carry))?;
            text.resize(end, 0);
            text.copy_within(batch.data..batch.end, carried);
            text[..carried].copy_from_slice(&self.carry);
            return Ok(self.split(batch, 0, carried, len));
        } else {
            // A long record: it becomes the front of a buffer as long as that, and is there once.
            let carried = self.carry.len();
            let mut text = std::mem::take(&mut self.carry);
            reserve(&mut text, batch.end - batch.data).map_err(|()| self.too_long(text.len() as u64, &text))?;
            text.extend_from_slice(&batch.text[batch.data..batch.end]);
            batch.text = text;
            return Ok(self.split(batch, 0, carried, len));
        };
        let data = batch.data;
        Ok(self.split(batch, start, data, len))
    }

    /// Takes over what stands behind the last whole record and shares out the rest: records from `start`, the batch's own
    /// bytes from `data`, of which `len` end a record.
    fn split(&mut self, mut batch: Box<Batch>, start: usize, data: usize, len: usize) -> Vec<Cut> {
        let end = data + (batch.end - batch.data);
        let mut cut = data + len;
        self.carry.clear();
        self.carry.extend_from_slice(&batch.text[cut..end]);
        self.carry_blocks(&batch, data, cut);
        batch.data = data;
        batch.end = end;
        if let Some(filter) = &mut self.filter {
            let kept = start + filter.compact(&self.form, &mut batch.text[start..cut]);
            batch.compacted = kept < cut;
            cut = kept;
            if start == cut {
                return Vec::new();
            }
        }
        let batch: Arc<Batch> = Arc::from(batch);
        let Some(records) = self.chunk_records else { return vec![Cut { batch, range: start..cut }] };
        let mut cuts = Vec::new();
        let (mut from, mut to) = (start, start);
        for (at, record) in self.form.records(&batch.text[start..cut]).enumerate() {
            to += record.len();
            if (at + 1) % records.max(1) == 0 {
                cuts.push(Cut { batch: Arc::clone(&batch), range: from..to });
                from = to;
            }
        }
        if from < cut {
            cuts.push(Cut { batch, range: from..cut });
        }
        cuts
    }

    /// Takes over a batch in which the record at hand has no end.
    fn grow(&mut self, batch: &Batch) -> Result<()> {
        let data = &batch.text[batch.data..batch.end];
        // BCF says at the start of a record how long it is: one that is too long is refused before gigabytes of it
        // are read.
        let start: Vec<u8> = self.carry.iter().chain(data).copied().take(START).collect();
        let seen = self.carry.len() + data.len();
        let known = self.form.len_by_start(&start).map_or(seen, |len| len.max(seen));
        if (self.memory)(known, &start) > self.max_record.saturating_mul(RECORD_SHARE) {
            if known > seen {
                return Err(self.too_long(known as u64, &start));
            }
            self.carry = Vec::new();
            // A line says nothing of its length: it is counted to its end, and not kept, so that the message can name
            // the --memory that it takes.
            self.too_long = Some(seen as u64);
            return Ok(());
        }
        // A record of this length fits: it is what else is held that leaves no room for it.
        reserve(&mut self.carry, data.len()).map_err(|()| Error::no_memory(format!("a record of {seen} bytes")))?;
        let (before, stored) = (self.carry.len(), self.raw.len());
        self.raw.extend_from_slice(&batch.raw);
        self.blocks.extend(batch.blocks.iter().map(|block| moved(block, before, stored)));
        self.carry.extend_from_slice(data);
        Ok(())
    }

    /// Counts on in a record that is too long, up to its end or to what no budget allows.
    fn count_on(&mut self, seen: u64, data: &[u8]) -> Result<()> {
        let end = memchr::memchr(b'\n', data);
        let seen = seen + end.map_or(data.len(), |at| at + 1) as u64;
        self.too_long = Some(seen);
        if end.is_some() || seen > LONGEST_RECORD as u64 { Err(self.too_long(seen, b"")) } else { Ok(()) }
    }

    /// The error for a record of `len` bytes, or of more, that begins with `start`.
    fn too_long(&self, len: u64, start: &[u8]) -> Error {
        if len > LONGEST_RECORD as u64 {
            return Error::data(format!(
                "expected a record of at most {LONGEST_RECORD} bytes, found a longer one; is this {}?",
                if self.form.is_bcf() { "a BCF, and not damaged" } else { "a text file with line ends" }
            ));
        }
        let memory = (self.memory)(len as usize, start) as u64;
        let longest = self.max_record as u64 * RECORD_SHARE as u64 * len / memory.max(1);
        let needed = self.base_bytes.saturating_add(memory).div_ceil(1 << 20);
        Error::memory(format!(
            "expected a record of at most {longest} bytes, for which there is memory, found one of {len}: the smallest \
             --memory that works is {needed}M"
        ))
    }

    /// Puts the blocks of what is carried in front of those of the batch, which goes on behind it.
    fn join_blocks(&mut self, batch: &mut Batch) {
        if self.blocks.is_empty() {
            return;
        }
        let (carried, stored) = (self.carry.len(), self.raw.len());
        self.blocks.extend(batch.blocks.iter().map(|block| moved(block, carried, stored)));
        self.raw.extend_from_slice(&batch.raw);
        std::mem::swap(&mut batch.blocks, &mut self.blocks);
        std::mem::swap(&mut batch.raw, &mut self.raw);
        // Blocks count from the start of what was carried.
        batch.carried = carried;
        self.blocks.clear();
        self.raw.clear();
    }

    /// Keeps the blocks of a batch that start at or behind `cut`, where the carried bytes do; its own bytes start at `data`.
    fn carry_blocks(&mut self, batch: &Batch, data: usize, cut: usize) {
        let start = cut + batch.carried - data;
        // A block that the cut goes through stays with the chunk before it; the sink puts its two parts together
        // (`open` in `sink/blocks.rs`).
        let first = batch.blocks.partition_point(|block| block.text.start < start);
        for block in &batch.blocks[first..] {
            let stored = self.raw.len();
            self.raw.extend_from_slice(&batch.raw[block.raw.clone()]);
            let text = block.text.start - start..block.text.end - start;
            self.blocks.push(SourceBlock { offset: block.offset, raw: stored..self.raw.len(), text });
        }
    }

    /// What is left at the end of input: the start of a record without its end.
    ///
    /// # Errors
    /// It is longer than there is memory for.
    pub(crate) fn finish(&mut self) -> Result<Vec<u8>> {
        match self.too_long {
            Some(seen) => Err(self.too_long(seen, b"")),
            None => Ok(std::mem::take(&mut self.carry)),
        }
    }
}

/// So many bytes tell how long a record of BCF is.
const START: usize = 8;

/// The same block, its text and its bytes so much further behind.
fn moved(block: &SourceBlock, text: usize, raw: usize) -> SourceBlock {
    SourceBlock {
        offset: block.offset,
        text: block.text.start + text..block.text.end + text,
        raw: block.raw.start + raw..block.raw.end + raw,
    }
}

/// Makes room for `more` bytes; some beyond that keep a growing record from being copied for every batch.
fn reserve(bytes: &mut Vec<u8>, more: usize) -> std::result::Result<(), ()> {
    if bytes.capacity() - bytes.len() >= more {
        return Ok(());
    }
    let more = more.max(HEADROOM) + bytes.len() / 8;
    try_reserve_exact(bytes, more).map_err(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;
    use vdx_hts::batch::{Pool, Taken};

    fn batch(text: &[u8], room: usize) -> Box<Batch> {
        let Taken::Batch(mut batch) = Pool::new(1, room).take() else { panic!("no batch") };
        batch.load(text, 0);
        batch
    }

    fn lines(cuts: &[Cut]) -> Vec<String> {
        cuts.iter().map(|cut| String::from_utf8(cut.batch.text[cut.range.clone()].to_vec()).unwrap()).collect()
    }

    #[test]
    fn records_join_across_batches_of_any_size() {
        let text = b"one\ntwo two\n\nthree three three\nfour\nrest";
        for size in 1..text.len() {
            let mut chunker = Chunker::new(Form::Text, None, 100);
            let mut whole = String::new();
            for part in text.chunks(size) {
                whole += &lines(&chunker.push(batch(part, size)).unwrap()).concat();
            }
            assert_eq!(
                (whole.as_bytes(), chunker.finish().unwrap().as_slice()),
                (&text[..text.len() - 4], &b"rest"[..]),
                "size {size}"
            );
        }
    }

    #[test]
    fn a_left_over_beyond_the_headroom_is_joined_too() {
        let long = vec![b'x'; HEADROOM + 10];
        let mut chunker = Chunker::new(Form::Text, None, 1 << 20);
        assert!(chunker.push(batch(&long, long.len())).unwrap().is_empty());
        let cuts = chunker.push(batch(b"y\nz", 10)).unwrap();
        assert_eq!(lines(&cuts)[0].len(), long.len() + 2);
        assert_eq!(cuts[0].batch.data, long.len());
        assert_eq!(chunker.finish().unwrap(), b"z");
    }

    #[test]
    fn chunks_hold_at_most_the_records_asked_for() {
        let mut chunker = Chunker::new(Form::Text, Some(2), 100);
        assert_eq!(lines(&chunker.push(batch(b"a\nb\nc\nd", 10)).unwrap()), ["a\nb\n", "c\n"]);
    }

    #[test]
    fn a_record_beyond_the_limit_is_an_error() {
        let error = |parts: &[&str], max: usize| {
            let mut chunker = Chunker::new(Form::Text, None, max);
            chunker.base_bytes = 10 << 20;
            let push = |part: &&str| chunker.push(batch(part.as_bytes(), part.len())).map(|_| ());
            parts.iter().try_for_each(push).and_then(|()| chunker.finish().map(|_| ())).unwrap_err()
        };
        // Its length is told, however it ends.
        for parts in [&["12345", "6789", "0\n1"][..], &["12345", "6789", "01"]] {
            let error = error(parts, 8);
            assert_eq!(error.kind(), vdx_hts::Kind::Memory);
            assert!(error.to_string().ends_with("found one of 11: the smallest --memory that works is 11M"), "{error}");
        }
        let long = "x".repeat(LONGEST_RECORD / 2 + 1);
        let error = error(&[&long, &long], 1 << 20);
        assert_eq!(error.kind(), vdx_hts::Kind::Data, "{error}");
    }

    #[test]
    fn blocks_within_a_long_record_go_along_with_it() {
        // Blocks of four bytes, each in a batch of its own; the block says which.
        let text = b"a\nbbbbbbbbbbbbb\nc\ndddd";
        let mut chunker = Chunker::new(Form::Text, None, 100);
        let mut found = Vec::new();
        for (at, part) in text.chunks(4).enumerate() {
            let mut batch = batch(part, 4);
            batch.base = at as u64 * 4;
            batch.raw = vec![at as u8; at + 1];
            batch.blocks = vec![SourceBlock { offset: 0, raw: 0..at + 1, text: 0..part.len() }];
            for cut in chunker.push(batch).unwrap() {
                let source = cut.batch.source_blocks();
                for block in source.blocks {
                    let raw = &source.raw[block.raw.clone()];
                    assert!(raw.iter().all(|&byte| usize::from(byte) + 1 == raw.len()));
                    found.push((raw[0], source.base + block.text.start as u64));
                }
            }
        }
        assert_eq!(found, [(0, 0), (1, 4), (2, 8), (3, 12), (4, 16)]);
        assert_eq!((chunker.finish().unwrap().as_slice(), chunker.blocks.len()), (&b"dddd"[..], 1));
    }
}
