//! `--safe` in the workers: where records stand, and both forms of one that would move left.

use vdx_hts::Result;
use vdx_vcf::{Extent, Line};

use super::Walk;
use crate::haplotypes::{Carried, Carriers, Shift};
use crate::record::Record;
use crate::site::is_aside;

impl Walk<'_, '_, '_> {
    /// Notes where a record stands that goes out, if it is known to be on some haplotype.
    pub(super) fn note_carried(&mut self, record: &Record) -> Result<()> {
        if self.worker.steps.safe
            && let Some(carried) = self.carried(record)
        {
            self.out.note.carried.push(carried);
        }
        Ok(())
    }

    /// The same of one that is not looked at closely.
    pub(super) fn note_line(&mut self, line: &Line) -> Result<()> {
        if self.worker.steps.safe {
            let rest = line.rest().map_err(|error| self.error(error.to_string()))?;
            self.note_carried(&Record::of(line, &rest))?;
        }
        Ok(())
    }

    /// Sends out what `old` became: `moved`, or, where that is more to the left and `--safe` finds another variant of its
    /// haplotype in the way, `stays`.
    pub(super) fn send_either(&mut self, old: &Record, moved: &Record, stays: &Record) -> Result<()> {
        let carried = if self.worker.steps.safe && moved.pos < old.pos { self.carried(moved) } else { None };
        let Some(carried) = carried else { return self.send(old, moved) };
        let number = self.out.note.carried.len() as u32;
        let shift = Shift { number, end: last_base(stays), shown: stays.shown() };
        self.out.note.carried.push(Carried { shift: Some(shift), ..carried });
        self.counts.records_out += 1;
        self.out.make_room(moved.len() + stays.len());
        let out = self.out.fresh();
        let from = out.len();
        moved.write(out);
        let middle = out.len();
        stays.write(out);
        self.out.push_either_at(from, middle, number, self.index, self.last, moved.pos);
        Ok(())
    }

    fn carried(&self, record: &Record) -> Option<Carried> {
        // What these stand for is in another record, or is no variant at all: they are in nobody's way.
        let aside: Vec<bool> = record.alts().map(is_aside).collect();
        let counts = |allele: usize| allele > 0 && !aside.get(allele - 1).copied().unwrap_or(true);
        let carriers = Carriers::read(record.rest.samples?, counts);
        let (contig, line) = (self.index, self.out.lines());
        let (read, pos, end) = (self.last, record.pos, last_base(record));
        (!carriers.is_empty()).then_some(Carried { contig, line, read, pos, end, carriers, shift: None })
    }
}

fn last_base(record: &Record) -> u32 {
    let extent = Extent::of(record.pos, record.reference, record.alt, &record.rest);
    u32::try_from(extent.last()).unwrap_or(u32::MAX)
}
