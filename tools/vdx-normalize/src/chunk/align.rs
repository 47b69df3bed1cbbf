//! A record that is not kept at the first look, all its alleles together: aligned, and written anew where it moved.

use vdx_genome::Bases;
use vdx_genome::align::Aligner;
use vdx_hts::Result;
use vdx_vcf::Line;
use vdx_vcf::allele::{AlleleKind, kind};
use vdx_vcf::line::Rest;

use super::{Site, Walk};
use crate::counts::Reason;
use crate::old_record::write_old;
use crate::record::{Locus, join, write_head, write_info, write_tail};
use crate::site::{Side, Stays, Verdict, judge};
use crate::symbolic::Symbolic;

impl Walk<'_, '_, '_> {
    /// The record as it is, all its alleles together.
    pub(super) fn whole(&mut self, site: &Site, checked: bool, aligner: &mut Aligner) -> Result<()> {
        let Site { line, rest, alleles, .. } = *site;
        match self.judge(line.pos(), alleles, checked, aligner)? {
            Verdict::Normal => self.pass_on(site)?,
            Verdict::Stays(why) => match if alleles.len() == 2 { self.symbolic(site, 0, why)? } else { None } {
                Some((symbolic, base)) if symbolic.pos != line.pos() => {
                    let locus = Locus { pos: symbolic.pos, reference: &[base], alt: line.alt() };
                    self.write_changed(line, rest, locus, symbolic.end())?;
                }
                Some(_) => self.pass_on(site)?,
                None => {
                    self.counts.add(reason_to_stay(why));
                    self.pass_on(site)?;
                }
            },
            Verdict::Problem(problem) => {
                if !self.problem(line, &problem)? {
                    self.pass_on(site)?;
                }
            }
            Verdict::CutReference => {
                self.counts.add(Reason::RefCut);
                let locus = Locus { pos: line.pos(), reference: &line.reference()[..1], alt: line.alt() };
                let out = self.out.fresh();
                let from = out.len();
                write_head(line, rest, locus, out);
                write_old(self.worker.steps.old_record.as_ref(), line, &[], rest.info, out);
                write_tail(rest, out);
                self.push(line, from, locus.pos)?;
            }
            Verdict::Aligned(aligned) => {
                let mut alt = std::mem::take(&mut self.scratch.alt);
                alt.clear();
                let mut new = aligned.alleles[1..].iter();
                let alts = alleles[1..].iter().map(|old| match kind(old) {
                    AlleleKind::Bases => new.next().map_or(*old, Vec::as_slice),
                    _ => old,
                });
                join(alts, &mut alt);
                let locus = Locus { pos: aligned.pos, reference: &aligned.alleles[0], alt: &alt };
                let done = self.write_changed(line, rest, locus, locus.end());
                self.scratch.alt = alt;
                done?;
            }
        }
        Ok(())
    }

    /// Writes a record at another locus, with `end` in INFO/END.
    fn write_changed(&mut self, line: &Line, rest: &Rest, locus: Locus, end: u32) -> Result<()> {
        self.counts.add(Reason::Realigned);
        let info = &mut self.scratch.info;
        info.clear();
        write_info(self.worker.header, rest.info, end, info);
        let out = self.out.fresh();
        let from = out.len();
        write_head(line, rest, locus, out);
        write_old(self.worker.steps.old_record.as_ref(), line, &[], info, out);
        write_tail(rest, out);
        if self.worker.steps.safe && locus.pos < line.pos() {
            let middle = out.len();
            out.extend_from_slice(line.bytes());
            out.push(b'\n');
            return self.push_either(line, from, middle, locus.pos);
        }
        self.push(line, from, locus.pos)
    }

    /// Where the `<DEL>` or `<DUP>` that ALT number `alt` is belongs, and the base there; `None` where it is another
    /// allele or does not move. Only a record of one ALT can follow its allele.
    pub(super) fn symbolic(&mut self, site: &Site, alt: usize, why: Stays) -> Result<Option<(Symbolic, u8)>> {
        let Site { line, rest, alleles, .. } = *site;
        if why != Stays::Symbolic {
            return Ok(None);
        }
        let (allele, alts) = (alleles[alt + 1], alleles.len() - 1);
        let Some(symbolic) = Symbolic::read(line.pos(), line.reference(), allele, alt, alts, rest.info) else {
            return Ok(None);
        };
        let to = self.side(line.pos(), symbolic.end());
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
