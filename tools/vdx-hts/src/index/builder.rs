//! What an index is made of, gathered from the records of a sorted VCF in file order: of a file that is read, or of one
//! that is being written.
//!
//! The bins are made here because `noodles_csi`'s indexer tells a CSI bin only of the records that start in it: a look-up
//! behind the start of a long record would miss it (`loffset`, CSIv1 specification).

use std::collections::BTreeMap;

use noodles_bgzf::VirtualPosition;
use noodles_csi::binning_index::index::Header;
use noodles_csi::binning_index::index::header::{Builder, ReferenceSequenceNames};
use noodles_csi::binning_index::index::reference_sequence::bin::Chunk;
use noodles_csi::binning_index::index::reference_sequence::index::BinnedIndex;
use noodles_csi::binning_index::index::reference_sequence::{Bin, Metadata};
use noodles_csi::binning_index::index::{Index, ReferenceSequence};
use vdx_vcf::Form;
use vdx_vcf::bcf::Dictionaries;

use super::IndexKind;
use super::bins::{SHIFT, bin_of, windows_of};
use crate::error::{Error, Result};
use crate::records::Records as _;
use crate::sorted::Sorted;

/// No record reached this window.
const UNSET: u64 = u64::MAX;

/// An index in one of the two formats.
pub(super) enum Built {
    /// `.tbi`
    Tbi(noodles_tabix::Index),
    /// `.csi`
    Csi(noodles_csi::Index),
}

impl Built {
    /// Its format.
    pub(crate) fn kind(&self) -> IndexKind {
        match self {
            Self::Tbi(_) => IndexKind::Tbi,
            Self::Csi(_) => IndexKind::Csi,
        }
    }
}

/// The index of the records so far. Offsets are virtual ones, or any others that grow alike and are mapped at the end.
pub(super) struct IndexBuilder {
    kind: IndexKind,
    contigs: Vec<Contig>,
    sorted: Sorted,
    /// A record was beyond what the format can hold.
    too_long: bool,
}

struct Contig {
    name: Vec<u8>,
    /// Start and end of the runs of records in each bin.
    bins: BTreeMap<usize, Vec<(u64, u64)>>,
    /// For each window of 2^14 bases where the first record that reaches it starts.
    linear: Vec<u64>,
    records: u64,
}

impl IndexKind {
    /// How many levels of bins: what tabix has, or enough for 2^32 bases.
    fn depth(self) -> u8 {
        match self {
            Self::Tbi => 5,
            Self::Csi => 6,
        }
    }
}

impl IndexBuilder {
    pub(crate) fn new(kind: IndexKind) -> Self {
        Self { kind, contigs: Vec::new(), sorted: Sorted::new("the records"), too_long: false }
    }

    /// Whether a record was refused because the format ends before it.
    pub(crate) fn is_too_long(&self) -> bool {
        self.too_long
    }

    pub(super) fn kind(&self) -> IndexKind {
        self.kind
    }

    /// Takes the next record, which starts at offset `start` and ends before `end`; header lines are passed over.
    ///
    /// # Errors
    /// Not a record, not sorted, or beyond what the format can hold.
    pub(super) fn add(&mut self, form: &Form, record: &[u8], start: u64, end: u64) -> Result<()> {
        if record.starts_with(b"#") {
            return Ok(());
        }
        self.add_extent(form.extent(record)?, start, end)
    }

    /// Takes the next record by its contig, POS and last base, 1-based; it starts at offset `start` and ends before `end`.
    ///
    /// # Errors
    /// Not sorted, or beyond what the format can hold.
    pub(crate) fn add_extent(&mut self, (chrom, pos, last): (&[u8], u32, u64), start: u64, end: u64) -> Result<()> {
        let depth = self.kind.depth();
        if (last.max(1) - 1) >> (SHIFT + 3 * depth) > 0 {
            self.contig(chrom, pos)?;
            self.too_long = true;
            // Contigs of some plants and amphibians are longer, no human one is.
            let message = "a tabix index ends at base 2^29; make a CSI index: -W=csi, or bcftools index -c";
            return Err(Error::data(message).at_locus(chrom, pos.into()));
        }
        let contig = self.contig(chrom, pos)?;
        let first = u64::from(pos).max(1) - 1;
        let last = last.max(1) - 1;
        contig.records += 1;
        let runs = contig.bins.entry(bin_of(first, last, depth)).or_default();
        match runs.last_mut().filter(|run| run.1 == start) {
            Some(run) => run.1 = end,
            None => runs.push((start, end)),
        }
        let windows = (first >> SHIFT) as usize..(last >> SHIFT) as usize + 1;
        if contig.linear.len() < windows.end {
            contig.linear.resize(windows.end, UNSET);
        }
        contig.linear[windows].iter_mut().filter(|offset| **offset == UNSET).for_each(|offset| *offset = start);
        Ok(())
    }

    /// The contig of a record, which must stand in order.
    fn contig(&mut self, chrom: &[u8], pos: u32) -> Result<&mut Contig> {
        if self.sorted.enter(chrom, pos)? {
            let (bins, linear) = (BTreeMap::new(), Vec::new());
            self.contigs.push(Contig { name: chrom.to_vec(), bins, linear, records: 0 });
        }
        match self.contigs.last_mut() {
            Some(contig) => Ok(contig),
            None => Err(Error::data("internal error: an index without contigs")),
        }
    }

    /// The index of a BCF file, whose contigs go by their numbers.
    pub(super) fn finish_bcf(self, dictionaries: &Dictionaries, virtual_of: impl Fn(u64) -> u64) -> Built {
        let depth = self.kind.depth();
        let number = |contig: &Contig| dictionaries.contig_number(&contig.name);
        let mut contigs: BTreeMap<u32, Contig> =
            self.contigs.into_iter().filter_map(|contig| Some((number(&contig)?, contig))).collect();
        let mut contig = |number: u32| {
            let none = || ReferenceSequence::new(Default::default(), Default::default(), None);
            contigs.remove(&number).map_or_else(none, |contig| contig.csi(depth, &virtual_of))
        };
        let contigs = (0..dictionaries.n_contigs() as u32).map(&mut contig).collect();
        Built::Csi(index(depth, None, contigs))
    }

    /// The index, each offset that [`IndexBuilder::add`] was given turned into a virtual one.
    pub(super) fn finish(self, virtual_of: impl Fn(u64) -> u64) -> Built {
        let names: ReferenceSequenceNames = self.contigs.iter().map(|contig| contig.name.as_slice().into()).collect();
        let header = Builder::vcf().set_reference_sequence_names(names).build();
        let depth = self.kind.depth();
        match self.kind {
            IndexKind::Tbi => {
                let contig = |contig: &Contig| {
                    let linear = contig.linear(&virtual_of).into_iter().map(VirtualPosition::from).collect();
                    contig.rows(linear, &virtual_of)
                };
                Built::Tbi(index(depth, Some(header), self.contigs.iter().map(contig).collect()))
            }
            IndexKind::Csi => {
                let contigs = self.contigs.iter().map(|contig| contig.csi(depth, &virtual_of));
                Built::Csi(index(depth, Some(header), contigs.collect()))
            }
        }
    }
}

fn index<I>(depth: u8, header: Option<Header>, contigs: Vec<ReferenceSequence<I>>) -> Index<I>
where
    I: noodles_csi::binning_index::index::reference_sequence::Index,
{
    let mut index = Index::builder().set_min_shift(SHIFT).set_depth(depth);
    if let Some(header) = header {
        index = index.set_header(header);
    }
    index.set_reference_sequences(contigs).set_unplaced_unmapped_record_count(0).build()
}

impl Contig {
    /// The linear index; a window that no record reaches has the offset of the one before.
    fn linear(&self, virtual_of: &impl Fn(u64) -> u64) -> Vec<u64> {
        let mut last = self.linear.iter().copied().find(|&offset| offset != UNSET).map_or(0, virtual_of);
        let offset = |&offset: &u64| {
            if offset != UNSET {
                last = virtual_of(offset);
            }
            last
        };
        self.linear.iter().map(offset).collect()
    }

    /// The rows of a CSI index.
    fn csi(&self, depth: u8, virtual_of: &impl Fn(u64) -> u64) -> ReferenceSequence<BinnedIndex> {
        let linear = self.linear(virtual_of);
        let window = |bin: usize| windows_of(bin, depth).map_or(0, |windows| windows.start);
        let first = |bin: usize| linear[window(bin).min(linear.len() - 1)];
        let firsts = self.bins.keys().map(|&bin| (bin, VirtualPosition::from(first(bin)))).collect();
        self.rows(firsts, virtual_of)
    }

    /// The bins beside `linear`. Runs that share a block become one, as in htslib.
    fn rows<I>(&self, linear: I, virtual_of: &impl Fn(u64) -> u64) -> ReferenceSequence<I>
    where
        I: noodles_csi::binning_index::index::reference_sequence::Index,
    {
        let (mut first, mut last) = (u64::MAX, 0);
        let mut bin = |(&id, runs): (&usize, &Vec<(u64, u64)>)| {
            let mut merged: Vec<(u64, u64)> = Vec::new();
            for (start, end) in runs.iter().map(|&(start, end)| (virtual_of(start), virtual_of(end))) {
                (first, last) = (first.min(start), last.max(end));
                // A reader inflates whole blocks: a gap within one saves it nothing.
                match merged.last_mut().filter(|run| run.1 >> 16 >= start >> 16) {
                    Some(run) => run.1 = end,
                    None => merged.push((start, end)),
                }
            }
            let chunk = |(start, end)| Chunk::new(VirtualPosition::from(start), VirtualPosition::from(end));
            (id, Bin::new(merged.into_iter().map(chunk).collect()))
        };
        let bins = self.bins.iter().map(&mut bin).collect();
        let about = Metadata::new(first.into(), last.into(), self.records, 0);
        ReferenceSequence::new(bins, linear, Some(about))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_out_of_order_are_both_named() {
        let add = |lines: &[&str]| {
            let mut rows = IndexBuilder::new(IndexKind::Csi);
            lines.iter().try_for_each(|line| rows.add(&Form::Text, line.as_bytes(), 0, 1)).unwrap_err().to_string()
        };
        let error = add(&["1\t20\t.\tA\tC\t.\t.\t.\n", "1\t19\t.\tA\tC\t.\t.\t.\n"]);
        assert!(error.starts_with("1:19: ") && error.contains("behind 1:20;"), "{error}");
        let error = add(&["1\t2\t.\tA\tC\t.\t.\t.\n", "2\t3\t.\tA\tC\t.\t.\t.\n", "1\t4\t.\tA\tC\t.\t.\t.\n"]);
        assert!(error.starts_with("1:4: ") && error.contains("behind 2:3 although 1 was there before"), "{error}");
    }

    #[test]
    fn what_a_tabix_index_cannot_hold_is_refused() {
        let line = b"1\t536870913\t.\tA\tC\t.\t.\t.\n";
        assert!(
            IndexBuilder::new(IndexKind::Tbi).add(&Form::Text, line, 0, 1).unwrap_err().to_string().contains("-W=csi")
        );
        assert!(IndexBuilder::new(IndexKind::Csi).add(&Form::Text, line, 0, 1).is_ok());
    }
}
