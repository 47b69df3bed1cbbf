//! Answers as they are written: into a VCF, into a table, into the counts of a run.

pub mod table;
pub mod totals;
pub mod vcf;
