//! `build --an-sites`: gnomAD's table of allele numbers, read once from start to end, as a file beside each contig's.

mod table;

use std::collections::HashSet;
use std::path::Path;

use vdx_cli::{Logger, Progress};
use vdx_hts::{Error, Result};

use self::table::Table;
use crate::source::release_files;
use crate::source::{Db, Resolved};
use crate::store::describe::SourceFile;
use crate::store::folder::{beside, exists};
use crate::store::side::{About, SideFile};
use crate::store::sites::{KIND, SUFFIX, SitesWriter};

/// What came of a table.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Folded {
    /// Sites with an AN above 0 that were taken in.
    pub(super) sites: u64,
    /// Contigs that were there already.
    pub(super) kept: u64,
    /// Sites on contigs that the store does not have.
    pub(super) skipped: u64,
}

/// Reads `table` and writes the files of the contigs of `db`, or of the one called `only`, into `folder`.
///
/// # Errors
/// The table cannot be read, is of another data set or build, or not in order; a file is there that was made from another
/// table; output that cannot be written.
pub(super) fn fold(
    table: &Path,
    db: &Db,
    only: Option<&[u8]>,
    folder: &Path,
    allow_truncated: bool,
    log: &Logger,
    progress: &Progress,
) -> Result<Folded> {
    let source = SourceFile::of(table)?;
    let named = |message: String| Error::data(message).in_file(table.display().to_string());
    if let Some((found, expected)) =
        release_files::dataset_of_file(&source.name).zip(release_files::dataset_of_title(&db.title))
        && found != expected
    {
        return Err(named(format!(
            "expected the table of gnomAD's {expected}, as the files are, found that of {found}"
        )));
    }
    let mut rows = Table::open(table, allow_truncated, progress)?;
    let mut done: HashSet<Vec<u8>> = HashSet::new();
    let mut folded = Folded::default();
    let mut current: Option<(Vec<u8>, Wanted)> = None;
    while let Some(site) = rows.site()? {
        let (chrom, line) = (site.chrom, site.line);
        let located = |error: Error| error.in_file(table.display().to_string()).at_line(line);
        if current.as_ref().is_none_or(|(name, _)| name != chrom) {
            if let Some((name, Wanted::File(writer, _))) = current.take() {
                folded.sites += writer.sites;
                writer.finish()?;
                if only.is_some_and(|only| only == name) {
                    return Ok(folded);
                }
            }
            if !done.insert(chrom.to_vec()) {
                let chrom = String::from_utf8_lossy(chrom);
                return Err(located(Error::data(format!(
                    "expected all sites of {chrom} together, found more of them"
                ))));
            }
            let resolved = db.resolve(chrom, None).map_err(located)?;
            let wanted = wanted(db, only, folder, &source, resolved)?;
            folded.kept += u64::from(matches!(wanted, Wanted::Kept));
            current = Some((chrom.to_vec(), wanted));
        }
        match &mut current {
            Some((_, Wanted::File(writer, length))) => {
                if length.is_some_and(|length| u64::from(site.pos) > length) {
                    let length = length.unwrap_or_default();
                    let message = format!(
                        "expected a site on a contig of {length} bp, found position {}: the table is of another build",
                        site.pos
                    );
                    return Err(located(Error::data(message)));
                }
                writer.add(site.pos, site.an).map_err(located)?;
            }
            Some((_, Wanted::Not)) => folded.skipped += 1,
            _ => {}
        }
    }
    if let Some(what) = rows.truncated() {
        log.warn(&format!("{}: {what}", table.display()));
    }
    if let Some((_, Wanted::File(writer, _))) = current {
        folded.sites += writer.sites;
        writer.finish()?;
    }
    Ok(folded)
}

/// What is to be done with the sites of a contig.
enum Wanted {
    /// Written there; the contig's length.
    File(Box<SitesWriter>, Option<u64>),
    /// They are in the store already.
    Kept,
    /// The store does not have the contig.
    Not,
}

fn wanted(db: &Db, only: Option<&[u8]>, folder: &Path, source: &SourceFile, contig: Resolved) -> Result<Wanted> {
    let Resolved::Covered(at) = contig else { return Ok(Wanted::Not) };
    let contig = db.contig(at);
    if only.is_some_and(|only| only != contig.name) {
        return Ok(Wanted::Not);
    }
    let target = beside(folder, &contig.name, SUFFIX);
    let name = String::from_utf8_lossy(&contig.name).into_owned();
    let about = About { kind: KIND, contig: name, source: source.clone() };
    if !exists(&target)? {
        return Ok(Wanted::File(Box::new(SitesWriter::new(&target, &about)?), contig.length));
    }
    let there = SideFile::open(&target, KIND)?.about;
    if there == about {
        return Ok(Wanted::Kept);
    }
    Err(Error::data(format!(
        "expected it to be made from {}, found it made from {} or from another version of it; delete it, or build into another folder",
        source.name, there.source.name
    ))
    .in_file(target.display().to_string()))
}
