//! Puts records that moved back in order: each contig contiguous, POS never going down, ties in input order.

use std::collections::VecDeque;

use vdx_hts::error::{Error, Result};

use crate::ordered::late::LateRecords;
use crate::ordered::same_position::SamePosition;
use crate::ordered::settle::Settle;
use crate::ordered::{Order, write};
use crate::output::{Output, Place};
use crate::sink::Sink;
use crate::threads::Threads;

/// Holds back outputs, so that a record of a later chunk finds its place among them.
///
/// Held back are at least `window` bases before the newest record, and whatever fits `reserve` bytes: chunks stay in
/// their own buffers (their permits given back), nothing is copied. What the window holds beyond the reserve waits on disk.
/// A record that moves further than that is put in place when a file is complete, and is an error where output is a stream.
pub struct ByPosition<N, F, S> {
    window: u32,
    reserve: usize,
    note: F,
    held: VecDeque<Output<N>>,
    /// Bytes of them in memory.
    held_bytes: usize,
    /// The first of them that are on disk.
    spilled: usize,
    /// The last record written: contig and POS.
    written: Option<(Vec<u8>, u32)>,
    /// The last record read that something came of: contig and POS. What is read later stands at or behind it.
    reached: Option<(Vec<u8>, u32)>,
    late: LateRecords,
    /// Where the records of one POS are looked at together.
    sites: Option<SamePosition<S>>,
}

/// Less of an output is not worth a file, in bytes.
const LEAST_SPILLED: usize = 1 << 14;

impl<N: Send + 'static, F: FnMut(&mut N) -> Result<()>, S: Settle> ByPosition<N, F, S> {
    /// `window` in bases, `reserve` in bytes; `note` takes each chunk's note in input order, before its records are
    /// placed, and is where a tool refuses input that is not sorted. `settle` decides on the records of one POS, once they
    /// are in order; the workers must then begin a span at every record whose POS is that of the one before
    /// ([`Output::keep_apart_at`]).
    pub fn new(window: u32, reserve: usize, settle: Option<S>, note: F) -> Self {
        let late = LateRecords::default();
        let held = VecDeque::new();
        let sites = settle.map(|settle| SamePosition::new(settle, reserve / 2));
        Self { window, reserve, note, held, held_bytes: 0, spilled: 0, written: None, reached: None, late, sites }
    }

    /// What decided on the records of one POS, with all that it has counted, behind the end of a run.
    pub fn into_settle(self) -> Option<S> {
        self.sites.map(SamePosition::into_settle)
    }

    /// Finds the place of one record, read from `line`, among the held ones, or beyond them.
    fn place(&mut self, record: &[u8], contig: &[u8], pos: u32, line: u64, sink: &Sink) -> Result<()> {
        let mut target = None;
        // From the newest back: records move by a few bases as a rule, so that the place is mostly in the last
        // output.
        for (at, out) in self.held.iter_mut().enumerate().rev() {
            let Some(last) = out.spans().last() else { continue };
            // Each contig is one run: before the records of another one there are none of this one that it could go
            // among.
            if out.contig_name(last.contig) != contig {
                break;
            }
            let index = last.contig;
            target = Some((at, index));
            let starts_here = out.spans().iter().any(|span| span.contig != index || span.first <= pos);
            if starts_here {
                break;
            }
        }
        // Before everything held on this contig: it may go there unless something behind `pos` is written already.
        let written_past = self.written.as_ref().is_some_and(|(name, last)| name == contig && *last > pos);
        if let Some((at, index)) = target {
            let out = &mut self.held[at];
            let fits = !written_past || out.spans().iter().any(|span| span.contig == index && span.first <= pos);
            if fits {
                let before = out.held_bytes();
                let span = out.take_in(record, index, pos, line)?;
                out.place_moved_left(span);
                // An output on disk takes what moves into it in memory again: of a repeat into which thousands of
                // records move that would be more than the reserve, unseen.
                if at < self.spilled && out.held_bytes() > (self.reserve / 4).max(LEAST_SPILLED) {
                    out.spill()?;
                }
                self.held_bytes = self.held_bytes + out.held_bytes() - before;
                return Ok(());
            }
        }
        // What is written to a stream cannot be taken back. An error is the only honest end: bcftools norm writes the
        // record where it comes and exits 0, and what reads on takes the output for sorted.
        if !sink.can_rewrite() {
            let message = "this record moved left further than is held back for order, and what follows it is written; \
                           give a larger -w (bases held back) or write to a file with -o, which has no such limit";
            return Err(Error::data(message).at_locus(contig, u64::from(pos)).at_input_line(line));
        }
        self.late.push(contig, pos, line, record)
    }

    /// Moves the records that moved right beyond the first kept record of `next` out of what is held and into `next`.
    fn hand_over(&mut self, next: &mut Output<N>) -> Result<()> {
        // Trimming moves records right: the last of one chunk may belong behind the first of the next.
        let kept = next.spans().iter().find(|span| span.contig == 0 && span.place == Place::Kept);
        let Some(kept) = kept else { return Ok(()) };
        let first = kept.first;
        let contig = next.contig_name(0).to_vec();
        // The last one first.
        let mut moved = Vec::new();
        while let Some(out) = self.held.back_mut() {
            let before = out.held_bytes();
            while let Some(span) = out.pop_beyond(&contig, first) {
                let [line, _] = out.lines_of(&span);
                moved.push(next.take_in(out.bytes(&span), 0, span.first, line)?);
            }
            if !out.spans().is_empty() {
                self.held_bytes -= before - out.held_bytes();
                break;
            }
            self.held_bytes -= before;
            self.held.pop_back();
            self.spilled = self.spilled.min(self.held.len());
        }
        if !moved.is_empty() {
            next.place_moved_right(moved.into_iter().rev());
        }
        Ok(())
    }

    /// The contig and POS behind which a record of the next chunk needs no place among the earlier ones.
    fn newest(&self) -> Option<(&[u8], u32)> {
        match self.held.back() {
            Some(out) => out.spans().last().map(|span| (out.contig_name(span.contig), span.last)),
            None => self.written.as_ref().map(|(name, last)| (name.as_slice(), *last)),
        }
    }

    fn write_front(&mut self, sink: &mut Sink) -> Result<()> {
        let Some(out) = self.held.pop_front() else { return Ok(()) };
        self.held_bytes -= out.held_bytes();
        self.spilled = self.spilled.saturating_sub(1);
        if let Some(span) = out.spans().last() {
            self.written = Some((out.contig_name(span.contig).to_vec(), span.last));
        }
        match &mut self.sites {
            None => write(&out, sink),
            Some(sites) => sites.take(out, sink),
        }
    }

    /// Puts the oldest outputs on disk until the others fit the reserve. The newest, where what is read next goes, is the last.
    fn spill(&mut self) -> Result<()> {
        while self.in_memory() > self.reserve && self.spilled < self.held.len() {
            let out = &mut self.held[self.spilled];
            let before = out.held_bytes();
            if before >= LEAST_SPILLED {
                out.spill()?;
                self.held_bytes = self.held_bytes + out.held_bytes() - before;
            }
            self.spilled += 1;
        }
        Ok(())
    }

    /// Bytes of outputs in memory.
    fn in_memory(&self) -> usize {
        self.held_bytes + self.sites.as_ref().map_or(0, SamePosition::bytes_under_way)
    }

    /// Whether nothing that is read later, within the window, can still go into the oldest output.
    fn front_is_settled(&self) -> bool {
        let Some(front) = self.held.front() else { return false };
        let (Some(last), Some((contig, pos))) = (front.spans().last(), &self.reached) else { return false };
        // On another contig nothing comes back to it: the input is sorted, or `note` refused it.
        front.contig_name(last.contig) != contig || last.last < pos.saturating_sub(self.window)
    }
}

impl<N: Send + 'static, F: FnMut(&mut N) -> Result<()>, S: Settle> Order<N> for ByPosition<N, F, S> {
    fn accept(&mut self, mut out: Output<N>, sink: &mut Sink) -> Result<()> {
        (self.note)(&mut out.note)?;
        // By what was read, not by what comes out: a chunk of which every record was dropped or moved tells as much.
        if let Some((contig, pos)) = out.reached() {
            self.reached = Some((contig.to_vec(), pos));
        }
        self.hand_over(&mut out)?;
        let early = match self.newest() {
            Some((contig, pos)) => out
                .spans()
                .iter()
                .take_while(|span| span.contig == 0 && span.first < pos && out.contig_name(span.contig) == contig)
                .count(),
            None => 0,
        };
        for span in out.take_first_spans(early) {
            let [line, _] = out.lines_of(&span);
            self.place(out.bytes(&span), out.contig_name(span.contig), span.first, line, sink)?;
        }
        if out.spans().is_empty() {
            return Ok(());
        }
        // The permit goes back before the output waits: held with their permits, outputs would leave the reader none,
        // and what they wait for is what it reads next.
        out.release();
        self.held_bytes += out.held_bytes();
        self.held.push_back(out);
        // Written as late as the reserve allows, not as early as the window does: a record that moves far then finds
        // its place without the whole file being written again.
        while self.in_memory() > self.reserve && self.front_is_settled() {
            self.write_front(sink)?;
        }
        self.spill()
    }

    fn work_on(&mut self, threads: &Threads) {
        if let Some(sites) = &mut self.sites {
            sites.work_on(threads);
        }
    }

    fn warnings(&mut self) -> Vec<Error> {
        self.sites.as_mut().map_or_else(Vec::new, SamePosition::warnings)
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        while !self.held.is_empty() {
            self.write_front(sink)?;
        }
        if let Some(sites) = &mut self.sites {
            sites.flush(sink)?;
        }
        // When all else is written, and before the file has its name.
        self.late.merge(sink, self.sites.as_mut())
    }
}
