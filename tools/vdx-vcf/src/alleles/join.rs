//! Several records of one POS made one: what the joined record has in each of its columns.
//!
//! The rules are those of `bcftools norm -m +` where it keeps what the records say. Number=A, R and G fields, GT, local
//! alleles and lists of consequences follow their alleles; of anything else the first record that has it is heard. Records
//! are joined two at a time, so that a joined record and one more give what all of them at once would.

mod apart;
mod keys;
mod pair;
mod samples;

use std::sync::Arc;

use super::consequences::{self, Consequences};
use super::list::{How, Source, Stays, part, write};
use super::numbers::{FieldError, Lists, NumberRules};
use crate::header::{Header, Number};
use crate::line::{LineError, Rest, parse_pos};
use crate::{Extent, Line};
use keys::{Entry, InfoKey, InfoKeys};
use pair::Pair;

use apart::Kin;

/// The ploidy of lists by genotype where nothing tells it.
const DIPLOID: u64 = 2;

/// A record that may be joined with others.
#[derive(Clone, Debug)]
pub struct Part<'a> {
    line: Line<'a>,
    rest: Rest<'a>,
    entries: Vec<Entry<'a>>,
    kin: Kin<'a>,
}

impl Part<'_> {
    /// Whether the two are never joined: what tells where one of them ends, what it is, or how long, would be lost.
    #[must_use]
    pub fn is_apart(&self, other: &Self) -> bool {
        self.kin.is_apart(&other.kin)
    }
}

/// Joins records of one POS.
#[derive(Debug)]
pub struct Joiner {
    numbers: NumberRules,
    consequences: Vec<Consequences>,
    keys: InfoKeys,
    strict: bool,
    lost: u64,
}

impl Joiner {
    /// `header` tells the Number of each field, `numbers` those that it tells wrongly.
    pub fn new(header: &Arc<Header>, numbers: &[(Vec<u8>, Number)]) -> Self {
        let numbers = NumberRules::new(header, numbers, false);
        Self {
            numbers,
            consequences: consequences::declared(header),
            keys: InfoKeys::default(),
            strict: false,
            lost: 0,
        }
    }

    /// The joined record is PASS only if all records are. Without this it is if one of them is and none has a filter:
    /// a record whose FILTER is missing does not count.
    #[must_use]
    pub fn strict(mut self, strict: bool) -> Self {
        self.strict = strict;
        self
    }

    /// Leaves a field out whose list has the wrong length; it is an error otherwise.
    #[must_use]
    pub fn forced(mut self, forced: bool) -> Self {
        self.numbers.forced = forced;
        self
    }

    /// The fields left out since the last call, such as `INFO/AC`, and lists that nobody declares with what became of them.
    pub fn lists(&mut self) -> Lists<'_> {
        self.numbers.lists()
    }

    /// Alleles of genotypes, since the last call, that found no place in the joined one: all copies were ALTs already.
    pub fn lost(&mut self) -> u64 {
        std::mem::take(&mut self.lost)
    }

    /// A record, taken apart once for all that is asked of it.
    pub fn part<'a>(&mut self, line: Line<'a>, rest: Rest<'a>) -> Part<'a> {
        let Self { keys, numbers, consequences, .. } = self;
        let entries = keys.entries(rest.info, |key| InfoKey::of(key, numbers, consequences));
        let telling = entries.iter().filter(|entry| keys.known(entry).is_none_or(|key| key.tells)).copied();
        let kin = Kin::of(&self.numbers.header, &line, &rest, telling);
        Part { line, rest, entries, kin }
    }

    /// Appends the record that `records` of one CHROM and POS are together, a whole line; ALTs are in their order.
    ///
    /// An error where REFs differ or a field cannot be joined; `out` is as good as lost then.
    pub fn join(&mut self, records: &[&Part], out: &mut Vec<u8>) -> Result<(), FieldError> {
        let Some((first, others)) = records.split_first() else { return Ok(()) };
        let Some((last, others)) = others.split_last() else {
            out.extend_from_slice(first.line.bytes());
            out.push(b'\n');
            return Ok(());
        };
        let Some((second, others)) = others.split_first() else { return self.two(first, last, out) };
        let (mut joined, mut next) = (Vec::new(), Vec::new());
        self.two(first, second, &mut joined)?;
        for other in others {
            next.clear();
            let so_far = self.parsed(&joined)?;
            self.two(&so_far, other, &mut next)?;
            std::mem::swap(&mut joined, &mut next);
        }
        let so_far = self.parsed(&joined)?;
        self.two(&so_far, last, out)
    }

    /// What was written, taken apart again.
    fn parsed<'a>(&mut self, written: &'a [u8]) -> Result<Part<'a>, FieldError> {
        let parse = || -> Result<_, LineError> {
            let line = Line::parse(written)?;
            Ok((line, line.rest()?))
        };
        let (line, rest) = parse().map_err(|error| whole(error.to_string()))?;
        Ok(self.part(line, rest))
    }

    fn two(&mut self, first: &Part, second: &Part, out: &mut Vec<u8>) -> Result<(), FieldError> {
        let (&Part { line: ours, rest: our_rest, .. }, &Part { line: theirs, rest: their_rest, .. }) = (first, second);
        let mut pair = Pair::of(&ours, &theirs).map_err(whole)?;
        let samples = |rest: &Rest| rest.samples.map_or(0, |samples| memchr::memchr_iter(b'\t', samples).count());
        let (our, their) = (samples(&our_rest), samples(&their_rest));
        if our != their {
            // The values of one would stand under the names of others.
            return Err(whole(format!("expected as many samples in each record, found {our} and {their}")));
        }
        let rests = [our_rest, their_rest];
        out.reserve(ours.bytes().len() + theirs.bytes().len());

        let id = ours.offset_of(ours.id());
        out.extend_from_slice(&ours.bytes()[..id]);
        write_ids(ours.id(), theirs.id(), out);
        out.push(b'\t');
        out.extend_from_slice(&pair.all[0]);
        out.push(b'\t');
        match &pair.all[1..] {
            [] => out.push(b'.'),
            alts => write_all(alts.iter().map(|alt| &**alt), b',', out),
        }
        out.push(b'\t');
        out.extend_from_slice(higher(our_rest.qual, their_rest.qual));
        out.push(b'\t');
        self.write_filter(our_rest.filter, their_rest.filter, out);
        out.push(b'\t');
        self.write_info([first, second], &mut pair, out)?;
        if rests.iter().any(|rest| rest.samples.is_some()) {
            out.push(b'\t');
            self.write_samples(rests.map(|rest| rest.samples), pair.maps().1, out)?;
        }
        out.push(b'\n');
        Ok(())
    }

    fn write_filter(&self, ours: &[u8], theirs: &[u8], out: &mut Vec<u8>) {
        let mut filters: Vec<&[u8]> = Vec::new();
        let is_failed = |filter: &&[u8]| !matches!(*filter, b"PASS" | b"." | b"");
        for filter in [ours, theirs].into_iter().flat_map(|filter| filter.split(|&byte| byte == b';')).filter(is_failed)
        {
            if !filters.contains(&filter) {
                filters.push(filter);
            }
        }
        let passes =
            if self.strict { ours == b"PASS" && theirs == b"PASS" } else { ours == b"PASS" || theirs == b"PASS" };
        match filters.is_empty() {
            true => out.extend_from_slice(if passes { b"PASS" } else { b"." }),
            false => write_all(filters.into_iter(), b';', out),
        }
    }

    fn write_info<'a>(
        &mut self,
        records: [&Part<'a>; 2],
        pair: &mut Pair<'a>,
        out: &mut Vec<u8>,
    ) -> Result<(), FieldError> {
        let mut parts = [Vec::new(), Vec::new()];
        let start = out.len();
        let [(ours, our_info), (theirs, _)] = records.map(|record| (&record.entries, record.rest.info));
        let lines = records.map(|record| record.line);
        let known = ours.iter().fold(0, |known, entry| known | entry.bit());
        let only_theirs = theirs.iter().filter(|their| match their.bit() {
            0 => !ours.iter().any(|own| own.is_as(their)),
            bit => known & bit == 0,
        });
        // Where the last entry that was copied from the first record ends: most are, and follow each other.
        let mut copied = None;
        for (entry, is_ours) in ours.iter().map(|entry| (entry, true)).chain(only_theirs.map(|entry| (entry, false))) {
            let before = out.len();
            if is_ours && self.keys.known(entry).is_some_and(InfoKey::is_copied) {
                let at = entry.offset_in(our_info);
                let from = if copied == Some(at.wrapping_sub(1)) { at - 1 } else { at };
                if from == at && before > start {
                    out.push(b';');
                }
                copied = Some(at + entry.whole.len());
                out.extend_from_slice(&our_info[from..at + entry.whole.len()]);
                continue;
            }
            if before > start {
                out.push(b';');
            }
            let known = self.keys.known(entry).copied();
            let known = known.unwrap_or_else(|| InfoKey::of(entry.key(), &self.numbers, &self.consequences));
            if known.is_copied() {
                out.extend_from_slice(entry.whole);
                continue;
            }
            let (key, declared) = (entry.key(), known.declared);
            out.extend_from_slice(key);
            // A flag, or a field that one of the records has without a value.
            let Some(given) = entry.value() else { continue };
            out.push(b'=');
            let other = || theirs.iter().find(|their| their.is_as(entry)).and_then(Entry::value);
            let values = if is_ours { [Some(given), other()] } else { [None, Some(given)] };
            let mut list = None;
            if known.may_be_list {
                let covered = pair.maps().1.each_ref().map(|map| map.all.old);
                list = self.numbers.list(key, declared, &values, &covered);
            }
            if let Some((list, separator)) = list {
                let how = How { separator, stays: Stays::of(declared.kind), ploidy: DIPLOID, ..How::default() };
                let (_, [ours, theirs]) = pair.maps();
                let [our_values, their_values] = &mut parts;
                let sources = [
                    Source { values: part(values[0], separator, our_values), cover: &mut ours.all },
                    Source { values: part(values[1], separator, their_values), cover: &mut theirs.all },
                ];
                if let Err(message) = write(list, sources, how, out) {
                    self.numbers.wrong_info(key, message)?;
                    out.truncate(before);
                }
            } else if known.is_end {
                // That of a record which ends with REF goes on to do so.
                let own = Extent::of_line(&lines[usize::from(values[0].is_none())]);
                if parse_pos(given).map(u64::from) == Some(own.end_of_reference()) {
                    let end = Extent::of_reference(lines[0].pos(), &pair.all[0]).last();
                    out.extend_from_slice(end.to_string().as_bytes());
                } else {
                    out.extend_from_slice(given);
                }
            } else if let Some(consequences) = known.consequences.map(|at| &self.consequences[at]) {
                let (all, maps) = pair.maps();
                let joined: Vec<&[u8]> = all.iter().map(|allele| &**allele).collect();
                let mut entries = Vec::new();
                for ((line, value), map) in lines.iter().zip(values).zip(maps) {
                    if let Some(value) = value {
                        let own: Vec<&[u8]> = std::iter::once(line.reference()).chain(line.alts()).collect();
                        consequences.joined(value, &own, &joined, &map.alleles, &mut entries);
                    }
                }
                out.extend_from_slice(&entries.join(&b','));
            } else {
                out.extend_from_slice(given);
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }
}

fn whole(message: String) -> FieldError {
    FieldError { field: "record".into(), message, wrong_length: false }
}

/// Writes the IDs of both, each once.
fn write_ids(ours: &[u8], theirs: &[u8], out: &mut Vec<u8>) {
    let mut ids: Vec<&[u8]> = Vec::with_capacity(4);
    for id in [ours, theirs].into_iter().filter(|ids| *ids != b".").flat_map(|ids| ids.split(|&byte| byte == b';')) {
        if !ids.contains(&id) {
            ids.push(id);
        }
    }
    match ids.is_empty() {
        true => out.push(b'.'),
        false => write_all(ids.into_iter(), b';', out),
    }
}

fn write_all<'a>(all: impl Iterator<Item = &'a [u8]>, separator: u8, out: &mut Vec<u8>) {
    for (at, one) in all.enumerate() {
        if at > 0 {
            out.push(separator);
        }
        out.extend_from_slice(one);
    }
}

/// The QUAL that is higher, as it is written.
fn higher<'q>(ours: &'q [u8], theirs: &'q [u8]) -> &'q [u8] {
    let number = |text: &[u8]| std::str::from_utf8(text).ok().and_then(|text| text.parse::<f64>().ok());
    match (number(ours), number(theirs)) {
        (None, Some(_)) => theirs,
        (Some(our), Some(their)) if their > our => theirs,
        _ => ours,
    }
}
