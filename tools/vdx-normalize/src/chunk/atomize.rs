//! `-a`: a record becomes those of its atoms, with all that is listed by allele.

use vdx_hts::Result;
use vdx_vcf::alleles::{Map, atoms};

use super::Walk;
use crate::counts::Reason;
use crate::old_record::tell_old;
use crate::record::{Record, set_end};

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
    pub(super) fn atomize(&mut self, read: &Record, record: &Record) -> Result<bool> {
        let Some(overlaps) = self.worker.steps.atomize else { return Ok(false) };
        let alts: Vec<&[u8]> = record.alts().collect();
        let Some(atoms) = atoms(record.reference, &alts) else { return Ok(false) };
        self.counts.add(Reason::Atomized);
        if self.worker.steps.only_check {
            self.found(read, format!("{} would be taken apart", record.shown()));
            return Ok(true);
        }
        let fields = self.fields(record, alts.len() + 1, None)?;
        let mut room = std::mem::take(&mut self.scratch.atom);
        let mut map: Option<Map> = None;
        for atom in atoms {
            let alleles = atom.alleles(overlaps == AtomOverlaps::Star);
            let mut alt = atom.alt.clone();
            if alleles.from.len() > 2 {
                alt.extend_from_slice(b",*");
            }
            let new = record.at(record.pos + atom.offset, atom.reference, &alt);
            match &mut map {
                // The samples are those of the atom before: of one ALT they are for all atoms.
                Some(map) if map.is_of(&alleles) => self.rewrite_info(record, &fields, map, &mut room)?,
                _ => self.rewrite(record, &fields, map.insert(Map::new(alleles)), &mut room)?,
            }
            set_end(self.worker.header, new.end_of_reference(), &mut room.info);
            let carriers: Vec<usize> = atom.carriers().collect();
            tell_old(self.worker.steps.old_record.as_ref(), record, &carriers, &mut room.info);
            self.push(&new.telling(&room.info).with_samples_of(&room))?;
        }
        self.scratch.atom = room;
        Ok(true)
    }
}
