//! Taking in what a chunk asks: the input's contigs by number, its ALTs into the batch, indels where gnomAD has them.

use vdx_hts::Result;

use super::{Annotator, Known, Scratch};
use crate::query::batch::{Alts, Batch};
use crate::query::shift::{Shifted, Shifter, may_move};
use crate::source::Resolved;

impl<'a> Annotator<'a> {
    /// Takes the ALTs of one record into the batch.
    ///
    /// # Errors
    /// The contig is of another build; the FASTA cannot be read.
    pub(crate) fn ask<'c>(
        &self,
        scratch: &mut Scratch<'a>,
        batch: &mut Batch<'c>,
        (chrom, pos, reference, info): (&[u8], u32, &'c [u8], &'c [u8]),
        alts: impl Iterator<Item = &'c [u8]>,
    ) -> Result<Alts> {
        if scratch.contigs.get(scratch.last).is_none_or(|known| known.name != chrom) {
            scratch.last = self.contig(scratch, chrom)?;
        }
        let alts = batch.add(scratch.last, (pos, reference, info), alts);
        if let Some(shifter) = &mut scratch.shifter {
            align(shifter, &scratch.contigs[scratch.last], batch, pos, alts)?;
        }
        Ok(alts)
    }

    /// The number of a contig.
    fn contig(&self, scratch: &mut Scratch<'a>, chrom: &[u8]) -> Result<usize> {
        if let Some(&at) = scratch.numbers.get(chrom) {
            return Ok(at);
        }
        let length = self.lengths.get(chrom).copied();
        let resolved: Vec<Resolved> =
            self.sources.iter().map(|source| source.db.resolve(chrom, length)).collect::<Result<_>>()?;
        for ((source, resolved), contradiction) in self.sources.iter().zip(&resolved).zip(&self.contradictions) {
            if let (Resolved::Covered(at), Some(error)) = (resolved, contradiction)
                && !source.db.is_mitochondrial(*at)
            {
                return Err(error.clone());
            }
        }
        let fasta = scratch.shifter.as_ref().and_then(|shifter| shifter.contig(chrom, length));
        scratch.contigs.push(Known { name: chrom.to_vec(), resolved, fasta });
        scratch.numbers.insert(chrom.to_vec(), scratch.contigs.len() - 1);
        Ok(scratch.contigs.len() - 1)
    }
}

/// Moves the indels of a record on a contig to where gnomAD has them.
fn align(shifter: &mut Shifter<'_>, contig: &Known, batch: &mut Batch<'_>, pos: u32, alts: Alts) -> Result<()> {
    for slot in alts.slots() {
        let Some(variant) = batch.subject(slot).filter(may_move) else { continue };
        let Some(number) = contig.fasta else {
            match batch.aligned.no_contig.iter_mut().find(|(name, _)| *name == contig.name) {
                Some((_, count)) => *count += 1,
                None => batch.aligned.no_contig.push((contig.name.clone(), 1)),
            }
            continue;
        };
        match shifter.shift(number, &variant)? {
            Shifted::Stays => {}
            Shifted::To(to) => {
                batch.relocate(slot, &to);
                batch.aligned.moved += 1;
            }
            Shifted::RefDiffers => {
                batch.aligned.ref_differs += 1;
                batch.aligned.first.get_or_insert_with(|| (contig.name.clone(), pos));
            }
        }
    }
    Ok(())
}
