//! A person's genotypes against ClinVar, with verdicts.

pub mod clinvar;
pub mod evidence;
pub mod genome;
pub mod matching;
pub mod sample;
pub mod table;
pub mod verdict;
