//! One file for each subcommand: from its arguments to files in and files out.

pub(crate) mod convert;
pub(crate) mod diff;
pub(crate) mod r#match;
pub(crate) mod report;
pub(crate) mod shards;
