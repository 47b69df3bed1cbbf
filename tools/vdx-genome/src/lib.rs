//! The reference genome: a FASTA read in small windows, and what is decided by looking at it.
//!
//! [`Reference`] is opened once and shared; every worker reads it through a [`Cursor`] of its own. What is computed on
//! bases - trimming, left-alignment, placement ranges, agreement with REF - are functions over anything that gives out
//! bases ([`Bases`]), so they are tested on strings.
//!
//! ```
//! use vdx_genome::Reference;
//! use vdx_genome::align::Aligner;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("ref.fa");
//! std::fs::write(&path, ">1\nGGGCACACAC\nAGG\n")?;
//! let (reference, _warnings) = Reference::open(&path, None)?;
//! let mut contig = reference.cursor();
//!
//! // CAC>C at POS 8 is one repeat less: the same haplotype as GCA>G at POS 3, as far to the left as it goes.
//! let mut aligner = Aligner::default();
//! let aligned = aligner.align(8, &[b"CAC", b"C"], &mut contig)?.ok_or("in its normal form already")?;
//! assert_eq!((aligned.pos, &aligned.alleles[..]), (3, &[b"GCA".to_vec(), b"G".to_vec()][..]));
//!
//! // The same on letters in memory.
//! assert!(aligner.align(3, &[b"GCA", b"G"], &mut &b"GGGCACACACAGG"[..])?.is_none());
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

pub mod align;
mod bases;
mod fai;
mod gzi;
mod index;
pub mod place;
mod reference;
mod storage;

pub use bases::Bases;
pub use reference::{Cursor, Reference};
