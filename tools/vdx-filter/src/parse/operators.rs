//! Operators and what they bind, rank by rank from loose to tight.

use winnow::error::ErrMode;
use winnow::stream::{Location, Stream};

use super::operands::operand;
use super::{DEEPEST, Input, Parsed, skip, took, unexpected};
use crate::syntax::{Arithmetic, Comparison, Kind, Logic, Node, Operator, Problem};

pub(super) fn disjunction(input: &mut Input, depth: usize) -> Parsed<Node> {
    let signs = [("||", Operator::Logic(Logic::OrSite)), ("|", Operator::Logic(Logic::OrSample))];
    logic(input, &signs, |input| conjunction(input, depth))
}

fn conjunction(input: &mut Input, depth: usize) -> Parsed<Node> {
    let signs = [("&&", Operator::Logic(Logic::AndSite)), ("&", Operator::Logic(Logic::AndSample))];
    logic(input, &signs, |input| comparison(input, depth))
}

/// Conditions with operators of the same rank between them. Where they differ they are grouped from the right, as
/// bcftools does; where they do not it makes no difference, and the tree is kept flat.
fn logic(input: &mut Input, signs: &[(&str, Operator)], side: impl Fn(&mut Input) -> Parsed<Node>) -> Parsed<Node> {
    let (nodes, operators) = row(input, signs, side)?;
    if operators.windows(2).all(|pair| pair[0] == pair[1]) {
        return Ok(balanced(nodes, operators.first().copied()));
    }
    check_length(&nodes)?;
    let mut operators = operators.into_iter().rev();
    let grouped = nodes.into_iter().rev().reduce(|right, left| match operators.next() {
        Some(operator) => binary(operator, left, right),
        None => right,
    });
    grouped.ok_or_else(|| unexpected(input, "a condition"))
}

/// Sides with operators of one rank between them: at least one side, and an operator less than there are sides.
fn row(
    input: &mut Input,
    signs: &[(&str, Operator)],
    side: impl Fn(&mut Input) -> Parsed<Node>,
) -> Parsed<(Vec<Node>, Vec<Operator>)> {
    let mut nodes = vec![side(input)?];
    let mut operators = Vec::new();
    while let Some(found) = operator(input, signs)? {
        operators.push(found);
        nodes.push(side(input)?);
    }
    Ok((nodes, operators))
}

fn balanced(mut nodes: Vec<Node>, operator: Option<Operator>) -> Node {
    while nodes.len() > 1 {
        let mut pairs = nodes.into_iter();
        nodes = Vec::new();
        while let Some(left) = pairs.next() {
            nodes.push(match (pairs.next(), operator) {
                (Some(right), Some(operator)) => binary(operator, left, right),
                _ => left,
            });
        }
    }
    nodes.swap_remove(0)
}

fn comparison(input: &mut Input, depth: usize) -> Parsed<Node> {
    const SIGNS: [(&str, Operator); 9] = [
        ("==", Operator::Comparison(Comparison::Equal)),
        ("=", Operator::Comparison(Comparison::Equal)),
        ("!=", Operator::Comparison(Comparison::Unequal)),
        ("!~", Operator::Unlike),
        ("<=", Operator::Comparison(Comparison::LessOrEqual)),
        ("<", Operator::Comparison(Comparison::Less)),
        (">=", Operator::Comparison(Comparison::GreaterOrEqual)),
        (">", Operator::Comparison(Comparison::Greater)),
        ("~", Operator::Like),
    ];
    let left = sum(input, depth)?;
    let Some(found) = operator(input, &SIGNS)? else { return Ok(left) };
    let right = sum(input, depth)?;
    let before = input.checkpoint();
    if let Some(second) = operator(input, &SIGNS)? {
        input.reset(&before);
        skip(input)?;
        return Err(unexpected(input, &format!("&& or || before another comparison by '{second}'")));
    }
    Ok(binary(found, left, right))
}

fn sum(input: &mut Input, depth: usize) -> Parsed<Node> {
    let signs = [("+", Operator::Arithmetic(Arithmetic::Add)), ("-", Operator::Arithmetic(Arithmetic::Subtract))];
    arithmetic(input, &signs, |input| product(input, depth))
}

fn product(input: &mut Input, depth: usize) -> Parsed<Node> {
    let signs = [
        ("*", Operator::Arithmetic(Arithmetic::Multiply)),
        ("/", Operator::Arithmetic(Arithmetic::Divide)),
        ("%", Operator::Arithmetic(Arithmetic::Modulo)),
    ];
    arithmetic(input, &signs, |input| signed(input, depth))
}

/// Grouped from the left, as everybody reckons.
fn arithmetic(
    input: &mut Input,
    signs: &[(&str, Operator)],
    side: impl Fn(&mut Input) -> Parsed<Node>,
) -> Parsed<Node> {
    let (nodes, operators) = row(input, signs, side)?;
    check_length(&nodes)?;
    let mut operators = operators.into_iter();
    let grouped = nodes.into_iter().reduce(|left, right| match operators.next() {
        Some(operator) => binary(operator, left, right),
        None => left,
    });
    grouped.ok_or_else(|| unexpected(input, "a value"))
}

fn signed(input: &mut Input, depth: usize) -> Parsed<Node> {
    skip(input)?;
    let start = input.current_token_start();
    let mut negative = false;
    while took(input, "-")? {
        negative = !negative;
        skip(input)?;
    }
    let mut node = operand(input, depth)?;
    if negative {
        let minus = Node { span: start..start + 1, kind: Kind::Number(-1.0) };
        node = binary(Operator::Arithmetic(Arithmetic::Multiply), minus, node);
    }
    Ok(node)
}

fn check_length(nodes: &[Node]) -> Parsed<()> {
    match (nodes.first(), nodes.last()) {
        (Some(first), Some(last)) if nodes.len() > DEEPEST => {
            let message = format!("expected at most {DEEPEST} parts in a row, found {}", nodes.len());
            Err(ErrMode::Cut(Problem::new(&(first.span.start..last.span.end), message)))
        }
        _ => Ok(()),
    }
}

fn binary(operator: Operator, left: Node, right: Node) -> Node {
    let span = left.span.start..right.span.end;
    Node { span, kind: Kind::Binary(operator, Box::new(left), Box::new(right)) }
}

/// The operator at hand, if it is one of `operators`; those that begin like another one come later in the list.
fn operator(input: &mut Input, operators: &[(&str, Operator)]) -> Parsed<Option<Operator>> {
    skip(input)?;
    for (sign, operator) in operators {
        if took(input, *sign)? {
            return Ok(Some(*operator));
        }
    }
    Ok(None)
}
