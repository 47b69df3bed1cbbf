//! What a ClinVar record says about its allele, by whole words and never by parts of them.

pub mod record;
pub mod vocabulary;
