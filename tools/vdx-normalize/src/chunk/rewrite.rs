//! Records whose alleles change: what is listed by allele follows them.

use vdx_hts::{Error, Result};
use vdx_vcf::alleles::{FieldError, Lists, Map};

use super::Walk;
use crate::counts::Reason;
use crate::record::{Record, Room};

impl Walk<'_, '_, '_> {
    /// Writes INFO and the samples of `old` by `map` to `room`. With the letters of its `alleles`, consequences follow them.
    pub(super) fn rewrite(
        &mut self,
        old: &Record,
        map: &mut Map,
        alleles: Option<&[&[u8]]>,
        room: &mut Room,
    ) -> Result<()> {
        let Room { info, samples, .. } = room;
        info.clear();
        samples.clear();
        let rewriter = &mut self.scratch.rewriter;
        let mut write = || {
            rewriter.info(map, old.rest.info, old.rest.samples, alleles, info)?;
            old.rest.samples.map_or(Ok(()), |old| rewriter.samples(map, old, samples))
        };
        write().map_err(|error| self.list_error(old, &error))?;
        self.count_lists();
        Ok(())
    }

    /// The error for a field that cannot be divided.
    fn list_error(&self, record: &Record, error: &FieldError) -> Error {
        let advice = if error.wrong_length { "; --force leaves such a field out" } else { "" };
        self.error(format!("{error}{advice}")).at_locus(record.chrom, u64::from(record.pos))
    }

    /// Counts fields that were left out and lists that nobody declares, once for each record read.
    fn count_lists(&mut self) {
        let Lists { dropped, undeclared } = self.scratch.rewriter.lists();
        let number = self.out.lines();
        if dropped.len() + undeclared.len() == 0 || std::mem::replace(&mut self.listed, number) == number {
            return;
        }
        for tag in dropped {
            self.counts.add(Reason::TagDropped);
            *self.out.note.tags.entry(tag).or_default() += 1;
        }
        for list in undeclared {
            self.counts.add(Reason::of_undeclared(list.1));
            *self.out.note.undeclared.entry(list).or_default() += 1;
        }
    }
}
