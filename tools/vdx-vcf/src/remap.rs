//! Writing a record with other alleles: swapped, some left out, or cut down to one that several ALTs have in part.
//!
//! Number=A, R and G fields (and LA, LR and LG with LAA) and GT follow their alleles, everything else is copied as it
//! is. A value that no list holds, such as that of an ALT that was REF, is `.`, except where it follows from the rest.

mod lists;

use crate::header::{Header, Number};
use crate::info;
use crate::number::{NumberRules, SplitError, append, text};
use lists::{Known, List, check, count, list, number, sum, values, write_number};

/// How the alleles of a new record stem from those of an old one; REF is allele 0 in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alleles {
    /// For each new allele the old ones that it stands for. Lists take the value of the first; counts are added up.
    pub from: Vec<Vec<usize>>,
    /// For each old allele the new one that it is in GT; `None` is missing.
    pub to: Vec<Option<usize>>,
}

/// Counts, which are added up where several alleles become one: depths by allele.
const ADDED: [&[u8]; 7] = [b"AD", b"ADF", b"ADR", b"LAD", b"LADF", b"LADR", b"QS"];

/// Writes the fields of records whose alleles change.
#[derive(Debug)]
pub struct Remapper<'h> {
    numbers: NumberRules<'h>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    Copy,
    Drop,
    Genotype,
    LocalAlleles,
    LocalGenotype,
    /// The dosage of one ALT, which is unknown when that changes.
    Dosage,
    List(List),
    Local(List),
}

impl<'h> Remapper<'h> {
    /// `header` tells the Number of each field, `numbers` those that it tells wrongly; a field that neither knows is
    /// copied. With `forced`, fields whose lists have the wrong length are left out; they are an error otherwise.
    pub fn new(header: &'h Header, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        Self { numbers: NumberRules::new(header, numbers, forced) }
    }

    /// The fields left out since the last call, such as `INFO/AC`.
    pub fn dropped(&mut self) -> std::vec::Drain<'_, String> {
        self.numbers.dropped.drain(..)
    }

    /// Appends INFO to `out`; `samples` (as in [`crate::line::Rest`]) are those of the old record.
    ///
    /// AC and AF of an ALT that was REF are what is left: AN without the other AC, or without AN the alleles in GT, and 1
    /// without the other AF. Where ALTs become one their AC and AF are added up.
    pub fn info(
        &mut self,
        alleles: &Alleles,
        info: &[u8],
        samples: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), SplitError> {
        let (mut known, mut parts) = (Known::all(alleles), Vec::new());
        let start = out.len();
        for (key, value) in info::entries(info) {
            let before = out.len();
            if before > start {
                out.push(b';');
            }
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let list = list(self.numbers.info_number(key, self.numbers.header.info(key)));
            let (Some(list), true) = (list, value != b".") else {
                out.extend_from_slice(value);
                continue;
            };
            let written = match (list, key) {
                (List::Alts, b"AC" | b"AF") => self.frequencies(alleles, &known, key, value, info, samples, out),
                _ => values(value, list, &mut known, ADDED.contains(&key), &mut parts, out),
            };
            match written {
                // No ALT is left that a value could be of.
                Ok(()) if out.last() == Some(&b'=') => out.truncate(before),
                Ok(()) => {}
                Err(message) => self.numbers.wrong_info(key, message, before, out)?,
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }

    /// AC or AF.
    #[allow(clippy::too_many_arguments, reason = "what a count by allele follows from")]
    fn frequencies(
        &self,
        alleles: &Alleles,
        known: &Known,
        key: &[u8],
        value: &[u8],
        info: &[u8],
        samples: Option<&[u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        check(count(value), List::Alts, known)?;
        let parts: Vec<&[u8]> = value.split(|&byte| byte == b',').collect();
        for (at, sources) in alleles.from[1..].iter().enumerate() {
            if at > 0 {
                out.push(b',');
            }
            match sources.as_slice() {
                [] => out.push(b'.'),
                [0] => {
                    let all = if key == b"AF" { Some(1.0) } else { info::value(info, b"AN").and_then(number) };
                    let left = all.and_then(|all| Some(all - sum(parts.iter().copied())?)).filter(|left| *left >= 0.0);
                    let counted = || (key == b"AC").then(|| count_reference(samples?)).flatten();
                    write_number(left.or_else(counted), out);
                }
                [allele] => out.extend_from_slice(parts[allele - 1]),
                several => write_number(sum(several.iter().map(|allele| parts[allele - 1])), out),
            }
        }
        Ok(())
    }

    /// Appends FORMAT and the sample columns (`samples` as in [`crate::line::Rest`]).
    pub fn samples(&mut self, alleles: &Alleles, samples: &[u8], out: &mut Vec<u8>) -> Result<(), SplitError> {
        let mut columns = samples.split(|&byte| byte == b'\t');
        let format = columns.next().unwrap_or_default();
        let keys: Vec<&[u8]> = format.split(|&byte| byte == b':').collect();
        let laa = keys.iter().position(|key| *key == b"LAA");
        let mut rules: Vec<Rule> = keys.iter().map(|key| self.rule(key, laa.is_some(), alleles)).collect();
        if self.numbers.forced {
            self.drop_wrong(alleles, &keys, &mut rules, laa, columns.clone());
        }
        let start = out.len();
        let kept = keys.iter().zip(&rules).filter(|(_, rule)| **rule != Rule::Drop);
        kept.for_each(|(key, _)| append(key, start, out));
        if out.len() == start {
            out.push(b'.');
        }
        let (mut all, mut parts) = (Known::all(alleles), Vec::new());
        for (number, sample) in columns.enumerate() {
            out.push(b'\t');
            let start = out.len();
            let mut local = local_of(sample, laa, alleles);
            for (at, value) in sample.split(|&byte| byte == b':').enumerate() {
                let rule = rules.get(at).copied().unwrap_or(Rule::Copy);
                if rule == Rule::Drop {
                    continue;
                }
                if out.len() > start {
                    out.push(b':');
                }
                let before = out.len();
                let key = keys.get(at).copied().unwrap_or_default();
                let added = ADDED.contains(&key);
                let written = match rule {
                    Rule::Copy | Rule::Drop => {
                        out.extend_from_slice(value);
                        Ok(())
                    }
                    Rule::Dosage => {
                        out.push(b'.');
                        Ok(())
                    }
                    Rule::Genotype => genotype(value, &alleles.to, out),
                    Rule::LocalAlleles => known_of(&mut local).map(|known| known.write(out)),
                    Rule::LocalGenotype => known_of(&mut local).and_then(|known| {
                        let new = |allele: &usize| known.new.iter().position(|new| Some(*new) == alleles.to[*allele]);
                        genotype(value, &known.old.iter().map(new).collect::<Vec<_>>(), out)
                    }),
                    Rule::List(list) => values(value, list, &mut all, added, &mut parts, out),
                    Rule::Local(list) => {
                        known_of(&mut local).and_then(|known| values(value, list, known, added, &mut parts, out))
                    }
                };
                written.map_err(|message| {
                    let wrong_length = matches!(rule, Rule::List(_) | Rule::Local(_));
                    self.numbers.wrong_sample(key, number, message, wrong_length)
                })?;
                // No ALT is left that a value could be of.
                if out.len() == before && !value.is_empty() {
                    out.push(b'.');
                }
            }
            if out.len() == start {
                out.push(b'.');
            }
        }
        Ok(())
    }

    fn rule(&self, key: &[u8], has_laa: bool, alleles: &Alleles) -> Rule {
        let number = self.numbers.format_number(key, self.numbers.header.format(key), has_laa);
        match (key, number) {
            (b"GT", _) => Rule::Genotype,
            (b"LAA", _) => Rule::LocalAlleles,
            (b"LGT", _) if has_laa => Rule::LocalGenotype,
            (b"DS", Number::Count(1)) if alleles.from.iter().skip(1).any(|from| from.as_slice() == [0]) => Rule::Dosage,
            (_, Number::LocalA) => Rule::Local(List::Alts),
            (_, Number::LocalR) => Rule::Local(List::Alleles),
            (_, Number::LocalG) => Rule::Local(List::Genotypes),
            _ => list(number).map_or(Rule::Copy, Rule::List),
        }
    }

    /// Marks the fields of which a sample's list has the wrong length.
    fn drop_wrong<'v>(
        &mut self,
        alleles: &Alleles,
        keys: &[&[u8]],
        rules: &mut [Rule],
        laa: Option<usize>,
        samples: impl Iterator<Item = &'v [u8]>,
    ) {
        let all = Known::all(alleles);
        for sample in samples {
            let local = local_of(sample, laa, alleles);
            for (value, rule) in sample.split(|&byte| byte == b':').zip(rules.iter_mut()) {
                let wrong = match rule {
                    Rule::List(list) => check(count(value), *list, &all).is_err(),
                    Rule::Local(list) => local.as_ref().is_ok_and(|known| check(count(value), *list, known).is_err()),
                    _ => false,
                };
                if wrong && value != b"." {
                    *rule = Rule::Drop;
                }
            }
        }
        let dropped = keys.iter().zip(rules.iter()).filter(|(_, rule)| **rule == Rule::Drop);
        dropped.for_each(|(key, _)| self.numbers.drop_format(key));
    }
}

/// What a sample knows; an empty error where there are no local alleles.
fn local_of(sample: &[u8], laa: Option<usize>, alleles: &Alleles) -> Result<Known, String> {
    let list = sample.split(|&byte| byte == b':').nth(laa.ok_or_else(String::new)?).unwrap_or(b".");
    Known::local(list, alleles)
}

fn known_of(local: &mut Result<Known, String>) -> Result<&mut Known, String> {
    local.as_mut().map_err(|message| message.clone())
}

/// Writes a genotype; phasing stays.
fn genotype(value: &[u8], to: &[Option<usize>], out: &mut Vec<u8>) -> Result<(), String> {
    let mut rest = value;
    while let Some(&byte) = rest.first() {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (token, tail) = rest.split_at(digits.max(1));
        rest = tail;
        if digits == 0 {
            out.push(byte);
            continue;
        }
        // So many alleles that the number overflows are too many in any case.
        let push = |allele: usize, digit: &u8| allele.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
        match to.get(token.iter().fold(0, push)) {
            Some(Some(allele @ 0..=9)) => out.push(b'0' + *allele as u8),
            Some(Some(allele)) => out.extend_from_slice(allele.to_string().as_bytes()),
            Some(None) => out.push(b'.'),
            None => {
                let (last, found, all) = (to.len() - 1, text(token), text(value));
                return Err(format!("expected alleles from 0 to {last}, found {found} in '{all}'"));
            }
        }
    }
    Ok(())
}

/// How often REF is in GT; `None` where there is no GT.
fn count_reference(samples: &[u8]) -> Option<f64> {
    let mut columns = samples.split(|&byte| byte == b'\t');
    let at = columns.next()?.split(|&byte| byte == b':').position(|key| key == b"GT")?;
    let genotypes = columns.filter_map(|sample| sample.split(|&byte| byte == b':').nth(at));
    let alleles = genotypes.flat_map(|genotype| genotype.split(|byte| matches!(byte, b'/' | b'|')));
    Some(alleles.filter(|allele| *allele == b"0").count() as f64)
}

#[cfg(test)]
mod tests;
