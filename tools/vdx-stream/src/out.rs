//! What a worker makes of one chunk: spans of kept input and of new bytes, in the order they go out.

use std::ops::Range;
use std::sync::Arc;

use memchr::memrchr;
use vdx_vcf::line::parse_pos;

use crate::cut::Cut;

/// Where the bytes of a span stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// In the chunk's own records.
    Kept,
    /// In what the worker wrote.
    Fresh,
}

/// A run of output bytes: kept records that follow each other, or new bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    /// Kept or fresh.
    pub place: Place,
    start: u32,
    end: u32,
    /// Index into the chunk's contigs; only for output that is put in order.
    pub contig: u32,
    /// POS of the first record (1-based), likewise.
    pub first: u32,
    /// POS of the last record, likewise.
    pub last: u32,
}

impl Span {
    /// How many bytes it is.
    pub fn len(&self) -> usize {
        (self.end - self.start) as usize
    }

    /// Whether it holds no bytes.
    pub fn is_empty(&self) -> bool {
        self.start == self.end
    }

    fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A warning about one record, told in input order.
#[derive(Clone, Debug)]
pub(crate) struct Warning {
    /// 1-based within the chunk.
    pub line: u64,
    pub chrom: Vec<u8>,
    pub pos: u64,
    pub message: String,
}

/// The output of one chunk while a worker fills it, and its bytes.
pub struct Out<N> {
    /// What the tool's ordered stage wants to know of this chunk.
    pub note: N,
    cut: Cut,
    fresh: Vec<u8>,
    spans: Vec<Span>,
    contigs: Vec<Vec<u8>>,
    lines: u64,
    pub(crate) warnings: Vec<Warning>,
}

impl<N: Default> Out<N> {
    pub(crate) fn new(cut: Cut) -> Self {
        Self {
            note: N::default(),
            cut,
            fresh: Vec::new(),
            spans: Vec::new(),
            contigs: Vec::new(),
            lines: 0,
            warnings: Vec::new(),
        }
    }
}

impl<N> Out<N> {
    /// Counts one input record. Call it before anything that may warn of it or fail on it.
    pub fn line(&mut self) {
        self.lines += 1;
    }

    /// The records counted so far: the 1-based line, within the chunk, of the record at hand.
    pub fn lines(&self) -> u64 {
        self.lines
    }

    /// Says something about the record at hand, whose locus is `chrom` and 1-based `pos`.
    pub fn warn(&mut self, chrom: &[u8], pos: u64, message: impl Into<String>) {
        self.warnings.push(Warning { line: self.lines, chrom: chrom.to_vec(), pos, message: message.into() });
    }

    /// Sends `range` of the chunk's records out as it is. Ranges that touch become one span.
    pub fn keep(&mut self, range: Range<usize>) {
        self.keep_at(range, 0, 0);
    }

    /// Appends new bytes here, then hands them out with [`Out::push_fresh`].
    pub fn fresh(&mut self) -> &mut Vec<u8> {
        &mut self.fresh
    }

    /// Sends what was appended to [`Out::fresh`] since it was `from` bytes long.
    pub fn push_fresh(&mut self, from: usize) {
        self.push_fresh_at(from, 0, 0);
    }

    /// The index of a contig name within this chunk. Records come contig by contig, so only the last is compared.
    pub fn contig(&mut self, name: &[u8]) -> u32 {
        if self.contigs.last().is_none_or(|last| last != name) {
            self.contigs.push(name.to_vec());
        }
        self.contigs.len() as u32 - 1
    }

    /// [`Out::keep`] of one record at 1-based `pos`, for output that is put in order.
    #[inline]
    pub fn keep_at(&mut self, range: Range<usize>, contig: u32, pos: u32) {
        let (start, end) = (range.start as u32, range.end as u32);
        if let Some(span) = self.spans.last_mut()
            && span.place == Place::Kept
            && span.end == start
            && span.contig == contig
        {
            span.end = end;
            span.last = pos;
            return;
        }
        self.spans.push(Span { place: Place::Kept, start, end, contig, first: pos, last: pos });
    }

    /// [`Out::push_fresh`] of one record at 1-based `pos`, for output that is put in order.
    pub fn push_fresh_at(&mut self, from: usize, contig: u32, pos: u32) {
        let (start, end) = (from as u32, self.fresh.len() as u32);
        if start < end {
            self.spans.push(Span { place: Place::Fresh, start, end, contig, first: pos, last: pos });
        }
    }

    /// The chunk's records.
    pub fn records(&self) -> &[u8] {
        &self.cut.batch.text[self.cut.range.clone()]
    }

    /// The spans in the order they go out.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Takes the first `count` spans away; their bytes stay.
    pub(crate) fn take_first_spans(&mut self, count: usize) -> Vec<Span> {
        self.spans.drain(..count).collect()
    }

    /// The bytes of one of the spans.
    pub fn bytes(&self, span: &Span) -> &[u8] {
        match span.place {
            Place::Kept => &self.records()[span.range()],
            Place::Fresh => &self.fresh[span.range()],
        }
    }

    /// The name that [`Out::contig`] gave an index to.
    pub fn contig_name(&self, contig: u32) -> &[u8] {
        &self.contigs[contig as usize]
    }

    /// The bytes this output keeps in memory: its chunk and what was made of it.
    pub fn held_bytes(&self) -> usize {
        self.cut.range.len() + self.fresh.capacity() + std::mem::size_of_val(self.spans.as_slice())
    }

    /// Gives the chunk's permit back while its bytes are still needed.
    pub fn release(&self) {
        Arc::as_ref(&self.cut.batch).release();
    }

    /// Puts spans that start before the one in front of them in their place: a stable sort by POS within each contig.
    pub(crate) fn settle(&mut self) {
        let falls = |pair: &[Span]| pair[0].contig == pair[1].contig && pair[1].first < pair[0].last;
        let Some(fall) = self.spans.windows(2).position(falls) else { return };
        let rest = self.spans.split_off(fall + 1);
        for span in rest {
            match self.spans.last() {
                Some(last) if last.contig == span.contig && span.first < last.last => self.insert(span),
                _ => self.spans.push(span),
            }
        }
    }

    /// Takes `record` of another chunk in, behind the records at or before 1-based `pos` on `contig`.
    pub(crate) fn adopt(&mut self, record: &[u8], contig: u32, pos: u32) {
        let start = self.fresh.len() as u32;
        self.fresh.extend_from_slice(record);
        let end = self.fresh.len() as u32;
        self.insert(Span { place: Place::Fresh, start, end, contig, first: pos, last: pos });
    }

    fn insert(&mut self, span: Span) {
        let later = |other: &Span| other.contig == span.contig && other.first > span.first;
        let at = self.spans.len() - self.spans.iter().rev().take_while(|other| later(other)).count();
        if let Some(before) = at.checked_sub(1).map(|at| self.spans[at])
            && before.contig == span.contig
            && before.last > span.first
        {
            // Only a run of kept records spans several positions: part it behind the last record not after `span`.
            let records = &self.records()[before.range()];
            let (edge, earlier, next) = part(records, span.first);
            let edge = before.start + edge as u32;
            self.spans[at - 1] = Span { end: edge, last: earlier, ..before };
            self.spans.insert(at, Span { start: edge, first: next, ..before });
        }
        self.spans.insert(at, span);
    }
}

/// Where in sorted `records` the first one behind 1-based `pos` starts, the POS before that edge and the one after it.
/// Searched from the end: records that moved did not move far.
fn part(records: &[u8], pos: u32) -> (usize, u32, u32) {
    let mut end = records.len();
    let mut next = u32::MAX;
    while end > 0 {
        let start = memrchr(b'\n', &records[..end - 1]).map_or(0, |at| at + 1);
        let found = pos_of(&records[start..end]);
        if found <= pos {
            return (end, found, next);
        }
        next = found;
        end = start;
    }
    (0, 0, next)
}

fn pos_of(line: &[u8]) -> u32 {
    line.split(|&byte| byte == b'\t').nth(1).and_then(parse_pos).unwrap_or(0)
}
