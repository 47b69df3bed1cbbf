//! The fields of a record whose alleles change, read once for all the records that come of it.

use std::ops::Range;

use super::consequences::Consequences;
use super::list::{Covered, List};
use super::local;
use super::numbers::{FieldError, NumberRules, Rule, Undeclared};
use crate::header::Number;
use crate::info;

/// INFO and the samples of a record, and how they follow its alleles.
#[derive(Debug)]
pub struct Fields<'r> {
    pub(super) entries: Vec<Entry<'r>>,
    /// The values of the lists in INFO.
    pub(super) values: Vec<&'r [u8]>,
    pub(super) info: &'r [u8],
    pub(super) keys: Vec<Key<'r>>,
    /// Which of them is LAA: which ALTs a sample knows is told by its own.
    pub(super) laa: Option<usize>,
    /// FORMAT and the sample columns.
    pub(super) samples: Option<&'r [u8]>,
}

/// An entry of INFO.
#[derive(Debug)]
pub(super) struct Entry<'r> {
    pub(super) key: &'r [u8],
    pub(super) value: Option<&'r [u8]>,
    pub(super) rule: InfoRule,
}

/// What becomes of an entry of INFO.
#[derive(Debug)]
pub(super) enum InfoRule {
    Copy,
    /// The 0-based ALT that each of its entries is about.
    Consequences(Vec<usize>),
    /// What is between its values, and where these are; `None` for a lone `.`.
    List(List, u8, Option<Range<usize>>),
}

/// A key of FORMAT.
#[derive(Debug)]
pub(super) struct Key<'r> {
    pub(super) key: &'r [u8],
    pub(super) rule: Rule,
    pub(super) number: Number,
    /// Nobody declares it.
    undeclared: bool,
    pub(super) dropped: bool,
}

impl Key<'_> {
    /// Whether it is the dosage of one ALT.
    pub(super) fn is_dosage(&self) -> bool {
        self.key == b"DS" && self.number == Number::Count(1)
    }
}

impl<'r> Fields<'r> {
    /// Of a record of so many alleles, REF counted; with their letters, consequences follow them. What there is to tell of
    /// lists is noted in `numbers`.
    pub(super) fn read(
        numbers: &mut NumberRules,
        consequences: &[Consequences],
        (info, samples): (&'r [u8], Option<&'r [u8]>),
        alleles: usize,
        letters: Option<&[&[u8]]>,
    ) -> Result<Self, FieldError> {
        let empty = Self { entries: Vec::new(), values: Vec::new(), info, keys: Vec::new(), laa: None, samples };
        let mut fields = empty;
        for (key, value) in info::entries(info) {
            let rule = match value {
                None => InfoRule::Copy,
                Some(value) => match fields.rule(numbers, key, value, alleles)? {
                    Some(InfoRule::Copy) => {
                        let own = letters.zip(consequences.iter().find(|consequences| consequences.key == key));
                        let places = own.and_then(|(letters, consequences)| consequences.places(value, letters));
                        places.map_or(InfoRule::Copy, InfoRule::Consequences)
                    }
                    Some(rule) => rule,
                    // Left out.
                    None => continue,
                },
            };
            fields.entries.push(Entry { key, value, rule });
        }
        if let Some(samples) = samples {
            let (format, columns) = samples.split_at(memchr::memchr(b'\t', samples).unwrap_or(samples.len()));
            fields.read_keys(numbers, format);
            if numbers.forced || fields.keys.iter().any(|key| key.undeclared) {
                fields.judge(numbers, Columns(columns), alleles);
            }
        }
        Ok(fields)
    }

    /// What becomes of an entry; `None` where it is left out.
    fn rule(
        &mut self,
        numbers: &mut NumberRules,
        key: &[u8],
        value: &'r [u8],
        alleles: usize,
    ) -> Result<Option<InfoRule>, FieldError> {
        let covered = Covered { alleles, local: false };
        let list = numbers.list(key, numbers.info(key), &[Some(value)], &[covered]);
        let Some((list, separator)) = list else { return Ok(Some(InfoRule::Copy)) };
        if value == b"." {
            return Ok(Some(InfoRule::List(list, separator, None)));
        }
        let from = self.values.len();
        self.values.extend(value.split(|&byte| byte == separator));
        let found = self.values.len() - from;
        if let Err(message) = covered.check(list, found) {
            numbers.wrong_info(key, message)?;
            return Ok(None);
        }
        Ok(Some(InfoRule::List(list, separator, Some(from..from + found))))
    }

    fn read_keys(&mut self, numbers: &NumberRules, format: &'r [u8]) {
        let keys = format.split(|&byte| byte == b':');
        self.laa = keys.clone().position(|key| key == b"LAA");
        self.keys = keys
            .map(|key| {
                let declared = numbers.format(key);
                let rule = numbers.format_rule(key, declared, self.laa.is_some());
                let undeclared = declared.nowhere && matches!(rule, Rule::List(_) | Rule::Copy);
                Key { key, rule, number: declared.number, undeclared, dropped: false }
            })
            .collect();
    }

    /// Marks the fields of which a sample's list has the wrong length: those that nobody declares are no lists then, and
    /// the others are left out where that is asked for.
    fn judge(&mut self, numbers: &mut NumberRules, columns: Columns<'r>, alleles: usize) {
        let mut lists = vec![false; self.keys.len()];
        for sample in columns {
            let known = self.known(sample, alleles);
            for ((value, key), list) in sample.split(|&byte| byte == b':').zip(&mut self.keys).zip(&mut lists) {
                *list |= key.undeclared && value.contains(&b',');
                if !fits(key.rule, value, alleles, known) {
                    match key.undeclared {
                        true => key.rule = Rule::Copy,
                        false => key.dropped = numbers.forced,
                    }
                }
            }
        }
        for (key, _) in self.keys.iter().zip(lists).filter(|(_, list)| *list) {
            let fate = if key.rule == Rule::Copy { Undeclared::Copied } else { Undeclared::Divided };
            numbers.note_undeclared("FORMAT", key.key, fate);
        }
        self.keys.iter().filter(|key| key.dropped).for_each(|key| numbers.drop_format(key.key));
    }

    /// How many alleles a sample knows; `None` where its LAA is wrong, or there is none.
    pub(super) fn known(&self, sample: &[u8], alleles: usize) -> Option<usize> {
        let list = sample.split(|&byte| byte == b':').nth(self.laa?);
        Some(local::read(list, alleles - 1).ok()?.len())
    }

    pub(super) fn columns(&self) -> Columns<'r> {
        let samples = self.samples.unwrap_or_default();
        Columns(&samples[memchr::memchr(b'\t', samples).unwrap_or(samples.len())..])
    }
}

/// Whether a value of FORMAT has the right length, in a record of so many alleles, of which the sample has `known`.
pub(super) fn fits(rule: Rule, value: &[u8], alleles: usize, known: Option<usize>) -> bool {
    match rule {
        Rule::List(list) => Covered { alleles, local: false }.fits(list, value, b','),
        // Where LAA itself is wrong, that is what is told.
        Rule::Local(list) => known.is_some_and(|alleles| Covered { alleles, local: true }.fits(list, value, b',')),
        _ => true,
    }
}

/// Sample columns, each with the tab before it.
#[derive(Clone)]
pub(super) struct Columns<'s>(&'s [u8]);

impl<'s> Iterator for Columns<'s> {
    type Item = &'s [u8];

    #[inline]
    fn next(&mut self) -> Option<&'s [u8]> {
        let (_, columns) = self.0.split_first()?;
        let (column, rest) = columns.split_at(memchr::memchr(b'\t', columns).unwrap_or(columns.len()));
        self.0 = rest;
        Some(column)
    }
}
