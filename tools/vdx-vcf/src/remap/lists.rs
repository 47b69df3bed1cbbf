//! Lists of values by allele: which belong to which, and what is made of several.

use super::Alleles;
use crate::header::Number;
use crate::split::{choose, genotypes, ploidy, text};

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
    pub old: Vec<usize>,
    pub new: Vec<usize>,
}

impl Known {
    pub fn all(alleles: &Alleles) -> Self {
        Self { old: (0..alleles.to.len()).collect(), new: (0..alleles.from.len()).collect() }
    }

    /// Those of a sample with this LAA.
    pub fn local(laa: &[u8], alleles: &Alleles) -> Result<Self, String> {
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
        Ok(Self { old, new })
    }

    /// The places in an old list of what new allele number `allele` stands for.
    fn places(&self, alleles: &Alleles, allele: usize) -> Vec<usize> {
        let place = |old: &usize| self.old.iter().position(|known| known == old);
        alleles.from[allele].iter().filter_map(place).collect()
    }
}

impl Known {
    /// Writes LAA.
    pub fn write(&self, out: &mut Vec<u8>) {
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

/// Whether a list has the right length; the ploidy of one by genotype, 1 otherwise.
pub(super) fn check(value: &[u8], list: List, known: &Known) -> Result<u64, String> {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    let alleles = known.old.len();
    let (fits, number, expected) = match list {
        // Of a site without ALT some tools write a value all the same.
        List::Alts => ((found + 1 == alleles || alleles == 1).then_some(1), "A", (alleles - 1).to_string()),
        List::Alleles => ((found == alleles).then_some(1), "R", alleles.to_string()),
        List::Genotypes => {
            let expected = format!("{alleles} (haploid) or {}", genotypes(alleles as u64, 2));
            (ploidy(alleles as u64, found as u64), "G", expected)
        }
    };
    fits.ok_or_else(|| format!("expected {expected} values (Number={number}), found {found}"))
}

/// Writes a list for the new alleles; a lone `.` stays. Writes nothing where there is nothing to have a value.
pub(super) fn values(
    value: &[u8],
    list: List,
    alleles: &Alleles,
    known: &Known,
    added: bool,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    if value == b"." {
        out.push(b'.');
        return Ok(());
    }
    let ploidy = check(value, list, known)?;
    let parts: Vec<&[u8]> = value.split(|&byte| byte == b',').collect();
    let places: Vec<Vec<usize>> = known.new.iter().map(|&allele| known.places(alleles, allele)).collect();
    if list == List::Genotypes {
        // With REF alone a single value does not tell the ploidy.
        if known.old.len() == 1 && known.new.len() > 1 {
            out.push(b'.');
            return Ok(());
        }
        let place = |allele: &usize| places[*allele].first().copied();
        let index = |genotype: &[usize]| Some(index_of(genotype.iter().map(place).collect::<Option<Vec<_>>>()?));
        let all = in_order(known.new.len(), ploidy as usize);
        write_list(all.iter().map(|genotype| index(genotype).map_or(&b"."[..], |at| parts[at])), out);
        return Ok(());
    }
    // Number=A has no value of REF.
    let skipped = usize::from(list == List::Alts);
    for (at, places) in places[skipped..].iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        let own: Vec<&[u8]> =
            places.iter().filter_map(|place| parts.get(place.checked_sub(skipped)?).copied()).collect();
        match own.as_slice() {
            [_, _, ..] if added => write_number(sum(&own), out),
            own => out.extend_from_slice(own.first().copied().unwrap_or(b".")),
        }
    }
    Ok(())
}

pub(super) fn write_list<'v>(values: impl Iterator<Item = &'v [u8]>, out: &mut Vec<u8>) {
    for (at, value) in values.enumerate() {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(value);
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

pub(super) fn sum(parts: &[&[u8]]) -> Option<f64> {
    parts.iter().map(|part| number(part)).sum()
}

/// With the digits of the 32-bit float that VCF and BCF hold; whole numbers in full.
pub(super) fn write_number(number: Option<f64>, out: &mut Vec<u8>) {
    match number {
        Some(number) if number.fract() == 0.0 => out.extend_from_slice(format!("{number:.0}").as_bytes()),
        Some(number) => out.extend_from_slice((number as f32).to_string().as_bytes()),
        None => out.push(b'.'),
    }
}
