//! Questions of variants and what a source answers: a chunk's questions in one sweep over the records in their place.

pub mod annotator;
pub mod batch;
pub mod look_up;
pub mod settings;
pub mod shift;
