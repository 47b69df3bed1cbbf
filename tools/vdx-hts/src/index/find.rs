//! Opening a file with its index: found, checked, or made.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use vdx_vcf::Form;

use super::blocks::{BgzfFile, Blocks};
use super::builder::Built;
use super::offsets::Index;
use super::{IndexKind, cache, check, make};
use crate::atomic::{AtomicFile, Mode};
use crate::error::{Error, Result};

/// The longest header that is read.
const MAX_HEADER: usize = 256 << 20;

/// A BGZF file that can be looked into by position; shared by threads, each with its own [`super::Cursor`].
#[derive(Debug)]
pub struct Indexed {
    /// The file.
    pub file: BgzfFile,
    /// Its index.
    pub index: Index,
    /// Tells files apart for cursors.
    pub(super) id: u64,
}

impl Indexed {
    /// A file with an index that belongs to it.
    pub(super) fn new(file: BgzfFile, index: Index) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { file, index, id: NEXT.fetch_add(1, Ordering::Relaxed) }
    }

    pub(super) fn foreign(&self, why: &str) -> Error {
        check::foreign(&self.file, why)
    }
}

/// How to open.
#[derive(Clone, Debug, Default)]
pub struct Options {
    /// Where an index is kept when the file's own folder cannot be written to.
    pub cache: Option<PathBuf>,
    /// Take a file whose end is missing.
    pub allow_truncated: bool,
}

/// Where the index is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// It was there.
    Found(PathBuf),
    /// It was made and written there.
    Written(PathBuf),
    /// It was made and is gone with this process.
    Memory,
}

/// What [`open`] returns.
#[derive(Debug)]
pub struct Opened {
    /// The file and its index.
    pub indexed: Indexed,
    /// Where the index is.
    pub kept: Kept,
    /// What the user should know, one sentence each.
    pub warnings: Vec<String>,
}

/// Opens a BGZF-compressed VCF with its index (`FILE.csi`, `FILE.tbi`, or one in the cache). A missing one is made: beside
/// the file, else in the cache, else in memory with a warning.
///
/// # Errors
/// The file cannot be read or is damaged; the index is damaged or belongs to another file; no index can be made
/// because the file is not a sorted VCF.
pub fn open(path: &Path, options: &Options) -> Result<Opened> {
    open_as(path, options, &Form::Text)
}

/// [`open`] for records of `form`. Of BCF no index is made.
pub fn open_as(path: &Path, options: &Options, form: &Form) -> Result<Opened> {
    let file = BgzfFile::open(path, options.allow_truncated)?;
    if let Some(at) = places(&file, options).into_iter().find(|at| at.exists()) {
        return with_index(file, &at, form);
    }
    if form.is_bcf() {
        let message = "no index (.csi) was found; make one with 'bcftools index'";
        return Err(Error::usage(message).in_file(file.name()));
    }
    let index = make::make(&file)?;
    let suffix = index.kind().suffix();
    let beside = std::iter::once(cache::beside(file.path(), suffix));
    let cached = options.cache.as_deref().map(|folder| cache::cached(folder, file.path(), suffix));
    let (kept, warnings) = keep(&index, &file, beside.chain(cached));
    let index = Index::of(&index);
    Ok(Opened { indexed: Indexed::new(file, index), kept, warnings })
}

/// Where the index of a BGZF file is; `None`: [`open`] will make one, which takes as long as reading the file.
///
/// # Errors
/// The file cannot be read or is not BGZF.
pub fn find_index(path: &Path, options: &Options) -> Result<Option<PathBuf>> {
    let file = BgzfFile::open(path, options.allow_truncated)?;
    Ok(places(&file, options).into_iter().find(|at| at.exists()))
}

/// Where an index may be, in the order in which it is looked for.
fn places(file: &BgzfFile, options: &Options) -> Vec<PathBuf> {
    // CSI first, as in htslib.
    let kinds = [IndexKind::Csi, IndexKind::Tbi];
    let beside = kinds.map(|kind| cache::beside(file.path(), kind.suffix()));
    let cached = |folder| kinds.map(|kind| cache::cached(folder, file.path(), kind.suffix()));
    beside.into_iter().chain(options.cache.as_deref().map(cached).into_iter().flatten()).collect()
}

/// Writes an index to the first place that lets itself be written to.
fn keep(index: &Built, file: &BgzfFile, places: impl Iterator<Item = PathBuf>) -> (Kept, Vec<String>) {
    let mut warnings = Vec::new();
    for place in places {
        match write(index, &place) {
            Ok(()) => return (Kept::Written(place), warnings),
            Err(error)
                if matches!(error.kind(), io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem) => {}
            Err(error) => warnings.push(format!("cannot write the index {}: {error}", place.display())),
        }
    }
    warnings.push(format!(
        "{}: made an index in memory because none is there and none could be written; it is made anew in every run unless --cache names a folder",
        file.name()
    ));
    (Kept::Memory, warnings)
}

fn with_index(file: BgzfFile, at: &Path, form: &Form) -> Result<Opened> {
    let index = Index::read(at, form)?;
    let older = cache::is_older(at, file.path());
    let mut warnings = Vec::new();
    // A copy often makes the index older than its file, and rightly so: it is looked at more closely, and refused
    // only if it does not fit.
    check::belongs(&file, &index, form, if older { check::MANY } else { check::FEW })?;
    if older {
        warnings.push(format!(
            "{}: older than the file it indexes; it was checked and fits, touch it to silence this",
            at.display()
        ));
    }
    Ok(Opened { indexed: Indexed::new(file, index), kept: Kept::Found(at.to_owned()), warnings })
}

/// The header lines of a BGZF-compressed VCF, up to and with the `#CHROM` line.
///
/// # Errors
/// The file cannot be read, is damaged or not BGZF, or its header does not end.
pub fn read_header(path: &Path, options: &Options) -> Result<Vec<u8>> {
    let file = BgzfFile::open(path, options.allow_truncated)?;
    let mut blocks = Blocks::new();
    let (mut text, mut block, mut line) = (Vec::new(), 0, 0);
    while let Some(next) = blocks.read(&file, block, &mut text)? {
        block = next;
        while let Some(step) = memchr::memchr(b'\n', &text[line..]) {
            let end = line + step + 1;
            if !text[line..end].starts_with(b"##") {
                let end = if text[line] == b'#' { end } else { line };
                text.truncate(end);
                return Ok(text);
            }
            line = end;
        }
        if text.len() > MAX_HEADER {
            return Err(Error::data(format!("expected a header of at most {MAX_HEADER} bytes")).in_file(file.name()));
        }
    }
    text.truncate(line);
    Ok(text)
}

/// The lines that a BGZF file starts with: all that start with `#`, and the one behind them, as far as they stand in the
/// first blocks; in the very first where it says that this is a VCF.
///
/// # Errors
/// The file cannot be read, is damaged or not BGZF.
pub fn read_top(path: &Path, options: &Options) -> Result<Vec<u8>> {
    const ENOUGH: usize = 256 << 10;
    let file = BgzfFile::open(path, options.allow_truncated)?;
    let mut blocks = Blocks::new();
    let (mut text, mut block, mut line) = (Vec::new(), 0, 0);
    while let Some(next) = blocks.read(&file, block, &mut text)? {
        block = next;
        while let Some(step) = memchr::memchr(b'\n', &text[line..]) {
            let end = line + step + 1;
            if text[line] != b'#' {
                text.truncate(end);
                return Ok(text);
            }
            line = end;
        }
        if text.len() > ENOUGH || text.starts_with(b"##fileformat=VCF") {
            break;
        }
    }
    Ok(text)
}

/// Writes the index beside its final name and renames it.
fn write(index: &Built, target: &Path) -> io::Result<()> {
    temporary(index, target, Mode::Usual)?.persist()
}

/// Writes the index beside its final name.
pub(super) fn temporary(index: &Built, target: &Path, mode: Mode) -> io::Result<AtomicFile> {
    let file = AtomicFile::beside(target, mode)?;
    match index {
        Built::Tbi(index) => {
            let mut writer = noodles_tabix::io::Writer::new(file);
            writer.write_index(index)?;
            writer.try_finish()?;
            Ok(writer.into_inner().into_inner())
        }
        Built::Csi(index) => {
            let mut writer = noodles_csi::io::Writer::new(file);
            writer.write_index(index)?;
            writer.into_inner().finish()
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, SystemTime};

    use super::super::testing;
    use super::*;

    fn set_modified(path: &Path, when: SystemTime) {
        std::fs::File::options().append(true).open(path).unwrap().set_modified(when).unwrap();
    }

    #[test]
    fn a_missing_index_is_written_once_and_found_again() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(300).as_bytes(), 900);
        let made = open(&path, &Options::default()).unwrap();
        assert_eq!(made.kept, Kept::Written(dir.path().join("a.vcf.bgz.tbi")));
        let found = open(&path, &Options::default()).unwrap();
        assert_eq!(found.kept, Kept::Found(dir.path().join("a.vcf.bgz.tbi")));
        assert_eq!(found.indexed.index, made.indexed.index);
        assert!(made.warnings.is_empty() && found.warnings.is_empty());
        assert_eq!(std::fs::read_dir(dir.path()).unwrap().count(), 2);
    }

    #[test]
    fn an_older_index_that_fits_is_used_with_a_warning() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(300).as_bytes(), 900);
        open(&path, &Options::default()).unwrap();
        set_modified(&dir.path().join("a.vcf.bgz.tbi"), SystemTime::now() - Duration::from_secs(100));
        let found = open(&path, &Options::default()).unwrap();
        assert!(found.warnings[0].contains("older than the file"), "{:?}", found.warnings);
    }

    #[test]
    fn the_index_of_another_file_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        let short = testing::vcf(300);
        let other = testing::write(dir.path(), "other.vcf.bgz", testing::vcf(301).as_bytes(), 900);
        open(&other, &Options::default()).unwrap();
        let tbi = dir.path().join("other.vcf.bgz.tbi");
        let renamed = short.replace("\n2\t", "\n3\t");
        let moved = short.replace("\n#CHROM", "\n##x\n#CHROM");
        for (name, text) in [("a", &short), ("b", &renamed), ("c", &moved), ("d", &testing::vcf(302))] {
            let path = testing::write(dir.path(), &format!("{name}.vcf.bgz"), text.as_bytes(), 900);
            std::fs::copy(&tbi, dir.path().join(format!("{name}.vcf.bgz.tbi"))).unwrap();
            let error = open(&path, &Options::default()).unwrap_err().to_string();
            assert!(error.contains("another one's") || error.contains("BGZF block"), "{name}: {error}");
        }
    }

    #[test]
    fn a_damaged_index_says_what_to_do() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(30).as_bytes(), 900);
        std::fs::write(dir.path().join("a.vcf.bgz.tbi"), b"not an index").unwrap();
        assert!(open(&path, &Options::default()).unwrap_err().to_string().contains("delete it"));
    }

    #[test]
    fn where_nothing_can_be_written_the_cache_serves_then_memory() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(30).as_bytes(), 900);
        let file = BgzfFile::open(&path, false).unwrap();
        let index = make::make(&file).unwrap();
        let (refused, cache) = (PathBuf::from("/nonexistent/a.tbi"), dir.path().join("cached.tbi"));
        let (kept, _) = keep(&index, &file, [refused.clone(), cache.clone()].into_iter());
        assert_eq!(kept, Kept::Written(cache));
        let (kept, warnings) = keep(&index, &file, [refused].into_iter());
        assert_eq!(kept, Kept::Memory);
        assert!(warnings.iter().any(|warning| warning.contains("--cache")), "{warnings:?}");
    }

    #[test]
    fn the_cache_is_looked_into() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(30).as_bytes(), 900);
        let options = Options { cache: Some(dir.path().to_owned()), allow_truncated: false };
        open(&path, &options).unwrap();
        let cached = cache::cached(dir.path(), &path, ".tbi");
        std::fs::rename(dir.path().join("a.vcf.bgz.tbi"), &cached).unwrap();
        assert_eq!(open(&path, &options).unwrap().kept, Kept::Found(cached));
    }

    #[test]
    fn cut_and_foreign_files_are_named_for_what_they_are() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(30).as_bytes(), 900);
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 28]).unwrap();
        let error = |path: &Path| open(path, &Options::default()).unwrap_err().to_string();
        assert!(error(&path).contains("cut"), "{}", error(&path));
        let plain = dir.path().join("plain.vcf");
        std::fs::write(&plain, testing::vcf(30)).unwrap();
        assert!(error(&plain).contains("bgzip"));
        assert!(error(dir.path()).contains("regular file"));
    }

    #[test]
    fn the_header_ends_with_the_column_line() {
        let dir = tempfile::tempdir().unwrap();
        let path = testing::write(dir.path(), "a.vcf.bgz", testing::vcf(30).as_bytes(), 20);
        let header = read_header(&path, &Options::default()).unwrap();
        assert!(header.ends_with(b"FILTER\tINFO\n"));
    }
}
