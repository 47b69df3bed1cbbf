//! The gnomAD files of one source: which contigs they have, and the file of a contig once it is asked for.

pub(crate) mod agreement;
mod beside;
pub(crate) mod build_check;
mod contigs;
mod facts;
mod open;
mod records;
pub mod release_files;

pub use self::contigs::Resolved;
pub use self::facts::{FileFacts, Origin};
pub use self::records::Records;

use std::path::PathBuf;
use std::sync::OnceLock;

use vdx_cli::Logger;
use vdx_hts::Result;
use vdx_hts::index::{self, Indexed};
use vdx_vcf::Header;
use vdx_vcf::contig::{self, Contig, MT};

use crate::fields::{self, Field, Source};
use crate::query::scan::Scanner;
use crate::store::side::SideFile;
use crate::store::{Picks, StoreFile};

/// An opened source. Headers are read; an index is read, checked or made when a contig is first asked for.
pub struct Db {
    /// `exomes 2.1.1`, or the file's name where that is not an official one.
    pub title: String,
    files: Vec<File>,
    contigs: Vec<Entry>,
    options: index::Options,
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
    /// In the file itself, opened once: every chunk that needs it reports the same failure.
    Vcf(OnceLock<Result<Indexed>>),
    /// In a file of the store, and the allele numbers of all sites where it has them.
    Store(Box<StoreFile>, Option<Box<SideFile>>),
}

impl Data {
    fn vcf() -> Self {
        Self::Vcf(OnceLock::new())
    }
}

/// How the values of one file are taken.
pub enum Taker {
    /// From the lines of a VCF.
    Vcf(Scanner),
    /// From the columns of a store.
    Store(Picks),
}

/// A contig and the file that has it.
#[derive(Debug)]
struct Entry {
    contig: Contig,
    file: usize,
}

impl Db {
    /// The headers, that of the first nuclear chromosome first.
    pub fn headers(&self) -> Vec<&Header> {
        let mut files: Vec<&File> = self.files.iter().collect();
        files.sort_by_key(|file| file.named.as_deref().and_then(contig::number) == Some(MT));
        files.into_iter().map(|file| &file.header).collect()
    }

    /// How each file gives the values of these fields; with `force` those of lists of the wrong length are left out.
    pub fn takers(&self, fields: &[Field], force: bool) -> Vec<Taker> {
        let names: Vec<&str> = fields.iter().map(|field| &field.name[..]).collect();
        let taker = |file: &File| match &file.data {
            Data::Vcf(_) => Taker::Vcf(Scanner::new(&names, &file.header, force)),
            Data::Store(store, _) => Taker::Store(Picks::new(&names, store)),
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
}
