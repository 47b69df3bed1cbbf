//! Opening a source: a store, a folder of official files, or one file.

use std::path::{Path, PathBuf};

use vdx_cli::Logger;
use vdx_hts::{Error, Result, index};
use vdx_vcf::contig::{self, Contig};

use super::Db;
use super::release_files::{self, Choice};
use super::store::StoreFiles;
use super::vcf::VcfFiles;
use crate::store::{StoreFile, folder};

/// What `--db` says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Location {
    /// The name before `=`.
    pub(crate) name: Option<String>,
    /// Folder or file.
    pub(crate) path: PathBuf,
}

impl From<PathBuf> for Location {
    fn from(path: PathBuf) -> Self {
        Self { name: None, path }
    }
}

impl Db {
    /// Opens a store, a folder of gnomAD files with official names, or one BGZF-compressed VCF. The name of the source
    /// chooses a data set that is called so, where a folder has several.
    ///
    /// # Errors
    /// The path cannot be read; no or several sources in the folder; a file is no VCF.
    pub(crate) fn open(location: &Location, choice: &Choice, options: index::Options, log: Logger) -> Result<Self> {
        if location.path.is_dir() {
            open_folder(location, choice, options, log)
        } else {
            open_file(&location.path, choice, options, log)
        }
    }
}

fn open_folder(location: &Location, choice: &Choice, options: index::Options, log: Logger) -> Result<Db> {
    let folder = &location.path;
    let name = folder.display().to_string();
    let failed = |error: std::io::Error| Error::io(name.clone(), &error);
    let mut names = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        // A name that is not UTF-8 is not official.
        names.extend(entry.map_err(failed)?.file_name().into_string());
    }
    if folder::is_store(&names) {
        return open_store(folder, names, choice);
    }
    let chosen = release_files::choose(names, choice, location.name.as_deref())
        .map_err(|message| Error::data(message).in_file(name.clone()))?;
    let title = format!("{} {}", chosen.dataset, chosen.release);
    let mut files = VcfFiles::new(options, log);
    let mut contigs = Vec::new();
    for (official, name) in chosen.files {
        contigs.extend(add(&mut files, folder.join(name), official.contig.as_deref())?);
    }
    Ok(Db { title, contigs, source: Box::new(files) })
}

fn open_store(folder: &Path, mut names: Vec<String>, choice: &Choice) -> Result<Db> {
    let name = folder.display().to_string();
    if folder::is_unfinished(folder) {
        let help = "let `vdx-gnomad build` finish, or rename it if all contigs that you need are there";
        return Err(Error::data(format!("this store is not whole yet; {help}")).in_file(name));
    }
    if choice.is_of_files() {
        return Err(Error::usage(
            "--dataset and --release choose among the files of a folder; a store has one of each",
        ));
    }
    names.retain(|name| folder::is_contig_file(name));
    let mut files = Vec::new();
    for name in names {
        let file = StoreFile::open(&folder.join(name))?;
        let number = contig::number(file.description.contig.as_bytes());
        files.push(((number.is_none(), number, file.description.contig.clone()), file));
    }
    files.sort_by(|(a, _), (b, _)| a.cmp(b));
    let mut title: Option<String> = None;
    let mut store = StoreFiles::default();
    let mut contigs = Vec::new();
    for (_, file) in files {
        let description = &file.description;
        let title = title.get_or_insert_with(|| description.title.clone());
        if description.title != *title {
            return Err(Error::data(format!(
                "expected one data set and release in a store, found gnomAD {title} and {}",
                description.title
            ))
            .in_file(file.path().display().to_string()));
        }
        contigs.push(store.add(file)?);
    }
    Ok(Db { title: title.unwrap_or_default(), contigs, source: Box::new(store) })
}

fn open_file(path: &Path, choice: &Choice, options: index::Options, log: Logger) -> Result<Db> {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    if choice.is_of_files() {
        return Err(Error::usage("--dataset and --release choose among the files of a folder; --db names a file"));
    }
    let official = release_files::parse(&name);
    let title = official
        .as_ref()
        .map_or_else(|| name.clone().into_owned(), |official| format!("{} {}", official.dataset, official.release));
    let mut files = VcfFiles::new(options, log).with_columns(&choice.columns);
    let label = official.and_then(|official| official.contig);
    let contigs = add(&mut files, path.to_owned(), label.as_deref())?;
    Ok(Db { title, contigs, source: Box::new(files) })
}

/// Adds a file, whose name says which chromosome it holds (`label`), or not.
fn add(files: &mut VcfFiles, path: PathBuf, label: Option<&str>) -> Result<Vec<Contig>> {
    match label {
        Some(label) => Ok(vec![files.add_named(path, label)?]),
        None => files.add_whole(path),
    }
}
