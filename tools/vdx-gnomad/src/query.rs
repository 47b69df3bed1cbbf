//! Questions of variants and what a source answers: a chunk's questions in one sweep over the records in their place.

pub mod alleles;
pub mod annotator;
pub mod batch;
pub mod covered;
pub mod look_up;
pub mod scan;
pub mod shift;
pub mod wrong_length;
