//! Opening a source: a store, a folder of official files, or one file.

use std::path::{Path, PathBuf};

use vdx_cli::Logger;
use vdx_hts::{Error, Result, index};
use vdx_vcf::Header;
use vdx_vcf::contig::{self, Contig, MT};

use super::beside::side_file;
use super::{Data, Db, Entry, File};
use crate::cli::args::DbArg;
use crate::source::release_files::{self, Choice};
use crate::store::{StoreFile, folder, sites};

impl Db {
    /// Opens a store, a folder of gnomAD files with official names, or one BGZF-compressed VCF. The name of the source
    /// chooses a data set that is called so, where a folder has several.
    ///
    /// # Errors
    /// The path cannot be read; no or several sources in the folder; a file is no VCF.
    pub fn open(source: &DbArg, choice: &Choice, options: index::Options, log: Logger) -> Result<Self> {
        let mut this = Self { title: String::new(), files: Vec::new(), contigs: Vec::new(), options, log };
        if source.path.is_dir() {
            this.open_folder(source, choice)?;
        } else {
            this.open_file(&source.path, choice)?;
        }
        Ok(this)
    }

    fn open_folder(&mut self, source: &DbArg, choice: &Choice) -> Result<()> {
        let folder = &source.path;
        let name = folder.display().to_string();
        let failed = |error: std::io::Error| Error::io(name.clone(), &error);
        let mut names = Vec::new();
        for entry in std::fs::read_dir(folder).map_err(failed)? {
            // A name that is not UTF-8 is not official.
            names.extend(entry.map_err(failed)?.file_name().into_string());
        }
        if folder::is_store(&names) {
            return self.open_store(folder, names, choice);
        }
        let chosen = release_files::choose(names, choice, source.name.as_deref())
            .map_err(|message| Error::data(message).in_file(name.clone()))?;
        self.title = format!("{} {}", chosen.dataset, chosen.release);
        for (official, name) in chosen.files {
            let path = folder.join(name);
            let header = read_header(&path, &self.options)?;
            match &official.contig {
                Some(label) => self.add_named(path, header, label)?,
                None => self.add_whole(path, header)?,
            }
        }
        Ok(())
    }

    fn open_store(&mut self, folder: &Path, mut names: Vec<String>, choice: &Choice) -> Result<()> {
        let name = folder.display().to_string();
        if folder::is_unfinished(folder) {
            let help = "let `vdx-gnomad build` finish, or rename it if all contigs that you need are there";
            return Err(Error::data(format!("this store is not whole yet; {help}")).in_file(name));
        }
        if choice != &Choice::default() {
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
        for (_, file) in files {
            let description = &file.description;
            if self.files.is_empty() {
                self.title.clone_from(&description.title);
            }
            if description.title != self.title {
                return Err(Error::data(format!(
                    "expected one data set and release in a store, found gnomAD {} and {}",
                    self.title, description.title
                ))
                .in_file(file.path().display().to_string()));
            }
            let contig = Contig { name: description.contig.clone().into_bytes(), length: description.length };
            let named = Some(contig.name.clone());
            self.contigs.push(Entry { contig, file: self.files.len() });
            let sites = side_file(&file, sites::SUFFIX, sites::KIND)?.map(Box::new);
            let header = file.header.clone();
            self.files.push(File {
                path: file.path().to_owned(),
                header,
                named,
                data: Data::Store(Box::new(file), sites),
            });
        }
        Ok(())
    }

    fn open_file(&mut self, path: &Path, choice: &Choice) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if choice != &Choice::default() {
            return Err(Error::usage("--dataset and --release choose among the files of a folder; --db names a file"));
        }
        let header = read_header(path, &self.options)?;
        let official = release_files::parse(&name);
        self.title = official
            .as_ref()
            .map_or_else(|| name.clone().into_owned(), |official| format!("{} {}", official.dataset, official.release));
        match official.and_then(|official| official.contig) {
            Some(label) => self.add_named(path.to_owned(), header, &label),
            None => self.add_whole(path.to_owned(), header),
        }
    }

    /// Adds a file whose name says which chromosome it holds.
    fn add_named(&mut self, path: PathBuf, header: Header, label: &str) -> Result<()> {
        let number = contig::number(label.as_bytes());
        let declared = header.contigs().iter().find(|contig| contig::number(&contig.name) == number);
        let contig = declared.cloned().unwrap_or_else(|| Contig {
            name: label.as_bytes().to_vec(),
            // The mitochondrion of every release is the rCRS.
            length: (number == Some(MT)).then_some(contig::RCRS_LENGTH),
        });
        let named = Some(contig.name.clone());
        self.contigs.push(Entry { contig, file: self.files.len() });
        self.files.push(File { path, header, named, data: Data::vcf() });
        Ok(())
    }

    /// Adds a file of any contigs: its index says which have records.
    fn add_whole(&mut self, path: PathBuf, header: Header) -> Result<()> {
        let at = self.files.len();
        self.files.push(File { path, header, named: None, data: Data::vcf() });
        let names: Vec<Vec<u8>> = {
            let indexed = self.indexed(&self.files[at])?;
            let contigs = indexed.index.contigs().iter().filter(|contig| !contig.is_empty());
            contigs.map(|contig| contig.name.clone()).collect()
        };
        for name in names {
            let declared = self.files[at].header.contigs().iter().find(|contig| contig.name == name);
            let length = declared.and_then(|contig| contig.length);
            self.contigs.push(Entry { contig: Contig { name, length }, file: at });
        }
        Ok(())
    }
}

fn read_header(path: &Path, options: &index::Options) -> Result<Header> {
    let text = index::read_header(path, options)?;
    Header::parse(&text).map_err(|error| Error::from(error).in_file(path.display().to_string()))
}
