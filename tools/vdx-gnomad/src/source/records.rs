//! The records of a contig: its file's index is read, checked or made when it is first asked for.

use vdx_hts::index::{self, Indexed, Kept};
use vdx_hts::{Error, Result};

use super::{Data, Db, File};
use crate::store::StoreFile;

/// The records of a contig, opened.
pub enum Records<'a> {
    /// A VCF, and the contig's place in its index.
    Vcf(&'a Indexed, usize),
    /// A file of the store.
    Store(&'a StoreFile),
}

impl Db {
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

    pub(super) fn indexed<'a>(&'a self, file: &'a File) -> Result<&'a Indexed> {
        let name = || file.path.display().to_string();
        let Data::Vcf(cell) = &file.data else { return Err(Error::data("a store has no index").in_file(name())) };
        let opened = cell.get_or_init(|| self.open_indexed(file).map_err(|error| error.in_file(name())));
        opened.as_ref().map_err(Error::clone)
    }

    fn open_indexed(&self, file: &File) -> Result<Indexed> {
        if index::find_index(&file.path, &self.options)?.is_none() {
            self.log.info(&format!("{}: no index is there, making one", file.path.display()));
        }
        let opened = index::open(&file.path, &self.options)?;
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

#[cfg(test)]
mod tests {
    use std::sync::OnceLock;

    use vdx_cli::Logger;
    use vdx_hts::Kind;
    use vdx_vcf::Header;
    use vdx_vcf::contig::Contig;

    use super::super::{Entry, File};
    use super::*;

    #[test]
    fn every_chunk_gets_the_failure_with_its_status_and_its_file() {
        let failure = Error::memory("no room for it").in_file("a.vcf.bgz.tbi");
        let header = Header::parse(b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n").unwrap();
        let data = Data::Vcf(OnceLock::from(Err(failure.clone())));
        let db = Db {
            title: "exomes 4.1".into(),
            files: vec![File { path: "a.vcf.bgz".into(), header, named: None, data }],
            contigs: vec![Entry { contig: Contig { name: b"chr1".to_vec(), length: None }, file: 0 }],
            options: index::Options::default(),
            log: Logger::silent("vdx-gnomad"),
        };
        for _ in 0..2 {
            let error = db.opened(0).map(|_| ()).unwrap_err();
            assert_eq!((error.kind(), error.to_string()), (Kind::Memory, failure.to_string()));
        }
    }
}
