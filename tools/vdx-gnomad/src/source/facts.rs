//! What a source says of its files: for `info`, and for a store to be made from them.

use std::path::Path;

use vdx_hts::{Error, Result, index};
use vdx_vcf::Header;

use super::{Data, Db, File};
use crate::store::{folder, rsid};

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
    /// Whether values of lists of the wrong length may have been left out of it.
    pub forced: bool,
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

impl Db {
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
            let name = name_of(&file.path);
            let contigs = own.map(|entry| String::from_utf8_lossy(&entry.contig.name).into_owned()).collect();
            Ok(match &file.data {
                Data::Store(store, sites) => {
                    let sites = sites.as_ref().map(|sites| sites.about.source.name.clone());
                    FileFacts {
                        name,
                        contigs,
                        size: store.size(),
                        records: Some(store.end.records),
                        index: "inside".to_owned(),
                        source: Some(store.description.source.name.clone()),
                        forced: store.description.forced,
                        beside: Some((folder::exists(&store.beside(rsid::SUFFIX))?, sites)),
                    }
                }
                Data::Vcf(_) => {
                    let failed = |error| Error::io(file.path.display().to_string(), &error);
                    let size = std::fs::metadata(&file.path).map_err(failed)?.len();
                    let index = index::find_index(&file.path, &self.options)?;
                    let index = index.map_or_else(|| "missing".to_owned(), |path| name_of(&path));
                    FileFacts { name, contigs, size, records: None, index, source: None, forced: false, beside: None }
                }
            })
        };
        self.files.iter().enumerate().map(facts).collect()
    }
}
