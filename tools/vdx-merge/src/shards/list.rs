//! Which shards: from the command line and from `--list`.

use std::collections::HashSet;
use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use vdx_hts::{Error, Result};

/// The shards in the order they were given; `None` is standard input, which it is where no shard is named at all.
///
/// # Errors
/// A list that cannot be read or is empty; a shard that is named twice.
pub(crate) fn shards(files: &[PathBuf], list: Option<&Path>) -> Result<Vec<Option<PathBuf>>> {
    let mut paths = files.to_vec();
    if let Some(list) = list {
        let file = list.display().to_string();
        let text = std::fs::read(list).map_err(|error| Error::io(&file, &error))?;
        let lines = text.split(|&byte| byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let before = paths.len();
        paths.extend(lines.filter(|line| !line.is_empty()).map(|line| PathBuf::from(OsStr::from_bytes(line))));
        if paths.len() == before {
            return Err(Error::data("expected paths of shards one a line, found none").in_file(file));
        }
    }
    if paths.is_empty() {
        return Ok(vec![None]);
    }
    let mut known = HashSet::new();
    for path in &paths {
        if !known.insert(path) {
            let message = format!("{} is given twice; every record of it would be a duplicate", path.display());
            return Err(Error::usage(message));
        }
    }
    Ok(paths.into_iter().map(|path| Some(path).filter(|path| path.as_os_str() != "-")).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_follows_the_arguments_and_nothing_is_stdin() {
        assert_eq!(shards(&[], None).unwrap(), [None]);
        assert_eq!(shards(&["a".into(), "-".into()], None).unwrap(), [Some("a".into()), None]);
        assert!(shards(&["a".into(), "a".into()], None).unwrap_err().to_string().contains("a is given twice"));
        let list = std::env::temp_dir().join(format!("vdx-list-{}", std::process::id()));
        std::fs::write(&list, "x y\r\n\nz").unwrap();
        let paths = shards(&["a".into()], Some(&list)).unwrap();
        assert_eq!(paths, [Some("a".into()), Some("x y".into()), Some("z".into())]);
        std::fs::write(&list, "\n").unwrap();
        assert!(shards(&["a".into()], Some(&list)).unwrap_err().to_string().contains("found none"));
        std::fs::remove_file(&list).unwrap();
    }
}
