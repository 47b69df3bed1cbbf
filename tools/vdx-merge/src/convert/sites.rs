//! A file of sites (ClinVar, dbSNP): what the rows of `I` and `D` mean, and with `--all-sites` all of it.

use std::collections::{BTreeMap, HashMap};

use vdx_genome::{Bases, Cursor, Reference, place};
use vdx_hts::{Error, Result};
use vdx_pipeline::Input;
use vdx_vcf::contig::{number, resolve};
use vdx_vcf::variant::Variant;
use vdx_vcf::{Line, allele};

use super::all_sites::AllSites;
use crate::clinvar::record::rs_numbers;
use crate::matching::change::{AnchorRange, Change, Indel, allele_key};
use crate::matching::indel::{Decision, Fit, REACH, decide, read};
use crate::sample::raw::{RawTable, rs_number};
use crate::sample::sex::ploidy::Haploidy;
use crate::verdict::Genotype;

/// So many sites decide whether they are of the reference's build.
const ENOUGH: u64 = 100;
/// The share of them whose REF may be another one, in percent.
const TOLERATED: u64 = 5;

/// An allele that a row of `I` or `D` can mean, in its shortest form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Meant {
    /// 1-based.
    pub(crate) pos: u32,
    /// REF and ALT.
    pub(crate) alleles: [Vec<u8>; 2],
    /// In terms of these.
    pub(crate) genotype: Genotype,
}

/// What becomes of a row of `I` or `D`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Resolved {
    /// One allele.
    Allele(Meant),
    /// Several sites fit.
    Several,
    /// None does.
    Nothing,
}

/// The sites, as far as they are needed.
#[derive(Debug, Default)]
pub(crate) struct Sites {
    /// Of each row of `I` or `D` the alleles that it fits, each once.
    fits: HashMap<u32, Vec<(Fit, Meant)>>,
    /// Rows of letters whose rsID lies elsewhere on their chromosome: the chromosome and the position that it has here. In the
    /// order of the rows: of several that meet at one site the first is written.
    pub(crate) moved: BTreeMap<u32, (u8, u32)>,
    /// A bit for each row whose rsID is where it is.
    in_place: Vec<u64>,
    /// With `--all-sites`.
    pub(crate) all: AllSites,
    /// Sites that were read.
    pub(crate) read: u64,
    /// Of these, the ones with another REF than the reference, which are left out.
    pub(crate) other_ref: u64,
    /// Those on contigs that are no chromosomes or that the reference does not have.
    pub(crate) elsewhere: u64,
}

/// The rows that sites are held against.
pub(crate) struct Rows<'a> {
    /// The raw file.
    pub(crate) table: &'a RawTable,
    /// Where the person has one copy.
    pub(crate) haploidy: Haploidy,
}

impl Sites {
    /// Reads the records of `input`, whose header has been read, in whichever order; they are kept for `--all-sites` only.
    ///
    /// # Errors
    /// Damage; a line that is no record; sites of another build; TMPDIR is full.
    pub(crate) fn read(input: Input, reference: &Reference, rows: &Rows, keep: bool) -> Result<Self> {
        let mut sites = Self { in_place: vec![0; rows.table.len().div_ceil(64)], ..Self::default() };
        let mut cursor = reference.cursor();
        let name = input.name().to_owned();
        let mut contig: (Vec<u8>, Option<u8>) = (Vec::new(), None);
        let mut lines = input.into_lines();
        while let Some((text, at)) = lines.next()? {
            let located = |error: Error| error.in_file(name.clone()).at_line(at);
            let line = Line::parse(text).map_err(Error::caused_by).map_err(located)?;
            sites.read += 1;
            if line.chrom() != contig.0 {
                let index = resolve(line.chrom(), None, reference.contigs());
                contig = (line.chrom().to_vec(), number(line.chrom()).filter(|_| index.is_some()));
                index.into_iter().for_each(|index| cursor.select(index));
            }
            let Some(chromosome) = contig.1 else {
                sites.elsewhere += 1;
                continue;
            };
            if !cursor.matches(line.pos(), line.reference()).map_err(located)? {
                sites.other_ref += 1;
                if sites.read >= ENOUGH && sites.other_ref * 100 > (sites.read - sites.elsewhere) * TOLERATED * 5 {
                    return Err(sites.other_build(reference).in_file(name));
                }
                continue;
            }
            for alt in line.alts() {
                sites.add(&line, alt, chromosome, &mut cursor, rows).map_err(located)?;
            }
            if keep {
                sites.all.add(&line, chromosome)?;
            }
        }
        sites.all.complete()?;
        let Self { moved, in_place, .. } = &mut sites;
        moved.retain(|row, _| in_place[*row as usize / 64] >> (row % 64) & 1 == 0);
        if sites.other_ref >= ENOUGH / 2 && sites.other_ref * 100 > (sites.read - sites.elsewhere) * TOLERATED {
            return Err(sites.other_build(reference).in_file(name));
        }
        Ok(sites)
    }

    fn other_build(&self, reference: &Reference) -> Error {
        Error::data(format!(
            "expected sites of the build of {}, found {} of {} with another REF; give sites of that build",
            reference.name(),
            self.other_ref,
            self.read - self.elsewhere
        ))
    }

    /// Notes the rows that an indel fits.
    fn add(&mut self, line: &Line, alt: &[u8], chromosome: u8, cursor: &mut Cursor, rows: &Rows) -> Result<()> {
        let Rows { table, haploidy } = *rows;
        let (first, last) = (line.pos().saturating_sub(REACH), line.pos().saturating_add(REACH));
        let indel = match Change::of(line.pos(), line.reference(), alt) {
            Change::Indel(indel) => indel,
            Change::Substitution { pos, reference, alt } => {
                self.by_rsid(line, (chromosome, pos), [reference, alt], table);
                return Ok(());
            }
            Change::Other => return Ok(()),
        };
        let near = table.lengths_between(chromosome, first, last);
        if near.is_empty() || !allele::is_bases(alt) {
            return Ok(());
        }
        let placement = placement(line, &indel, alt, cursor)?;
        for &at in near.iter().filter(|&&at| placement.fits(table.row(at).pos)) {
            let row = table.row(at);
            let Some(genotype) = read(row.call, indel.insertion, haploidy.at(chromosome, row.pos)) else { continue };
            let same_rsid = row.rs().is_some_and(|rs| rs_of(line).any(|number| number == rs));
            let key = allele_key(&indel, placement);
            let fits = self.fits.entry(at).or_default();
            // Records of one allele count once.
            if let Some((known, _)) = fits.iter_mut().find(|(fit, _)| fit.key == key) {
                known.same_rsid |= same_rsid;
                continue;
            }
            let minimal = Variant { pos: line.pos(), reference: line.reference(), alt }.minimal();
            let alleles = [minimal.reference.to_ascii_uppercase(), minimal.alt.to_ascii_uppercase()];
            let fit = Fit { key, same_rsid, verdict: genotype.verdict() };
            // One is what most rows fit.
            fits.reserve_exact(1);
            fits.push((fit, Meant { pos: minimal.pos, alleles, genotype }));
        }
        Ok(())
    }

    /// Notes the rows with the site's rsID: a row that lies elsewhere, and whose letters are alleles of the site, is about
    /// the site, as `match` takes it to be.
    fn by_rsid(&mut self, line: &Line, place: (u8, u32), alleles: [u8; 2], table: &RawTable) {
        let alleles = alleles.map(|allele| allele.to_ascii_uppercase());
        for at in rs_of(line).flat_map(|number| table.with_rs(number)) {
            let row = table.row(at);
            if (row.chromosome, row.pos) == place {
                self.in_place[at as usize / 64] |= 1 << (at % 64);
            } else if (row.chromosome == place.0 || row.chromosome == 0)
                && row.call.letters().is_some_and(|letters| letters.iter().all(|letter| alleles.contains(letter)))
            {
                self.moved.entry(at).or_insert(place);
            }
        }
    }

    /// What a row of `I` or `D` means, decided as `match` decides; asked once.
    pub(crate) fn meaning(&mut self, row: u32) -> Resolved {
        let Some(found) = self.fits.remove(&row) else { return Resolved::Nothing };
        let (fits, meant): (Vec<Fit>, Vec<Meant>) = found.into_iter().unzip();
        let taken = (0..fits.len()).find(|&at| decide(&fits, at) == Decision::Taken);
        taken.and_then(|at| meant.into_iter().nth(at)).map_or(Resolved::Several, Resolved::Allele)
    }
}

/// The rs numbers of a site: ClinVar has them in RS, dbSNP in ID.
fn rs_of<'a>(line: &Line<'a>) -> impl Iterator<Item = u64> + use<'a> {
    rs_numbers(line.bytes()).chain(rs_number(line.id()))
}

/// Where the indel can be written.
fn placement(line: &Line, indel: &Indel, alt: &[u8], cursor: &mut Cursor) -> Result<AnchorRange> {
    if indel.moved.is_none() {
        return Ok(AnchorRange::fixed(indel));
    }
    let found = place::range(Variant { pos: line.pos(), reference: line.reference(), alt }, cursor)?;
    Ok(AnchorRange { first: found.leftmost, last: found.rightmost })
}
