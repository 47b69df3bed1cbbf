//! vdx-gnomad as a user runs it: on real slices of gnomAD's releases, and on files made here.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod builds;
mod covered;
mod formats;
mod golden;
mod lists;
mod made;
mod names;
mod oracle;
mod order;
mod own;
mod real;
mod scores;
mod shift;
mod sources;
mod store;
mod support;
mod together;
mod words;
