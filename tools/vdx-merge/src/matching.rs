//! The parallel half of `match`: every ClinVar record is looked at once, and what touches the person is noted.

pub(crate) mod bases;
pub(crate) mod change;
pub(crate) mod concordance;
pub(crate) mod indel;
pub(crate) mod notes;
pub(crate) mod ordered;
pub(crate) mod reference;
mod row_call;
pub(crate) mod rows;
mod several_alts;
mod snv;
pub(crate) mod vcf;

use std::sync::Arc;

use vdx_genome::{Cursor, Reference};
use vdx_hts::sorted::unsorted;
use vdx_hts::{Error, Result};
use vdx_pipeline::{Chunk, Output, Work};
use vdx_vcf::{Header, Line, contig};

use crate::sample::feed::slice::Slice;
use crate::sample::raw::RawTable;
use crate::sample::sex::ploidy::Haploidy;

use notes::{Note, Stretch};
use reference::Genome;
use several_alts::Split;

/// What is to be sorted where its records are not.
pub(crate) const STREAM: &str = "the ClinVar stream";

/// Whose genotypes.
pub(crate) enum Genotypes<'a> {
    /// A raw file in memory.
    Raw(&'a RawTable),
    /// A VCF that moves along: see [`Slice`].
    Vcf,
}

/// What a call of a VCF sample must have to say anything; a call that does not tell it is taken as it is.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Least {
    /// GQ.
    pub(crate) quality: Option<f32>,
    /// DP, and MIN_DP of a gVCF block.
    pub(crate) depth: Option<f32>,
}

/// The work on one chunk.
pub(crate) struct Matcher<'a> {
    /// Whose genotypes.
    pub(crate) genotypes: Genotypes<'a>,
    /// Where the person has one copy.
    pub(crate) haploidy: Haploidy,
    /// The reference, where one is given.
    pub(crate) genome: Option<&'a Genome>,
    /// Records without the allele are written, too.
    pub(crate) all: bool,
    /// The header of the ClinVar stream.
    pub(crate) header: &'a Arc<Header>,
    /// What the calls of a VCF sample must have.
    pub(crate) least: Least,
}

/// What a worker keeps.
pub(crate) struct Scratch<'a> {
    cursor: Option<Cursor<'a>>,
    split: Split<'a>,
}

impl<'a> Scratch<'a> {
    fn new(reference: Option<&'a Reference>, header: &'a Arc<Header>) -> Self {
        Self { cursor: reference.map(Reference::cursor), split: Split::new(header) }
    }
}

/// A record with the contig it is on.
pub(crate) struct ClinvarRecord<'a> {
    /// Its fields.
    pub(crate) line: Line<'a>,
    /// The chromosome's number, if it is one.
    pub(crate) number: Option<u8>,
    /// Whether [`Scratch`]'s cursor stands on its contig.
    pub(crate) in_genome: bool,
}

impl<'a> Work for Matcher<'a> {
    type Scratch = Scratch<'a>;
    type Side = Slice;
    type Note = Note;

    fn scratch(&self) -> Result<Self::Scratch> {
        Ok(Scratch::new(self.genome.map(Genome::reference), self.header))
    }

    fn process(&self, scratch: &mut Self::Scratch, chunk: &Chunk<Slice>, out: &mut Output<Note>) -> Result<()> {
        let mut record = None::<ClinvarRecord>;
        let mut raw = rows::RowCursor::default();
        let mut sample = vcf::SliceCursor::new(chunk.side(), b"");
        let mut lines = chunk.lines();
        while let Some((line, _)) = lines.next(out)? {
            let number_in_chunk = out.lines();
            let located = |error: Error| error.at_line(number_in_chunk).at_locus(line.chrom(), u64::from(line.pos()));
            let before = record.take();
            let same = before.as_ref().is_some_and(|before| before.line.chrom() == line.chrom());
            let new = match before {
                Some(before) if same => {
                    if line.pos() < before.line.pos() {
                        let before = (before.line.chrom(), before.line.pos());
                        return Err(located(unsorted(STREAM, (line.chrom(), line.pos()), before)));
                    }
                    ClinvarRecord { line, ..before }
                }
                _ => {
                    // What costs a search by name is asked once for each contig of a chunk, not for each record.
                    let number = contig::number(line.chrom());
                    let in_genome = self.select(scratch, line.chrom());
                    if let Genotypes::Raw(table) = self.genotypes {
                        raw = rows::RowCursor::new(table, number);
                    }
                    sample = vcf::SliceCursor::new(chunk.side(), line.chrom());
                    let name = line.chrom().to_vec();
                    out.note.contigs.push(Stretch { name, first: line.pos(), line: number_in_chunk, records: 0 });
                    ClinvarRecord { line, number, in_genome }
                }
            };
            if let Some(stretch) = out.note.contigs.last_mut() {
                stretch.records += 1;
            }
            let hits = out.note.hits.len();
            // A verdict is about one allele.
            if line.alt().contains(&b',') {
                self.each_alt(&new, (&mut raw, &mut sample), scratch, &mut out.note).map_err(located)?;
            } else {
                self.look(&new, (&mut raw, &mut sample), scratch, &mut out.note).map_err(located)?;
            }
            if out.note.hits.len() > hits {
                self.keep(&new.line, hits, &mut out.note);
            }
            record = Some(new);
        }
        out.note.last = record.map_or(0, |record| record.line.pos());
        Ok(())
    }
}

/// Where a chunk stands in the rows of a raw file, or in the slice of a VCF.
type Cursors<'c, 't, 's> = (&'c mut rows::RowCursor<'t>, &'c mut vcf::SliceCursor<'s>);

impl<'a> Matcher<'a> {
    /// Looks at a record of one ALT.
    #[inline]
    fn look(
        &self,
        record: &ClinvarRecord,
        (raw, sample): Cursors,
        scratch: &mut Scratch,
        note: &mut Note,
    ) -> Result<()> {
        match self.genotypes {
            Genotypes::Raw(table) => self.raw(record, table, raw, scratch, note),
            Genotypes::Vcf => self.vcf(record, sample, scratch, note),
        }
    }

    /// Looks at a record of several ALTs, of one after the other.
    #[cold]
    fn each_alt(
        &self,
        record: &ClinvarRecord,
        (raw, sample): Cursors,
        scratch: &mut Scratch<'a>,
        note: &mut Note,
    ) -> Result<()> {
        // Out of the scratch, which the look at each line needs, too.
        let mut split = std::mem::replace(&mut scratch.split, Split::new(self.header));
        split.by_alt(&record.line, .., |alt, part| {
            let line = Line::parse(part).map_err(Error::caused_by)?;
            let hits = note.hits.len();
            self.look(&ClinvarRecord { line, ..*record }, (raw, sample), scratch, note)?;
            note.hits[hits..].iter_mut().for_each(|hit| hit.alt = Some(alt));
            Ok(())
        })?;
        scratch.split = split;
        Ok(())
    }

    /// Keeps the line of a record for its hits that may be written, which begin at number `first`. Those of several ALTs share
    /// it: taken apart they are as many times as long.
    fn keep(&self, line: &Line, first: usize, note: &mut Note) {
        let start = note.lines.len();
        let written = note.hits[first..].iter_mut().filter(|hit| self.all || hit.may_carry());
        for hit in written {
            if note.lines.len() == start {
                note.lines.extend_from_slice(line.bytes());
            }
            hit.line = start..note.lines.len();
        }
    }

    /// Puts the cursor on a contig, if the genome has it.
    fn select(&self, scratch: &mut Scratch, chrom: &[u8]) -> bool {
        let found = self.genome.and_then(|genome| genome.find(chrom));
        match (found, &mut scratch.cursor) {
            (Some(index), Some(cursor)) => {
                cursor.select(index);
                true
            }
            _ => false,
        }
    }
}
