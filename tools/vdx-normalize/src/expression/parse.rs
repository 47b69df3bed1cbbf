//! The grammar of expressions, as bcftools has it (its manual, "FILTERING EXPRESSIONS").
//!
//! From loose to tight: `||` and `|`; `&&` and `&`; comparisons; `+` and `-`; `*`, `/` and `%`; a leading `-`.

use winnow::LocatingSlice;
use winnow::ascii::multispace0;
use winnow::combinator::{alt, opt};
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{Location, Stream};
use winnow::token::{literal, take_till, take_while};

use super::syntax::{Arithmetic, Comparison, Kind, Logic, Name, Node, Operator, Place, Problem};

type Input<'a> = LocatingSlice<&'a str>;
type Parsed<T> = Result<T, ErrMode<Problem>>;

impl<'a> ParserError<Input<'a>> for Problem {
    type Inner = Self;

    fn from_input(input: &Input<'a>) -> Self {
        let at = input.current_token_start();
        Self::new(&(at..at), "this cannot be read")
    }

    fn into_inner(self) -> Result<Self, Self> {
        Ok(self)
    }
}

/// How deep brackets may lie in each other, and how many operators of several kinds may follow each other: a stack is
/// not endless.
const DEEPEST: usize = 200;

/// Reads an expression.
///
/// # Errors
/// The place where it ends to be one, and what was expected there.
pub fn parse(text: &str) -> Result<Node, Problem> {
    let mut input = LocatingSlice::new(text);
    let read = disjunction(&mut input, 0).and_then(|node| {
        skip(&mut input)?;
        if input.is_empty() { Ok(node) } else { Err(unexpected(&input, "an operator")) }
    });
    read.map_err(|error| error.into_inner().unwrap_or_else(|_| Problem::new(&(0..text.len()), "this is cut short")))
}

fn skip(input: &mut Input) -> Parsed<()> {
    multispace0.void().parse_next(input)
}

/// An error at the next word.
fn unexpected(input: &Input, expected: &str) -> ErrMode<Problem> {
    let at = input.current_token_start();
    let rest: &str = input;
    let word = match rest.find(|c: char| c.is_whitespace()) {
        Some(0) | None => rest,
        Some(end) => &rest[..end],
    };
    let found = match rest.chars().next() {
        None => "the end".to_owned(),
        Some('"' | '\'') => "a quoted text without a closing quote".to_owned(),
        Some('!') => "'!', which is part of != and !~ only; -e takes the records for which an expression does not hold"
            .to_owned(),
        Some('@') => "'@': lists from files are not offered".to_owned(),
        Some('{') => "'{': values from outside are not offered".to_owned(),
        Some(_) => format!("'{}'", word.chars().take(20).collect::<String>()),
    };
    let length = if rest.is_empty() { 0 } else { word.len() };
    ErrMode::Cut(Problem::new(&(at..at + length), format!("expected {expected}, found {found}")))
}

/// The operator at hand, if it is one of `operators`; those that begin like another one come later in the list.
fn operator(input: &mut Input, operators: &[(&str, Operator)]) -> Parsed<Option<Operator>> {
    skip(input)?;
    for (sign, operator) in operators {
        if opt(literal::<_, _, ErrMode<Problem>>(*sign)).parse_next(input)?.is_some() {
            return Ok(Some(*operator));
        }
    }
    Ok(None)
}

fn disjunction(input: &mut Input, depth: usize) -> Parsed<Node> {
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
    let mut nodes = vec![side(input)?];
    let mut operators = Vec::new();
    while let Some(found) = operator(input, signs)? {
        operators.push(found);
        nodes.push(side(input)?);
    }
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

fn check_length(nodes: &[Node]) -> Parsed<()> {
    match (nodes.first(), nodes.last()) {
        (Some(first), Some(last)) if nodes.len() > DEEPEST => {
            let message = format!("expected at most {DEEPEST} parts in a row, found {}", nodes.len());
            Err(ErrMode::Cut(Problem::new(&(first.span.start..last.span.end), message)))
        }
        _ => Ok(()),
    }
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
    let mut nodes = vec![side(input)?];
    let mut operators = Vec::new();
    while let Some(found) = operator(input, signs)? {
        operators.push(found);
        nodes.push(side(input)?);
    }
    check_length(&nodes)?;
    let mut operators = operators.into_iter();
    let grouped = nodes.into_iter().reduce(|left, right| match operators.next() {
        Some(operator) => binary(operator, left, right),
        None => left,
    });
    grouped.ok_or_else(|| unexpected(input, "a value"))
}

fn binary(operator: Operator, left: Node, right: Node) -> Node {
    let span = left.span.start..right.span.end;
    Node { span, kind: Kind::Binary(operator, Box::new(left), Box::new(right)) }
}

fn signed(input: &mut Input, depth: usize) -> Parsed<Node> {
    skip(input)?;
    let start = input.current_token_start();
    let mut negative = false;
    while opt(literal::<_, _, ErrMode<Problem>>("-")).parse_next(input)?.is_some() {
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

fn operand(input: &mut Input, depth: usize) -> Parsed<Node> {
    skip(input)?;
    let start = input.current_token_start();
    match input.chars().next() {
        Some('(') => group(input, depth),
        Some(quote @ ('"' | '\'')) => {
            let before = input.checkpoint();
            let _: char = winnow::token::any.parse_next(input)?;
            let text: &str = take_till(0.., quote).parse_next(input)?;
            if opt(literal::<_, _, ErrMode<Problem>>(quote)).parse_next(input)?.is_none() {
                input.reset(&before);
                return Err(unexpected(input, "a text"));
            }
            Ok(Node { span: start..input.current_token_start(), kind: Kind::Text(text.to_owned()) })
        }
        Some(c) if c.is_ascii_digit() || c == '.' => number(input, start, depth),
        _ => name(input, start, depth),
    }
}

/// An expression in round brackets.
fn group(input: &mut Input, depth: usize) -> Parsed<Node> {
    let start = input.current_token_start();
    let _: char = winnow::token::any.parse_next(input)?;
    if depth == DEEPEST {
        let message = format!("expected at most {DEEPEST} brackets in each other, found more");
        return Err(ErrMode::Cut(Problem::new(&(start..start + 1), message)));
    }
    let mut node = disjunction(input, depth + 1)?;
    skip(input)?;
    if opt(literal::<_, _, ErrMode<Problem>>(')')).parse_next(input)?.is_none() {
        let comma = input.starts_with(',');
        return Err(unexpected(input, if comma { "one argument and ')'" } else { "an operator or ')'" }));
    }
    node.span = start..input.current_token_start();
    Ok(node)
}

/// Whether a tag may hold it; brackets and operators end it.
fn is_tag(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '.')
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
    let info = literal::<_, _, ErrMode<Problem>>(Caseless("INFO/")).value(Place::Info);
    let format = alt((literal(Caseless("FORMAT/")), literal(Caseless("FMT/")))).value(Place::Format);
    let place = opt(alt((info, format))).parse_next(input)?;
    let name: &str = take_while(0.., is_tag).parse_next(input)?;
    match name {
        "" if place.is_some() => return Err(unexpected(input, "the name of a tag")),
        "" => return Err(unexpected(input, "a value")),
        "." => {
            let message = "expected a value, found '.'; write \".\" for a missing one";
            return Err(ErrMode::Cut(Problem::new(&(start..start + 1), message)));
        }
        _ => {}
    }
    if place.is_none() && input.starts_with('(') {
        let argument = group(input, depth)?;
        return Ok(Node { span: start..argument.span.end, kind: Kind::Call(name.to_owned(), Box::new(argument)) });
    }
    let mut subscript = None;
    if opt(literal::<_, _, ErrMode<Problem>>('[')).parse_next(input)?.is_some() {
        let inner: &str = take_till(0.., ']').parse_next(input)?;
        if opt(literal::<_, _, ErrMode<Problem>>(']')).parse_next(input)?.is_none() {
            return Err(unexpected(input, "']'"));
        }
        subscript = Some(inner.to_owned());
    }
    let name = Name { place, name: name.to_owned(), subscript };
    Ok(Node { span: start..input.current_token_start(), kind: Kind::Name(name) })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The expression with all its brackets.
    fn shown(node: &Node) -> String {
        match &node.kind {
            Kind::Number(value) => value.to_string(),
            Kind::Text(text) => format!("{text:?}"),
            Kind::Name(Name { place, name, subscript }) => {
                let place = match place {
                    None => "",
                    Some(Place::Info) => "INFO/",
                    Some(Place::Format) => "FORMAT/",
                };
                let subscript = subscript.as_ref().map_or_else(String::new, |inner| format!("[{inner}]"));
                format!("{place}{name}{subscript}")
            }
            Kind::Call(name, argument) => format!("{name}({})", shown(argument)),
            Kind::Binary(operator, left, right) => format!("({} {operator} {})", shown(left), shown(right)),
        }
    }

    fn read(text: &str) -> String {
        shown(&parse(text).unwrap())
    }

    #[test]
    fn operators_bind_as_in_bcftools() {
        assert_eq!(read("QUAL>20&&DP<=3||ID!=\"a\""), "(((QUAL > 20) && (DP <= 3)) || (ID != \"a\"))");
        assert_eq!(read("A=1 || B=2 && C=3"), "((A = 1) || ((B = 2) && (C = 3)))");
        assert_eq!(read("A=1 & B=2 && C=3"), "((A = 1) & ((B = 2) && (C = 3)))");
        assert_eq!(read("A==1|B=2|C=3|D=4"), "(((A = 1) | (B = 2)) | ((C = 3) | (D = 4)))");
        assert_eq!(read("(A=1||B=2)&&C=3"), "(((A = 1) || (B = 2)) && (C = 3))");
        assert_eq!(read("10-5-2*3/4=X"), "(((10 - 5) - ((2 * 3) / 4)) = X)");
        assert_eq!(read("-X+--2 > -1e-3"), "(((-1 * X) + 2) > (-1 * 0.001))");
    }

    #[test]
    fn names_numbers_and_texts_are_told_apart() {
        assert_eq!(read("fmt/AD[0:1]>.5"), "(FORMAT/AD[0:1] > 0.5)");
        assert_eq!(read("info/1000G=1"), "(INFO/1000G = 1)");
        assert_eq!(read("1000G = 'it is \"so\"'"), "(1000G = \"it is \\\"so\\\"\")");
        assert_eq!(read("MAX(DV/DP) >0.3"), "(MAX((DV / DP)) > 0.3)");
        assert_eq!(read("CSQ[*] ~ \"a|b/i\""), "(CSQ[*] ~ \"a|b/i\")");
        assert_eq!(read("\nN_PASS( GQ > 9 & GT != \"mis\" ) > 1 "), "(N_PASS(((GQ > 9) & (GT != \"mis\"))) > 1)");
    }

    #[test]
    fn what_is_wrong_is_pointed_at() {
        let wrong = |text: &str| {
            let problem = parse(text).unwrap_err();
            (text[problem.span.clone()].to_owned(), problem.message)
        };
        let cases = [
            ("", "", "expected a value, found the end"),
            ("QUAL>", "", "expected a value, found the end"),
            ("QUAL>20 DP>3", "DP>3", "expected an operator, found 'DP>3'"),
            ("(QUAL>20", "", "expected an operator or ')', found the end"),
            ("QUAL>20)", ")", "expected an operator, found ')'"),
            ("1<QUAL<3", "<3", "&& or ||"),
            ("ID=\"a", "\"a", "closing quote"),
            ("!DB", "!DB", "-e takes the records"),
            ("ID=@file", "@file", "lists from files"),
            ("DP=.", ".", "write \".\""),
            ("AF[0", "", "expected ']'"),
            ("INFO/ > 3", " > 3", "the name of a tag"),
            ("binom(AD[:0],AD[:1])>1", ",AD[:1])>1", "one argument"),
            ("A=~3", "~3", "expected a value"),
        ];
        for (text, place, message) in cases {
            let found = wrong(text);
            assert_eq!(found.0, place, "{text}");
            assert!(found.1.contains(message), "{text}: {}", found.1);
        }
    }

    #[test]
    fn depth_is_bounded_but_lists_are_not() {
        let deep = format!("{}1=1{}", "(".repeat(100_000), ")".repeat(100_000));
        assert!(parse(&deep).unwrap_err().message.contains("brackets in each other"));
        assert!(parse(&format!("1{}=1", "+1".repeat(100_000))).unwrap_err().message.contains("in a row"));
        parse(&vec!["ID=\"rs1\""; 20_000].join("||")).unwrap();
        parse(&format!("{}1=1", "-".repeat(100_000))).unwrap();
    }
}
