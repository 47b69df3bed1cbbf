//! Filter expressions, `-i` and `-e`, as bcftools has them (its manual, "FILTERING EXPRESSIONS"); what is left out is an
//! error that names it.
//!
//! An expression is read once ([`Expression`], of no file yet), its names are looked up in a header ([`Filter`]), and each
//! record is asked by its text: only the fields that the expression names are looked for, numbers and samples lie on
//! [`Stacks`] that outlive the record, and nothing is allocated for one.
//!
//! ```
//! use vdx_filter::{Expression, Filter, Stacks};
//! use vdx_vcf::{Header, Line};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let header = Header::parse(
//!     b"##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
//! )?;
//! let rare = Expression::parse("QUAL>20 && AF<0.01")?;
//! let filter = Filter::new(&rare, false, &header)?;
//! let mut stacks = Stacks::default();
//! assert!(filter.passes(&Line::parse(b"1\t100\t.\tA\tC,T\t50\tPASS\tAF=0.2,0.001\n")?, &mut stacks)?);
//! assert!(!filter.passes(&Line::parse(b"1\t101\t.\tA\tG\t.\tPASS\tAF=0.001\n")?, &mut stacks)?);
//!
//! // What the header lacks is pointed at.
//! let misspelt = Filter::new(&Expression::parse("AFF<0.01")?, false, &header);
//! assert!(misspelt.is_err_and(|message| message.contains("is AF meant?\n  AFF<0.01\n  ^^^")));
//! # Ok(())
//! # }
//! ```
//!
//! Inside: `parse` makes `syntax` of the text, `resolve` makes a condition of that with the header at hand, and `evaluate`
//! asks it of a view of each record.

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

use std::sync::Arc;

use vdx_vcf::{Header, Line};

mod evaluate;
mod parse;
mod pattern;
mod resolve;
mod syntax;

use evaluate::condition::Condition;
pub use evaluate::numbers::Stacks;
use evaluate::view::View;

/// Which samples are asked for, in the order of the header.
type Mask = Arc<[bool]>;

/// The samples, where the file has any. Of a file without, as in bcftools, a field of samples is one of the record that
/// is not there.
fn there(samples: &Mask) -> Option<&Mask> {
    (!samples.is_empty()).then_some(samples)
}

/// What an expression may hold, for help texts.
pub const LANGUAGE: &str = "The language is that of bcftools: = != < <= > >= ~ !~, && || & |, + - * / %, ( ); CHROM POS ID \
    REF ALT QUAL FILTER TYPE N_ALT N_SAMPLES N_MISSING F_MISSING ILEN AC AN AF MAC MAF, INFO/TAG, FORMAT/TAG; GT=\"het\" \
    and the like; TAG[value], TAG[sample:value], TAG[sample:GT]; MAX MIN AVG MEDIAN STDEV SUM COUNT, for each sample sMAX \
    and so on; ABS STRLEN N_PASS F_PASS BINOM PHRED; ID=@FILE and TAG=@FILE for the words of a file, TAG[@FILE] for the \
    samples it names. Left out: fisher, perl";

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
    condition: Condition,
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
        let view = View { line, rest, samples: self.samples };
        stacks.numbers.clear();
        stacks.passing.clear();
        Ok(self.condition.holds(&view, stacks)? != self.exclude)
    }

    /// [`Filter::passes`] of a record that a tool has written, given as its line with or without line end.
    ///
    /// # Errors
    /// What of the record cannot be compared.
    pub fn takes(&self, record: &[u8], stacks: &mut Stacks) -> Result<bool, String> {
        self.passes(&Line::parse(record).map_err(|error| error.to_string())?, stacks)
    }
}

#[cfg(test)]
mod tests;
