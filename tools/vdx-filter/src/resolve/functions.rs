//! What a function makes of its arguments.

use super::{Resolved, Resolver, Value, suggestion};
use crate::evaluate::condition::Condition;
use crate::evaluate::numbers::{Each, Numbers, Reduction};
use crate::evaluate::view::Pick;
use crate::syntax::{Node, Problem};
use vdx_vcf::header::Number;

const FUNCTIONS: &[&str] = &[
    "MAX", "MIN", "AVG", "MEAN", "MEDIAN", "STDEV", "SUM", "COUNT", "ABS", "STRLEN", "N_PASS", "F_PASS", "BINOM",
    "PHRED",
];

impl Resolver<'_> {
    pub(super) fn call(&self, name: &str, arguments: &[Node], node: &Node) -> Resolved<Value> {
        let upper = name.to_ascii_uppercase();
        let (argument, second) = match arguments {
            [argument] => (argument, None),
            [first, second] if upper == "BINOM" => (first, Some(second)),
            _ => {
                let most = if upper == "BINOM" { "one argument or two" } else { "one argument" };
                let message = format!("expected {most} in {upper}(), found {}", arguments.len());
                return Err(Problem::new(&node.span, message));
            }
        };
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
        let each = |how| Ok(Value::Numbers(Numbers::Each(how, Box::new(self.numbers(argument)?))));
        match upper.as_str() {
            "ABS" => each(Each::Absolute),
            "PHRED" => each(Each::Phred),
            "BINOM" => self.binomial(argument, second, node).map(Value::Numbers),
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
                let left_out = ["FISHER", "PERL"].contains(&upper.as_str());
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
            let message = if self.header.samples().is_empty() {
                "expected samples to count, the file has none"
            } else {
                "expected a condition on FORMAT fields: samples are counted"
            };
            return Err(Problem::new(&argument.span, message));
        };
        Ok(Numbers::Passing { condition: Box::new(condition), samples, fraction })
    }

    /// `BINOM(AD)`, the two alleles of each genotype; `BINOM(AD[:0],AD[:1])`; `BINOM(INFO/X)` of two values;
    /// `BINOM(INFO/X[0],INFO/X[1])`.
    fn binomial(&self, first: &Node, second: Option<&Node>, node: &Node) -> Resolved<Numbers> {
        let left = self.numbers(first)?;
        let Some(second) = second else {
            let of_genotype = match &left {
                Numbers::Format { key, pick, .. } => {
                    let by_allele = self.header.format(key).is_some_and(|field| field.number == Number::R);
                    if !by_allele || *pick != Pick::All {
                        let key = String::from_utf8_lossy(key);
                        let message = format!(
                            "expected a field of Number=R, whose values the genotype names; write BINOM({key}[:0],{key}[:1]) for two of another"
                        );
                        return Err(Problem::new(&first.span, message));
                    }
                    true
                }
                other if other.samples().is_some() => {
                    return Err(Problem::new(&first.span, "expected a field of FORMAT, or two numbers of each sample"));
                }
                _ => false,
            };
            return Ok(Numbers::Binomial { left: Box::new(left), right: None, of_genotype });
        };
        let right = self.numbers(second)?;
        if left.samples().is_some() != right.samples().is_some() {
            return Err(Problem::new(&node.span, "expected two numbers of the record, or two of each sample"));
        }
        Ok(Numbers::Binomial { left: Box::new(left), right: Some(Box::new(right)), of_genotype: false })
    }
}
