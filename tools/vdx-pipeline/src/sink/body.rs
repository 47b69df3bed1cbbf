//! What waits to be written: text as it is, or BGZF blocks, packed or stored.

use std::io::Write;
use std::sync::Arc;

use rayon::ThreadPool;
use vdx_hts::bgzf::EOF_BLOCK;
use vdx_hts::error::{Error, Result};

use super::Encoding;
use super::blocks::Blocks;
use super::destination::Watched;
use super::stored::Stored;
use super::text::Text;
use crate::output::Origin;

/// What waits to be written.
pub(super) enum Body {
    Plain(Text),
    Bgzf(Box<Blocks>),
    Stored(Stored),
}

impl Body {
    pub(crate) fn new(encoding: Encoding) -> Self {
        match encoding {
            Encoding::Plain => Self::Plain(Text::default()),
            Encoding::Bgzf(Some(0)) | Encoding::Bcf(Some(0)) => Self::Stored(Stored::default()),
            Encoding::Bgzf(level) | Encoding::Bcf(level) => Self::Bgzf(Box::new(Blocks::new(level))),
        }
    }

    /// How many input blocks went out as they came in.
    pub(crate) fn copied(&self) -> u64 {
        match self {
            Self::Plain(_) | Self::Stored(_) => 0,
            Self::Bgzf(blocks) => blocks.copied(),
        }
    }

    /// The threads that share the work.
    pub(crate) fn pool(&self) -> Option<&Arc<ThreadPool>> {
        match self {
            Self::Plain(_) => None,
            Self::Bgzf(blocks) => blocks.pool(),
            Self::Stored(stored) => stored.pool(),
        }
    }

    /// Lets `pool` compress from now on.
    pub(crate) fn compress_on(&mut self, pool: &Arc<ThreadPool>) {
        match self {
            Self::Plain(_) => {}
            Self::Bgzf(blocks) => blocks.compress_on(pool),
            Self::Stored(stored) => stored.work_on(pool),
        }
    }

    /// Appends bytes.
    pub(crate) fn write(&mut self, bytes: &[u8], file: &mut Watched) -> Result<()> {
        match self {
            Self::Bgzf(blocks) => blocks.write(bytes, file),
            Self::Stored(stored) => stored.write(bytes, file),
            Self::Plain(text) => text.write(bytes, file.file).map_err(|error| Error::io_unnamed(&error)),
        }
    }

    /// Appends bytes that come from `origin`.
    pub(crate) fn write_kept(&mut self, bytes: &[u8], origin: &Origin<'_>, file: &mut Watched) -> Result<()> {
        match (self, origin.batch) {
            (Self::Bgzf(blocks), _) => blocks.write_kept(bytes, origin.at, origin.source, file),
            (Self::Stored(stored), Some((batch, from))) => stored.write_kept(batch, from..from + bytes.len(), file),
            (body, _) => body.write(bytes, file),
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
            Self::Stored(stored) => {
                stored.finish(file)?;
                file.write_all(&EOF_BLOCK)
            }
        };
        written.and_then(|()| file.flush()).map_err(|error| Error::io_unnamed(&error))
    }
}
