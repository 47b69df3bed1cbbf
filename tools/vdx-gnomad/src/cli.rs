//! The words of the command line, and what they mean as plain data. Nothing below knows them but [`commands`](crate::commands).

pub(crate) mod args;
pub(crate) mod plan;
