//! `--safe`: a record moves left only where nothing else of its haplotype stands.
//!
//! The same indel can be written at several places of a repeat because what is between them is REF. On a haplotype with
//! another variant there that is not so: moved across it the indel spells other bases. What stands where is known in the
//! order of the input only, so workers write a record that would move in both forms, and one of them is chosen here.

use std::collections::{HashMap, VecDeque};

use vdx_hts::{Error, Result};
use vdx_pipeline::ordered::Order;
use vdx_pipeline::output::Output;
use vdx_pipeline::{Sink, Threads};

use crate::counts::{Finding, NAMED, Note, Tally};
use crate::haplotypes::Carried;

/// What was held back.
#[derive(Debug, Default)]
pub(crate) struct Held {
    by_contig: HashMap<Vec<u8>, u64>,
    /// The first ones.
    pub(crate) findings: Vec<Finding>,
}

impl Held {
    /// Adds what was counted to the rest.
    pub(crate) fn count_into(&self, tally: &mut Tally) {
        self.by_contig.iter().for_each(|(contig, count)| tally.held_back(contig, *count));
    }

    /// How many records.
    pub(crate) fn records(&self) -> u64 {
        self.by_contig.values().sum()
    }
}

/// Chooses, and hands on to the next stage.
pub(crate) struct HaplotypeGuard<'h, O, F> {
    inner: O,
    /// Takes each chunk's note as it comes.
    note: F,
    /// How far back, in bases, it is known what stands there.
    window: u32,
    held: &'h mut Held,
    /// Outputs of which a record at the last POS would move: what else is read there is not known yet.
    waiting: VecDeque<Output<Note>>,
    /// Bytes of them that may stay in memory; others wait on disk.
    reserve: usize,
    contig: Vec<u8>,
    recent: Vec<Carried>,
    lines: u64,
}

impl<'h, O: Order<Note>, F: FnMut(&mut Note) -> Result<()>> HaplotypeGuard<'h, O, F> {
    /// `note` takes each chunk's note before `inner` has its output; `window` in bases, `reserve` in bytes.
    pub(crate) fn new(inner: O, (window, reserve): (u32, usize), held: &'h mut Held, note: F) -> Self {
        let (waiting, contig) = (VecDeque::new(), Vec::new());
        Self { inner, note, window, held, waiting, reserve, contig, recent: Vec::new(), lines: 0 }
    }

    /// The next stage, behind the end of a run.
    pub(crate) fn into_inner(self) -> O {
        self.inner
    }

    /// Hands on the outputs that can be decided; all of them at the end of the input.
    fn hand_on(&mut self, at_end: bool, sink: &mut Sink) -> Result<()> {
        while let Some(front) = self.waiting.front() {
            let last = front.reached();
            let open = last.is_some_and(|(_, pos)| {
                front.note.carried.iter().any(|carried| carried.shift.is_some() && carried.read == pos)
            });
            let goes_on = |out: &Output<Note>| out.reached().is_some_and(|reached| Some(reached) != last);
            if open && !at_end && !self.waiting.iter().skip(1).any(goes_on) {
                return Ok(());
            }
            let Some(mut front) = self.waiting.pop_front() else { return Ok(()) };
            self.choose(&mut front);
            self.inner.accept(front, sink)?;
        }
        Ok(())
    }

    fn choose(&mut self, out: &mut Output<Note>) {
        let mut all = VecDeque::from(std::mem::take(&mut out.note.carried));
        let last = all.back().map(|carried| carried.read);
        let mut stays = Vec::new();
        while let Some(mut carried) = all.pop_front() {
            let contig = out.contig_name(carried.contig);
            if self.contig != contig {
                self.contig = contig.to_vec();
                self.recent.clear();
            }
            if let Some(shift) = carried.shift.take() {
                let next = self.waiting.iter().flat_map(|out| {
                    let here = |next: &&Carried| out.contig_name(next.contig) == self.contig;
                    out.note.carried.iter().take_while(here)
                });
                let later = all.iter().filter(|later| later.contig == carried.contig).chain(next);
                let later = later.take_while(|later| later.read == carried.read);
                if self.is_in_the_way(&carried, later) {
                    stays.push(shift.number);
                    (carried.pos, carried.end) = (carried.read, shift.end);
                    *self.held.by_contig.entry(self.contig.clone()).or_default() += 1;
                    if self.held.findings.len() < NAMED {
                        let contig = self.contig.clone();
                        self.held.findings.push(Finding { contig, pos: carried.read, what: shift.shown });
                    }
                }
            }
            self.recent.push(carried);
        }
        if let Some(last) = last {
            self.recent.retain(|carried| carried.end.saturating_add(self.window) >= last);
        }
        // In ascending order, as they were numbered.
        out.choose(|number| stays.binary_search(&number).is_err());
    }

    /// Whether something else of its haplotype stands between where a record would go and where it is, or whether that
    /// is not known. `later` are records behind it at its POS.
    fn is_in_the_way<'s>(&self, moving: &Carried, mut later: impl Iterator<Item = &'s Carried>) -> bool {
        let other = |carried: &Carried| carried.line != moving.line && carried.carriers.share(&moving.carriers);
        // What stood further back is forgotten: moving there would be a guess.
        moving.read - moving.pos > self.window
            // Records of one POS come in any order: one behind this one may be in its way, too.
            || later.any(other)
            || self
                .recent
                .iter()
                .any(|carried| carried.pos <= moving.read && carried.end >= moving.pos && other(carried))
    }
}

impl<O: Order<Note>, F: FnMut(&mut Note) -> Result<()>> Order<Note> for HaplotypeGuard<'_, O, F> {
    fn accept(&mut self, mut out: Output<Note>, sink: &mut Sink) -> Result<()> {
        (self.note)(&mut out.note)?;
        out.note.carried.iter_mut().for_each(|carried| carried.line += self.lines);
        self.lines += out.lines();
        self.waiting.push_back(out);
        self.hand_on(false, sink)?;
        self.waiting.iter_mut().for_each(Output::release);
        // The newest first, as those that are on disk already take next to nothing.
        let mut bytes = self.waiting.iter().map(Output::held_bytes).sum::<usize>();
        for out in self.waiting.iter_mut().rev() {
            if bytes <= self.reserve {
                break;
            }
            bytes -= out.held_bytes();
            out.spill()?;
            bytes += out.held_bytes();
        }
        Ok(())
    }

    fn work_on(&mut self, threads: &Threads) {
        self.inner.work_on(threads);
    }

    fn warnings(&mut self) -> Vec<Error> {
        self.inner.warnings()
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        self.hand_on(true, sink)?;
        self.inner.finish(sink)
    }
}
