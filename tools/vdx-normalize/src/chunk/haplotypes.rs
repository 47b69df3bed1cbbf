//! `--safe` in the workers: where records stand, and both forms of one that would move left.

use vdx_hts::Result;
use vdx_vcf::allele::{AlleleKind, kind};
use vdx_vcf::line::parse_pos;
use vdx_vcf::{Line, info};

use super::Walk;
use crate::haplotypes::Carriers;
use crate::haplotypes::{Carried, Shift};
use crate::record;

impl Walk<'_, '_, '_> {
    /// Notes where a record stands that goes out, if it is known to be on some haplotype.
    pub(super) fn note_carried(&mut self, line: &Line) -> Result<()> {
        if self.worker.steps.safe
            && let Some(carried) = self.carried(line)?
        {
            self.out.note.carried.push(carried);
        }
        Ok(())
    }

    /// Sends out a record that would move left to `pos`, written to [`vdx_pipeline::output::Output::fresh`] behind `from`; behind
    /// `middle` it is as it stays.
    pub(super) fn push_either(&mut self, read: &Line, from: usize, middle: usize, pos: u32) -> Result<()> {
        let both = self.out.fresh().split_off(from);
        let (moved, stays) = both.split_at(middle - from);
        let parse = |record| Line::parse(record).map_err(|error| self.error(error.to_string()));
        let (moved, stays) = (parse(moved)?, parse(stays)?);
        let Some(carried) = self.carried(&moved)? else {
            self.out.fresh().extend_from_slice(&both[..middle - from]);
            return self.push(read, from, pos);
        };
        let number = self.out.note.carried.len() as u32;
        let shift = Shift { number, end: last_base(&stays), shown: record::shown(&stays) };
        self.out.note.carried.push(Carried { shift: Some(shift), ..carried });
        self.counts.records_out += 1;
        self.out.fresh().extend_from_slice(&both);
        self.out.push_either_at(from, middle, number, self.index, self.last, pos);
        Ok(())
    }

    fn carried(&self, line: &Line) -> Result<Option<Carried>> {
        let rest = line.rest().map_err(|error| self.error(error.to_string()))?;
        let Some(samples) = rest.samples else { return Ok(None) };
        let aside: Vec<bool> = line.alts().map(|alt| matches!(alt, b"*" | b"<*>" | b"<NON_REF>")).collect();
        let counts = |allele: usize| allele > 0 && !aside.get(allele - 1).copied().unwrap_or(true);
        let carriers = Carriers::read(samples, counts);
        if carriers.is_empty() {
            return Ok(None);
        }
        let carried = Carried {
            contig: self.index,
            line: self.out.lines(),
            read: self.last,
            pos: line.pos(),
            end: last_base(line),
            carriers,
            shift: None,
        };
        Ok(Some(carried))
    }
}

/// The last base of REF, or END of a symbolic allele that reaches further; 1-based.
fn last_base(line: &Line) -> u32 {
    let last = line.pos() + line.reference().len() as u32 - 1;
    let symbolic = line.alts().any(|alt| kind(alt) == AlleleKind::Symbolic);
    let end = line.rest().ok().and_then(|rest| info::value(rest.info, b"END")).and_then(parse_pos);
    end.filter(|_| symbolic).map_or(last, |end| end.max(last))
}
