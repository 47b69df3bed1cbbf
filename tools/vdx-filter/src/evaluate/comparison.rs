//! Numbers compared: any value of one side with any of the other, or sample by sample.

use std::cmp::Ordering;
use std::ops::Range;

use super::numbers::{Numbers, Stacks};
use super::reckon::Shape;
use super::reckon::value::{END, MISSING, is_missing};
use super::view::View;
use crate::Mask;
use crate::syntax::{Comparison, Operator};

pub(super) fn numbers(
    operator: Comparison,
    left: &Numbers,
    right: &Numbers,
    samples: Option<&Mask>,
    view: &View,
    stacks: &mut Stacks,
) -> Result<bool, String> {
    let from = stacks.numbers.len();
    let ours = left.lay(view, stacks)?;
    let middle = stacks.numbers.len();
    let theirs = right.lay(view, stacks)?;
    let sides = Sides { operator, ours, left: from..middle, theirs, right: middle..stacks.numbers.len() };
    let Some(samples) = samples else {
        let holds = sides.any(&stacks.numbers);
        stacks.numbers.truncate(from);
        return Ok(holds);
    };
    if ours.by_sample && theirs.by_sample && ours.width.min(theirs.width) > 0 && ours.width != theirs.width {
        return Err(format!(
            "expected as many values in each sample on both sides of '{}' in the filter expression, found {} and {}",
            Operator::Comparison(operator),
            ours.width,
            theirs.width
        ));
    }
    let mut passes = false;
    for (row, &asked) in samples.iter().enumerate() {
        let pass = asked && sides.in_sample(row, &stacks.numbers);
        stacks.passing.push(pass);
        passes |= pass;
    }
    stacks.numbers.truncate(from);
    Ok(passes)
}

/// What is compared, as it stands on the stack.
struct Sides {
    operator: Comparison,
    ours: Shape,
    left: Range<usize>,
    theirs: Shape,
    right: Range<usize>,
}

impl Sides {
    /// Whether any value of one side goes with any of the other.
    fn any(&self, stack: &[f64]) -> bool {
        let absent = [MISSING];
        let values = |range: &Range<usize>| if range.is_empty() { &absent } else { &stack[range.clone()] };
        let (left, right) = (values(&self.left), values(&self.right));
        left.iter().any(|&ours| right.iter().any(|&theirs| pair(self.operator, ours, theirs)))
    }

    /// The same within one sample. Lists of samples are compared value by value.
    fn in_sample(&self, row: usize, stack: &[f64]) -> bool {
        let values = |range: &Range<usize>, shape: Shape| {
            let all = &stack[range.clone()];
            let row = if shape.by_sample { &all[row * shape.width..(row + 1) * shape.width] } else { all };
            // A row by GT ends where its alleles do.
            let length = row.iter().position(|value| value.to_bits() == END.to_bits());
            &row[..length.unwrap_or(row.len())]
        };
        let (left, right) = (values(&self.left, self.ours), values(&self.right, self.theirs));
        match (self.ours.width == 0, self.theirs.width == 0) {
            (false, false) if self.ours.by_sample && self.theirs.by_sample => {
                left.iter().zip(right).any(|(&ours, &theirs)| pair(self.operator, ours, theirs))
            }
            (false, false) => left.iter().any(|&ours| right.iter().any(|&theirs| pair(self.operator, ours, theirs))),
            // A field that is not there is missing; so is a list in which a value is.
            _ => {
                let complete = left.iter().chain(right).all(|value| !is_missing(*value));
                let there = self.ours.width + self.theirs.width > 0;
                pair(self.operator, MISSING, if there && complete { 0.0 } else { MISSING })
            }
        }
    }
}

/// Numbers beyond are compared in 64 bits, the others in 32, as values of a VCF are: 2^24.
const EXACT: f64 = 16_777_216.0;

/// Compares two values; what is missing is equal to what is missing only.
fn pair(operator: Comparison, left: f64, right: f64) -> bool {
    match u8::from(is_missing(left)) + u8::from(is_missing(right)) {
        0 if left > EXACT || right > EXACT => holds(operator, left.partial_cmp(&right)),
        0 => holds(operator, (left as f32).partial_cmp(&(right as f32))),
        1 => operator == Comparison::Unequal,
        _ => operator == Comparison::Equal,
    }
}

/// Whether two values in this order go together; what has no order (`nan`) is unequal.
fn holds(operator: Comparison, order: Option<Ordering>) -> bool {
    match operator {
        Comparison::Equal => order == Some(Ordering::Equal),
        Comparison::Unequal => order != Some(Ordering::Equal),
        Comparison::Less => order == Some(Ordering::Less),
        Comparison::LessOrEqual => order.is_some_and(Ordering::is_le),
        Comparison::Greater => order == Some(Ordering::Greater),
        Comparison::GreaterOrEqual => order.is_some_and(Ordering::is_ge),
    }
}
