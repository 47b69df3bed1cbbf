//! The records of one POS looked at together, after everything is in order.

use vdx_hts::error::{Error, Result};
use vdx_hts::records::Records as _;
use vdx_vcf::Form;
use vdx_vcf::bcf::{Encoder, Floats};

use super::settle::{Settle, Tied};
use super::span_by_span;
use crate::convert::{to_lines, to_records};
use crate::output::{Output, Span};
use crate::sink::Sink;
use crate::threads::Threads;

mod under_way;

use under_way::UnderWay;

/// Settles the records of each POS; where the run has threads, those of several outputs at once.
pub(super) struct SamePosition<S> {
    own: Settler<S>,
    /// The records of the POS that the next output may go on at.
    held: Held,
    under_way: Option<UnderWay<S>>,
    /// As many bytes of outputs may be under way.
    most: usize,
    warnings: Vec<Error>,
}

impl<S: Settle> SamePosition<S> {
    /// Outputs of up to `most` bytes may be settled at once.
    pub(crate) fn new(settle: S, most: usize) -> Self {
        Self { own: Settler::new(settle), held: Held::default(), under_way: None, most, warnings: Vec::new() }
    }

    /// Has records settled on `threads` from now on.
    pub(crate) fn work_on(&mut self, threads: &Threads) {
        self.under_way = Some(UnderWay::on(threads));
    }

    /// Takes the next output, which is not empty, and whose records are in order and behind those before.
    pub(crate) fn take<N: Send + 'static>(&mut self, mut out: Output<N>, sink: &mut Sink) -> Result<()> {
        let form = sink.form().clone();
        let len = out.spans().iter().map(Span::len).sum::<usize>();
        if self.under_way.is_some() && len <= self.most / 2 {
            while self.bytes_under_way() + len > self.most {
                self.write_next(sink)?;
            }
            let last = Held::last_of(&mut out, &form);
            if out.spans().is_empty() && self.held.is_at(&last.contig, last.pos) {
                self.held.append(&last);
                return Ok(());
            }
            let before = std::mem::replace(&mut self.held, last);
            if let Some(under_way) = &mut self.under_way {
                under_way.settle(before, out, len, form, || Settler::new(self.own.settle.another()));
            }
            return Ok(());
        }
        self.drain(sink)?;
        span_by_span(&out, |span| {
            let (contig, lines) = (out.contig_name(span.contig), out.lines_of(span));
            let write = &mut |bytes: &[u8]| sink.write_records(bytes);
            self.own.run(&mut self.held, contig, span, lines, out.bytes(span), &form, write)
        })
    }

    /// Bytes of outputs that are being settled.
    pub(crate) fn bytes_under_way(&self) -> usize {
        self.under_way.as_ref().map_or(0, UnderWay::bytes)
    }

    /// Writes the oldest of the outputs that are being settled, when that is done.
    pub(crate) fn write_next(&mut self, sink: &mut Sink) -> Result<()> {
        self.under_way.as_mut().map_or(Ok(()), |under_way| under_way.write_next(sink, &mut self.warnings))
    }

    /// Takes a record that was written before or, where it is `late`, read from such a line, finds its place among those
    /// now.
    pub(crate) fn again(
        &mut self,
        contig: &[u8],
        pos: u32,
        record: &[u8],
        late: Option<u64>,
        sink: &mut Sink,
    ) -> Result<()> {
        if !self.held.is_at(contig, pos) {
            self.flush(sink)?;
            self.held.begin(contig, pos);
        }
        self.held.hold(record, if late.is_some() { Known::Aside(false) } else { Known::Again }, late);
        Ok(())
    }

    /// What there is to say about records since the last call.
    pub(crate) fn warnings(&mut self) -> Vec<Error> {
        let mut warnings = std::mem::take(&mut self.warnings);
        warnings.append(&mut self.own.settle.warnings());
        warnings
    }

    /// Writes all that was taken.
    pub(crate) fn flush(&mut self, sink: &mut Sink) -> Result<()> {
        self.drain(sink)?;
        let form = sink.form().clone();
        self.own.flush(&mut self.held, &form, &mut |bytes| sink.write_records(bytes))
    }

    fn drain(&mut self, sink: &mut Sink) -> Result<()> {
        while self.bytes_under_way() > 0 {
            self.write_next(sink)?;
        }
        Ok(())
    }

    /// The one that decides, with all that was counted. Nothing is under way any more.
    pub(crate) fn into_settle(self) -> S {
        let mut settle = self.own.settle;
        self.under_way.into_iter().flat_map(UnderWay::into_settles).for_each(|other| settle.add(other));
        settle
    }
}

/// What is known of a record that is held.
#[derive(Clone, Copy)]
enum Known {
    /// It takes part, or stays aside.
    Aside(bool),
    /// It comes a second time, from the file.
    Again,
}

/// The records of one POS, until those that follow are at another.
#[derive(Default)]
struct Held {
    contig: Vec<u8>,
    pos: u32,
    records: Vec<u8>,
    /// Where each record ends, what is known of it, and the line that it was read from.
    ends: Vec<(usize, Known, Option<u64>)>,
}

impl Held {
    /// Takes the records of the last POS away from an output that has some.
    fn last_of<N>(out: &mut Output<N>, form: &Form) -> Self {
        let mut held = Self::default();
        let mut spans = out.take_last_pos(form);
        spans.reverse();
        for span in &spans {
            if held.ends.is_empty() {
                held.begin(out.contig_name(span.contig), span.last);
            }
            let [_, line] = out.lines_of(span);
            held.hold(out.bytes(span), Known::Aside(span.aside), Some(line));
        }
        held
    }

    fn is_at(&self, contig: &[u8], pos: u32) -> bool {
        !self.ends.is_empty() && self.pos == pos && self.contig == contig
    }

    /// Goes on to another POS; what was held is written.
    fn begin(&mut self, contig: &[u8], pos: u32) {
        if self.contig != contig {
            self.contig.clear();
            self.contig.extend_from_slice(contig);
        }
        self.pos = pos;
    }

    fn hold(&mut self, record: &[u8], known: Known, read_from: Option<u64>) {
        self.records.extend_from_slice(record);
        self.ends.push((self.records.len(), known, read_from));
    }

    /// Puts more records of the POS behind these.
    fn append(&mut self, more: &Self) {
        let before = self.records.len();
        self.records.extend_from_slice(&more.records);
        self.ends.extend(more.ends.iter().map(|&(end, known, line)| (before + end, known, line)));
    }
}

/// Where settled records go.
type Write<'w> = dyn FnMut(&[u8]) -> Result<()> + 'w;

/// Gathers the records of one POS and settles them. Runs of records whose POS all differ go through uncopied, but for their
/// last record, which waits for what follows.
struct Settler<S> {
    settle: S,
    settled: Vec<u8>,
    encoder: Encoder,
}

impl<S: Settle> Settler<S> {
    fn new(settle: S) -> Self {
        Self { settle, settled: Vec::new(), encoder: Encoder::new() }
    }

    /// Takes the next records: a run of ascending POS, as `span` tells them; the first and the last of them were read from
    /// `lines`.
    #[allow(clippy::too_many_arguments, reason = "a run of records, and what is around it")]
    fn run(
        &mut self,
        held: &mut Held,
        contig: &[u8],
        span: &Span,
        [first, last]: [u64; 2],
        mut records: &[u8],
        form: &Form,
        write: &mut Write,
    ) -> Result<()> {
        let known = Known::Aside(span.aside);
        if held.is_at(contig, span.first) {
            let end = form.first_len(records);
            held.hold(&records[..end], known, Some(first));
            records = &records[end..];
            if records.is_empty() {
                return Ok(());
            }
        }
        self.flush(held, form, write)?;
        held.begin(contig, span.last);
        // All but the last record have a POS of their own, as workers begin a span where one has not. The last waits:
        // the next span may go on at its POS.
        let from = form.last_start(records);
        write(&records[..from])?;
        held.hold(&records[from..], known, Some(last));
        Ok(())
    }

    /// Settles and writes what is held.
    fn flush(&mut self, held: &mut Held, form: &Form, write: &mut Write) -> Result<()> {
        // A record that is alone at its POS goes out as it came: nothing is decoded for it.
        if held.ends.len() > 1 {
            self.settle(held, form)?;
        }
        write(&held.records)?;
        held.records.clear();
        held.ends.clear();
        Ok(())
    }

    /// Puts what is decided in place of the records, which have `form`.
    fn settle(&mut self, held: &mut Held, form: &Form) -> Result<()> {
        if form.is_bcf() {
            let mut lines = Vec::new();
            // The rules stand once, for text. Floats keep every bit on the way, so that a record which they leave
            // alone becomes the same bytes again.
            to_lines(form, &held.records, Floats::Exact, &mut lines)?;
            let mut last = 0;
            for ((end, ..), line) in held.ends.iter_mut().zip(Form::Text.records(&lines)) {
                last += line.len();
                *end = last;
            }
            held.records = lines;
        }
        let starts = std::iter::once(0).chain(held.ends.iter().map(|(end, ..)| *end));
        let mut tied = Vec::with_capacity(held.ends.len());
        for (start, &(end, known, read_from)) in starts.zip(&held.ends) {
            let line = &held.records[start..end];
            let aside = match known {
                Known::Aside(aside) => aside,
                // What is read back from the file has lost what its worker knew of it.
                Known::Again => self.settle.is_aside(line)?,
            };
            tied.push(Tied { line, aside, read_from });
        }
        self.settled.clear();
        self.settle.settle(&held.contig, held.pos, &tied, &mut self.settled)?;
        if form.is_bcf() {
            held.records.clear();
            return to_records(form, &self.settled, &mut self.encoder, &mut held.records);
        }
        std::mem::swap(&mut held.records, &mut self.settled);
        Ok(())
    }
}
