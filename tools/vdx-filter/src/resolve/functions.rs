//! What a function makes of its argument.

use super::{Resolved, Resolver, Value, suggestion};
use crate::evaluate::condition::Condition;
use crate::evaluate::numbers::{Numbers, Reduction};
use crate::syntax::{Node, Problem};

const FUNCTIONS: &[&str] =
    &["MAX", "MIN", "AVG", "MEAN", "MEDIAN", "STDEV", "SUM", "COUNT", "ABS", "STRLEN", "N_PASS", "F_PASS"];

impl Resolver<'_> {
    pub(super) fn call(&self, name: &str, argument: &Node, node: &Node) -> Resolved<Value> {
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
}
