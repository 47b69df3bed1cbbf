//! Bytes in, chunks to workers, ordered bytes out: the one pipeline every tool runs on.

pub mod batch;
pub mod bgzf;
pub mod error;
pub mod limits;
pub mod source;

pub use error::{Error, Kind, Result};
pub use limits::Limits;
