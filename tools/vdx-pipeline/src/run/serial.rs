//! The serial stage: what happens in input order, to batches on their way in and to outputs on their way out.

use std::sync::Arc;

use vdx_hts::batch::{Batch, Pool, Taken};
use vdx_hts::caught::caught;
use vdx_hts::error::{Error, Result};
use vdx_hts::source::Progress;
use vdx_vcf::bcf::Floats;

use super::{Done, Feed, Run, Work};
use crate::chunker::{Chunker, Cut};
use crate::input::Input;
use crate::input::ending::{Ending, Last};
use crate::left_out::LeftOut;
use crate::message::Message;
use crate::ordered::Order;
use crate::output::Output;
use crate::sink::Sink;
use crate::worker::{Forms, Task};

/// What the serial stage has at hand.
pub(super) struct Serial<'a, W: Work, F, O> {
    pub work: &'a W,
    pub forms: Forms,
    chunker: Chunker,
    pub feed: F,
    pub order: O,
    pub sink: Sink,
    pub report: &'a (dyn Fn(Message) + Sync),
    pub name: String,
    progress: Arc<Progress>,
    ending: Ending,
    /// What was left out of lines.
    left_out: LeftOut,
    /// Lines before the next chunk's output.
    lines: u64,
    header_lines: u64,
    records: u64,
    chunks: u64,
}

impl<'a, W: Work, F: Feed<W::Side>, O: Order<W::Note>> Serial<'a, W, F, O> {
    /// Takes a run apart and writes the prologue.
    pub(crate) fn start(run: Run<'a, W, F, O>) -> Result<(Self, Input)> {
        let Run { mut input, prologue, work, feed, order, sink, limits, report } = run;
        let mut chunker = Chunker::new(input.form.clone(), limits.chunk_records, limits.max_record);
        chunker.base_bytes = limits.base_bytes;
        chunker.filter = input.filter.take();
        let mut serial = Self {
            work,
            forms: Forms::new(input.form.clone(), input.ending.columns, limits),
            chunker,
            feed,
            order,
            sink,
            report,
            name: input.name().to_owned(),
            progress: input.progress(),
            ending: input.ending.clone(),
            left_out: LeftOut::default(),
            lines: input.lines_read,
            header_lines: input.lines_read,
            records: 0,
            chunks: 0,
        };
        serial.sink.expect();
        input.notes.iter().for_each(|note| report(Message::Note(format!("{}: {note}", serial.name))));
        serial.write_header(prologue)?;
        serial.chunker.memory = {
            let forms = serial.forms.clone();
            Box::new(move |len, start| forms.memory_of_record(len, start))
        };
        Ok((serial, input))
    }

    fn write_header(&mut self, prologue: &[u8]) -> Result<()> {
        if self.sink.is_bcf() {
            self.forms.floats = Floats::Exact;
        }
        // Nothing to write: the ordered stage does it, as text.
        if prologue.is_empty() {
            return Ok(());
        }
        self.sink.write_header(prologue, &self.forms.read)?;
        self.forms.written = self.sink.form().clone();
        if self.work.takes_bcf() && self.forms.read.is_bcf() {
            self.forms.worked = self.forms.written.clone();
        }
        Ok(())
    }

    /// Cuts a decoded batch into tasks.
    pub(crate) fn cut(&mut self, batch: Box<Batch>) -> Result<Vec<Task<W::Side>>> {
        let cuts = self.chunker.push(batch)?;
        cuts.into_iter().map(|cut| self.task(cut)).collect()
    }

    fn task(&mut self, cut: Cut) -> Result<Task<W::Side>> {
        let records = &cut.batch.text[cut.range.clone()];
        let side = self.feed.slice(records, &self.forms.read).map_err(Error::of_another_input)?;
        Ok(Task { cut, side })
    }

    /// Memory that the record at hand takes beyond a chunk, as far as it was read, in bytes.
    pub(crate) fn carried_beyond(&self) -> usize {
        let carried = self.chunker.carried();
        self.forms.beyond_usual(self.forms.memory_of_record(carried.len(), carried))
    }

    /// The end of input: `truncated` is what was wrong with it where that is allowed. A last line without line end
    /// becomes a task where the input may end so.
    pub(crate) fn end(&mut self, truncated: Option<&str>) -> Result<Option<Task<W::Side>>> {
        let mut tail = self.chunker.finish()?;
        if let Some(what) = truncated {
            (self.report)(Message::Warning(format!(
                "{}: {what}; going on with what is there (--allow-truncated)",
                self.name
            )));
        }
        if tail.is_empty() {
            return Ok(None);
        }
        let last = self.ending.judge(&self.forms.read, &tail, truncated.is_some());
        match last.map_err(|error| error.at_line(1))? {
            Last::Whole(note) => {
                note.into_iter().for_each(|note| (self.report)(Message::Note(format!("{}: {note}", self.name))));
            }
            Last::Dropped(what) => {
                (self.report)(Message::Warning(format!("{}: {what} (--allow-truncated)", self.name)));
                return Ok(None);
            }
        }
        tail.push(b'\n');
        // Of its own, as all others may wait for this thread.
        let Taken::Batch(mut batch) = Pool::new(1, tail.len()).take() else {
            return Err(Error::no_memory("the last line"));
        };
        batch.load(&tail, 0);
        Ok(self.cut(batch)?.pop())
    }

    /// Hands the next output, in input order, to the ordered stage. The first error ends the run.
    pub(crate) fn accept(&mut self, result: Result<Output<W::Note>>) -> Result<()> {
        let before = self.lines;
        if let Some(filter) = &mut self.chunker.filter {
            filter.pass(before - self.header_lines);
        }
        // Results come here in the order of the input: of several errors, on whatever threads, the first in the file
        // is the one told.
        let mut out = result.map_err(|error| self.located(error, before).in_file(&self.name))?;
        for warning in std::mem::take(&mut out.warnings) {
            let at = self.located(Error::data(warning.message).in_file(&self.name).at_line(warning.line), before);
            (self.report)(Message::Record(at.at_locus(&warning.chrom, warning.pos).to_string()));
        }
        out.before = before;
        self.lines += out.lines();
        self.records += out.records_read();
        self.left_out.add(out.left_out);
        self.progress.add_records(out.records_read());
        self.chunks += 1;
        let accepted = self.order.accept(out, &mut self.sink);
        accepted.map_err(|error| self.located(error, before))?;
        self.warn();
        Ok(())
    }

    /// Says what the ordered stage has to say about records.
    fn warn(&mut self) {
        for warning in self.order.warnings() {
            (self.report)(Message::Record(self.located(warning, self.lines).to_string()));
        }
    }

    /// Turns a line within a chunk, which `before` lines precede, into one of the input, if it has a number.
    fn located(&self, error: Error, before: u64) -> Error {
        if error.is_of_another_input() {
            return error;
        }
        let error = error.after_lines(before);
        let Some(line) = error.line() else {
            // About a record whose line is no longer known: it was held back among others.
            return if error.has_locus() { error.in_file(&self.name) } else { error };
        };
        let error = error.in_file(&self.name);
        match &self.chunker.filter {
            Some(filter) => {
                let record = line.saturating_sub(self.header_lines);
                error.with_line(filter.number(record).map(|number| number + self.header_lines))
            }
            None => error,
        }
    }

    /// Says which contigs of a selection have other names here.
    ///
    /// # Errors
    /// Some are not there at all.
    fn report_selection(&self) -> Result<()> {
        let Some(filter) = &self.chunker.filter else { return Ok(()) };
        let renamed: Vec<String> =
            filter.renamed().iter().map(|(asked, found)| format!("{asked} is {found}")).collect();
        if !renamed.is_empty() {
            let message = format!("{}: contigs of the regions by their names here: {}", self.name, renamed.join(", "));
            (self.report)(Message::Note(message));
        }
        filter.check(true).map_err(|error| error.in_file(&self.name))
    }

    /// Completes the output where all chunks were accepted, and nothing fails in what comes behind them. Otherwise the
    /// sink goes without an end, which marks it.
    pub(crate) fn conclude(mut self, accepted: Result<()>, workers: usize) -> Result<Done<O>> {
        accepted?;
        caught(|| {
            self.report_selection()?;
            for note in self.left_out.notes() {
                (self.report)(Message::Note(format!("{}: {note}", self.name)));
            }
            self.feed.finish(self.report)?;
            self.order.finish(&mut self.sink).map_err(|error| self.located(error, self.lines))?;
            self.warn();
            let copied_blocks = self.sink.copied_blocks();
            self.sink.complete()?;
            Ok(Done { order: self.order, records: self.records, chunks: self.chunks, workers, copied_blocks })
        })
    }
}
