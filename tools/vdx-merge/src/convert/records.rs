//! The records of a raw file, piece by piece: what stands on one contig from one position to another.

use std::ops::Range;

use vdx_genome::Cursor;
use vdx_hts::Result;
use vdx_vcf::write_number;

use super::all_sites::Site;
use super::contigs::{Extras, OfContig};
use super::pieces::Piece;
use super::sites::{Meant, Sites};
use super::tally::Tally;
use crate::sample::raw::{RawTable, Row};
use crate::sample::sex::ploidy::Haploidy;

/// What records are made of.
#[derive(Clone, Copy)]
pub(crate) struct Source<'a> {
    /// The raw file.
    pub(crate) table: &'a RawTable,
    /// What the sites say.
    pub(crate) sites: &'a Sites,
    /// Where the person has one copy.
    pub(crate) haploidy: Haploidy,
}

/// The records of a piece, sorted, and what became of its rows.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) text: Vec<u8>,
    pub(crate) tally: Tally,
}

/// Makes the records of a piece.
pub(crate) struct Maker<'a> {
    source: Source<'a>,
    contig: &'a OfContig<'a>,
    made: Made,
    /// Where the records at the position at hand begin.
    starts: Vec<usize>,
}

impl<'a> Maker<'a> {
    /// Of `piece` of `contig`; `cursor` reads the reference.
    pub(crate) fn make(source: Source<'a>, contig: &'a OfContig, piece: &Piece, cursor: &mut Cursor) -> Result<Made> {
        let (from, last) = (piece.from, piece.last);
        let mut maker = Self { source, contig, made: Made::default(), starts: Vec::new() };
        let rows = &source.table.positions(contig.number)[piece.rows.clone()];
        let sites: Vec<Site> = Site::all(&piece.sites).collect();
        let mut extras = contig.between(from, last, &sites);
        // The positions that letters may stand at, and REF there.
        let mut positions = Vec::with_capacity(rows.len() + extras.arrivals.len());
        positions.extend_from_slice(rows);
        if !extras.arrivals.is_empty() {
            positions.extend(extras.arrivals.iter().map(|(pos, _)| *pos));
            positions.sort_unstable();
        }
        positions.dedup();
        let mut bases = Vec::with_capacity(positions.len());
        cursor.select(contig.index);
        cursor.bases(&positions, &mut bases)?;
        let mut bases = positions.into_iter().zip(bases).peekable();
        maker.made.text.reserve(rows.len() * 48 + piece.sites.len() * 2);
        let mut at = 0;
        while let Some(pos) = rows.get(at).copied().into_iter().chain(extras.first()).min() {
            let base = bases.next_if(|(there, _)| *there == pos).and_then(|(_, base)| base);
            let count = rows[at..].iter().take_while(|row| **row == pos).count();
            let own = piece.rows.start + at..piece.rows.start + at + count;
            at += count;
            maker.starts.clear();
            maker.position(pos, base, own, extras.take(pos));
            maker.sort();
        }
        Ok(maker.made)
    }

    /// Appends the records at a position, `base` of the reference, to which `own` rows belong.
    fn position(&mut self, pos: u32, base: Option<u8>, own: Range<usize>, extras: Extras) {
        let Source { table, sites, .. } = self.source;
        let number = self.contig.number;
        let is_single = own.len() == 1 && extras.first().is_none() && sites.moved.is_empty();
        if is_single {
            let row = table.row_of(number, own.start);
            if row.call.lengths().is_none() {
                self.letters(pos, base, &[row], &[]);
            }
            return;
        }
        let start = table.chromosome(number).start;
        let stays = |at: &usize| !sites.moved.contains_key(&(start + *at as u32));
        let mut rows: Vec<Row> = own.filter(stays).map(|at| table.row_of(number, at)).collect();
        rows.retain(|row| row.call.lengths().is_none());
        rows.extend(extras.arrivals.iter().map(|(_, row)| table.row(*row)));
        let of_letters: Vec<&Site> = extras.sites.iter().filter(|site| site.is_letters()).collect();
        let mut alts: Vec<u8> = Vec::new();
        for alt in of_letters.iter().flat_map(|site| site.alts()).filter_map(<[u8]>::first) {
            let alt = alt.to_ascii_uppercase();
            if !alts.contains(&alt) {
                alts.push(alt);
            }
        }
        match of_letters.first() {
            _ if !rows.is_empty() => self.letters(pos, base, &rows, &alts),
            Some(site) => self.site(site, &alts.iter().map(std::slice::from_ref).collect::<Vec<_>>()),
            None => {}
        }
        for meaning in extras.meanings {
            self.allele(&meaning.meant, meaning.row, meaning.agreed);
        }
        for site in extras.sites.iter().filter(|site| !site.is_letters() && !site.is_among(&self.contig.meanings)) {
            self.site(site, &site.alts().collect::<Vec<_>>());
        }
    }

    /// Several records at one position stand in the order of their letters.
    fn sort(&mut self) {
        let (starts, text) = (&mut self.starts, &mut self.made.text);
        self.made.tally.records += starts.len() as u64;
        let [first, _, ..] = starts[..] else { return };
        starts.push(text.len());
        let mut records: Vec<Vec<u8>> = starts.windows(2).map(|ends| text[ends[0]..ends[1]].to_vec()).collect();
        records.sort();
        text.truncate(first);
        records.iter().for_each(|record| text.extend_from_slice(record));
    }

    /// Appends the record of letters and no calls at one position, with the ALTs of a site if there is one.
    fn letters(&mut self, pos: u32, base: Option<u8>, rows: &[Row], alts: &[u8]) {
        let tally = &mut self.made.tally;
        let base = match base {
            Some(base @ (b'A' | b'C' | b'G' | b'T')) => base,
            found => {
                let count = if found.is_none() { &mut tally.outside } else { &mut tally.unknown_reference };
                *count += rows.len() as u64;
                return;
            }
        };
        tally.duplicates += rows.len() as u64 - 1;
        let called = || rows.iter().filter(|row| !row.call.is_none());
        let first = called().next().unwrap_or(&rows[0]);
        let disagree = called().any(|row| row.call.contradicts(first.call));
        tally.rows_disagree += u64::from(disagree);
        // REF, the ALTs of a site, of which none is there twice, and two letters: of four.
        let (mut alleles, mut count) = ([base; 8], 1);
        for &alt in alts {
            alleles[count] = alt;
            count += 1;
        }
        let haploid = self.source.haploidy.at(self.contig.number, pos);
        let letters = if disagree { None } else { first.call.letters() };
        let number = |letter: u8, alleles: &mut [u8; 8], count: &mut usize| {
            let known = alleles[..*count].iter().position(|&allele| allele == letter);
            known.unwrap_or_else(|| {
                alleles[*count] = letter;
                *count += 1;
                *count - 1
            }) as u8
                + b'0'
        };
        let genotype = match letters {
            Some(&[one]) => Gt::One(number(one, &mut alleles, &mut count)),
            // Two equal letters of one copy are one allele, written twice.
            Some(&[one, other]) if haploid && one == other => Gt::One(number(one, &mut alleles, &mut count)),
            Some(&[one, other]) => {
                let [one, other] = [one, other].map(|letter| number(letter, &mut alleles, &mut count));
                Gt::Two(one.min(other), one.max(other))
            }
            _ => {
                tally.no_calls += 1;
                if haploid { Gt::One(b'.') } else { Gt::Two(b'.', b'.') }
            }
        };
        self.begin(pos);
        let text = &mut self.made.text;
        let id = text.len();
        self.source.table.write_id(first, text);
        if text.len() == id {
            text.push(b'.');
        }
        text.extend_from_slice(&[b'\t', base, b'\t']);
        match &alleles[1..count] {
            [] => text.push(b'.'),
            alts => {
                alts.iter().for_each(|alt| text.extend_from_slice(&[*alt, b',']));
                text.pop();
            }
        }
        match genotype {
            Gt::One(one) => {
                text.extend_from_slice(BEHIND_ALT);
                text.extend_from_slice(&[one, b'\n']);
            }
            Gt::Two(one, other) => {
                text.extend_from_slice(BEHIND_ALT);
                text.extend_from_slice(&[one, b'/', other, b'\n']);
            }
        }
    }

    /// Appends the record of an allele that a row of `I` or `D` means.
    fn allele(&mut self, meant: &Meant, row: u32, agreed: bool) {
        let mut id = Vec::new();
        self.source.table.write_id(&self.source.table.row(row), &mut id);
        let mut gt = Vec::new();
        if agreed {
            meant.genotype.write_gt(&mut gt);
        } else {
            self.made.tally.rows_disagree += 1;
            self.made.tally.no_calls += 1;
            gt.extend_from_slice(self.no_call(meant.pos));
        }
        self.write(meant.pos, &id, &meant.alleles[0], &meant.alleles[1], &gt);
    }

    /// Appends a site that the file says nothing about.
    fn site(&mut self, site: &Site, alts: &[&[u8]]) {
        self.made.tally.no_calls += 1;
        let alts = if alts.is_empty() { b".".to_vec() } else { alts.join(&b',') };
        self.write(site.pos, site.id, site.reference, &alts, self.no_call(site.pos));
    }

    fn no_call(&self, pos: u32) -> &'static [u8] {
        if self.source.haploidy.at(self.contig.number, pos) { b"." } else { b"./." }
    }

    fn write(&mut self, pos: u32, id: &[u8], reference: &[u8], alts: &[u8], gt: &[u8]) {
        self.begin(pos);
        let id = if id.is_empty() { b"." } else { id };
        for part in [id, b"\t", reference, b"\t", alts, BEHIND_ALT, gt, b"\n"] {
            self.made.text.extend_from_slice(part);
        }
    }

    /// CHROM and POS.
    fn begin(&mut self, pos: u32) {
        let text = &mut self.made.text;
        self.starts.push(text.len());
        text.extend_from_slice(self.contig.name);
        text.push(b'\t');
        write_number(pos.into(), text);
        text.push(b'\t');
    }
}

/// What is between ALT and the genotype.
const BEHIND_ALT: &[u8] = b"\t.\t.\t.\tGT\t";

/// A genotype of alleles of one digit, or missing ones.
enum Gt {
    One(u8),
    Two(u8, u8),
}
