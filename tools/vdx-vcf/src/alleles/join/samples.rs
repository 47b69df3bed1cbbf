//! FORMAT and the sample columns of a joined record.

use super::{DIPLOID, Joiner};
use crate::alleles::genotype::Genotype;
use crate::alleles::list::{Cover, How, Source, Stays, part, write};
use crate::alleles::local::Known;
use crate::alleles::map::Map;
use crate::alleles::numbers::{FieldError, Rule, Undeclared};

/// A FORMAT key of the joined record, and where it is in each of the two.
struct Key<'a> {
    name: &'a [u8],
    at: [Option<usize>; 2],
    rule: Rule,
    stays: Stays,
    /// Nobody declares it.
    undeclared: bool,
}

impl Joiner {
    /// FORMAT and the sample columns; where a sample has no values behind a key in both records, it ends there.
    pub(super) fn write_samples(
        &mut self,
        samples: [Option<&[u8]>; 2],
        maps: &mut [Map; 2],
        out: &mut Vec<u8>,
    ) -> Result<(), FieldError> {
        let columns = samples.map(|samples| samples.unwrap_or(b".").split(|&byte| byte == b'\t'));
        let mut formats = columns.clone();
        let formats: [Vec<&[u8]>; 2] = std::array::from_fn(|at| {
            let format = formats[at].next().unwrap_or_default();
            format.split(|&byte| byte == b':').filter(|key| *key != b".").collect()
        });
        let mut names: Vec<&[u8]> = formats[0].clone();
        names.extend(formats[1].iter().filter(|key| !formats[0].contains(key)));
        // GT is the first wherever it is.
        names.sort_by_key(|name| *name != b"GT");
        let has_laa = names.contains(&&b"LAA"[..]);
        let key = |name| {
            let declared = self.numbers.format(name);
            let rule = self.numbers.format_rule(name, declared, has_laa);
            Key {
                name,
                at: std::array::from_fn(|record: usize| formats[record].iter().position(|key| *key == name)),
                rule,
                stays: Stays::of(declared.kind),
                undeclared: declared.nowhere && matches!(rule, Rule::List(_) | Rule::Copy),
            }
        };
        let mut keys: Vec<Key> = names.into_iter().map(key).collect();
        let (start, lost) = (out.len(), self.lost);
        loop {
            match self.try_samples(&keys, columns.clone(), maps, out) {
                Err((wrong, error)) if error.wrong_length && (self.numbers.forced || keys[wrong].undeclared) => {
                    match keys[wrong].undeclared {
                        true => keys[wrong].rule = Rule::Copy,
                        false => self.numbers.drop_format(keys.remove(wrong).name),
                    }
                    out.truncate(start);
                    self.lost = lost;
                }
                Err((_, error)) => return Err(error),
                Ok(()) => break,
            }
        }
        for key in keys.iter().filter(|key| key.undeclared) {
            let lists = columns.iter().zip(key.at).any(|(columns, at)| {
                let is_list = |value: &[u8]| value.contains(&b',');
                let mut samples = columns.clone().skip(1);
                at.is_some_and(|at| {
                    samples.any(|sample| sample.split(|&byte| byte == b':').nth(at).is_some_and(is_list))
                })
            });
            if lists {
                let fate = if key.rule == Rule::Copy { Undeclared::Copied } else { Undeclared::Divided };
                self.numbers.note_undeclared("FORMAT", key.name, fate);
            }
        }
        Ok(())
    }

    /// An error comes with the number of its key.
    fn try_samples<'v>(
        &mut self,
        keys: &[Key],
        mut columns: [impl Iterator<Item = &'v [u8]>; 2],
        maps: &mut [Map; 2],
        out: &mut Vec<u8>,
    ) -> Result<(), (usize, FieldError)> {
        let mut parts = [Vec::new(), Vec::new()];
        let names: Vec<&[u8]> = keys.iter().map(|key| key.name).collect();
        out.extend_from_slice(if names.is_empty() { b"." } else { b"" });
        out.extend_from_slice(&names.join(&b':'));
        let laa = keys.iter().find(|key| key.rule == Rule::LocalAlleles).map(|key| key.at);
        let gt = keys.iter().find(|key| key.rule == Rule::Genotype).map_or([None; 2], |key| key.at);
        columns.iter_mut().for_each(|column| column.by_ref().take(1).for_each(drop));
        for number in 0.. {
            let sample: [Option<&[u8]>; 2] = std::array::from_fn(|at| columns[at].next());
            if sample == [None; 2] {
                break;
            }
            out.push(b'\t');
            let start = out.len();
            let values =
                sample.map(|sample| sample.unwrap_or_default().split(|&byte| byte == b':').collect::<Vec<_>>());
            let value = |at: [Option<usize>; 2]| {
                std::array::from_fn(|record: usize| at[record].and_then(|at| values[record].get(at).copied()))
            };
            let alleles = maps.each_ref().map(|map| &map.alleles);
            let mut known = laa.map(|laa| Known::of(value(laa), alleles));
            let ploidy = value(gt).into_iter().flatten().map(copies).max().unwrap_or(DIPLOID);
            let mut missing = 0;
            for (at, key) in keys.iter().enumerate() {
                let values = value(key.at);
                if values == [None; 2] {
                    missing += 1;
                    continue;
                }
                for _ in 0..std::mem::take(&mut missing) {
                    out.extend_from_slice(if out.len() > start { b":." } else { b"." });
                }
                if at > 0 {
                    out.push(b':');
                }
                self.write_value(key, values, maps, (known.as_mut(), ploidy), &mut parts, out).map_err(|message| {
                    // Where LAA itself is wrong, no list is to blame.
                    let wrong_length = match key.rule {
                        Rule::List(..) => true,
                        Rule::Local(..) => known.as_ref().is_none_or(Result::is_ok),
                        _ => false,
                    };
                    (at, self.numbers.wrong_sample(key.name, number, message, wrong_length))
                })?;
            }
            if out.len() == start {
                out.push(b'.');
            }
        }
        Ok(())
    }

    fn write_value<'v>(
        &mut self,
        key: &Key,
        values: [Option<&'v [u8]>; 2],
        maps: &mut [Map; 2],
        (known, ploidy): (Option<&mut Result<Known<2>, String>>, u64),
        parts: &mut [Vec<&'v [u8]>; 2],
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let how = How { stays: key.stays, ploidy, ..How::default() };
        let [ours, theirs] = maps;
        // Without LAA nothing is local.
        let known = known.map(|known| known.as_mut().map_err(|message| message.clone())).transpose();
        match (key.rule, known) {
            (Rule::Genotype, _) => self.genotype(values, [&ours.alleles.to, &theirs.alleles.to])?.write(out),
            (Rule::List(list), _) => write(list, sources(values, [&mut ours.all, &mut theirs.all], parts), how, out)?,
            (Rule::Copy, _) | (_, Ok(None)) => {
                // As the first record has it that has the key.
                let first = if key.at[0].is_some() { values[0] } else { values[1] };
                out.extend_from_slice(first.unwrap_or(b"."));
            }
            (_, Err(message)) => return Err(message),
            (Rule::LocalAlleles, Ok(Some(known))) => known.write(out),
            (Rule::LocalGenotype, Ok(Some(known))) => {
                self.genotype(values, known.to.each_ref().map(Vec::as_slice))?.write(out);
            }
            (Rule::Local(list), Ok(Some(known))) => {
                write(list, sources(values, known.covers.each_mut(), parts), how, out)?;
            }
        }
        Ok(())
    }

    fn genotype(&mut self, values: [Option<&[u8]>; 2], to: [&[Option<usize>]; 2]) -> Result<Genotype, String> {
        let parse = |at: usize| Genotype::parse(values[at].unwrap_or(b"."), to[at]);
        let mut genotype = parse(0)?;
        self.lost += genotype.take(parse(1)?) as u64;
        Ok(genotype)
    }
}

/// How many alleles a GT has.
fn copies(genotype: &[u8]) -> u64 {
    1 + genotype.iter().skip(1).filter(|byte| matches!(byte, b'/' | b'|')).count() as u64
}

fn sources<'s, 'v>(
    values: [Option<&'v [u8]>; 2],
    covers: [&'s mut Cover; 2],
    parts: &'s mut [Vec<&'v [u8]>; 2],
) -> [Source<'s, 'v>; 2] {
    let ([first, second], [ours, theirs]) = (covers, parts);
    [
        Source { values: part(values[0], b',', ours), cover: first },
        Source { values: part(values[1], b',', theirs), cover: second },
    ]
}
