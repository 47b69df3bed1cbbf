//! The whole tool on a small reference and a VCF, in this process.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod alleles;
mod declared;
mod local;
mod named;
mod run;
mod world;
