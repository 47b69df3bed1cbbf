//! A panic, which only a bug can cause, ends a run as any other failure does: with an error, and with an output that
//! nobody takes for whole. Without this a panicking job of the pool would end the process, or leave the run waiting for it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::error::{Error, Result};

/// What `work` returns, or the error that stands for its panic. What it has half changed must not be used again: the run
/// is over. What the panic said is not told: it may hold a person's data.
pub fn caught<T>(work: impl FnOnce() -> Result<T>) -> Result<T> {
    let bug = "internal error (a bug of vdx: please report it with the input that shows it)";
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| Err(Error::data(bug)))
}
