//! What a tool brings along: the work on a chunk, and a second input where it has one.

use vdx_hts::error::Result;
use vdx_vcf::{Columns, Form};

use crate::columns::ChunkLines;
use crate::message::Message;
use crate::output::Output;
use crate::threads::Threads;

/// Whole records of the input, and the slice of a second input that goes with them.
pub struct Chunk<'a, S> {
    pub(crate) records: &'a [u8],
    pub(crate) form: &'a Form,
    pub(crate) columns: Option<Columns>,
    pub(crate) side: &'a S,
}

impl<'a, S> Chunk<'a, S> {
    /// Whole records, lines with their line ends; never header lines.
    pub fn records(&self) -> &'a [u8] {
        self.records
    }

    /// The lines one by one, where the records are text of a VCF.
    pub fn lines(&self) -> ChunkLines<'a> {
        ChunkLines::new(self.records, self.columns)
    }

    /// What the records are: text, but for [`Work::takes_bcf`]. What goes out has this form, too.
    pub fn form(&self) -> &'a Form {
        self.form
    }

    /// This chunk's slice of the second input; `()` where there is none.
    pub fn side(&self) -> &'a S {
        self.side
    }
}

/// What a tool does to a chunk, on any thread.
pub trait Work: Sync {
    /// What one worker thread keeps from chunk to chunk: open files, windows, buffers.
    type Scratch: Send;
    /// A slice of a second input; `()` for none.
    type Side: Send + Sync;
    /// What a chunk tells the ordered stage.
    type Note: Send + Default + 'static;

    /// Made once by each worker thread.
    fn scratch(&self) -> Result<Self::Scratch>;

    /// Whether chunks may be BCF, where input and output are. Others get text, and what they write is turned over.
    fn takes_bcf(&self) -> bool {
        false
    }

    /// Turns the chunk's records into `out`. An error's line counts from 1 within the chunk.
    fn process(
        &self,
        scratch: &mut Self::Scratch,
        chunk: &Chunk<Self::Side>,
        out: &mut Output<Self::Note>,
    ) -> Result<()>;
}

/// A second input that moves along with the first.
pub trait Feed<S> {
    /// The slice for these records of `form`; called in input order. May block on its own file.
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<S>;

    /// The end of the first input: what is wrong with the rest of this one fails the run, too. What there is to tell of
    /// it goes to `report`.
    fn finish(&mut self, _report: &(dyn Fn(Message) + Sync)) -> Result<()> {
        Ok(())
    }

    /// Called once, before the first slice, where the run has threads: an input can be read ahead on them.
    fn work_on(&mut self, _: &Threads) {}
}

/// No second input.
pub struct NoFeed;

impl Feed<()> for NoFeed {
    fn slice(&mut self, _: &[u8], _: &Form) -> Result<()> {
        Ok(())
    }
}
