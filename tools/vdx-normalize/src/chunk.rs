//! A worker's walk over the records of a chunk. Most are single-base substitutions that stay: for them the line is parsed,
//! one base is looked up, and the run of kept bytes grows.
//!
//! The others are compared with the FASTA (`check_ref`), aligned (`align`), split (`split`) or taken apart (`atomize`), as
//! [`Steps`] say, and sent on (`send`). BCF has a short way of its own (`bcf`), and for `--safe` it is noted where records
//! stand (`haplotypes`).

mod align;
mod atomize;
mod bcf;
mod check_ref;
mod contig;
mod haplotypes;
mod rewrite;
mod send;
mod split;
mod steps;
mod worker;

use std::collections::HashSet;
use std::ops::Range;

use vdx_genome::Bases;
use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::ChunkLines;
use vdx_pipeline::output::Output;
use vdx_vcf::Line;
use vdx_vcf::allele::is_base;
use vdx_vcf::bcf::Dictionaries;

use crate::counts::{Counts, INPUT, Note, Reason};
use crate::record::Record;
use crate::site::check_reference;
use crate::transcripts::Strands;
pub(crate) use atomize::AtomOverlaps;
use contig::InFasta;
pub(crate) use steps::Steps;
use worker::Scratch;
pub(crate) use worker::{Fasta, Worker};

/// A record that is looked at closely.
struct Site<'s> {
    record: Record<'s>,
    /// REF and the ALTs; REF alone where ALT is `.`.
    alleles: &'s [&'s [u8]],
    /// Where it stands in the chunk; `None` where it is not what was read any more.
    range: Option<Range<usize>>,
}

/// The walk, at one record of its chunk.
pub(crate) struct Walk<'p, 'a, 'c> {
    worker: &'p Worker<'a>,
    scratch: &'p mut Scratch<'a>,
    out: &'p mut Output<Note>,
    /// Where records are BCF.
    bcf: Option<&'c Dictionaries>,
    contig: &'c [u8],
    /// What BCF records call it.
    number: Option<u32>,
    /// Those that were left: none comes again.
    left: HashSet<&'c [u8]>,
    /// What `out` calls the contig.
    index: u32,
    in_fasta: InFasta,
    /// Those of the contig, where indels follow them.
    transcripts: Option<&'p Strands>,
    first: u32,
    last: u32,
    /// The record at hand has the POS of the one before it, and that matters.
    tied: bool,
    /// The line of the last record that `--check` found.
    found: u64,
    /// The line of the last site whose lists are told of.
    listed: u64,
    counts: Counts,
    /// Room for the alleles of a record, which live no longer than it.
    alleles: Vec<&'static [u8]>,
}

impl<'p, 'a, 'c> Walk<'p, 'a, 'c> {
    /// Before the first record.
    pub(crate) fn new(
        worker: &'p Worker<'a>,
        scratch: &'p mut Scratch<'a>,
        out: &'p mut Output<Note>,
        bcf: Option<&'c Dictionaries>,
    ) -> Self {
        Self {
            worker,
            scratch,
            out,
            bcf,
            contig: b"",
            number: None,
            left: HashSet::new(),
            index: 0,
            in_fasta: InFasta::Unchecked,
            transcripts: None,
            first: 0,
            last: 0,
            tied: false,
            found: 0,
            listed: 0,
            counts: Counts::default(),
            alleles: Vec::new(),
        }
    }

    /// The next of the chunk's lines, counted.
    #[inline]
    pub(crate) fn next_of(&mut self, lines: &mut ChunkLines<'c>) -> Result<Option<(Line<'c>, Range<usize>)>> {
        lines.next(self.out)
    }

    /// Takes the next record; `range` is where its line stands in the chunk.
    pub(crate) fn record(&mut self, line: &Line<'c>, range: Range<usize>) -> Result<()> {
        if line.chrom() != self.contig {
            self.enter(line.chrom(), line.pos())?;
        }
        self.reach(line.pos())?;
        self.line(line, range)
    }

    /// Goes on with the record at `pos` of the contig at hand.
    fn reach(&mut self, pos: u32) -> Result<()> {
        if pos < self.last {
            let error = unsorted(INPUT, (self.contig, pos), (self.contig, self.last));
            return Err(error.at_line(self.out.lines()));
        }
        self.tied = pos == self.last && self.worker.same_position;
        self.last = pos;
        self.counts.records_in += 1;
        Ok(())
    }

    /// Takes the record that [`Walk::reach`] has been told of.
    fn line(&mut self, line: &Line, range: Range<usize>) -> Result<()> {
        if let Some(filter) = &self.worker.filter {
            let asked = filter.passes(line, &mut self.scratch.stacks);
            if !asked.map_err(|error| self.error(error).at_locus(line.chrom(), u64::from(line.pos())))? {
                self.counts.add(Reason::Filtered);
                self.note_line(line)?;
                self.keep_aside(range, line.pos());
                return Ok(());
            }
        }
        if self.stays(line)? {
            self.note_line(line)?;
            self.keep(range, line.pos());
            return Ok(());
        }
        self.careful(line, range)
    }

    /// Whether the record can stay at the first look: nothing to split, nothing to align, REF as in the FASTA.
    #[inline]
    fn stays(&mut self, line: &Line) -> Result<bool> {
        Ok(match self.in_fasta {
            InFasta::Unchecked if self.worker.steps.atomize.is_none() => !line.alt().contains(&b','),
            InFasta::Unchecked => line.reference().len() == 1 && line.alt().len() == 1,
            _ => self.substitution_stays(line.pos(), line.reference(), line.alt())?,
        })
    }

    /// Whether this is a substitution of one base, and REF is what the FASTA has at 1-based `pos`.
    #[inline]
    fn substitution_stays(&mut self, pos: u32, reference: &[u8], alt: &[u8]) -> Result<bool> {
        match (self.in_fasta, reference, alt) {
            (InFasta::Found, &[reference], &[alt]) if is_base(reference) && is_base(alt) => {
                let upper = reference.to_ascii_uppercase();
                let Some(cursor) = &mut self.scratch.cursor else { return Ok(false) };
                Ok(upper != alt.to_ascii_uppercase() && cursor.base(pos)? == Some(upper))
            }
            _ => Ok(false),
        }
    }

    fn careful(&mut self, line: &Line, range: Range<usize>) -> Result<()> {
        let rest = line.rest().map_err(|error| self.error(error.to_string()))?;
        let mut alleles = emptied(std::mem::take(&mut self.alleles));
        alleles.push(line.reference());
        alleles.extend(line.alts());
        if alleles.iter().any(|allele| allele.is_empty()) {
            let found = String::from_utf8_lossy(line.alt());
            let message = format!("expected alleles joined by ',' in ALT, found an empty one in '{found}'");
            return Err(self.error(message).at_locus(line.chrom(), u64::from(line.pos())));
        }
        let record = Record::of(line, &rest);
        let dropped = self.in_fasta == InFasta::Absent && self.without_contig(&record)?;
        if !dropped && !self.fix(&record, &alleles)? {
            self.site(&Site { record, alleles: &alleles, range: Some(range) })?;
        }
        self.alleles = emptied(alleles);
        Ok(())
    }

    /// Splits, aligns, tells or keeps a record.
    fn site(&mut self, site: &Site) -> Result<()> {
        let Site { record, alleles, .. } = site;
        // What is wrong once may still be split, but is not aligned.
        let mut checked = self.in_fasta == InFasta::Found;
        if checked
            && let Some(cursor) = &mut self.scratch.cursor
            && let Some(problem) = check_reference(record.pos, record.reference, &alleles[1..], cursor)?
        {
            if self.problem(record, &problem)? {
                return Ok(());
            }
            checked = false;
        }
        // The verdict on a site borrows from the aligner.
        let mut aligner = std::mem::take(&mut self.scratch.aligner);
        let alts = alleles.len() - 1;
        let splits = self
            .worker
            .steps
            .split
            .is_some_and(|types| alts > 1 && types.are_held(record.reference, alleles[1..].iter().copied()));
        let done = if splits {
            self.counts.add(Reason::Split);
            let fields = self.fields(record, alleles.len(), Some(alleles))?;
            (0..alts).try_for_each(|alt| self.one_of(site, &fields, alt, checked, &mut aligner))
        } else {
            self.whole(site, checked, &mut aligner)
        };
        self.scratch.aligner = aligner;
        done
    }

    fn error(&self, message: String) -> Error {
        Error::data(message).at_line(self.out.lines())
    }
}

/// The room of a list for alleles of another record: collected in place, it keeps its allocation.
fn emptied<'to>(mut alleles: Vec<&[u8]>) -> Vec<&'to [u8]> {
    alleles.clear();
    alleles.into_iter().map(|_| &[][..]).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_room_for_alleles_is_kept() {
        let alleles = Vec::with_capacity(9);
        let room = alleles.as_ptr() as usize;
        let alleles: Vec<&[u8]> = super::emptied(alleles);
        assert_eq!((alleles.as_ptr() as usize, alleles.capacity()), (room, 9));
    }
}
