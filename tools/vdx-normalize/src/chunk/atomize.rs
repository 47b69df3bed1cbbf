//! Records whose alleles become others, with all that is listed by allele: `-c s` and `-a`.

use vdx_hts::Result;
use vdx_vcf::Line;
use vdx_vcf::atoms::atoms;
use vdx_vcf::line::Rest;
use vdx_vcf::remap::Alleles;
use vdx_vcf::split::SplitError;

use super::{InFasta, Site, Walk};
use crate::check_ref::{Fixed, How, fix};
use crate::chunk::worker::Scratch;
use crate::cli::args::AtomOverlaps;
use crate::cli::plan::CheckRef;
use crate::counts::Reason;
use crate::record::{self, Locus, join, write_head, write_info, write_old};

impl Walk<'_, '_, '_> {
    /// With `-c s`, goes on with the record as it is when REF is set right; whether anything was set.
    pub(super) fn fix(&mut self, line: &Line, rest: &Rest, alleles: &[&[u8]]) -> Result<bool> {
        let Some(CheckRef::Go { fix: true, warn, .. }) = self.worker.plan.check else { return Ok(false) };
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
        if warn || self.worker.plan.only_check {
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

    /// With `-a`, sends out the atoms of a record, which was `read` as another perhaps. Whether it has any but itself.
    pub(super) fn atomize(&mut self, read: &Line, line: &Line) -> Result<bool> {
        let Some(overlaps) = self.worker.plan.atomize else { return Ok(false) };
        let alts: Vec<&[u8]> = line.alts().collect();
        let Some(atoms) = atoms(line.reference(), &alts) else { return Ok(false) };
        self.counts.add(Reason::Atomized);
        if self.worker.plan.only_check {
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
    fn write_mapped(
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
            write_old(&self.worker.plan, line, alts, split, out);
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
