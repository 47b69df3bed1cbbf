//! What VCF and tables share: the questions of a chunk, their answers, and which records stay.

use std::collections::HashMap;

use vdx_stream::Result;

use crate::alleles::{self, Status};
use crate::db::{Db, Resolved, Taker};
use crate::fields;
use crate::lookup::{self, Answer, Cursors, Question};
use crate::plan::{Keep, Settings};
use crate::scan::Values;

/// One source with what is wanted of it; shared by the workers.
pub struct Annotator<'a> {
    /// The source.
    pub db: &'a Db,
    /// What is wanted.
    pub settings: &'a Settings,
    takers: Vec<Taker>,
    /// Contig lengths that the input's header gives.
    lengths: HashMap<Vec<u8>, u64>,
    /// Which of the fields is the status.
    status: Option<usize>,
}

/// What a worker keeps from chunk to chunk.
pub struct Scratch {
    cursors: Cursors,
    resolved: HashMap<Vec<u8>, Resolved>,
    values: Values,
}

/// What a chunk tells the ordered stage.
#[derive(Debug, Default)]
pub struct Note {
    /// Records that stay.
    pub kept: u64,
    /// ALTs by [`Status`].
    pub statuses: [u64; Status::ALL.len()],
    /// Records by contig, in order of appearance.
    pub contigs: Vec<(Vec<u8>, u64)>,
    /// Records on contigs that the source lacks.
    pub not_covered: Vec<(Vec<u8>, u64)>,
    /// For each ALT that tells: does REF agree? In input order.
    pub agreements: Vec<bool>,
}

/// The questions of one chunk and their answers: one answer for each ALT of each record.
#[derive(Default)]
pub struct Batch<'c> {
    questions: Vec<Question<'c>>,
    answers: Vec<Answer>,
}

/// Where a record's answers stand in its batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Alts {
    first: usize,
    count: usize,
}

impl<'a> Annotator<'a> {
    /// `lengths`: what the input's header says of its contigs.
    pub fn new(db: &'a Db, settings: &'a Settings, lengths: HashMap<Vec<u8>, u64>) -> Self {
        let status = settings.fields.iter().position(|field| field.name == fields::STATUS);
        Self { db, settings, takers: db.takers(&settings.fields), lengths, status }
    }

    /// Buffers for one worker.
    pub fn scratch(&self) -> Scratch {
        Scratch { cursors: Cursors::default(), resolved: HashMap::new(), values: Values::default() }
    }

    /// Takes the ALTs of one record into the batch.
    ///
    /// # Errors
    /// The contig is of another build.
    pub fn ask<'c>(
        &self,
        scratch: &mut Scratch,
        batch: &mut Batch<'c>,
        note: &mut Note,
        (chrom, pos, reference): (&[u8], u32, &'c [u8]),
        alts: impl Iterator<Item = &'c [u8]>,
    ) -> Result<Alts> {
        let resolved = match scratch.resolved.get(chrom) {
            Some(resolved) => *resolved,
            None => {
                let resolved = self.db.resolve(chrom, self.lengths.get(chrom).copied())?;
                scratch.resolved.insert(chrom.to_vec(), resolved);
                resolved
            }
        };
        count(&mut note.contigs, chrom);
        if resolved == Resolved::NotCovered {
            count(&mut note.not_covered, chrom);
        }
        let first = batch.answers.len();
        for alt in alts {
            let slot = batch.answers.len() as u32;
            let status = match (alleles::question(pos, reference, alt), resolved) {
                (None, _) => Status::NotRepresented,
                (Some(_), Resolved::NotCovered) => Status::NotCovered,
                (Some(variant), Resolved::Covered(contig)) => {
                    batch.questions.push(Question { contig, variant, slot });
                    Status::Absent
                }
            };
            batch.answers.push(Answer::without(status));
        }
        Ok(Alts { first, count: batch.answers.len() - first })
    }

    /// Looks everything up.
    ///
    /// # Errors
    /// A gnomAD file that cannot be opened or read.
    pub fn answer(&self, scratch: &mut Scratch, batch: &mut Batch<'_>, note: &mut Note) -> Result<()> {
        let Scratch { cursors, values, .. } = scratch;
        values.reset(self.settings.fields.len());
        lookup::look_up(self.db, &self.takers, cursors, &mut batch.questions, &mut batch.answers, values)?;
        for answer in &batch.answers {
            note.statuses[answer.status as usize] += 1;
            note.agreements.extend(answer.agrees);
        }
        Ok(())
    }

    /// Whether a record stays.
    pub fn stays(&self, scratch: &Scratch, batch: &Batch<'_>, alts: Alts) -> bool {
        let answers = batch.of(alts);
        let has = answers.iter().any(|answer| self.record(answer).is_some());
        let wanted = match self.settings.keep {
            Keep::All => true,
            Keep::Found => has,
            Keep::Absent => !has,
        };
        let Some((most, field)) = self.settings.max_af else { return wanted };
        let is_common = |answer: &Answer| {
            let af = self.record(answer).and_then(|record| scratch.values.get(record, field));
            let af = af.and_then(|text| std::str::from_utf8(text).ok()?.parse::<f64>().ok());
            af.is_some_and(|af| af > most)
        };
        wanted && (answers.is_empty() || !answers.iter().all(is_common))
    }

    /// Appends a field's values, one per ALT, joined by `,` with `.` where an ALT has none. Appends nothing and returns
    /// false where no ALT has one.
    pub fn write(&self, scratch: &Scratch, batch: &Batch<'_>, alts: Alts, field: usize, out: &mut Vec<u8>) -> bool {
        let answers = batch.of(alts);
        let value = |answer: &Answer| self.value(scratch, answer, field);
        if answers.iter().all(|answer| value(answer).is_none()) {
            return false;
        }
        for (at, answer) in answers.iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            match self.value(scratch, answer, field) {
                Some(value) => out.extend_from_slice(value),
                None => out.push(b'.'),
            }
        }
        true
    }

    fn value<'s>(&self, scratch: &'s Scratch, answer: &Answer, field: usize) -> Option<&'s [u8]> {
        if self.status == Some(field) {
            return Some(answer.status.name().as_bytes());
        }
        scratch.values.get(self.record(answer)?, field)
    }

    /// The record that an ALT takes its values from.
    fn record(&self, answer: &Answer) -> Option<u32> {
        answer.record.filter(|_| !(self.settings.pass_only && answer.status == Status::Filtered))
    }
}

impl Batch<'_> {
    fn of(&self, alts: Alts) -> &[Answer] {
        &self.answers[alts.first..alts.first + alts.count]
    }
}

/// Counts a record; records come contig by contig, so the last entry is nearly always the one.
fn count(counts: &mut Vec<(Vec<u8>, u64)>, chrom: &[u8]) {
    match counts.iter_mut().rev().find(|(name, _)| name == chrom) {
        Some((_, count)) => *count += 1,
        None => counts.push((chrom.to_vec(), 1)),
    }
}
