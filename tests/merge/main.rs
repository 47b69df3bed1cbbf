//! `vdx-merge match` and `report` as a whole: what is planted is found, what is wrong is refused, and nobody's genotypes
//! leak.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod convert;
mod diff;
mod planted;
mod raw_files;
mod refused;
mod support;
mod vcf_samples;
mod verdicts;
