//! Writing the fields of a record whose alleles change: one of several ALTs alone, swapped, cut down to an atom.
//!
//! Number=A, R and G fields (and LA, LR and LG with LAA) and GT follow their alleles, everything else is copied as it
//! is. Values are pieces of text and stay the text they are. A value that no list holds, such as that of an ALT that was
//! REF, is `.`, except where it follows from the rest. Unlike bcftools, which writes `.` for what is missing in a text
//! field or in one sample, a list of the wrong length is always an error, or its field is left out where that is asked
//! for: which value belongs to which allele is not known then.

use std::sync::Arc;

use super::consequences::{self, Consequences};
use super::fields::{Entry, Fields, InfoRule, Key, fits};
use super::genotype;
use super::kept::Kept;
use super::list::{Cover, How, List, Several, Source, number, part, sum, write, write_number};
use super::local::Known;
use super::map::Map;
use super::numbers::{FieldError, Lists, NumberRules, Rule, append};
use crate::header::{Header, Number};
use crate::info;

/// Counts, which are added up where several alleles become one: depths by allele.
const ADDED: [&[u8]; 7] = [b"AD", b"ADF", b"ADR", b"LAD", b"LADF", b"LADR", b"QS"];

/// The counts whose sum stays where a [`Map`] keeps it.
const SUMMED: &[u8] = b"AD";

/// Writes the fields of records whose alleles change.
#[derive(Debug)]
pub struct Rewriter {
    numbers: NumberRules,
    /// Lists whose entries say which ALT they are about.
    consequences: Vec<Consequences>,
}

impl Rewriter {
    /// `header` tells the Number of each field, `numbers` those that it tells wrongly; a field that neither knows is
    /// copied. With `forced`, fields whose lists have the wrong length are left out, in FORMAT where one sample's has; they
    /// are an error otherwise.
    pub fn new(header: &Arc<Header>, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        Self { numbers: NumberRules::new(header, numbers, forced), consequences: consequences::declared(header) }
    }

    /// The fields left out since the last call, such as `INFO/AC`, and lists that nobody declares with what became of them.
    pub fn lists(&mut self) -> Lists<'_> {
        self.numbers.lists()
    }

    /// Reads INFO and `samples` (as in [`crate::line::Rest`]) of a record of so many `alleles`, REF counted. With their
    /// `letters`, REF first, entries that VEP, SnpEff and tools like them write follow their ALTs, if each tells its own.
    pub fn read<'r>(
        &mut self,
        info: &'r [u8],
        samples: Option<&'r [u8]>,
        alleles: usize,
        letters: Option<&[&[u8]]>,
    ) -> Result<Fields<'r>, FieldError> {
        Fields::read(&mut self.numbers, &self.consequences, (info, samples), alleles, letters)
    }

    /// Appends INFO to `out`.
    ///
    /// AC and AF of an ALT that was REF are what is left: AN without the other AC, or without AN the alleles in GT, and 1
    /// without the other AF. Where ALTs become one their AC and AF are added up.
    pub fn info(&self, map: &mut Map, fields: &Fields, out: &mut Vec<u8>) -> Result<(), FieldError> {
        let start = out.len();
        for Entry { key, value, rule } in &fields.entries {
            let before = out.len();
            if before > start {
                out.push(b';');
            }
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let from = out.len();
            match rule {
                InfoRule::Copy => out.extend_from_slice(value),
                InfoRule::Consequences(places) => {
                    let entries = value.split(|&byte| byte == b',').zip(places);
                    let stays = |alt: usize| map.alleles.from.iter().skip(1).any(|from| from.contains(&(alt + 1)));
                    for (count, (entry, _)) in entries.filter(|(_, alt)| stays(**alt)).enumerate() {
                        out.extend_from_slice(if count > 0 { b"," } else { b"" });
                        out.extend_from_slice(entry);
                    }
                }
                InfoRule::List(list, separator, values) => {
                    let values = values.clone().map(|values| &fields.values[values]);
                    let written = match (list, values) {
                        (List::Alts, Some(values)) if matches!(*key, b"AC" | b"AF") && map.changes_counts() => {
                            frequencies(map, key, values, fields, out)
                        }
                        _ => {
                            let (cover, several) = cover(map, key, *list == List::Alleles);
                            let how = How { separator: *separator, several, ..How::default() };
                            write(*list, [Source { values, cover }], how, out)
                        }
                    };
                    written.map_err(|message| self.numbers.cannot_write(key, message))?;
                }
            }
            // No ALT is left that a value could be of.
            if out.len() == from && !value.is_empty() {
                out.truncate(before);
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }

    /// Appends FORMAT and the sample columns, where there are any.
    pub fn samples(&self, map: &mut Map, fields: &Fields, out: &mut Vec<u8>) -> Result<(), FieldError> {
        if fields.samples.is_none() {
            return Ok(());
        }
        let ways: Vec<Way> = fields.keys.iter().map(|key| Way::of(map, key)).collect();
        let letters = genotype::Letters::of(&map.alleles.to);
        let mut parts = Vec::new();
        let start = out.len();
        out.reserve(fields.samples.map_or(0, <[u8]>::len));
        fields.keys.iter().filter(|key| !key.dropped).for_each(|key| append(key.key, start, out));
        if out.len() == start {
            out.push(b'.');
        }
        for (number, sample) in fields.columns().enumerate() {
            out.push(b'\t');
            let start = out.len();
            let known = |laa| Known::of([sample.split(|&byte| byte == b':').nth(laa)], [&map.alleles]);
            let mut known = fields.laa.map(known);
            let mut rest = Some(sample);
            for (key, way) in fields.keys.iter().zip(&ways) {
                let Some(values) = rest else { break };
                if key.dropped {
                    rest = values.get(value_len(values) + 1..);
                    continue;
                }
                if out.len() > start {
                    out.push(b':');
                }
                let end = match way {
                    Way::Copy => {
                        let end = value_len(values);
                        out.extend_from_slice(&values[..end]);
                        Some(end)
                    }
                    Way::Genotype => letters.write(values, out),
                    Way::Kept(kept) => kept.write(values, out),
                    Way::Other => None,
                };
                if let Some(end) = end {
                    rest = values.get(end + 1..);
                    continue;
                }
                let end = value_len(values);
                let (value, before) = (&values[..end], out.len());
                value_of(map, key, value, known.as_mut(), &mut parts, out).map_err(|message| {
                    let alleles = map.alleles.to.len();
                    let wrong_length = !fits(key.rule, value, alleles, fields.known(sample, alleles));
                    self.numbers.wrong_sample(key.key, number, message, wrong_length)
                })?;
                // No ALT is left that a value could be of.
                if out.len() == before && !value.is_empty() {
                    out.push(b'.');
                }
                rest = values.get(end + 1..);
            }
            // More values than keys.
            if let Some(values) = rest {
                out.extend_from_slice(if out.len() > start { b":" } else { b"" });
                out.extend_from_slice(values);
            }
            if out.len() == start {
                out.push(b'.');
            }
        }
        Ok(())
    }
}

/// How the values of a FORMAT key are written that nearly all samples have; the rest is for [`value_of`].
enum Way {
    Copy,
    Genotype,
    Kept(Kept),
    Other,
}

impl Way {
    fn of(map: &mut Map, key: &Key) -> Self {
        match key.rule {
            Rule::Copy if !key.is_dosage() => Self::Copy,
            Rule::Genotype => Self::Genotype,
            Rule::List(list) => {
                let (cover, several) = cover(map, key.key, list == List::Alleles);
                cover.kept(list, several).map_or(Self::Other, Self::Kept)
            }
            _ => Self::Other,
        }
    }
}

/// How long the first of a sample's values is. They are short: a search in steps of many bytes takes longer.
#[inline]
fn value_len(values: &[u8]) -> usize {
    values.iter().position(|&byte| byte == b':').unwrap_or(values.len())
}

/// What the lists of a key cover, and what becomes of the values of several alleles.
fn cover<'m>(map: &'m mut Map, key: &[u8], by_allele: bool) -> (&'m mut Cover, Several) {
    match &mut map.sums {
        Some(sums) if by_allele && key == SUMMED => (sums, Several::SumOfKnown),
        _ if ADDED.contains(&key) => (&mut map.all, Several::Sum),
        _ => (&mut map.all, Several::First),
    }
}

/// Appends a value of FORMAT that is not simply cut down.
fn value_of<'v>(
    map: &mut Map,
    key: &Key,
    value: &'v [u8],
    known: Option<&mut Result<Known<1>, String>>,
    parts: &mut Vec<&'v [u8]>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    // Without LAA nothing is local.
    let known = known.map(|known| known.as_mut().map_err(|message| message.clone())).transpose();
    match (key.rule, known) {
        // The dosage of an ALT that was REF is not known.
        (Rule::Copy, _) if key.is_dosage() && map.alleles.swap_reference() => out.push(b'.'),
        (Rule::Copy, _) => out.extend_from_slice(value),
        (Rule::Genotype, _) => genotype::rewrite(value, &map.alleles.to, out)?,
        (Rule::List(list), _) => {
            let (cover, several) = cover(map, key.key, list == List::Alleles);
            let values = part(Some(value), b',', parts);
            write(list, [Source { values, cover }], How { several, ..How::default() }, out)?;
        }
        (_, Err(message)) => return Err(message),
        (_, Ok(None)) => out.extend_from_slice(value),
        (Rule::LocalAlleles, Ok(Some(known))) => known.write(out),
        (Rule::LocalGenotype, Ok(Some(known))) => genotype::rewrite(value, &known.to[0], out)?,
        (Rule::Local(list), Ok(Some(known))) => {
            let several = if ADDED.contains(&key.key) { Several::Sum } else { Several::First };
            let source = Source { values: part(Some(value), b',', parts), cover: &mut known.covers[0] };
            write(list, [source], How { several, ..How::default() }, out)?;
        }
    }
    Ok(())
}

/// Appends AC or AF.
fn frequencies(map: &Map, key: &[u8], values: &[&[u8]], fields: &Fields, out: &mut Vec<u8>) -> Result<(), String> {
    let value = |allele: &usize| values.get(allele.checked_sub(1)?).copied();
    for (at, sources) in map.alleles.from[1..].iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match sources.as_slice() {
            [] => out.push(b'.'),
            [0] => {
                let all = if key == b"AF" { Some(1.0) } else { info::value(fields.info, b"AN").and_then(number) };
                let others = sum(values.iter().copied(), Several::Sum)?;
                let left = all.and_then(|all| Some(all - others?)).filter(|left| *left >= 0.0);
                let counted = || (key == b"AC").then(|| count_reference(fields.samples?)).flatten();
                write_number(left.or_else(counted), out);
            }
            [allele] => out.extend_from_slice(value(allele).unwrap_or(b".")),
            several => write_number(sum(several.iter().filter_map(value), Several::Sum)?, out),
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
