//! What an expression is asked of a record: conditions compare numbers and texts, and numbers may count the samples for
//! which a condition holds.

mod comparison;
pub(crate) mod condition;
pub(crate) mod genotype;
pub(crate) mod numbers;
mod reckon;
pub(crate) mod texts;
pub(crate) mod view;
