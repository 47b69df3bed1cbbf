//! What happens to each record of a chunk. Most records are single-base substitutions that stay: for them the line is
//! parsed, one base is looked up, and the run of kept bytes grows.

use std::ops::Range;

use vdx_genome::align::Aligner;
use vdx_genome::{Bases, Cursor, Reference};
use vdx_stream::out::Out;
use vdx_stream::pipeline::{Chunk, Work};
use vdx_stream::{Error, Result};
use vdx_vcf::allele::is_base;
use vdx_vcf::line::Rest;
use vdx_vcf::split::Splitter;
use vdx_vcf::{Header, Line};

use crate::class;
use crate::contigs::Contigs;
use crate::note::{Counts, Note, Reason, Stretch, comes_back, falls};
use crate::plan::{CheckRef, Plan};
use crate::record::{Locus, join, write_head, write_info, write_tail};
use crate::site::{Problem, Stays, Verdict, check_reference, judge};

/// The reference and the VCF's contigs in it.
pub struct Fasta<'a> {
    /// The FASTA.
    pub reference: &'a Reference,
    /// Where the VCF's contigs are in it.
    pub contigs: Contigs<'a>,
}

/// The work of a run, shared by all threads.
pub struct Worker<'a> {
    /// What is to be done.
    pub plan: Plan,
    /// Of the input.
    pub header: &'a Header,
    /// Where the plan needs one.
    pub fasta: Option<Fasta<'a>>,
}

/// What one thread keeps from chunk to chunk.
pub struct Scratch<'a> {
    cursor: Option<Cursor<'a>>,
    aligner: Aligner,
    splitter: Splitter<'a>,
    alt: Vec<u8>,
    info: Vec<u8>,
}

impl<'a> Work for Worker<'a> {
    type Scratch = Scratch<'a>;
    type Side = ();
    type Note = Note;

    fn scratch(&self) -> Result<Scratch<'a>> {
        Ok(Scratch {
            cursor: self.fasta.as_ref().map(|fasta| fasta.reference.cursor()),
            aligner: Aligner::default(),
            splitter: Splitter::new(self.header, self.plan.overlaps),
            alt: Vec::new(),
            info: Vec::new(),
        })
    }

    fn process(&self, scratch: &mut Scratch<'a>, chunk: &Chunk<()>, out: &mut Out<Note>) -> Result<()> {
        let records = chunk.records();
        let mut pass = Pass {
            worker: self,
            scratch,
            out,
            contig: b"",
            index: 0,
            place: Place::Unchecked,
            first: 0,
            last: 0,
            counts: Counts::default(),
            alleles: Vec::new(),
        };
        let mut from = 0;
        while from < records.len() {
            let end = memchr::memchr(b'\n', &records[from..]).map_or(records.len(), |at| from + at + 1);
            pass.record(&records[from..end], from..end)?;
            from = end;
        }
        pass.leave();
        Ok(())
    }
}

/// What is known of the contig at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nothing is compared with a FASTA.
    Unchecked,
    /// The FASTA has it, and the cursor stands on it.
    Found,
    /// The FASTA lacks it.
    Absent,
}

/// One chunk on its way through.
struct Pass<'p, 'a, 'c> {
    worker: &'p Worker<'a>,
    scratch: &'p mut Scratch<'a>,
    out: &'p mut Out<Note>,
    contig: &'c [u8],
    /// What `out` calls the contig.
    index: u32,
    place: Place,
    first: u32,
    last: u32,
    counts: Counts,
    alleles: Vec<&'c [u8]>,
}

impl<'c> Pass<'_, '_, 'c> {
    fn record(&mut self, bytes: &'c [u8], range: Range<usize>) -> Result<()> {
        self.out.line();
        let line = Line::parse(bytes).map_err(|error| self.error(error.to_string()))?;
        if line.chrom() != self.contig {
            self.enter(&line)?;
        }
        if line.pos() < self.last {
            return Err(falls(self.contig, self.last, line.pos()).at_line(self.out.lines()));
        }
        self.last = line.pos();
        self.counts.records_in += 1;
        if self.stays(&line)? {
            self.keep(range, line.pos());
            return Ok(());
        }
        self.careful(&line, range)
    }

    /// Whether the record can stay at the first look: nothing to split, nothing to align, REF as in the FASTA.
    #[inline]
    fn stays(&mut self, line: &Line) -> Result<bool> {
        let plain = match (self.place, line.reference(), line.alt()) {
            (Place::Unchecked, _, alt) => !alt.contains(&b','),
            (Place::Found, &[reference], &[alt]) if is_base(reference) && is_base(alt) => {
                let upper = reference.to_ascii_uppercase();
                let Some(cursor) = &mut self.scratch.cursor else { return Ok(false) };
                upper != alt.to_ascii_uppercase() && cursor.base(line.pos())? == Some(upper)
            }
            _ => false,
        };
        Ok(plain && has_info(line.tail()))
    }

    fn careful(&mut self, line: &Line<'c>, range: Range<usize>) -> Result<()> {
        let rest = line.rest().map_err(|error| self.error(error.to_string()))?;
        self.alleles.clear();
        self.alleles.push(line.reference());
        self.alleles.extend(line.alts());
        if self.alleles.iter().any(|allele| allele.is_empty()) {
            let found = String::from_utf8_lossy(line.alt());
            let message = format!("expected alleles joined by ',' in ALT, found an empty one in '{found}'");
            return Err(self.error(message).at_locus(line.chrom(), u64::from(line.pos())));
        }
        // What is wrong once may still be split, but is not aligned.
        let mut checked = self.place == Place::Found;
        if self.place == Place::Absent && self.without_contig(line)? {
            return Ok(());
        }
        if checked
            && let Some(cursor) = &mut self.scratch.cursor
            && let Some(problem) = check_reference(line.pos(), line.reference(), &self.alleles[1..], cursor)?
        {
            if self.problem(line, &problem)? {
                return Ok(());
            }
            checked = false;
        }
        // The verdict on a site borrows from the aligner.
        let mut aligner = std::mem::take(&mut self.scratch.aligner);
        let alts = self.alleles.len() - 1;
        let splits =
            self.worker.plan.split.is_some_and(|types| {
                alts > 1 && class::wanted(types, line.reference(), self.alleles[1..].iter().copied())
            });
        let done = if splits {
            self.counts.add(Reason::Split);
            (0..alts).try_for_each(|alt| self.one_of(line, &rest, alt, alts, checked, &mut aligner))
        } else {
            self.whole(line, &rest, range, checked, &mut aligner)
        };
        self.scratch.aligner = aligner;
        done
    }

    /// The record as it is, all its alleles together.
    fn whole(
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
    fn one_of(
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
        write().map_err(|error: vdx_vcf::split::SplitError| {
            self.error(error.to_string()).at_locus(line.chrom(), u64::from(line.pos()))
        })?;
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
    fn problem(&mut self, line: &Line, problem: &Problem) -> Result<bool> {
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
    fn without_contig(&mut self, line: &Line) -> Result<bool> {
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

    /// Goes on with the contig of `line`.
    fn enter(&mut self, line: &Line<'c>) -> Result<()> {
        let before = (!self.contig.is_empty()).then(|| (self.contig.to_vec(), self.last));
        self.leave();
        self.contig = line.chrom();
        if self.out.note.stretches.iter().any(|stretch| stretch.contig == self.contig) {
            return Err(comes_back(self.contig, line.pos(), before).at_line(self.out.lines()));
        }
        (self.first, self.last) = (line.pos(), line.pos());
        self.index = self.out.contig(self.contig);
        self.place = Place::Unchecked;
        if self.worker.plan.check.is_some()
            && let Some(fasta) = &self.worker.fasta
        {
            self.place = match (fasta.contigs.find(self.contig), &mut self.scratch.cursor) {
                (Some(index), Some(cursor)) => {
                    cursor.select(index);
                    Place::Found
                }
                _ => Place::Absent,
            };
        }
        Ok(())
    }

    /// Notes what was counted on the contig at hand.
    fn leave(&mut self) {
        if !self.contig.is_empty() {
            let counts = std::mem::take(&mut self.counts);
            let stretch = Stretch { contig: self.contig.to_vec(), first: self.first, last: self.last, counts };
            self.out.note.stretches.push(stretch);
        }
    }

    fn keep(&mut self, range: Range<usize>, pos: u32) {
        self.counts.records_out += 1;
        self.out.keep_at(range, self.index, pos);
    }

    fn push(&mut self, from: usize, pos: u32) {
        self.counts.records_out += 1;
        self.out.push_fresh_at(from, self.index, pos);
    }

    fn error(&self, message: String) -> Error {
        Error::data(message).at_line(self.out.lines())
    }
}

fn reason_to_stay(why: Stays) -> Reason {
    match why {
        Stays::Symbolic => Reason::LeftSymbolic,
        Stays::Star => Reason::LeftStar,
        Stays::Breakend => Reason::LeftBreakend,
    }
}

/// Whether what follows ALT has QUAL, FILTER and INFO.
#[inline]
fn has_info(tail: &[u8]) -> bool {
    // QUAL and FILTER are a few bytes: a plain loop beats a search.
    tail.iter().filter(|&&byte| byte == b'\t').nth(1).is_some()
}
