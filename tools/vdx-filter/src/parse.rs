//! The grammar of expressions, as bcftools has it (its manual, "FILTERING EXPRESSIONS").
//!
//! From loose to tight: `||` and `|`; `&&` and `&`; comparisons; `+` and `-`; `*`, `/` and `%`; a leading `-`.

mod operands;
mod operators;

use std::fmt::Debug;

use winnow::LocatingSlice;
use winnow::ascii::multispace0;
use winnow::combinator::opt;
use winnow::error::{ErrMode, ParserError};
use winnow::prelude::*;
use winnow::stream::{Compare, Location, SliceLen};
use winnow::token::literal;

use super::syntax::{Node, Problem};
use operators::disjunction;

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
pub(crate) fn parse(text: &str) -> Result<Node, Problem> {
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

/// Whether a sign was next, which is passed then.
fn took<'i, S>(input: &mut Input<'i>, sign: S) -> Parsed<bool>
where
    Input<'i>: Compare<S>,
    S: SliceLen + Clone + Debug,
{
    opt(literal(sign)).map(|found| found.is_some()).parse_next(input)
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
        Some('@') => "'@' without the name of a file".to_owned(),
        Some('{') => "'{': values from outside are not offered".to_owned(),
        Some(_) => format!("'{}'", word.chars().take(20).collect::<String>()),
    };
    let length = if rest.is_empty() { 0 } else { word.len() };
    ErrMode::Cut(Problem::new(&(at..at + length), format!("expected {expected}, found {found}")))
}
#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::{Column, Kind, Name};

    /// The expression with all its brackets.
    fn shown(node: &Node) -> String {
        match &node.kind {
            Kind::Number(value) => value.to_string(),
            Kind::Text(text) => format!("{text:?}"),
            Kind::Name(Name { column, name, subscript }) => {
                let column = match column {
                    None => "",
                    Some(Column::Info) => "INFO/",
                    Some(Column::Format) => "FORMAT/",
                };
                let subscript = subscript.as_ref().map_or_else(String::new, |inner| format!("[{inner}]"));
                format!("{column}{name}{subscript}")
            }
            Kind::File(name) => format!("@{name}"),
            Kind::Call(name, arguments) => {
                format!("{name}({})", arguments.iter().map(shown).collect::<Vec<_>>().join(", "))
            }
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
        assert_eq!(read("binom( AD[:0,1] ,AD[:2])>1"), "(binom(AD[:0,1], AD[:2]) > 1)");
        assert_eq!(read("(ID=@a.b/c-1.txt)&&QUAL=2"), "((ID = @a.b/c-1.txt) && (QUAL = 2))");
        assert_eq!(read("%QUAL%%MAX(A)=1"), "((QUAL % MAX(A)) = 1)");
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
            ("ID=@ ", "@", "'@' without the name of a file"),
            ("%>3", "%>3", "expected a value, found '%>3'"),
            ("DP=.", ".", "write \".\""),
            ("AF[0", "", "expected ']'"),
            ("INFO/ > 3", " > 3", "the name of a tag"),
            ("binom(AD[:0];AD[:1])>1", ";AD[:1])>1", "an operator, ',' or ')'"),
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
