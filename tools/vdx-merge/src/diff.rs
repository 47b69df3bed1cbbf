//! What changed between two tables of findings: another ClinVar, or another file of the same person.
//!
//! Both tables are read whole ([`rows`]), compared by variation and allele whatever their order ([`compare`]), and the
//! changes written as text, as a table ([`write`]) and as a page ([`page`]).

pub(crate) mod compare;
pub(crate) mod page;
pub(crate) mod rows;
pub(crate) mod write;
