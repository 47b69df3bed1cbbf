//! One file of the source: which of its contigs are still to be built, and the run over their lines.

use std::path::{Path, PathBuf};

use vdx_cli::{Context, Progress};
use vdx_hts::atomic::Mode;
use vdx_hts::{Error, Result, index};
use vdx_pipeline::Message;
use vdx_pipeline::input::Options;
use vdx_pipeline::sink::{Encoding, Sink};
use vdx_pipeline::{Input, Limits};
use vdx_pipeline::{NoFeed, Run};
use vdx_vcf::region::{Region, Regions};

use super::Built;
use super::columns::{columns, header_lines, keys};
use super::contigs::Contigs;
use super::rows::RowsWork;
use crate::cli::args::BuildArgs;
use crate::source::{Db, Origin, Scanner};
use crate::store::describe::{Description, OWN, SourceFile};
use crate::store::file::StoreFile;
use crate::store::folder::{beside, exists, file_name};
use crate::store::side::{About, SideFile};
use crate::store::{rsid, sites};

/// What is to be built, and where.
pub(super) struct Job<'a> {
    pub(super) args: &'a BuildArgs,
    /// The fields that are asked for, as the headers spell them.
    pub(super) fields: &'a [String],
    pub(super) context: &'a Context,
    pub(super) db: &'a Db,
    pub(super) folder: &'a Path,
    /// The one contig that is wanted.
    pub(super) only: Option<&'a [u8]>,
    pub(super) limits: &'a Limits,
    pub(super) progress: &'a Progress,
}

/// A contig that is to be built.
pub(super) struct Wanted {
    pub(super) contig: Vec<u8>,
    pub(super) description: Description,
    pub(super) target: PathBuf,
}

impl Job<'_> {
    /// The contigs of one file: every thread reads lines, and what they are in the store is packed in their order. `label` is
    /// which of the files it is.
    pub(super) fn file(&self, origin: &Origin<'_>, label: &str, built: &mut Built) -> Result<()> {
        let mut wanted = Vec::new();
        for contig in origin.contigs.iter().map(|&at| self.db.contig(at)) {
            if self.only.is_some_and(|only| only != contig.name) {
                continue;
            }
            let description = self.describe(origin, &contig.name, contig.length)?;
            let target = self.folder.join(file_name(&contig.name));
            if self.is_there(&target, &description)? && self.has_names(&contig.name, &description)? {
                built.kept += 1;
            } else {
                wanted.push(Wanted { contig: contig.name.clone(), description, target });
            }
        }
        let Some(first) = wanted.first() else { return Ok(()) };
        let keys: Vec<&str> = first.description.columns.iter().map(|column| &column.key[..]).collect();
        let (scanner, width) = (Scanner::new(&keys, origin.header, self.args.force), keys.len());
        let contigs: Vec<Vec<u8>> = wanted.iter().map(|wanted| wanted.contig.clone()).collect();
        let work = RowsWork {
            scanner: &scanner,
            layout: origin.layout,
            width,
            own: first.description.columns.iter().position(|column| column.key == OWN),
            named: origin.named,
            wanted: &contigs,
            with_ids: self.args.rsid,
        };
        let options = Options { allow_truncated: self.args.allow_truncated, ..Options::default() };
        let mut input = Input::open(Some(origin.path), options)?;
        let declared = if let Some(layout) = origin.layout {
            input.allow_open_end();
            // Comments, and the line that names columns, which need not be one.
            while input.peek()?.starts_with(b"#") {
                input.read_line()?;
            }
            if !layout.commented {
                input.read_line()?;
            }
            Vec::new()
        } else {
            input.read_vcf_header()?.contigs().to_vec()
        };
        if origin.named.is_none() && contigs.len() < origin.contigs.len() {
            let whole = |contig: &Vec<u8>| Region { contig: contig.clone(), first: 1, last: u32::MAX };
            let regions = Regions::new(contigs.iter().map(whole));
            let options = index::Options { cache: self.args.cache.clone(), allow_truncated: self.args.allow_truncated };
            let (warnings, _) = input.jump(origin.path, &regions, &declared, &options)?;
            warnings.iter().for_each(|warning| self.context.log.warn(warning));
        }
        // Nothing goes to the pipeline's own output.
        let sink = Sink::open(Some(Path::new("/dev/null")), Encoding::Plain, Mode::Usual, self.context.tool)?;
        let limits = crate::cli::plan::limits(self.limits, width);
        self.progress.watch(label, &input);
        let report = |message: Message| self.context.report(message);
        let order = Contigs::new(self, built, wanted, origin.path);
        let run =
            Run { input, prologue: b"", work: &work, feed: NoFeed, order, sink, limits: &limits, report: &report };
        let done = run.go()?;
        let built = done.order.built;
        built.chunks += done.chunks;
        built.workers = built.workers.max(done.workers);
        Ok(())
    }

    /// All files of the wanted contigs that a build may make.
    pub(super) fn files(&self, origins: &[Origin<'_>]) -> Vec<PathBuf> {
        let contigs = origins.iter().flat_map(|origin| &origin.contigs).map(|&at| &self.db.contig(at).name);
        let wanted = contigs.filter(|contig| self.only.is_none_or(|only| only == contig.as_slice()));
        let files = |contig: &Vec<u8>| {
            let beside = [rsid::SUFFIX, sites::SUFFIX].map(|suffix| beside(self.folder, contig, suffix));
            std::iter::once(self.folder.join(file_name(contig))).chain(beside)
        };
        wanted.flat_map(files).collect()
    }

    fn describe(&self, origin: &Origin<'_>, contig: &[u8], length: Option<u64>) -> Result<Description> {
        Ok(Description {
            title: self.db.title.clone(),
            contig: String::from_utf8_lossy(contig).into_owned(),
            length,
            header: header_lines(origin.header),
            source: SourceFile::of(origin.path)?,
            columns: columns(&keys(self.fields, &self.db.source.headers(), origin)),
            forced: self.args.force,
        })
    }

    /// Whether the file is there already, made from the same.
    pub(super) fn is_there(&self, target: &Path, description: &Description) -> Result<bool> {
        if !exists(target)? {
            return Ok(false);
        }
        let there = StoreFile::open(target)?.description;
        if there.serves_as(description) {
            return Ok(true);
        }
        let differ = differences(&there, description);
        Err(Error::data(format!(
            "expected it to be made from {} (gnomAD {}) with the fields asked for, found one made from {} (gnomAD {}), with other fields or with --force{differ}; delete it, or build into another folder",
            description.source.name, description.title, there.source.name, there.title
        ))
        .in_file(target.display().to_string()))
    }

    /// Whether the names that are asked for are there already.
    fn has_names(&self, contig: &[u8], description: &Description) -> Result<bool> {
        let target = beside(self.folder, contig, rsid::SUFFIX);
        Ok(!self.args.rsid || (exists(&target)? && SideFile::open(&target, rsid::KIND)?.about == names_of(description)))
    }
}

/// Which fields a store that is there lacks, and which it has besides, as the end of a sentence.
fn differences(there: &Description, wanted: &Description) -> String {
    let beyond = |one: &Description, other: &Description| -> Vec<String> {
        let is_there = |key: &str| other.columns.iter().any(|column| column.key == key);
        one.columns.iter().filter(|column| !is_there(&column.key)).map(|column| column.key.clone()).collect()
    };
    let mut text = String::new();
    for (what, keys) in [("it lacks", beyond(wanted, there)), ("it has besides", beyond(there, wanted))] {
        if !keys.is_empty() {
            text.push_str(&format!(" ({what} {})", keys.join(", ")));
        }
    }
    text
}

/// What the file of a contig's names says of itself.
pub(super) fn names_of(description: &Description) -> About {
    About { kind: rsid::KIND, contig: description.contig.clone(), source: description.source.clone() }
}
