//! Lists of values by allele: which belong to which, and what is made of several.

use super::Alleles;
use crate::header::Number;
use crate::number::text;
use crate::split::{choose, genotypes, ploidy};

/// The highest ploidy whose genotypes are counted out: more is a list of the wrong length.
const MOST_PLOIDY: usize = 64;

/// A list by allele that a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    Alts,
    Alleles,
    Genotypes,
}

/// The alleles that a list covers, REF first: those of the record, or those that a sample knows.
#[derive(Clone, Debug)]
pub(super) struct Known {
    pub(crate) old: Vec<usize>,
    pub(crate) new: Vec<usize>,
    /// For each new allele the places in an old list of those that it stands for.
    places: Vec<Vec<usize>>,
    /// By ploidy, for each new genotype the place of the old one; made when asked for.
    genotypes: Vec<Vec<Option<usize>>>,
}

impl Known {
    pub(crate) fn all(alleles: &Alleles) -> Self {
        Self::new((0..alleles.to.len()).collect(), (0..alleles.from.len()).collect(), alleles)
    }

    /// Those of a sample with this LAA.
    pub(crate) fn local(laa: &[u8], alleles: &Alleles) -> Result<Self, String> {
        let mut old = vec![0];
        for number in laa.split(|&byte| byte == b',').filter(|_| laa != b".") {
            let number = text(number);
            let alts = alleles.to.len() - 1;
            let Some(allele) = number.parse().ok().filter(|allele| (1..=alts).contains(allele)) else {
                return Err(format!("LAA: expected ALT alleles from 1 to {alts}, found '{number}'"));
            };
            old.push(allele);
        }
        let mut new: Vec<usize> = old.iter().filter_map(|&allele| alleles.to[allele]).collect();
        new.push(0);
        new.sort_unstable();
        new.dedup();
        Ok(Self::new(old, new, alleles))
    }

    fn new(old: Vec<usize>, new: Vec<usize>, alleles: &Alleles) -> Self {
        let place = |allele: &usize| old.iter().position(|known| known == allele);
        let places = new.iter().map(|&allele| alleles.from[allele].iter().filter_map(place).collect()).collect();
        Self { old, new, places, genotypes: Vec::new() }
    }

    fn genotypes(&mut self, ploidy: usize) -> &[Option<usize>] {
        if self.genotypes.len() <= ploidy {
            self.genotypes.resize(ploidy + 1, Vec::new());
        }
        if self.genotypes[ploidy].is_empty() {
            let place = |allele: &usize| self.places[*allele].first().copied();
            let index = |genotype: &Vec<usize>| Some(index_of(genotype.iter().map(place).collect::<Option<Vec<_>>>()?));
            self.genotypes[ploidy] = in_order(self.new.len(), ploidy).iter().map(index).collect();
        }
        &self.genotypes[ploidy]
    }

    /// Writes LAA.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let numbers: Vec<String> = self.new[1..].iter().map(ToString::to_string).collect();
        out.extend_from_slice(if numbers.is_empty() { "." } else { "" }.as_bytes());
        out.extend_from_slice(numbers.join(",").as_bytes());
    }
}

pub(super) fn list(number: Number) -> Option<List> {
    match number {
        Number::A => Some(List::Alts),
        Number::R => Some(List::Alleles),
        Number::G => Some(List::Genotypes),
        _ => None,
    }
}

/// Whether a list of `found` values has the right length; the ploidy of one by genotype, 1 otherwise.
pub(super) fn check(found: usize, list: List, known: &Known) -> Result<usize, String> {
    let alleles = known.old.len();
    let ploidy = match list {
        // Of a site without ALT some tools write a value all the same.
        List::Alts => (found + 1 == alleles || alleles == 1).then_some(1),
        List::Alleles => (found == alleles).then_some(1),
        List::Genotypes => {
            let ploidy = ploidy(alleles as u64, found as u64).map(|ploidy| ploidy as usize);
            ploidy.filter(|ploidy| *ploidy <= MOST_PLOIDY)
        }
    };
    ploidy.ok_or_else(|| {
        let (number, expected) = match list {
            List::Alts => ("A", (alleles - 1).to_string()),
            List::Alleles => ("R", alleles.to_string()),
            List::Genotypes => ("G", format!("{alleles} (haploid) or {}", genotypes(alleles as u64, 2))),
        };
        format!("expected {expected} values (Number={number}), found {found}")
    })
}

/// How many values a list has.
pub(super) fn count(value: &[u8]) -> usize {
    1 + memchr::memchr_iter(b',', value).count()
}

/// Writes a list for the new alleles; a lone `.` stays. Writes nothing where there is nothing to have a value. `parts`
/// is a buffer.
pub(super) fn values<'v>(
    value: &'v [u8],
    list: List,
    known: &mut Known,
    added: bool,
    parts: &mut Vec<&'v [u8]>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    if value == b"." {
        out.push(b'.');
        return Ok(());
    }
    parts.clear();
    parts.extend(value.split(|&byte| byte == b','));
    let ploidy = check(parts.len(), list, known)?;
    if list == List::Genotypes {
        // With REF alone a single value does not tell the ploidy.
        if known.old.len() == 1 && known.new.len() > 1 {
            out.push(b'.');
            return Ok(());
        }
        for (at, place) in known.genotypes(ploidy).iter().enumerate() {
            comma(at, out);
            out.extend_from_slice(place.map_or(b".", |place| parts[place]));
        }
        return Ok(());
    }
    // Number=A has no value of REF.
    let skipped = usize::from(list == List::Alts);
    let part = |place: &usize| parts.get(place.checked_sub(skipped)?).copied();
    for (at, places) in known.places[skipped..].iter().enumerate() {
        comma(at, out);
        match places.as_slice() {
            [_, _, ..] if added => write_number(sum(places.iter().filter_map(part)), out),
            places => out.extend_from_slice(places.first().and_then(part).unwrap_or(b".")),
        }
    }
    Ok(())
}

fn comma(at: usize, out: &mut Vec<u8>) {
    if at > 0 {
        out.push(b',');
    }
}

/// The genotypes of `alleles` alleles in their order (VCF 4.5, section 1.6.2, Genotype Ordering), each ascending.
pub(super) fn in_order(alleles: usize, ploidy: usize) -> Vec<Vec<usize>> {
    let Some(rest) = ploidy.checked_sub(1) else { return vec![Vec::new()] };
    let with = |last: usize| in_order(last + 1, rest).into_iter().map(move |genotype| [genotype, vec![last]].concat());
    (0..alleles).flat_map(with).collect()
}

/// The 0-based place of a genotype in its list.
pub(super) fn index_of(mut genotype: Vec<usize>) -> usize {
    genotype.sort_unstable();
    let places = genotype.iter().zip(1..);
    places.map(|(&allele, place)| choose(allele as u64 + place - 1, place) as usize).sum()
}

pub(super) fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

pub(super) fn sum<'v>(parts: impl Iterator<Item = &'v [u8]>) -> Option<f64> {
    parts.map(number).sum()
}

/// With the digits of the 32-bit float that VCF and BCF hold; whole numbers in full.
pub(super) fn write_number(number: Option<f64>, out: &mut Vec<u8>) {
    match number {
        Some(number) if number.fract() == 0.0 => out.extend_from_slice(format!("{number:.0}").as_bytes()),
        Some(number) => out.extend_from_slice((number as f32).to_string().as_bytes()),
        None => out.push(b'.'),
    }
}
