//! `vdx-gnomad annotate` from arguments to summary.

use std::collections::HashMap;

use vdx_cli::flags;
use vdx_cli::format::Allowed;
use vdx_cli::{Context, Outcome, OutputFormat, Progress};
use vdx_genome::Reference;
use vdx_hts::{Error, Result, index};
use vdx_pipeline::Message;
use vdx_pipeline::input::{Format, Options};
use vdx_pipeline::ordered::{self, Order};
use vdx_pipeline::sink::Sink;
use vdx_pipeline::{Input, Output};
use vdx_pipeline::{NoFeed, Run, Threads, Work};
use vdx_vcf::assembly::Assembly;
use vdx_vcf::{Dialect, Header};

use crate::cli::args::AnnotateArgs;
use crate::cli::plan::{self, Holdings};
use crate::fields;
use crate::output::layout::{self, Layout};
use crate::output::parquet::ParquetWriter;
use crate::output::rows::{RowWriter, Shape};
use crate::output::table::TableWork;
use crate::output::totals::Totals;
use crate::output::vcf::{self, VcfWork};
use crate::query::annotator::{Annotator, Note};
use crate::query::settings::{Settings, SourceFields};
use crate::source::Db;
use crate::source::build_check::{self, Claim, Proof};
use crate::source::release_files::Choice;

/// Input of up to this many decoded bytes is looked at as a whole, to share it out by what it holds.
const SMALL: usize = 1 << 20;

/// Runs `annotate`.
///
/// # Errors
/// Arguments that cannot be followed, a source or input that cannot be read or is of another build, output that cannot
/// be written.
pub(crate) fn annotate(args: &AnnotateArgs, context: &Context) -> Result<Outcome> {
    let source = args.input.resolve(context)?;
    let options = Options { allow_truncated: args.run.allow_truncated, ..Options::default() };
    annotate_input(args, context, Input::open(source.path(), options)?, &source, (source.name(), false))
}

/// The same for an input opened from `source` that messages and statistics call `name`; a table made of words, or not.
///
/// # Errors
/// As [`annotate`].
pub(crate) fn annotate_input(
    args: &AnnotateArgs,
    context: &Context,
    mut input: Input,
    source: &flags::Input,
    (name, of_words): (String, bool),
) -> Result<Outcome> {
    // What the input asks for is told with it.
    let cost = args.output.format(Allowed::Any).map_or(crate::COST, |format| crate::COST.writing(format));
    let plan = context.plan(&args.run.limits, &cost)?;
    let options = index::Options { cache: args.run.cache.clone(), allow_truncated: args.run.allow_truncated };
    // Indexes that are missing are made from here on.
    let progress = Progress::begin(context, args.run.progress);
    // A short input is read as a whole further down.
    progress.watch("", &input);
    let choice = Choice::from(&args.choice);
    let open = |source| Db::open(source, &choice, options.clone(), context.log.clone());
    let dbs: Vec<Db> = args.db.iter().map(open).collect::<Result<_>>()?;
    let settings = settings(args, &dbs)?;
    for (db, source) in dbs.iter().zip(&settings.sources) {
        fields::warn_of_missing(&source.fields, &db.title, &context.log);
    }
    let mut limits = plan::limits(&plan.limits, settings.width());
    if input.comes_piecemeal() {
        limits.threads = 1;
    }
    if limits.threads > 1 && args.run.limits.chunk_size.is_none() {
        let format = input.format()?;
        if let Some(all) = input.rest_within(SMALL.min(limits.chunk_bytes)) {
            limits = plan::share(&limits, plan::records(all, format));
            if limits.threads == 1 {
                context.log.debug("few records: one thread looks them up before others would have started");
            }
        }
    }
    let fasta = fasta(args, &dbs, context)?;
    let (limits, fasta) = (&limits, fasta.as_ref());
    let job = Job { args, context, dbs: &dbs, settings: &settings, fasta, limits };
    let done = if input.format()? == Format::Other && !input.peek()?.is_empty() {
        if args.regions.any() {
            return Err(
                Error::usage("-r, -R, -t and -T choose records of a VCF; this is a table").in_file(input.name())
            );
        }
        if args.filter.any() {
            return Err(Error::usage(
                "-i and -e choose records of a VCF; this is a table, for which there are --max-af, --found and --absent",
            )
            .in_file(input.name()));
        }
        input.allow_open_end();
        job.table(input, of_words)?
    } else {
        job.vcf(input, source)?
    };
    drop(progress);
    let paths = args.db.iter().map(|db| db.path.display().to_string());
    let fasta = args.fasta_ref.as_ref().map(|path| path.display().to_string());
    let sources: Vec<_> = args.db.iter().zip(&dbs).collect();
    let dropped = args.filter.any().then_some(done.dropped);
    let mut stats = done.stats([name].into_iter().chain(paths).collect(), fasta.as_deref(), &sources, context);
    if let Some(dropped) = dropped {
        stats.reasons.add("dropped", dropped);
    }
    context.finish(&stats, &plan, args.run.stats.as_deref())?;
    Ok(Outcome::Done)
}

fn settings(args: &AnnotateArgs, dbs: &[Db]) -> Result<Settings> {
    let holds: Vec<_> = dbs.iter().map(|db| |name: &str| db.source.holds(name)).collect();
    let sources = dbs.iter().zip(&holds).map(|(db, holds)| Holdings { headers: db.source.headers(), holds });
    plan::settings(args, &sources.collect::<Vec<_>>()).map_err(Error::usage)
}

/// Opens the FASTA, which must be of the sources' build.
fn fasta(args: &AnnotateArgs, dbs: &[Db], context: &Context) -> Result<Option<Reference>> {
    let (path, cache) = (args.fasta_ref.as_deref(), args.run.cache.as_deref());
    let opened = Reference::open_given(path, cache, |warning| context.log.warn(warning))?;
    let Some(reference) = opened else { return Ok(None) };
    for db in dbs {
        for contig in reference.contigs() {
            db.resolve(&contig.name, contig.length).map_err(|error| error.in_file(reference.name()))?;
        }
    }
    Ok(Some(reference))
}

/// What a run is made of, whatever its input.
struct Job<'a> {
    args: &'a AnnotateArgs,
    context: &'a Context,
    dbs: &'a [Db],
    settings: &'a Settings,
    fasta: Option<&'a Reference>,
    limits: &'a vdx_pipeline::Limits,
}

impl Job<'_> {
    fn vcf(&self, mut input: Input, source: &flags::Input) -> Result<Totals> {
        let format = self.args.output.format(Allowed::Any)?;
        let is_text = input.format()? == Format::Vcf;
        let mut header = input.read_vcf_header()?;
        let contigs = self.fasta.map_or(&[][..], Reference::contigs);
        self.args.regions.apply(self.context, &self.args.run, source, &mut input, &header, contigs)?;
        // Where --build decides, lengths do not.
        let told = self.args.build.is_none().then(|| header.contigs());
        let lengths = told.into_iter().flatten().filter_map(|contig| Some((contig.name.clone(), contig.length?)));
        let lengths: HashMap<Vec<u8>, u64> = lengths.collect();
        // A header that contradicts a source is refused before anything is written.
        let mut nuclear = build_check::declares_nuclear(&header);
        if is_text && !nuclear && !self.args.regions.any() {
            nuclear = build_check::is_nuclear(input.peek()?.split(|&byte| byte == b'\t').next().unwrap_or_default());
        }
        let claims = self.claims(Some((&header, nuclear)), input.name())?;
        for (db, wanted) in self.dbs.iter().zip(&self.settings.sources) {
            vcf::declare(&mut header, wanted, &db.label(), db.build().map(Assembly::name));
        }
        if !self.args.output.no_version {
            self.context.signature().iter().for_each(|line| header.add(line.as_bytes()));
        }
        let (proofs, contradictions) = claims.into_iter().map(|claim| (claim.proof, claim.contradiction)).unzip();
        // The expression is about what is written: of the header that is.
        let filter = self.args.filter.on(&header)?;
        let annotator = Annotator::new(self.dbs, self.settings, self.fasta, lengths, contradictions);
        let work = VcfWork::new(annotator, filter, shape(format));
        match work.rows() {
            Some(rows) => {
                let parquet = self.parquet(rows, format)?;
                self.go(input, &rows.names(), &work, format, (proofs, parquet))
            }
            None => self.go(input, &header.to_bytes(), &work, format, (proofs, None)),
        }
    }

    /// What writes rows as Parquet, where that is asked for.
    fn parquet(&self, rows: &RowWriter, format: OutputFormat) -> Result<Option<ParquetWriter>> {
        if format != OutputFormat::Parquet {
            return Ok(None);
        }
        let context = self.context;
        let source = |(db, wanted): (&Db, &SourceFields)| (format!("vdx_gnomadSource_{}", wanted.prefix), db.label());
        let mut about: Vec<(String, String)> = self.dbs.iter().zip(&self.settings.sources).map(source).collect();
        if !self.args.output.no_version {
            about.push(("vdx_gnomadCommand".to_owned(), context.command.clone()));
        }
        let maker = format!("{} version {}", context.tool, context.version);
        ParquetWriter::new(&rows.columns, &maker, about).map(Some)
    }

    /// What speaks for the build of each source; see [`build_check::claim`].
    fn claims(&self, header: Option<(&Header, bool)>, name: &str) -> Result<Vec<Claim>> {
        let said = self.args.build.map(Assembly::from);
        let claim = |db| build_check::claim(db, header, said).map_err(|error| error.in_file(name));
        self.dbs.iter().map(claim).collect()
    }

    fn table(&self, mut input: Input, of_words: bool) -> Result<Totals> {
        let name = input.name().to_owned();
        let wrong = |message: String| Error::data(message).in_file(name.clone());
        if input.peek()?.starts_with(b">") {
            return Err(wrong("expected a VCF or a table, found a FASTA; the reference is named by -f".to_owned()));
        }
        let mut prologue = Vec::new();
        let (line, number, mut layout) = loop {
            let number = input.lines_read() + 1;
            let line = input.read_row(layout::dialect)?;
            let line = line.ok_or_else(|| wrong("expected a header line, found no data".to_owned()))?;
            match Layout::parse(&line, &self.args.columns) {
                Ok(layout) => break (line, number, layout),
                // Comments stand in front, and blank lines.
                Err(_) if line.starts_with(b"#") || line.trim_ascii().is_empty() => prologue.extend(line),
                Err(message) => return Err(wrong(message).at_line(number)),
            }
        };
        let wrong = |message: String| wrong(message).at_line(number);
        layout.of_words = of_words;
        let dialect = layout.dialect;
        input.read_rows(dialect);
        let first = input.peek()?;
        layout.see(&first[..dialect.row_len(first).unwrap_or(first.len())]);
        let same = if dialect.delimiter == b'\t' { OutputFormat::Tsv } else { OutputFormat::Csv };
        // A table is no variant file, whatever was asked for.
        let format = self.args.output.asked(Allowed::AnyTable).map_err(|error| error.in_file(name.clone()))?;
        let format = format.unwrap_or(same);
        let columns: Vec<String> = self.settings.written().map(|(source, field)| source.column(field)).collect();
        let proofs = self.claims(None, &name)?.into_iter().map(|claim| claim.proof).collect();
        let annotator = Annotator::new(self.dbs, self.settings, self.fasta, HashMap::new(), Vec::new());
        if format == same {
            prologue.extend(layout.extend(&line, &columns).map_err(wrong)?);
            return self.go(input, &prologue, &TableWork::new(annotator, layout, None), format, (proofs, None));
        }
        layout.check(&columns).map_err(wrong)?;
        let work = TableWork::new(annotator, layout, shape(format));
        let Some(rows) = work.rows() else { return Err(wrong("internal error: rows of no shape".to_owned())) };
        let parquet = self.parquet(rows, format)?;
        // Comments stand in front of lines alone.
        if rows.shape.has_types() {
            prologue.clear();
        }
        prologue.extend(rows.names());
        self.go(input, &prologue, &work, format, (proofs, parquet))
    }

    /// Runs the pipeline; `proofs`: what is known of the input's build beside each source.
    fn go<W>(
        &self,
        input: Input,
        prologue: &[u8],
        work: &W,
        format: OutputFormat,
        (proofs, parquet): (Vec<Proof>, Option<ParquetWriter>),
    ) -> Result<Totals>
    where
        W: Work<Side = (), Note = Note>,
    {
        let sink = self.context.indexed_sink(&self.args.output, &self.args.index, format)?;
        let order = Gather { totals: Totals::new(proofs), dbs: self.dbs, name: input.name().to_owned(), parquet };
        let report = |message: Message| self.context.report(message);
        let run = Run { input, prologue, work, feed: NoFeed, order, sink, limits: self.limits, report: &report };
        let done = run.go()?;
        let mut totals = done.order.totals;
        (totals.records, totals.chunks, totals.workers) = (done.records, done.chunks, done.workers);
        Ok(totals)
    }
}

/// How rows stand in this format; `None`: it has none.
fn shape(format: OutputFormat) -> Option<Shape> {
    match format {
        OutputFormat::Tsv => Some(Shape::Cells(Dialect::from(b'\t'))),
        OutputFormat::Csv => Some(Shape::Cells(Dialect::from(b','))),
        OutputFormat::Json => Some(Shape::Objects),
        OutputFormat::Parquet => Some(Shape::Typed),
        OutputFormat::Vcf | OutputFormat::VcfGz { .. } | OutputFormat::Bcf { .. } => None,
    }
}

/// The ordered stage: writes at once, counts, and judges the build.
struct Gather<'a> {
    totals: Totals,
    dbs: &'a [Db],
    name: String,
    parquet: Option<ParquetWriter>,
}

impl Order<Note> for Gather<'_> {
    fn accept(&mut self, mut out: Output<Note>, sink: &mut Sink) -> Result<()> {
        let note = std::mem::take(&mut out.note);
        self.totals.add(note, self.dbs).map_err(|error| error.in_file(self.name.clone()))?;
        match &mut self.parquet {
            Some(parquet) => ordered::bytes(&out, |rows| parquet.push(rows, sink)),
            None => ordered::write(&out, sink),
        }
    }

    fn work_on(&mut self, threads: &Threads) {
        if let Some(parquet) = &mut self.parquet {
            parquet.work_on(threads);
        }
    }

    fn finish(&mut self, sink: &mut Sink) -> Result<()> {
        self.totals.check(self.dbs).map_err(|error| error.in_file(self.name.clone()))?;
        self.parquet.as_mut().map_or(Ok(()), |parquet| parquet.finish(sink))
    }
}
