//! What becomes of a record that is not kept at the first look: written anew, split, told, dropped.

use vdx_genome::Bases;
use vdx_genome::align::Aligner;
use vdx_hts::{Error, Result};
use vdx_vcf::Line;
use vdx_vcf::allele::{AlleleKind, kind};
use vdx_vcf::line::Rest;
use vdx_vcf::split::SplitError;

use super::{Site, Walk};
use crate::chunk::worker::Scratch;
use crate::cli::plan::CheckRef;
use crate::counts::Reason;
use crate::record::{self, Locus, join, write_head, write_info, write_old, write_tail};
use crate::site::{Problem, Side, Stays, Verdict, judge};
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
                write_old(&self.worker.plan, line, &[], rest.info, out);
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
        write_old(&self.worker.plan, line, &[], info, out);
        write_tail(rest, out);
        if self.worker.plan.safe && locus.pos < line.pos() {
            let middle = out.len();
            out.extend_from_slice(line.bytes());
            out.push(b'\n');
            return self.push_either(line, from, middle, locus.pos);
        }
        self.push(line, from, locus.pos)
    }

    /// Where the `<DEL>` or `<DUP>` that ALT number `alt` is belongs, and the base there; `None` where it is another
    /// allele or does not move. Only a record of one ALT can follow its allele.
    fn symbolic(&mut self, site: &Site, alt: usize, why: Stays) -> Result<Option<(Symbolic, u8)>> {
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
        if self.worker.plan.safe && locus.pos < line.pos() {
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
            write_old(&self.worker.plan, line, &[alt], info, out);
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

    /// Where indels go whose REF are the bases from `pos` to `last` (1-based).
    fn side(&self, pos: u32, last: u32) -> Side {
        let right = self.transcripts.is_some_and(|strands| strands.go_right(pos, last));
        if right { Side::Right } else { Side::Left }
    }

    fn judge<'v>(
        &mut self,
        pos: u32,
        alleles: &[&[u8]],
        checked: bool,
        aligner: &'v mut Aligner,
    ) -> Result<Verdict<'v>> {
        let to = self.side(pos, pos + alleles[0].len() as u32 - 1);
        match &mut self.scratch.cursor {
            Some(cursor) if checked => judge(pos, alleles, (self.worker.plan.align, to), cursor, aligner),
            _ => Ok(Verdict::Normal),
        }
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
        match self.worker.plan.check {
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
        let drop = match self.worker.plan.check {
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

fn reason_to_stay(why: Stays) -> Reason {
    match why {
        Stays::Symbolic => Reason::LeftSymbolic,
        Stays::Star => Reason::LeftStar,
        Stays::Breakend => Reason::LeftBreakend,
    }
}
