//! A file of a store while it is made: one place for all builds, locked by the one that makes it.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use vdx_cli::alloc::{TempGuard, register_temp};
use vdx_hts::atomic::Mode;
use vdx_hts::{Error, Result};

use super::folder::part;
use super::lock::{Locked, lock};

/// A locked file that goes with the value, unless it got its final name.
pub(super) struct Temp {
    path: PathBuf,
    /// The file.
    pub(super) file: File,
    renamed: bool,
    /// Removes the file when a signal or refused memory ends the run.
    _guard: TempGuard,
}

impl Temp {
    /// The place where `target` is made, empty.
    ///
    /// # Errors
    /// It cannot be made, or another process is making the file.
    pub(super) fn new(target: &Path) -> Result<Self> {
        let path = part(target);
        let failed = |error: std::io::Error| Error::io(path.display().to_string(), &error);
        // What is there is not ours to empty before it is locked.
        let open =
            |path: &Path| File::options().create(true).truncate(false).read(true).write(true).mode(0o600).open(path);
        let file = match lock(&path, open).map_err(failed)? {
            Locked::Ours(file) => file,
            Locked::Refused(file, _) => return Self::unlocked(&path, &file).map_err(failed),
            Locked::Taken => {
                let message = "another vdx-gnomad build is writing this file; let it end and run this again, which keeps what is complete";
                return Err(Error::data(message).in_file(target.display().to_string()));
            }
        };
        let _guard = register_temp(&path);
        file.set_len(0).map_err(failed)?;
        Ok(Self { path, file, renamed: false, _guard })
    }

    /// Where files cannot be locked, `shared` at `path` among them: a place that no other build uses. What a killed build
    /// leaves stays there.
    fn unlocked(path: &Path, shared: &File) -> std::io::Result<Self> {
        if shared.metadata()?.len() == 0 {
            fs::remove_file(path)?;
        }
        let folder = path.parent().unwrap_or(Path::new("."));
        let mut builder = tempfile::Builder::new();
        builder.prefix(".vdx-store-");
        let (file, path) = builder.tempfile_in(folder)?.keep().map_err(|error| error.error)?;
        let _guard = register_temp(&path);
        Ok(Self { path, file, renamed: false, _guard })
    }

    /// Gives the file its name.
    ///
    /// # Errors
    /// It cannot be written to the disk or renamed.
    pub(super) fn rename(&mut self, target: &Path) -> std::io::Result<()> {
        // A store is built once and read for years: its name must not outlive its bytes if the machine goes down now.
        self.file.sync_all()?;
        self.file.set_permissions(Permissions::from_mode(Mode::Usual.bits(target)?))?;
        fs::rename(&self.path, target)?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Temp {
    fn drop(&mut self) {
        if !self.renamed {
            // Best effort: what is left is taken by the next build.
            fs::remove_file(&self.path).ok();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_locks_each_build_has_a_place_of_its_own() {
        let folder = tempfile::tempdir().unwrap();
        let target = folder.path().join("chr1.vdxg");
        let shared = part(&target);
        let [mut first, second] = [(), ()].map(|()| {
            let file = File::create(&shared).unwrap();
            Temp::unlocked(&shared, &file).unwrap()
        });
        assert!(first.path != second.path && !shared.exists());
        first.rename(&target).unwrap();
        drop((first, second));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(fs::metadata(&target).unwrap().permissions().mode() & 0o600, 0o600);
    }
}
