//! Bytes in, chunks to workers, ordered bytes out: the one pipeline every tool runs on.

pub mod error;
pub mod limits;

pub use error::{Error, Kind, Result};
pub use limits::Limits;
