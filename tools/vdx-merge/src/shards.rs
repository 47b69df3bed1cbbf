//! Sorted parts of one file, merged back into one.
//!
//! Every shard is looked at first ([`survey`]: kind, header, first record), the headers are united ([`united`]), the
//! order of contigs is settled ([`contigs`]), then records are merged by place ([`merge`], [`cursor`]) without a change
//! to their bytes: lines in a text output, BCF records in a BCF output. Only shards of the other form are turned over.

pub(crate) mod contigs;
pub(crate) mod cursor;
pub(crate) mod layout;
pub(crate) mod list;
pub(crate) mod merge;
pub(crate) mod survey;
mod united;
