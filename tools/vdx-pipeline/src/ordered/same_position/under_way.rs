//! Outputs that are settled on the worker threads, each with the records before it that its first ones may be tied with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use vdx_hts::error::{Error, Result};
use vdx_vcf::Form;

use super::{Held, Settler};
use crate::jobs::Jobs;
use crate::ordered::settle::Settle;
use crate::output::Output;
use crate::sink::Sink;
use crate::threads::Threads;

/// What became of an output.
struct Settled {
    /// The records that go out.
    records: Vec<u8>,
    warnings: Vec<Error>,
    /// Of the output and the records before it.
    bytes: usize,
}

/// The outputs under way.
pub(super) struct UnderWay<S> {
    idle: Arc<Mutex<Vec<Settler<S>>>>,
    jobs: Jobs<Result<Settled>>,
    bytes: usize,
}

impl<S: Settle> UnderWay<S> {
    pub(super) fn on(threads: &Threads) -> Self {
        Self { idle: Arc::default(), jobs: Jobs::on(&threads.0), bytes: 0 }
    }

    /// Bytes of the outputs under way.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Has `out` settled, of `len` bytes and without the records of its last POS; `before` are those at the last POS before
    /// it. Who has nothing to do does it, or a `new` one. What there is comes out by [`UnderWay::write_next`].
    pub(super) fn settle<N: Send + 'static>(
        &mut self,
        mut before: Held,
        out: Output<N>,
        len: usize,
        form: Form,
        new: impl FnOnce() -> Settler<S>,
    ) {
        let bytes = before.records.len() + len;
        self.bytes += bytes;
        let mut settler = lock(&self.idle).pop().unwrap_or_else(new);
        let idle = Arc::clone(&self.idle);
        // The output goes with the job: its memory is free before what became of it is told.
        self.jobs.spawn(move || {
            let mut records = Vec::with_capacity(bytes);
            let write = &mut |settled: &[u8]| {
                records.extend_from_slice(settled);
                Ok(())
            };
            for span in out.spans() {
                let (contig, lines) = (out.contig_name(span.contig), out.lines_of(span));
                settler.run(&mut before, contig, span, lines, out.bytes(span), &form, write)?;
            }
            settler.flush(&mut before, &form, write)?;
            let warnings = settler.settle.warnings();
            lock(&idle).push(settler);
            Ok(Settled { records, warnings, bytes })
        });
    }

    /// Waits for the oldest output and writes it.
    pub(super) fn write_next(&mut self, sink: &mut Sink, warnings: &mut Vec<Error>) -> Result<()> {
        let Some(settled) = self.jobs.next()? else { return Ok(()) };
        let mut settled = settled?;
        self.bytes -= settled.bytes;
        warnings.append(&mut settled.warnings);
        sink.write_records(&settled.records)
    }

    /// Those that settled, when nothing is under way any more.
    pub(super) fn into_settles(self) -> Vec<S> {
        std::mem::take(&mut *lock(&self.idle)).into_iter().map(|settler| settler.settle).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
