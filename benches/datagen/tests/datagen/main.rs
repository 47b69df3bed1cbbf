//! The generator's promises, checked on what the binary writes.

// Helpers of tests, not only the tests themselves, may stop at the first thing that is not as promised.
#![allow(clippy::unwrap_used)]

mod demo;
mod made;
mod nasty;
mod queries;
