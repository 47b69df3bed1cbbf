//! Outputs that are settled on the worker threads, each with the records before it that its first ones may be tied with.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use vdx_hts::caught::caught;
use vdx_hts::error::{Error, Result};
use vdx_hts::reorder::Reorder;
use vdx_vcf::Form;

use super::{Held, Settler};
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
pub(super) struct Jobs<S> {
    threads: Threads,
    idle: Arc<Mutex<Vec<Settler<S>>>>,
    sender: Sender<(u64, Result<Settled>)>,
    receiver: Receiver<(u64, Result<Settled>)>,
    order: Reorder<Result<Settled>>,
    bytes: usize,
}

impl<S: Settle> Jobs<S> {
    pub(super) fn new(threads: &Threads) -> Self {
        let (sender, receiver) = channel();
        let (idle, order) = (Arc::default(), Reorder::default());
        Self { threads: threads.clone(), idle, sender, receiver, order, bytes: 0 }
    }

    /// Bytes of the outputs under way.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Has `out` settled, of `len` bytes and without the records of its last POS; `before` are those at the last POS before
    /// it. Who has nothing to do does it, or a `new` one. What there is comes out by [`Jobs::write_next`].
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
        let (sender, number, all_idle) = (self.sender.clone(), self.order.issue(), Arc::clone(&self.idle));
        self.threads.spawn(move || {
            let settled = caught(|| {
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
                lock(&all_idle).push(settler);
                Ok(Settled { records, warnings, bytes })
            });
            // Its memory is free before what became of it is told.
            drop(out);
            // Nobody receives once the run has failed.
            sender.send((number, settled)).ok();
        });
    }

    /// Waits for the oldest output and writes it.
    pub(super) fn write_next(&mut self, sink: &mut Sink, warnings: &mut Vec<Error>) -> Result<()> {
        let mut settled = loop {
            if let Some(settled) = self.order.next_in_order() {
                break settled?;
            }
            let received =
                self.receiver.recv().map_err(|_| Error::data("internal error: a settled output was lost"))?;
            self.order.arrive(received.0, received.1);
        };
        self.bytes -= settled.bytes;
        warnings.append(&mut settled.warnings);
        sink.write_records(&settled.records)
    }

    /// Those that settled, when nothing is under way any more.
    pub(super) fn into_settles(self) -> Vec<S> {
        std::mem::take(&mut *lock(&self.idle)).into_iter().map(|settler| settler.settle).collect()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
