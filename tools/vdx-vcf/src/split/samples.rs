//! FORMAT and the sample columns of a split record.

use super::Splitter;
use super::genotype::genotype;
use super::kept::Kept;
use super::local::Place;
use super::values::{fits, sum, values};
use crate::header::Number;
use crate::number::{SplitError, append};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rule {
    Copy,
    Drop,
    Genotype,
    /// LAA, LGT, and lists of Number=LA, LR and LG.
    LocalAlleles,
    LocalGenotype,
    Local(Number),
    /// Number=R, with the other ALTs in the value of REF.
    Sum,
    Values(Number, Option<Kept>),
}

impl Splitter<'_> {
    /// Appends FORMAT and the sample columns (`samples` as in [`crate::line::Rest`]) as they are for ALT number `alt`
    /// (0-based) of `alts` to `out`.
    pub fn samples(&mut self, samples: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), SplitError> {
        let (format, columns) = samples.split_at(memchr::memchr(b'\t', samples).unwrap_or(samples.len()));
        let columns = Columns(columns);
        let keys = || format.split(|&byte| byte == b':');
        // Which ALTs a sample knows is told by its own LAA.
        let laa = keys().position(|key| key == b"LAA");
        let mut rules = std::mem::take(&mut self.rules);
        rules.clear();
        rules.extend(keys().map(|key| self.rule(key, laa.is_some(), alt, alts)));
        self.rules = rules;
        if self.numbers.forced {
            self.drop_wrong(format, laa, columns.clone(), alts);
        }
        let rule_of = |at: usize| self.rules.get(at).copied().unwrap_or(Rule::Copy);
        let start = out.len();
        let kept = keys().enumerate().filter(|(at, _)| rule_of(*at) != Rule::Drop);
        kept.for_each(|(_, key)| append(key, start, out));
        if out.len() == start {
            out.push(b'.');
        }
        for (number, sample) in columns.enumerate() {
            out.push(b'\t');
            let start = out.len();
            let place = Place::of_sample(sample, laa, alt, alts);
            for (at, value) in sample.split(|&byte| byte == b':').enumerate() {
                let rule = rule_of(at);
                if rule == Rule::Drop {
                    continue;
                }
                if out.len() > start {
                    out.push(b':');
                }
                let written = match rule {
                    Rule::Copy | Rule::Drop => {
                        out.extend_from_slice(value);
                        Ok(())
                    }
                    Rule::Genotype => genotype(value, alt, alts, self.overlaps, out),
                    Rule::Sum => sum(value, alt, alts, out),
                    Rule::LocalAlleles => place.clone().map(|place| place.alleles(out)),
                    Rule::LocalGenotype => place.clone().and_then(|place| place.genotype(value, self.overlaps, out)),
                    Rule::Local(number) => place.clone().and_then(|place| place.values(value, number, out)),
                    Rule::Values(_, Some(kept)) if kept.write(value, out) => Ok(()),
                    Rule::Values(number, _) => values(value, number, alt, alts, out),
                };
                written.map_err(|message| {
                    let key = keys().nth(at).unwrap_or_default();
                    let wrong_length = !fits_rule(rule, value, &place, alts);
                    self.numbers.wrong_sample(key, number, message, wrong_length)
                })?;
            }
            if out.len() == start {
                out.push(b'.');
            }
        }
        Ok(())
    }

    fn rule(&self, key: &[u8], has_laa: bool, alt: usize, alts: usize) -> Rule {
        match self.numbers.format_number(key, self.numbers.header.format(key), has_laa) {
            _ if key == b"GT" => Rule::Genotype,
            _ if key == b"LAA" => Rule::LocalAlleles,
            _ if key == b"LGT" && has_laa => Rule::LocalGenotype,
            number @ (Number::LocalA | Number::LocalR | Number::LocalG) => Rule::Local(number),
            Number::R if self.summed.as_deref() == Some(key) => Rule::Sum,
            number @ (Number::A | Number::R | Number::G) => Rule::Values(number, Kept::new(number, alt, alts)),
            _ => Rule::Copy,
        }
    }

    /// Marks the fields of which a sample's list has the wrong length.
    fn drop_wrong<'v>(
        &mut self,
        format: &[u8],
        laa: Option<usize>,
        samples: impl Iterator<Item = &'v [u8]>,
        alts: usize,
    ) {
        for sample in samples {
            let place = Place::of_sample(sample, laa, 0, alts);
            for (value, rule) in sample.split(|&byte| byte == b':').zip(&mut self.rules) {
                if !fits_rule(*rule, value, &place, alts) {
                    *rule = Rule::Drop;
                }
            }
        }
        for (key, rule) in format.split(|&byte| byte == b':').zip(&self.rules) {
            if *rule == Rule::Drop {
                self.numbers.drop_format(key);
            }
        }
    }
}

fn fits_rule(rule: Rule, value: &[u8], place: &Result<Place, String>, alts: usize) -> bool {
    match rule {
        Rule::Values(number, _) => fits(value, number, alts),
        Rule::Sum => fits(value, Number::R, alts),
        // Where LAA itself is wrong, that is what is told.
        Rule::Local(number) => place.as_ref().is_ok_and(|place| place.fits(value, number)),
        _ => true,
    }
}

/// Sample columns, each with the tab before it.
#[derive(Clone)]
struct Columns<'s>(&'s [u8]);

impl<'s> Iterator for Columns<'s> {
    type Item = &'s [u8];

    fn next(&mut self) -> Option<&'s [u8]> {
        let (_, columns) = self.0.split_first()?;
        let (column, rest) = columns.split_at(memchr::memchr(b'\t', columns).unwrap_or(columns.len()));
        self.0 = rest;
        Some(column)
    }
}
