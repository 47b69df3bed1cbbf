//! Filter expressions, `-i` and `-e`: read (`parse`), their names looked up in a header (`resolve`), and asked of each
//! record's text (`condition`).
//!
//! The language and what it means are bcftools' (its manual, "FILTERING EXPRESSIONS"); what is left out is an error that
//! names it.

use std::sync::Arc;

use vdx_vcf::{Header, Line};

mod condition;
mod genotype;
mod numbers;
mod parse;
mod pattern;
mod resolve;
mod syntax;
mod texts;
mod view;

pub use numbers::Stacks;

/// Which samples are asked for, in the order of the header.
type Mask = Arc<[bool]>;

/// An expression that can be read, of no file yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Expression {
    text: String,
    node: syntax::Node,
}

impl Expression {
    /// Reads an expression.
    ///
    /// # Errors
    /// What was expected, with the place marked below the expression.
    pub fn parse(text: &str) -> Result<Self, String> {
        let node = parse::parse(text).map_err(|problem| problem.show(text))?;
        Ok(Self { text: text.to_owned(), node })
    }
}

/// Which records of a file are worked on.
#[derive(Debug)]
pub struct Filter {
    condition: condition::Condition,
    exclude: bool,
    samples: usize,
}

impl Filter {
    /// Records of a file with `header` for which `expression` holds or, with `exclude`, does not.
    ///
    /// # Errors
    /// Tags that the header lacks, values that cannot be compared, with the place marked below the expression.
    pub fn new(expression: &Expression, exclude: bool, header: &Header) -> Result<Self, String> {
        let condition =
            resolve::condition(&expression.node, header).map_err(|problem| problem.show(&expression.text))?;
        Ok(Self { condition, exclude, samples: header.samples().len() })
    }

    /// Whether a record is worked on.
    ///
    /// # Errors
    /// What of the record cannot be compared.
    pub fn passes(&self, line: &Line, stacks: &mut Stacks) -> Result<bool, String> {
        let rest = line.rest().map_err(|error| error.to_string())?;
        let view = view::View { line, rest, samples: self.samples };
        stacks.numbers.clear();
        stacks.passing.clear();
        Ok(self.condition.holds(&view, stacks)? != self.exclude)
    }
}

#[cfg(test)]
mod tests;
