//! `vdx-gnomad build` from arguments to summary.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use vdx_cli::stats::Counts;
use vdx_cli::{Context, Outcome, Stats};
use vdx_stream::input::Options;
use vdx_stream::{Error, Input, Result, tabix};
use vdx_vcf::{Header, Line};

use super::SUFFIX;
use super::describe::{Description, SourceFile, columns, header_lines};
use super::file::{End, StoreFile};
use super::fold;
use super::rsid::{self, Gatherer};
use super::side::{About, SideFile};
use super::write::ContigWriter;
use crate::alleles;
use crate::args::BuildArgs;
use crate::db::{Db, Origin, Resolved};
use crate::fields::{self, Field};
use crate::scan::Scanner;

/// What a worker needs: a block of values with its columns packed, and what it reads ahead.
const WORKER_BYTES: u64 = 48 << 20;

/// What sorting names takes besides.
const NAMES_BYTES: u64 = 32 << 20;

/// What a store is called until all of it is there.
const UNFINISHED: &str = ".partial";

/// Runs `build`.
///
/// # Errors
/// Arguments that cannot be followed, a source that cannot be read, a store that was made from something else, output
/// that cannot be written.
pub fn build(args: &BuildArgs, context: &Context) -> Result<Outcome> {
    let plan = context.plan(&args.limits, &vdx_cli::plan::GNOMAD)?;
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
    let job = Job { args, context, db: &db, folder: &folder, only: only.as_deref(), done: Mutex::default() };
    let worker = WORKER_BYTES + if args.rsid { NAMES_BYTES } else { 0 };
    let threads = plan.limits.threads.min((plan.budget / worker).max(1) as usize).min(origins.len().max(1));
    job.all(&origins, threads)?;
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
    let done = job.done.into_inner().unwrap_or_default();
    let inputs = [name].into_iter().chain(args.an_sites.iter().map(|table| table.display().to_string()));
    let mut stats = done.stats(inputs.collect(), threads, context);
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
    done: Mutex<Built>,
}

/// What was built.
#[derive(Default)]
struct Built {
    /// Contig, records, ALTs left out, bytes.
    files: Vec<(String, u64, u64, u64)>,
    kept: u64,
    failed: Option<(usize, Error)>,
}

impl Job<'_> {
    /// All files, several at once.
    fn all(&self, origins: &[Origin<'_>], threads: usize) -> Result<()> {
        let next = AtomicUsize::new(0);
        let work = || {
            while let Some((at, origin)) =
                Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|at| Some((at, origins.get(at)?)))
            {
                if let Err(error) = self.file(origin) {
                    next.store(origins.len(), Ordering::Relaxed);
                    self.with_built(|built| match &built.failed {
                        Some((other, _)) if *other < at => {}
                        _ => built.failed = Some((at, error)),
                    });
                }
            }
        };
        std::thread::scope(|scope| {
            for _ in 1..threads {
                if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, work) {
                    self.context.log.warn(&format!("fewer threads than planned: {error}"));
                    break;
                }
            }
            work();
        });
        match self.with_built(|built| built.failed.take()) {
            Some((_, error)) => Err(error),
            None => Ok(()),
        }
    }

    fn with_built<T>(&self, change: impl FnOnce(&mut Built) -> T) -> T {
        change(&mut self.done.lock().unwrap_or_else(std::sync::PoisonError::into_inner))
    }

    /// The contigs of one file.
    fn file(&self, origin: &Origin<'_>) -> Result<()> {
        let name = origin.path.display().to_string();
        let contigs = origin.contigs.iter().map(|&at| self.db.contig(at));
        let mut wanted = Vec::new();
        for contig in contigs.filter(|contig| self.only.is_none_or(|only| only == contig.name)) {
            let description = self.describe(origin, &contig.name, contig.length)?;
            let target = self.folder.join(file_name(&contig.name));
            if self.is_there(&target, &description)? && self.has_names(&contig.name, &description)? {
                self.with_built(|built| built.kept += 1);
            } else {
                wanted.push((contig.name.clone(), description, target));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let options = Options { allow_truncated: self.args.allow_truncated, ..Options::default() };
        let mut input = Input::open(Some(origin.path), options)?;
        input.read_vcf_header()?;
        let mut lines = input.into_lines();
        let mut open: Option<(Vec<u8>, Option<Making>)> = None;
        let located = |error: Error, number| error.in_file(name.clone()).at_line(number);
        while let Some((bytes, number)) = lines.next()? {
            let line = Line::parse(bytes).map_err(|error| located(Error::data(error.to_string()), number))?;
            if open.as_ref().is_none_or(|(contig, _)| contig != line.chrom()) {
                if origin.named.is_some_and(|named| named != line.chrom()) {
                    let found = String::from_utf8_lossy(line.chrom());
                    let message = format!("expected records of one contig by the file's name, found one of {found}");
                    return Err(located(Error::data(message), number));
                }
                if let Some((_, Some(writer))) = open.take() {
                    self.close(writer)?;
                }
                let at = wanted.iter().position(|(contig, ..)| contig == line.chrom());
                let writer = at.map(|at| self.start(origin.header, wanted.swap_remove(at)));
                open = Some((line.chrom().to_vec(), writer.transpose()?));
                if open.as_ref().is_some_and(|(_, writer)| writer.is_none()) && wanted.is_empty() {
                    break;
                }
            }
            if let Some((_, Some(making))) = &mut open {
                let pos = line.pos().into();
                making.add(bytes, &line).map_err(|error| located(error, number).at_locus(line.chrom(), pos))?;
            }
        }
        if let Some(what) = lines.truncated() {
            self.context.log.warn(&format!("{name}: {what}"));
        }
        if let Some((_, Some(writer))) = open {
            self.close(writer)?;
        }
        // A file without records still covers its contig.
        wanted.into_iter().try_for_each(|contig| self.close(self.start(origin.header, contig)?))
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

    fn start(&self, header: &Header, (contig, description, target): (Vec<u8>, Description, PathBuf)) -> Result<Making> {
        let field = |key: &str| Field {
            name: key.to_owned(),
            kind: vdx_vcf::header::Type::String,
            about: String::new(),
            missing: false,
        };
        let fields: Vec<Field> = description.columns.iter().map(|column| field(&column.key)).collect();
        let names = beside(self.folder, &contig, rsid::SUFFIX);
        let names = self.args.rsid.then(|| Gatherer::new(&names, names_of(&description)));
        Ok(Making { writer: ContigWriter::new(&target, description, Scanner::new(&fields, header))?, names })
    }

    fn close(&self, Making { writer, names }: Making) -> Result<()> {
        if let Some(names) = names {
            names.finish()?;
        }
        let (contig, path) = (writer.contig().to_owned(), writer.target().to_owned());
        let End { records, left_out, .. } = writer.finish()?;
        let size = std::fs::metadata(&path).map_or(0, |about| about.len());
        self.context.log.debug(&format!("{contig}: {records} records in {size} bytes"));
        self.with_built(|built| built.files.push((contig, records, left_out, size)));
        Ok(())
    }
}

/// A contig that is being built.
struct Making {
    writer: ContigWriter,
    names: Option<Gatherer>,
}

impl Making {
    fn add(&mut self, bytes: &[u8], line: &Line<'_>) -> Result<()> {
        self.writer.add(bytes, line)?;
        let Some(names) = &mut self.names else { return Ok(()) };
        for alt in line.alts() {
            let variant = alleles::question(line.pos(), line.reference(), alt);
            if let Some(variant) = variant.filter(|variant| variant.pos == line.pos()) {
                names.add(line.id(), &variant)?;
            }
        }
        Ok(())
    }
}

/// What the file of a contig's names says of itself.
fn names_of(description: &Description) -> About {
    About { kind: rsid::KIND, contig: description.contig.clone(), source: description.source.clone() }
}

impl Built {
    fn stats(mut self, inputs: Vec<String>, workers: usize, context: &Context) -> Stats {
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
            workers: if workers > 1 { workers } else { 0 },
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
