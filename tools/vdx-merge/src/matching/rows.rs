//! The rows of a raw file that concern one ClinVar record.

use std::ops::Range;

use vdx_genome::{Cursor, place};
use vdx_hts::Result;
use vdx_vcf::key::Variant;

use super::indel::{self, Change, Fit, Indel, Placement, REACH};
use super::notes::{Fitting, Hit, Note, Speaker, Spoken};
use super::{Matcher, Record, Scratch, Source, snv};
use crate::clinvar::record::rs_numbers;
use crate::sample::raw::{Row, Table};
use crate::verdict::assessment::Statement;
use crate::verdict::{Match, Verdict};

/// Where a chunk stands in the rows of its contig.
#[derive(Debug, Default)]
pub struct Place {
    rows: Range<u32>,
}

impl Place {
    /// The start of a chromosome.
    pub fn new(table: &Table, number: Option<u8>) -> Self {
        Self { rows: number.map_or(0..0, |number| table.chromosome(number)) }
    }

    /// Moves on to `pos`; `true` where a row stands there. Positions never go down.
    fn seek(&mut self, table: &Table, pos: u32) -> bool {
        let rows = &table.rows()[self.rows.start as usize..self.rows.end as usize];
        // Most records are close to the one before: look near first, then in doubling steps.
        let mut step = 1;
        let mut from = 0;
        while from + step < rows.len() && rows[from + step].pos < pos {
            from += step;
            step *= 2;
        }
        let to = (from + step + 1).min(rows.len());
        let at = from + rows[from..to].partition_point(|row| row.pos < pos);
        self.rows.start += at as u32;
        rows.get(at).is_some_and(|row| row.pos == pos)
    }
}

/// A row, and how it met the record.
#[derive(Clone, Copy)]
struct Met<'a> {
    at: u32,
    row: &'a Row,
    same_rsid: bool,
}

impl Matcher<'_> {
    /// Notes the record if rows of the raw file concern it.
    pub(super) fn raw(
        &self,
        record: &Record,
        table: &Table,
        place: &mut Place,
        scratch: &mut Scratch,
        note: &mut Note,
    ) -> Result<()> {
        let Some(number) = record.number else { return Ok(()) };
        let line = &record.line;
        let here = place.seek(table, line.pos());
        let one_base = line.reference().len() == 1 && line.alt().len() == 1;
        let mut named = rs_numbers(line.bytes()).flat_map(|rs| table.with_rs(rs)).peekable();
        if one_base && !here && named.peek().is_none() {
            return Ok(());
        }
        let change = Change::of(line.pos(), line.reference(), line.alt());
        let target = match change {
            Change::Substitution { pos, .. } => pos,
            _ => line.pos(),
        };
        let mut met: Vec<Met> = Vec::new();
        let mut meet = |at: u32, same_rsid: bool| {
            if !met.iter().any(|known| known.at == at) {
                met.push(Met { at, row: table.row(at), same_rsid });
            }
        };
        named.for_each(|at| meet(at, true));
        let anywhere = met.len();
        let mut meet = |at: u32| {
            if !met.iter().any(|known| known.at == at) {
                met.push(Met { at, row: table.row(at), same_rsid: false });
            }
        };
        table.at(number, target).for_each(&mut meet);
        let mut placement = None;
        if let Change::Indel(indel) = &change {
            table.at(number, indel.anchor).for_each(&mut meet);
            table.at(number, indel.anchor + 1).for_each(&mut meet);
            let (first, last) = (line.pos().saturating_sub(REACH), line.pos().saturating_add(REACH));
            let near = table.lengths_between(number, first, last);
            if !near.is_empty() {
                let found = self.placement(record, indel, scratch.cursor.as_mut())?;
                near.iter().copied().filter(|&at| found.fits(table.row(at).pos)).for_each(&mut meet);
                placement = Some(found);
            }
        }
        if met.is_empty() {
            return Ok(());
        }
        let rsid_in_place = met[..anywhere]
            .iter()
            .find(|met| met.row.chromosome != 0 && matches!(change, Change::Substitution { .. }))
            .map(|met| met.row.chromosome == number && met.row.pos == target);
        let mut hit = Hit {
            contig: note.contigs.len() as u32 - 1,
            number,
            pos: line.pos(),
            line: 0..0,
            spoken: Vec::new(),
            fits: Vec::new(),
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
        // An rsID on another chromosome is counted as moved and says nothing more.
        met.retain(|met| met.row.chromosome == number || met.row.chromosome == 0);
        for met in &met {
            self.hear(met, number, &change, target, has_rs, placement, &mut hit);
        }
        if self.all || hit.may_carry() {
            let from = note.lines.len();
            note.lines.extend_from_slice(line.bytes());
            hit.line = from..note.lines.len();
        }
        note.hits.push(hit);
        Ok(())
    }

    /// What one row says.
    #[allow(clippy::too_many_arguments, reason = "all of it is about one row and one record")]
    fn hear(
        &self,
        met: &Met,
        number: u8,
        change: &Change,
        target: u32,
        has_rs: bool,
        placement: Option<Placement>,
        hit: &mut Hit,
    ) {
        let Met { at, row, same_rsid } = *met;
        let differs = !same_rsid && has_rs && row.rs().is_some();
        let haploid = self.haploidy.at(number, if row.pos == 0 { target } else { row.pos });
        let found = |in_place: bool| match (same_rsid, in_place) {
            (true, true) => Match::RsidAndPosition,
            (true, false) => Match::RsidMoved,
            (false, _) => Match::Position,
        };
        let finish = |mut statement: Statement| {
            if differs && statement.verdict.is_definite() {
                statement = statement.flagged("rsid_differs");
            }
            if haploid && row.call.is_het() {
                statement = statement.flagged("het_where_haploid");
            }
            statement
        };
        let mut say = |statement: Statement, strand_matters: bool| {
            hit.spoken.push(Spoken { speaker: Speaker::Row(at), statement: finish(statement), strand_matters });
        };
        let in_place = row.chromosome == number && row.pos == target;
        match change {
            Change::Substitution { reference, alt, .. } => {
                let (reference, alt) = (reference.to_ascii_uppercase(), alt.to_ascii_uppercase());
                if let Some(mut reading) = snv::read(row.call, reference, alt, haploid) {
                    let mut flags = Vec::new();
                    let either_strand = matches!(self.source, Source::Raw(table) if table.either_strand());
                    if either_strand
                        && reading.verdict == Verdict::RefMismatch
                        && let Some(other) = snv::read(row.call.complement(), reference, alt, haploid)
                    {
                        reading = other;
                        flags.push("other_strand");
                    }
                    let snv::Reading { verdict, genotype, strand_matters } = reading;
                    say(Statement { verdict, genotype, found: found(in_place), flags }, strand_matters);
                } else {
                    say(self.mute(row, found(in_place), same_rsid, "lengths_at_substitution"), false);
                }
            }
            Change::Indel(indel) => {
                let placement = placement.unwrap_or(Placement::fixed(indel));
                let fits = row.chromosome == number && placement.fits(row.pos);
                let near = row.chromosome == number && (row.pos == indel.anchor || row.pos == indel.anchor + 1);
                match indel::read(row.call, indel.insertion, haploid) {
                    Some(genotype) if fits => {
                        let verdict = genotype.verdict();
                        let fit = Fit { key: indel::allele_key(indel, placement), same_rsid, verdict };
                        let mut statement = Statement { verdict, genotype, found: found(true), flags: Vec::new() };
                        if self.genome.is_none() && !same_rsid {
                            statement = statement.flagged("needs_reference");
                        }
                        hit.fits.push(Fitting { row: at, fit, statement: finish(statement) });
                    }
                    Some(_) => {
                        let flag = if self.genome.is_some() { "indel_moved" } else { "needs_reference" };
                        say(Statement::without_alleles(Verdict::Unresolved, found(false)).flagged(flag), false);
                    }
                    // Letters at the first changed base are about that base.
                    None if !same_rsid && !row.call.is_none() && row.pos != target => {}
                    None => say(self.mute(row, found(near), same_rsid, "letters_at_indel"), false),
                }
            }
            Change::Other => say(self.mute(row, found(in_place), same_rsid, "not_comparable"), false),
        }
    }

    /// A row whose call does not speak about this kind of change: it was meant for the record if the rsID is the same.
    fn mute(&self, row: &Row, found: Match, same_rsid: bool, why: &'static str) -> Statement {
        if row.call.is_none() {
            Statement::without_alleles(Verdict::NoCall, found)
        } else if same_rsid {
            Statement::without_alleles(Verdict::Unresolved, found).flagged(why)
        } else {
            Statement::without_alleles(Verdict::NotAssayed, found)
        }
    }

    /// Where the indel can be written.
    pub(super) fn placement(&self, record: &Record, indel: &Indel, cursor: Option<&mut Cursor>) -> Result<Placement> {
        let (Some(cursor), true, Some(_)) = (cursor, record.in_genome, indel.moved) else {
            return Ok(Placement::fixed(indel));
        };
        let line = &record.line;
        let variant = Variant { pos: line.pos(), reference: line.reference(), alt: line.alt() };
        let place::Placement { leftmost, rightmost } = place::range(variant, cursor)?;
        Ok(Placement { first: leftmost, last: rightmost })
    }
}
