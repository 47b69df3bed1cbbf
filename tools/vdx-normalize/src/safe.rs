//! `--safe`: a record moves left only where nothing else of its haplotype stands.
//!
//! The same indel can be written at several places of a repeat because what is between them is REF. On a haplotype with
//! another variant there that is not so: moved across it the indel spells other bases. What stands where is known in the
//! order of the input only, so workers write a record that would move in both forms, and one of them is chosen here.

use std::collections::{HashMap, VecDeque};

use vdx_hts::Result;
use vdx_pipeline::Sink;
use vdx_pipeline::ordered::Order;
use vdx_pipeline::output::Output;

use crate::haplotypes::Carriers;
use crate::note::{Finding, NAMED, Note, Tally};

/// Where a record that is known to be on some haplotype stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// As [`Output::contig_name`] numbers it.
    pub contig: u32,
    /// The line it was read from, within its chunk; what comes of one record is not in its own way.
    pub line: u64,
    /// POS as it was read.
    pub read: u32,
    /// POS and the last base of REF (or END) as it is written, or would be.
    pub pos: u32,
    /// The last base.
    pub end: u32,
    /// Who has it.
    pub carriers: Carriers,
    /// Where it would move left.
    pub shift: Option<Shift>,
}

/// A choice between two forms of a record.
#[derive(Clone, Debug)]
pub struct Shift {
    /// The number of the choice in the chunk.
    pub number: u32,
    /// The last base of REF where it stays.
    pub end: u32,
    /// The record, for a message.
    pub shown: String,
}

/// What was held back.
#[derive(Debug, Default)]
pub struct Held {
    by_contig: HashMap<Vec<u8>, u64>,
    /// The first ones.
    pub findings: Vec<Finding>,
}

impl Held {
    /// Adds what was counted to the rest.
    pub fn count_into(&self, tally: &mut Tally) {
        self.by_contig.iter().for_each(|(contig, count)| tally.held_back(contig, *count));
    }

    /// How many records.
    pub fn records(&self) -> u64 {
        self.by_contig.values().sum()
    }
}

/// Chooses, and hands on to the next stage.
pub struct Safe<'h, O, F> {
    inner: O,
    /// Takes each chunk's note as it comes.
    note: F,
    /// How far back, in bases, it is known what stands there.
    window: u32,
    held: &'h mut Held,
    /// Outputs of which a record at the last POS would move: what else is read there is not known yet.
    waiting: VecDeque<Output<Note>>,
    contig: Vec<u8>,
    recent: Vec<Standing>,
    lines: u64,
}

impl<'h, O: Order<Note>, F: FnMut(&mut Note) -> Result<()>> Safe<'h, O, F> {
    /// `note` takes each chunk's note before `inner` has its output; `window` in bases.
    pub fn new(inner: O, window: u32, held: &'h mut Held, note: F) -> Self {
        let (waiting, contig) = (VecDeque::new(), Vec::new());
        Self { inner, note, window, held, waiting, contig, recent: Vec::new(), lines: 0 }
    }

    /// Hands on the outputs that can be decided; all of them at the end of the input.
    fn hand_on(&mut self, at_end: bool, sink: &mut Sink) -> Result<()> {
        while let Some(front) = self.waiting.front() {
            let last = front.reached();
            let open = last.is_some_and(|(_, pos)| {
                front.note.standing.iter().any(|standing| standing.shift.is_some() && standing.read == pos)
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
        let all = std::mem::take(&mut out.note.standing);
        let mut stays = Vec::new();
        for (at, standing) in all.iter().enumerate() {
            let contig = out.contig_name(standing.contig);
            if self.contig != contig {
                self.contig = contig.to_vec();
                self.recent.clear();
            }
            let mut decided = standing.clone();
            if let Some(shift) = decided.shift.take() {
                let next = self.waiting.iter().flat_map(|out| {
                    let here = |next: &&Standing| out.contig_name(next.contig) == self.contig;
                    out.note.standing.iter().take_while(here)
                });
                let later = all[at + 1..].iter().filter(|later| later.contig == standing.contig).chain(next);
                let later = later.take_while(|later| later.read == standing.read);
                if self.is_in_the_way(standing, later) {
                    stays.push(shift.number);
                    (decided.pos, decided.end) = (standing.read, shift.end);
                    *self.held.by_contig.entry(self.contig.clone()).or_default() += 1;
                    if self.held.findings.len() < NAMED {
                        let contig = self.contig.clone();
                        self.held.findings.push(Finding { contig, pos: standing.read, what: shift.shown });
                    }
                }
            }
            self.recent.push(decided);
        }
        if let Some(last) = all.last() {
            self.recent.retain(|standing| standing.end.saturating_add(self.window) >= last.read);
        }
        out.choose(|number| !stays.contains(&number));
    }

    /// Whether something else of its haplotype stands between where a record would go and where it is, or whether that
    /// is not known. `later` are records behind it at its POS.
    fn is_in_the_way<'s>(&self, moving: &Standing, mut later: impl Iterator<Item = &'s Standing>) -> bool {
        let other = |standing: &Standing| standing.line != moving.line && standing.carriers.share(&moving.carriers);
        moving.read - moving.pos > self.window
            || later.any(other)
            || self
                .recent
                .iter()
                .any(|standing| standing.pos <= moving.read && standing.end >= moving.pos && other(standing))
    }
}

impl<O: Order<Note>, F: FnMut(&mut Note) -> Result<()>> Order<Note> for Safe<'_, O, F> {
    fn accept(&mut self, mut out: Output<Note>, sink: &mut Sink) -> Result<()> {
        (self.note)(&mut out.note)?;
        out.note.standing.iter_mut().for_each(|standing| standing.line += self.lines);
        self.lines += out.lines();
        self.waiting.push_back(out);
        self.hand_on(false, sink)?;
        self.waiting.iter().for_each(Output::release);
        Ok(())
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        self.hand_on(true, sink)?;
        self.inner.finish(sink)
    }
}
