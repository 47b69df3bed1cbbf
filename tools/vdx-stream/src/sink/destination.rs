//! Where the bytes end up: a stream, or a file that has no name until it is complete.

use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::tabix::Growing;

pub(super) enum Destination {
    /// stdout, or something that is not a regular file, such as `/dev/null` or a FIFO.
    Stream(File),
    /// Renamed to the path when complete, removed otherwise.
    Temporary(NamedTempFile, PathBuf),
}

const PIPE_SIZE: usize = 1 << 20;

impl Destination {
    /// Opens stdout for `None`; a file beside `path` where that is one, or nothing yet.
    pub fn open(path: Option<&Path>) -> io::Result<Self> {
        Ok(match path {
            None => {
                let owned = io::stdout().as_fd().try_clone_to_owned()?;
                // Best effort: only a pipe has a size to set, and a larger one means fewer switches.
                rustix::pipe::fcntl_setpipe_size(&owned, PIPE_SIZE).ok();
                Self::Stream(File::from(owned))
            }
            Some(path) if path.exists() && !path.is_file() => Self::Stream(File::options().write(true).open(path)?),
            Some(path) => {
                // Through a symbolic link the file it names is replaced, not the link.
                let path = if path.exists() { path.canonicalize()? } else { path.to_owned() };
                let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let temporary = tempfile::Builder::new()
                    .prefix(&format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy()))
                    .suffix(".tmp")
                    .permissions(Permissions::from_mode(0o666))
                    .tempfile_in(directory);
                Self::Temporary(temporary?, path)
            }
        })
    }

    /// The file that has no name yet.
    pub fn unnamed(&self) -> Option<&Path> {
        match self {
            Self::Stream(_) => None,
            Self::Temporary(file, _) => Some(file.path()),
        }
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(file) => file.write(bytes),
            Self::Temporary(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(file) => file.flush(),
            Self::Temporary(file, _) => file.flush(),
        }
    }
}

/// A destination whose blocks the index is told of.
pub(super) struct Watched<'a> {
    pub file: &'a mut Destination,
    pub index: Option<&'a mut Growing>,
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
