//! Left-align, trim, split and check variants against the reference.
//!
//! Arguments ([`args`]) become plain data ([`plan`]); each site is decided on alone ([`site`]); the records of a chunk
//! are kept, changed or dropped accordingly ([`worker`]); [`run`] connects that with files.

pub mod args;
pub mod contigs;
pub mod fix;
pub mod haplotypes;
pub mod multiallelics;
pub mod note;
mod pass;
pub mod plan;
pub mod record;
mod run;
pub mod safe;
pub mod site;
pub mod span;
pub mod together;
pub mod transcripts;
pub mod worker;

pub use args::Args;
pub use run::run;

/// The name of the tool.
pub const TOOL: &str = "vdx-normalize";
