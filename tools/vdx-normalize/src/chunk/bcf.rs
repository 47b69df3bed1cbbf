//! BCF records as they are. Most stay, and others only get another POS, REF and ALT: nothing else of them is decoded. What
//! is left takes the way of text, one record at a time, so that no rule is there twice.

use std::ops::Range;

use vdx_hts::{Error, Result};
use vdx_vcf::Line;
use vdx_vcf::allele::is_bases;
use vdx_vcf::bcf::{self, Dictionaries, Floats, Record};

use super::worker::Worker;
use super::{InFasta, Steps, Walk, emptied};
use crate::counts::Reason;
use crate::site::{Align, Side, Verdict, check_reference, judge};

/// Whether the ways of this file know all that is to be done; else BCF is text on its way. Every part of the work is named
/// here, so that a new one does not compile before it was thought of.
pub(crate) fn knows(worker: &Worker) -> bool {
    let Worker { steps, same_position: _, filter, transcripts, header: _, fasta: _ } = worker;
    let Steps {
        // Done here or by way of text, one record at a time.
        align: _,
        check: _,
        split: _,
        overlaps: _,
        keep_sum: _,
        force: _,
        numbers: _,
        old_record: _,
        // Not known here.
        atomize,
        safe,
        only_check,
    } = steps;
    transcripts.is_none() && filter.is_none() && atomize.is_none() && !safe && !only_check
}

/// Whether nothing but POS, REF and ALT of a record of bases can change.
fn only_aligns(steps: &Steps) -> bool {
    steps.align == Align::Whole && steps.old_record.is_none()
}

impl<'a, 'c> Walk<'_, 'a, 'c> {
    /// Takes the next record; `range` is where `bytes` stand in the chunk.
    pub(crate) fn bcf(&mut self, dictionaries: &'c Dictionaries, bytes: &'c [u8], range: Range<usize>) -> Result<()> {
        self.out.line();
        let record = Record::parse(bytes).map_err(|error| self.error(error.to_string()))?;
        if record.n_samples() != dictionaries.n_samples() {
            let (expected, found) = (dictionaries.n_samples(), record.n_samples());
            let message = format!("damaged BCF record: expected {expected} samples as in the header, found {found}");
            return Err(self.error(message));
        }
        let pos = record.pos();
        if self.number != Some(record.contig()) {
            let contig = dictionaries.contig(record.contig()).ok_or_else(|| {
                self.error("damaged BCF record: expected a contig of the header; make the file again".to_owned())
            })?;
            if contig != self.contig {
                self.enter(contig, pos)?;
            }
            self.number = Some(record.contig());
        }
        self.reach(pos)?;
        if self.alleles_stay(&record)? {
            self.keep(range, pos);
            return Ok(());
        }
        if only_aligns(&self.worker.steps) && self.aligns(&record, dictionaries, &range)? {
            return Ok(());
        }
        self.as_text(&record, dictionaries, range)
    }

    /// The first look of text, at a record's alleles.
    #[inline]
    fn alleles_stay(&mut self, record: &Record) -> Result<bool> {
        if self.in_fasta == InFasta::Unchecked {
            return Ok(record.n_alleles() <= 2);
        }
        let mut alts = record.alts();
        match (alts.next(), alts.next()) {
            (Some(alt), None) => self.substitution_stays(record.pos(), record.reference(), alt),
            _ => Ok(false),
        }
    }

    /// Aligns a record of bases, where that is all there is to do; `false` where it is not, and nothing was done.
    fn aligns(&mut self, record: &Record, dictionaries: &Dictionaries, range: &Range<usize>) -> Result<bool> {
        let mut alleles = emptied(std::mem::take(&mut self.alleles));
        alleles.extend(record.alleles());
        let done = self.aligns_to(record, &alleles, dictionaries, range);
        self.alleles = emptied(alleles);
        done
    }

    fn aligns_to(
        &mut self,
        record: &Record,
        alleles: &[&[u8]],
        dictionaries: &Dictionaries,
        range: &Range<usize>,
    ) -> Result<bool> {
        let splits = self.worker.steps.split.is_some() && alleles.len() > 2;
        if self.in_fasta != InFasta::Found
            || self.transcripts.is_some()
            || splits
            || alleles.len() < 2
            || !alleles.iter().all(|allele| is_bases(allele))
        {
            return Ok(false);
        }
        let Some(cursor) = &mut self.scratch.cursor else { return Ok(false) };
        if check_reference(record.pos(), record.reference(), &alleles[1..], cursor)?.is_some() {
            return Ok(false);
        }
        let mut aligner = std::mem::take(&mut self.scratch.aligner);
        let done = match judge(record.pos(), alleles, (Align::Whole, Side::Left), cursor, &mut aligner)? {
            Verdict::Normal => {
                self.keep(range.clone(), record.pos());
                true
            }
            Verdict::Aligned(aligned) if !has_end(record, dictionaries) => {
                let alleles = &aligned.alleles;
                self.out.make_room(range.len() + alleles.iter().map(|allele| allele.len() + 4).sum::<usize>());
                let out = self.out.fresh();
                let from = out.len();
                record.with_site(aligned.pos, alleles[0].len() as u32, alleles, out)?;
                self.counts.add(Reason::Realigned);
                self.counts.records_out += 1;
                self.out.push_fresh_at(from, self.index, self.last, aligned.pos);
                true
            }
            _ => false,
        };
        self.scratch.aligner = aligner;
        Ok(done)
    }

    /// Takes a record that [`Walk::reach`] has been told of as its line.
    fn as_text(&mut self, record: &Record, dictionaries: &Dictionaries, range: Range<usize>) -> Result<()> {
        let mut text = std::mem::take(&mut self.scratch.text);
        text.clear();
        bcf::to_text(record, dictionaries, Floats::Exact, &mut text).map_err(|error| self.error(error.to_string()))?;
        let line = Line::parse(&text).map_err(|error| self.error(error.to_string()))?;
        let done = self.line(&line, range);
        self.scratch.text = text;
        done
    }

    /// Appends `record` to [`Output::fresh`](vdx_pipeline::Output::fresh) as BCF.
    pub(super) fn encode(&mut self, record: &crate::record::Record, dictionaries: &Dictionaries) -> Result<()> {
        let line = &mut self.scratch.line;
        line.clear();
        line.reserve(record.len());
        record.write(line);
        let encoded = self.scratch.encoder.from_text(line, dictionaries, self.out.fresh());
        encoded.map_err(|error| Error::from(error).at_line(self.out.lines()).at_locus(self.contig, self.last.into()))
    }
}

/// Whether INFO has END, which follows REF.
fn has_end(record: &Record, dictionaries: &Dictionaries) -> bool {
    let end = dictionaries.string_number(b"END");
    // What cannot be read is told where it is decoded.
    end.is_some_and(|end| record.info().any(|info| info.map_or(true, |info| info.key == end)))
}
