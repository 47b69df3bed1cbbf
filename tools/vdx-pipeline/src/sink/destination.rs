//! Where the bytes end up: a stream, or a file that has no name until it is complete.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use vdx_hts::atomic::{AtomicFile, Mode};
use vdx_hts::bgzf::StoredFrame;
use vdx_hts::index::IndexWriter;
use vdx_hts::{pipe, stdout};

pub(super) enum Destination {
    /// stdout, or something that is not a regular file, such as `/dev/null` or a FIFO.
    Stream(File),
    /// Renamed to the path when complete, removed otherwise.
    Temporary(AtomicFile),
}

impl Destination {
    /// Opens stdout for `None`; a file beside `path` where that is one, or nothing yet.
    pub(crate) fn open(path: Option<&Path>, mode: Mode) -> io::Result<Self> {
        Ok(match path {
            None => {
                let file = stdout::open()?;
                pipe::widen(&file);
                Self::Stream(file)
            }
            // A device or FIFO is written to: renamed over, /dev/null would be a file from then on.
            Some(path) if path.exists() && !path.is_file() => Self::Stream(File::options().write(true).open(path)?),
            Some(path) => Self::Temporary(AtomicFile::beside(path, mode)?),
        })
    }

    /// The file that has no name yet.
    pub(crate) fn unnamed(&self) -> Option<&Path> {
        match self {
            Self::Stream(_) => None,
            Self::Temporary(file) => Some(file.path()),
        }
    }

    pub(crate) fn file(&mut self) -> &mut File {
        match self {
            Self::Stream(file) => file,
            Self::Temporary(file) => file.file(),
        }
    }
}

/// A destination whose blocks the index is told of.
pub(super) struct Watched<'a> {
    pub file: &'a mut File,
    pub index: Option<&'a mut IndexWriter>,
}

impl Watched<'_> {
    /// Tells the index of a stored block with so many bytes of text, which goes out by [`Watched::file`].
    pub(crate) fn stored(&mut self, text: usize) {
        if let Some(index) = &mut self.index {
            index.block(text, text + StoredFrame::SIZE);
        }
    }
}

impl Write for Watched<'_> {
    /// Takes whole blocks.
    fn write(&mut self, blocks: &[u8]) -> io::Result<usize> {
        if let Some(index) = &mut self.index {
            index.blocks(blocks);
        }
        self.file.write_all(blocks)?;
        Ok(blocks.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}
