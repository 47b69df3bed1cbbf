//! What `--db` names: which contigs it has, and what it answers. Every kind of source is a [`Source`], which knows its
//! files, and gives each worker a [`Reader`], which takes [questions](Question) and gives [answers](Answer).

pub(crate) mod agreement;
pub(crate) mod alleles;
pub(crate) mod build_check;
mod contigs;
mod extent;
mod facts;
mod open;
mod question;
pub(crate) mod release_files;
mod store;
mod vcf;

pub(crate) use self::contigs::Resolved;
pub(crate) use self::extent::Extent;
pub(crate) use self::facts::{FileFacts, Origin};
pub(crate) use self::open::Location;
pub(crate) use self::question::{Answer, How, Question, Status};
pub(crate) use self::store::own_text;
pub(crate) use self::vcf::scan::Scanner;
pub(crate) use self::vcf::scores::Layout;

use std::path::Path;

use vdx_hts::Result;
use vdx_hts::index::Effort;
use vdx_vcf::Header;
use vdx_vcf::contig::Contig;

use crate::fields::Field;
use crate::store::rsid::Names;
use crate::values::Values;

/// An opened source. Headers are read; an index is read, checked or made when a contig is first asked for.
pub(crate) struct Db {
    /// `exomes 2.1.1`, or the file's name where that is not an official one.
    pub(crate) title: String,
    contigs: Vec<Contig>,
    /// What answers.
    pub(crate) source: Box<dyn Source>,
}

/// A kind of source. Contigs go by their numbers in [`Db`].
pub(crate) trait Source: Send + Sync {
    /// The headers, that of the first nuclear chromosome first.
    fn headers(&self) -> Vec<&Header>;

    /// The file of a contig, and its header.
    fn file(&self, contig: u32) -> (&Path, &Header);

    /// Whether a field that the headers know has values here: a store has those that it was built with.
    fn holds(&self, name: &str) -> bool;

    /// Whether all alleles of a contig are of bases and in minimal form, as gnomAD publishes them: then nothing else need be
    /// asked for.
    fn is_plain(&self, contig: u32) -> bool;

    /// What one worker asks by, for the values of these fields; with `force` those of lists of the wrong length are left
    /// out.
    fn reader<'a>(&'a self, fields: &'a [Field], force: bool) -> Box<dyn Reader + 'a>;

    /// What there is to say of each file.
    ///
    /// # Errors
    /// A file cannot be read.
    fn facts(&self, contigs: &[Contig]) -> Result<Vec<FileFacts>>;

    /// The files that a store can be made from; `None` where this is one.
    fn origins(&self) -> Option<Vec<Origin<'_>>>;

    /// The names in dbSNP; `None` where this is not a store that was built with them.
    ///
    /// # Errors
    /// A file of names is damaged, or missing for some of the contigs, or made from another file than its contig.
    fn names(&self) -> Result<Option<Names>>;
}

/// A worker's place in a source.
pub(crate) trait Reader: Send {
    /// Answers questions about one contig, which are in order of position, into their slots of `answers`, which say already
    /// how a look-up ends that finds nothing, and the values of what is found into `values`. Where REF is to be compared
    /// (`compares`), answers say whether it agrees.
    ///
    /// # Errors
    /// A file that cannot be opened or read.
    fn answer(
        &mut self,
        contig: u32,
        questions: &[Question<'_>],
        compares: bool,
        answers: &mut [Answer],
        values: &mut Values,
    ) -> Result<()>;

    /// What reading has cost since this was last asked.
    fn take_effort(&mut self) -> Effort;
}
