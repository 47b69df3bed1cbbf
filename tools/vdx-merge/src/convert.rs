//! A raw file as a VCF: its rows with REF from a FASTA, `I` and `D` as the alleles of a file of sites.
//!
//! The sites are read first ([`sites`]): which alleles can a row of `I` or `D` mean? Then the rows are written, contig by
//! contig in the FASTA's order ([`records`]).

pub(crate) mod records;
pub(crate) mod sites;
