//! `vdx-gnomad lookup`: variants in a word each, answered as a table of one row each.

use std::collections::HashSet;
use std::io::{self, BufRead, BufReader, Cursor, Read};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use vdx_cli::flags::{FilterArgs, IndexArgs, InputArg, RegionArgs, RunArgs};
use vdx_cli::format::Allowed;
use vdx_cli::{Context, Logger, Outcome};
use vdx_genome::Reference;
use vdx_hts::source::Source;
use vdx_hts::{Error, Result, index};
use vdx_pipeline::Input;
use vdx_pipeline::input::Options;
use vdx_vcf::contig;

use crate::cli::args::{AnnotateArgs, LookupArgs};
use crate::commands::annotate;
use crate::query::words::{self, Change};
use crate::source::release_files::Choice;
use crate::source::{Db, Location};
use crate::store::rsid::{self, Names};

/// The longest variant that is read.
const LONGEST: u64 = 1 << 20;

/// What the table starts with.
const HEADER: &[u8] = b"variant\tchrom\tpos\tref\talt\n";

/// How many names without a variant are told.
const NAMED: usize = 10;

/// Runs `lookup`.
///
/// # Errors
/// A variant that could not be read, behind the answers for all others; whatever stops `annotate`.
pub(crate) fn lookup(args: &LookupArgs, context: &Context) -> Result<Outcome> {
    // Wrong words are told before any is looked up.
    args.output.asked(Allowed::AnyTable)?;
    let mut resolver = Resolver::new(args, context)?;
    let unread = resolver.unread.clone();
    let (reader, name): (Box<dyn Read + Send>, _) = if args.variants.is_empty() {
        if context.terminals.stdin_is_terminal {
            return Err(Error::usage("no variants: name some, such as 1-55505599-C-G, or give them on standard input"));
        }
        let (words, rows) = (BufReader::new(io::stdin()), Cursor::new(HEADER.to_vec()));
        (Box::new(Rows { words, number: 0, rows, resolver }), "<stdin>")
    } else {
        let mut rows = HEADER.to_vec();
        for word in &args.variants {
            rows.extend(resolver.rows(word.as_bytes()).map_err(|failure| match failure {
                Failure::NoNames(message) => Error::usage(message),
                Failure::Source(error) => error,
            })?);
        }
        resolver.tell();
        (Box::new(Cursor::new(rows)), "the command line")
    };
    let mut source = Source::from_reader(reader, name.to_owned(), None, false)?;
    if context.terminals.stdout_is_terminal && args.output.path().is_none() {
        source = source.as_it_comes();
    }
    let input = Input::new(source, Options::default());
    let mut written = args.written.clone();
    if written.fields.is_empty() {
        written.fields = vec!["default".into(), "status".into()];
    }
    let annotate = AnnotateArgs {
        db: args.db.clone(),
        choice: args.choice.clone(),
        build: args.build,
        written,
        fasta_ref: args.fasta_ref.clone(),
        pass_only: false,
        max_af: None,
        found: false,
        absent: false,
        columns: Vec::new(),
        filter: FilterArgs::default(),
        output: args.output.clone(),
        run: RunArgs {
            limits: args.limits.clone(),
            cache: args.cache.clone(),
            log: args.log.clone(),
            ..RunArgs::default()
        },
        index: IndexArgs::default(),
        regions: RegionArgs::default(),
        input: InputArg::default(),
    };
    let done =
        annotate::annotate_input(&annotate, context, input, &vdx_cli::flags::Input::Stdin, (name.to_owned(), true))?;
    let unread = unread.lock().unwrap_or_else(PoisonError::into_inner);
    match &*unread {
        (_, 0) => Ok(done),
        (named, count) => {
            let more = *count - named.len() as u64;
            let more = if more > 0 { format!("; and {more} more") } else { String::new() };
            Err(Error::data(format!("{count} words were not read (status unreadable): {}{more}", named.join("; ")))
                .in_file(name))
        }
    }
}

/// A row of the table.
fn row(word: &[u8], [chrom, pos, reference, alt]: [&[u8]; 4]) -> Vec<u8> {
    // What parts cells would be one.
    let word: Vec<u8> = word.iter().map(|&byte| if byte == b'\t' { b' ' } else { byte }).collect();
    let mut row = [&word, chrom, pos, reference, alt].join(&b'\t');
    row.push(b'\n');
    row
}

/// Words that could not be read, or need a reference: the first ones, with the reason, and how many there are.
type Unread = Arc<Mutex<(Vec<String>, u64)>>;

/// Why a word gives no rows.
#[derive(Debug)]
enum Failure {
    /// It is a name of dbSNP, which no source knows any of.
    NoNames(String),
    /// A source cannot be read.
    Source(Error),
}

/// Turns words into rows; sources are opened when the first name of dbSNP comes.
struct Resolver {
    dbs: Vec<Location>,
    choice: Choice,
    cache: Option<PathBuf>,
    log: Logger,
    names: Option<Vec<Names>>,
    /// Names without a variant: the first ones, and how many there are.
    unknown: (Vec<String>, u64),
    fasta: Option<Reference>,
    unread: Unread,
}

impl Resolver {
    fn new(args: &LookupArgs, context: &Context) -> Result<Self> {
        let (dbs, choice, cache) = (args.db.clone(), Choice::from(&args.choice), args.cache.clone());
        // What is to be said of it is said when it is opened for look-ups.
        let fasta = Reference::open_given(args.fasta_ref.as_deref(), cache.as_deref(), |_| {})?;
        let log = context.log.clone();
        Ok(Self { dbs, choice, cache, log, names: None, unknown: (Vec::new(), 0), fasta, unread: Unread::default() })
    }

    /// The row of a variant; without cells where it cannot be read.
    fn row(&mut self, word: &[u8]) -> Result<Vec<u8>> {
        if let Some(cells) = words::variant(word) {
            return Ok(row(word, cells));
        }
        let why = match (Change::parse(word), &self.fasta) {
            (None, _) => "expected a variant such as 1-55505599-C-G, chr1:55505599:C:G or 1:g.55505599C>G",
            (Some(_), None) => "a deletion, insertion or duplication by HGVS needs the reference, -f REF.fa",
            (Some(change), Some(fasta)) => match contig::resolve(change.chrom, None, fasta.contigs()) {
                None => "the reference has no such contig",
                Some(at) => {
                    let mut cursor = fasta.cursor();
                    cursor.select(at);
                    if let Some((pos, reference, alt)) = change.alleles(&mut cursor)? {
                        return Ok(row(word, [change.chrom, pos.to_string().as_bytes(), &reference, &alt]));
                    }
                    "it reaches beyond its contig"
                }
            },
        };
        let mut unread = self.unread.lock().unwrap_or_else(PoisonError::into_inner);
        unread.1 += 1;
        if unread.0.len() < NAMED {
            unread.0.push(format!("'{}': {why}", String::from_utf8_lossy(word)));
        }
        Ok(row(word, [b""; 4]))
    }

    /// A row for a variant; for a name of dbSNP one for each variant that has it.
    fn rows(&mut self, word: &[u8]) -> std::result::Result<Vec<u8>, Failure> {
        let Some(number) = rsid::number(word) else { return self.row(word).map_err(Failure::Source) };
        let names = match &mut self.names {
            Some(names) => names,
            empty => empty.insert(open_names(&self.dbs, &self.choice, self.cache.as_ref(), &self.log)?),
        };
        let mut rows = Vec::new();
        // Sources may share a variant, and call its contig differently.
        let mut seen = HashSet::new();
        for names in names {
            for (contig, entry) in names.find(number).map_err(Failure::Source)? {
                let key = (contig::number(contig.as_bytes()).ok_or(contig.to_owned()), entry.clone());
                if seen.insert(key) {
                    let pos = entry.pos.to_string();
                    let cells = [word, contig.as_bytes(), pos.as_bytes(), &entry.reference, &entry.alt];
                    rows.extend(cells.join(&b'\t'));
                    rows.push(b'\n');
                }
            }
        }
        if rows.is_empty() {
            self.unknown.1 += 1;
            if self.unknown.0.len() < NAMED {
                self.unknown.0.push(String::from_utf8_lossy(word).into_owned());
            }
        }
        Ok(rows)
    }

    /// Says which names have no variant: they have no row.
    fn tell(&self) {
        let (named, count) = &self.unknown;
        if *count > 0 {
            let more = *count - named.len() as u64;
            let more = if more > 0 { format!(" and {more} more") } else { String::new() };
            self.log
                .warn(&format!("gnomAD has no variant of these names, which have no row: {}{more}", named.join(", ")));
        }
    }
}

fn open_names(
    dbs: &[Location],
    choice: &Choice,
    cache: Option<&PathBuf>,
    log: &Logger,
) -> std::result::Result<Vec<Names>, Failure> {
    let mut all = Vec::new();
    for source in dbs {
        let options = index::Options { cache: cache.cloned(), allow_truncated: false };
        let named = |error: Error| Failure::Source(error.in_file(source.path.display().to_string()));
        let db = Db::open(source, choice, options, log.clone()).map_err(Failure::Source)?;
        all.extend(db.source.names().map_err(named)?);
    }
    if all.is_empty() {
        let paths: Vec<String> = dbs.iter().map(|source| source.path.display().to_string()).collect();
        return Err(Failure::NoNames(format!(
            "names of dbSNP (rs...) are found in a store that was built with --rsid, which {} is not; build one: vdx-gnomad build --rsid --db ... -o STORE",
            paths.join(", ")
        )));
    }
    Ok(all)
}

/// Words, one a line, read as rows.
struct Rows<R> {
    words: R,
    number: u64,
    rows: Cursor<Vec<u8>>,
    resolver: Resolver,
}

impl<R: BufRead> Read for Rows<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.rows.read(buffer)?;
            if read > 0 || buffer.is_empty() {
                return Ok(read);
            }
            let mut line = Vec::new();
            if (&mut self.words).take(LONGEST).read_until(b'\n', &mut line)? == 0 {
                self.resolver.tell();
                self.resolver.unknown = (Vec::new(), 0);
                return Ok(0);
            }
            self.number += 1;
            let word = line.trim_ascii();
            if !word.is_empty() {
                let number = self.number;
                let failed = |failure| match failure {
                    // Not as the error's own line, which is one of the table that the words become.
                    Failure::NoNames(message) => Error::usage(format!("line {number}: {message}")),
                    Failure::Source(error) => error,
                };
                let rows = self.resolver.rows(word).map_err(|failure| io::Error::other(failed(failure)))?;
                self.rows = Cursor::new(rows);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_rows() {
        let mut text = String::new();
        let resolver = || Resolver {
            dbs: vec![PathBuf::from("/nonexistent").into()],
            choice: Choice::default(),
            cache: None,
            log: Logger::silent("vdx-gnomad"),
            names: None,
            unknown: (Vec::new(), 0),
            fasta: None,
            unread: Unread::default(),
        };
        let rows = |words: &'static [u8]| Rows { words, number: 0, rows: Cursor::default(), resolver: resolver() };
        rows(b"1-5-C-G\r\n\n  X:7:A:T").read_to_string(&mut text).unwrap();
        assert_eq!(text, "1-5-C-G\t1\t5\tC\tG\nX:7:A:T\tX\t7\tA\tT\n");
        let mut unread = rows(b"1-5\n1 5 C G\n1:g.5del");
        text.clear();
        unread.read_to_string(&mut text).unwrap();
        assert_eq!(text, "1-5\t\t\t\t\n1 5 C G\t1\t5\tC\tG\n1:g.5del\t\t\t\t\n");
        let unread = unread.resolver.unread.lock().unwrap();
        assert!(
            unread.1 == 2 && unread.0[0].contains("'1-5': expected") && unread.0[1].contains("-f REF.fa"),
            "{unread:?}"
        );
        let error = rows(b"1-5-C-G\nrs7\n").read_to_string(&mut text).unwrap_err();
        assert!(error.to_string().starts_with("/nonexistent: "), "{error}");
    }
}
