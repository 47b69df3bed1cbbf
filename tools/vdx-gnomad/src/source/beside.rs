//! The files beside those of a store's contigs: names of dbSNP, allele numbers of all sites.

use vdx_hts::{Error, Result};

use super::{Data, Db};
use crate::store::rsid::{self, Names};
use crate::store::side::SideFile;
use crate::store::{StoreFile, folder};

impl Db {
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
            match side_file(store, rsid::SUFFIX, rsid::KIND)? {
                Some(names) if names.about.source == store.description.source => found.push(names),
                Some(_) => {
                    let name = store.beside(rsid::SUFFIX).display().to_string();
                    let message = "expected the names of the contig's file, found those of another source";
                    return Err(Error::data(format!("{message}; delete it and build with --rsid again")).in_file(name));
                }
                None => lacks = Some(&store.description.contig),
            }
        }
        match (found.is_empty(), lacks) {
            (false, Some(contig)) => Err(Error::data(format!(
                "expected names of dbSNP for all contigs of the store, found none for {contig}; build it with --rsid, too"
            ))),
            (empty, _) => Ok((!empty).then(|| Names::new(found))),
        }
    }
}

/// Opens the file of that kind beside a contig's, if there is one.
pub(super) fn side_file(store: &StoreFile, suffix: &str, kind: &'static str) -> Result<Option<SideFile>> {
    let (path, contig) = (store.beside(suffix), &store.description.contig);
    if !folder::exists(&path)? {
        return Ok(None);
    }
    let file = SideFile::open(&path, kind)?;
    if file.about.contig != *contig {
        let message = format!("expected it to be of {contig}, found {}; was it renamed?", file.about.contig);
        return Err(Error::data(message).in_file(path.display().to_string()));
    }
    Ok(Some(file))
}
