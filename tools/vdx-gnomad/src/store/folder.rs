//! The folder of a store: how its files are called, and when it is whole.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use vdx_hts::{Error, Result};

/// What the names of the files of a store end with.
const SUFFIX: &str = ".vdxg";

/// What the name of a file ends with while it is made.
const PART: &str = ".part";

/// What the name of its folder ends with until all of it is there.
const UNFINISHED: &str = ".partial";

/// `chr1.vdxg`; bytes that are no letter, digit, `.`, `_` or `-` as `%` and two hexadecimal digits.
pub(crate) fn file_name(contig: &[u8]) -> String {
    encoded(contig) + SUFFIX
}

/// The place of a file beside that of a contig.
pub(crate) fn beside(folder: &Path, contig: &[u8], suffix: &str) -> PathBuf {
    folder.join(encoded(contig) + suffix)
}

fn encoded(contig: &[u8]) -> String {
    let mut name = String::new();
    for (at, &byte) in contig.iter().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (byte == b'.' && at > 0) {
            name.push(byte.into());
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    name
}

/// The place of a file while it is made: one for all builds, so that two of them cannot make it at once, and what a killed
/// one leaves is taken by the next.
pub(crate) fn part(target: &Path) -> PathBuf {
    let mut name = OsString::from(".");
    name.push(target.file_name().unwrap_or_default());
    name.push(PART);
    target.with_file_name(name)
}

/// Whether there is something at a place: what cannot be looked at is not taken for missing.
///
/// # Errors
/// The system does not tell.
pub(crate) fn exists(path: &Path) -> Result<bool> {
    path.try_exists().map_err(|error| Error::io(path.display().to_string(), &error))
}

/// What the folder is called until all of it is there.
pub(crate) fn unfinished(folder: &Path) -> PathBuf {
    // Without the slash that a completed folder name ends with.
    let folder: PathBuf = folder.components().collect();
    let mut name: OsString = folder.into_os_string();
    name.push(UNFINISHED);
    name.into()
}

/// Whether a folder is a store, from the names in it.
pub(crate) fn is_store(names: &[String]) -> bool {
    names.iter().any(|name| is_contig_file(name))
}

/// Whether a name is that of a finished file of a store.
pub(crate) fn is_contig_file(name: &str) -> bool {
    name.ends_with(SUFFIX) && !name.starts_with('.')
}

/// Whether a folder is a store that is not whole yet.
pub(crate) fn is_unfinished(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with(UNFINISHED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contigs_name_files() {
        assert_eq!(file_name(b"chr1"), "chr1.vdxg");
        assert_eq!(file_name(b"../HLA*01:02"), "%2E.%2FHLA%2A01%3A02.vdxg");
        assert!(is_contig_file("chr1.vdxg") && !is_contig_file(".vdx-store-x.vdxg") && !is_contig_file("a.vcf.bgz"));
        assert_eq!(part(Path::new("a/chr1.vdxg")), Path::new("a/.chr1.vdxg.part"));
        assert!(!is_contig_file(".chr1.vdxg.part"));
        assert_eq!(unfinished(Path::new("a/b/")), Path::new("a/b.partial"));
        assert!(is_unfinished(Path::new("a/b.partial/")));
    }
}
