//! The gnomAD files of one source: which contigs they have, and the file of a contig once it is asked for.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use vdx_cli::Logger;
use vdx_stream::tabix::{self, Indexed, Kept};
use vdx_stream::{Error, Result};
use vdx_vcf::Header;
use vdx_vcf::build::Build;
use vdx_vcf::contig::{self, Contig, MT};

use crate::args::DbArg;
use crate::fields::{self, Field, Source};
use crate::official::{self, Choice};
use crate::scan::Scanner;
use crate::store::rsid::{self, Names};
use crate::store::side::SideFile;
use crate::store::{Picks, StoreFile, folder, sites};

/// An opened source. Headers are read; an index is read, checked or made when a contig is first asked for.
pub struct Db {
    /// `exomes 2.1.1`, or the file's name where that is not an official one.
    pub title: String,
    files: Vec<File>,
    contigs: Vec<Entry>,
    options: tabix::Options,
    log: Logger,
}

#[derive(Debug)]
struct File {
    path: PathBuf,
    header: Header,
    /// The one contig that an official name promises.
    named: Option<Vec<u8>>,
    data: Data,
}

/// Where the records are.
#[derive(Debug)]
enum Data {
    /// In the file itself. Not an [`Error`]: every chunk that needs the file reports the failure.
    Vcf(OnceLock<std::result::Result<Indexed, String>>),
    /// In a file of the store, and the allele numbers of all sites where it has them.
    Store(Box<StoreFile>, Option<Box<SideFile>>),
}

impl Data {
    fn vcf() -> Self {
        Self::Vcf(OnceLock::new())
    }
}

/// The records of a contig, opened.
pub enum Records<'a> {
    /// A VCF, and the contig's place in its index.
    Vcf(&'a Indexed, usize),
    /// A file of the store.
    Store(&'a StoreFile),
}

/// How the values of one file are taken.
pub enum Taker {
    /// From the lines of a VCF.
    Vcf(Scanner),
    /// From the columns of a store.
    Store(Picks),
}

/// A file, as [`Db::files`] tells of it.
pub struct FileFacts {
    /// Its name, without folders.
    pub name: String,
    /// Names of its contigs.
    pub contigs: Vec<String>,
    /// In bytes.
    pub size: u64,
    /// How many records it has; `None`: only reading it would tell.
    pub records: Option<u64>,
    /// The name of its index, `missing`, or `inside`.
    pub index: String,
    /// What a file of a store was made from.
    pub source: Option<String>,
    /// Whether it has names of dbSNP, and what its allele numbers of all sites were made from.
    pub beside: Option<(bool, Option<String>)>,
}

/// A VCF that a store can be made from.
pub struct Origin<'a> {
    /// The file.
    pub path: &'a Path,
    /// Its header.
    pub header: &'a Header,
    /// The one contig that an official name promises.
    pub named: Option<&'a [u8]>,
    /// The numbers of its contigs in the source.
    pub contigs: Vec<u32>,
}

/// A contig and the file that has it.
#[derive(Debug)]
struct Entry {
    contig: Contig,
    file: usize,
}

/// What is known of a query's contig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// The number of the contig in the source.
    Covered(u32),
    /// No file has it.
    NotCovered,
}

impl Db {
    /// Opens a store, a folder of gnomAD files with official names, or one BGZF-compressed VCF. The name of the source
    /// chooses a data set that is called so, where a folder has several.
    ///
    /// # Errors
    /// The path cannot be read; no or several sources in the folder; a file is no VCF.
    pub fn open(source: &DbArg, choice: &Choice, options: tabix::Options, log: Logger) -> Result<Self> {
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
        let chosen = official::choose(names, choice, source.name.as_deref())
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
                .in_file(file.name()));
            }
            let contig = Contig { name: description.contig.clone().into_bytes(), length: description.length };
            let named = Some(contig.name.clone());
            self.contigs.push(Entry { contig, file: self.files.len() });
            let sites = side_file(folder, &description.contig, sites::SUFFIX, sites::KIND)?.map(Box::new);
            let header = file.header.clone();
            self.files.push(File { path: file.path.clone(), header, named, data: Data::Store(Box::new(file), sites) });
        }
        Ok(())
    }

    fn open_file(&mut self, path: &Path, choice: &Choice) -> Result<()> {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if choice != &Choice::default() {
            return Err(Error::usage("--dataset and --release choose among the files of a folder; --db names a file"));
        }
        let header = read_header(path, &self.options)?;
        let official = official::parse(&name);
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

    /// The headers, that of the first nuclear chromosome first.
    pub fn headers(&self) -> Vec<&Header> {
        let mut files: Vec<&File> = self.files.iter().collect();
        files.sort_by_key(|file| file.named.as_deref().and_then(contig::number) == Some(MT));
        files.into_iter().map(|file| &file.header).collect()
    }

    /// How each file gives the values of these fields.
    pub fn takers(&self, fields: &[Field]) -> Vec<Taker> {
        let taker = |file: &File| match &file.data {
            Data::Vcf(_) => Taker::Vcf(Scanner::new(fields, &file.header)),
            Data::Store(store, _) => Taker::Store(Picks::new(fields, store)),
        };
        self.files.iter().map(taker).collect()
    }

    /// Whether a field that the headers know has values here: a store has those that it was built with.
    pub fn holds(&self, name: &str) -> bool {
        self.files.iter().any(|file| match (fields::source(name, &file.header), &file.data) {
            (None, _) => false,
            (Some(Source::Info { key, .. }), Data::Store(store, _)) => {
                std::str::from_utf8(&key).is_ok_and(|key| store.column(key).is_some())
            }
            (Some(_), _) => true,
        })
    }

    /// The files that a store can be made from; `None` where this is one.
    pub fn origins(&self) -> Option<Vec<Origin<'_>>> {
        let mut origins = Vec::with_capacity(self.files.len());
        for (at, file) in self.files.iter().enumerate() {
            let File { path, header, named, data: Data::Vcf(_) } = file else { return None };
            let own = self.contigs.iter().enumerate().filter(|(_, entry)| entry.file == at);
            let contigs = own.map(|(contig, _)| contig as u32).collect();
            origins.push(Origin { path, header, named: named.as_deref(), contigs });
        }
        Some(origins)
    }

    /// What there is to say of each file.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn files(&self) -> Result<Vec<FileFacts>> {
        let name_of = |path: &Path| path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let facts = |(at, file): (usize, &File)| {
            let own = self.contigs.iter().filter(|entry| entry.file == at);
            let beside = match &file.data {
                Data::Store(store, sites) => {
                    let folder = file.path.parent().unwrap_or(Path::new("."));
                    let names = folder::beside(folder, store.description.contig.as_bytes(), rsid::SUFFIX);
                    Some((names.exists(), sites.as_ref().map(|sites| sites.about.source.name.clone())))
                }
                Data::Vcf(_) => None,
            };
            let (size, records, index, source) = match &file.data {
                Data::Store(store, _) => {
                    let source = store.description.source.name.clone();
                    (store.size, Some(store.end.records), "inside".to_owned(), Some(source))
                }
                Data::Vcf(_) => {
                    let name = file.path.display().to_string();
                    let about = std::fs::metadata(&file.path).map_err(|error| Error::io(name, &error))?;
                    let index = tabix::find_index(&file.path, &self.options)?;
                    (about.len(), None, index.map_or_else(|| "missing".to_owned(), |path| name_of(&path)), None)
                }
            };
            Ok(FileFacts {
                name: name_of(&file.path),
                contigs: own.map(|entry| String::from_utf8_lossy(&entry.contig.name).into_owned()).collect(),
                size,
                records,
                index,
                source,
                beside,
            })
        };
        self.files.iter().enumerate().map(facts).collect()
    }

    /// The allele numbers of all sites of a contig, where the source has them.
    pub fn sites(&self, contig: u32) -> Option<&SideFile> {
        match &self.files[self.file_of(contig)].data {
            Data::Store(_, sites) => sites.as_deref(),
            Data::Vcf(_) => None,
        }
    }

    /// The names in dbSNP; `None` where this is not a store that was built with them.
    ///
    /// # Errors
    /// A file of names is damaged, or missing for some of the contigs, or made from another file than its contig.
    pub fn names(&self) -> Result<Option<Names>> {
        let mut found = Vec::new();
        let mut lacks = None;
        for file in &self.files {
            let Data::Store(store, _) = &file.data else { return Ok(None) };
            let folder = file.path.parent().unwrap_or(Path::new("."));
            let contig = &store.description.contig;
            match side_file(folder, contig, rsid::SUFFIX, rsid::KIND)? {
                Some(names) if names.about.source == store.description.source => found.push(names),
                Some(_) => {
                    let name = folder::beside(folder, contig.as_bytes(), rsid::SUFFIX).display().to_string();
                    let message = "expected the names of the contig's file, found those of another source";
                    return Err(Error::data(format!("{message}; delete it and build with --rsid again")).in_file(name));
                }
                None => lacks = Some(contig),
            }
        }
        match (found.is_empty(), lacks) {
            (false, Some(contig)) => Err(Error::data(format!(
                "expected names of dbSNP for all contigs of the store, found none for {contig}; build it with --rsid, too"
            ))),
            (empty, _) => Ok((!empty).then(|| Names::new(found))),
        }
    }

    /// A contig by its number.
    pub fn contig(&self, contig: u32) -> &Contig {
        &self.contigs[contig as usize].contig
    }

    /// The build, as far as contig lengths tell.
    pub fn build(&self) -> Option<Build> {
        self.contigs.iter().find_map(|entry| build_of(&entry.contig))
    }

    fn contigs(&self) -> impl Iterator<Item = &Contig> {
        self.contigs.iter().map(|entry| &entry.contig)
    }

    /// Finds a query's contig, whose length in bases is `length` where the query knows it.
    ///
    /// # Errors
    /// The source has the chromosome, but of another build: by length or by RefSeq name.
    pub fn resolve(&self, name: &[u8], length: Option<u64>) -> Result<Resolved> {
        if let Some(at) = contig::resolve(name, length, self.contigs()) {
            let found = &self.contigs[at].contig;
            if found.name != name || length.is_none() || found.length.is_none() || length == found.length {
                return Ok(Resolved::Covered(at as u32));
            }
        }
        let number = contig::number(name);
        let other = self
            .contigs()
            .find(|contig| contig.name == name || (number.is_some() && contig::number(&contig.name) == number));
        match other {
            // hg19's chrM is another sequence than the rCRS in a file that is right otherwise.
            Some(_) if number == Some(MT) => Ok(Resolved::NotCovered),
            Some(other) => Err(Error::data(format!(
                "the builds differ: the input's {} is {}, gnomAD's ({}) {} is {}; use the gnomAD release of the input's build",
                String::from_utf8_lossy(name),
                describe(name, length),
                self.title,
                String::from_utf8_lossy(&other.name),
                describe(&other.name, other.length),
            ))),
            None => Ok(Resolved::NotCovered),
        }
    }

    /// Which file has the contig.
    pub fn file_of(&self, contig: u32) -> usize {
        self.contigs[contig as usize].file
    }

    /// Whether the contig is the mitochondrion, which is the same in both builds.
    pub fn is_mitochondrial(&self, contig: u32) -> bool {
        contig::number(&self.contigs[contig as usize].contig.name) == Some(MT)
    }

    /// The opened file of a contig and the contig's place in its index; `None` where the index has no record of it.
    ///
    /// # Errors
    /// The file or its index is damaged, the index belongs to another file, or the file has other contigs than its
    /// name says.
    pub fn opened(&self, contig: u32) -> Result<Option<Records<'_>>> {
        let entry = &self.contigs[contig as usize];
        let file = &self.files[entry.file];
        if let Data::Store(store, _) = &file.data {
            return Ok(Some(Records::Store(store)));
        }
        let indexed = self.indexed(file)?;
        Ok(indexed.index.contig(&entry.contig.name).map(|at| Records::Vcf(indexed, at)))
    }

    fn indexed<'a>(&'a self, file: &'a File) -> Result<&'a Indexed> {
        let name = file.path.display().to_string();
        let Data::Vcf(cell) = &file.data else { return Err(Error::data("a store has no index").in_file(name)) };
        let opened = cell.get_or_init(|| {
            self.open_indexed(file).map_err(|error| {
                let text = error.to_string();
                text.strip_prefix(&format!("{name}: ")).map_or(text.clone(), str::to_owned)
            })
        });
        opened.as_ref().map_err(|message| Error::data(message.clone()).in_file(name))
    }

    fn open_indexed(&self, file: &File) -> Result<Indexed> {
        if tabix::find_index(&file.path, &self.options)?.is_none() {
            self.log.info(&format!("{}: no index is there, making one", file.path.display()));
        }
        let opened = tabix::open(&file.path, &self.options)?;
        let index = &opened.indexed.index;
        if let Some(named) = &file.named {
            let held = index.contigs().iter().filter(|contig| !contig.is_empty());
            if let Some(other) = held.clone().next().filter(|_| !held.clone().any(|contig| contig.name == *named)) {
                return Err(Error::data(format!(
                    "expected records of {} by the file's name, found {}; was it renamed?",
                    String::from_utf8_lossy(named),
                    String::from_utf8_lossy(&other.name)
                ))
                .in_file(opened.indexed.file.name()));
            }
        }
        if let Kept::Written(path) = &opened.kept {
            self.log.info(&format!("made {}", path.display()));
        }
        opened.warnings.iter().for_each(|warning| self.log.warn(warning));
        Ok(opened.indexed)
    }
}

/// Opens the file of that kind beside a contig's, if there is one.
fn side_file(folder: &Path, contig: &str, suffix: &str, kind: &'static str) -> Result<Option<SideFile>> {
    let path = folder::beside(folder, contig.as_bytes(), suffix);
    if !path.exists() {
        return Ok(None);
    }
    let file = SideFile::open(&path, kind)?;
    if file.about.contig != contig {
        let message = format!("expected it to be of {contig}, found {}; was it renamed?", file.about.contig);
        return Err(Error::data(message).in_file(path.display().to_string()));
    }
    Ok(Some(file))
}

fn read_header(path: &Path, options: &tabix::Options) -> Result<Header> {
    let text = tabix::read_header(path, options)?;
    Header::parse(&text)
        .map_err(|error| Error::data(error.to_string()).in_file(path.display().to_string()).at_line(error.line))
}

fn build_of(contig: &Contig) -> Option<Build> {
    Build::by_length(contig::number(&contig.name)?, contig.length?)
}

fn describe(name: &[u8], length: Option<u64>) -> String {
    let build = match Build::of_refseq(name) {
        Some((_, build)) => build,
        None => contig::number(name).and_then(|number| Build::by_length(number, length?)),
    };
    match (length, build) {
        (Some(length), Some(build)) => format!("{length} bp long ({})", build.name()),
        (Some(length), None) => format!("{length} bp long"),
        (None, Some(build)) => format!("of {}", build.name()),
        (None, None) => "of unknown length".to_owned(),
    }
}
