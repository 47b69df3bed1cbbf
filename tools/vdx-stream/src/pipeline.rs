//! The one pipeline: a reader, workers, and a serial stage that cuts, orders and writes.
//!
//! The reader is a plain thread that fills batches as permits allow. The calling thread is the serial stage: it joins
//! batches into chunks, orders what comes back and writes it. Everything that costs time runs on the pool between the
//! two - inflating, the tool's work, deflating - and nothing on the pool waits for anything. With one thread the same
//! stages run as a plain loop. What is cut, processed and written never depends on how many threads there are.

use std::sync::Arc;

use rayon::iter::{IntoParallelIterator, ParallelIterator};
use vdx_vcf::Form;
use vdx_vcf::bcf::{Encoder, Floats};

use crate::batch::{Batch, Pool, Taken};
use crate::cut::{Cut, Cutter, dropped, unterminated};
use crate::error::{Error, Result};
use crate::input::Input;
use crate::limits::Limits;
use crate::order::Order;
use crate::out::Out;
use crate::sink::Sink;
use crate::source::Progress;
use crate::turn::to_lines;

mod sequential;
mod threaded;

/// Whole records of the input, and the slice of a second input that goes with them.
pub struct Chunk<'a, S> {
    records: &'a [u8],
    form: &'a Form,
    side: &'a S,
}

impl<'a, S> Chunk<'a, S> {
    /// Whole records, lines with their line ends; never header lines.
    pub fn records(&self) -> &'a [u8] {
        self.records
    }

    /// What the records are: text, but for [`Work::takes_bcf`]. What goes out has this form, too.
    pub fn form(&self) -> &'a Form {
        self.form
    }

    /// This chunk's slice of the second input; `()` where there is none.
    pub fn side(&self) -> &'a S {
        self.side
    }
}

/// What a tool does to a chunk, on any thread.
pub trait Work: Sync {
    /// What one worker thread keeps from chunk to chunk: open files, windows, buffers.
    type Scratch: Send;
    /// A slice of a second input; `()` for none.
    type Side: Send + Sync;
    /// What a chunk tells the ordered stage.
    type Note: Send + Default + 'static;

    /// Made once by each worker thread.
    fn scratch(&self) -> Result<Self::Scratch>;

    /// Whether chunks may be BCF, where input and output are. Others get text, and what they write is turned over.
    fn takes_bcf(&self) -> bool {
        false
    }

    /// Turns the chunk's records into `out`. An error's line counts from 1 within the chunk.
    fn process(&self, scratch: &mut Self::Scratch, chunk: &Chunk<Self::Side>, out: &mut Out<Self::Note>) -> Result<()>;
}

/// A second input that moves along with the first.
pub trait Feed<S> {
    /// The slice for these records of `form`; called in input order. May block on its own file.
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<S>;

    /// Called once, before the first slice, where the run has threads: an input can be read ahead on them.
    fn work_on(&mut self, _: &Threads) {}
}

/// The worker threads of a run.
#[derive(Clone)]
pub struct Threads(pub(crate) Arc<rayon::ThreadPool>);

impl Threads {
    /// What `each` makes of 0, 1, ... `count - 1`, in that order. `each` gets a value of `scratch` that other calls
    /// may have had before. The caller waits, and does not work itself.
    pub fn map<S, T: Send>(
        &self,
        count: usize,
        scratch: impl Fn() -> S + Sync + Send,
        each: impl Fn(&mut S, usize) -> T + Sync + Send,
    ) -> Vec<T> {
        self.0.install(|| (0..count).into_par_iter().map_init(scratch, each).collect())
    }
}

/// No second input.
pub struct NoFeed;

impl Feed<()> for NoFeed {
    fn slice(&mut self, _: &[u8], _: &Form) -> Result<()> {
        Ok(())
    }
}

/// What a run says while it goes on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// About a record or the input; in input order.
    Warning(String),
    /// Something to know that is as it should be.
    Note(String),
    /// Memory or threads were refused and the run goes on with fewer.
    StepDown(String),
}

/// One run: everything between an opened input and a complete output.
pub struct Run<'a, W: Work, F, O> {
    /// Its header is consumed already.
    pub input: Input,
    /// Written first: the edited header, as text whatever the output.
    pub prologue: &'a [u8],
    /// What is done to each chunk.
    pub work: &'a W,
    /// The second input, or [`NoFeed`].
    pub feed: F,
    /// How outputs follow each other.
    pub order: O,
    /// Where they go.
    pub sink: Sink,
    /// What may be used.
    pub limits: &'a Limits,
    /// Gets warnings and step-downs.
    pub report: &'a (dyn Fn(Message) + Sync),
}

/// What a run came to.
#[derive(Debug)]
pub struct Done<O> {
    /// The ordered stage with all that it gathered.
    pub order: O,
    /// Input records.
    pub records: u64,
    /// Chunks they came in.
    pub chunks: u64,
    /// Worker threads that ran; 0 where the calling thread did all.
    pub workers: usize,
    /// BGZF blocks of the input that went out as they came in.
    pub copied_blocks: u64,
}

impl<W: Work, F: Feed<W::Side>, O: Order<W::Note>> Run<'_, W, F, O> {
    /// Runs to the end. On an error the output is taken back or marked unfinished, and the error is the first one in
    /// input order, whatever the threads did.
    pub fn go(self) -> Result<Done<O>> {
        keep_freed_memory(KEPT_CHUNKS * self.limits.chunk_bytes);
        if self.limits.threads > 1
            && let Some(crew) = threaded::Crew::muster(self.limits.threads, self.report)
        {
            return threaded::run(self, crew);
        }
        sequential::run(self)
    }
}

/// How many chunks' worth of memory one chunk's work may take and give back.
const KEPT_CHUNKS: usize = 4;

/// Has glibc keep up to twice `bytes` of freed memory for the next chunk: it gives back no more than that once a block of
/// this size was freed (mallopt(3), M_MMAP_THRESHOLD). Otherwise every chunk's buffers are new pages from the system,
/// which costs up to a fifth of the time.
fn keep_freed_memory(bytes: usize) {
    let mut block: Vec<u8> = Vec::new();
    if block.try_reserve_exact(bytes).is_ok() {
        drop(std::hint::black_box(block));
    }
}

/// The serial stage: what happens in input order, to batches on their way in and to outputs on their way out.
struct Serial<'a, W: Work, F, O> {
    work: &'a W,
    forms: Forms,
    cutter: Cutter,
    feed: F,
    order: O,
    /// Taken only to complete or fail it.
    sink: Option<Sink>,
    report: &'a (dyn Fn(Message) + Sync),
    name: String,
    progress: Arc<Progress>,
    allow_truncated: bool,
    open_end: bool,
    /// Lines before the next chunk's output.
    lines: u64,
    header_lines: u64,
    chunks: u64,
}

/// A chunk on its way to a worker.
struct Task<S> {
    cut: Cut,
    side: S,
}

impl<'a, W: Work, F: Feed<W::Side>, O: Order<W::Note>> Serial<'a, W, F, O> {
    /// Takes a run apart and writes the prologue.
    fn start(run: Run<'a, W, F, O>) -> Result<(Self, Input)> {
        let Run { mut input, prologue, work, feed, order, sink, limits, report } = run;
        let mut cutter = Cutter::new(input.form.clone(), limits.chunk_records, limits.max_record);
        cutter.filter = input.filter.take();
        let mut serial = Self {
            work,
            forms: Forms { read: input.form.clone(), worked: Form::Text, written: Form::Text, floats: Floats::Htslib },
            cutter,
            feed,
            order,
            sink: Some(sink),
            report,
            name: input.name().to_owned(),
            progress: input.progress(),
            allow_truncated: input.options.allow_truncated,
            open_end: input.options.open_end,
            lines: input.lines_read,
            header_lines: input.lines_read,
            chunks: 0,
        };
        match serial.write_header(prologue) {
            Ok(()) => Ok((serial, input)),
            Err(error) => Err(serial.fail(error)),
        }
    }

    fn write_header(&mut self, prologue: &[u8]) -> Result<()> {
        let Some(sink) = &mut self.sink else { return Err(Error::data("internal error: the output is closed")) };
        if sink.is_bcf() {
            self.forms.floats = Floats::Exact;
        }
        // Nothing to write: the ordered stage does it, as text.
        if prologue.is_empty() {
            return Ok(());
        }
        sink.write_header(prologue, &self.forms.read)?;
        self.forms.written = sink.form().clone();
        if self.work.takes_bcf() && self.forms.read.is_bcf() {
            self.forms.worked = self.forms.written.clone();
        }
        Ok(())
    }

    /// Cuts a decoded batch into tasks.
    fn cut(&mut self, batch: Box<Batch>) -> Result<Vec<Task<W::Side>>> {
        let cuts = self.cutter.push(batch)?;
        cuts.into_iter().map(|cut| self.task(cut)).collect()
    }

    fn task(&mut self, cut: Cut) -> Result<Task<W::Side>> {
        let records = &cut.batch.text[cut.range.clone()];
        let side = self.feed.slice(records, &self.forms.read).map_err(Error::of_another_input)?;
        Ok(Task { cut, side })
    }

    /// The end of input: `truncated` is what was wrong with it where that is allowed. A last line without line end
    /// becomes a task in `spare` where the input may end so.
    fn end(&mut self, truncated: Option<&str>, spare: &Pool) -> Result<Option<Task<W::Side>>> {
        let mut tail = self.cutter.finish();
        if let Some(what) = truncated {
            (self.report)(Message::Warning(format!(
                "{}: {what}; going on with what is there (--allow-truncated)",
                self.name
            )));
        }
        if tail.is_empty() {
            return Ok(None);
        }
        if !self.open_end {
            if self.allow_truncated {
                let message = format!("{}: {} (--allow-truncated)", self.name, dropped(&self.forms.read));
                (self.report)(Message::Warning(message));
                return Ok(None);
            }
            return Err(unterminated(&self.forms.read, &tail).at_line(1));
        }
        let Taken::Batch(mut batch) = spare.take() else {
            return Err(Error::memory("no memory for the last line; give the process more"));
        };
        tail.push(b'\n');
        batch.load(&tail, 0);
        Ok(self.cut(batch)?.pop())
    }

    /// Hands the next output, in input order, to the ordered stage. The first error ends the run.
    fn accept(&mut self, result: Result<Out<W::Note>>) -> Result<()> {
        let before = self.lines;
        if let Some(filter) = &mut self.cutter.filter {
            filter.pass(before - self.header_lines);
        }
        let mut out = result.map_err(|error| self.located(error, before).in_file(&self.name))?;
        for warning in std::mem::take(&mut out.warnings) {
            let at = self.located(Error::data(warning.message).in_file(&self.name).at_line(warning.line), before);
            (self.report)(Message::Warning(at.at_locus(&warning.chrom, warning.pos).to_string()));
        }
        self.lines += out.lines();
        self.progress.add_records(out.lines());
        self.chunks += 1;
        let Some(sink) = &mut self.sink else { return Ok(()) };
        let accepted = self.order.accept(out, sink);
        accepted.map_err(|error| self.located(error, before))
    }

    /// Turns a line within a chunk, which `before` lines precede, into one of the input, if it has a number.
    fn located(&self, error: Error, before: u64) -> Error {
        if error.is_of_another_input() {
            return error;
        }
        let error = error.after_lines(before);
        let Some(line) = error.line() else { return error };
        let error = error.in_file(&self.name);
        match &self.cutter.filter {
            Some(filter) => {
                let record = line.saturating_sub(self.header_lines);
                error.with_line(filter.number(record).map(|number| number + self.header_lines))
            }
            None => error,
        }
    }

    /// Says which contigs of a selection were not what it says.
    fn report_selection(&self) {
        let Some(filter) = &self.cutter.filter else { return };
        let renamed: Vec<String> =
            filter.renamed().iter().map(|(asked, found)| format!("{asked} is {found}")).collect();
        if !renamed.is_empty() {
            let message = format!("{}: contigs of the regions by their names here: {}", self.name, renamed.join(", "));
            (self.report)(Message::Note(message));
        }
        let unknown = filter.unknown();
        if !unknown.is_empty() {
            let names = unknown.join(", ");
            (self.report)(Message::Warning(format!("{}: no such contig as the regions have: {names}", self.name)));
        }
    }

    /// Completes the output.
    fn complete(mut self, workers: usize) -> Result<Done<O>> {
        let Some(sink) = self.sink.take() else { return Err(Error::data("internal error: the output is closed")) };
        self.report_selection();
        let sink = self.order.finish(sink)?;
        let copied_blocks = sink.copied_blocks();
        sink.complete()?;
        let records = self.lines - self.header_lines;
        Ok(Done { order: self.order, records, chunks: self.chunks, workers, copied_blocks })
    }

    /// Gives the output up and the error back.
    fn fail(mut self, error: Error) -> Error {
        if let Some(sink) = self.sink.take() {
            sink.fail();
        }
        error
    }
}

/// The forms of the records on their way.
#[derive(Clone)]
struct Forms {
    /// In the input.
    read: Form,
    /// In the chunks that the tool sees, and in what it makes of them.
    worked: Form,
    /// In the output.
    written: Form,
    /// Text that goes out is as bcftools has it; what becomes BCF again keeps every bit.
    floats: Floats,
}

/// What one worker thread keeps.
struct Bench<S> {
    scratch: Option<S>,
    encoder: Encoder,
}

impl<S> Bench<S> {
    fn new() -> Self {
        Self { scratch: None, encoder: Encoder::new() }
    }
}

/// Runs a tool's work on one task. A panic, which only a bug can cause, becomes an error like others.
fn work_on<W: Work>(
    work: &W,
    forms: &Forms,
    bench: &mut Bench<W::Scratch>,
    task: Task<W::Side>,
) -> Result<Out<W::Note>> {
    let Task { cut, side } = task;
    let batch = Arc::clone(&cut.batch);
    let mut records = &batch.text[cut.range.clone()];
    let mut turned = None;
    let mut damage = None;
    if forms.read.is_bcf() && !forms.worked.is_bcf() {
        let mut lines = Vec::new();
        damage = to_lines(&forms.read, records, forms.floats, &mut lines).err();
        turned = Some(Arc::new(lines));
    }
    let lines = turned.clone();
    if let Some(lines) = &lines {
        records = lines;
    }
    let chunk = Chunk { records, form: &forms.worked, side: &side };
    let mut out = Out::new(cut, turned, forms.worked.clone());
    let Bench { scratch, encoder } = bench;
    let scratch = match scratch {
        Some(scratch) => scratch,
        None => scratch.insert(work.scratch()?),
    };
    let run = std::panic::AssertUnwindSafe(|| work.process(scratch, &chunk, &mut out));
    match std::panic::catch_unwind(run) {
        Ok(result) => result?,
        Err(_) => {
            let error = Error::data("internal error at this record (a bug of vdx: please report it with the record)");
            return Err(error.at_line(out.lines().max(1)));
        }
    }
    // Told behind what is wrong with the records before it.
    if let Some(damage) = damage {
        return Err(damage);
    }
    out.settle();
    if forms.written.is_bcf() && !forms.worked.is_bcf() {
        out.turn(&forms.written, encoder)?;
    }
    Ok(out)
}
