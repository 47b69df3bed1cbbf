//! VCF lines as bytes in, views and bytes out.
//!
//! Nothing here reads or writes files, and nothing copies what it does not change: a view is a few offsets over the
//! bytes of a line, and an edit hands out the untouched bytes as they came.
//!
//! ```
//! use std::sync::Arc;
//!
//! use vdx_vcf::{Header, Line, info};
//! use vdx_vcf::alleles::{Alleles, Map, Overlaps, Rewriter};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let header = Arc::new(Header::parse(
//!     b"##INFO=<ID=AF,Number=A,Type=Float,Description=\"\">\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n",
//! )?);
//! let line = Line::parse(b"1\t100\t.\tA\tC,AT\t50\tPASS\tDB;AF=0.20,1e-3\n")?;
//! assert_eq!((line.chrom(), line.pos(), line.alt()), (&b"1"[..], 100, &b"C,AT"[..]));
//! assert_eq!(info::value(line.rest()?.info, b"AF"), Some(&b"0.20,1e-3"[..]));
//!
//! // INFO of the second ALT alone: its value as it was written.
//! let mut out = Vec::new();
//! let mut second = Map::new(Alleles::one_of(1, 2, Overlaps::Reference));
//! let mut rewriter = Rewriter::new(&header, &[], false);
//! let fields = rewriter.read(line.rest()?.info, None, 3, None)?;
//! rewriter.info(&mut second, &fields, &mut out)?;
//! assert_eq!(out, b"DB;AF=1e-3");
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

pub mod allele;
pub mod alleles;
pub mod assembly;
pub mod bcf;
mod cells;
pub mod columns;
pub mod contig;
mod digits;
pub mod extent;
pub mod form;
pub mod header;
pub mod info;
pub mod line;
pub mod region;
pub mod variant;

pub use cells::{Cell, Cells, Dialect};
pub use columns::{Columns, Mended};
pub use digits::write_number;
pub use extent::Extent;
pub use form::Form;
pub use header::Header;
pub use line::Line;
