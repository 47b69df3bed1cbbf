//! `-a`: a record becomes those of its atoms, with all that is listed by allele.

use vdx_hts::Result;
use vdx_vcf::Line;
use vdx_vcf::atoms::atoms;
use vdx_vcf::line::Rest;
use vdx_vcf::remap::Alleles;
use vdx_vcf::split::SplitError;

use super::Walk;
use super::worker::Scratch;
use crate::counts::Reason;
use crate::old_record::write_old;
use crate::record::{self, Locus, write_head, write_info};

/// What an ALT that differs otherwise becomes in the record of an atom.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum AtomOverlaps {
    /// Another ALT, `*`.
    #[default]
    Star,
    /// Missing.
    Missing,
}

impl Walk<'_, '_, '_> {
    /// With `-a`, sends out the atoms of a record, which was `read` as another perhaps. Whether it has any but itself.
    pub(super) fn atomize(&mut self, read: &Line, line: &Line) -> Result<bool> {
        let Some(overlaps) = self.worker.steps.atomize else { return Ok(false) };
        let alts: Vec<&[u8]> = line.alts().collect();
        let Some(atoms) = atoms(line.reference(), &alts) else { return Ok(false) };
        self.counts.add(Reason::Atomized);
        if self.worker.steps.only_check {
            self.found(read, format!("{} would be taken apart", record::shown(line)));
            return Ok(true);
        }
        let rest = line.rest().map_err(|error| self.error(error.to_string()))?;
        let mut record = std::mem::take(&mut self.scratch.atom);
        for atom in atoms {
            let alleles = atom.alleles(overlaps == AtomOverlaps::Star);
            let mut alt = atom.alt.clone();
            if alleles.from.len() > 2 {
                alt.extend_from_slice(b",*");
            }
            let locus = Locus { pos: line.pos() + atom.offset, reference: atom.reference, alt: &alt };
            record.clear();
            let carriers: Vec<usize> = atom.carriers().collect();
            self.write_mapped(line, &rest, locus, &alleles, &carriers, &mut record)?;
            self.counts.records_out += 1;
            let out = self.out.fresh();
            let from = out.len();
            out.extend_from_slice(&record);
            self.out.push_fresh_at(from, self.index, self.last, locus.pos);
        }
        self.scratch.atom = record;
        Ok(true)
    }

    /// Appends `line` at another locus, its fields by `alleles`, to `out`; `alts` (0-based) are told with the old record.
    pub(super) fn write_mapped(
        &mut self,
        line: &Line,
        rest: &Rest,
        locus: Locus,
        alleles: &Alleles,
        alts: &[usize],
        out: &mut Vec<u8>,
    ) -> Result<()> {
        let Scratch { remapper, info, split, .. } = &mut *self.scratch;
        info.clear();
        split.clear();
        let mut write = || {
            remapper.info(alleles, rest.info, rest.samples, info)?;
            write_info(self.worker.header, info, locus.end(), split);
            write_head(line, rest, locus, out);
            write_old(self.worker.steps.old_record.as_ref(), line, alts, split, out);
            if let Some(samples) = rest.samples {
                out.push(b'\t');
                remapper.samples(alleles, samples, out)?;
            }
            out.push(b'\n');
            Ok(())
        };
        write().map_err(|error: SplitError| self.list_error(line, &error))?;
        let dropped: Vec<String> = self.scratch.remapper.dropped().collect();
        self.count_dropped(dropped);
        Ok(())
    }
}
