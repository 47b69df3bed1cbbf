//! Who makes raw genotype files, and how each is told from the others.
//!
//! A [`Vendor`](vendor::Vendor) is plain data; each has a file of its own, and [`table`] lists them all. [`detect`] tells
//! the maker of a file from its [`start`].

mod ancestry;
pub(crate) mod chip;
mod circledna;
mod decodeme;
pub(crate) mod detect;
mod dnaland;
mod ftdna;
pub(crate) mod generic;
pub(crate) mod genesforgood;
mod illumina;
mod livingdna;
mod mapmygenome;
mod mofang;
mod myheritage;
mod plink;
mod sano;
mod selfdecode;
pub(crate) mod start;
pub(crate) mod table;
pub(crate) mod tellmegen;
pub(crate) mod twenty_three_and_me;
pub(crate) mod vendor;
