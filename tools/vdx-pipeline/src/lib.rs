//! Bytes in, chunks to workers, ordered bytes out: the one pipeline every tool runs on.

pub mod chunker;
mod columns;
mod convert;
pub mod input;
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
