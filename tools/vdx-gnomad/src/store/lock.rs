//! Who writes where. Locks are the system's (`flock(2)`), so that they end with the process however it ends: nothing goes
//! stale.

use std::fs::{File, TryLockError};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

/// How often a lock is tried: who clears away what a killed build left, or looks whether one is at work, has it for a
/// moment.
const TRIES: u32 = 5;

/// How long to wait between.
const PAUSE: Duration = Duration::from_millis(20);

/// What came of it.
pub(crate) enum Locked {
    /// It is ours until the file is closed.
    Ours(File),
    /// Another process has it.
    Taken,
    /// The file system has no locks, as some network ones have none, or does not give this one.
    Refused(File, io::Error),
}

/// Opens what is at `path` by `open` and locks it. What whoever had it before renamed or removed is opened anew.
///
/// # Errors
/// It cannot be opened or looked at.
pub(crate) fn lock(path: &Path, open: impl Fn(&Path) -> io::Result<File>) -> io::Result<Locked> {
    let mut tries = 1;
    loop {
        let file = open(path)?;
        match file.try_lock() {
            Ok(()) if is_at(&file, path)? => return Ok(Locked::Ours(file)),
            Ok(()) => {}
            Err(TryLockError::WouldBlock) if tries == TRIES => return Ok(Locked::Taken),
            Err(TryLockError::WouldBlock) => {
                tries += 1;
                sleep(PAUSE);
            }
            Err(TryLockError::Error(error)) => return Ok(Locked::Refused(file, error)),
        }
    }
}

/// Whether a path still leads to an opened file.
fn is_at(file: &File, path: &Path) -> io::Result<bool> {
    let own = file.metadata()?;
    match std::fs::metadata(path) {
        Ok(found) => Ok((found.dev(), found.ino()) == (own.dev(), own.ino())),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(false),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn create(path: &Path) -> io::Result<File> {
        File::options().create(true).truncate(false).write(true).open(path)
    }

    #[test]
    fn a_lock_is_one_processs_until_it_is_closed() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let Locked::Ours(first) = lock(&path, create).unwrap() else { panic!("ours") };
        assert!(matches!(lock(&path, create).unwrap(), Locked::Taken));
        // What is renamed is another file's place from then on.
        std::fs::rename(&path, folder.path().join("b")).unwrap();
        let Locked::Ours(second) = lock(&path, create).unwrap() else { panic!("ours") };
        drop((first, second));
        let link = folder.path().join("link");
        std::os::unix::fs::symlink(folder.path(), &link).unwrap();
        for path in [folder.path(), &link] {
            assert!(matches!(lock(path, |path| File::open(path)).unwrap(), Locked::Ours(_)));
        }
    }

    #[test]
    fn who_waits_for_a_file_that_goes_gets_the_next() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let Locked::Ours(first) = lock(&path, create).unwrap() else { panic!("ours") };
        let (opened, has_opened) = std::sync::mpsc::channel();
        let second = std::thread::scope(|scope| {
            let open = move |path: &Path| {
                let file = create(path);
                opened.send(()).unwrap();
                file
            };
            let waiting = scope.spawn(|| lock(&path, open).unwrap());
            has_opened.recv().unwrap();
            std::fs::rename(&path, folder.path().join("b")).unwrap();
            drop(first);
            waiting.join().unwrap()
        });
        let Locked::Ours(second) = second else { panic!("ours") };
        assert!(is_at(&second, &path).unwrap());
    }
}
