//! Finding, checking and making the `.fai` of a FASTA file, and the `.gzi` of a compressed one.

use std::fs;
use std::path::Path;

use vdx_hts::atomic::{self, Mode};
use vdx_hts::index::cache::{self, cached, is_older};
use vdx_hts::{Error, Result};

use crate::fai::{self, Entry, FaiError};
use crate::gzi::{self, Block};
use crate::storage::{Storage, Stream, Window};

/// The index of `path`, opened as `fasta`, and what the user should hear about it.
///
/// It is read from beside the FASTA (`ref.fa.fai`), else from `cache`, else made and written to the first of the two
/// that can be written, else kept in memory. An index is used only if it fits the bytes of the FASTA; one beside the
/// FASTA that does not is an error, one in `cache` is made anew.
pub(crate) fn load(path: &Path, fasta: &Storage, cache: Option<&Path>) -> Result<(Vec<Entry>, Vec<String>)> {
    let beside = cache::beside(path, ".fai");
    if let Some(text) = read(&beside)? {
        let entries = fai::parse(&text).map_err(|error| located(&beside, error))?;
        // A wrong index gives wrong bases, which look like a REF of another build at every record: it is held against
        // the FASTA before it is believed.
        verify(&entries, fasta).map_err(|found| {
            let path = path.display();
            let advice = format!("the index does not belong to {path}: {found}; delete it to have it made anew");
            Error::data(advice).in_file(beside.display().to_string())
        })?;
        let goes_on = next_title(&entries, fasta)?.map(|title| {
            format!(
                "{} ends with sequence '{}', behind which the FASTA has {title}: was the index cut? Delete it to have it \
                 made anew",
                beside.display(),
                entries.last().map(|entry| String::from_utf8_lossy(&entry.name)).unwrap_or_default()
            )
        });
        return Ok((entries, warn_if_older(&beside, path).into_iter().chain(goes_on).collect()));
    }
    let cached = cache.map(|cache| cached(cache, path, ".fai"));
    if let Some(cached) = &cached
        && let Ok(Some(text)) = read(cached)
        && let Ok(entries) = fai::parse(&text)
        && verify(&entries, fasta).is_ok()
    {
        return Ok((entries, Vec::new()));
    }
    let entries = fai::scan(Stream::indexing(fasta)).map_err(|error| located(path, error))?;
    let warning = save(&beside, cached.as_deref(), &fai::to_bytes(&entries));
    Ok((entries, warning.into_iter().collect()))
}

/// Opens a FASTA; the block table of a compressed one is its `.gzi`, found or made as [`load`] does with a `.fai`. Comes
/// with warnings for the user.
pub(crate) fn open(path: &Path, cache: Option<&Path>) -> Result<(Storage, Vec<String>)> {
    let storage = Storage::open(path)?;
    if !storage.is_compressed()? {
        return Ok((storage, Vec::new()));
    }
    let (blocks, warnings) = load_blocks(path, &storage, cache)?;
    Ok((storage.with_blocks(blocks), warnings))
}

/// The block table of a BGZF file, likewise; its last entry is the end of file and text.
fn load_blocks(path: &Path, fasta: &Storage, cache: Option<&Path>) -> Result<(Vec<Block>, Vec<String>)> {
    let beside = cache::beside(path, ".gzi");
    if let Some(bytes) = read(&beside)? {
        let wrong = || Error::data("expected a .gzi index of bgzip, found other data; delete it to have it made anew");
        let blocks = gzi::parse(&bytes).ok_or_else(|| wrong().in_file(beside.display().to_string()))?;
        let blocks = fasta.scan_blocks(blocks)?;
        return Ok((blocks, warn_if_older(&beside, path).into_iter().collect()));
    }
    let cached = cache.map(|cache| cached(cache, path, ".gzi"));
    if let Some(cached) = &cached
        && let Ok(Some(bytes)) = read(cached)
        && let Some(blocks) = gzi::parse(&bytes)
        && let Ok(blocks) = fasta.scan_blocks(blocks)
        && warn_if_older(cached, path).is_none()
    {
        return Ok((blocks, Vec::new()));
    }
    let blocks = fasta.scan_blocks(Vec::new())?;
    let starts = &blocks[..blocks.len().saturating_sub(1)];
    let warning = save(&beside, cached.as_deref(), &gzi::to_bytes(starts));
    Ok((blocks, warning.into_iter().collect()))
}

fn warn_if_older(index: &Path, fasta: &Path) -> Option<String> {
    is_older(index, fasta).then(|| format!("{} is older than the FASTA; it was checked and fits", index.display()))
}

/// Writes an index beside its file, else to the cache, else says that it is kept in memory.
fn save(beside: &Path, cached: Option<&Path>, bytes: &[u8]) -> Option<String> {
    let write = |path| atomic::write(path, Mode::Usual, bytes);
    let error = write(beside).err()?;
    if cached.is_some_and(|cached| write(cached).is_ok()) {
        return None;
    }
    Some(format!("cannot write {}: {error}; the index is kept in memory for this run", beside.display()))
}

/// Reads an index; `None` where there is none.
fn read(path: &Path) -> Result<Option<Vec<u8>>> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Error::io(path.display().to_string(), &error)),
    }
}

fn located(path: &Path, error: FaiError) -> Error {
    let file = path.display().to_string();
    match error {
        FaiError::Line { line, message } => Error::data(message).at_line(line).in_file(file),
        FaiError::Io(error) => Error::io(file, &error),
    }
}

/// What the FASTA has behind the last sequence of an index, if it goes on there: an index that was cut between two lines
/// looks whole.
fn next_title(entries: &[Entry], fasta: &Storage) -> Result<Option<String>> {
    let end = entries.iter().map(Entry::end).max().unwrap_or(0);
    let mut behind = Vec::new();
    Window::default().read(fasta, end, fasta.size().min(end + 256), &mut behind)?;
    let behind = behind.trim_ascii();
    let line = behind.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Ok((!behind.is_empty()).then(|| format!("'{}'", String::from_utf8_lossy(line).trim_end())))
}

/// The longest title line that is looked for before a sequence.
const MAX_TITLE: u64 = 1 << 16;

/// Whether the index tells the truth about every sequence: its title stands before it, a line breaks where it should,
/// the next title (or the end of the file) follows it. Says what was found instead.
fn verify(entries: &[Entry], fasta: &Storage) -> std::result::Result<(), String> {
    let size = fasta.size();
    let (mut window, mut buffer) = (Window::default(), Vec::new());
    let mut read_range = |fasta: &Storage, from: u64, to: u64, buffer: &mut Vec<u8>| {
        window.read(fasta, from, to, buffer).map_err(|error| error.to_string())
    };
    for entry in entries {
        let name = String::from_utf8_lossy(&entry.name);
        if entry.offset > size || entry.end() > size {
            return Err(format!("sequence '{name}' would end at byte {}, the FASTA has {size}", entry.end()));
        }
        // Titles are short as a rule: more is read only where no line starts in what was.
        let mut look = 256;
        loop {
            let from = entry.offset.saturating_sub(look);
            read_range(fasta, from, entry.offset, &mut buffer)?;
            let title = buffer.strip_suffix(b"\n").ok_or_else(|| format!("no line starts where '{name}' should"))?;
            let start = memchr::memrchr(b'\n', title).map(|at| at + 1);
            if let Some(start) = start.or((from == 0).then_some(0)) {
                let found =
                    title[start..].strip_prefix(b">").and_then(|text| text.split(u8::is_ascii_whitespace).next());
                if found != Some(entry.name.as_slice()) {
                    return Err(format!("the line before sequence '{name}' is not its title"));
                }
                break;
            }
            if look > MAX_TITLE {
                return Err(format!("the line before sequence '{name}' is not its title"));
            }
            look *= 16;
        }
        // A single line has no break to hold the index against.
        if entry.length > entry.line_bases {
            let line_end = entry.offset + entry.line_bases;
            read_range(fasta, line_end - 1, entry.offset + entry.line_width + 1, &mut buffer)?;
            let (first, rest) = buffer.split_first().unwrap_or((&b'\n', &[]));
            let (next, breaks) = rest.split_last().unwrap_or((&b'\n', &[]));
            if !matches!(breaks, b"\n" | b"\r\n") || first.is_ascii_whitespace() || next.is_ascii_whitespace() {
                return Err(format!("the lines of sequence '{name}' are not {} letters long", entry.line_bases));
            }
        }
        if entry.length > 0 {
            let end = entry.end();
            read_range(fasta, end - 1, size.min(end + 3), &mut buffer)?;
            let (last, behind) = buffer.split_first().unwrap_or((&b'\n', &[]));
            let behind = behind.strip_prefix(b"\r").unwrap_or(behind);
            if last.is_ascii_whitespace() || *last == b'>' || !(behind.is_empty() || behind.starts_with(b"\n")) {
                return Err(format!("sequence '{name}' does not end after {} letters", entry.length));
            }
            if behind.get(1).is_some_and(|byte| !byte.is_ascii_whitespace() && *byte != b'>') {
                return Err(format!("sequence '{name}' goes on behind {} letters", entry.length));
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::path::PathBuf;

    use super::*;

    const FASTA: &str = ">1 first\nACGT\nACGT\nAC\n>2\nAAAAA\nAAAAA\n";

    fn file(directory: &Path, text: &str) -> (PathBuf, Storage) {
        let path = directory.join("ref.fa");
        fs::write(&path, text).unwrap();
        let file = Storage::open(&path).unwrap();
        (path, file)
    }

    #[test]
    fn a_missing_index_is_made_beside_the_fasta_and_read_the_next_time() {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = file(directory.path(), FASTA);
        let (made, warnings) = load(&path, &file, None).unwrap();
        assert!(warnings.is_empty());
        assert_eq!(fs::read(directory.path().join("ref.fa.fai")).unwrap(), b"1\t10\t9\t4\t5\n2\t10\t25\t5\t6\n");
        assert_eq!(load(&path, &file, None).unwrap(), (made, vec![]));
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 2, "no temporary file stays");
    }

    #[test]
    fn an_older_index_is_checked_and_named() {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = file(directory.path(), FASTA);
        load(&path, &file, None).unwrap();
        let index = fs::File::options().write(true).open(directory.path().join("ref.fa.fai")).unwrap();
        index.set_modified(std::time::SystemTime::UNIX_EPOCH).unwrap();
        assert!(load(&path, &file, None).unwrap().1[0].contains("older"));
    }

    #[test]
    fn a_foreign_index_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = file(directory.path(), FASTA);
        for (index, expected) in [
            ("1\t10\t9\t4\t5\n3\t10\t25\t5\t6\n", "not its title"),
            ("1\t10\t8\t4\t5\n", "no line starts"),
            ("1\t10\t9\t3\t4\n", "not 3 letters"),
            ("1\t9\t9\t4\t5\n", "does not end"),
            ("1\t8\t9\t4\t5\n", "goes on"),
            ("2\t99\t25\t5\t6\n", "would end at byte"),
            ("2\t13\t25\t5\t6\n", "would end at byte"),
        ] {
            fs::write(directory.path().join("ref.fa.fai"), index).unwrap();
            let error = load(&path, &file, None).unwrap_err().to_string();
            assert!(error.contains(expected) && error.contains("ref.fa.fai: the index does not belong"), "{error}");
        }
    }

    #[test]
    fn an_index_that_ends_before_the_fasta_is_told() {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = file(directory.path(), FASTA);
        fs::write(directory.path().join("ref.fa.fai"), "1\t10\t9\t4\t5\n").unwrap();
        let warning = load(&path, &file, None).unwrap().1.concat();
        assert!(warning.contains("ends with sequence '1', behind which the FASTA has '>2'"), "{warning}");
    }

    #[test]
    fn where_the_fasta_cannot_be_written_beside_the_cache_is_used() {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = file(directory.path(), FASTA);
        let cache = tempfile::tempdir().unwrap();
        // Nobody makes files beside this one, whoever runs this.
        let opened = fs::File::open(&path).unwrap();
        let path = PathBuf::from(format!("/proc/self/fd/{}", opened.as_raw_fd()));
        let (_, warnings) = load(&path, &file, Some(cache.path())).unwrap();
        assert!(warnings.is_empty());
        assert_eq!(fs::read_dir(cache.path()).unwrap().count(), 1);
        let (_, warnings) = load(&path, &file, None).unwrap();
        assert!(warnings[0].contains("kept in memory"), "{warnings:?}");
    }

    #[test]
    fn a_long_title_is_found() {
        let directory = tempfile::tempdir().unwrap();
        let (path, file) = file(directory.path(), &format!(">1 {}\nACGT\n", "x".repeat(9000)));
        load(&path, &file, None).unwrap();
        load(&path, &file, None).unwrap();
    }
}
