//! Bytes in, chunks to workers, ordered bytes out: the one pipeline every tool runs on.
//!
//! A tool says what is done to a chunk ([`Work`]) and how chunks follow each other ([`ordered::Order`]); reading, threads, order,
//! damage and the end of the output are the pipeline's. `examples/snvs.rs` is a whole tool of 40 lines; here is its heart:
//!
//! ```
//! use vdx_hts::Result;
//! use vdx_hts::atomic::Mode;
//! use vdx_pipeline::input::Options;
//! use vdx_pipeline::ordered::InOrder;
//! use vdx_pipeline::{Chunk, Encoding, Input, Limits, NoFeed, Output, Run, Sink, Work};
//!
//! /// Keeps records with a FILTER of PASS.
//! struct Passed;
//!
//! impl Work for Passed {
//!     type Scratch = ();
//!     type Side = ();
//!     type Note = ();
//!
//!     fn scratch(&self) -> Result<()> {
//!         Ok(())
//!     }
//!
//!     fn process(&self, (): &mut (), chunk: &Chunk<()>, out: &mut Output<()>) -> Result<()> {
//!         let mut lines = chunk.lines();
//!         while let Some((line, range)) = lines.next(out)? {
//!             if line.rest()?.filter == b"PASS" {
//!                 out.keep(range);
//!             }
//!         }
//!         Ok(())
//!     }
//! }
//!
//! # fn main() -> std::result::Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let (from, to) = (folder.path().join("in.vcf"), folder.path().join("out.vcf"));
//! let header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
//! std::fs::write(&from, format!("{header}1\t5\t.\tA\tC\t.\tPASS\t.\n1\t9\t.\tG\tT\t.\tq10\t.\n"))?;
//!
//! let mut input = Input::open(Some(&from), Options::default())?;
//! let prologue = input.read_vcf_header()?.to_bytes();
//! let sink = Sink::open(Some(&to), Encoding::Plain, Mode::Usual, "passed")?;
//! let order = InOrder(|(): &mut ()| Ok(()));
//! let (limits, report) = (Limits { threads: 2, permits: 4, ..Limits::default() }, |_| {});
//! let run = Run { input, prologue: &prologue, work: &Passed, feed: NoFeed, order, sink, limits: &limits, report: &report };
//! assert_eq!(run.go()?.records, 2);
//! assert_eq!(std::fs::read_to_string(&to)?, format!("{header}1\t5\t.\tA\tC\t.\tPASS\t.\n"));
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

mod chunker;
mod columns;
mod convert;
pub mod input;
mod jobs;
mod left_out;
pub mod limits;
mod message;
pub mod ordered;
pub mod output;
pub mod regions;
pub mod run;
pub mod sink;
mod threads;
mod work;
mod worker;

pub use columns::ChunkLines;
pub use input::{Input, Lines};
pub use limits::Limits;
pub use message::Message;
pub use output::Output;
pub use regions::{RegionFilter, Selection};
pub use run::{Done, Run};
pub use sink::{Encoding, Sink};
pub use threads::Threads;
pub use vdx_vcf::Form;
pub use work::{Chunk, Feed, NoFeed, Work};
