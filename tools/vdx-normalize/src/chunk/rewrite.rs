//! Records whose alleles change: what is listed by allele follows them.

use vdx_hts::{Error, Result};
use vdx_vcf::alleles::{FieldError, Fields, Lists, Map};

use super::Walk;
use crate::counts::Reason;
use crate::record::{Record, Room};

impl Walk<'_, '_, '_> {
    /// Reads the fields of a record of so many alleles, REF counted; with their letters, consequences follow them.
    pub(super) fn fields<'r>(
        &mut self,
        record: &Record<'r>,
        alleles: usize,
        letters: Option<&[&[u8]]>,
    ) -> Result<Fields<'r>> {
        let read = self.scratch.rewriter.read(record.rest.info, record.rest.samples, alleles, letters);
        let fields = read.map_err(|error| self.list_error(record, &error))?;
        self.count_lists();
        Ok(fields)
    }

    /// Writes the `fields` of `old` by `map` to `room`.
    pub(super) fn rewrite(&mut self, old: &Record, fields: &Fields, map: &mut Map, room: &mut Room) -> Result<()> {
        self.rewrite_info(old, fields, map, room)?;
        room.samples.clear();
        let written = self.scratch.rewriter.samples(map, fields, &mut room.samples);
        written.map_err(|error| self.list_error(old, &error))
    }

    /// The same of INFO alone.
    pub(super) fn rewrite_info(&mut self, old: &Record, fields: &Fields, map: &mut Map, room: &mut Room) -> Result<()> {
        room.info.clear();
        let written = self.scratch.rewriter.info(map, fields, &mut room.info);
        written.map_err(|error| self.list_error(old, &error))
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
