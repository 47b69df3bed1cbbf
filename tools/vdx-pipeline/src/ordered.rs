//! The ordered stage: what happens serially, in input order, between the workers and the sink.

use vdx_hts::error::{Error, Result};

use crate::output::{GIVEN_BACK_AT_ONCE, Output, Span};
use crate::sink::Sink;
use crate::threads::Threads;

mod by_position;
mod late;
mod same_position;
mod settle;

pub use by_position::ByPosition;
pub use settle::{Settle, Tied};

/// Takes the chunks' outputs in input order and writes them, at once or when their place is certain.
pub trait Order<N> {
    /// The next chunk's output. An error's line counts within the chunk, unless it is one of the input. Whatever is held back longer than this call
    /// must [`Output::release`] its permit.
    fn accept(&mut self, out: Output<N>, sink: &mut Sink) -> Result<()>;

    /// Called once, before the first output, where the run has threads: they can share the work of this stage.
    fn work_on(&mut self, _: &Threads) {}

    /// What there is to say about records since the last call, in their order; the lines of these are lines of the input
    /// ([`Error::at_input_line`]).
    fn warnings(&mut self) -> Vec<Error> {
        Vec::new()
    }

    /// The end of input: writes what is held. Whether the output ends well or as failed is the pipeline's to say.
    fn finish(&mut self, _sink: &mut Sink) -> Result<()> {
        Ok(())
    }
}

/// Writes every output as it comes; `note` takes each chunk's note in input order.
pub struct InOrder<F>(pub F);

impl<N, F: FnMut(&mut N) -> Result<()>> Order<N> for InOrder<F> {
    fn accept(&mut self, mut out: Output<N>, sink: &mut Sink) -> Result<()> {
        (self.0)(&mut out.note)?;
        write(&out, sink)
    }
}

/// Writes the spans of one output.
pub fn write<N>(out: &Output<N>, sink: &mut Sink) -> Result<()> {
    // Only bytes that still stand as they were read can take their compressed blocks along, or be written from there.
    span_by_span(out, |span| match out.origin(span) {
        Some(origin) => sink.write_kept(out.bytes(span), &origin),
        None => sink.write_records(out.bytes(span)),
    })
}

/// Gives out the bytes of one output, in pieces that end where what the worker handed out did: for a sink that writes
/// something else of them.
pub fn bytes<N>(out: &Output<N>, mut each: impl FnMut(&[u8]) -> Result<()>) -> Result<()> {
    span_by_span(out, |span| each(out.bytes(span)))
}

/// Has `each` span of the output written; what of it was on disk and is written does not stay in memory.
fn span_by_span<N>(out: &Output<N>, mut each: impl FnMut(&Span) -> Result<()>) -> Result<()> {
    let mut written = 0;
    for span in out.spans() {
        each(span)?;
        written += span.len();
        if written >= GIVEN_BACK_AT_ONCE {
            out.give_back();
            written = 0;
        }
    }
    Ok(())
}
