//! A raw file as a VCF: its rows with REF from a FASTA, `I` and `D` as the alleles of a file of sites.
//!
//! The sites are read first ([`sites`]): which alleles can a row of `I` or `D` mean? With `--all-sites` they wait on disk
//! meanwhile ([`all_sites`]). Then it is gathered what stands on each contig, in the FASTA's order ([`contigs`]), cut into
//! [`pieces`] and made records of ([`records`]), by several threads ([`threads`]).

pub(crate) mod all_sites;
pub(crate) mod contigs;
pub(crate) mod pieces;
pub(crate) mod records;
pub(crate) mod sites;
pub(crate) mod tally;
pub(crate) mod threads;
