//! The reference that `-f` names, under the contig names of the ClinVar stream.

use std::collections::HashMap;

use vdx_genome::Reference;
use vdx_vcf::Header;
use vdx_vcf::contig::resolve;

/// A reference and how the stream calls its contigs.
pub(crate) struct Genome {
    reference: Reference,
    lengths: HashMap<Vec<u8>, u64>,
}

impl Genome {
    /// `header` is the stream's; where it tells lengths of contigs, they keep different sequences apart.
    pub(crate) fn new(reference: Reference, header: &Header) -> Self {
        let lengths =
            header.contigs().iter().filter_map(|contig| Some((contig.name.clone(), contig.length?))).collect();
        Self { reference, lengths }
    }

    /// The FASTA.
    pub(crate) fn reference(&self) -> &Reference {
        &self.reference
    }

    /// The index in the FASTA of the contig that the stream calls `name`.
    pub(crate) fn find(&self, name: &[u8]) -> Option<usize> {
        resolve(name, self.lengths.get(name).copied(), self.reference.contigs())
    }
}
