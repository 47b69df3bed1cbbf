//! FORMAT and the sample columns of a joined record.

use super::alleles::Alleles;
use super::genotype::Genotype;
use super::list::{self, List, Source, Stays};
use super::local::Known;
use super::{DIPLOID, Joiner};
use crate::number::SplitError;

/// A FORMAT key of the joined record, and where it is in each of the two.
struct Key<'a> {
    name: &'a [u8],
    at: [Option<usize>; 2],
    rule: Rule,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Rule {
    /// As the first record has it that has the key.
    First,
    Genotype,
    LocalAlleles,
    LocalGenotype,
    List(List, Stays),
    Local(List, Stays),
}

impl Joiner<'_> {
    fn rule(&self, key: &[u8], has_laa: bool) -> Rule {
        let declared = self.numbers.header.format(key);
        let (number, stays) = (self.numbers.format_number(key, declared, has_laa), Stays::of(declared));
        match key {
            b"GT" => Rule::Genotype,
            b"LAA" => Rule::LocalAlleles,
            b"LGT" if has_laa => Rule::LocalGenotype,
            _ => match (List::of(number), List::of_local(number)) {
                (Some(list), _) => Rule::List(list, stays),
                (_, Some(list)) => Rule::Local(list, stays),
                _ => Rule::First,
            },
        }
    }

    /// FORMAT and the sample columns; where a sample has no values behind a key in both records, it ends there.
    pub(super) fn write_samples(
        &mut self,
        samples: [Option<&[u8]>; 2],
        alleles: &Alleles,
        out: &mut Vec<u8>,
    ) -> Result<(), SplitError> {
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
        let key = |name| Key {
            name,
            at: std::array::from_fn(|record: usize| formats[record].iter().position(|key| *key == name)),
            rule: self.rule(name, has_laa),
        };
        let mut keys: Vec<Key> = names.into_iter().map(key).collect();
        let (start, lost) = (out.len(), self.lost);
        loop {
            match self.try_samples(&keys, columns.clone(), alleles, out) {
                Err((wrong, error)) if self.numbers.forced && error.wrong_length => {
                    self.numbers.drop_format(keys.remove(wrong).name);
                    out.truncate(start);
                    self.lost = lost;
                }
                written => return written.map_err(|(_, error)| error),
            }
        }
    }

    /// An error comes with the number of its key.
    fn try_samples<'v>(
        &mut self,
        keys: &[Key],
        mut columns: [impl Iterator<Item = &'v [u8]>; 2],
        alleles: &Alleles,
        out: &mut Vec<u8>,
    ) -> Result<(), (usize, SplitError)> {
        let names: Vec<&[u8]> = keys.iter().map(|key| key.name).collect();
        out.extend_from_slice(if names.is_empty() { b"." } else { b"" });
        out.extend_from_slice(&names.join(&b':'));
        let laa = keys.iter().find(|key| key.rule == Rule::LocalAlleles).map_or([None; 2], |key| key.at);
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
            let known = Known::of(value(laa), alleles);
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
                self.write_value(key, values, alleles, (&known, ploidy), out).map_err(|message| {
                    // Where LAA itself is wrong, no list is to blame.
                    let wrong_length = match key.rule {
                        Rule::List(..) => true,
                        Rule::Local(..) => known.is_ok(),
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

    fn write_value(
        &mut self,
        key: &Key,
        values: [Option<&[u8]>; 2],
        alleles: &Alleles,
        (known, ploidy): (&Result<Known, String>, u64),
        out: &mut Vec<u8>,
    ) -> Result<(), String> {
        let known = || known.as_ref().map_err(Clone::clone);
        match key.rule {
            Rule::First => {
                let first = if key.at[0].is_some() { values[0] } else { values[1] };
                out.extend_from_slice(first.unwrap_or(b"."));
                Ok(())
            }
            Rule::Genotype => {
                let maps = alleles.maps.each_ref().map(Vec::as_slice);
                let genotype = self.genotype(values, maps)?;
                genotype.write(|allele| allele, out);
                Ok(())
            }
            Rule::LocalAlleles => {
                known()?.write(out);
                Ok(())
            }
            Rule::LocalGenotype => {
                let known = known()?;
                let genotype = self.genotype(values, [known.numbers(0), known.numbers(1)])?;
                genotype.write(|allele| known.place(allele), out);
                Ok(())
            }
            Rule::List(list, stays) => {
                let maps = alleles.maps.each_ref().map(Vec::as_slice);
                list::write(list, sources(values, maps), alleles.all.len(), stays, ploidy, out)
            }
            Rule::Local(list, stays) => {
                let known = known()?;
                list::write(
                    list,
                    sources(values, known.maps.each_ref().map(Vec::as_slice)),
                    known.len(),
                    stays,
                    ploidy,
                    out,
                )
            }
        }
    }

    fn genotype(&mut self, values: [Option<&[u8]>; 2], maps: [&[usize]; 2]) -> Result<Genotype, String> {
        let parse = |at: usize| Genotype::parse(values[at].unwrap_or(b"."), maps[at]);
        let mut genotype = parse(0)?;
        self.lost += genotype.take(parse(1)?) as u64;
        Ok(genotype)
    }
}

/// How many alleles a GT has.
fn copies(genotype: &[u8]) -> u64 {
    1 + genotype.iter().skip(1).filter(|byte| matches!(byte, b'/' | b'|')).count() as u64
}

fn sources<'s>(values: [Option<&'s [u8]>; 2], maps: [&'s [usize]; 2]) -> [Source<'s>; 2] {
    std::array::from_fn(|at| Source { value: values[at], map: maps[at] })
}
