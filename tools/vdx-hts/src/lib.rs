//! Files and containers: BGZF, gzip and plain text read in blocks, indexes of all kinds, files that have no name until they
//! are complete. What a run does with the bytes is `vdx-pipeline`'s.
//!
//! Every reader tells packed from plain by content and damage from an end; every file is complete or not there; an index is
//! found, checked, or made once, whatever its kind:
//!
//! ```
//! use vdx_hts::atomic::{self, Mode};
//! use vdx_hts::index::{Cursor, Kept, Options, open};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let folder = tempfile::tempdir()?;
//! let path = folder.path().join("sites.vcf.gz");
//! let header = "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
//! let records = "1\t100\t.\tA\tC\t.\t.\t.\n1\t250\ta\tG\tT\t.\t.\t.\n1\t250\tb\tG\tGT\t.\t.\t.\n";
//! let blocks = vdx_testkit::bgzf(format!("{header}{records}").as_bytes(), 60);
//! atomic::write(&path, Mode::Usual, &blocks)?;
//!
//! // The file has no index yet: it gets one, beside it.
//! let opened = open(&path, &Options::default())?;
//! assert_eq!(opened.kept, Kept::Written(folder.path().join("sites.vcf.gz.tbi")));
//! let contig = opened.indexed.index.contig(b"1").ok_or("no contig 1")?;
//! let mut found = Vec::new();
//! Cursor::new().lines_at(&opened.indexed, contig, 250, |line| {
//!     found.push(String::from_utf8_lossy(line).into_owned());
//!     Ok(())
//! })?;
//! assert_eq!(found.concat(), records[records.find("1\t250").unwrap_or(0)..]);
//! # Ok(())
//! # }
//! ```

#![warn(unreachable_pub, reason = "what only this crate uses is not `pub`")]

pub mod aside;
pub mod atomic;
pub mod batch;
pub mod bgzf;
pub mod caught;
pub mod error;
pub mod index;
pub mod memory;
pub mod pipe;
pub mod records;
pub mod reorder;
pub mod sorted;
pub mod source;
pub mod spill;
pub mod stdout;

pub use error::{Error, Kind, Result};

/// The stack of a thread, in bytes: enough for inflating, deflating and the tools' shallow calls. The default of 8 MB would
/// count against `ulimit -v`.
pub const THREAD_STACK: usize = 1 << 20;
