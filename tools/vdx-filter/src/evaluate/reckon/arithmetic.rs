//! Two numbers made one: lists value by value, rows of samples with a number of the record.

use super::Shape;
use super::value::{MISSING, is_missing};
use crate::syntax::{Arithmetic, Operator};

/// Puts the result of an operator in place of its sides, which stand from `from` and from `middle` on. A side of one
/// value goes with each of the other.
pub(crate) fn reckon(
    operator: Arithmetic,
    left: Shape,
    right: Shape,
    from: usize,
    middle: usize,
    stack: &mut Vec<f64>,
) -> Result<Shape, String> {
    let by_sample = left.by_sample || right.by_sample;
    if left.width == 0 || right.width == 0 {
        stack.truncate(from);
        return Ok(Shape { width: 0, by_sample });
    }
    let mixed = left.by_sample != right.by_sample;
    let site = if left.by_sample { right.width } else { left.width };
    if left.width != right.width && left.width != 1 && right.width != 1 || mixed && site != 1 {
        return Err(format!(
            "expected lists of one length on both sides of '{}' in the filter expression, found {} and {} values",
            Operator::Arithmetic(operator),
            left.width,
            right.width
        ));
    }
    let width = left.width.max(right.width);
    let end = stack.len();
    let rows = if left.by_sample { (middle - from) / left.width } else { (end - middle) / right.width };
    for row in 0..if by_sample { rows } else { 1 } {
        for place in 0..width {
            let at = |side: Shape, start: usize| {
                let row = if side.by_sample { row * side.width } else { 0 };
                start + row + if side.width == 1 { 0 } else { place }
            };
            let (ours, theirs) = (stack[at(left, from)], stack[at(right, middle)]);
            stack.push(if is_missing(ours) || is_missing(theirs) { MISSING } else { apply(operator, ours, theirs) });
        }
    }
    stack.drain(from..end);
    Ok(Shape { width, by_sample })
}

fn apply(operator: Arithmetic, left: f64, right: f64) -> f64 {
    match operator {
        Arithmetic::Add => left + right,
        Arithmetic::Subtract => left - right,
        Arithmetic::Multiply => left * right,
        Arithmetic::Divide => left / right,
        // The rest of whole numbers; there is none by zero.
        Arithmetic::Modulo if right.trunc() == 0.0 => MISSING,
        Arithmetic::Modulo => left.trunc() % right.trunc(),
    }
}
