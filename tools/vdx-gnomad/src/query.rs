//! Questions of variants and what a source answers: a chunk's questions in one sweep over the records in their place.

pub(crate) mod annotator;
pub(crate) mod batch;
pub(crate) mod look_up;
pub(crate) mod settings;
pub(crate) mod shift;
pub(crate) mod words;
