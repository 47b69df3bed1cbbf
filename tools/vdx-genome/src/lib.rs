//! The reference genome: a FASTA read in small windows, and what is decided by looking at it.
//!
//! [`Reference`] is opened once and shared; every worker reads it through a [`Cursor`] of its own. What is computed on
//! bases - trimming, left-alignment, placement ranges, agreement with REF - are functions over anything that gives out
//! bases ([`Bases`]), so they are tested on strings.

pub mod align;
pub mod bases;
pub mod fai;
pub mod gzi;
pub mod index;
pub mod place;
pub mod reference;
pub mod storage;

pub use bases::Bases;
pub use reference::{Cursor, Reference};
