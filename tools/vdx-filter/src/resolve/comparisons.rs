//! What can be compared with what: numbers with numbers, texts with texts and patterns, and FILTER, ID, TYPE and GT each
//! with the words of its own.

use std::collections::HashSet;

use super::{Resolved, Resolver, Value, either, suggestion};
use crate::Mask;
use crate::evaluate::condition::{Condition, IdTest};
use crate::evaluate::genotype::Class;
use crate::evaluate::numbers::Numbers;
use crate::evaluate::texts::{Pattern, Text};
use crate::pattern::compile;
use crate::syntax::{Comparison, Kind, Node, Operator, Problem};
use vdx_vcf::variant::class;

impl Resolver<'_> {
    /// `=` and the like.
    pub(super) fn comparison(
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
            (Value::Id, Value::List(wanted)) | (Value::List(wanted), Value::Id) => {
                Ok(Condition::Id { negated: !equality?, test: IdTest::Among(wanted) })
            }
            (Value::Text(text), Value::List(wanted)) | (Value::List(wanted), Value::Text(text)) => {
                Ok(Condition::Among { negated: !equality?, text, wanted })
            }
            (Value::List(_), _) => Err(listed(left)),
            (_, Value::List(_)) => Err(listed(right)),
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
    pub(super) fn search(&self, negated: bool, left: &Node, right: &Node) -> Resolved<Condition> {
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

fn listed(file: &Node) -> Problem {
    Problem::new(&file.span, "expected ID or a text beside the words of a file; numbers are not looked up in it")
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
        Kind::Name(name) if name.column.is_none() && name.subscript.is_none() => {
            Err(Problem::new(&node.span, format!("expected {expected}; write \"{}\"", name.name)))
        }
        _ => Err(Problem::new(&node.span, format!("expected {expected}"))),
    }
}
