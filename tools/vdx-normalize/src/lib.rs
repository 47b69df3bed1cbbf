//! Left-align, trim, split and check variants against the reference.
//!
//! Words become plain data (`cli`), and a run (`commands`) hands that to two places. Workers walk over chunks of records
//! (`chunk`), decide on each site alone (`site`) and keep, change or drop its record. Behind them, in the order of the
//! input, `--safe` chooses where a record stands (`haplotype_guard`), and the records of one POS are looked at together
//! (`same_position`).
//!
//! ```
//! use clap::Parser;
//! use vdx_cli::Context;
//! use vdx_normalize::{Args, TOOL, run};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let folder = tempfile::tempdir()?;
//! let path = |name: &str| folder.path().join(name).to_string_lossy().into_owned();
//! std::fs::write(path("ref.fa"), ">1\nGGGCACACACAGG\n")?;
//! let header = "##fileformat=VCFv4.2\n##contig=<ID=1,length=13>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
//! std::fs::write(path("in.vcf"), format!("{header}1\t8\t.\tCAC\tC\t.\t.\t.\n"))?;
//!
//! // One repeat less: written as far to the left as it can be.
//! let words = [TOOL, "--no-version", "-f", &path("ref.fa"), "-o", &path("out.vcf"), &path("in.vcf")];
//! run(Args::try_parse_from(words)?, &Context::silent(TOOL))?;
//! assert_eq!(std::fs::read_to_string(path("out.vcf"))?, format!("{header}1\t3\t.\tGCA\tG\t.\t.\t.\n"));
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

mod check_ref;
mod chunk;
mod cli;
mod commands;
mod contigs;
mod counts;
mod haplotype_guard;
mod haplotypes;
mod multiallelics;
mod old_record;
mod record;
mod same_position;
mod site;
mod symbolic;
mod transcripts;

use vdx_cli::plan::{MIB, ToolCost};

pub use cli::Args;
pub use commands::run;

/// The name of the tool.
pub const TOOL: &str = "vdx-normalize";

/// What a run needs besides its chunks: a window of the reference for each worker is part of the scratch.
pub const COST: ToolCost = ToolCost::new(TOOL, 9 * MIB, 8 * MIB);
