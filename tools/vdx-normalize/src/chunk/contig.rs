//! From contig to contig: where the FASTA and the transcripts have the next one, and what was counted on the last one.

use vdx_hts::Result;
use vdx_hts::sorted::unsorted;

use super::Walk;
use crate::counts::{INPUT, Stretch};

/// What is known of the contig at hand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum InFasta {
    /// Nothing is compared with a FASTA.
    Unchecked,
    /// The FASTA has it, and the cursor stands on it.
    Found,
    /// The FASTA lacks it.
    Absent,
}

impl<'c> Walk<'_, '_, 'c> {
    /// Goes on with another contig, whose first record is at `pos`.
    pub(super) fn enter(&mut self, contig: &'c [u8], pos: u32) -> Result<()> {
        if self.left.contains(contig) {
            let error = unsorted(INPUT, (contig, pos), (self.contig, self.last));
            return Err(error.at_line(self.out.lines()));
        }
        self.leave();
        self.left.extend(Some(self.contig).filter(|contig| !contig.is_empty()));
        self.contig = contig;
        (self.first, self.last) = (pos, pos);
        self.index = self.out.contig(self.contig);
        let length = || self.worker.fasta.as_ref()?.contigs.length(self.contig);
        self.transcripts = self.worker.transcripts.as_ref().and_then(|all| all.on(self.contig, length()));
        self.in_fasta = InFasta::Unchecked;
        if self.worker.steps.check.is_some()
            && let Some(fasta) = &self.worker.fasta
        {
            self.in_fasta = match (fasta.contigs.find(self.contig), &mut self.scratch.cursor) {
                (Some(index), Some(cursor)) => {
                    cursor.select(index);
                    InFasta::Found
                }
                _ => InFasta::Absent,
            };
        }
        Ok(())
    }

    /// Notes what was counted on the contig at hand.
    pub(crate) fn leave(&mut self) {
        if !self.contig.is_empty() {
            let counts = std::mem::take(&mut self.counts);
            let stretch = Stretch { contig: self.contig.to_vec(), first: self.first, last: self.last, counts };
            self.out.note.stretches.push(stretch);
        }
    }
}
