//! What stands between operators: numbers, texts, names, calls of functions, expressions in brackets.

use winnow::combinator::{alt, opt};
use winnow::error::ErrMode;
use winnow::prelude::*;
use winnow::stream::{Location, Stream};
use winnow::token::{literal, take_till, take_while};

use super::operators::disjunction;
use super::{DEEPEST, Input, Parsed, skip, took, unexpected};
use crate::syntax::{Column, Kind, Name, Node, Problem};

pub(super) fn operand(input: &mut Input, depth: usize) -> Parsed<Node> {
    skip(input)?;
    let start = input.current_token_start();
    match input.chars().next() {
        Some('(') => group(input, depth),
        Some(quote @ ('"' | '\'')) => {
            let before = input.checkpoint();
            let _: char = winnow::token::any.parse_next(input)?;
            let text: &str = take_till(0.., quote).parse_next(input)?;
            if !took(input, quote)? {
                input.reset(&before);
                return Err(unexpected(input, "a text"));
            }
            Ok(Node { span: start..input.current_token_start(), kind: Kind::Text(text.to_owned()) })
        }
        Some(c) if c.is_ascii_digit() || c == '.' => number(input, start, depth),
        Some('@') => file(input, start),
        // How names and functions were written before bcftools 1.0; it still reads %MAX() and %ILEN.
        Some('%') => {
            let before = input.checkpoint();
            let _: char = winnow::token::any.parse_next(input)?;
            if input.starts_with(is_tag) {
                return name(input, start, depth);
            }
            input.reset(&before);
            Err(unexpected(input, "a value"))
        }
        _ => name(input, start, depth),
    }
}

/// An expression in round brackets.
fn group(input: &mut Input, depth: usize) -> Parsed<Node> {
    let start = input.current_token_start();
    open(input, depth)?;
    let mut node = disjunction(input, depth + 1)?;
    skip(input)?;
    if !took(input, ')')? {
        return Err(unexpected(input, "an operator or ')'"));
    }
    node.span = start..input.current_token_start();
    Ok(node)
}

/// What is in the brackets of a function, with commas between.
fn arguments(input: &mut Input, depth: usize) -> Parsed<Vec<Node>> {
    open(input, depth)?;
    let mut nodes = Vec::new();
    loop {
        nodes.push(disjunction(input, depth + 1)?);
        skip(input)?;
        if took(input, ')')? {
            return Ok(nodes);
        }
        if !took(input, ',')? {
            return Err(unexpected(input, "an operator, ',' or ')'"));
        }
    }
}

fn open(input: &mut Input, depth: usize) -> Parsed<()> {
    let start = input.current_token_start();
    let _: char = winnow::token::any.parse_next(input)?;
    if depth == DEEPEST {
        let message = format!("expected at most {DEEPEST} brackets in each other, found more");
        return Err(ErrMode::Cut(Problem::new(&(start..start + 1), message)));
    }
    Ok(())
}

/// The name of a file behind `@`; blanks, brackets and operators of conditions end it.
fn file(input: &mut Input, start: usize) -> Parsed<Node> {
    let before = input.checkpoint();
    let _: char = winnow::token::any.parse_next(input)?;
    let ends = |c: char| c.is_whitespace() || matches!(c, '=' | '!' | ')' | '&' | '|');
    let name: &str = take_till(0.., ends).parse_next(input)?;
    if name.is_empty() {
        input.reset(&before);
        return Err(unexpected(input, "a value"));
    }
    Ok(Node { span: start..input.current_token_start(), kind: Kind::File(name.to_owned()) })
}

/// A number; what goes on like a word is the name of a tag, such as `1000G`.
fn number(input: &mut Input, start: usize, depth: usize) -> Parsed<Node> {
    let rest: &str = input;
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let whole = digits(rest);
    let fraction = rest[whole..].strip_prefix('.').map_or(0, |rest| 1 + digits(rest));
    let mut length = whole + fraction;
    let tail = &rest[length..];
    if let Some(tail) = tail.strip_prefix(['e', 'E']) {
        let sign = usize::from(tail.starts_with(['+', '-']));
        let exponent = digits(&tail[sign..]);
        length += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    if rest[length..].starts_with(is_tag) || rest[..length] == *"." {
        return name(input, start, depth);
    }
    let text = input.next_slice(length);
    match text.parse::<f64>() {
        Ok(value) => Ok(Node { span: start..start + length, kind: Kind::Number(value) }),
        Err(_) => Err(ErrMode::Cut(Problem::new(&(start..start + length), "expected a number"))),
    }
}

fn name(input: &mut Input, start: usize, depth: usize) -> Parsed<Node> {
    use winnow::ascii::Caseless;
    let info = literal::<_, _, ErrMode<Problem>>(Caseless("INFO/")).value(Column::Info);
    let format = alt((literal(Caseless("FORMAT/")), literal(Caseless("FMT/")))).value(Column::Format);
    let column = opt(alt((info, format))).parse_next(input)?;
    let name: &str = take_while(0.., is_tag).parse_next(input)?;
    match name {
        "" if column.is_some() => return Err(unexpected(input, "the name of a tag")),
        "" => return Err(unexpected(input, "a value")),
        "." => {
            let message = "expected a value, found '.'; write \".\" for a missing one";
            return Err(ErrMode::Cut(Problem::new(&(start..start + 1), message)));
        }
        _ => {}
    }
    if column.is_none() && input.starts_with('(') {
        let arguments = arguments(input, depth)?;
        return Ok(Node { span: start..input.current_token_start(), kind: Kind::Call(name.to_owned(), arguments) });
    }
    let mut subscript = None;
    if took(input, '[')? {
        let inner: &str = take_till(0.., ']').parse_next(input)?;
        if !took(input, ']')? {
            return Err(unexpected(input, "']'"));
        }
        subscript = Some(inner.to_owned());
    }
    let name = Name { column, name: name.to_owned(), subscript };
    Ok(Node { span: start..input.current_token_start(), kind: Kind::Name(name) })
}

/// Whether a tag may hold it; brackets and operators end it.
fn is_tag(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
}
