//! A worker's turn at a chunk: its records in the form that the tool takes, the tool's work, its output in the form that
//! is written.

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use vdx_hts::batch::{Batch, HEADROOM};
use vdx_hts::bgzf::MAX_BLOCK;
use vdx_hts::error::{Error, Result};
use vdx_vcf::bcf::{Encoder, Floats, SAMPLES_AS_TEXT, line_len};
use vdx_vcf::{Columns, Form};

use crate::chunker::Cut;
use crate::convert::to_lines;
use crate::left_out::LeftOut;
use crate::limits::{FRESH_SHARE, Limits, READ_SHARE, RECORD_SHARE};
use crate::output::Output;
use crate::work::{Chunk, Work};

/// A chunk on its way to a worker.
pub(super) struct Task<S> {
    pub cut: Cut,
    pub side: S,
}

/// The forms of the records on their way.
#[derive(Clone)]
pub(super) struct Forms {
    /// In the input.
    pub read: Form,
    /// In the chunks that the tool sees, and in what it makes of them.
    pub worked: Form,
    /// In the output.
    pub written: Form,
    /// Text that goes out is as bcftools has it; what becomes BCF again keeps every bit.
    pub floats: Floats,
    /// Of the lines of a VCF.
    pub columns: Option<Columns>,
    /// New bytes of one chunk that stay in memory.
    fresh_bytes: usize,
    chunk_bytes: usize,
    /// Lines were found that have empty columns behind those, or CR before LF: there will be more.
    mending: Arc<AtomicBool>,
}

impl Forms {
    /// Of an input whose records are of `read`, on their way as text.
    pub(crate) fn new(read: Form, columns: Option<Columns>, limits: &Limits) -> Self {
        let (worked, written, floats) = (Form::Text, Form::Text, Floats::Htslib);
        let Limits { fresh_bytes, chunk_bytes, .. } = *limits;
        Self { read, worked, written, floats, columns, fresh_bytes, chunk_bytes, mending: Arc::default() }
    }

    /// Whether what is read is BCF, and text what is worked on.
    fn turns(&self) -> bool {
        self.read.is_bcf() && !self.worked.is_bcf()
    }

    /// How much of the input becomes a chunk: as much as takes, with its lines, what a chunk of lines does.
    pub(crate) fn read_bytes(&self) -> usize {
        if !self.turns() {
            return self.chunk_bytes;
        }
        self.chunk_bytes * RECORD_SHARE / (READ_SHARE + (RECORD_SHARE - READ_SHARE) * self.times_as_text())
    }

    /// So many times their bytes records of BCF are as text, at most: what they say of the site is text, for the most part.
    fn times_as_text(&self) -> usize {
        let has_samples = self.read.dictionaries().is_some_and(|known| known.n_samples() > 0);
        if has_samples { SAMPLES_AS_TEXT } else { 1 }
    }

    /// Memory for long records of `len` bytes that become `lines` bytes, where they do.
    fn memory(&self, len: usize, lines: usize) -> usize {
        match (self.read.is_bcf(), self.worked.is_bcf()) {
            (false, _) => RECORD_SHARE.saturating_mul(len),
            (true, false) => {
                (READ_SHARE.saturating_mul(len)).saturating_add(lines.saturating_mul(RECORD_SHARE - READ_SHARE))
            }
            // It may have to become a line, one record at a time.
            (true, true) => (2 * RECORD_SHARE).saturating_mul(len),
        }
    }

    /// Memory for a long record of `len` bytes, of which the first ones are `start`.
    pub(crate) fn memory_of_record(&self, len: usize, start: &[u8]) -> usize {
        self.memory(len, line_len(start).unwrap_or(len))
    }

    /// Bytes of memory that `batch`, of which chunks have `records`, takes beyond those that are planned for every chunk: 0 where
    /// no long record is in it.
    pub(crate) fn beyond(&self, batch: &Batch, records: Range<usize>) -> usize {
        let len = batch.text.len();
        if !self.turns() {
            return self.beyond_usual(self.memory(len, 0));
        }
        // Nearly no batch has a long record, and none of those others is walked through for that.
        if self.beyond_usual(self.memory(len, records.len().saturating_mul(self.times_as_text()))) == 0 {
            return 0;
        }
        let records = self.read.records(&batch.text[records]);
        self.beyond_usual(self.memory(len, records.filter_map(line_len).fold(0, usize::saturating_add)))
    }

    /// What of the memory for records is planned for no chunk.
    pub(crate) fn beyond_usual(&self, memory: usize) -> usize {
        let usual = HEADROOM + self.chunk_bytes.max(MAX_BLOCK);
        memory.saturating_sub(self.memory(usual, usual))
    }

    /// New bytes of one form that stay in memory, of a chunk that takes `beyond` and whose records became `lines` bytes, where
    /// they did: those that are turned over are there twice. Beside a long record is no room for more than every chunk has.
    fn fresh_bytes(&self, beyond: usize, lines: usize) -> usize {
        let copies = if self.written.is_bcf() && !self.worked.is_bcf() { 2 } else { 1 };
        let fresh = if beyond > 0 { self.fresh_bytes.min(FRESH_SHARE * self.chunk_bytes) } else { self.fresh_bytes };
        // What was read leaves some of a chunk's bytes for its lines.
        let lines = lines.saturating_sub(self.chunk_bytes - self.read_bytes());
        fresh.saturating_sub(lines).max(LEAST_FRESH) / copies
    }
}

/// So many chunks' bytes in one batch, and what a worker keeps for the next one is too much to be kept.
const LONG: usize = 4;

/// Less than that is not worth a file, in bytes.
const LEAST_FRESH: usize = 1 << 18;

/// What one worker thread keeps.
pub(super) struct Worker<S> {
    scratch: Option<S>,
    encoder: Encoder,
}

impl<S> Worker<S> {
    pub(crate) fn new() -> Self {
        Self { scratch: None, encoder: Encoder::new() }
    }
}

/// Runs a tool's work on one task. A panic, which only a bug can cause, becomes an error like others.
pub(super) fn work_on<W: Work>(
    work: &W,
    forms: &Forms,
    worker: &mut Worker<W::Scratch>,
    task: Task<W::Side>,
) -> Result<Output<W::Note>> {
    let Task { cut, side } = task;
    let batch = Arc::clone(&cut.batch);
    let mut records = &batch.text[cut.range.clone()];
    let mut turned = None;
    let mut damage = None;
    if forms.turns() {
        let mut lines = Vec::new();
        damage = to_lines(&forms.read, records, forms.floats, &mut lines).err();
        turned = Some(Arc::new(lines));
    }
    let lines = turned.clone();
    if let Some(lines) = &lines {
        records = lines;
    }
    let mend = || {
        let columns = forms.columns.filter(|_| !forms.read.is_bcf())?;
        columns.mended(records).map(|mended| (LeftOut::of(&mended), Arc::new(mended.text)))
    };
    let mut mended = if forms.mending.load(Ordering::Relaxed) { mend() } else { None };
    let most =
        forms.fresh_bytes(forms.beyond(&batch, cut.range.clone()), turned.as_ref().map_or(0, |lines| lines.len()));
    let mut process = |mended: Option<&(LeftOut, Arc<Vec<u8>>)>| {
        let plain = || (LeftOut::default(), turned.clone());
        let (left_out, turned) = mended.map_or_else(plain, |(left_out, lines)| (*left_out, Some(Arc::clone(lines))));
        let mut out = Output::new(cut.clone(), turned, forms.worked.clone(), most);
        out.left_out = left_out;
        let records = mended.map_or(records, |(_, lines)| lines);
        let chunk = Chunk { records, form: &forms.worked, columns: forms.columns, side: &side };
        process(work, worker, &chunk, &mut out).map(|()| out)
    };
    let mut result = process(mended.as_ref());
    // Empty columns at the end of lines, and CR before LF, are no news of anything: the lines are taken without them. Few
    // files have some, so that they are looked for behind an error only, until there was one.
    if result.is_err() && mended.is_none() {
        mended = mend();
        if mended.is_some() {
            forms.mending.store(true, Ordering::Relaxed);
            result = process(mended.as_ref());
        }
    }
    let mut out = result?;
    out.check()?;
    // Told behind what is wrong with the records before it.
    if let Some(damage) = damage {
        return Err(damage);
    }
    out.settle();
    if forms.written.is_bcf() && !forms.worked.is_bcf() {
        out.turn(&forms.written, &mut worker.encoder)?;
    }
    if batch.text.len() > LONG * (HEADROOM + forms.chunk_bytes) {
        *worker = Worker::new();
    }
    Ok(out)
}

/// The tool's own part. What it keeps from chunk to chunk is made anew behind an error.
fn process<W: Work>(
    work: &W,
    worker: &mut Worker<W::Scratch>,
    chunk: &Chunk<W::Side>,
    out: &mut Output<W::Note>,
) -> Result<()> {
    let mut scratch = match worker.scratch.take() {
        Some(scratch) => scratch,
        None => work.scratch()?,
    };
    let run = std::panic::AssertUnwindSafe(|| work.process(&mut scratch, chunk, out));
    match std::panic::catch_unwind(run) {
        Ok(result) => result?,
        Err(_) => {
            let error = Error::data("internal error at this record (a bug of vdx: please report it with the record)");
            return Err(error.at_line(out.lines().max(1)));
        }
    }
    worker.scratch = Some(scratch);
    Ok(())
}
