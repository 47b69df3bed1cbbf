//! What is reckoned with values that were laid down: it knows neither what an expression asks for ([`Numbers`]) nor
//! conditions, so that these two, of which each may hold the other, are two files and no more.
//!
//! [`Numbers`]: super::numbers::Numbers

pub(super) mod arithmetic;
pub(super) mod binomial;
pub(super) mod counts;
pub(super) mod format;
pub(super) mod reduce;
pub(super) mod value;

/// How many values a row has, and whether each sample has a row. Without values a width of 0 means that the field is not
/// there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    /// Values.
    pub(crate) width: usize,
    /// A row for each sample.
    pub(crate) by_sample: bool,
}
