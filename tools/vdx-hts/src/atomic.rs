//! A file that has no name until it is complete, and then the mode that its name had before.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsRawFd;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{Access, AtFlags, CWD, access, linkat};
use rustix::process::umask;
use tempfile::{Builder, NamedTempFile};

/// Who may read a file once it has its name. Until then its owner alone may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// The mode of the file that is replaced; of a new one what the umask leaves of 0666.
    #[default]
    Usual,
    /// 0600, whatever was there.
    Private,
}

impl Mode {
    /// The bits that `target` is to have in the end, as it stands now.
    ///
    /// # Errors
    /// What keeps the system from looking.
    pub fn bits(self, target: &Path) -> io::Result<u32> {
        Ok(self.for_file(permissions(target)?.as_ref()))
    }

    fn for_file(self, before: Option<&Permissions>) -> u32 {
        match (self, before) {
            (Self::Private, _) => 0o600,
            (Self::Usual, Some(before)) => before.mode() & 0o777,
            (Self::Usual, None) => 0o666 & !umask_of_process(),
        }
    }
}

/// Those of the file, if it is there.
fn permissions(target: &Path) -> io::Result<Option<Permissions>> {
    match fs::metadata(target) {
        Ok(before) => Ok(Some(before.permissions())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Bytes on their way to a file, which is there under its name when it is complete and not before. Dropped before that it
/// leaves nothing behind; where the file system can make files without a name (`O_TMPFILE`), neither does a process that is
/// killed.
#[derive(Debug)]
pub struct AtomicFile {
    temp: Temp,
    target: PathBuf,
    mode: u32,
}

/// The file until it is complete. Made with mode 0600.
#[derive(Debug)]
enum Temp {
    /// Without a name, and where it can be opened nevertheless.
    Unnamed(File, PathBuf),
    /// Under a name of its own.
    Named(NamedTempFile),
}

impl AtomicFile {
    /// Makes an empty file beside `target`. Through a symbolic link the file that it names will be replaced, not the link.
    ///
    /// # Errors
    /// The folder cannot be written to, or `target` is a file that its mode says nobody may write: a rename would not ask.
    pub fn beside(target: &Path, mode: Mode) -> io::Result<Self> {
        let before = permissions(target)?;
        if before.as_ref().is_some_and(Permissions::readonly)
            || (before.is_some() && access(target, Access::WRITE_OK).is_err())
        {
            let message = "the file is there and is read-only; make it writable, remove it, or write to another one";
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, message));
        }
        if before.is_none() && !folder(target).is_dir() {
            let message = format!("there is no folder {}; make it first", folder(target).display());
            return Err(io::Error::new(io::ErrorKind::NotFound, message));
        }
        let target = if before.is_some() { target.canonicalize()? } else { target.to_owned() };
        let temp = match unnamed(folder(&target)) {
            Some((file, path)) => Temp::Unnamed(file, path),
            None => Temp::Named(named(&target, |path| {
                File::options().read(true).write(true).create_new(true).mode(0o600).open(path)
            })?),
        };
        Ok(Self { temp, mode: mode.for_file(before.as_ref()), target })
    }

    /// Where this process can open the bytes until then.
    pub fn path(&self) -> &Path {
        match &self.temp {
            Temp::Unnamed(_, path) => path,
            Temp::Named(file) => file.path(),
        }
    }

    /// The file itself.
    pub fn file(&mut self) -> &mut File {
        match &mut self.temp {
            Temp::Unnamed(file, _) => file,
            Temp::Named(file) => file.as_file_mut(),
        }
    }

    /// Gives it its mode and its name.
    ///
    /// # Errors
    /// What the system refuses; the name is then what it was.
    pub fn persist(mut self) -> io::Result<()> {
        let mode = Permissions::from_mode(self.mode);
        // Before it has its name: nobody sees the file under that with another mode, not even for a moment.
        self.file().set_permissions(mode)?;
        match self.temp {
            // A link does not replace what is there, a rename does.
            Temp::Unnamed(_, path) => {
                let linked = named(&self.target, |name| Ok(linkat(CWD, &path, CWD, name, AtFlags::SYMLINK_FOLLOW)?))?;
                linked.persist(&self.target).map_err(|error| error.error)?;
            }
            Temp::Named(file) => drop(file.persist(&self.target).map_err(|error| error.error)?),
        }
        Ok(())
    }
}

/// The folder that `target` is in.
fn folder(target: &Path) -> &Path {
    target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Has `make` put something under a name beside `target` that nobody takes for it.
fn named<R>(target: &Path, make: impl FnMut(&Path) -> io::Result<R>) -> io::Result<NamedTempFile<R>> {
    let name = target.file_name().unwrap_or_default().to_string_lossy();
    Builder::new().prefix(&format!(".{name}.")).suffix(".tmp").make_in(folder(target), make)
}

/// A file in `folder` that has no name, and the path by which its owner opens it; `None` where there are no such files.
#[cfg(target_os = "linux")]
fn unnamed(folder: &Path) -> Option<(File, PathBuf)> {
    use rustix::fs::{OFlags, open};
    let flags = OFlags::TMPFILE | OFlags::RDWR | OFlags::CLOEXEC;
    let file = File::from(open(folder, flags, rustix::fs::Mode::from_raw_mode(0o600)).ok()?);
    let path = PathBuf::from(format!("/proc/self/fd/{}", file.as_raw_fd()));
    // Without /proc it could not be linked to its name.
    fs::metadata(&path).is_ok().then_some((file, path))
}

/// Other systems have none.
#[cfg(not(target_os = "linux"))]
fn unnamed(_: &Path) -> Option<(File, PathBuf)> {
    None
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file().flush()
    }
}

/// Writes a whole file.
///
/// # Errors
/// As for [`AtomicFile::beside`], and failed writes.
pub fn write(target: &Path, mode: Mode, bytes: &[u8]) -> io::Result<()> {
    let mut file = AtomicFile::beside(target, mode)?;
    file.write_all(bytes)?;
    file.persist()
}

/// Bits that new files do not get. They can only be read by setting others; what is made meanwhile is private.
fn umask_of_process() -> u32 {
    static UMASK: OnceLock<u32> = OnceLock::new();
    *UMASK.get_or_init(|| {
        let usual = umask(rustix::fs::Mode::from_raw_mode(0o077));
        umask(usual);
        // 16 bits on macOS.
        #[allow(clippy::useless_conversion)]
        u32::from(usual.as_raw_mode())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_replaced_file_keeps_its_mode_and_a_new_one_has_what_the_umask_leaves() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("x");
        let write = |how: Mode| {
            let mut file = AtomicFile::beside(&path, how).unwrap();
            file.write_all(b"x").unwrap();
            assert_eq!(mode(file.path()), 0o600);
            assert_eq!(fs::read(file.path()).unwrap(), b"x");
            if matches!(file.temp, Temp::Unnamed(..)) {
                let names = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name());
                assert!(names.into_iter().all(|name| name == "x"), "a file that is not complete has no name");
            }
            file.persist().unwrap();
        };
        write(Mode::Usual);
        assert_eq!(mode(&path), 0o666 & !umask_of_process());
        for kept in [0o600, 0o640, 0o664] {
            fs::set_permissions(&path, Permissions::from_mode(kept)).unwrap();
            write(Mode::Usual);
            assert_eq!(mode(&path), kept);
        }
        write(Mode::Private);
        assert_eq!(mode(&path), 0o600);
        drop(AtomicFile::beside(&path, Mode::Usual).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_read_only_file_is_not_replaced_and_a_link_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("x"), folder.path().join("link"));
        fs::write(&path, "old").unwrap();
        std::os::unix::fs::symlink(&path, &link).unwrap();
        let mut file = AtomicFile::beside(&link, Mode::Usual).unwrap();
        file.write_all(b"new").unwrap();
        file.persist().unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&path).unwrap(), b"new");
        fs::set_permissions(&path, Permissions::from_mode(0o444)).unwrap();
        let error = AtomicFile::beside(&path, Mode::Usual).unwrap_err();
        assert!(error.to_string().contains("read-only"), "{error}");
    }
}
