//! One list of values by allele out of two.

use crate::header::{Field, Number, Type};
use crate::split::{choose, genotypes, ploidy as ploidy_of};

/// What the values of a list belong to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum List {
    /// Number=A and LA.
    Alts,
    /// Number=R and LR.
    Alleles,
    /// Number=G and LG.
    Genotypes,
}

/// The value of one record.
#[derive(Clone, Copy, Debug)]
pub(super) struct Source<'v> {
    /// `None` where the record lacks the field.
    pub(crate) value: Option<&'v [u8]>,
    /// From the alleles that the list covers, REF first, to those of the joined list.
    pub(crate) map: &'v [usize],
}

/// Which of two values of REF, or of an ALT that both records have, stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stays {
    First,
    Last,
}

impl Stays {
    /// As in bcftools the last of numbers, the first of texts.
    pub(crate) fn of(declared: Option<Field>) -> Self {
        let is_number = declared.is_some_and(|field| matches!(field.kind, Type::Integer | Type::Float));
        if is_number { Self::Last } else { Self::First }
    }
}

/// The most values that a joined list may have: those by genotype are many where the ploidy is high.
const LONGEST: u64 = 1 << 16;

impl List {
    pub(crate) fn of(number: Number) -> Option<Self> {
        match number {
            Number::A => Some(Self::Alts),
            Number::R => Some(Self::Alleles),
            Number::G => Some(Self::Genotypes),
            _ => None,
        }
    }

    pub(crate) fn of_local(number: Number) -> Option<Self> {
        match number {
            Number::LocalA => Some(Self::Alts),
            Number::LocalR => Some(Self::Alleles),
            Number::LocalG => Some(Self::Genotypes),
            _ => None,
        }
    }
}

/// Appends the list of a record of `alleles` alleles, REF among them. What neither record knows is `.`, and so is the
/// list where both are missing.
///
/// Of two lists by genotype of another ploidy the one of the higher stays: what the other says is about genotypes that
/// the joined list does not have. A list by genotype of REF alone has one value in any ploidy, and takes `ploidy` where
/// the other does not tell.
pub(super) fn write(
    list: List,
    sources: [Source; 2],
    alleles: usize,
    stays: Stays,
    ploidy: u64,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    let lists = || sources.iter().filter_map(|source| Some((source.value.filter(|value| *value != b".")?, source.map)));
    let mut highest = 0;
    for (value, map) in lists() {
        highest = highest.max(check(list, value, map.len())?);
    }
    if highest == 0 {
        highest = ploidy;
    }
    let expected = match list {
        List::Alts => alleles as u64 - 1,
        List::Alleles => alleles as u64,
        List::Genotypes => genotypes(alleles as u64, highest),
    };
    if lists().next().is_none() || expected == 0 {
        out.push(b'.');
        return Ok(());
    }
    if expected > LONGEST {
        return Err(format!("expected at most {LONGEST} values for the joined record, found {expected} genotypes"));
    }
    let mut slots = vec![&b"."[..]; expected as usize];
    for (value, map) in lists() {
        let values = value.split(|&byte| byte == b',');
        let mut put = |at: usize, value| {
            if value != b"." && (stays == Stays::Last || slots[at] == b".") {
                slots[at] = value;
            }
        };
        match list {
            List::Alts => map[1..].iter().zip(values).for_each(|(allele, value)| put(allele - 1, value)),
            List::Alleles => map.iter().zip(values).for_each(|(allele, value)| put(*allele, value)),
            List::Genotypes if map.len() > 1 && ploidy_of(map.len() as u64, count(value)) != Some(highest) => {}
            List::Genotypes => {
                let mut genotype = vec![0; highest as usize];
                for value in values {
                    put(index(genotype.iter().map(|allele| map[*allele])), value);
                    next(&mut genotype, map.len());
                }
            }
        }
    }
    out.extend_from_slice(&slots.join(&b','));
    Ok(())
}

fn count(value: &[u8]) -> u64 {
    1 + memchr::memchr_iter(b',', value).count() as u64
}

/// Checks the length of a list. The ploidy of one by genotype, 0 of others and where REF alone does not tell it.
fn check(list: List, value: &[u8], alleles: usize) -> Result<u64, String> {
    let (found, alleles) = (count(value), alleles as u64);
    let (fits, number, expected) = match list {
        List::Alts => ((found + 1 == alleles).then_some(0), "A", (alleles - 1).to_string()),
        List::Alleles => ((found == alleles).then_some(0), "R", alleles.to_string()),
        List::Genotypes if alleles == 1 => ((found == 1).then_some(0), "G", "1".into()),
        List::Genotypes => {
            let expected = format!("{alleles} (haploid) or {}", genotypes(alleles, 2));
            (ploidy_of(alleles, found), "G", expected)
        }
    };
    fits.ok_or_else(|| {
        let alts = alleles - 1;
        format!("expected {expected} values (Number={number}, {alts} ALT alleles), found {found}")
    })
}

/// The 0-based place of a genotype in its list (VCF 4.5, section 1.6.2, Genotype Ordering).
fn index(genotype: impl Iterator<Item = usize>) -> usize {
    let mut genotype: Vec<usize> = genotype.collect();
    genotype.sort_unstable();
    genotype.iter().zip(1..).map(|(&allele, place)| choose(allele as u64 + place - 1, place) as usize).sum()
}

/// Goes on to the next genotype of so many alleles in that order; the last one stays.
fn next(genotype: &mut [usize], alleles: usize) {
    let limit = |at: usize| genotype.get(at + 1).copied().unwrap_or(alleles - 1);
    if let Some(at) = (0..genotype.len()).find(|&at| genotype[at] < limit(at)) {
        genotype[at] += 1;
        genotype[..at].fill(0);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn join(list: List, first: (&str, &[usize]), second: (&str, &[usize]), alleles: usize) -> String {
        let source = |(value, map)| Source { value: Some(str::as_bytes(value)), map };
        let mut out = Vec::new();
        let written = write(list, [source(first), source(second)], alleles, Stays::Last, 2, &mut out);
        written.map_or_else(|error| error, |()| String::from_utf8(out).unwrap())
    }

    const ONE: &[usize] = &[0, 1];
    const TWO: &[usize] = &[0, 2];

    #[test]
    fn values_go_to_their_alleles() {
        assert_eq!(join(List::Alts, ("1e-5", ONE), (".", TWO), 3), "1e-5,.");
        assert_eq!(join(List::Alleles, ("9,1", ONE), ("9,2", TWO), 3), "9,1,2");
        assert_eq!(join(List::Alleles, ("9,1", ONE), (".,2", TWO), 3), "9,1,2");
        assert_eq!(join(List::Alleles, ("9,1", ONE), ("8,2", ONE), 2), "8,2");
        assert_eq!(join(List::Alts, (".", ONE), (".", TWO), 3), ".");
        assert_eq!(join(List::Alleles, ("9", &[0]), ("8,2", ONE), 2), "8,2");
    }

    #[test]
    fn genotypes_of_any_ploidy_go_to_theirs() {
        assert_eq!(join(List::Genotypes, ("0,1,2", ONE), ("0,3,5", TWO), 3), "0,1,2,3,.,5");
        assert_eq!(join(List::Genotypes, ("0,3,5", TWO), ("0,1,2", ONE), 3), "0,1,2,3,.,5");
        assert_eq!(join(List::Genotypes, ("7,8", ONE), ("7,9", TWO), 3), "7,8,9");
        assert_eq!(join(List::Genotypes, ("0,1,2,3", ONE), ("0,4,7,9", TWO), 3), "0,1,2,3,4,.,.,7,.,9");
        assert_eq!(join(List::Genotypes, ("5,6", ONE), ("0,4,7", TWO), 3), "0,.,.,4,.,7");
        assert_eq!(join(List::Genotypes, ("5", &[0]), ("0,4,7", ONE), 2), "0,4,7");
        assert_eq!(join(List::Genotypes, ("5", &[0]), (".", ONE), 2), "5,.,.");
        assert_eq!(join(List::Genotypes, ("5", &[0]), ("6", &[0]), 1), "6");
    }

    #[test]
    fn wrong_lengths_and_lists_without_end_are_errors() {
        assert!(join(List::Alleles, ("9,1,3", ONE), ("9,2", TWO), 3).contains("expected 2 values (Number=R, 1 ALT"));
        assert!(join(List::Alts, ("1", &[0]), ("2", ONE), 2).contains("expected 0 values (Number=A"));
        let long = vec!["1"; 1000].join(",");
        assert!(join(List::Genotypes, (&long, ONE), (&long, TWO), 3).contains("at most 65536"));
    }
}
