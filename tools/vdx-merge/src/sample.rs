//! A person's genotypes, from whichever file they come.
//!
//! [`open`] finds out what a file is. A raw file, whoever made it ([`vendors`]), is read line by line ([`reader`], by its
//! [`columns`]) into a table in memory ([`raw`]). A VCF moves along with the ClinVar stream ([`feed`]). What can be told
//! before the first record is matched is in [`build`], [`sex`] and [`inferred`].

pub mod archive;
pub mod build;
pub mod call;
pub mod columns;
pub mod feed;
pub mod format;
pub mod inferred;
pub mod names;
pub mod open;
pub mod raw;
pub mod reader;
pub mod sex;
pub mod vcf;
pub mod vendors;
