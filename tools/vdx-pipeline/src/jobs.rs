//! Work of the serial stage that the worker threads do; what it comes to is taken in order.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};

use rayon::ThreadPool;
use vdx_hts::caught::caught;
use vdx_hts::error::{Error, Result};
use vdx_hts::reorder::Reorder;

/// Work under way, and what came of work that is done.
pub(crate) struct Jobs<T> {
    pool: Arc<ThreadPool>,
    sender: Sender<(u64, Result<T>)>,
    receiver: Receiver<(u64, Result<T>)>,
    results: Reorder<Result<T>>,
    at_once: u64,
}

impl<T: Send + 'static> Jobs<T> {
    pub(crate) fn on(pool: &Arc<ThreadPool>) -> Self {
        let (sender, receiver) = channel();
        // The plan of memory counts as many groups of blocks (`base` in `vdx-cli/src/plan/budget.rs`).
        let at_once = pool.current_num_threads() as u64 + 2;
        Self { pool: Arc::clone(pool), sender, receiver, results: Reorder::default(), at_once }
    }

    pub(crate) fn pool(&self) -> &Arc<ThreadPool> {
        &self.pool
    }

    /// Has `work` done behind all that was asked for before.
    pub(crate) fn spawn(&mut self, work: impl FnOnce() -> T + Send + 'static) {
        let (sender, number) = (self.sender.clone(), self.results.issue());
        self.pool.spawn(move || {
            // Who asked is gone only when the run has failed: nobody waits for the result then.
            sender.send((number, caught(|| Ok(work())))).ok();
        });
    }

    /// Puts what is done already behind all that was asked for before.
    pub(crate) fn put(&mut self, done: T) {
        let number = self.results.issue();
        self.results.arrive(number, Ok(done));
    }

    /// Whether as much is under way as may be.
    pub(crate) fn is_full(&self) -> bool {
        self.results.under_way() >= self.at_once
    }

    /// Waits for the next result in order; `None` where nothing is under way.
    pub(crate) fn next(&mut self) -> Result<Option<T>> {
        if self.results.under_way() == 0 {
            return Ok(None);
        }
        loop {
            if let Some(result) = self.results.next_in_order() {
                return result.map(Some);
            }
            let received = self.receiver.recv().map_err(|_| Error::data("internal error: a job was lost"))?;
            self.results.arrive(received.0, received.1);
        }
    }
}
