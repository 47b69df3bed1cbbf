//! What VCF and tables share: the questions of a chunk, their answers, and which records stay.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use vdx_genome::Reference;
use vdx_stream::Result;
use vdx_stream::tabix::Effort;

use crate::alleles::Status;
use crate::batch::{Aligned, Alts, Batch};
use crate::covered::Absence;
use crate::db::{Db, Resolved, Taker};
use crate::fields;
use crate::lookup::{self, Answer, Cursors, Question};
use crate::plan::{Keep, Settings};
use crate::scan::Values;
use crate::shift::{Shifted, Shifter, may_move};
use crate::store::SitesCursor;

/// The sources with what is wanted of them; shared by the workers.
pub struct Annotator<'a> {
    /// What is wanted.
    pub settings: &'a Settings,
    sources: Vec<Source<'a>>,
    /// What indels are aligned by (`-f`).
    fasta: Option<&'a Reference>,
    /// Contig lengths that the input's header gives.
    lengths: HashMap<Vec<u8>, u64>,
    /// What is written, in order: the source and the field in it.
    columns: Vec<(usize, usize)>,
    /// How many workers there are.
    workers: AtomicUsize,
}

struct Source<'a> {
    db: &'a Db,
    takers: Vec<Taker>,
    absence: Absence,
    /// How many fields are looked up.
    width: usize,
    /// Which of the fields is the status.
    status: Option<usize>,
    /// Which of the fields is the AF that `--max-af` limits.
    af: Option<usize>,
}

/// What a worker keeps from chunk to chunk.
pub struct Scratch<'a> {
    /// The number of the worker.
    worker: usize,
    shifter: Option<Shifter<'a>>,
    sources: Vec<(Cursors, SitesCursor, Values)>,
    contigs: Vec<Known>,
    numbers: HashMap<Vec<u8>, usize>,
    /// The number of the last contig that was asked for.
    last: usize,
}

/// A contig of the input.
struct Known {
    name: Vec<u8>,
    /// By source.
    resolved: Vec<Resolved>,
    /// The number in the FASTA.
    fasta: Option<usize>,
}

/// What a chunk tells the ordered stage.
#[derive(Debug, Default)]
pub struct Note {
    /// Records that stay.
    pub kept: u64,
    /// In order of appearance; a contig may be there twice.
    pub contigs: Vec<ContigCounts>,
    /// What came of aligning indels.
    pub aligned: Aligned,
    /// By source, what reading gnomAD's files cost.
    pub efforts: Vec<Effort>,
    /// Whose work it was.
    pub turn: Turn,
    /// By source, for each ALT that tells: does REF agree? In input order.
    pub agreements: Vec<Vec<bool>>,
}

/// One chunk's work.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Turn {
    /// The number of the worker.
    pub worker: usize,
    /// Records of the chunk.
    pub records: u64,
    /// How long it took.
    pub busy: Duration,
}

/// What came of the records on one contig.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ContigCounts {
    /// As the input has it.
    pub name: Vec<u8>,
    /// How many records.
    pub records: u64,
    /// By source: what the contig is there, and ALTs by [`Status`].
    pub sources: Vec<(Resolved, [u64; Status::ALL.len()])>,
}

impl<'a> Annotator<'a> {
    /// `dbs` are the sources of `settings`; `fasta`: what indels are aligned by; `lengths`: what the input's header says
    /// of its contigs.
    pub fn new(
        dbs: &'a [Db],
        settings: &'a Settings,
        fasta: Option<&'a Reference>,
        lengths: HashMap<Vec<u8>, u64>,
    ) -> Self {
        let source = |(db, wanted): (&'a Db, &crate::plan::SourceFields)| Source {
            db,
            takers: db.takers(&wanted.fields),
            absence: Absence::new(&wanted.fields),
            width: wanted.fields.len(),
            status: wanted.fields.iter().position(|field| field.name == fields::STATUS),
            af: wanted.af,
        };
        let columns = settings.sources.iter().enumerate();
        let columns = columns.flat_map(|(source, wanted)| (0..wanted.written).map(move |field| (source, field)));
        let sources = dbs.iter().zip(&settings.sources).map(source).collect();
        Self { settings, sources, fasta, lengths, columns: columns.collect(), workers: AtomicUsize::new(0) }
    }

    /// Buffers for one worker.
    pub fn scratch(&self) -> Scratch<'a> {
        let sources =
            self.sources.iter().map(|_| (Cursors::default(), SitesCursor::default(), Values::default())).collect();
        let shifter = self.fasta.map(Shifter::new);
        let worker = self.workers.fetch_add(1, Ordering::Relaxed);
        Scratch { worker, shifter, sources, contigs: Vec::new(), numbers: HashMap::new(), last: 0 }
    }

    /// How many values are written for a record.
    pub fn width(&self) -> usize {
        self.columns.len()
    }

    /// Takes the ALTs of one record into the batch.
    ///
    /// # Errors
    /// The contig is of another build; the FASTA cannot be read.
    pub fn ask<'c>(
        &self,
        scratch: &mut Scratch<'a>,
        batch: &mut Batch<'c>,
        (chrom, pos, reference): (&[u8], u32, &'c [u8]),
        alts: impl Iterator<Item = &'c [u8]>,
    ) -> Result<Alts> {
        if scratch.contigs.get(scratch.last).is_none_or(|known| known.name != chrom) {
            scratch.last = self.contig(scratch, chrom)?;
        }
        let alts = batch.add(scratch.last, pos, reference, alts);
        if let Some(shifter) = &mut scratch.shifter {
            align(shifter, &scratch.contigs[scratch.last], batch, pos, alts)?;
        }
        Ok(alts)
    }

    /// The number of a contig.
    fn contig(&self, scratch: &mut Scratch<'a>, chrom: &[u8]) -> Result<usize> {
        if let Some(&at) = scratch.numbers.get(chrom) {
            return Ok(at);
        }
        let length = self.lengths.get(chrom).copied();
        let resolved = self.sources.iter().map(|source| source.db.resolve(chrom, length)).collect::<Result<_>>()?;
        let fasta = scratch.shifter.as_ref().and_then(|shifter| shifter.contig(chrom, length));
        scratch.contigs.push(Known { name: chrom.to_vec(), resolved, fasta });
        scratch.numbers.insert(chrom.to_vec(), scratch.contigs.len() - 1);
        Ok(scratch.contigs.len() - 1)
    }

    /// Looks everything up.
    ///
    /// # Errors
    /// A gnomAD file that cannot be opened or read.
    pub fn answer(&self, scratch: &mut Scratch<'a>, batch: &mut Batch<'_>, note: &mut Note) -> Result<()> {
        note.contigs = batch
            .runs()
            .iter()
            .map(|run| ContigCounts {
                name: scratch.contigs[run.contig].name.clone(),
                records: run.records,
                sources: Vec::new(),
            })
            .collect();
        note.aligned = std::mem::take(&mut batch.aligned);
        let mut all = Vec::with_capacity(self.sources.len());
        let mut questions = Vec::with_capacity(batch.slots());
        for (at, (source, (cursors, sites, values))) in self.sources.iter().zip(&mut scratch.sources).enumerate() {
            let mut answers = vec![Answer::without(Status::NotRepresented); batch.slots()];
            questions.clear();
            for run in batch.runs() {
                let resolved = scratch.contigs[run.contig].resolved[at];
                for slot in run.slots.clone() {
                    match (batch.subject(slot), resolved) {
                        (None, _) => {}
                        (Some(_), Resolved::NotCovered) => answers[slot] = Answer::without(Status::NotCovered),
                        (Some(variant), Resolved::Covered(contig)) => {
                            questions.push(Question { contig, variant, slot: slot as u32 });
                        }
                    }
                }
            }
            values.reset(source.width);
            lookup::look_up(source.db, &source.takers, cursors, &mut questions, &mut answers, values)?;
            source.absence.judge(source.db, sites, &questions, &mut answers, values)?;
            for (run, counts) in batch.runs().iter().zip(&mut note.contigs) {
                let mut statuses = [0; Status::ALL.len()];
                answers[run.slots.clone()].iter().for_each(|answer| statuses[answer.status as usize] += 1);
                counts.sources.push((scratch.contigs[run.contig].resolved[at], statuses));
            }
            note.efforts.push(cursors.take_effort());
            note.agreements.push(answers.iter().filter_map(|answer| answer.agrees).collect());
            all.push(answers);
        }
        batch.answers = all;
        Ok(())
    }

    /// Says whose work a chunk of so many records was.
    pub fn turn(&self, scratch: &Scratch<'_>, records: usize, started: Instant) -> Turn {
        Turn { worker: scratch.worker, records: records as u64, busy: started.elapsed() }
    }

    /// Whether a record stays.
    pub fn stays(&self, scratch: &Scratch<'_>, batch: &Batch<'_>, alts: Alts) -> bool {
        let has = |at: usize| batch.of(at, alts).iter().any(|answer| self.has(answer));
        let wanted = match self.settings.keep {
            Keep::All => true,
            Keep::Found => (0..self.sources.len()).any(has),
            Keep::Absent => !(0..self.sources.len()).any(has),
        };
        let Some(most) = self.settings.max_af else { return wanted };
        // An ALT is common where any source says so.
        let is_common = |alt: usize| {
            self.sources.iter().enumerate().any(|(at, source)| {
                let record = self.record(&batch.of(at, alts)[alt]).zip(source.af);
                let af = record.and_then(|(record, field)| scratch.sources[at].2.get(record, field));
                let af = af.and_then(|text| std::str::from_utf8(text).ok()?.parse::<f64>().ok());
                af.is_some_and(|af| af > most)
            })
        };
        wanted && (alts.is_empty() || !(0..alts.len()).all(is_common))
    }

    /// Whether a record may have values to write.
    pub fn has_values(&self, batch: &Batch<'_>, alts: Alts) -> bool {
        let may = |(at, source): (usize, &Source<'_>)| {
            source.status.is_some() || batch.of(at, alts).iter().any(|answer| self.record(answer).is_some())
        };
        self.sources.iter().enumerate().any(may)
    }

    /// Appends `key` and the values of column number `column`, one per ALT, joined by `,` with `.` where an ALT has none.
    /// Appends nothing where no ALT has one.
    pub fn write(
        &self,
        scratch: &Scratch<'_>,
        batch: &Batch<'_>,
        alts: Alts,
        (column, key): (usize, &[u8]),
        out: &mut Vec<u8>,
    ) {
        let (source, field) = self.columns[column];
        let answers = batch.of(source, alts);
        let value = |answer: &Answer| self.value(scratch, source, answer, field);
        if let [answer] = answers {
            if let Some(text) = value(answer) {
                out.extend_from_slice(key);
                out.extend_from_slice(text);
            }
            return;
        }
        let present = answers.iter().enumerate().find_map(|(at, answer)| Some((at, value(answer)?)));
        let Some((first, text)) = present else { return };
        out.extend_from_slice(key);
        (0..first).for_each(|_| out.extend_from_slice(b".,"));
        out.extend_from_slice(text);
        for answer in &answers[first + 1..] {
            out.push(b',');
            out.extend_from_slice(value(answer).unwrap_or(b"."));
        }
    }

    /// Bytes of all values that the answers took.
    pub fn footprint(&self, scratch: &Scratch<'_>) -> usize {
        scratch.sources.iter().map(|(_, _, values)| values.footprint()).sum()
    }

    fn value<'s>(&self, scratch: &'s Scratch<'_>, source: usize, answer: &Answer, field: usize) -> Option<&'s [u8]> {
        if self.sources[source].status == Some(field) {
            return Some(answer.status.name().as_bytes());
        }
        scratch.sources[source].2.get(self.record(answer)?, field)
    }

    /// Whether gnomAD has an ALT, as far as it is wanted.
    fn has(&self, answer: &Answer) -> bool {
        matches!(answer.status, Status::Found | Status::Filtered) && self.record(answer).is_some()
    }

    /// The record that an ALT takes its values from.
    fn record(&self, answer: &Answer) -> Option<u32> {
        answer.record.filter(|_| !(self.settings.pass_only && answer.status == Status::Filtered))
    }
}

/// Moves the indels of a record on a contig to where gnomAD has them.
fn align(shifter: &mut Shifter<'_>, contig: &Known, batch: &mut Batch<'_>, pos: u32, alts: Alts) -> Result<()> {
    for slot in alts.slots() {
        let Some(variant) = batch.subject(slot).filter(may_move) else { continue };
        let Some(number) = contig.fasta else {
            match batch.aligned.no_contig.iter_mut().find(|(name, _)| *name == contig.name) {
                Some((_, count)) => *count += 1,
                None => batch.aligned.no_contig.push((contig.name.clone(), 1)),
            }
            continue;
        };
        match shifter.shift(number, &variant)? {
            Shifted::Stays => {}
            Shifted::To(to) => {
                batch.relocate(slot, &to);
                batch.aligned.moved += 1;
            }
            Shifted::RefDiffers => {
                batch.aligned.ref_differs += 1;
                batch.aligned.first.get_or_insert_with(|| (contig.name.clone(), pos));
            }
        }
    }
    Ok(())
}
