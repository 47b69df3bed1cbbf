//! Bytes in, chunks to workers, ordered bytes out: the one pipeline every tool runs on.

pub mod atomic;
pub mod batch;
pub mod bgzf;
mod caught;
mod checked;
pub mod cut;
pub mod error;
pub mod filter;
pub mod form;
pub mod input;
pub mod limits;
pub mod order;
pub mod out;
pub mod pipeline;
pub mod sink;
pub mod source;
pub mod stdout;
pub mod tabix;
mod turn;

pub use checked::ChunkLines;
pub use error::{Error, Kind, Result};
pub use filter::{Filter, Selection};
pub use input::{Input, Lines};
pub use limits::Limits;
pub use out::Out;
pub use pipeline::{Chunk, Done, Feed, Message, NoFeed, Run, Threads, Work};
pub use sink::{Encoding, Sink};
pub use vdx_vcf::Form;
