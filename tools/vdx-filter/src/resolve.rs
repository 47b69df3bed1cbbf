//! The names of an expression looked up in a header, and what can be compared told from what cannot: each part comes to a
//! value or a condition.

mod comparisons;
mod functions;
mod names;

use std::collections::HashSet;

use vdx_vcf::Header;

use super::syntax::{Kind, Node, Operator, Problem};
use crate::Mask;
use crate::evaluate::condition::Condition;
use crate::evaluate::numbers::Numbers;
use crate::evaluate::texts::Text;

type Resolved<T> = Result<T, Problem>;

/// What a part of an expression comes to.
enum Value {
    Numbers(Numbers),
    Text(Text),
    Genotype(Mask),
    List(HashSet<Vec<u8>>),
    Filter,
    Id,
    Type,
    Condition(Condition),
}

/// The condition that an expression is.
///
/// # Errors
/// The place of what the header lacks or of what cannot be compared.
pub(crate) fn condition(node: &Node, header: &Header) -> Resolved<Condition> {
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
            Kind::File(path) => Ok(Value::List(words(path, node)?.into_iter().collect())),
            Kind::Call(name, arguments) => self.call(name, arguments, node),
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
}

impl Value {
    fn what(&self) -> &'static str {
        match self {
            Self::Numbers(Numbers::Constant(_)) => "a number",
            Self::Numbers(_) => "numbers",
            Self::Text(_) => "a text",
            Self::Genotype(_) => "GT, which is compared with a text",
            Self::List(_) => "the words of a file",
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

/// What may have been meant by `word`, for the end of a message.
fn suggestion(word: &str, names: impl IntoIterator<Item = String>) -> String {
    let lower = word.to_ascii_lowercase();
    let distance = |name: &String| strsim::damerau_levenshtein(&lower, &name.to_ascii_lowercase());
    let near = |(distance, _): &(usize, String)| *distance <= 1 + word.len() / 6;
    let best = names.into_iter().map(|name| (distance(&name), name)).filter(near).min();
    best.map_or_else(String::new, |(_, name)| format!("; is {name} meant?"))
}

/// The first word of each line of a text file.
fn words(path: &str, node: &Node) -> Resolved<Vec<Vec<u8>>> {
    let wrong = |what: &dyn std::fmt::Display| Problem::new(&node.span, format!("{path}: {what}"));
    let bytes = std::fs::read(path).map_err(|error| wrong(&error))?;
    if bytes.starts_with(b"\x1f\x8b") {
        return Err(wrong(&"expected a text with a word on each line, found a compressed file; unpack it"));
    }
    let first = |line: &[u8]| line.split(u8::is_ascii_whitespace).next().unwrap_or_default().to_vec();
    Ok(bytes.split(|&byte| byte == b'\n').map(first).filter(|word| !word.is_empty()).collect())
}
