//! One file for each subcommand: from its arguments to files in and files out.

pub mod r#match;
pub mod report;
pub mod shards;
