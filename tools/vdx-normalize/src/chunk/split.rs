//! `-m -`: a record for each ALT of a site.

use vdx_genome::align::Aligner;
use vdx_hts::{Error, Result};
use vdx_vcf::Line;
use vdx_vcf::split::SplitError;

use super::align::reason_to_stay;
use super::worker::Scratch;
use super::{Site, Walk};
use crate::counts::Reason;
use crate::old_record::write_old;
use crate::record::{Locus, write_head, write_info};
use crate::site::Verdict;

impl Walk<'_, '_, '_> {
    /// A record of REF and ALT number `alt` (0-based).
    pub(super) fn one_of(&mut self, site: &Site, alt: usize, checked: bool, aligner: &mut Aligner) -> Result<()> {
        let Site { line, .. } = *site;
        let alleles = [site.alleles[0], site.alleles[alt + 1]];
        let base;
        let mut end = None;
        let mut locus = Locus { pos: line.pos(), reference: alleles[0], alt: alleles[1] };
        match self.judge(line.pos(), &alleles, checked, aligner)? {
            Verdict::Normal | Verdict::CutReference => {}
            Verdict::Stays(why) => match self.symbolic(site, alt, why)? {
                Some((symbolic, found)) => {
                    if symbolic.pos != line.pos() {
                        self.counts.add(Reason::Realigned);
                        base = [found];
                        locus = Locus { pos: symbolic.pos, reference: &base, alt: alleles[1] };
                        end = Some(symbolic.end());
                    }
                }
                None => self.counts.add(reason_to_stay(why)),
            },
            Verdict::Problem(problem) => {
                if self.problem(line, &problem)? {
                    return Ok(());
                }
            }
            Verdict::Aligned(aligned) => {
                self.counts.add(Reason::Realigned);
                locus = Locus { pos: aligned.pos, reference: &aligned.alleles[0], alt: &aligned.alleles[1] };
                end = Some(locus.end());
            }
        }
        let from = self.out.fresh().len();
        self.write_one(site, alt, locus, end)?;
        if self.worker.steps.safe && locus.pos < line.pos() {
            let middle = self.out.fresh().len();
            let stays = Locus { pos: line.pos(), reference: alleles[0], alt: alleles[1] };
            self.write_one(site, alt, stays, None)?;
            return self.push_either(line, from, middle, locus.pos);
        }
        self.push(line, from, locus.pos)
    }

    /// Writes REF and ALT number `alt` (0-based) of a site at `locus` to [`vdx_pipeline::output::Output::fresh`], with `end` in
    /// INFO/END if it changes.
    fn write_one(&mut self, site: &Site, alt: usize, locus: Locus, end: Option<u32>) -> Result<()> {
        let Site { line, rest, .. } = *site;
        let Scratch { splitter, info, split, .. } = &mut *self.scratch;
        info.clear();
        split.clear();
        let out = self.out.fresh();
        let write = || {
            splitter.info(rest.info, alt, site.alleles, info)?;
            write_head(line, rest, locus, out);
            let info = match end {
                None => info,
                Some(end) => {
                    write_info(self.worker.header, info, end, split);
                    split
                }
            };
            write_old(self.worker.steps.old_record.as_ref(), line, &[alt], info, out);
            if let Some(samples) = rest.samples {
                out.push(b'\t');
                splitter.samples(samples, alt, site.alleles.len() - 1, out)?;
            }
            out.push(b'\n');
            Ok(())
        };
        write().map_err(|error: SplitError| self.list_error(line, &error))?;
        let dropped: Vec<String> = self.scratch.splitter.dropped().collect();
        self.count_dropped(dropped);
        Ok(())
    }

    /// The error for a field that cannot be divided.
    pub(super) fn list_error(&self, line: &Line, error: &SplitError) -> Error {
        let advice = if error.wrong_length { "; --force leaves such a field out" } else { "" };
        self.error(format!("{error}{advice}")).at_locus(line.chrom(), u64::from(line.pos()))
    }

    /// Counts fields that were left out, once for each record read.
    pub(super) fn count_dropped(&mut self, tags: Vec<String>) {
        if tags.is_empty() || std::mem::replace(&mut self.forced, self.out.lines()) == self.out.lines() {
            return;
        }
        for tag in tags {
            self.counts.add(Reason::TagDropped);
            *self.out.note.tags.entry(tag).or_default() += 1;
        }
    }
}
