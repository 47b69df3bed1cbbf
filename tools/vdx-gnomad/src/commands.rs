//! A file for each subcommand, from its arguments to its last line.

pub mod annotate;
pub mod build;
pub mod info;
pub mod lookup;
