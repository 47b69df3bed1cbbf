//! A person's genotypes, from whichever file they come.

pub mod about;
pub mod ancestry;
pub mod archive;
pub mod build;
pub mod call;
pub mod circle;
pub mod columns;
pub mod decodeme;
pub mod feed;
pub mod ftdna;
pub mod generic;
pub mod illumina;
pub mod myheritage;
pub mod names;
pub mod open;
pub mod raw;
pub mod reader;
pub mod sex;
#[path = "sample/vendors/twenty_three_and_me.rs"]
pub mod twenty_three_and_me;
pub mod vcf;
pub mod vcf_sex;
pub mod vendor;
pub mod window;
