//! How records are sent on: kept where they stand, written anew, or only told of with `--check`.

use std::ops::Range;

use vdx_hts::Result;

use super::{Site, Walk};
use crate::counts::{Finding, NAMED, Reason};
use crate::record::Record;

impl Walk<'_, '_, '_> {
    /// Sends a record out as it is.
    pub(super) fn pass_on(&mut self, site: &Site) -> Result<()> {
        let Some(range) = &site.range else { return self.send(&site.record, &site.record) };
        if !self.atomize(&site.record, &site.record)? {
            self.note_carried(&site.record)?;
            self.keep(range.clone(), site.record.pos);
        }
        Ok(())
    }

    /// Keeps a record that is not worked on.
    pub(super) fn keep_aside(&mut self, range: Range<usize>, pos: u32) {
        if self.worker.same_position {
            self.counts.records_out += 1;
            self.out.keep_aside_at(range, self.index, pos);
        } else {
            self.keep(range, pos);
        }
    }

    pub(super) fn keep(&mut self, range: Range<usize>, pos: u32) {
        self.counts.records_out += 1;
        // A span of its own, so that those of one POS can be told apart where they are looked at together.
        if self.tied {
            self.out.keep_apart_at(range, self.index, pos);
        } else {
            self.out.keep_at(range, self.index, pos);
        }
    }

    /// Sends out what `old` became.
    pub(super) fn send(&mut self, old: &Record, new: &Record) -> Result<()> {
        if self.atomize(old, new)? {
            return Ok(());
        }
        if self.worker.steps.only_check {
            self.found(old, changed(old, new));
            return Ok(());
        }
        self.note_carried(new)?;
        self.push(new)
    }

    /// Sends out a record of its own.
    pub(super) fn push(&mut self, new: &Record) -> Result<()> {
        self.counts.records_out += 1;
        self.out.make_room(new.len());
        let out = self.out.fresh();
        let from = out.len();
        match self.bcf {
            None => new.write(out),
            Some(dictionaries) => self.encode(new, dictionaries)?,
        }
        self.out.push_fresh_at(from, self.index, self.last, new.pos);
        Ok(())
    }

    /// Notes, with `--check`, that the record at hand is not normal.
    pub(super) fn found(&mut self, record: &Record, what: String) {
        let number = self.out.lines();
        if !self.worker.steps.only_check || self.found == number {
            return;
        }
        self.found = number;
        self.counts.add(Reason::NotNormal);
        if self.out.note.findings.len() < NAMED {
            self.out.note.findings.push(Finding { contig: record.chrom.to_vec(), pos: record.pos, what });
        }
    }
}

/// What `--check` says of a record that would become another.
fn changed(old: &Record, new: &Record) -> String {
    if old.alts().count() > new.alts().count() {
        return format!("{} would become one record for each ALT", old.shown());
    }
    let pos = if old.pos == new.pos { String::new() } else { format!("{}:", new.pos) };
    format!("{} would become {pos}{}", old.shown(), new.shown())
}
