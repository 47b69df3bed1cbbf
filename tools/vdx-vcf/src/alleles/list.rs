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

/// How many alleles a list covers, REF counted: those of the record, or those that a sample knows.
#[derive(Clone, Copy, Debug)]
pub(super) struct Covered {
    pub(super) alleles: usize,
    pub(super) local: bool,
}

impl Covered {
    /// Whether a value, its parts joined by `separator`, has the length that its list must have, or is a lone `.`.
    pub(super) fn fits(self, list: List, value: &[u8], separator: u8) -> bool {
        value == b"." || self.ploidy(list, 1 + memchr::memchr_iter(separator, value).count()).is_some()
    }

    /// The ploidy of a list of `found` values by genotype, 0 of others and where REF alone does not tell it.
    pub(super) fn check(self, list: List, found: usize) -> Result<u64, String> {
        self.ploidy(list, found).ok_or_else(|| self.wrong_length(list, found))
    }

    fn ploidy(self, list: List, found: usize) -> Option<u64> {
        match list {
            // Of a site without ALT some tools write a value of one all the same.
            List::Alts => (found + 1 == self.alleles || self.alleles == 1).then_some(0),
            List::Alleles => (found == self.alleles).then_some(0),
            List::Genotypes => ploidy(self.alleles as u64, found as u64),
        }
    }

    fn wrong_length(self, list: List, found: usize) -> String {
        let (alleles, local) = (self.alleles, if self.local { ("L", "local ") } else { ("", "") });
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

/// The alleles of the lists of a record, REF first, before and after.
#[derive(Clone, Debug)]
pub(super) struct Cover {
    /// Those of the old lists.
    pub(super) old: Covered,
    /// For each new allele the places in an old list of those that it stands for.
    places: Vec<Vec<usize>>,
    /// By ploidy, for each new genotype the place of the old one; made when asked for.
    genotypes: Vec<(u64, Vec<Option<usize>>)>,
}

impl Cover {
    pub(super) fn new(alleles: usize, places: Vec<Vec<usize>>, local: bool) -> Self {
        Self { old: Covered { alleles, local }, places, genotypes: Vec::new() }
    }

    /// Which values stay of the list that nearly every sample has, by genotype a diploid one; `None` where they are not
    /// simply cut down.
    pub(super) fn kept(&mut self, list: List, several: Several) -> Option<Kept> {
        let old = self.old.alleles;
        if list == List::Genotypes {
            let length = usize::try_from(genotypes(old as u64, 2)).ok().filter(|&length| length <= 64)?;
            self.prepare(2);
            return Kept::new(length, self.by_genotype(2).iter().copied());
        }
        let places = &self.places[list.skipped()..];
        let known = |places: &Vec<usize>| match places[..] {
            [] => true,
            [first, ..] => first >= list.skipped() && (places.len() == 1 || several == Several::First),
        };
        let place = |places: &Vec<usize>| Some(places.first()? - list.skipped());
        places.iter().all(known).then(|| Kept::new(old - list.skipped(), places.iter().map(place)))?
    }

    fn prepare(&mut self, ploidy: u64) {
        if self.genotypes.iter().any(|(known, _)| *known == ploidy) {
            return;
        }
        let alleles = self.places.len();
        let mut genotype = vec![0; ploidy as usize];
        let place = |allele: &usize| self.places[*allele].first().copied();
        // In the order of genotypes of VCF 4.5, section 1.6.2, GL. Worked out once for a number of alleles and a
        // ploidy, not for each sample: a cohort has many samples and few of these.
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
}

/// The values of one record.
#[derive(Debug)]
pub(super) struct Source<'s, 'v> {
    /// `None` where the record lacks the field or it is a lone `.`.
    pub(super) values: Option<&'s [&'v [u8]]>,
    /// The alleles of the list, before and after.
    pub(super) cover: &'s mut Cover,
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

/// Parts a value at `separator`; `None` for what is missing. `parts` is a buffer.
pub(super) fn part<'s, 'v>(
    value: Option<&'v [u8]>,
    separator: u8,
    parts: &'s mut Vec<&'v [u8]>,
) -> Option<&'s [&'v [u8]]> {
    parts.clear();
    parts.extend(value.filter(|value| *value != b".")?.split(|&byte| byte == separator));
    Some(parts)
}

/// Appends the list of the new alleles out of those of `N` records. What no record knows is `.`, and so is the list where
/// all are missing; nothing is written where no allele is left to have a value.
///
/// Of two lists by genotype of another ploidy the one of the higher stays: what the other says is about genotypes that
/// the new list does not have.
pub(super) fn write<'v, const N: usize>(
    list: List,
    mut sources: [Source<'_, 'v>; N],
    how: How,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let mut ploidies = [None; N];
    for (Source { values, cover }, ploidy) in sources.iter().zip(&mut ploidies) {
        *ploidy = values.map(|values| cover.old.check(list, values.len())).transpose()?;
    }
    let mut ploidy = ploidies.iter().flatten().copied().max().unwrap_or(0);
    let new = sources.first().map_or(0, |source| source.cover.places.len());
    if ploidy == 0 && list == List::Genotypes {
        ploidy = if new == 1 { 1 } else { how.ploidy };
    }
    if ploidies == [None; N] || ploidy == 0 && list == List::Genotypes {
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
        let mut stays: &'v [u8] = b".";
        let mut sum = None;
        for (Source { values, cover }, own) in sources.iter().zip(ploidies) {
            let (Some(values), Some(own)) = (values, own) else { continue };
            let mut take = |value: Option<&&'v [u8]>| match value {
                Some(&value) if value != b"." && (how.stays == Stays::Last || stays == b".") => stays = value,
                _ => {}
            };
            if list == List::Genotypes {
                let place = cover.by_genotype(ploidy)[at].filter(|_| own == ploidy || own == 0);
                take(place.and_then(|place| values.get(place)));
                continue;
            }
            let value = |place: &usize| values.get(place.checked_sub(list.skipped())?);
            match cover.places[at + list.skipped()].as_slice() {
                places @ [_, _, ..] if how.several != Several::First => {
                    sum = Some(self::sum(places.iter().filter_map(value).copied(), how.several)?);
                }
                places if N > 1 => places.iter().for_each(|place| take(value(place))),
                places => take(places.first().and_then(value)),
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
