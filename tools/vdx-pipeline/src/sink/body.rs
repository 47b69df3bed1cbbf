//! What waits to be written: text as it is, or BGZF blocks.

use std::io::Write;
use std::sync::Arc;

use rayon::ThreadPool;
use vdx_hts::batch::SourceBlocks;
use vdx_hts::bgzf::EOF_BLOCK;
use vdx_hts::error::{Error, Result};

use super::Encoding;
use super::blocks::Blocks;
use super::destination::Watched;
use super::text::Text;

/// What waits to be written.
pub(super) enum Body {
    Plain(Text),
    Bgzf(Box<Blocks>),
}

impl Body {
    pub(crate) fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Plain => Self::Plain(Text::default()),
            Encoding::Bgzf(level) | Encoding::Bcf(level) => Self::Bgzf(Box::new(Blocks::new(level))),
        }
    }

    pub(crate) fn blocks(&self) -> Option<&Blocks> {
        match self {
            Self::Plain(_) => None,
            Self::Bgzf(blocks) => Some(blocks),
        }
    }

    /// Lets `pool` compress from now on.
    pub(crate) fn compress_on(&mut self, pool: &Arc<ThreadPool>) {
        if let Self::Bgzf(blocks) = self {
            blocks.compress_on(pool);
        }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8], file: &mut Watched) -> Result<()> {
        match self {
            Self::Bgzf(blocks) => blocks.write(bytes, file),
            Self::Plain(text) => text.write(bytes, file.file).map_err(|error| Error::io_unnamed(&error)),
        }
    }

    /// Appends bytes that stand at `at` in the decoded input, which came in `source`.
    pub(crate) fn write_kept(
        &mut self,
        bytes: &[u8],
        at: u64,
        source: SourceBlocks<'_>,
        file: &mut Watched,
    ) -> Result<()> {
        match self {
            Self::Bgzf(blocks) => blocks.write_kept(bytes, at, source, file),
            Self::Plain(_) => self.write(bytes, file),
        }
    }

    /// Writes all that is left, and what ends such a file.
    pub(crate) fn finish(&mut self, file: &mut Watched) -> Result<()> {
        let written = match self {
            Self::Plain(text) => text.finish(file.file),
            Self::Bgzf(blocks) => {
                blocks.finish(file)?;
                file.write_all(&EOF_BLOCK)
            }
        };
        written.and_then(|()| file.flush()).map_err(|error| Error::io_unnamed(&error))
    }
}
