//! The pipeline as a whole: the same bytes however it runs, records put in order, damage told where it is.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod case;
mod copied;
mod damage;
mod data;
mod determinism;
mod failed;
mod index;
mod order;
mod stored;
