//! Answers as they are written: into a VCF, into a table, into the counts of a run.

pub(crate) mod layout;
pub(crate) mod parquet;
pub(crate) mod rows;
pub(crate) mod table;
pub(crate) mod totals;
pub(crate) mod vcf;
