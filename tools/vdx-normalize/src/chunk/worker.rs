//! The work of a run on a chunk of records, and what each thread keeps for it.

use std::sync::Arc;

use vdx_genome::align::Aligner;
use vdx_genome::{Cursor, Reference};
use vdx_hts::Result;
use vdx_pipeline::output::Output;
use vdx_pipeline::{Chunk, Work};
use vdx_vcf::Header;
use vdx_vcf::alleles::{Rewriter, Splits};
use vdx_vcf::bcf::Encoder;

use crate::contigs::Contigs;
use vdx_filter::{Filter, Stacks};

use super::{Steps, Walk, bcf};
use crate::counts::Note;
use crate::record::Room;
use crate::transcripts::Transcripts;

/// The reference and the VCF's contigs in it.
pub(crate) struct Fasta<'a> {
    /// The FASTA.
    pub(crate) reference: &'a Reference,
    /// Where the VCF's contigs are in it.
    pub(crate) contigs: Contigs<'a>,
}

/// The work of a run, shared by all threads.
pub(crate) struct Worker<'a> {
    /// What is to be done.
    pub(crate) steps: Steps,
    /// Whether the records of one POS are looked at together behind the workers.
    pub(crate) same_position: bool,
    /// Which records are worked on.
    pub(crate) filter: Option<Arc<Filter>>,
    /// Where indels go to the right.
    pub(crate) transcripts: Option<Transcripts>,
    /// Of the input.
    pub(crate) header: &'a Arc<Header>,
    /// Where the steps need one.
    pub(crate) fasta: Option<Fasta<'a>>,
}

/// What one thread keeps from chunk to chunk.
pub(crate) struct Scratch<'a> {
    pub(crate) cursor: Option<Cursor<'a>>,
    pub(crate) aligner: Aligner,
    pub(crate) rewriter: Rewriter,
    pub(crate) splits: Splits,
    /// For what becomes of a record, after its REF was set right, and for one of its atoms.
    pub(crate) new: Room,
    pub(crate) fixed: Room,
    pub(crate) atom: Room,
    /// A BCF record as a line.
    pub(crate) text: Vec<u8>,
    /// A line that becomes a BCF record.
    pub(crate) line: Vec<u8>,
    pub(crate) encoder: Encoder,
    pub(crate) stacks: Stacks,
}

impl<'a> Work for Worker<'a> {
    type Scratch = Scratch<'a>;
    type Side = ();
    type Note = Note;

    fn takes_bcf(&self) -> bool {
        bcf::knows(self)
    }

    fn scratch(&self) -> Result<Scratch<'a>> {
        let Steps { overlaps, keep_sum, ref numbers, force, .. } = self.steps;
        Ok(Scratch {
            cursor: self.fasta.as_ref().map(|fasta| fasta.reference.cursor()),
            aligner: Aligner::default(),
            rewriter: Rewriter::new(self.header, numbers, force),
            splits: Splits::new(overlaps, keep_sum),
            new: Room::default(),
            fixed: Room::default(),
            atom: Room::default(),
            text: Vec::new(),
            line: Vec::new(),
            encoder: Encoder::new(),
            stacks: Stacks::default(),
        })
    }

    fn process(&self, scratch: &mut Scratch<'a>, chunk: &Chunk<()>, out: &mut Output<Note>) -> Result<()> {
        let bcf = chunk.form().dictionaries().map(Arc::as_ref);
        let mut walk = Walk::new(self, scratch, out, bcf);
        match bcf {
            None => {
                let mut lines = chunk.lines();
                while let Some((line, range)) = walk.next_of(&mut lines)? {
                    walk.record(&line, range)?;
                }
            }
            Some(dictionaries) => {
                let mut from = 0;
                for record in chunk.form().records(chunk.records()) {
                    let range = from..from + record.len();
                    from = range.end;
                    walk.bcf(dictionaries, record, range)?;
                }
            }
        }
        walk.leave();
        Ok(())
    }
}
