//! What an expression says, before anything is known of the file it is asked about.

use std::fmt;
use std::ops::Range;

/// A part of an expression and where it stands in the text.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    /// In bytes.
    pub(crate) span: Range<usize>,
    /// What it is.
    pub(crate) kind: Kind,
}

/// The kinds of parts.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    /// `20`, `1e-4`
    Number(f64),
    /// `"PASS"`, without the quotes.
    Text(String),
    /// `QUAL`, `INFO/AF[0]`
    Name(Name),
    /// `@ids.txt`, without the `@`: the words of a file.
    File(String),
    /// `MAX(...)`, `BINOM(...,...)`
    Call(String, Vec<Node>),
    /// Two parts with an operator between them.
    Binary(Operator, Box<Node>, Box<Node>),
}

/// A column, tag or variable.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Name {
    /// `INFO/` or `FORMAT/` before it.
    pub(crate) column: Option<Column>,
    /// As it is written.
    pub(crate) name: String,
    /// What is in the brackets behind it.
    pub(crate) subscript: Option<String>,
}

/// Where a tag is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Column {
    /// `INFO/`
    Info,
    /// `FORMAT/` or `FMT/`
    Format,
}

/// What stands between two parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operator {
    /// `||`, `|`, `&&`, `&`
    Logic(Logic),
    /// `=`, `<` and the like.
    Comparison(Comparison),
    /// `~`
    Like,
    /// `!~`
    Unlike,
    /// `+`, `-` and the like.
    Arithmetic(Arithmetic),
}

/// How two conditions are joined. They differ in which samples count as passing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Logic {
    /// `||`: where one side holds, all samples.
    OrSite,
    /// `|`: the samples in which one side holds.
    OrSample,
    /// `&&`: both sides hold, be it in different samples.
    AndSite,
    /// `&`: both sides hold in the same sample.
    AndSample,
}

/// How two values are compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Comparison {
    /// `=`, `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// How two numbers become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Subtract,
    /// `*`
    Multiply,
    /// `/`
    Divide,
    /// `%`, of whole numbers.
    Modulo,
}

/// What is wrong with an expression, and where.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Problem {
    /// In bytes.
    pub(crate) span: Range<usize>,
    /// Expected, found, what to do.
    pub(crate) message: String,
}

impl Problem {
    /// Of the part at `span`.
    pub(crate) fn new(span: &Range<usize>, message: impl Into<String>) -> Self {
        Self { span: span.clone(), message: message.into() }
    }

    /// The message with the expression below it and its place marked.
    #[must_use]
    pub(crate) fn show(&self, text: &str) -> String {
        let around = |at: usize| text.char_indices().map(|(at, _)| at).chain([text.len()]).find(|&edge| edge >= at);
        let start = around(self.span.start).unwrap_or(text.len());
        let end = around(self.span.end).unwrap_or(text.len()).max(start);
        let from = text[..start].char_indices().rev().nth(SHOWN - 1).map_or(0, |(at, _)| at);
        let to = text[end..].char_indices().nth(SHOWN).map_or(text.len(), |(at, _)| end + at);
        let before = format!("{}{}", if from > 0 { "..." } else { "" }, &text[from..start]);
        let after = if to < text.len() { "..." } else { "" };
        let line: String = format!("{before}{}{after}", &text[start..to]);
        let line = line.replace(char::is_control, " ");
        let marks = "^".repeat(text[start..end].chars().count().clamp(1, SHOWN));
        format!("{}\n  {line}\n  {}{marks}", self.message, " ".repeat(before.chars().count()))
    }
}

/// Characters of the expression that are shown on either side of its place.
const SHOWN: usize = 40;

impl fmt::Display for Operator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Logic(Logic::OrSite) => "||",
            Self::Logic(Logic::OrSample) => "|",
            Self::Logic(Logic::AndSite) => "&&",
            Self::Logic(Logic::AndSample) => "&",
            Self::Comparison(Comparison::Equal) => "=",
            Self::Comparison(Comparison::Unequal) => "!=",
            Self::Comparison(Comparison::Less) => "<",
            Self::Comparison(Comparison::LessOrEqual) => "<=",
            Self::Comparison(Comparison::Greater) => ">",
            Self::Comparison(Comparison::GreaterOrEqual) => ">=",
            Self::Like => "~",
            Self::Unlike => "!~",
            Self::Arithmetic(Arithmetic::Add) => "+",
            Self::Arithmetic(Arithmetic::Subtract) => "-",
            Self::Arithmetic(Arithmetic::Multiply) => "*",
            Self::Arithmetic(Arithmetic::Divide) => "/",
            Self::Arithmetic(Arithmetic::Modulo) => "%",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked() {
        assert_eq!(Problem::new(&(5..8), "no").show("QUAL DPx"), "no\n  QUAL DPx\n       ^^^");
        assert_eq!(Problem::new(&(3..3), "cut").show("é="), "cut\n  é=\n    ^");
        let long = format!("{}DP", "A".repeat(100));
        assert_eq!(
            Problem::new(&(100..102), "far").show(&long),
            format!("far\n  ...{}DP\n  {}^^", "A".repeat(40), " ".repeat(43))
        );
    }
}
