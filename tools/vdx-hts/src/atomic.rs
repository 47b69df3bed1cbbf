//! A file that has no name until it is complete, and then the mode that its name had before.

use std::fs::{self, File, Permissions};
use std::io::{self, Write};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use rustix::fs::{Access, access};
use rustix::process::umask;
use tempfile::NamedTempFile;

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

/// Bytes on their way to a file: beside it, and renamed into its place when complete. Dropped before that it leaves
/// nothing behind.
#[derive(Debug)]
pub struct AtomicFile {
    temp: NamedTempFile,
    target: PathBuf,
    mode: u32,
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
        let target = if before.is_some() { target.canonicalize()? } else { target.to_owned() };
        let folder = target.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let name = target.file_name().unwrap_or_default().to_string_lossy();
        // Made with mode 0600.
        let temp = tempfile::Builder::new().prefix(&format!(".{name}.")).suffix(".tmp").tempfile_in(folder)?;
        Ok(Self { temp, mode: mode.for_file(before.as_ref()), target })
    }

    /// Where the bytes are until then.
    pub fn path(&self) -> &Path {
        self.temp.path()
    }

    /// The file itself.
    pub fn file(&mut self) -> &mut File {
        self.temp.as_file_mut()
    }

    /// Gives it its mode and its name.
    ///
    /// # Errors
    /// What the system refuses; the name is then what it was.
    pub fn persist(self) -> io::Result<()> {
        self.temp.as_file().set_permissions(Permissions::from_mode(self.mode))?;
        self.temp.persist(&self.target).map_err(|error| error.error)?;
        Ok(())
    }
}

impl Write for AtomicFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.temp.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.temp.flush()
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
