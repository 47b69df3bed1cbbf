//! Left-align, trim, split and check variants against the reference.
//!
//! Words become plain data ([`cli`]), and a run ([`commands`]) hands that to two places. Workers walk over chunks of
//! records ([`chunk`]), decide on each site alone ([`site`]) and keep, change or drop its record. Behind them, in the order
//! of the input, `--safe` chooses where a record stands ([`haplotype_guard`]), and the records of one POS are looked at
//! together ([`same_position`]).

pub mod check_ref;
pub mod chunk;
pub mod cli;
mod commands;
pub mod contigs;
pub mod counts;
pub mod haplotype_guard;
pub mod haplotypes;
pub mod multiallelics;
pub mod old_record;
pub mod record;
pub mod same_position;
pub mod site;
pub mod symbolic;
pub mod transcripts;

pub use cli::Args;
pub use commands::run;

/// The name of the tool.
pub const TOOL: &str = "vdx-normalize";
