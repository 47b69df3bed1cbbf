//! What a ClinVar record says about its allele, by whole words and never by parts of them.

pub(crate) mod record;
pub(crate) mod vocabulary;
