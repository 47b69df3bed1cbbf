//! Taking a multi-allelic record apart: what INFO and the samples hold for REF and one of the ALT alleles.
//!
//! The rules are those of `bcftools norm -m -`: Number=A, R and G fields and GT are cut down, everything else is copied
//! as it is. Values are pieces of text and stay the text they are. Unlike bcftools, which writes `.` for what is
//! missing in a text field or in one sample, a list of the wrong length is always an error, or its field is left out
//! where that is asked for: which value belongs to which allele is not known then.

pub(crate) mod effects;
mod kept;
mod local;
mod number_g;
#[cfg(test)]
mod tests;

use std::fmt;

use crate::header::{Field, Header, Number};
use crate::info;
use effects::Effects;
use kept::Kept;
use local::Place;
pub(crate) use number_g::{choose, genotype_index, genotypes, ploidy};

/// What the other ALT alleles become in GT.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlaps {
    /// `1/2` becomes `1/0` and `0/1`.
    #[default]
    Reference,
    /// `1/2` becomes `1/.` and `./1`.
    Missing,
}

/// A field that cannot be divided among the alleles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// `INFO/AC`, `FORMAT/AD of sample NA1`.
    pub field: String,
    /// Expected, found.
    pub message: String,
    /// Whether a list has the wrong length: [`Splitter::forced`] leaves such a field out.
    pub wrong_length: bool,
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for SplitError {}

/// Writes the fields of a record with several ALT alleles for one of them at a time.
#[derive(Debug)]
pub struct Splitter<'h> {
    header: &'h Header,
    overlaps: Overlaps,
    /// The FORMAT field whose values of the other ALTs are added to that of REF.
    summed: Option<Vec<u8>>,
    forced: bool,
    /// Fields that are taken for another Number than the header has.
    numbers: Vec<(Vec<u8>, Number)>,
    /// Lists whose entries say which ALT they are about.
    effects: Vec<Effects>,
    rules: Vec<Rule>,
    dropped: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
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

impl<'h> Splitter<'h> {
    /// `header` tells the Number of each field; one it does not declare is copied.
    pub fn new(header: &'h Header, overlaps: Overlaps) -> Self {
        Self {
            header,
            overlaps,
            summed: None,
            forced: false,
            numbers: Vec::new(),
            effects: effects::declared(header),
            rules: Vec::new(),
            dropped: Vec::new(),
        }
    }

    /// Adds what the other ALTs have in FORMAT field `key` (Number=R) to the value of REF, so that the sum stays.
    #[must_use]
    pub fn summing(mut self, key: &[u8]) -> Self {
        self.summed = Some(key.to_vec());
        self
    }

    /// Takes INFO and FORMAT fields for lists of this Number, whatever the header says.
    #[must_use]
    pub fn numbered(mut self, numbers: &[(Vec<u8>, Number)]) -> Self {
        self.numbers = numbers.to_vec();
        self
    }

    /// The Number of a field that the header declares as `declared`.
    fn number(&self, key: &[u8], declared: Option<Field>) -> Number {
        let told = self.numbers.iter().find(|(name, _)| name == key).map(|(_, number)| *number);
        told.or(declared.map(|field| field.number)).unwrap_or(Number::Unknown)
    }

    /// Leaves a field out whose list has the wrong length; in FORMAT where one sample's has.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.forced = true;
        self
    }

    /// The fields left out since the last call, such as `INFO/AC`, for each ALT.
    pub fn dropped(&mut self) -> std::vec::Drain<'_, String> {
        self.dropped.drain(..)
    }

    /// Appends INFO as it is for ALT number `alt` (0-based) to `out`; `alleles` are REF and all ALTs.
    ///
    /// Of the entries that VEP, SnpEff and tools like them write, those about this ALT stay, if each tells its own.
    pub fn info(&mut self, info: &[u8], alt: usize, alleles: &[&[u8]], out: &mut Vec<u8>) -> Result<(), SplitError> {
        let alts = alleles.len() - 1;
        let start = out.len();
        for (key, value) in info::entries(info) {
            let before = out.len();
            if before > start {
                out.push(b';');
            }
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let number = self.number(key, self.header.info(key));
            if number == Number::Unknown
                && let Some(effects) = self.effects.iter().find(|effects| effects.key == key)
                && let Some(places) = effects.places(value, alleles)
            {
                let own = places.iter().enumerate().filter(|(_, place)| **place == alt).map(|(at, _)| at);
                if places.contains(&alt) {
                    pick(value, own, out);
                } else {
                    out.truncate(before);
                }
                continue;
            }
            if let Err(message) = values(value, number, alt, alts, out) {
                let field = format!("INFO/{}", text(key));
                if !self.forced {
                    return Err(SplitError { field, message, wrong_length: true });
                }
                out.truncate(before);
                self.dropped.push(field);
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }

    /// Appends FORMAT and the sample columns (`samples` as in [`crate::line::Rest`]) likewise.
    pub fn samples(&mut self, samples: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), SplitError> {
        let (format, columns) = samples.split_at(memchr::memchr(b'\t', samples).unwrap_or(samples.len()));
        let columns = Columns(columns);
        let header = self.header;
        let keys = || format.split(|&byte| byte == b':');
        // Which ALTs a sample knows is told by its own LAA.
        let laa = keys().position(|key| key == b"LAA");
        let mut rules = std::mem::take(&mut self.rules);
        rules.clear();
        rules.extend(keys().map(|key| self.rule(key, laa.is_some(), alt, alts)));
        self.rules = rules;
        if self.forced {
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
                    let sample = header.samples().get(number).map_or_else(|| number.to_string(), |name| text(name));
                    let wrong_length = !fits_rule(rule, value, &place, alts);
                    SplitError { field: format!("FORMAT/{} of sample {sample}", text(key)), message, wrong_length }
                })?;
            }
            if out.len() == start {
                out.push(b'.');
            }
        }
        Ok(())
    }

    fn rule(&self, key: &[u8], has_laa: bool, alt: usize, alts: usize) -> Rule {
        match self.number(key, self.header.format(key)) {
            _ if key == b"GT" => Rule::Genotype,
            _ if key == b"LAA" => Rule::LocalAlleles,
            _ if key == b"LGT" && has_laa => Rule::LocalGenotype,
            number @ (Number::LocalA | Number::LocalR | Number::LocalG) if has_laa => Rule::Local(number),
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
                self.dropped.push(format!("FORMAT/{}", text(key)));
            }
        }
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

/// Appends one of a list of keys that begins at `start`.
pub(crate) fn append(key: &[u8], start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b':');
    }
    out.extend_from_slice(key);
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Writes the values of a list that belong to REF and one ALT; a lone `.` stays.
fn values(value: &[u8], number: Number, alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), String> {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    let wrong = |number: &str, expected: &str| {
        let values = if found == 1 { "value" } else { "values" };
        Err(format!("expected {expected} values (Number={number}, {alts} ALT alleles), found {found} {values}"))
    };
    match number {
        _ if value == b"." => out.extend_from_slice(value),
        Number::A if found != alts => return wrong("A", &alts.to_string()),
        Number::R if found != alts + 1 => return wrong("R", &(alts + 1).to_string()),
        Number::A => pick(value, [alt], out),
        Number::R => pick(value, [0, alt + 1], out),
        Number::G => {
            let alleles = alts as u64 + 1;
            let Some(ploidy) = ploidy(alleles, found as u64) else {
                return wrong("G", &format!("{} (haploid) or {}", alleles, genotypes(alleles, 2)));
            };
            pick(value, (0..=ploidy).map(|copies| genotype_index(alt as u64 + 1, copies, ploidy) as usize), out);
        }
        _ => out.extend_from_slice(value),
    }
    Ok(())
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

/// Whether a list has the length that its Number asks for, or is a lone `.`.
fn fits(value: &[u8], number: Number, alts: usize) -> bool {
    let found = 1 + memchr::memchr_iter(b',', value).count();
    value == b"."
        || match number {
            Number::A => found == alts,
            Number::R => found == alts + 1,
            Number::G => ploidy(alts as u64 + 1, found as u64).is_some(),
            _ => true,
        }
}

/// Writes a list of Number=R for one ALT, the values of the other ALTs added to that of REF; what is missing adds
/// nothing, and a missing value of REF stays.
fn sum(value: &[u8], alt: usize, alts: usize, out: &mut Vec<u8>) -> Result<(), String> {
    if value == b"." || !fits(value, Number::R, alts) {
        return values(value, Number::R, alt, alts, out);
    }
    let mut own = &b"."[..];
    let mut total = Some(0u64);
    for (at, part) in value.split(|&byte| byte == b',').enumerate() {
        if at == alt + 1 {
            own = part;
        } else if part == b"." {
            total = total.filter(|_| at > 0);
        } else {
            let number = std::str::from_utf8(part).ok().and_then(|part| part.parse::<u64>().ok());
            let Some(number) = number else {
                return Err(format!("expected whole numbers to add up, found '{}'", text(part)));
            };
            total = total.map(|total| total.saturating_add(number));
        }
    }
    match total {
        Some(total) => out.extend_from_slice(total.to_string().as_bytes()),
        None => out.push(b'.'),
    }
    out.push(b',');
    out.extend_from_slice(own);
    Ok(())
}

/// Writes the values at `wanted`, 0-based and ascending, all of which are there.
fn pick(value: &[u8], wanted: impl IntoIterator<Item = usize>, out: &mut Vec<u8>) {
    let mut values = value.split(|&byte| byte == b',');
    let mut next = 0;
    for (count, at) in wanted.into_iter().enumerate() {
        if count > 0 {
            out.push(b',');
        }
        out.extend_from_slice(values.nth(at - next).unwrap_or(b"."));
        next = at + 1;
    }
}

/// Writes a genotype with ALT `alt` (0-based) as `1` and the other ALTs as REF or missing; phasing stays.
fn genotype(value: &[u8], alt: usize, alts: usize, overlaps: Overlaps, out: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = value;
    while let Some((&byte, tail)) = rest.split_first() {
        if !byte.is_ascii_digit() {
            out.push(byte);
            rest = tail;
            continue;
        }
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (number, tail) = rest.split_at(digits);
        // So many alleles that the number overflows are too many in any case.
        let allele = number
            .iter()
            .fold(0usize, |value, digit| value.saturating_mul(10).saturating_add(usize::from(digit - b'0')));
        if allele > alts {
            return Err(format!("expected alleles from 0 to {alts}, found {allele} in '{}'", text(value)));
        }
        out.push(match overlaps {
            _ if allele == 0 => b'0',
            _ if allele == alt + 1 => b'1',
            Overlaps::Reference => b'0',
            Overlaps::Missing => b'.',
        });
        rest = tail;
    }
    Ok(())
}
