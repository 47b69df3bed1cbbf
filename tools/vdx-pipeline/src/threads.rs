//! The worker threads of a run, lent to whoever has work that can be shared.

use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};

/// The worker threads of a run.
#[derive(Clone)]
pub struct Threads(pub(crate) Arc<rayon::ThreadPool>);

impl Threads {
    /// What `each` makes of 0, 1, ... `count - 1`, in that order. `each` gets a value of `scratch` that other calls
    /// may have had before. The caller waits, and does not work itself.
    pub fn map<S, T: Send>(
        &self,
        count: usize,
        scratch: impl Fn() -> S + Sync + Send,
        each: impl Fn(&mut S, usize) -> T + Sync + Send,
    ) -> Vec<T> {
        self.0.install(|| (0..count).into_par_iter().map_init(scratch, each).collect())
    }
}
