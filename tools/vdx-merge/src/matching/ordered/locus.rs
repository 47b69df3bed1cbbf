//! One position: what all its records together say about build and strand.

use vdx_vcf::contig::MT;

use crate::matching::bases::Bases;
use crate::matching::concordance::Concordance;
use crate::matching::notes::{Evidence, Observation};
use crate::sample::raw::RawTable;

/// A position while its records come in.
#[derive(Debug)]
pub(crate) struct Locus {
    /// The number of the contig in the stream.
    pub(crate) contig: u32,
    /// 1-based.
    pub(crate) pos: u32,
    /// REF and every ALT of a substitution.
    pub(crate) alleles: Bases,
    chromosome: u8,
    /// The first row here that calls letters.
    row: Option<u32>,
    ref_agrees: Option<bool>,
}

impl Locus {
    /// A position that nothing is known about.
    pub(crate) fn new(contig: u32, chromosome: u8, pos: u32) -> Self {
        Self { contig, pos, alleles: Bases::default(), chromosome, row: None, ref_agrees: None }
    }

    /// Takes in one of its records.
    pub(crate) fn add(
        &mut self,
        substitution: Option<(u8, u8)>,
        observations: &[Observation],
        table: Option<&RawTable>,
        ref_agrees: Option<bool>,
    ) {
        if let Some((reference, alt)) = substitution {
            self.alleles = self.alleles.with(reference).with(alt);
        }
        self.ref_agrees = self.ref_agrees.or(ref_agrees);
        let Some(table) = table else { return };
        let here = |row: u32| {
            let row = table.row(row);
            row.pos == self.pos && row.chromosome == self.chromosome && row.call.letters().is_some()
        };
        self.row = self.row.or_else(|| {
            observations.iter().find_map(|observations| match observations.evidence {
                Evidence::Row(row) if here(row) => Some(row),
                _ => None,
            })
        });
    }

    /// Adds what the complete locus says.
    pub(crate) fn count(&self, table: Option<&RawTable>, concordance: &mut Concordance) {
        if let (Some(row), Some(table)) = (self.row, table) {
            let call = table.row(row).call;
            if table.either_strand() {
                concordance.add_call_of_either_strand(self.chromosome, call, self.alleles);
            } else {
                concordance.add_call(self.chromosome, call, self.alleles);
            }
        }
        if let Some(agrees) = self.ref_agrees.filter(|_| self.chromosome != MT) {
            concordance.add(agrees);
        }
    }
}
