//! How records are sent on: kept where they stand, written anew, or only told of with `--check`.

use std::ops::Range;

use vdx_hts::{Error, Result};
use vdx_vcf::Line;

use super::{Site, Walk};
use crate::counts::{Finding, NAMED, Reason};
use crate::record;

impl Walk<'_, '_, '_> {
    /// Sends a record out as it is.
    pub(super) fn pass_on(&mut self, site: &Site) -> Result<()> {
        if let Some(range) = &site.range {
            if !self.atomize(site.line, site.line)? {
                self.note_carried(site.line)?;
                self.keep(range.clone(), site.line.pos());
            }
            return Ok(());
        }
        let out = self.out.fresh();
        let from = out.len();
        out.extend_from_slice(site.line.bytes());
        out.push(b'\n');
        self.push(site.line, from, site.line.pos())
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
        if self.tied {
            self.out.keep_apart_at(range, self.index, pos);
        } else {
            self.out.keep_at(range, self.index, pos);
        }
    }

    /// Sends out what `line` became, written to [`Output::fresh`](vdx_pipeline::output::Output::fresh) behind `from`.
    pub(super) fn push(&mut self, line: &Line, from: usize, pos: u32) -> Result<()> {
        if self.worker.steps.atomize.is_some() {
            let record = self.out.fresh().split_off(from);
            let new = Line::parse(&record).map_err(|error| self.error(error.to_string()))?;
            if self.atomize(line, &new)? {
                return Ok(());
            }
            self.out.fresh().extend_from_slice(&record);
        }
        if self.worker.steps.only_check {
            let fresh = self.out.fresh();
            let new = Line::parse(&fresh[from..]).map_err(Error::caused_by)?;
            let what = changed(line, &new);
            fresh.truncate(from);
            self.found(line, what);
            return Ok(());
        }
        self.counts.records_out += 1;
        if self.worker.steps.safe {
            let record = self.out.fresh().split_off(from);
            self.note_carried(&Line::parse(&record).map_err(|error| self.error(error.to_string()))?)?;
            self.out.fresh().extend_from_slice(&record);
        }
        self.encode(from)?;
        self.out.push_fresh_at(from, self.index, self.last, pos);
        Ok(())
    }

    /// Notes, with `--check`, that the record at hand is not normal.
    pub(super) fn found(&mut self, line: &Line, what: String) {
        let number = self.out.lines();
        if !self.worker.steps.only_check || self.found == number {
            return;
        }
        self.found = number;
        self.counts.add(Reason::NotNormal);
        if self.out.note.findings.len() < NAMED {
            self.out.note.findings.push(Finding { contig: line.chrom().to_vec(), pos: line.pos(), what });
        }
    }
}

/// What `--check` says of a record that would become another.
fn changed(old: &Line, new: &Line) -> String {
    if old.alts().count() > new.alts().count() {
        return format!("{} would become one record for each ALT", record::shown(old));
    }
    let pos = if old.pos() == new.pos() { String::new() } else { format!("{}:", new.pos()) };
    format!("{} would become {pos}{}", record::shown(old), record::shown(new))
}
