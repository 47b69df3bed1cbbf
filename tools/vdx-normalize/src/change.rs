//! What becomes of a record that is not kept at the first look: written anew, split, told, dropped.

use std::ops::Range;

use vdx_genome::align::Aligner;
use vdx_stream::Result;
use vdx_vcf::Line;
use vdx_vcf::line::Rest;
use vdx_vcf::split::SplitError;

use crate::note::Reason;
use crate::pass::Pass;
use crate::plan::CheckRef;
use crate::record::{Locus, join, write_head, write_info, write_tail};
use crate::site::{Problem, Stays, Verdict, judge};
use crate::worker::Scratch;

impl Pass<'_, '_, '_> {
    /// The record as it is, all its alleles together.
    pub fn whole(
        &mut self,
        line: &Line,
        rest: &Rest,
        range: Range<usize>,
        checked: bool,
        aligner: &mut Aligner,
    ) -> Result<()> {
        let alleles = std::mem::take(&mut self.alleles);
        let verdict = self.judge(line.pos(), &alleles, checked, aligner);
        self.alleles = alleles;
        match verdict? {
            Verdict::Normal => self.keep(range, line.pos()),
            Verdict::Stays(why) => {
                self.counts.add(reason_to_stay(why));
                self.keep(range, line.pos());
            }
            Verdict::Problem(problem) => {
                if !self.problem(line, &problem)? {
                    self.keep(range, line.pos());
                }
            }
            Verdict::CutReference => {
                self.counts.add(Reason::RefCut);
                let locus = Locus { pos: line.pos(), reference: &line.reference()[..1], alt: line.alt() };
                let out = self.out.fresh();
                let from = out.len();
                write_head(line, rest, locus, out);
                out.extend_from_slice(rest.info);
                write_tail(rest, out);
                self.push(from, locus.pos);
            }
            Verdict::Aligned(aligned) => {
                self.counts.add(Reason::Realigned);
                self.scratch.alt.clear();
                join(&aligned.alleles[1..], &mut self.scratch.alt);
                let locus = Locus { pos: aligned.pos, reference: &aligned.alleles[0], alt: &self.scratch.alt };
                let out = self.out.fresh();
                let from = out.len();
                write_head(line, rest, locus, out);
                write_info(self.worker.header, rest.info, locus, out);
                write_tail(rest, out);
                self.push(from, locus.pos);
            }
        }
        Ok(())
    }

    /// A record of REF and ALT number `alt` (0-based) of `alts`.
    pub fn one_of(
        &mut self,
        line: &Line,
        rest: &Rest,
        alt: usize,
        alts: usize,
        checked: bool,
        aligner: &mut Aligner,
    ) -> Result<()> {
        let alleles = [self.alleles[0], self.alleles[alt + 1]];
        let mut locus = Locus { pos: line.pos(), reference: alleles[0], alt: alleles[1] };
        match self.judge(line.pos(), &alleles, checked, aligner)? {
            Verdict::Normal | Verdict::CutReference => {}
            Verdict::Stays(why) => self.counts.add(reason_to_stay(why)),
            Verdict::Problem(problem) => {
                if self.problem(line, &problem)? {
                    return Ok(());
                }
            }
            Verdict::Aligned(aligned) => {
                self.counts.add(Reason::Realigned);
                locus = Locus { pos: aligned.pos, reference: &aligned.alleles[0], alt: &aligned.alleles[1] };
            }
        }
        let Scratch { splitter, info, .. } = &mut *self.scratch;
        info.clear();
        let out = self.out.fresh();
        let from = out.len();
        let mut write = || {
            splitter.info(rest.info, alt, alts, info)?;
            write_head(line, rest, locus, out);
            if locus.pos == line.pos() && locus.reference.len() == line.reference().len() {
                out.extend_from_slice(info);
            } else {
                write_info(self.worker.header, info, locus, out);
            }
            if let Some(samples) = rest.samples {
                out.push(b'\t');
                splitter.samples(samples, alt, alts, out)?;
            }
            out.push(b'\n');
            Ok(())
        };
        write()
            .map_err(|error: SplitError| self.error(error.to_string()).at_locus(line.chrom(), u64::from(line.pos())))?;
        self.push(from, locus.pos);
        Ok(())
    }

    fn judge<'v>(
        &mut self,
        pos: u32,
        alleles: &[&[u8]],
        checked: bool,
        aligner: &'v mut Aligner,
    ) -> Result<Verdict<'v>> {
        match &mut self.scratch.cursor {
            Some(cursor) if checked => judge(pos, alleles, self.worker.plan.align, cursor, aligner),
            _ => Ok(Verdict::Normal),
        }
    }

    /// Counts and, as `-c` says, tells a problem. Whether the record is dropped; it passes through otherwise.
    pub fn problem(&mut self, line: &Line, problem: &Problem) -> Result<bool> {
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
            Some(CheckRef::Go { warn, exclude }) => {
                // As in bcftools an ALT that is REF is no reason to drop a record: nothing speaks against the others.
                let drop = exclude && *problem != Problem::AltDup;
                if warn {
                    let done = if drop { "dropped" } else { "not aligned" };
                    self.out.warn(line.chrom(), u64::from(line.pos()), format!("{text}; {done}"));
                }
                if drop {
                    self.counts.add(Reason::Dropped);
                }
                Ok(drop)
            }
        }
    }

    /// The same for a record on a contig that the FASTA lacks. Those that pass are named at the end of the run.
    pub fn without_contig(&mut self, line: &Line) -> Result<bool> {
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
            self.counts.add(Reason::Dropped);
        }
        Ok(drop)
    }
}

fn reason_to_stay(why: Stays) -> Reason {
    match why {
        Stays::Symbolic => Reason::LeftSymbolic,
        Stays::Star => Reason::LeftStar,
        Stays::Breakend => Reason::LeftBreakend,
    }
}
