//! Lists of values by allele: which value belongs to which allele, and what is made of several.

use super::kept::Kept;
use super::order::{self, genotypes, ploidy};
use crate::header::{Number, Type};

/// A list by allele that a field is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Number=A and LA.
    Alts,
    /// Number=R and LR.
    Alleles,
    /// Number=G and LG.
    Genotypes,
}

impl List {
    pub(super) fn of(number: Number) -> Option<Self> {
        match number {
            Number::A | Number::LocalA => Some(Self::Alts),
            Number::R | Number::LocalR => Some(Self::Alleles),
            Number::G | Number::LocalG => Some(Self::Genotypes),
            _ => None,
        }
    }

    /// How many alleles it has no value of: of REF in Number=A.
    fn skipped(self) -> usize {
        usize::from(self == Self::Alts)
    }
}

/// The most values that a list may become, and the most copies of a genotype: those by genotype are many where the ploidy
/// is high.
const LONGEST: u64 = 1 << 16;
const MOST_PLOIDY: u64 = 1 << 12;

/// The alleles that the lists of a record cover, REF first: those of the record, or those that a sample knows.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    /// How many the old lists cover.
    old: usize,
    /// For each new allele the places in an old list of those that it stands for.
    places: Vec<Vec<usize>>,
    /// Those of one sample.
    local: bool,
    /// By ploidy, for each new genotype the place of the old one; made when asked for.
    genotypes: Vec<(u64, Vec<Option<usize>>)>,
}

impl Cover {
    pub(super) fn new(old: usize, places: Vec<Vec<usize>>, local: bool) -> Self {
        Self { old, places, local, genotypes: Vec::new() }
    }

    /// Which values stay of the list that nearly every sample has, by genotype a diploid one.
    pub(super) fn kept(&mut self, list: List) -> Option<Kept> {
        let old = self.old;
        match list {
            List::Genotypes => {
                let length = usize::try_from(genotypes(old as u64, 2)).ok().filter(|&length| length <= 64)?;
                self.prepare(2);
                Kept::new(length, self.by_genotype(2).iter().copied())
            }
            _ => {
                let place = |places: &Vec<usize>| match places[..] {
                    [place] => place.checked_sub(list.skipped()),
                    _ => None,
                };
                Kept::new(old - list.skipped(), self.places[list.skipped()..].iter().map(place))
            }
        }
    }

    fn prepare(&mut self, ploidy: u64) {
        if self.genotypes.iter().any(|(known, _)| *known == ploidy) {
            return;
        }
        let alleles = self.places.len();
        let mut genotype = vec![0; ploidy as usize];
        let place = |allele: &usize| self.places[*allele].first().copied();
        let places = (0..genotypes(alleles as u64, ploidy)).map(|_| {
            let old: Option<Vec<usize>> = genotype.iter().map(place).collect();
            order::next(&mut genotype, alleles);
            old.map(order::place)
        });
        let places = places.collect();
        self.genotypes.push((ploidy, places));
    }

    /// What was prepared for this ploidy.
    fn by_genotype(&self, ploidy: u64) -> &[Option<usize>] {
        self.genotypes.iter().find(|(known, _)| *known == ploidy).map_or(&[], |(_, places)| places)
    }

    /// Whether a value, its parts joined by `separator`, has the length that its list must have, or is a lone `.`.
    pub(super) fn fits(&self, list: List, value: &[u8], separator: u8) -> bool {
        let found = 1 + memchr::memchr_iter(separator, value).count();
        value == b"." || self.takes_any(list) || self.ploidy(list, found).is_some()
    }

    /// Of a site without ALT some tools write a value of one all the same.
    fn takes_any(&self, list: List) -> bool {
        list == List::Alts && self.old == 1
    }

    /// The ploidy of a list of `found` values by genotype, 0 of others and where REF alone does not tell it; `None` where
    /// the length is wrong.
    fn ploidy(&self, list: List, found: usize) -> Option<u64> {
        match list {
            List::Alts => (found + 1 == self.old).then_some(0),
            List::Alleles => (found == self.old).then_some(0),
            List::Genotypes => ploidy(self.old as u64, found as u64),
        }
    }

    fn wrong_length(&self, list: List, found: usize) -> String {
        let (alleles, local) = (self.old, if self.local { ("L", "local ") } else { ("", "") });
        let (number, expected) = match list {
            List::Alts => ("A", (alleles - 1).to_string()),
            List::Alleles => ("R", alleles.to_string()),
            List::Genotypes if alleles == 1 => ("G", "1".into()),
            List::Genotypes => ("G", format!("{alleles} (haploid) or {}", genotypes(alleles as u64, 2))),
        };
        let s = |count: usize| if count == 1 { "" } else { "s" };
        format!(
            "expected {expected} value{} (Number={}{number}, {} {}ALT allele{}), found {found} value{}",
            if expected == "1" { "" } else { "s" },
            local.0,
            alleles - 1,
            local.1,
            s(alleles - 1),
            s(found)
        )
    }
}

/// The value of one record.
#[derive(Debug)]
pub(super) struct Source<'c, 'v> {
    /// `None` where the record lacks the field.
    pub(super) value: Option<&'v [u8]>,
    /// The alleles of the list, before and after.
    pub(super) cover: &'c mut Cover,
}

/// Which of two records' values of one allele stays.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stays {
    #[default]
    First,
    Last,
}

impl Stays {
    /// As in bcftools the last of numbers, the first of texts.
    pub(super) fn of(declared: Option<Type>) -> Self {
        let is_number = declared.is_some_and(|kind| matches!(kind, Type::Integer | Type::Float));
        if is_number { Self::Last } else { Self::First }
    }
}

/// What becomes of the values of several alleles of one record that are one now.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Several {
    /// That of the first stays.
    #[default]
    First,
    /// They are added up; the sum is missing where one of them is.
    Sum,
    /// What is missing adds nothing, but a missing first one stays.
    SumOfKnown,
}

/// What is made of lists.
#[derive(Clone, Copy, Debug)]
pub(super) struct How {
    /// Between the values.
    pub(super) separator: u8,
    pub(super) stays: Stays,
    pub(super) several: Several,
    /// Of lists by genotype of REF alone, which have one value in any ploidy, where the other record does not tell; 0 where
    /// nothing does.
    pub(super) ploidy: u64,
}

impl Default for How {
    fn default() -> Self {
        Self { separator: b',', stays: Stays::default(), several: Several::default(), ploidy: 0 }
    }
}

/// Appends the list of the new alleles out of those of `N` records. What no record knows is `.`, and so is the list where
/// all are missing; nothing is written where no allele is left to have a value. `parts` is a buffer.
///
/// Of two lists by genotype of another ploidy the one of the higher stays: what the other says is about genotypes that
/// the new list does not have.
pub(super) fn write<'v, const N: usize>(
    list: List,
    mut sources: [Source<'_, 'v>; N],
    how: How,
    parts: &mut Vec<&'v [u8]>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    parts.clear();
    // Where in `parts` the values of each begin, and their ploidy.
    let mut lists: [Option<(usize, u64)>; N] = [None; N];
    let mut ploidy = 0;
    for (Source { value, cover }, own) in sources.iter().zip(&mut lists) {
        let Some(value) = value.filter(|value| *value != b".") else { continue };
        let from = parts.len();
        parts.extend(value.split(|&byte| byte == how.separator));
        let found = parts.len() - from;
        let of_list = cover.ploidy(list, found).or((N == 1 && cover.takes_any(list)).then_some(0));
        let of_list = of_list.ok_or_else(|| cover.wrong_length(list, found))?;
        ploidy = ploidy.max(of_list);
        *own = Some((from, of_list));
    }
    let new = sources.first().map_or(0, |source| source.cover.places.len());
    if ploidy == 0 && list == List::Genotypes {
        ploidy = if new == 1 { 1 } else { how.ploidy };
    }
    if lists == [None; N] || ploidy == 0 && list == List::Genotypes {
        out.push(b'.');
        return Ok(());
    }
    let values = match list {
        List::Alts | List::Alleles => new - list.skipped(),
        List::Genotypes => {
            let values = genotypes(new as u64, ploidy);
            if values > LONGEST || ploidy > MOST_PLOIDY {
                return Err(format!(
                    "expected at most {LONGEST} values, of genotypes of at most {MOST_PLOIDY} copies, found {values} of \
                     {ploidy} copies"
                ));
            }
            sources.iter_mut().for_each(|source| source.cover.prepare(ploidy));
            values as usize
        }
    };
    for at in 0..values {
        if at > 0 {
            out.push(how.separator);
        }
        let mut stays = &b"."[..];
        let mut take = |part: Option<&&'v [u8]>| {
            if let Some(part) = part.filter(|part| ***part != *b"." && (how.stays == Stays::Last || stays == b".")) {
                stays = part;
            }
        };
        let mut sum = None;
        for (Source { cover, .. }, own) in sources.iter().zip(lists) {
            let Some((from, of_list)) = own else { continue };
            if list == List::Genotypes {
                let place = cover.by_genotype(ploidy)[at].filter(|_| of_list == ploidy || of_list == 0);
                take(place.and_then(|place| parts.get(from + place)));
                continue;
            }
            let part = |place: &usize| parts.get(from + place.checked_sub(list.skipped())?);
            match cover.places[at + list.skipped()].as_slice() {
                places @ [_, _, ..] if how.several != Several::First => {
                    sum = Some(self::sum(places.iter().filter_map(part).copied(), how.several)?);
                }
                places if N > 1 => places.iter().for_each(|place| take(part(place))),
                places => take(places.first().and_then(part)),
            }
        }
        match sum {
            Some(sum) => write_number(sum, out),
            None => out.extend_from_slice(stays),
        }
    }
    Ok(())
}

pub(super) fn number(text: &[u8]) -> Option<f64> {
    std::str::from_utf8(text).ok()?.parse().ok().filter(|number: &f64| number.is_finite())
}

pub(super) fn sum<'v>(parts: impl Iterator<Item = &'v [u8]>, several: Several) -> Result<Option<f64>, String> {
    let mut sum = Some(0.0);
    for (at, part) in parts.enumerate() {
        match number(part) {
            Some(number) => sum = sum.map(|sum| sum + number),
            None if several == Several::Sum || at == 0 => sum = None,
            None if part == b"." => {}
            None => {
                return Err(format!("expected numbers to add up, found '{}'", String::from_utf8_lossy(part)));
            }
        }
    }
    Ok(sum)
}

/// With the digits of the 32-bit float that VCF and BCF hold; whole numbers in full.
pub(super) fn write_number(number: Option<f64>, out: &mut Vec<u8>) {
    match number {
        Some(number) if number.fract() == 0.0 => out.extend_from_slice(format!("{number:.0}").as_bytes()),
        Some(number) => out.extend_from_slice((number as f32).to_string().as_bytes()),
        None => out.push(b'.'),
    }
}
