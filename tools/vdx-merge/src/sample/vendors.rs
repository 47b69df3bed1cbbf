//! Who makes raw genotype files, and how each is told from the others.
//!
//! A [`Vendor`](vendor::Vendor) is plain data; each has a file of its own, and [`table`] lists them all. [`detect`] tells
//! the maker of a file from its [`start`].

mod ancestry;
pub mod chip;
mod circledna;
mod decodeme;
pub mod detect;
mod dnaland;
mod ftdna;
pub mod generic;
pub mod genesforgood;
mod illumina;
mod livingdna;
mod mapmygenome;
mod mofang;
mod myheritage;
mod plink;
mod sano;
mod selfdecode;
pub mod start;
pub mod table;
pub mod tellmegen;
pub mod twenty_three_and_me;
pub mod vendor;
