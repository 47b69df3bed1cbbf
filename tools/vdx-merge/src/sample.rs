//! A person's genotypes, from whichever file they come.
//!
//! [`open`] finds out what a file is. A raw file, whoever made it ([`vendors`]), is read line by line, by its
//! [`columns`], into a table in memory ([`raw`]). A VCF moves along with the ClinVar stream ([`feed`]). What both have is
//! told before the first record is matched: a build ([`build`]) and a sex ([`sex`]).

pub(crate) mod build;
pub(crate) mod call;
pub(crate) mod columns;
pub(crate) mod coverage;
pub(crate) mod feed;
pub(crate) mod format;
pub(crate) mod open;
pub(crate) mod raw;
pub(crate) mod sex;
pub(crate) mod vcf;
pub(crate) mod vendors;
