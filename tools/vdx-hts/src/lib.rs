//! Files and containers: BGZF, gzip and plain text read in blocks, indexes of all kinds, files that have no name until they
//! are complete. What a run does with the bytes is `vdx-pipeline`'s.

pub mod atomic;
pub mod batch;
pub mod bgzf;
pub mod caught;
pub mod error;
pub mod index;
pub mod records;
pub mod reorder;
pub mod sorted;
pub mod source;
pub mod stdout;

pub use error::{Error, Kind, Result};
