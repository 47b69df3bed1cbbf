//! What a source says of its files: for `info`, and for a store to be made from them.

use std::path::Path;

use vdx_vcf::Header;

use super::Layout;

/// A file, as [`super::Source::facts`] tells of it.
pub(crate) struct FileFacts {
    /// Its name, without folders.
    pub(crate) name: String,
    /// Names of its contigs.
    pub(crate) contigs: Vec<String>,
    /// In bytes.
    pub(crate) size: u64,
    /// How many records it has; `None`: only reading it would tell.
    pub(crate) records: Option<u64>,
    /// The name of its index, `missing`, or `inside`.
    pub(crate) index: String,
    /// What a file of a store was made from.
    pub(crate) source: Option<String>,
    /// Whether values of lists of the wrong length may have been left out of it.
    pub(crate) forced: bool,
    /// Whether it has names of dbSNP, and what its allele numbers of all sites were made from.
    pub(crate) beside: Option<(bool, Option<String>)>,
}

/// A VCF, or a table of scores, that a store can be made from.
pub(crate) struct Origin<'a> {
    /// The file.
    pub(crate) path: &'a Path,
    /// Its header.
    pub(crate) header: &'a Header,
    /// The one contig that an official name promises.
    pub(crate) named: Option<&'a [u8]>,
    /// Where it has what a record is made of, if it is a table of scores.
    pub(crate) layout: Option<&'a Layout>,
    /// Whether all its alleles are of bases and in minimal form.
    pub(crate) is_plain: bool,
    /// The numbers of its contigs in the source.
    pub(crate) contigs: Vec<u32>,
}

/// The name of a file, without folders.
pub(super) fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
