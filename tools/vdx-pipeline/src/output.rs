//! What a worker makes of one chunk: spans of kept input and of new bytes, in the order they go out.

use std::ops::Range;
use std::sync::Arc;

use vdx_hts::error::{Error, Result};
use vdx_vcf::Form;

use crate::chunker::Cut;
use crate::left_out::LeftOut;

mod own;
mod pieces;
mod settle;
mod span;
mod taken;
mod turn;

pub(crate) use own::Origin;
use own::Own;
use pieces::{At, Pieces};
use span::Choice;
pub(crate) use span::{Place, Span};

/// Bytes that are read from disk before their pages are given back: they count as the process's memory from the first look
/// at them on, and what was put on disk would come back into the budget as it is read.
pub(crate) const GIVEN_BACK_AT_ONCE: usize = 1 << 19;

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
pub struct Output<N> {
    /// What the tool's ordered stage wants to know of this chunk.
    pub note: N,
    own: Own,
    form: Form,
    fresh: Pieces,
    /// Bytes of [`Output::fresh`] that stay in memory.
    most: usize,
    /// Why others could not be put on disk.
    failed: Option<Box<Error>>,
    spans: Vec<Span>,
    contigs: Vec<Vec<u8>>,
    lines: u64,
    /// Lines that are no records of their own.
    continued: u64,
    /// Lines of the input before the chunk; known where outputs are in order.
    pub(crate) before: u64,
    /// Contig and POS of the last record read that something came of.
    reached: Option<(u32, u32)>,
    /// What was left out of the lines that were read.
    pub(crate) left_out: LeftOut,
    pub(crate) warnings: Vec<Warning>,
}

impl<N: Default> Output<N> {
    /// `form` is that of the chunk's records and of those that go out; `turned` are the records where they are not as in
    /// `cut`. New bytes stay in memory up to `most`, the rest waits on disk.
    pub(crate) fn new(cut: Cut, turned: Option<Arc<Vec<u8>>>, form: Form, most: usize) -> Self {
        let own = match turned {
            Some(records) => Own::Turned(records, Some(cut)),
            None => Own::Read(cut),
        };
        Self {
            note: N::default(),
            own,
            form,
            fresh: Pieces::new(most),
            most,
            failed: None,
            spans: Vec::new(),
            contigs: Vec::new(),
            lines: 0,
            continued: 0,
            before: 0,
            reached: None,
            left_out: LeftOut::default(),
            warnings: Vec::new(),
        }
    }
}

impl<N> Output<N> {
    /// Counts one input record. Call it before anything that may warn of it or fail on it.
    pub fn line(&mut self) {
        self.lines += 1;
    }

    /// Counts lines that the record at hand goes on over, behind its first. Call it when nothing more is to be said of it.
    pub fn goes_on(&mut self, lines: u64) {
        self.lines += lines;
        self.continued += lines;
    }

    /// The input records counted so far.
    pub fn records_read(&self) -> u64 {
        self.lines - self.continued
    }

    /// The lines counted so far: the 1-based line, within the chunk, of the record at hand.
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

    /// Makes room for a record of so many new bytes, where that is known: what is full then goes to disk before it grows.
    /// Call it before [`Output::fresh`], of which offsets do not hold on.
    #[inline]
    pub fn make_room(&mut self, bytes: usize) {
        if let Err(error) = self.fresh.make_room(bytes) {
            self.fail(error);
        }
    }

    /// Appends new bytes here, then hands them out with [`Output::push_fresh`]. Offsets in it hold until then.
    pub fn fresh(&mut self) -> &mut Vec<u8> {
        self.fresh.open()
    }

    /// Sends what was appended to [`Output::fresh`] since it was `from` bytes long.
    pub fn push_fresh(&mut self, from: usize) {
        self.push_fresh_at(from, 0, 0, 0);
    }

    /// The index of a contig name within this chunk. Records come contig by contig, so only the last is compared.
    pub fn contig(&mut self, name: &[u8]) -> u32 {
        // A chunk has few contigs, and a record's is nearly always that of the one before.
        if self.contigs.last().is_none_or(|last| last != name) {
            self.contigs.push(name.to_vec());
        }
        self.contigs.len() as u32 - 1
    }

    /// [`Output::keep`] of one record at 1-based `pos`, for output that is put in order.
    #[inline]
    pub fn keep_at(&mut self, range: Range<usize>, contig: u32, pos: u32) {
        if let Some(span) = self.spans.last_mut()
            && span.place == Place::Kept
            && !span.aside
            && span.at.range().end == range.start
            && span.contig == contig
        {
            self.reached = Some((contig, pos));
            span.at = span.at.up_to(range.end);
            span.last = pos;
            span.records += 1;
            return;
        }
        self.keep_apart_at(range, contig, pos);
    }

    /// [`Output::keep_at`], but never in one span with the record before: for output whose records of one POS are looked at
    /// together.
    pub fn keep_apart_at(&mut self, range: Range<usize>, contig: u32, pos: u32) {
        self.reached = Some((contig, pos));
        self.spans.push(Span::one(Place::Kept, At::of_chunk(range), contig, pos, self.lines as i64));
    }

    /// [`Output::keep_apart_at`] of a record that goes past where those of its POS are looked at together: it stays as it
    /// is, and is not compared with them.
    pub fn keep_aside_at(&mut self, range: Range<usize>, contig: u32, pos: u32) {
        self.keep_apart_at(range, contig, pos);
        if let Some(span) = self.spans.last_mut() {
            span.aside = true;
        }
    }

    /// [`Output::push_fresh`] of one record, for output that is put in order: it was read at 1-based `read` and goes out at
    /// `pos`. Trimming moves records right, alignment left.
    pub fn push_fresh_at(&mut self, from: usize, contig: u32, read: u32, pos: u32) {
        self.reached = Some((contig, read));
        // Nothing was appended where a record became none: no span, but where it was read still counts.
        if from < self.fresh.len() {
            let at = self.fresh.at(from..self.fresh.len());
            self.spans.push(Span::one(Place::Fresh, at, contig, pos, self.lines as i64));
            self.seal();
        }
    }

    /// A failure is told when the worker is done ([`Output::check`]).
    #[inline]
    fn seal(&mut self) {
        if let Err(error) = self.fresh.seal() {
            self.fail(error);
        }
    }

    #[cold]
    fn fail(&mut self, error: Error) {
        self.failed.get_or_insert_with(|| Box::new(error));
    }

    /// What kept new bytes from going to disk, if anything did.
    pub(crate) fn check(&mut self) -> Result<()> {
        self.failed.take().map_or(Ok(()), |error| Err(*error))
    }

    /// [`Output::push_fresh_at`] of one record in two forms, of which the ordered stage takes one by their `number`
    /// ([`Output::choose`]): the first, up to `middle`, goes out at `pos`, the second, what follows, where the record was
    /// `read`.
    pub fn push_either_at(&mut self, from: usize, middle: usize, number: u32, contig: u32, read: u32, pos: u32) {
        self.reached = Some((contig, read));
        let end = self.fresh.len();
        for (start, end, pos, first) in [(from, middle, pos, true), (middle, end, read, false)] {
            let choice = Some(Choice { number, first });
            let at = self.fresh.at(start..end);
            self.spans.push(Span { choice, ..Span::one(Place::Fresh, at, contig, pos, self.lines as i64) });
        }
        self.seal();
    }

    /// Drops one form of each record that has two: the second where `first` says so of its number.
    pub fn choose(&mut self, first: impl Fn(u32) -> bool) {
        // Both forms were written, as only the ordered stage knows the neighbours on the haplotype: the other's bytes
        // stay in the buffer, unused.
        self.spans.retain(|span| span.choice.is_none_or(|choice| choice.first == first(choice.number)));
    }

    /// The chunk's records.
    pub fn records(&self) -> &[u8] {
        self.own.records()
    }

    /// The lines of the input that the first and the last record of a span were read from.
    pub(crate) fn lines_of(&self, span: &Span) -> [u64; 2] {
        let first = self.before.saturating_add_signed(span.line);
        [first, first + u64::from(span.records.saturating_sub(1))]
    }

    /// The spans in the order they go out.
    pub(crate) fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Contig and POS of the last record read that something came of: no record read later stands before it.
    pub fn reached(&self) -> Option<(&[u8], u32)> {
        self.reached.map(|(contig, pos)| (self.contig_name(contig), pos))
    }

    /// The bytes of one of the spans.
    pub(crate) fn bytes(&self, span: &Span) -> &[u8] {
        match span.place {
            Place::Kept => &self.records()[span.at.range()],
            Place::Fresh => self.fresh.bytes(span.at),
        }
    }

    /// Where a kept span comes from.
    pub(crate) fn origin(&self, span: &Span) -> Option<Origin<'_>> {
        if span.place == Place::Fresh { None } else { self.own.origin(span.at.range().start) }
    }

    /// The name that [`Output::contig`] gave an index to.
    pub fn contig_name(&self, contig: u32) -> &[u8] {
        &self.contigs[contig as usize]
    }

    /// The bytes this output keeps in memory: its chunk and what was made of it.
    pub fn held_bytes(&self) -> usize {
        self.own.held_bytes() + self.fresh.capacity() + std::mem::size_of_val(self.spans.as_slice())
    }

    /// Gives the chunk's permit back while its bytes are still needed.
    pub fn release(&mut self) {
        self.own.release();
    }

    /// Puts its bytes on disk; where they go and in what order stays in memory.
    ///
    /// # Errors
    /// TMPDIR cannot be written to, or is full.
    pub fn spill(&mut self) -> Result<()> {
        self.own.spill()?;
        self.fresh.spill()
    }

    /// Gives back the pages that were read of what is on disk.
    pub(crate) fn give_back(&self) {
        self.own.give_back();
        self.fresh.give_back();
    }
}
