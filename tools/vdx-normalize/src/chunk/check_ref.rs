//! `-c`: records whose REF is not what the FASTA has are told, dropped or set right.

use vdx_hts::Result;
use vdx_vcf::Line;
use vdx_vcf::line::Rest;

use super::contig::InFasta;
use super::{Site, Walk};
use crate::check_ref::{CheckRef, Fixed, How, fix};
use crate::counts::Reason;
use crate::record::{self, Locus, join};
use crate::site::Problem;

impl Walk<'_, '_, '_> {
    /// With `-c s`, goes on with the record as it is when REF is set right; whether anything was set.
    pub(super) fn fix(&mut self, line: &Line, rest: &Rest, alleles: &[&[u8]]) -> Result<bool> {
        let Some(CheckRef::Go { fix: true, warn, .. }) = self.worker.steps.check else { return Ok(false) };
        let (InFasta::Found, Some(cursor)) = (self.in_fasta, &mut self.scratch.cursor) else { return Ok(false) };
        let Some(Fixed { letters, alleles: map, how }) = fix(line.pos(), alleles[0], &alleles[1..], cursor)? else {
            return Ok(false);
        };
        self.counts.add(match how {
            None => Reason::AltDup,
            Some(How::Filled) => Reason::RefFilled,
            Some(How::Swapped) => Reason::RefSwapped,
            Some(How::Overwritten) => Reason::RefOverwritten,
        });
        let mut alt = Vec::new();
        join(letters[1..].iter().map(Vec::as_slice), &mut alt);
        if alt.is_empty() {
            alt.push(b'.');
        }
        let mut new = std::mem::take(&mut self.scratch.record);
        new.clear();
        let locus = Locus { pos: line.pos(), reference: &letters[0], alt: &alt };
        self.write_mapped(line, rest, locus, &map, &[], &mut new)?;
        let fixed = Line::parse(&new).map_err(|error| self.error(error.to_string()))?;
        let rest = fixed.rest().map_err(|error| self.error(error.to_string()))?;
        if warn || self.worker.steps.only_check {
            let text = format!("{} becomes {}", record::shown(line), record::shown(&fixed));
            if warn {
                let fasta = self.worker.fasta.as_ref().map_or("the FASTA", |fasta| fasta.reference.name());
                self.out.warn(line.chrom(), u64::from(line.pos()), format!("{text}, REF as {fasta} has it"));
            }
            self.found(line, text.replace(" becomes ", " would become "));
        }
        let alleles: Vec<&[u8]> = std::iter::once(fixed.reference()).chain(fixed.alts()).collect();
        self.site(&Site { line: &fixed, rest: &rest, alleles: &alleles, range: None })?;
        self.scratch.record = new;
        Ok(true)
    }

    /// Counts and, as `-c` says, tells a problem. Whether the record is dropped; it passes through otherwise.
    pub(super) fn problem(&mut self, line: &Line, problem: &Problem) -> Result<bool> {
        self.counts.add(match problem {
            Problem::NonAcgtnRef => Reason::NonAcgtnRef,
            Problem::RefMismatch(_) => Reason::RefMismatch,
            Problem::NonAcgtnAlt(_) => Reason::NonAcgtnAlt,
            Problem::AltDup => Reason::AltDup,
        });
        let fasta = self.worker.fasta.as_ref().map_or("the FASTA", |fasta| fasta.reference.name());
        let text = problem.describe(line.reference(), fasta);
        match self.worker.steps.check {
            None => Ok(false),
            Some(CheckRef::Error) => {
                let error = self.error(format!("{text}; {}", problem.advice()));
                Err(error.at_locus(line.chrom(), u64::from(line.pos())))
            }
            Some(CheckRef::Go { warn, exclude, .. }) => {
                // As in bcftools an ALT that is REF is no reason to drop a record: nothing speaks against the others.
                let drop = exclude && *problem != Problem::AltDup;
                if warn {
                    let done = if drop { "dropped" } else { "not aligned" };
                    self.out.warn(line.chrom(), u64::from(line.pos()), format!("{text}; {done}"));
                }
                if drop {
                    self.drop(line);
                }
                Ok(drop)
            }
        }
    }

    /// The same for a record on a contig that the FASTA lacks. Those that pass are named at the end of the run.
    pub(super) fn without_contig(&mut self, line: &Line) -> Result<bool> {
        self.counts.add(Reason::NoContig);
        let drop = match self.worker.steps.check {
            Some(CheckRef::Go { exclude, .. }) => exclude,
            _ => {
                let name = String::from_utf8_lossy(line.chrom());
                let fasta = self.worker.fasta.as_ref().map_or("the FASTA", |fasta| fasta.reference.name());
                let message = format!(
                    "expected contig '{name}' in {fasta}, under this name or an alias, found none; give a FASTA that has it, or -c w to pass its records through unaligned, -c x to drop them"
                );
                return Err(self.error(message).at_locus(line.chrom(), u64::from(line.pos())));
            }
        };
        if drop {
            self.drop(line);
        }
        Ok(drop)
    }

    fn drop(&mut self, line: &Line) {
        self.counts.add(Reason::Dropped);
        self.found(line, format!("{} would be dropped", record::shown(line)));
    }
}
