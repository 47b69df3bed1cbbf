//! A file of a store while it is made. Its bytes have no name where the file system has such files, so that nothing of them is
//! left however the process ends; an empty file beside it, which is locked, tells other builds that it is being made.

use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use vdx_cli::alloc::{TempGuard, register_temp};
use vdx_hts::atomic::{AtomicFile, Mode};
use vdx_hts::{Error, Result};

use super::folder::part;
use super::lock::{Locked, lock};

/// A file that is there under its name when it is complete, and not before.
pub(super) struct Temp {
    file: AtomicFile,
    /// Removes it when a signal or refused memory ends the run, where it has a name already.
    _guard: TempGuard,
    /// Behind the file, which has its name before another build may make it.
    _mark: Option<Mark>,
}

impl Temp {
    /// The place where `target` is made, empty.
    ///
    /// # Errors
    /// It cannot be made, or another process is making the file.
    pub(super) fn new(target: &Path) -> Result<Self> {
        let failed = |error: std::io::Error| Error::io(target.display().to_string(), &error);
        let mark = Mark::new(target)?;
        let file = AtomicFile::beside(target, Mode::Usual).map_err(failed)?;
        let guard = register_temp(file.path());
        Ok(Self { file, _guard: guard, _mark: mark })
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// They cannot be written.
    pub(super) fn write_all(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        self.file.write_all(bytes)
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// It cannot be written to the disk or named.
    pub(super) fn name(mut self) -> std::io::Result<()> {
        // A store is built once and read for years: its name must not outlive its bytes if the machine goes down now.
        self.file.file().sync_all()?;
        self.file.persist()
    }
}

/// Tells other builds that a file is being made. What a killed build leaves of it is empty, and taken by the next.
struct Mark {
    path: PathBuf,
    /// Its lock goes with it.
    _file: File,
    _guard: TempGuard,
}

impl Mark {
    /// `None` where files cannot be locked: builds that make the same file then all do.
    fn new(target: &Path) -> Result<Option<Self>> {
        let path = part(target);
        let open = |path: &Path| File::options().create(true).truncate(false).write(true).mode(0o600).open(path);
        let locked = lock(&path, open).map_err(|error| Error::io(path.display().to_string(), &error))?;
        match locked {
            Locked::Ours(file) => {
                let guard = register_temp(&path);
                Ok(Some(Self { path, _file: file, _guard: guard }))
            }
            Locked::Refused(..) => {
                // Best effort: it says nothing.
                fs::remove_file(&path).ok();
                Ok(None)
            }
            Locked::Taken => {
                let message = "another vdx-gnomad build is writing this file; let it end and run this again, which keeps what is complete";
                Err(Error::data(message).in_file(target.display().to_string()))
            }
        }
    }
}

impl Drop for Mark {
    fn drop(&mut self) {
        // Best effort: what is left is taken by the next build.
        fs::remove_file(&self.path).ok();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_by_one_and_there_when_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let names = || {
            let entries = fs::read_dir(folder.path()).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
            names.sort();
            names
        };
        let target = folder.path().join("chr1.vdxg");
        let mut first = Temp::new(&target).unwrap();
        assert!(Temp::new(&target).is_err());
        first.write_all(b"bytes").unwrap();
        let unnamed = first.file.path().starts_with("/proc");
        assert!(!target.exists() && (!unnamed || names() == [".chr1.vdxg.part"]), "{:?}", names());
        assert_eq!(fs::metadata(part(&target)).unwrap().len(), 0);
        first.name().unwrap();
        assert_eq!(names(), ["chr1.vdxg"]);
        assert_eq!(fs::read(&target).unwrap(), b"bytes");
        drop(Temp::new(&target).unwrap());
        assert_eq!(names(), ["chr1.vdxg"]);
    }
}
