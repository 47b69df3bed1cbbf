//! A record that is not kept at the first look, all its alleles together: aligned, and written anew where it moved.

use vdx_genome::Bases;
use vdx_genome::align::Aligner;
use vdx_hts::Result;
use vdx_vcf::allele::{AlleleKind, kind};

use super::{Site, Walk};
use crate::counts::Reason;
use crate::old_record::tell_old;
use crate::record::{Record, join, set_end};
use crate::site::{Side, Stays, Verdict, judge};
use crate::symbolic::Symbolic;

impl Walk<'_, '_, '_> {
    /// The record as it is, all its alleles together.
    pub(super) fn whole(&mut self, site: &Site, checked: bool, aligner: &mut Aligner) -> Result<()> {
        let Site { record, alleles, .. } = site;
        match self.judge(record.pos, alleles, checked, aligner)? {
            Verdict::Normal => self.pass_on(site)?,
            Verdict::Stays(why) => match if alleles.len() == 2 { self.symbolic(site, 0, why)? } else { None } {
                Some((symbolic, base)) if symbolic.pos != record.pos => {
                    self.send_moved(record, &record.at(symbolic.pos, &[base], record.alt), symbolic.end())?;
                }
                Some(_) => self.pass_on(site)?,
                None => {
                    self.counts.add(reason_to_stay(why));
                    self.pass_on(site)?;
                }
            },
            Verdict::Problem(problem) => {
                if !self.problem(record, &problem)? {
                    self.pass_on(site)?;
                }
            }
            Verdict::CutReference => {
                self.counts.add(Reason::RefCut);
                let mut info = std::mem::take(&mut self.scratch.new.info);
                info.clear();
                info.extend_from_slice(record.rest.info);
                tell_old(self.worker.steps.old_record.as_ref(), record, &[], &mut info);
                self.send(record, &record.at(record.pos, &record.reference[..1], record.alt).telling(&info))?;
                self.scratch.new.info = info;
            }
            Verdict::Aligned(aligned) => {
                let mut alt = std::mem::take(&mut self.scratch.new.alt);
                alt.clear();
                let mut new = aligned.alleles[1..].iter();
                // `*` and `<NON_REF>` keep their places among the ALTs: genotypes and lists go by those.
                let alts = alleles[1..].iter().map(|old| match kind(old) {
                    AlleleKind::Bases => new.next().map_or(*old, Vec::as_slice),
                    _ => old,
                });
                join(alts, &mut alt);
                let moved = record.at(aligned.pos, &aligned.alleles[0], &alt);
                self.send_moved(record, &moved, moved.end_of_reference())?;
                self.scratch.new.alt = alt;
            }
        }
        Ok(())
    }

    /// Sends out a record at another locus, with `end` in INFO/END.
    fn send_moved(&mut self, record: &Record, moved: &Record, end: u32) -> Result<()> {
        self.counts.add(Reason::Realigned);
        let mut info = std::mem::take(&mut self.scratch.new.info);
        info.clear();
        info.extend_from_slice(record.rest.info);
        set_end(self.worker.header, end, &mut info);
        tell_old(self.worker.steps.old_record.as_ref(), record, &[], &mut info);
        self.send_either(record, &moved.telling(&info), record)?;
        self.scratch.new.info = info;
        Ok(())
    }

    /// Where the `<DEL>` or `<DUP>` that ALT number `alt` is belongs, and the base there; `None` where it is another
    /// allele or does not move. Only a record of one ALT can follow its allele.
    pub(super) fn symbolic(&mut self, site: &Site, alt: usize, why: Stays) -> Result<Option<(Symbolic, u8)>> {
        let Site { record, alleles, .. } = site;
        if why != Stays::Symbolic {
            return Ok(None);
        }
        let (allele, alts) = (alleles[alt + 1], alleles.len() - 1);
        let Some(symbolic) = Symbolic::read(record.pos, record.reference, allele, alt, alts, record.rest.info) else {
            return Ok(None);
        };
        let to = self.side(record.pos, symbolic.end());
        let Some(cursor) = &mut self.scratch.cursor else { return Ok(None) };
        let symbolic = symbolic.aligned(to, cursor)?;
        Ok(cursor.base(symbolic.pos)?.map(|base| (symbolic, base)))
    }

    /// Where indels go whose REF are the bases from `pos` to `last` (1-based).
    fn side(&self, pos: u32, last: u32) -> Side {
        let right = self.transcripts.is_some_and(|strands| strands.go_right(pos, last));
        if right { Side::Right } else { Side::Left }
    }

    pub(super) fn judge<'v>(
        &mut self,
        pos: u32,
        alleles: &[&[u8]],
        checked: bool,
        aligner: &'v mut Aligner,
    ) -> Result<Verdict<'v>> {
        let to = self.side(pos, pos + alleles[0].len() as u32 - 1);
        match &mut self.scratch.cursor {
            Some(cursor) if checked => judge(pos, alleles, (self.worker.steps.align, to), cursor, aligner),
            // Where the FASTA does not confirm REF nothing moves: bases that are wrong here would be wrong elsewhere,
            // and nobody could tell any more where they came from.
            _ => Ok(Verdict::Normal),
        }
    }
}

pub(super) fn reason_to_stay(why: Stays) -> Reason {
    match why {
        Stays::Symbolic => Reason::LeftSymbolic,
        Stays::Star => Reason::LeftStar,
        Stays::Breakend => Reason::LeftBreakend,
    }
}
