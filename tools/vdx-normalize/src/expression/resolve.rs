//! The names of an expression looked up in a header, and what can be compared told from what cannot.

use std::collections::HashSet;

use vdx_vcf::Header;
use vdx_vcf::header::{Field, Number, Type};

use super::Mask;
use super::condition::{Condition, IdTest};
use super::genotype::Class;
use super::numbers::{Counted, Numbers};
use super::pattern::compile;
use super::reduce::Reduction;
use super::syntax::{Comparison, Kind, Name, Node, Operator, Place, Problem};
use super::texts::{Pattern, Text};
use super::view::Pick;
use crate::class;

type Resolved<T> = Result<T, Problem>;

/// What a part of an expression comes to.
enum Value {
    Numbers(Numbers),
    Text(Text),
    Genotype(Mask),
    Filter,
    Id,
    Type,
    Condition(Condition),
}

/// The condition that an expression is.
///
/// # Errors
/// The place of what the header lacks or of what cannot be compared.
pub fn condition(node: &Node, header: &Header) -> Resolved<Condition> {
    Resolver { header }.condition(node)
}

struct Resolver<'h> {
    header: &'h Header,
}

impl Resolver<'_> {
    fn condition(&self, node: &Node) -> Resolved<Condition> {
        match self.value(node)? {
            Value::Condition(condition) => Ok(condition),
            Value::Numbers(Numbers::Flag(key)) => {
                let key = String::from_utf8_lossy(&key);
                Err(Problem::new(&node.span, format!("expected a condition, found a flag; write {key}=1")))
            }
            other => {
                Err(Problem::new(&node.span, format!("expected a condition such as QUAL>20, found {}", other.what())))
            }
        }
    }

    fn numbers(&self, node: &Node) -> Resolved<Numbers> {
        match self.value(node)? {
            Value::Numbers(numbers) => Ok(numbers),
            other => Err(Problem::new(&node.span, format!("expected a number, found {}", other.what()))),
        }
    }

    fn value(&self, node: &Node) -> Resolved<Value> {
        match &node.kind {
            Kind::Number(value) => Ok(Value::Numbers(Numbers::Constant(*value))),
            Kind::Text(text) => Ok(Value::Text(Text::Constant(text.clone().into_bytes()))),
            Kind::Name(name) => self.name(name, node),
            Kind::Call(name, argument) => self.call(name, argument, node),
            Kind::Binary(operator, left, right) => match operator {
                Operator::Logic(operator) => {
                    let (left, right) = (self.condition(left)?, self.condition(right)?);
                    let samples = either(left.samples(), right.samples());
                    let (left, right) = (Box::new(left), Box::new(right));
                    Ok(Value::Condition(Condition::Logic { operator: *operator, left, right, samples }))
                }
                Operator::Arithmetic(operator) => {
                    let (left, right) = (self.numbers(left)?, self.numbers(right)?);
                    let samples = either(left.samples(), right.samples());
                    let (left, right) = (Box::new(left), Box::new(right));
                    Ok(Value::Numbers(Numbers::Arithmetic { operator: *operator, left, right, samples }))
                }
                Operator::Comparison(comparison) => {
                    let (ours, theirs) = (self.value(left)?, self.value(right)?);
                    self.comparison(*comparison, (left, ours), (right, theirs), node).map(Value::Condition)
                }
                Operator::Like | Operator::Unlike => {
                    self.search(*operator == Operator::Unlike, left, right).map(Value::Condition)
                }
            },
        }
    }

    /// `=` and the like.
    fn comparison(
        &self,
        operator: Comparison,
        (left, ours): (&Node, Value),
        (right, theirs): (&Node, Value),
        node: &Node,
    ) -> Resolved<Condition> {
        let equality = match operator {
            Comparison::Equal => Ok(true),
            Comparison::Unequal => Ok(false),
            _ => {
                let sign = Operator::Comparison(operator);
                Err(Problem::new(&node.span, format!("texts are compared by =, !=, ~ and !~, not by {sign}")))
            }
        };
        // "." is a missing number beside numbers.
        let missing = |value: Value, other: &Value| match (value, other) {
            (Value::Text(Text::Constant(text)), Value::Numbers(_)) if text == b"." => Value::Numbers(Numbers::Missing),
            (value, _) => value,
        };
        let ours = missing(ours, &theirs);
        let theirs = missing(theirs, &ours);
        match (ours, theirs) {
            (Value::Numbers(left), Value::Numbers(right)) => {
                let samples = match (left.samples(), right.samples()) {
                    (Some(ours), Some(theirs)) => {
                        Some(ours.iter().zip(theirs.iter()).map(|(ours, theirs)| *ours && *theirs).collect())
                    }
                    (ours, theirs) => either(ours, theirs),
                };
                Ok(Condition::Numbers { operator, left, right, samples })
            }
            (Value::Condition(_), _) => Err(Problem::new(&left.span, "expected a value, found a condition")),
            (_, Value::Condition(_)) => Err(Problem::new(&right.span, "expected a value, found a condition")),
            (Value::Filter, _) => self.filter(false, !equality?, right),
            (_, Value::Filter) => self.filter(false, !equality?, left),
            (Value::Type, _) => types(false, !equality?, right),
            (_, Value::Type) => types(false, !equality?, left),
            (Value::Id, _) => id(!equality?, right),
            (_, Value::Id) => id(!equality?, left),
            (Value::Genotype(samples), _) => genotype(equality?, samples, right),
            (_, Value::Genotype(samples)) => genotype(equality?, samples, left),
            (Value::Text(left), Value::Text(right)) => {
                if left.samples().is_some() && right.samples().is_some() {
                    return Err(Problem::new(&node.span, "texts of samples cannot be compared with each other"));
                }
                Ok(Condition::Texts { equal: equality?, left, right })
            }
            (Value::Numbers(_), Value::Text(_)) => Err(mixed(right)),
            (Value::Text(_), Value::Numbers(_)) => Err(mixed(left)),
        }
    }

    /// `~` and `!~`.
    fn search(&self, negated: bool, left: &Node, right: &Node) -> Resolved<Condition> {
        let text = self.value(left)?;
        let word = constant(right, "a pattern in quotes")?;
        match text {
            Value::Filter => return self.filter(true, negated, right),
            Value::Type => return types(true, negated, right),
            _ => {}
        }
        let (class, unified) = Class::find(word);
        let word = if matches!(text, Value::Genotype(_)) { &unified } else { word };
        let regex = compile(word).map_err(|message| Problem::new(&right.span, message))?;
        let pattern = Pattern { regex, is_missing: word == "." };
        match text {
            Value::Id => Ok(Condition::Id { negated, test: IdTest::Pattern(pattern) }),
            Value::Text(text) => Ok(Condition::Matches { negated, text, pattern }),
            Value::Genotype(samples) => {
                Ok(Condition::Matches { negated, text: Text::Genotype { class, samples }, pattern })
            }
            other => Err(Problem::new(&left.span, format!("expected a text before '~', found {}", other.what()))),
        }
    }

    fn filter(&self, subset: bool, negated: bool, node: &Node) -> Resolved<Condition> {
        let text = constant(node, "filters in quotes, such as \"PASS\"")?;
        let names: Vec<&str> = text.split(';').collect();
        if let [".", _, ..] | [_, .., "."] = names.as_slice() {
            return Err(Problem::new(&node.span, "expected filters or \".\", found both"));
        }
        let wanted: Vec<Vec<u8>> =
            names.iter().filter(|name| **name != ".").map(|name| name.as_bytes().to_vec()).collect();
        let known = |name: &Vec<u8>| name == b"PASS" || self.header.filters().contains(name);
        if let Some(unknown) = wanted.iter().find(|name| !known(name)) {
            let unknown = String::from_utf8_lossy(unknown).into_owned();
            let names = self.header.filters().iter().map(|name| String::from_utf8_lossy(name).into_owned());
            let hint = suggestion(&unknown, names.chain(["PASS".to_owned()]));
            return Err(Problem::new(&node.span, format!("the header has no FILTER {unknown}{hint}")));
        }
        Ok(Condition::Filter { subset, negated, wanted })
    }

    fn all_samples(&self) -> Mask {
        vec![true; self.header.samples().len()].into()
    }

    fn name(&self, name: &Name, node: &Node) -> Resolved<Value> {
        if name.place.is_none()
            && let Some(value) = self.column(name, node)?
        {
            return Ok(value);
        }
        let key = name.name.as_bytes();
        let (info, format) = (self.header.info(key), self.header.format(key));
        match (name.place, info, format) {
            (None, Some(_), Some(_)) => Err(Problem::new(
                &node.span,
                format!("the header has INFO/{0} and FORMAT/{0}; write which of them is meant", name.name),
            )),
            (None | Some(Place::Info), Some(field), _) => self.info(name, field, node),
            (None | Some(Place::Format), _, Some(field)) => self.format(name, field, node),
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
            Some(text) if text.starts_with('@') => {
                return Err(Problem::new(&node.span, "lists of samples from files are not offered"));
            }
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
            _ if pick == Pick::Genotype => Err(Problem::new(&node.span, "[GT] goes with numbers only")),
            _ => Ok(Value::Text(Text::Format { key, pick, samples })),
        }
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

    fn call(&self, name: &str, argument: &Node, node: &Node) -> Resolved<Value> {
        let upper = name.to_ascii_uppercase();
        let by_sample = upper.strip_prefix("SMPL_").or_else(|| upper.strip_prefix('S').filter(|_| upper != "STDEV"));
        let reduction = |name: &str| match name {
            "MAX" => Some(Reduction::Max),
            "MIN" => Some(Reduction::Min),
            "AVG" | "MEAN" => Some(Reduction::Mean),
            "MEDIAN" => Some(Reduction::Median),
            "STDEV" => Some(Reduction::Deviation),
            "SUM" => Some(Reduction::Sum),
            "COUNT" => Some(Reduction::Count),
            _ => None,
        };
        // SUM is no sample's UM: the whole name goes first.
        let (how, by_sample) = match (reduction(&upper), by_sample.and_then(reduction)) {
            (Some(how), _) => (Some(how), false),
            (None, how) => (how, true),
        };
        if let Some(how) = how {
            let value = self.value(argument)?;
            if let (Reduction::Count, false) = (how, by_sample) {
                return self.count(value, argument);
            }
            let Value::Numbers(of) = value else {
                let message = format!("expected numbers in {upper}, found {}", value.what());
                return Err(Problem::new(&argument.span, message));
            };
            return Ok(Value::Numbers(Numbers::Reduced { how, of: Box::new(of), by_sample }));
        }
        match upper.as_str() {
            "ABS" => Ok(Value::Numbers(Numbers::Absolute(Box::new(self.numbers(argument)?)))),
            "STRLEN" => match self.value(argument)? {
                Value::Text(text) if text.samples().is_none() => Ok(Value::Numbers(Numbers::Lengths(text))),
                other => {
                    let message =
                        format!("expected CHROM, REF, ALT or a text of INFO in STRLEN, found {}", other.what());
                    Err(Problem::new(&argument.span, message))
                }
            },
            "N_PASS" | "F_PASS" => {
                let condition = self.condition(argument)?;
                self.passing(condition, upper == "F_PASS", argument).map(Value::Numbers)
            }
            _ => {
                let left_out = ["BINOM", "FISHER", "PHRED", "PERL"].contains(&upper.as_str());
                let hint = suggestion(name, FUNCTIONS.iter().map(ToString::to_string));
                let message = if left_out {
                    format!("{name}() is not offered; see --help for the functions that are")
                } else {
                    format!("there is no function {name}(){hint}")
                };
                Err(Problem::new(&(node.span.start..node.span.start + name.len()), message))
            }
        }
    }

    fn count(&self, value: Value, argument: &Node) -> Resolved<Value> {
        Ok(Value::Numbers(match value {
            Value::Numbers(of) => Numbers::Reduced { how: Reduction::Count, of: Box::new(of), by_sample: false },
            Value::Text(text) if text.samples().is_none() => Numbers::Elements(text),
            Value::Condition(condition) => self.passing(condition, false, argument)?,
            other => {
                let message =
                    format!("expected numbers, a text of INFO or a condition on samples, found {}", other.what());
                return Err(Problem::new(&argument.span, message));
            }
        }))
    }

    fn passing(&self, condition: Condition, fraction: bool, argument: &Node) -> Resolved<Numbers> {
        let Some(samples) = condition.samples().cloned() else {
            return Err(Problem::new(&argument.span, "expected a condition on FORMAT fields: samples are counted"));
        };
        Ok(Numbers::Passing { condition: Box::new(condition), samples, fraction })
    }

    fn unknown(&self, name: &Name, node: &Node) -> Problem {
        let text = |place: &'static str| move |key: &[u8]| format!("{place}{}", String::from_utf8_lossy(key));
        let info = self.header.info_keys().map(text("INFO/"));
        let format = self.header.format_keys().map(text("FORMAT/"));
        let (written, names): (String, Vec<String>) = match name.place {
            Some(Place::Info) => (format!("INFO/{}", name.name), info.collect()),
            Some(Place::Format) => (format!("FORMAT/{}", name.name), format.collect()),
            None => {
                let tags = self.header.info_keys().chain(self.header.format_keys()).map(text(""));
                (name.name.clone(), tags.chain(COLUMNS.iter().map(ToString::to_string)).collect())
            }
        };
        let hint = suggestion(&written, names);
        let quotes = if hint.is_empty() && name.place.is_none() { "; texts are written in quotes" } else { "" };
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

const FUNCTIONS: &[&str] =
    &["MAX", "MIN", "AVG", "MEAN", "MEDIAN", "STDEV", "SUM", "COUNT", "ABS", "STRLEN", "N_PASS", "F_PASS"];

impl Value {
    fn what(&self) -> &'static str {
        match self {
            Self::Numbers(Numbers::Constant(_)) => "a number",
            Self::Numbers(_) => "numbers",
            Self::Text(_) => "a text",
            Self::Genotype(_) => "GT, which is compared with a text",
            Self::Filter => "FILTER, which is compared with a text",
            Self::Id => "ID, which is compared with a text",
            Self::Type => "TYPE, which is compared with a text",
            Self::Condition(_) => "a condition",
        }
    }
}

/// The samples of one side or of both.
fn either(left: Option<&Mask>, right: Option<&Mask>) -> Option<Mask> {
    match (left, right) {
        (Some(left), Some(right)) => {
            Some(left.iter().zip(right.iter()).map(|(ours, theirs)| *ours || *theirs).collect())
        }
        (one, other) => one.or(other).cloned(),
    }
}

fn mixed(text: &Node) -> Problem {
    let hint = match &text.kind {
        Kind::Text(word) if word.trim().parse::<f64>().is_ok() => format!("; write {} without quotes", word.trim()),
        _ => String::new(),
    };
    Problem::new(&text.span, format!("a number cannot be compared with a text{hint}"))
}

/// The text of a constant.
fn constant<'n>(node: &'n Node, expected: &str) -> Resolved<&'n str> {
    match &node.kind {
        Kind::Text(text) => Ok(text),
        Kind::Name(name) if name.place.is_none() && name.subscript.is_none() => {
            Err(Problem::new(&node.span, format!("expected {expected}; write \"{}\"", name.name)))
        }
        _ => Err(Problem::new(&node.span, format!("expected {expected}"))),
    }
}

fn types(any: bool, negated: bool, node: &Node) -> Resolved<Condition> {
    let names = "\"snp\", \"indel\", \"mnp\", \"ref\", \"bnd\", \"other\" or \"overlap\"";
    let word = constant(node, names)?.to_ascii_lowercase();
    let wanted = match word.as_str() {
        "snp" | "snps" => class::SNV,
        "mnp" | "mnps" => class::MNV,
        "indel" | "indels" => class::INDEL,
        "other" => class::OTHER,
        "bnd" => class::BREAKEND,
        "overlap" => class::OVERLAP,
        "ref" => class::NONE,
        _ => return Err(Problem::new(&node.span, format!("expected {names}, found \"{word}\""))),
    };
    Ok(Condition::Type { any, negated, wanted })
}

fn id(negated: bool, node: &Node) -> Resolved<Condition> {
    let wanted = HashSet::from([constant(node, "an ID in quotes")?.as_bytes().to_vec()]);
    Ok(Condition::Id { negated, test: IdTest::Among(wanted) })
}

fn genotype(equal: bool, samples: Mask, node: &Node) -> Resolved<Condition> {
    let word = constant(node, "a genotype in quotes, such as \"0/1\" or \"het\"")?;
    let (class, word) = Class::find(word);
    let (left, right) = (Text::Genotype { class, samples }, Text::Constant(word.into_bytes()));
    Ok(Condition::Texts { equal, left, right })
}

fn subscript(name: &Name, node: &Node, expected: &str) -> Problem {
    let found = name.subscript.as_deref().unwrap_or_default();
    let at = node.span.end.saturating_sub(found.len() + 2)..node.span.end;
    Problem::new(&at, format!("expected {expected}, found [{found}]"))
}

/// What may have been meant by `word`, for the end of a message.
fn suggestion(word: &str, names: impl IntoIterator<Item = String>) -> String {
    let lower = word.to_ascii_lowercase();
    let distance = |name: &String| strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase());
    let near = |(distance, _): &(usize, String)| *distance <= 1 + word.len() / 6;
    let best = names.into_iter().map(|name| (distance(&name), name)).filter(near).min();
    best.map_or_else(String::new, |(_, name)| format!("; is {name} meant?"))
}
