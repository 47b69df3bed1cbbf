//! `vdx-gnomad annotate` from arguments to summary.

use std::collections::HashMap;

use serde_json::Value;
use vdx_cli::flags::Input as Source;
use vdx_cli::format::Allowed;
use vdx_cli::stats::Counts;
use vdx_cli::{Context, Outcome, OutputFormat, Progress, Stats};
use vdx_stream::input::{Format, Options};
use vdx_stream::order::{self, Order};
use vdx_stream::pipeline::{Done, Message, NoFeed, Run, Work};
use vdx_stream::sink::Sink;
use vdx_stream::{Error, Input, Out, Result, tabix};

use crate::agreement::Agreement;
use crate::alleles::Status;
use crate::annotate::{Annotator, Note};
use crate::args::AnnotateArgs;
use crate::db::Db;
use crate::plan::{self, Settings};
use crate::table::{Layout, TableWork};
use crate::vcf::{self, VcfWork};

/// Runs `annotate`.
///
/// # Errors
/// Arguments that cannot be followed, a source or input that cannot be read or is of another build, output that cannot
/// be written.
pub fn annotate(args: &AnnotateArgs, context: &Context) -> Result<Outcome> {
    let source = args.input.resolve(context)?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    annotate_input(args, context, Input::open(source.path(), options)?, &source, source.name())
}

/// The same for an input opened from `source` that messages and statistics call `name`.
///
/// # Errors
/// As [`annotate`].
pub fn annotate_input(
    args: &AnnotateArgs,
    context: &Context,
    mut input: Input,
    source: &Source,
    name: String,
) -> Result<Outcome> {
    let plan = context.plan(&args.run.limits, &vdx_cli::plan::GNOMAD)?;
    let options = tabix::Options { cache: args.run.cache.clone(), allow_truncated: args.run.allow_truncated };
    let db = Db::open(&args.db.path, &args.choice, options, context.log.clone())?;
    let settings = Settings::new(args, &db.headers(), |name| db.holds(name))
        .map_err(|message| Error::usage(message).in_file(args.db.path.display().to_string()))?;
    let limits = plan::limits(&plan.limits, settings.fields.len());
    let job = Job { args, context, db: &db, settings: &settings, limits: &limits };
    let done = if input.format()? == Format::Other && !input.peek()?.is_empty() {
        if args.regions.any() {
            return Err(
                Error::usage("-r, -R, -t and -T choose records of a VCF; this is a table").in_file(input.name())
            );
        }
        input.allow_open_end();
        job.table(input)?
    } else {
        job.vcf(input, source)?
    };
    let inputs = vec![name, args.db.path.display().to_string()];
    let stats = done.stats(inputs, &db, context);
    context.finish(&stats, &plan, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}

/// What a run is made of, whatever its input.
struct Job<'a> {
    args: &'a AnnotateArgs,
    context: &'a Context,
    db: &'a Db,
    settings: &'a Settings,
    limits: &'a vdx_stream::Limits,
}

/// What a run counted.
#[derive(Default)]
struct Totals {
    records: u64,
    chunks: u64,
    workers: usize,
    kept: u64,
    /// ALTs by [`Status`].
    statuses: [u64; Status::ALL.len()],
    /// Records by contig.
    contigs: Counts,
    /// Records by contig that the source lacks.
    not_covered: Counts,
    agreement: Agreement,
}

impl Job<'_> {
    fn vcf(&self, mut input: Input, source: &Source) -> Result<Totals> {
        let format = self.args.output.format(Allowed::Variants)?;
        let mut header = input.read_vcf_header()?;
        self.args.regions.apply(self.context, &self.args.run, source, &mut input, &header)?;
        let lengths = header.contigs().iter().filter_map(|contig| Some((contig.name.clone(), contig.length?)));
        let lengths: HashMap<Vec<u8>, u64> = lengths.collect();
        for contig in header.contigs() {
            // A header that contradicts the source is refused before anything is written.
            self.db.resolve(&contig.name, contig.length).map_err(|error| error.in_file(input.name()))?;
        }
        vcf::declare(&mut header, self.settings, &self.db.title, self.db.build().map(vdx_vcf::build::Build::name));
        if !self.args.output.no_version {
            self.context.signature().iter().for_each(|line| header.add(line.as_bytes()));
        }
        let work = VcfWork::new(Annotator::new(self.db, self.settings, lengths));
        self.go(input, &header.to_bytes(), &work, format)
    }

    fn table(&self, mut input: Input) -> Result<Totals> {
        let name = input.name().to_owned();
        let wrong = |message: String| Error::data(message).in_file(name.clone()).at_line(1);
        let line = input.read_line()?.ok_or_else(|| wrong("expected a header line, found no data".to_owned()))?;
        let layout = Layout::parse(&line).map_err(wrong)?;
        let output = &self.args.output;
        let same = if layout.delimiter == b'\t' { OutputFormat::Tsv } else { OutputFormat::Csv };
        let suffix = output.path().and_then(|path| path.extension()).and_then(|suffix| suffix.to_str());
        let asked = output.output_type.is_some()
            || matches!(suffix, Some("tsv" | "csv" | "jsonl" | "vcf" | "bcf" | "gz" | "bgz"));
        if asked && output.format(Allowed::Tables)? != same {
            let kind = if same == OutputFormat::Tsv { "TSV" } else { "CSV" };
            return Err(Error::usage(format!(
                "{name} is a {kind} table and comes back as one; choose -O or the suffix of -o so"
            )));
        }
        let columns: Vec<String> = self.settings.written().iter().map(|field| self.settings.column(field)).collect();
        let header = layout.extend(&line, &columns).map_err(wrong)?;
        let work = TableWork::new(Annotator::new(self.db, self.settings, HashMap::new()), layout);
        self.go(input, &header, &work, same)
    }

    /// Runs the pipeline.
    fn go<W>(&self, input: Input, prologue: &[u8], work: &W, format: OutputFormat) -> Result<Totals>
    where
        W: Work<Side = (), Note = Note>,
    {
        let sink = self.context.indexed_sink(&self.args.output, &self.args.index, format)?;
        // Shown until dropped.
        let _progress = Progress::start(self.context, self.args.run.progress, &input);
        let order = Gather { totals: Totals::default(), db: self.db, name: input.name().to_owned() };
        let report = |message: Message| self.context.report(message);
        let run = Run { input, prologue, work, feed: NoFeed, order, sink, limits: self.limits, report: &report };
        let Done { records, chunks, workers, order, .. } = run.go()?;
        Ok(Totals { records, chunks, workers, ..order.totals })
    }
}

/// The ordered stage: writes at once, counts, and judges the build.
struct Gather<'a> {
    totals: Totals,
    db: &'a Db,
    name: String,
}

impl Order<Note> for Gather<'_> {
    fn accept(&mut self, mut out: Out<Note>, sink: &mut Sink) -> Result<()> {
        let note = std::mem::take(&mut out.note);
        self.totals.add(note, &self.db.title).map_err(|error| error.in_file(self.name.clone()))?;
        order::write(&out, sink)
    }

    fn finish(&mut self, sink: Sink) -> Result<Sink> {
        match self.totals.agreement.check(&self.db.title) {
            Ok(()) => Ok(sink),
            Err(error) => {
                sink.fail();
                Err(error.in_file(self.name.clone()))
            }
        }
    }
}

impl Totals {
    /// Adds a chunk's note; notes come in input order.
    fn add(&mut self, note: Note, title: &str) -> Result<()> {
        self.kept += note.kept;
        for (sum, count) in self.statuses.iter_mut().zip(note.statuses) {
            *sum += count;
        }
        for (counts, added) in [(&mut self.contigs, note.contigs), (&mut self.not_covered, note.not_covered)] {
            for (name, count) in added {
                counts.add(&String::from_utf8_lossy(&name), count);
            }
        }
        note.agreements.into_iter().try_for_each(|agrees| self.agreement.add(agrees, title))
    }

    /// Says what was not covered, and makes the statistics.
    fn stats(self, inputs: Vec<String>, db: &Db, context: &Context) -> Stats {
        let missing: Vec<String> = self.not_covered.iter().map(|(name, count)| format!("{name} ({count})")).collect();
        if !missing.is_empty() {
            let more =
                if missing.len() > NAMED { format!(" and {} more", missing.len() - NAMED) } else { String::new() };
            let named = missing[..missing.len().min(NAMED)].join(", ");
            context.log.warn(&format!(
                "gnomAD {} has no file for these contigs, whose records (in brackets) got status not_covered and no values: {named}{more}",
                db.title
            ));
        }
        let mut stats = Stats {
            inputs,
            records_in: self.records,
            records_out: self.kept,
            chunks: self.chunks,
            workers: self.workers,
            ..Stats::default()
        };
        for (status, count) in Status::ALL.iter().zip(self.statuses) {
            stats.reasons.add(status.name(), count);
        }
        let not_covered: serde_json::Map<String, Value> =
            self.not_covered.iter().map(|(name, count)| (name.to_owned(), count.into())).collect();
        stats.contigs = self.contigs;
        stats.details.insert("source".into(), db.title.clone().into());
        stats.details.insert("not_covered_records".into(), not_covered.into());
        stats.details.insert("ref_compared".into(), self.agreement.informative.into());
        stats.details.insert("ref_disagreeing".into(), self.agreement.disagreeing.into());
        stats
    }
}

/// How many contigs a warning names.
const NAMED: usize = 10;
