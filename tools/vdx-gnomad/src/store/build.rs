//! `vdx-gnomad build` from arguments to summary.

use std::ffi::OsString;
use std::path::{Path, PathBuf};

use vdx_cli::plan::{GNOMAD, ToolCost};
use vdx_cli::stats::Counts;
use vdx_cli::{Context, Outcome, Stats};
use vdx_stream::input::Options;
use vdx_stream::order::Order;
use vdx_stream::pipeline::{Message, NoFeed, Run};
use vdx_stream::sink::{Encoding, Sink};
use vdx_stream::{Error, Input, Limits, Out, Result, Threads, tabix};
use vdx_vcf::Header;
use vdx_vcf::region::{Region, Regions};

use super::SUFFIX;
use super::describe::{Description, SourceFile, columns, header_lines};
use super::file::{End, StoreFile};
use super::fold;
use super::rows::{Rows, RowsWork};
use super::rsid::{self, Gatherer};
use super::side::{About, SideFile};
use super::write::ContigWriter;
use crate::args::BuildArgs;
use crate::db::{Db, Origin, Resolved};
use crate::fields::{self, Field};
use crate::scan::Scanner;

/// What sorting names takes, in bytes.
const NAMES_BYTES: u64 = 32 << 20;

/// What a store is called until all of it is there.
const UNFINISHED: &str = ".partial";

/// Runs `build`.
///
/// # Errors
/// Arguments that cannot be followed, a source that cannot be read, a store that was made from something else, output
/// that cannot be written.
pub fn build(args: &BuildArgs, context: &Context) -> Result<Outcome> {
    let names = if args.rsid { NAMES_BYTES } else { 0 };
    let plan = context.plan(&args.limits, &ToolCost { reserve: GNOMAD.reserve + names, ..GNOMAD })?;
    let options = tabix::Options { cache: args.cache.clone(), allow_truncated: args.allow_truncated };
    let db = Db::open(&args.db.clone().into(), &args.choice, options, context.log.clone())?;
    let name = args.db.display().to_string();
    let usage = |message: String| Error::usage(message).in_file(name.clone());
    let mut origins = db.origins().ok_or_else(|| usage("this is a store already".to_owned()))?;
    let only = match &args.contig {
        None => None,
        Some(contig) => match db.resolve(contig.as_bytes(), None)? {
            Resolved::Covered(at) => {
                origins.retain(|origin| origin.contigs.contains(&at));
                Some(db.contig(at).name.clone())
            }
            Resolved::NotCovered => return Err(usage(format!("--contig {contig}: no file has this contig"))),
        },
    };
    let named: Vec<String> =
        args.fields.iter().filter(|name| !matches!(&name[..], "all" | "default")).cloned().collect();
    let found = fields::resolve(&named, &db.headers()).map_err(usage)?;
    fields::warn_of_missing(&found, &db.title, &context.log);
    // A whole store gets its name when it is whole; a single contig goes into the store that other jobs fill, too.
    let whole = only.is_none() && !args.output.exists();
    let folder = if whole { suffixed(&args.output, UNFINISHED) } else { args.output.clone() };
    std::fs::create_dir_all(&folder).map_err(|error| Error::io(folder.display().to_string(), &error))?;
    let job = Job { args, context, db: &db, folder: &folder, only: only.as_deref(), limits: &plan.limits };
    let mut built = Built::default();
    origins.iter().try_for_each(|origin| job.file(origin, &mut built))?;
    let folded = match &args.an_sites {
        Some(table) => {
            let truncated = args.allow_truncated;
            Some(fold::fold(table, &db, only.as_deref(), &folder, truncated, &context.log)?)
        }
        None => None,
    };
    if whole {
        std::fs::rename(&folder, &args.output).map_err(|error| Error::io(args.output.display().to_string(), &error))?;
    }
    let inputs = [name].into_iter().chain(args.an_sites.iter().map(|table| table.display().to_string()));
    let mut stats = built.stats(inputs.collect(), context);
    if let Some(folded) = folded {
        stats.reasons.add("an_sites", folded.sites);
        stats.reasons.add("an_sites_skipped", folded.skipped);
        stats.reasons.add("an_sites_contigs_kept", folded.kept);
    }
    context.finish(&stats, &plan, args.stats.as_deref())?;
    Ok(Outcome::Done)
}

struct Job<'a> {
    args: &'a BuildArgs,
    context: &'a Context,
    db: &'a Db,
    folder: &'a Path,
    /// The one contig that is wanted.
    only: Option<&'a [u8]>,
    limits: &'a Limits,
}

/// What was built.
#[derive(Default)]
struct Built {
    /// Contig, records, ALTs left out, bytes.
    files: Vec<(String, u64, u64, u64)>,
    kept: u64,
    chunks: u64,
    workers: usize,
}

/// A contig that is to be built.
struct Wanted {
    contig: Vec<u8>,
    description: Description,
    target: PathBuf,
}

impl Job<'_> {
    /// The contigs of one file: every thread reads lines, and what they are in the store is packed in their order.
    fn file(&self, origin: &Origin<'_>, built: &mut Built) -> Result<()> {
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
        let field = |key: &str| Field {
            name: key.to_owned(),
            kind: vdx_vcf::header::Type::String,
            about: String::new(),
            missing: false,
        };
        let fields: Vec<Field> = first.description.columns.iter().map(|column| field(&column.key)).collect();
        let scanner = Scanner::new(&fields, origin.header);
        let contigs: Vec<Vec<u8>> = wanted.iter().map(|wanted| wanted.contig.clone()).collect();
        let work = RowsWork {
            scanner: &scanner,
            width: fields.len(),
            named: origin.named,
            wanted: &contigs,
            with_ids: self.args.rsid,
        };
        let options = Options { allow_truncated: self.args.allow_truncated, ..Options::default() };
        let mut input = Input::open(Some(origin.path), options)?;
        let header = input.read_vcf_header()?;
        if origin.named.is_none() && contigs.len() < origin.contigs.len() {
            let whole = |contig: &Vec<u8>| Region { contig: contig.clone(), first: 1, last: u32::MAX };
            let regions = Regions::new(contigs.iter().map(whole));
            let options = tabix::Options { cache: self.args.cache.clone(), allow_truncated: self.args.allow_truncated };
            let warnings = input.jump(origin.path, &regions, header.contigs(), &options)?;
            warnings.iter().for_each(|warning| self.context.log.warn(warning));
        }
        // Nothing goes to the pipeline's own output.
        let sink = Sink::open(Some(Path::new("/dev/null")), Encoding::Plain, self.context.tool)?;
        let limits = crate::plan::limits(self.limits, fields.len());
        let report = |message: Message| self.context.report(message);
        let order = Contigs { job: self, built, wanted, open: None, seen: Vec::new(), threads: None };
        let run =
            Run { input, prologue: b"", work: &work, feed: NoFeed, order, sink, limits: &limits, report: &report };
        let done = run.go()?;
        let built = done.order.built;
        built.chunks += done.chunks;
        built.workers = built.workers.max(done.workers);
        Ok(())
    }

    fn describe(&self, origin: &Origin<'_>, contig: &[u8], length: Option<u64>) -> Result<Description> {
        Ok(Description {
            title: self.db.title.clone(),
            contig: String::from_utf8_lossy(contig).into_owned(),
            length,
            header: header_lines(origin.header),
            source: SourceFile::of(origin.path)?,
            columns: columns(&keys(&self.args.fields, &self.db.headers(), origin.header)),
        })
    }

    /// Whether the file is there already, made from the same.
    fn is_there(&self, target: &Path, description: &Description) -> Result<bool> {
        if !target.exists() {
            return Ok(false);
        }
        let there = StoreFile::open(target)?.description;
        if there.to_json() == description.to_json() {
            return Ok(true);
        }
        Err(Error::data(format!(
            "expected it to be made from {} (gnomAD {}) with the fields asked for, found one made from {} (gnomAD {}) or with other fields; delete it, or build into another folder",
            description.source.name, description.title, there.source.name, there.title
        ))
        .in_file(target.display().to_string()))
    }

    /// Whether the names that are asked for are there already.
    fn has_names(&self, contig: &[u8], description: &Description) -> Result<bool> {
        let target = beside(self.folder, contig, rsid::SUFFIX);
        Ok(!self.args.rsid || (target.exists() && SideFile::open(&target, rsid::KIND)?.about == names_of(description)))
    }
}

/// The ordered stage: a file of the store for each contig that comes.
struct Contigs<'j, 'b> {
    job: &'j Job<'j>,
    built: &'b mut Built,
    /// What has not come yet.
    wanted: Vec<Wanted>,
    open: Option<Making>,
    /// The contigs that came, the last of them at hand.
    seen: Vec<Vec<u8>>,
    threads: Option<Threads>,
}

/// A contig that is being built.
struct Making {
    writer: ContigWriter,
    names: Option<Gatherer>,
}

impl Making {
    fn append(&mut self, rows: &Rows) -> Result<()> {
        self.writer.append(rows)?;
        let Some(names) = &mut self.names else { return Ok(()) };
        (0..rows.keys.len())
            .try_for_each(|row| names.add(rows.ids.get(row as u32, 0).unwrap_or(b"."), &rows.keys.get(row)))
    }
}

impl Contigs<'_, '_> {
    fn append(&mut self, rows: &Rows) -> Result<()> {
        if self.seen.last() != Some(&rows.contig) {
            if let Some(making) = self.open.take() {
                self.close(making)?;
            }
            if self.seen.contains(&rows.contig) {
                let error = Error::data("expected all records of a contig together; sort the file (bcftools sort)");
                return Err(rows.place(error));
            }
            self.seen.push(rows.contig.clone());
            if let Some(at) = self.wanted.iter().position(|wanted| wanted.contig == rows.contig) {
                let wanted = self.wanted.swap_remove(at);
                self.open = Some(self.start(wanted)?);
            }
        }
        self.open.as_mut().map_or(Ok(()), |making| making.append(rows))
    }

    fn start(&self, Wanted { contig, description, target }: Wanted) -> Result<Making> {
        let names = beside(self.job.folder, &contig, rsid::SUFFIX);
        let names = self.job.args.rsid.then(|| Gatherer::new(&names, names_of(&description)));
        Ok(Making { writer: ContigWriter::new(&target, description, self.threads.clone())?, names })
    }

    fn close(&mut self, Making { writer, names }: Making) -> Result<()> {
        if let Some(names) = names {
            names.finish()?;
        }
        let (contig, path) = (writer.contig().to_owned(), writer.target().to_owned());
        let End { records, left_out, .. } = writer.finish()?;
        let size = std::fs::metadata(&path).map_or(0, |about| about.len());
        self.job.context.log.debug(&format!("{contig}: {records} records in {size} bytes"));
        self.built.files.push((contig, records, left_out, size));
        Ok(())
    }
}

impl Order<Vec<Rows>> for Contigs<'_, '_> {
    fn accept(&mut self, mut out: Out<Vec<Rows>>, _: &mut Sink) -> Result<()> {
        std::mem::take(&mut out.note).iter().try_for_each(|rows| self.append(rows))
    }

    fn work_on(&mut self, threads: &Threads) {
        self.threads = Some(threads.clone());
    }

    fn finish(&mut self, sink: Sink) -> Result<Sink> {
        if let Some(making) = self.open.take() {
            self.close(making)?;
        }
        // A file without records still covers its contig.
        for wanted in std::mem::take(&mut self.wanted) {
            let making = self.start(wanted)?;
            self.close(making)?;
        }
        Ok(sink)
    }
}

/// What the file of a contig's names says of itself.
fn names_of(description: &Description) -> About {
    About { kind: rsid::KIND, contig: description.contig.clone(), source: description.source.clone() }
}

impl Built {
    fn stats(mut self, inputs: Vec<String>, context: &Context) -> Stats {
        self.files.sort();
        let (mut contigs, mut reasons) = (Counts::default(), Counts::default());
        let (mut records, mut left_out, mut bytes) = (0, 0, 0);
        for (contig, count, left, size) in &self.files {
            contigs.add(contig, *count);
            records += count;
            left_out += left;
            bytes += size;
        }
        if left_out > 0 {
            context.log.warn(&format!(
                "{left_out} ALTs of the source were left out: they are not of bases, or not in minimal form, and are not found in its files either"
            ));
        }
        reasons.add("left_out", left_out);
        reasons.add("contigs_kept", self.kept);
        let mut stats = Stats {
            inputs,
            records_in: records + left_out,
            records_out: records,
            chunks: self.chunks,
            workers: self.workers,
            reasons,
            contigs,
            ..Stats::default()
        };
        stats.details.insert("bytes".into(), bytes.into());
        stats
    }
}

/// The columns of a file: what the command line asks for under the names that the file has, and FILTER.
fn keys(asked: &[String], headers: &[&Header], header: &Header) -> Vec<String> {
    let mut names = Vec::new();
    let usual = ["default".to_owned()];
    for name in if asked.is_empty() { &usual } else { asked } {
        match &name[..] {
            "all" => names.extend(fields::all(header)),
            "default" => {
                names.extend(headers.first().map(|first| fields::defaults(first)).unwrap_or_default());
                names.extend(fields::defaults(header));
            }
            _ => names.push(name.clone()),
        }
    }
    let mut keys: Vec<String> = Vec::new();
    for name in names {
        if let Some(fields::Source::Info { key, .. }) = fields::source(&name, header) {
            let key = String::from_utf8_lossy(&key).into_owned();
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    keys.push(fields::FILTER.to_owned());
    keys
}

/// `chr1.vdxg`; bytes that are no letter, digit, `.`, `_` or `-` as `%` and two hexadecimal digits.
fn file_name(contig: &[u8]) -> String {
    encoded(contig) + SUFFIX
}

/// The place of a file beside that of a contig.
pub fn beside(folder: &Path, contig: &[u8], suffix: &str) -> PathBuf {
    folder.join(encoded(contig) + suffix)
}

fn encoded(contig: &[u8]) -> String {
    let mut name = String::new();
    for (at, &byte) in contig.iter().enumerate() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-') || (byte == b'.' && at > 0) {
            name.push(byte.into());
        } else {
            name.push_str(&format!("%{byte:02X}"));
        }
    }
    name
}

fn suffixed(path: &Path, suffix: &str) -> PathBuf {
    // Without the slash that a completed folder name ends with.
    let path: PathBuf = path.components().collect();
    let mut name: OsString = path.into_os_string();
    name.push(suffix);
    name.into()
}

/// Whether a folder is a store, from the names in it.
pub fn is_store(names: &[String]) -> bool {
    names.iter().any(|name| is_contig_file(name))
}

/// Whether a name is that of a finished file of a store.
pub fn is_contig_file(name: &str) -> bool {
    name.ends_with(SUFFIX) && !name.starts_with('.')
}

/// Whether a folder is a store that is not whole yet.
pub fn is_unfinished(folder: &Path) -> bool {
    folder.file_name().is_some_and(|name| name.to_string_lossy().ends_with(UNFINISHED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contigs_name_files() {
        assert_eq!(file_name(b"chr1"), "chr1.vdxg");
        assert_eq!(file_name(b"../HLA*01:02"), "%2E.%2FHLA%2A01%3A02.vdxg");
        assert!(is_contig_file("chr1.vdxg") && !is_contig_file(".vdx-store-x.vdxg") && !is_contig_file("a.vcf.bgz"));
        assert_eq!(suffixed(Path::new("a/b/"), UNFINISHED), Path::new("a/b.partial"));
        assert!(is_unfinished(Path::new("a/b.partial/")));
    }
}
