//! Where indexes of any kind (`.tbi .csi .fai .gzi`) stand: beside their file, else in a folder that the user names.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The index beside a file: `a.vcf.gz` and `.tbi` make `a.vcf.gz.tbi`.
#[must_use]
pub fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut path = file.as_os_str().to_owned();
    path.push(suffix);
    path.into()
}

/// The index of `file` in the folder `cache`. Its name holds path, size and time of the file: another file, or the same one
/// once it has changed, never finds it.
#[must_use]
pub fn cached(cache: &Path, file: &Path, suffix: &str) -> PathBuf {
    let mut hasher = DefaultHasher::new();
    let about = fs::metadata(file).ok();
    let path = fs::canonicalize(file).unwrap_or_else(|_| file.to_owned());
    (path, about.as_ref().map_or(0, fs::Metadata::len), modified(file)).hash(&mut hasher);
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    cache.join(format!("{name}.{:016x}{suffix}", hasher.finish()))
}

/// Whether an index was last changed before the file it is of, as far as that can be seen.
#[must_use]
pub fn is_older(index: &Path, file: &Path) -> bool {
    modified(index).zip(modified(file)).is_some_and(|(index, file)| index < file)
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_file_has_another_place_in_the_cache() {
        let folder = tempfile::tempdir().unwrap();
        let (cache, file) = (Path::new("/cache"), folder.path().join("a.vcf.gz"));
        fs::write(&file, "x").unwrap();
        let place = cached(cache, &file, ".tbi");
        assert_eq!(place, cached(cache, &file, ".tbi"));
        let name = place.file_name().unwrap().to_str().unwrap();
        assert!(name.starts_with("a.vcf.gz.") && name.ends_with(".tbi"));
        fs::write(&file, "xy").unwrap();
        assert_ne!(place, cached(cache, &file, ".tbi"));
        assert_eq!(beside(&file, ".fai"), folder.path().join("a.vcf.gz.fai"));
        assert!(!is_older(&file, &file) && !is_older(&place, &file));
    }
}
