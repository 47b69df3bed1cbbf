//! The one pipeline: a reader, workers, and a serial stage that cuts, orders and writes.
//!
//! The reader is a plain thread that fills batches as permits allow. The calling thread is the serial stage: it joins
//! batches into chunks, orders what comes back and writes it. Everything that costs time runs on the pool between the
//! two - inflating, the tool's work, deflating - and nothing on the pool waits for anything. With one thread the same
//! stages run as a plain loop. What is cut, processed and written never depends on how many threads there are.

use vdx_hts::error::Result;

use crate::input::Input;
use crate::limits::Limits;
use crate::message::Message;
use crate::ordered::Order;
use crate::sink::Sink;
use crate::work::{Feed, Work};

mod sequential;
mod serial;
mod threaded;

/// One run: everything between an opened input and a complete output.
pub struct Run<'a, W: Work, F, O> {
    /// Its header is consumed already.
    pub input: Input,
    /// Written first: the edited header, as text whatever the output.
    pub prologue: &'a [u8],
    /// What is done to each chunk.
    pub work: &'a W,
    /// The second input, or [`NoFeed`](crate::NoFeed).
    pub feed: F,
    /// How outputs follow each other.
    pub order: O,
    /// Where they go.
    pub sink: Sink,
    /// What may be used.
    pub limits: &'a Limits,
    /// Gets warnings and step-downs.
    pub report: &'a (dyn Fn(Message) + Sync),
}

/// What a run came to.
#[derive(Debug)]
pub struct Done<O> {
    /// The ordered stage with all that it gathered.
    pub order: O,
    /// Input records.
    pub records: u64,
    /// Chunks they came in.
    pub chunks: u64,
    /// Worker threads that ran; 0 where the calling thread did all.
    pub workers: usize,
    /// BGZF blocks of the input that went out as they came in.
    pub copied_blocks: u64,
}

impl<'a, W: Work, F: Feed<W::Side>, O: Order<W::Note>> Run<'a, W, F, O> {
    /// Runs to the end. On an error the output is taken back or marked unfinished, and the error is the first one in
    /// input order, whatever the threads did.
    pub fn go(self) -> Result<Done<O>> {
        let limits = self.limits.beside(self.input.header_bytes);
        let run: Run<'_, W, F, O> = Run { limits: &limits, ..self };
        if limits.threads > 1
            && let Some(crew) = threaded::Crew::muster(limits.threads, run.report)
        {
            return threaded::run(run, crew);
        }
        sequential::run(run)
    }
}
