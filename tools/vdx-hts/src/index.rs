//! Looking records up by position in a BGZF-compressed VCF (tabix and CSI indexes, SAM specification, section 5).
//!
//! [`open()`] finds the index of a file, checks that it belongs to it, or builds one. A [`Cursor`] then gives out the
//! lines at one position after the other: it walks on where the next position is near, and where an index window is
//! large it looks at how blocks start, so that a look-up inflates one or two of them however dense the file is.

mod bins;
mod blocks;
mod builder;
pub mod cache;
mod check;
mod counts;
mod cursor;
mod find;
mod make;
mod offsets;
mod regions;
mod search;
#[cfg(test)]
mod testing;
mod text;
mod walk;
mod writer;

pub use blocks::BgzfFile;
pub use cursor::Cursor;
pub use find::open_as;
pub use find::{Indexed, Kept, Opened, Options, find_index, open, read_header, read_top};
pub use offsets::{Contig, Index};
pub use regions::RegionReader;
pub use walk::Effort;
pub use writer::IndexWriter;

/// The format of an index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IndexKind {
    /// CSI, for contigs of any length.
    Csi,
    /// tabix, for contigs of up to 2^29 bases.
    Tbi,
}

impl IndexKind {
    /// What the index is called behind the name of its file.
    #[must_use]
    pub fn suffix(self) -> &'static str {
        match self {
            Self::Csi => ".csi",
            Self::Tbi => ".tbi",
        }
    }
}
