//! What VCF and tables share: the questions of a chunk, their answers, and which records stay.

mod note;
mod questions;
mod values;

pub(crate) use self::note::{ContigCounts, LeftOut, Note, Turn};

use std::collections::HashMap;
use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;

use vdx_genome::Reference;
use vdx_hts::{Error, Result};

use crate::fields;
use crate::query::batch::{Batch, Literal};
use crate::query::look_up;
use crate::query::settings::{Settings, SourceFields};
use crate::query::shift::Shifter;
use crate::source::agreement::Compared;
use crate::source::{Answer, Db, Extent, How, Question, Reader, Resolved, Status};
use crate::values::{LeftOutValue, Values};

/// The sources with what is wanted of them; shared by the workers.
pub(crate) struct Annotator<'a> {
    /// What is wanted.
    pub(crate) settings: &'a Settings,
    sources: Vec<Asked<'a>>,
    /// What indels are aligned by (`-f`).
    fasta: Option<&'a Reference>,
    /// Contig lengths that the input's header gives.
    lengths: HashMap<Vec<u8>, u64>,
    /// By source, the error for records on nuclear chromosomes; none at all: there are no such errors.
    contradictions: Vec<Option<Error>>,
    /// What is written, in order: the source and the field in it.
    columns: Vec<(usize, usize)>,
    /// How many workers there are.
    workers: AtomicUsize,
}

/// A source, and what is asked of it.
struct Asked<'a> {
    db: &'a Db,
    wanted: &'a SourceFields,
    /// Which of the fields is the status.
    status: Option<usize>,
    /// Which of the fields is the AF that `--max-af` limits.
    af: Option<usize>,
}

/// What a worker keeps from chunk to chunk.
pub(crate) struct Scratch<'a> {
    /// The number of the worker.
    worker: usize,
    shifter: Option<Shifter<'a>>,
    /// By source.
    sources: Vec<Looked<'a>>,
    contigs: Vec<Known>,
    numbers: HashMap<Vec<u8>, usize>,
    /// The number of the last contig that was asked for.
    last: usize,
}

/// What a worker asks a source by, and what it found last.
struct Looked<'a> {
    reader: Box<dyn Reader + 'a>,
    values: Values,
}

/// A contig of the input.
struct Known {
    name: Vec<u8>,
    /// By source.
    resolved: Vec<Resolved>,
    /// The number in the FASTA.
    fasta: Option<usize>,
}

impl Asked<'_> {
    /// What was left out of the answers for the length of its list.
    fn left_out(&self, values: &Values, questions: &[Question<'_>], answers: &[Answer]) -> LeftOut {
        let mut sum = LeftOut::default();
        if values.left_out().is_empty() {
            return sum;
        }
        let mut first: Option<(&Question<'_>, &LeftOutValue)> = None;
        for question in questions {
            let Some(record) = answers[question.slot as usize].record else { continue };
            let found = values.left_out_of(record);
            sum.count += found.len() as u64;
            if let Some(found) = found.first()
                && first.is_none_or(|(first, _)| question.slot < first.slot)
            {
                first = Some((question, found));
            }
        }
        sum.first = first.map(|(question, found)| self.db.located(question.contig, question.variant.pos, &found.wrong));
        sum
    }
}

/// Asks a contig of a source for the ALTs of these slots, in all their forms; where it `is_plain`, only in the minimal ones.
fn put_questions<'b>(
    batch: &'b Batch<'_>,
    extents: &'b [Extent<'b>],
    slots: Range<usize>,
    (contig, is_plain): (u32, bool),
    questions: &mut Vec<Question<'b>>,
) {
    let literals = batch.literals();
    let first = literals.partition_point(|literal| literal.slot < slots.start);
    let mut literals = literals[first..].iter().zip(&extents[first..]).peekable();
    for slot in slots {
        let literal = literals.next_if(|(literal, _)| literal.slot == slot);
        let question = |variant, how| Question { contig, variant, slot: slot as u32, how, extent: None };
        if let Some(variant) = batch.subject(slot) {
            questions.push(question(variant, if literal.is_some() { How::Minimal } else { How::Own }));
        }
        if let Some((literal, extent)) = literal.filter(|_| !is_plain) {
            questions.push(Question { extent: Some(extent), ..question(literal.variant, How::Text) });
        }
        if let Some(variant) = batch.moved(slot) {
            questions.push(question(variant, How::Moved));
        }
    }
}

/// What REF letters say of the input and source number `source`.
fn compared(batch: &Batch<'_>, contigs: &[Known], source: usize, answers: &[Answer]) -> Compared {
    let mut compared = Compared { agree: Vec::with_capacity(answers.len()), ends: None };
    for run in batch.runs() {
        let Resolved::Covered(contig) = contigs[run.contig].resolved[source] else { continue };
        for slot in run.slots.clone() {
            if let Some(agrees) = answers[slot].agrees
                && let Some(pos) = batch.position(slot)
            {
                compared.add((contig, pos), agrees);
            }
        }
    }
    compared
}

impl<'a> Annotator<'a> {
    /// `dbs` are the sources of `settings`; `fasta`: what indels are aligned by; `lengths`: what the input's header says
    /// of its contigs; `contradictions`: by source, if it speaks for another build than the source's.
    pub(crate) fn new(
        dbs: &'a [Db],
        settings: &'a Settings,
        fasta: Option<&'a Reference>,
        lengths: HashMap<Vec<u8>, u64>,
        contradictions: Vec<Option<Error>>,
    ) -> Self {
        let source = |(db, wanted): (&'a Db, &'a SourceFields)| Asked {
            db,
            wanted,
            status: wanted.fields.iter().position(|field| field.name == fields::STATUS),
            af: wanted.af,
        };
        let columns = settings.sources.iter().enumerate();
        let columns = columns.flat_map(|(source, wanted)| (0..wanted.written).map(move |field| (source, field)));
        let sources = dbs.iter().zip(&settings.sources).map(source).collect();
        let (columns, workers) = (columns.collect(), AtomicUsize::new(0));
        Self { settings, sources, fasta, lengths, contradictions, columns, workers }
    }

    /// Buffers for one worker.
    pub(crate) fn scratch(&self) -> Scratch<'a> {
        let looked = |source: &Asked<'a>| Looked {
            reader: source.db.source.reader(&source.wanted.fields, self.settings.force),
            values: Values::default(),
        };
        let sources = self.sources.iter().map(looked).collect();
        let shifter = self.fasta.map(Shifter::new);
        let worker = self.workers.fetch_add(1, Ordering::Relaxed);
        Scratch { worker, shifter, sources, contigs: Vec::new(), numbers: HashMap::new(), last: 0 }
    }

    /// How many values are written for a record.
    pub(crate) fn width(&self) -> usize {
        self.columns.len()
    }

    /// Looks everything up.
    ///
    /// # Errors
    /// A gnomAD file that cannot be opened or read.
    pub(crate) fn answer(&self, scratch: &mut Scratch<'a>, batch: &mut Batch<'_>, note: &mut Note) -> Result<()> {
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
        let extents: Vec<Extent<'_>> = batch.literals().iter().map(Literal::extent).collect();
        let mut questions = Vec::with_capacity(batch.slots());
        for (at, (source, Looked { reader, values })) in self.sources.iter().zip(&mut scratch.sources).enumerate() {
            let mut answers = vec![Answer::without(Status::NotRepresented); batch.slots()];
            questions.clear();
            for run in batch.runs() {
                match scratch.contigs[run.contig].resolved[at] {
                    Resolved::Covered(contig) => {
                        let is_plain = source.db.source.is_plain(contig);
                        put_questions(batch, &extents, run.slots.clone(), (contig, is_plain), &mut questions);
                    }
                    Resolved::NotCovered => {
                        for slot in run.slots.clone().filter(|&slot| batch.subject(slot).is_some()) {
                            answers[slot] = Answer::without(Status::NotCovered);
                        }
                    }
                }
            }
            values.reset(source.wanted.fields.len());
            look_up::look_up(source.db, &mut **reader, &mut questions, &mut answers, values)?;
            for (run, counts) in batch.runs().iter().zip(&mut note.contigs) {
                let mut statuses = [0; Status::ALL.len()];
                answers[run.slots.clone()].iter().for_each(|answer| statuses[answer.status as usize] += 1);
                counts.sources.push((scratch.contigs[run.contig].resolved[at], statuses));
            }
            batch.unasked.iter().for_each(|&(slot, status)| answers[slot] = Answer::without(status));
            note.left_out.push(source.left_out(values, &questions, &answers));
            note.efforts.push(reader.take_effort());
            note.compared.push(compared(batch, &scratch.contigs, at, &answers));
            all.push(answers);
        }
        batch.answers = all;
        Ok(())
    }

    /// Says whose work a chunk of so many records was.
    pub(crate) fn turn(&self, scratch: &Scratch<'_>, records: usize, started: Instant) -> Turn {
        Turn { worker: scratch.worker, records: records as u64, busy: started.elapsed() }
    }
}
