//! `-c`: records whose REF is not what the FASTA has are told, dropped or set right.

use vdx_hts::Result;
use vdx_vcf::alleles::Map;

use super::contig::InFasta;
use super::{Site, Walk};
use crate::check_ref::{CheckRef, Fixed, How, fix};
use crate::counts::Reason;
use crate::old_record::tell_old;
use crate::record::{Record, join, set_end};
use crate::site::Problem;

impl Walk<'_, '_, '_> {
    /// With `-c s`, goes on with the record as it is when REF is set right; whether anything was set.
    pub(super) fn fix(&mut self, record: &Record, alleles: &[&[u8]]) -> Result<bool> {
        let Some(CheckRef::Go { fix: true, warn, .. }) = self.worker.steps.check else { return Ok(false) };
        let (InFasta::Found, Some(cursor)) = (self.in_fasta, &mut self.scratch.cursor) else { return Ok(false) };
        let Some(Fixed { letters, alleles: map, how }) = fix(record.pos, alleles[0], &alleles[1..], cursor)? else {
            return Ok(false);
        };
        self.counts.add(match how {
            None => Reason::AltDup,
            Some(How::Filled) => Reason::RefFilled,
            Some(How::Swapped) => Reason::RefSwapped,
            Some(How::Overwritten) => Reason::RefOverwritten,
        });
        let mut room = std::mem::take(&mut self.scratch.fixed);
        room.alt.clear();
        join(letters[1..].iter().map(Vec::as_slice), &mut room.alt);
        if room.alt.is_empty() {
            room.alt.push(b'.');
        }
        let fields = self.fields(record, alleles.len(), None)?;
        self.rewrite(record, &fields, &mut Map::new(map), &mut room)?;
        let end = record.at(record.pos, &letters[0], record.alt).end_of_reference();
        set_end(self.worker.header, end, &mut room.info);
        tell_old(self.worker.steps.old_record.as_ref(), record, &[], &mut room.info);
        let fixed = record.at(record.pos, &letters[0], &room.alt).telling(&room.info).with_samples_of(&room);
        if warn || self.worker.steps.only_check {
            let text = format!("{} becomes {}", record.shown(), fixed.shown());
            if warn {
                let fasta = self.worker.fasta.as_ref().map_or("the FASTA", |fasta| fasta.reference.name());
                self.out.warn(record.chrom, u64::from(record.pos), format!("{text}, REF as {fasta} has it"));
            }
            self.found(record, text.replace(" becomes ", " would become "));
        }
        let alleles: Vec<&[u8]> = std::iter::once(fixed.reference).chain(fixed.alts()).collect();
        self.site(&Site { record: fixed, alleles: &alleles, range: None })?;
        self.scratch.fixed = room;
        Ok(true)
    }

    /// Counts and, as `-c` says, tells a problem. Whether the record is dropped; it passes through otherwise.
    pub(super) fn problem(&mut self, record: &Record, problem: &Problem) -> Result<bool> {
        self.counts.add(match problem {
            Problem::NonAcgtnRef => Reason::NonAcgtnRef,
            Problem::RefMismatch(_) => Reason::RefMismatch,
            Problem::NonAcgtnAlt(_) => Reason::NonAcgtnAlt,
            Problem::AltDup => Reason::AltDup,
        });
        let fasta = self.worker.fasta.as_ref().map_or("the FASTA", |fasta| fasta.reference.name());
        let text = problem.describe(record.reference, fasta);
        match self.worker.steps.check {
            None => Ok(false),
            Some(CheckRef::Error) => {
                let error = self.error(format!("{text}; {}", problem.advice()));
                Err(error.at_locus(record.chrom, u64::from(record.pos)))
            }
            Some(CheckRef::Go { warn, exclude, .. }) => {
                // As in bcftools an ALT that is REF is no reason to drop a record: nothing speaks against the others.
                let drop = exclude && *problem != Problem::AltDup;
                if warn {
                    let done = if drop { "dropped" } else { "not aligned" };
                    self.out.warn(record.chrom, u64::from(record.pos), format!("{text}; {done}"));
                }
                if drop {
                    self.drop(record);
                }
                Ok(drop)
            }
        }
    }

    /// The same for a record on a contig that the FASTA lacks. Those that pass are named at the end of the run.
    pub(super) fn without_contig(&mut self, record: &Record) -> Result<bool> {
        self.counts.add(Reason::NoContig);
        let drop = match self.worker.steps.check {
            Some(CheckRef::Go { exclude, .. }) => exclude,
            _ => {
                let name = String::from_utf8_lossy(record.chrom);
                let fasta = self.worker.fasta.as_ref().map_or("the FASTA", |fasta| fasta.reference.name());
                let message = format!(
                    "expected contig '{name}' in {fasta}, under this name or an alias, found none; give a FASTA that has it, or -c w to pass its records through unaligned, -c x to drop them"
                );
                return Err(self.error(message).at_locus(record.chrom, u64::from(record.pos)));
            }
        };
        if drop {
            self.drop(record);
        }
        Ok(drop)
    }

    fn drop(&mut self, record: &Record) {
        self.counts.add(Reason::Dropped);
        self.found(record, format!("{} would be dropped", record.shown()));
    }
}
