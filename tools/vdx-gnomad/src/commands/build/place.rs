//! The folder that a build writes into, and what other builds do there at the same time.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};

use vdx_cli::Logger;
use vdx_hts::{Error, Result};

use crate::store::folder::{exists, part, unfinished};
use crate::store::lock::{Locked, lock};

/// Where a build writes.
pub(super) struct Place {
    /// The folder.
    pub(super) folder: PathBuf,
    /// The store's own name, which the folder gets when all of it is there, and the lock by which no other build works in
    /// it until then.
    whole: Option<(PathBuf, File)>,
}

impl Place {
    /// The folder of a build of all contigs, or of one (`only_one`), into the store `output`: a store that is there is
    /// filled, by any number of builds, each file by one of them. A whole one is made under another name, by one build.
    ///
    /// # Errors
    /// It cannot be made; another build is at work on the whole store.
    pub(super) fn new(output: &Path, only_one: bool, log: &Logger) -> Result<Self> {
        let partial = unfinished(output);
        let failed = |error: io::Error| Error::io(partial.display().to_string(), &error);
        let open = |path: &Path| File::open(path);
        loop {
            if exists(output)? || only_one {
                if !exists(output)? && exists(&partial)? {
                    match lock(&partial, open) {
                        Ok(Locked::Taken) => return Err(at_work(&partial)),
                        Ok(_) => {}
                        // It has its own name now.
                        Err(error) if error.kind() == ErrorKind::NotFound => continue,
                        Err(error) => return Err(failed(error)),
                    }
                }
                fs::create_dir_all(output).map_err(|error| Error::io(output.display().to_string(), &error))?;
                return Ok(Self { folder: output.to_owned(), whole: None });
            }
            fs::create_dir_all(&partial).map_err(failed)?;
            let file = match lock(&partial, open) {
                Ok(Locked::Ours(file)) => file,
                Ok(Locked::Refused(file, error)) => {
                    log.warn(&format!(
                        "{}: cannot be locked ({error}); see to it that no other build works there",
                        partial.display()
                    ));
                    file
                }
                Ok(Locked::Taken) => return Err(at_work(&partial)),
                Err(error) if error.kind() == ErrorKind::NotFound => continue,
                Err(error) => return Err(failed(error)),
            };
            if !exists(output)? {
                return Ok(Self { folder: partial, whole: Some((output.to_owned(), file)) });
            }
            // Another build completed the store since it was looked for; what it left of this folder was made just now.
            match fs::remove_dir(&partial) {
                Err(error) if error.kind() != ErrorKind::DirectoryNotEmpty => return Err(failed(error)),
                _ => {}
            }
        }
    }

    /// Clears away what killed builds left of these files, and gives a whole store its name.
    ///
    /// # Errors
    /// A file cannot be removed, or the folder not renamed: a store of that name came to be meanwhile.
    pub(super) fn finish(self, files: impl Iterator<Item = PathBuf>) -> Result<()> {
        for target in files {
            clear(&part(&target))?;
        }
        let Some((output, _lock)) = self.whole else { return Ok(()) };
        fs::rename(&self.folder, &output).map_err(|error| match error.kind() {
            ErrorKind::DirectoryNotEmpty | ErrorKind::AlreadyExists => Error::data(format!(
                "expected no such folder yet, found one that another build made meanwhile; what this one made is in {}: move its files there, or delete one of the two",
                self.folder.display()
            ))
            .in_file(output.display().to_string()),
            _ => Error::io(output.display().to_string(), &error),
        })
    }
}

/// Removes a file that nobody is making.
fn clear(path: &Path) -> Result<()> {
    let open = |path: &Path| File::options().write(true).open(path);
    let cleared = match lock(path, open) {
        Ok(Locked::Ours(_lock)) => fs::remove_file(path),
        Ok(Locked::Taken | Locked::Refused(..)) => Ok(()),
        Err(error) => Err(error),
    };
    match cleared {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(Error::io(path.display().to_string(), &error)),
        _ => Ok(()),
    }
}

fn at_work(partial: &Path) -> Error {
    let message = "another vdx-gnomad build is making this store; let it end, and run this again if something is missing then, or build into another folder";
    Error::data(message).in_file(partial.display().to_string())
}
