//! VCF lines as bytes in, views and bytes out.
//!
//! Nothing here reads or writes files, and nothing copies what it does not change: a view is a few offsets over the
//! bytes of a line, and an edit hands out the untouched bytes as they came.

pub mod allele;
pub mod assembly;
pub mod atoms;
pub mod bcf;
pub mod columns;
mod consequences;
pub mod contig;
pub mod form;
pub mod header;
pub mod info;
pub mod join;
pub mod line;
mod number;
pub mod region;
pub mod remap;
pub mod split;
pub mod variant;

pub use columns::Columns;
pub use form::Form;
pub use header::Header;
pub use line::Line;
