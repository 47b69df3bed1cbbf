//! Many questions at once: sorted by place, answered in one sweep over the files.

use vdx_hts::index::{Cursor, Effort};
use vdx_hts::{Error, Result};
use vdx_vcf::Line;
use vdx_vcf::variant::Variant;

use crate::query::alleles::{self, Status};
use crate::query::scan::{Scanner, Values};
use crate::source::{Db, Records, Taker};
use crate::store::{self, Picks, StoreFile};

/// One ALT to be looked up.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The contig's number in the source.
    pub contig: u32,
    /// Minimal form.
    pub variant: Variant<'a>,
    /// Where its answer goes.
    pub slot: u32,
}

/// The answer for one ALT.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Answer {
    /// How it ended.
    pub status: Status,
    /// The record's number in [`Values`], where there is one.
    pub record: Option<u32>,
    /// Whether REF agrees with that of a gnomAD record at the same position; `None` where there is none, or on the
    /// mitochondrion, which tells no build from another.
    pub agrees: Option<bool>,
}

impl Answer {
    /// Before or without a look-up.
    pub fn without(status: Status) -> Self {
        Self { status, record: None, agrees: None }
    }
}

/// Where a worker's last look-up was.
#[derive(Default)]
pub struct Cursors {
    vcf: Cursor,
    store: store::Cursor,
}

impl Cursors {
    /// What reading gnomAD's files has cost since this was last asked.
    pub fn take_effort(&mut self) -> Effort {
        self.vcf.take_effort()
    }
}

/// Answers `questions` into their slots of `answers`, and the values into `values`. Questions may come in any order.
///
/// # Errors
/// A gnomAD file that cannot be opened or read.
pub fn look_up(
    db: &Db,
    takers: &[Taker],
    cursors: &mut Cursors,
    questions: &mut [Question<'_>],
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    // Input is mostly in order already; the sort is stable, so that ties never depend on luck.
    if !questions.is_sorted_by_key(|question| (question.contig, question.variant.pos)) {
        questions.sort_by_key(|question| (question.contig, question.variant.pos));
    }
    let mut rest = &questions[..];
    while let Some(first) = rest.first() {
        let contig = first.contig;
        let (here, behind) = rest.split_at(rest.partition_point(|question| question.contig <= contig));
        rest = behind;
        for question in here {
            let represented = alleles::is_represented(&question.variant);
            let status = if represented { Status::Absent } else { Status::NotRepresented };
            answers[question.slot as usize] = Answer::without(status);
        }
        let Some(records) = db.opened(contig)? else { continue };
        let number = db.file_of(contig);
        let counts = !db.is_mitochondrial(contig);
        let places = here.chunk_by(|a, b| a.variant.pos == b.variant.pos);
        match (&records, &takers[number]) {
            (Records::Vcf(file, at), Taker::Vcf(scanner)) => {
                for same_pos in places {
                    cursors.vcf.lines_at(file, *at, same_pos[0].variant.pos, |line| {
                        let line =
                            Line::parse(line).map_err(|error| Error::caused_by(error).in_file(file.file.name()))?;
                        compare(&line, same_pos, counts, scanner, answers, values)
                            .map_err(|error| error.in_file(file.file.name()).at_locus(line.chrom(), line.pos().into()))
                    })?;
                }
                cursors.vcf.settle(file)?;
            }
            (Records::Store(file), Taker::Store(picks)) => {
                for same_pos in places {
                    rows(number, file, same_pos, counts, picks, &mut cursors.store, answers, values)?;
                }
            }
            // Both are made by what the file is.
            _ => {
                let message = "internal error: a file of gnomAD is read as one of another kind";
                return Err(Error::data(message).in_file(db.title.clone()));
            }
        }
    }
    Ok(())
}

/// Compares the rows of a store with the questions at a position, as [`compare`] does with lines.
#[allow(clippy::too_many_arguments, reason = "what is asked, where, and where the answers go")]
fn rows(
    number: usize,
    file: &StoreFile,
    questions: &[Question<'_>],
    counts: bool,
    picks: &Picks,
    cursor: &mut store::Cursor,
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    for row in cursor.rows_at(number, file, questions[0].variant.pos)? {
        let mut record = None;
        for question in questions {
            let answer = &mut answers[question.slot as usize];
            let found = cursor.key(file, row)?;
            if counts && answer.agrees.is_none() {
                answer.agrees = alleles::references_agree(question.variant.reference, found.reference);
            }
            if answer.record.is_some() || !alleles::same(&question.variant, &found) {
                continue;
            }
            let (taken, passed) = match record {
                Some(known) => known,
                None => (cursor.take(file, picks, row, values)?, cursor.passed(file, row)?),
            };
            record = Some((taken, passed));
            answer.record = Some(taken);
            answer.status = if passed { Status::Found } else { Status::Filtered };
        }
    }
    Ok(())
}

/// Compares one gnomAD record with the questions at its position.
///
/// A record that is not in minimal form stands before the position that it changes and is not found there: gnomAD's
/// records are minimal.
fn compare(
    line: &Line<'_>,
    questions: &[Question<'_>],
    counts: bool,
    scanner: &Scanner,
    answers: &mut [Answer],
    values: &mut Values,
) -> Result<()> {
    for question in questions {
        let answer = &mut answers[question.slot as usize];
        if counts && answer.agrees.is_none() {
            answer.agrees = alleles::references_agree(question.variant.reference, line.reference());
        }
    }
    for (at, alt) in line.alts().enumerate() {
        let Some(found) = alleles::question(line.pos(), line.reference(), alt) else { continue };
        let mut record = None;
        for question in questions.iter().filter(|question| alleles::same(&question.variant, &found)) {
            let answer = &mut answers[question.slot as usize];
            if answer.record.is_some() {
                continue;
            }
            let rest = line.rest().map_err(Error::caused_by)?;
            let number = match record {
                Some(known) => known,
                None => {
                    // Most are one letter.
                    let alts = if line.alt().len() == 1 { 1 } else { line.alts().count() };
                    scanner.scan(&rest, (at, alts), values).map_err(|wrong| wrong.into_error())?
                }
            };
            record = Some(number);
            answer.record = Some(number);
            answer.status = if matches!(rest.filter, b"PASS" | b".") { Status::Found } else { Status::Filtered };
        }
    }
    Ok(())
}
