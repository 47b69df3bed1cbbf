//! What a name is: a column of the record, a tag of INFO or FORMAT that the header has, or a count made from GT; and which
//! of its values and samples a subscript means.

use std::collections::HashMap;
use std::path::Path;

use vdx_vcf::header::{Field, Number, Type};

use super::{Resolved, Resolver, Value, suggestion, words};
use crate::Mask;
use crate::evaluate::numbers::{Counted, Numbers};
use crate::evaluate::texts::Text;
use crate::evaluate::view::Pick;
use crate::syntax::{Column, Name, Node, Problem};

impl Resolver<'_> {
    pub(super) fn name(&self, name: &Name, node: &Node) -> Resolved<Value> {
        if name.column.is_none()
            && let Some(value) = self.column(name, node)?
        {
            return Ok(value);
        }
        let key = name.name.as_bytes();
        let (info, format) = (self.header.info(key), self.header.format(key));
        match (name.column, info, format) {
            (None, Some(_), Some(_)) => Err(Problem::new(
                &node.span,
                format!("the header has INFO/{0} and FORMAT/{0}; write which of them is meant", name.name),
            )),
            (None | Some(Column::Info), Some(field), _) => self.info(name, field, node),
            (None | Some(Column::Format), _, Some(field)) => self.format(name, field, node),
            (None, None, None) => self.variable(name, node),
            _ => Err(self.unknown(name, node)),
        }
    }

    /// Columns of the record, in upper or lower case.
    fn column(&self, name: &Name, node: &Node) -> Resolved<Option<Value>> {
        let upper = name.name.to_ascii_uppercase();
        if upper == "ALT" {
            let pick = self.pick(name, node)?.unwrap_or(Pick::All);
            return Ok(Some(Value::Text(Text::Alt(pick))));
        }
        let value = match upper.as_str() {
            "QUAL" => Value::Numbers(Numbers::Quality),
            "POS" => Value::Numbers(Numbers::Position),
            "N_ALT" => Value::Numbers(Numbers::AltCount),
            "N_SAMPLES" => Value::Numbers(Numbers::Constant(self.header.samples().len() as f64)),
            "N_MISSING" => Value::Numbers(Numbers::Uncalled { fraction: false }),
            "F_MISSING" => Value::Numbers(Numbers::Uncalled { fraction: true }),
            "CHROM" => Value::Text(Text::Chrom),
            "REF" => Value::Text(Text::Reference),
            "FILTER" => Value::Filter,
            "ID" => Value::Id,
            "TYPE" => Value::Type,
            _ => return Ok(None),
        };
        if name.subscript.is_some() {
            return Err(Problem::new(&node.span, format!("{upper} is no list; leave the subscript out")));
        }
        Ok(Some(value))
    }

    /// What is counted where the header has no tag of that name.
    fn variable(&self, name: &Name, node: &Node) -> Resolved<Value> {
        let upper = name.name.to_ascii_uppercase();
        let what = match upper.as_str() {
            "AC" => Counted::Count,
            "AN" => Counted::Total,
            "AF" => Counted::Frequency,
            "MAC" => Counted::MinorCount,
            "MAF" => Counted::MinorFrequency,
            "ILEN" => {
                let pick = self.pick(name, node)?.unwrap_or(Pick::All);
                return Ok(Value::Numbers(Numbers::Lengthened(pick)));
            }
            _ => return Err(self.unknown(name, node)),
        };
        let pick = self.pick(name, node)?.unwrap_or(Pick::All);
        let from_info = self.header.info(b"AC").is_some() && self.header.info(b"AN").is_some();
        Ok(Value::Numbers(Numbers::Alleles { what, pick, from_info }))
    }

    /// The subscript of what samples have no part in.
    fn pick(&self, name: &Name, node: &Node) -> Resolved<Option<Pick>> {
        let Some(text) = &name.subscript else { return Ok(None) };
        match Pick::parse(text) {
            Some(Pick::Genotype) | None => Err(subscript(name, node, "[0], [*], [0,2] or [1-]")),
            pick => Ok(pick),
        }
    }

    fn info(&self, name: &Name, field: Field, node: &Node) -> Resolved<Value> {
        let key = name.name.clone().into_bytes();
        if field.kind == Type::Flag {
            if name.subscript.is_some() {
                return Err(Problem::new(&node.span, "a flag is no list; leave the subscript out"));
            }
            return Ok(Value::Numbers(Numbers::Flag(key)));
        }
        let list = field.number != Number::Count(1);
        let pick = self.pick(name, node)?;
        Ok(match field.kind {
            Type::Integer | Type::Float => {
                let pick = pick.unwrap_or(if list { Pick::All } else { Pick::One(0) });
                Value::Numbers(Numbers::Info { key, pick, float: field.kind == Type::Float })
            }
            _ => Value::Text(Text::Info { key, list: list || pick.is_some(), pick: pick.unwrap_or(Pick::All) }),
        })
    }

    fn format(&self, name: &Name, field: Field, node: &Node) -> Resolved<Value> {
        let key = name.name.clone().into_bytes();
        let expected = "[sample], [sample:value], [*] or [GT]";
        let wrong = || subscript(name, node, expected);
        let single = field.number == Number::Count(1);
        let (samples, pick) = match &name.subscript {
            None => (self.all_samples(), None),
            Some(text) if text.starts_with('@') => self.listed(&text[1..], node, &wrong)?,
            Some(text) => match text.split_once(':') {
                Some((samples, values)) => {
                    (self.mask(samples, node, &wrong)?, Some(Pick::parse(values).ok_or_else(wrong)?))
                }
                None => match Pick::parse(text).ok_or_else(wrong)? {
                    pick @ (Pick::All | Pick::Genotype) => (self.all_samples(), Some(pick)),
                    _ if !single => {
                        let tag = &name.name;
                        let message = format!("samples have lists of {tag}; write {tag}[{text}:*] or {tag}[{text}:0]");
                        return Err(Problem::new(&node.span, message));
                    }
                    _ => (self.mask(text, node, &wrong)?, None),
                },
            },
        };
        if key == b"GT" {
            return if matches!(pick, None | Some(Pick::All | Pick::One(0))) {
                Ok(Value::Genotype(samples))
            } else {
                Err(wrong())
            };
        }
        if pick == Some(Pick::Genotype) && field.number != Number::R {
            return Err(Problem::new(&node.span, "[GT] goes with fields of Number=R only"));
        }
        let pick = pick.unwrap_or(if single { Pick::One(0) } else { Pick::All });
        match field.kind {
            Type::Integer | Type::Float => {
                let float = field.kind == Type::Float;
                Ok(Value::Numbers(Numbers::Format { key, pick, float, samples }))
            }
            _ => Ok(Value::Text(Text::Format { key, pick, samples })),
        }
    }

    /// `@file` or `@file:values` in the brackets: the samples whose names are the lines of a file.
    fn listed(&self, text: &str, node: &Node, wrong: &impl Fn() -> Problem) -> Resolved<(Mask, Option<Pick>)> {
        // A file may have a colon in its name.
        let (path, pick) = match text.rsplit_once(':').filter(|_| !Path::new(text).exists()) {
            Some((path, values)) => (path, Some(Pick::parse(values).ok_or_else(wrong)?)),
            None => (text, None),
        };
        let names = words(path, node)?;
        let samples = self.header.samples();
        // A biobank has half a million, and may be asked for as many.
        let places: HashMap<&[u8], usize> =
            samples.iter().enumerate().rev().map(|(at, name)| (&name[..], at)).collect();
        let mut mask = vec![false; samples.len()];
        for name in names {
            let Some(&at) = places.get(&name[..]) else {
                let name = String::from_utf8_lossy(&name).into_owned();
                let hint = suggestion(&name, samples.iter().map(|name| String::from_utf8_lossy(name).into_owned()));
                return Err(Problem::new(
                    &node.span,
                    format!("the file has no sample {name}, which {path} names{hint}"),
                ));
            };
            mask[at] = true;
        }
        Ok((mask.into(), pick))
    }

    fn mask(&self, text: &str, node: &Node, wrong: &impl Fn() -> Problem) -> Resolved<Mask> {
        let pick = Pick::parse(text).filter(|pick| *pick != Pick::Genotype).ok_or_else(wrong)?;
        let count = self.header.samples().len();
        let last = match &pick {
            Pick::One(place) => Some(*place),
            Pick::Some { places, .. } => places.len().checked_sub(1),
            _ => None,
        };
        if let Some(last) = last.filter(|last| *last >= count) {
            let message = format!("expected a sample from 0 to {}, found {last}", count.saturating_sub(1));
            return Err(Problem::new(&node.span, if count == 0 { "the file has no samples".into() } else { message }));
        }
        Ok((0..count).map(|place| pick.has(place)).collect())
    }

    fn all_samples(&self) -> Mask {
        vec![true; self.header.samples().len()].into()
    }

    fn unknown(&self, name: &Name, node: &Node) -> Problem {
        let text = |place: &'static str| move |key: &[u8]| format!("{place}{}", String::from_utf8_lossy(key));
        let info = self.header.info_keys().map(text("INFO/"));
        let format = self.header.format_keys().map(text("FORMAT/"));
        let (written, names): (String, Vec<String>) = match name.column {
            Some(Column::Info) => (format!("INFO/{}", name.name), info.collect()),
            Some(Column::Format) => (format!("FORMAT/{}", name.name), format.collect()),
            None => {
                let tags = self.header.info_keys().chain(self.header.format_keys()).map(text(""));
                (name.name.clone(), tags.chain(COLUMNS.iter().map(ToString::to_string)).collect())
            }
        };
        let hint = suggestion(&written, names);
        let quotes = if hint.is_empty() && name.column.is_none() { "; texts are written in quotes" } else { "" };
        Problem::new(&node.span, format!("the header has no {written}{hint}{quotes}"))
    }
}

const COLUMNS: &[&str] = &[
    "CHROM",
    "POS",
    "ID",
    "REF",
    "ALT",
    "QUAL",
    "FILTER",
    "TYPE",
    "N_ALT",
    "N_SAMPLES",
    "N_MISSING",
    "F_MISSING",
    "AC",
    "AN",
    "AF",
    "MAC",
    "MAF",
    "ILEN",
];

fn subscript(name: &Name, node: &Node, expected: &str) -> Problem {
    let found = name.subscript.as_deref().unwrap_or_default();
    let at = node.span.end.saturating_sub(found.len() + 2)..node.span.end;
    Problem::new(&at, format!("expected {expected}, found [{found}]"))
}
