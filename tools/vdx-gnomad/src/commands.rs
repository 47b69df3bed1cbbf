//! A file for each subcommand, from its arguments to its last line.

pub(crate) mod annotate;
pub(crate) mod build;
pub(crate) mod info;
pub(crate) mod lookup;
