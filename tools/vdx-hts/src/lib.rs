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
pub mod source;
pub mod spill;
pub mod stdout;

pub use error::{Error, Kind, Result};

/// The stack of a thread, in bytes: enough for inflating, deflating and the tools' shallow calls. The default of 8 MB would
/// count against `ulimit -v`.
pub const THREAD_STACK: usize = 1 << 20;
