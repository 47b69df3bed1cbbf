//! Writing the fields of a record whose alleles change: one of several ALTs alone, swapped, cut down to an atom.
//!
//! Number=A, R and G fields (and LA, LR and LG with LAA) and GT follow their alleles, everything else is copied as it
//! is. Values are pieces of text and stay the text they are. A value that no list holds, such as that of an ALT that was
//! REF, is `.`, except where it follows from the rest. Unlike bcftools, which writes `.` for what is missing in a text
//! field or in one sample, a list of the wrong length is always an error, or its field is left out where that is asked
//! for: which value belongs to which allele is not known then.

use super::consequences::{self, Consequences};
use super::genotype;
use super::kept::Kept;
use super::list::{How, List, Several, Source, number, sum, write, write_number};
use super::local::Known;
use super::map::Map;
use super::numbers::{FieldError, Lists, NumberRules, Rule, Undeclared, append, parted};
use crate::header::{Header, Number};
use crate::info;

/// Counts, which are added up where several alleles become one: depths by allele.
const ADDED: [&[u8]; 7] = [b"AD", b"ADF", b"ADR", b"LAD", b"LADF", b"LADR", b"QS"];

/// The counts whose sum stays where a [`Map`] keeps it.
const SUMMED: &[u8] = b"AD";

/// Writes the fields of records whose alleles change.
#[derive(Debug)]
pub struct Rewriter<'h> {
    numbers: NumberRules<'h>,
    /// Lists whose entries say which ALT they are about.
    consequences: Vec<Consequences>,
}

/// What becomes of a FORMAT field.
struct Field<'k> {
    key: &'k [u8],
    rule: Rule,
    /// Of a list that nearly every sample has.
    kept: Option<Kept>,
    several: Several,
    is_dosage: bool,
    /// Nobody declares it.
    undeclared: bool,
    dropped: bool,
}

impl<'h> Rewriter<'h> {
    /// `header` tells the Number of each field, `numbers` those that it tells wrongly; a field that neither knows is
    /// copied. With `forced`, fields whose lists have the wrong length are left out, in FORMAT where one sample's has; they
    /// are an error otherwise.
    pub fn new(header: &'h Header, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        Self { numbers: NumberRules::new(header, numbers, forced), consequences: consequences::declared(header) }
    }

    /// The fields left out since the last call, such as `INFO/AC`, and lists that nobody declares with what became of them.
    pub fn lists(&mut self) -> Lists<'_> {
        self.numbers.lists()
    }

    /// Appends INFO to `out`; `samples` (as in [`crate::line::Rest`]) are those of the old record.
    ///
    /// AC and AF of an ALT that was REF are what is left: AN without the other AC, or without AN the alleles in GT, and 1
    /// without the other AF. Where ALTs become one their AC and AF are added up. With the letters of the old record's
    /// `alleles`, REF first, entries that VEP, SnpEff and tools like them write stay if they are about ALTs that stay, and
    /// if each tells its own.
    pub fn info(
        &mut self,
        map: &mut Map,
        info: &[u8],
        samples: Option<&[u8]>,
        alleles: Option<&[&[u8]]>,
        out: &mut Vec<u8>,
    ) -> Result<(), FieldError> {
        let mut parts = Vec::new();
        let start = out.len();
        for (key, value) in info::entries(info) {
            let before = out.len();
            if before > start {
                out.push(b';');
            }
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let from = out.len();
            let declared = self.numbers.info(key);
            let mut list = parted(key, declared.number, &[Some(value)], &[&map.all]);
            if declared.nowhere && (list.is_some() || value.contains(&b',')) && value != b"." {
                list = list.filter(|(list, separator)| map.all.fits(*list, value, *separator));
                let fate = if list.is_some() { Undeclared::Divided } else { Undeclared::Copied };
                self.numbers.note_undeclared("INFO", key, fate);
            }
            let written = match list {
                None => {
                    self.copy(map, key, value, declared.number, alleles, out);
                    Ok(())
                }
                Some((List::Alts, b',')) if matches!(key, b"AC" | b"AF") && value != b"." && map.changes_counts() => {
                    frequencies(map, key, value, info, samples, &mut parts, out)
                }
                Some((list, separator)) => {
                    let sums = map.sums.as_mut().filter(|_| list == List::Alleles && key == SUMMED);
                    let several = match key {
                        _ if sums.is_some() => Several::SumOfKnown,
                        _ if ADDED.contains(&key) => Several::Sum,
                        _ => Several::First,
                    };
                    let source = Source { value: Some(value), cover: sums.unwrap_or(&mut map.all) };
                    write(list, [source], How { separator, several, ..How::default() }, &mut parts, out)
                }
            };
            match written {
                // No ALT is left that a value could be of.
                Ok(()) if out.len() == from && !value.is_empty() => out.truncate(before),
                Ok(()) => {}
                Err(message) => self.numbers.wrong_info(key, message, before, out)?,
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }

    /// Appends a value that is no list by allele. Of consequences those of ALTs that stay, or nothing.
    fn copy(&self, map: &Map, key: &[u8], value: &[u8], number: Number, alleles: Option<&[&[u8]]>, out: &mut Vec<u8>) {
        if number == Number::Unknown
            && let Some(alleles) = alleles
            && let Some(consequences) = self.consequences.iter().find(|consequences| consequences.key == key)
            && let Some(places) = consequences.places(value, alleles)
        {
            let entries = value.split(|&byte| byte == b',').zip(places);
            let stays = |alt: usize| map.alleles.from.iter().skip(1).any(|from| from.contains(&(alt + 1)));
            for (count, (entry, _)) in entries.filter(|(_, alt)| stays(*alt)).enumerate() {
                out.extend_from_slice(if count > 0 { b"," } else { b"" });
                out.extend_from_slice(entry);
            }
        } else {
            out.extend_from_slice(value);
        }
    }

    /// Appends FORMAT and the sample columns (`samples` as in [`crate::line::Rest`]).
    pub fn samples(&mut self, map: &mut Map, samples: &[u8], out: &mut Vec<u8>) -> Result<(), FieldError> {
        let (format, columns) = samples.split_at(memchr::memchr(b'\t', samples).unwrap_or(samples.len()));
        let columns = Columns(columns);
        let keys = || format.split(|&byte| byte == b':');
        // Which ALTs a sample knows is told by its own LAA.
        let laa = keys().position(|key| key == b"LAA");
        let mut fields: Vec<Field> = keys().map(|key| self.field(key, laa.is_some(), map)).collect();
        let mut parts = Vec::new();
        if self.numbers.forced || fields.iter().any(|field| field.undeclared) {
            self.judge(map, &mut fields, laa, columns.clone());
        }
        let start = out.len();
        fields.iter().filter(|field| !field.dropped).for_each(|field| append(field.key, start, out));
        if out.len() == start {
            out.push(b'.');
        }
        for (number, sample) in columns.enumerate() {
            out.push(b'\t');
            let start = out.len();
            let mut known = laa.map(|laa| known(sample, laa, map));
            for (at, value) in sample.split(|&byte| byte == b':').enumerate() {
                let field = fields.get(at);
                if field.is_some_and(|field| field.dropped) {
                    continue;
                }
                if out.len() > start {
                    out.push(b':');
                }
                // More values than keys.
                let Some(field) = field else {
                    out.extend_from_slice(value);
                    continue;
                };
                if field.kept.is_some_and(|kept| kept.write(value, out)) {
                    continue;
                }
                let before = out.len();
                self.value(map, field, value, known.as_mut(), &mut parts, out).map_err(|message| {
                    let wrong_length = !fits(map, field, value, known.as_ref());
                    self.numbers.wrong_sample(field.key, number, message, wrong_length)
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

    fn field<'k>(&self, key: &'k [u8], has_laa: bool, map: &mut Map) -> Field<'k> {
        let declared = self.numbers.format(key);
        let rule = self.numbers.format_rule(key, declared, has_laa);
        let is_dosage = key == b"DS" && declared.number == Number::Count(1) && map.alleles.swap_reference();
        let is_summed = rule == Rule::List(List::Alleles) && key == SUMMED && map.sums.is_some();
        let several = match key {
            _ if is_summed => Several::SumOfKnown,
            _ if ADDED.contains(&key) => Several::Sum,
            _ => Several::First,
        };
        let kept = match rule {
            Rule::List(list) if !is_summed => map.all.kept(list),
            _ => None,
        };
        let undeclared = declared.nowhere && matches!(rule, Rule::List(_) | Rule::Copy);
        Field { key, rule, kept, several, is_dosage, undeclared, dropped: false }
    }

    fn value<'v>(
        &self,
        map: &mut Map,
        field: &Field,
        value: &'v [u8],
        known: Option<&mut Result<Known<1>, String>>,
        parts: &mut Vec<&'v [u8]>,
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let how = How { several: field.several, ..How::default() };
        // Without LAA nothing is local.
        let known = known.map(|known| known.as_mut().map_err(|message| message.clone())).transpose();
        match (field.rule, known) {
            // The dosage of an ALT that was REF is not known.
            (Rule::Copy, _) => out.extend_from_slice(if field.is_dosage { b"." } else { value }),
            (Rule::Genotype, _) => genotype::rewrite(value, &map.alleles.to, out)?,
            (Rule::List(list), _) => {
                let sums = map.sums.as_mut().filter(|_| field.several == Several::SumOfKnown);
                write(list, [Source { value: Some(value), cover: sums.unwrap_or(&mut map.all) }], how, parts, out)?;
            }
            (_, Err(message)) => return Err(message),
            (_, Ok(None)) => out.extend_from_slice(value),
            (Rule::LocalAlleles, Ok(Some(known))) => known.write(out),
            (Rule::LocalGenotype, Ok(Some(known))) => genotype::rewrite(value, &known.to[0], out)?,
            (Rule::Local(list), Ok(Some(known))) => {
                write(list, [Source { value: Some(value), cover: &mut known.covers[0] }], how, parts, out)?;
            }
        }
        Ok(())
    }

    /// Marks the fields of which a sample's list has the wrong length: those that nobody declares are no lists then, and
    /// the others are left out where that is asked for.
    fn judge<'v>(
        &mut self,
        map: &Map,
        fields: &mut [Field],
        laa: Option<usize>,
        samples: impl Iterator<Item = &'v [u8]>,
    ) {
        let mut lists = vec![false; fields.len()];
        for sample in samples {
            let known = laa.map(|laa| known(sample, laa, map));
            for ((value, field), list) in sample.split(|&byte| byte == b':').zip(fields.iter_mut()).zip(&mut lists) {
                *list |= field.undeclared && value.contains(&b',');
                if !fits(map, field, value, known.as_ref()) {
                    match field.undeclared {
                        true => (field.rule, field.kept) = (Rule::Copy, None),
                        false => field.dropped = self.numbers.forced,
                    }
                }
            }
        }
        for (field, _) in fields.iter().zip(lists).filter(|(_, list)| *list) {
            let fate = if field.rule == Rule::Copy { Undeclared::Copied } else { Undeclared::Divided };
            self.numbers.note_undeclared("FORMAT", field.key, fate);
        }
        fields.iter().filter(|field| field.dropped).for_each(|field| self.numbers.drop_format(field.key));
    }
}

/// Whether a list has the right length.
fn fits(map: &Map, field: &Field, value: &[u8], known: Option<&Result<Known<1>, String>>) -> bool {
    match (field.rule, known) {
        (Rule::List(list), _) => map.all.fits(list, value, b','),
        // Where LAA itself is wrong, that is what is told.
        (Rule::Local(list), Some(known)) => known.as_ref().is_ok_and(|known| known.covers[0].fits(list, value, b',')),
        _ => true,
    }
}

fn known(sample: &[u8], laa: usize, map: &Map) -> Result<Known<1>, String> {
    Known::of([sample.split(|&byte| byte == b':').nth(laa)], [&map.alleles])
}

/// Appends AC or AF.
fn frequencies<'v>(
    map: &mut Map,
    key: &[u8],
    value: &'v [u8],
    info: &[u8],
    samples: Option<&[u8]>,
    parts: &mut Vec<&'v [u8]>,
    out: &mut Vec<u8>,
) -> Result<(), String> {
    if !map.all.fits(List::Alts, value, b',') {
        return write(List::Alts, [Source { value: Some(value), cover: &mut map.all }], How::default(), parts, out);
    }
    let parts: Vec<&[u8]> = value.split(|&byte| byte == b',').collect();
    let part = |allele: &usize| parts.get(allele.checked_sub(1)?).copied();
    for (at, sources) in map.alleles.from[1..].iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        match sources.as_slice() {
            [] => out.push(b'.'),
            [0] => {
                let all = if key == b"AF" { Some(1.0) } else { info::value(info, b"AN").and_then(number) };
                let others = sum(parts.iter().copied(), Several::Sum)?;
                let left = all.and_then(|all| Some(all - others?)).filter(|left| *left >= 0.0);
                let counted = || (key == b"AC").then(|| count_reference(samples?)).flatten();
                write_number(left.or_else(counted), out);
            }
            [allele] => out.extend_from_slice(part(allele).unwrap_or(b".")),
            several => write_number(sum(several.iter().filter_map(part), Several::Sum)?, out),
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
