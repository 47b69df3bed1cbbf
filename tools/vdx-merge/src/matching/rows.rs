//! The rows of a raw file that concern one ClinVar record.

use vdx_genome::{Cursor, place};
use vdx_hts::Result;
use vdx_vcf::variant::Variant;

use super::change::{AnchorRange, Change, Indel};
use super::indel::{self, REACH};
use super::notes::{Hit, Note};
use super::row_call::RowCall;
use super::{ClinvarRecord, Genotypes, Matcher, Scratch, snv};
use crate::clinvar::record::rs_numbers;
use crate::sample::raw::{RawTable, Row};

/// The furthest from POS, in bases, that a row without a result is taken to be about an indel.
const NO_CALL_REACH: u32 = 1000;

/// Where a chunk stands in the rows of its contig.
#[derive(Debug, Default)]
pub(crate) struct RowCursor<'t> {
    /// The positions of the rows that are still to come.
    positions: &'t [u32],
}

impl<'t> RowCursor<'t> {
    /// The start of a chromosome.
    pub(crate) fn new(table: &'t RawTable, number: Option<u8>) -> Self {
        Self { positions: number.map_or(&[], |number| table.positions(number)) }
    }

    /// Moves on to `pos`; `true` where a row stands there. Positions never go down.
    fn seek(&mut self, pos: u32) -> bool {
        let rows = self.positions;
        // Most records are close to the one before: look near first, then in doubling steps.
        let mut step = 1;
        let mut from = 0;
        while from + step < rows.len() && rows[from + step] < pos {
            from += step;
            step *= 2;
        }
        let to = (from + step + 1).min(rows.len());
        let at = from + rows[from..to].partition_point(|row| *row < pos);
        self.positions = &rows[at..];
        rows.get(at) == Some(&pos)
    }
}

/// A row that may be about the record, and whether it has the record's rsID.
#[derive(Clone, Copy)]
struct Candidate {
    at: u32,
    row: Row,
    same_rsid: bool,
}

impl Matcher<'_> {
    /// Notes the record if rows of the raw file concern it.
    pub(super) fn raw(
        &self,
        record: &ClinvarRecord,
        table: &RawTable,
        place: &mut RowCursor<'_>,
        scratch: &mut Scratch,
        note: &mut Note,
    ) -> Result<()> {
        let Some(number) = record.number else { return Ok(()) };
        let line = &record.line;
        let here = place.seek(line.pos());
        let one_base = line.reference().len() == 1 && line.alt().len() == 1;
        let mut named = rs_numbers(line.bytes()).flat_map(|rs| table.with_rs(rs)).peekable();
        // Most records end here: neither a row at the position nor one with the rsID, and no indel that a row beside it
        // could mean.
        if one_base && !here && named.peek().is_none() {
            return Ok(());
        }
        let change = Change::of(line.pos(), line.reference(), line.alt());
        let target = match change {
            Change::Substitution { pos, .. } => pos,
            _ => line.pos(),
        };
        let mut candidates: Vec<Candidate> = Vec::new();
        let add = |candidates: &mut Vec<Candidate>, at: u32, same_rsid: bool| {
            if !candidates.iter().any(|known| known.at == at) {
                candidates.push(Candidate { at, row: table.row(at), same_rsid });
            }
        };
        named.for_each(|at| add(&mut candidates, at, true));
        let by_rsid = candidates.len();
        let mut add = |at: u32| add(&mut candidates, at, false);
        table.at(number, target).for_each(&mut add);
        let mut placement = None;
        if let Change::Indel(indel) = &change {
            // Arrays give the base before an indel or its first base.
            table.at(number, indel.anchor).for_each(&mut add);
            table.at(number, indel.anchor + 1).for_each(&mut add);
            let (first, last) = (line.pos().saturating_sub(REACH), line.pos().saturating_add(REACH));
            let near = table.lengths_between(number, first, last);
            // With a reference a row without a result may stand wherever the indel can be written, too.
            let no_calls = scratch.cursor.is_some().then(|| {
                let (first, last) =
                    (line.pos().saturating_sub(NO_CALL_REACH), line.pos().saturating_add(NO_CALL_REACH));
                table.no_calls_around(number, place.positions.len(), first, last)
            });
            let mut no_calls = no_calls.into_iter().flatten().peekable();
            if !near.is_empty() || no_calls.peek().is_some() {
                let found = self.placement(record, indel, scratch.cursor.as_mut())?;
                near.iter().copied().chain(no_calls).filter(|&at| found.fits(table.row(at).pos)).for_each(&mut add);
                placement = Some(found);
            }
        }
        if candidates.is_empty() {
            return Ok(());
        }
        let rsid_in_place = candidates[..by_rsid]
            .iter()
            .find(|candidate| candidate.row.chromosome != 0 && matches!(change, Change::Substitution { .. }))
            .map(|candidate| candidate.row.chromosome == number && candidate.row.pos == target);
        let mut hit = Hit {
            contig: note.contigs.len() as u32 - 1,
            number,
            pos: line.pos(),
            line: 0..0,
            alt: None,
            observations: Vec::new(),
            indel_calls: Vec::new(),
            substitution: match change {
                Change::Substitution { pos, reference, alt } if pos == line.pos() => {
                    Some((reference.to_ascii_uppercase(), alt.to_ascii_uppercase()))
                }
                _ => None,
            },
            rsid_in_place,
            ref_agrees: None,
        };
        let has_rs = rs_numbers(line.bytes()).next().is_some();
        for Candidate { at, row, same_rsid } in candidates {
            // An rsID on another chromosome is counted as moved and says nothing more.
            if row.chromosome != number && row.chromosome != 0 {
                continue;
            }
            let call = RowCall {
                at,
                row,
                target,
                same_rsid,
                rsid_differs: !same_rsid && has_rs && row.rs().is_some(),
                haploid: self.haploidy.at(number, if row.pos == 0 { target } else { row.pos }),
                on_contig: row.chromosome == number,
                in_place: row.chromosome == number && row.pos == target,
            };
            self.assess_row(&call, &change, placement, &mut hit);
        }
        note.hits.push(hit);
        Ok(())
    }

    /// What one row says about the record.
    fn assess_row(&self, call: &RowCall, change: &Change, placement: Option<AnchorRange>, hit: &mut Hit) {
        match change {
            Change::Substitution { reference, alt, .. } => {
                let either_strand = matches!(self.genotypes, Genotypes::Raw(table) if table.either_strand());
                let alleles = (reference.to_ascii_uppercase(), alt.to_ascii_uppercase());
                hit.observations.push(snv::assess(call, alleles, either_strand));
            }
            Change::Indel(indel) => {
                let placement = placement.unwrap_or(AnchorRange::fixed(indel));
                indel::assess(call, indel, placement, self.genome.is_some(), hit);
            }
            Change::Other => {
                let assessment = call.not_comparable(call.matched(call.in_place), "not_comparable");
                hit.observations.push(call.observation(assessment, false));
            }
        }
    }

    /// Where the indel can be written.
    pub(super) fn placement(
        &self,
        record: &ClinvarRecord,
        indel: &Indel,
        cursor: Option<&mut Cursor>,
    ) -> Result<AnchorRange> {
        let (Some(cursor), true, Some(_)) = (cursor, record.in_genome, indel.moved) else {
            return Ok(AnchorRange::fixed(indel));
        };
        let line = &record.line;
        let variant = Variant { pos: line.pos(), reference: line.reference(), alt: line.alt() };
        let place::Placement { leftmost, rightmost } = place::range(variant, cursor)?;
        Ok(AnchorRange { first: leftmost, last: rightmost })
    }
}
