//! The records of one POS looked at together, after everything is in order.

use vdx_hts::error::{Error, Result};
use vdx_hts::records::Records as _;
use vdx_vcf::Form;
use vdx_vcf::bcf::{Encoder, Floats};

use crate::convert::{to_lines, to_records};
use crate::output::Span;
use crate::sink::Sink;

/// A record of a POS.
#[derive(Clone, Copy, Debug)]
pub struct Tied<'a> {
    /// The whole line, of text whatever the output.
    pub line: &'a [u8],
    /// It stays as it is and is not compared with the others ([`Output::keep_aside_at`](crate::output::Output::keep_aside_at)).
    pub aside: bool,
    /// The line of the input that it was read from; `None` where it comes a second time.
    pub read_from: Option<u64>,
}

/// Decides on the records of one POS.
pub trait Settle {
    /// Two or more `records` of 1-based `pos` on `contig`, in the order in which they would go out. What goes out in
    /// their place is appended to `out`.
    ///
    /// Where a record is put in place after the output was written, the records of its POS come a second time, as they
    /// were settled, with that record behind them.
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()>;

    /// What there is to say about records since the last call ([`Order::warnings`](super::Order::warnings)).
    fn warnings(&mut self) -> Vec<Error> {
        Vec::new()
    }

    /// Whether a record that comes a second time is one of those that stay as they are.
    fn is_aside(&mut self, _line: &[u8]) -> Result<bool> {
        Ok(false)
    }
}

impl<T: Settle + ?Sized> Settle for &mut T {
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[Tied], out: &mut Vec<u8>) -> Result<()> {
        (**self).settle(contig, pos, records, out)
    }

    fn warnings(&mut self) -> Vec<Error> {
        (**self).warnings()
    }

    fn is_aside(&mut self, line: &[u8]) -> Result<bool> {
        (**self).is_aside(line)
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

/// Gathers the records of one POS. Runs of records whose POS all differ go through uncopied, but for their last record,
/// which waits for what follows.
pub(super) struct SamePosition<'s> {
    settle: Box<dyn Settle + 's>,
    contig: Vec<u8>,
    pos: u32,
    records: Vec<u8>,
    /// Where each record ends, what is known of it, and the line that it was read from.
    ends: Vec<(usize, Known, Option<u64>)>,
    settled: Vec<u8>,
    encoder: Encoder,
}

impl<'s> SamePosition<'s> {
    pub(crate) fn new(settle: impl Settle + 's) -> Self {
        Self {
            settle: Box::new(settle),
            contig: Vec::new(),
            pos: 0,
            records: Vec::new(),
            ends: Vec::new(),
            settled: Vec::new(),
            encoder: Encoder::new(),
        }
    }

    /// Takes the next records of the output: a run of ascending POS, as `span` tells them; the first and the last of them
    /// were read from `lines`.
    pub(crate) fn run(
        &mut self,
        contig: &[u8],
        span: &Span,
        [first, last]: [u64; 2],
        mut records: &[u8],
        sink: &mut Sink,
    ) -> Result<()> {
        let known = Known::Aside(span.aside);
        if self.is_at(contig, span.first) {
            let end = sink.form().first_len(records);
            self.hold(&records[..end], known, Some(first));
            records = &records[end..];
            if records.is_empty() {
                return Ok(());
            }
        }
        self.begin(contig, span.last, sink)?;
        // All but the last record have a POS of their own, as workers begin a span where one has not. The last waits:
        // the next span may go on at its POS.
        let from = sink.form().last_start(records);
        sink.write_records(&records[..from])?;
        self.hold(&records[from..], known, Some(last));
        Ok(())
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
        if !self.is_at(contig, pos) {
            self.begin(contig, pos, sink)?;
        }
        self.hold(record, if late.is_some() { Known::Aside(false) } else { Known::Again }, late);
        Ok(())
    }

    /// What there is to say about records since the last call.
    pub(crate) fn warnings(&mut self) -> Vec<Error> {
        self.settle.warnings()
    }

    fn is_at(&self, contig: &[u8], pos: u32) -> bool {
        !self.ends.is_empty() && self.pos == pos && self.contig == contig
    }

    /// Goes on to another POS.
    fn begin(&mut self, contig: &[u8], pos: u32, sink: &mut Sink) -> Result<()> {
        self.flush(sink)?;
        if self.contig != contig {
            self.contig.clear();
            self.contig.extend_from_slice(contig);
        }
        self.pos = pos;
        Ok(())
    }

    /// Writes what is held.
    pub(crate) fn flush(&mut self, sink: &mut Sink) -> Result<()> {
        // A record that is alone at its POS goes out as it came: nothing is decoded for it.
        if self.ends.len() > 1 {
            self.settle(&sink.form().clone())?;
        }
        sink.write_records(&self.records)?;
        self.records.clear();
        self.ends.clear();
        Ok(())
    }

    /// Puts what is decided in place of the records, which have `form`.
    fn settle(&mut self, form: &Form) -> Result<()> {
        if form.is_bcf() {
            let mut lines = Vec::new();
            // The rules stand once, for text. Floats keep every bit on the way, so that a record which they leave
            // alone becomes the same bytes again.
            to_lines(form, &self.records, Floats::Exact, &mut lines)?;
            let mut last = 0;
            for ((end, ..), line) in self.ends.iter_mut().zip(Form::Text.records(&lines)) {
                last += line.len();
                *end = last;
            }
            self.records = lines;
        }
        let starts = std::iter::once(0).chain(self.ends.iter().map(|(end, ..)| *end));
        let mut tied = Vec::with_capacity(self.ends.len());
        for (start, &(end, known, read_from)) in starts.zip(&self.ends) {
            let line = &self.records[start..end];
            let aside = match known {
                Known::Aside(aside) => aside,
                // What is read back from the file has lost what its worker knew of it.
                Known::Again => self.settle.is_aside(line)?,
            };
            tied.push(Tied { line, aside, read_from });
        }
        self.settled.clear();
        self.settle.settle(&self.contig, self.pos, &tied, &mut self.settled)?;
        if form.is_bcf() {
            self.records.clear();
            return to_records(form, &self.settled, &mut self.encoder, &mut self.records);
        }
        std::mem::swap(&mut self.records, &mut self.settled);
        Ok(())
    }

    fn hold(&mut self, record: &[u8], known: Known, read_from: Option<u64>) {
        self.records.extend_from_slice(record);
        self.ends.push((self.records.len(), known, read_from));
    }
}
