//! The records of one POS looked at together, after everything is in order.

use vdx_vcf::Form;
use vdx_vcf::bcf::{Encoder, Floats};

use crate::error::Result;
use crate::form::Records as _;
use crate::sink::Sink;
use crate::turn::{to_lines, to_records};

/// Decides on the records of one POS.
pub trait Settle {
    /// Two or more `records` of 1-based `pos` on `contig`, whole lines of text whatever the output, in the order in which they would go out. What
    /// goes out in their place is appended to `out`.
    ///
    /// Where a record is put in place after the output was written, the records of its POS come a second time, as they
    /// were settled, with that record behind them.
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[&[u8]], out: &mut Vec<u8>) -> Result<()>;
}

impl<T: Settle + ?Sized> Settle for &mut T {
    fn settle(&mut self, contig: &[u8], pos: u32, records: &[&[u8]], out: &mut Vec<u8>) -> Result<()> {
        (**self).settle(contig, pos, records, out)
    }
}

/// Gathers the records of one POS. Runs of records whose POS all differ go through uncopied, but for their last record,
/// which waits for what follows.
pub(super) struct Sites<'s> {
    settle: Box<dyn Settle + 's>,
    contig: Vec<u8>,
    pos: u32,
    records: Vec<u8>,
    /// Where each record ends.
    ends: Vec<usize>,
    settled: Vec<u8>,
    encoder: Encoder,
}

impl<'s> Sites<'s> {
    pub fn new(settle: impl Settle + 's) -> Self {
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

    /// Takes the next records of the output: a run of ascending POS from `first` to `last`.
    pub fn run(&mut self, contig: &[u8], first: u32, last: u32, mut records: &[u8], sink: &mut Sink) -> Result<()> {
        if !self.ends.is_empty() && self.pos == first && self.contig == contig {
            let end = sink.form().first_len(records);
            self.hold(&records[..end]);
            records = &records[end..];
            if records.is_empty() {
                return Ok(());
            }
        }
        self.flush(sink)?;
        let from = sink.form().last_start(records);
        sink.write_records(&records[..from])?;
        if self.contig != contig {
            self.contig.clear();
            self.contig.extend_from_slice(contig);
        }
        self.pos = last;
        self.hold(&records[from..]);
        Ok(())
    }

    /// Writes what is held.
    pub fn flush(&mut self, sink: &mut Sink) -> Result<()> {
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
            to_lines(form, &self.records, Floats::Exact, &mut lines)?;
            let mut end = 0;
            let ends = Form::Text.records(&lines).map(|line| {
                end += line.len();
                end
            });
            self.ends = ends.collect();
            self.records = lines;
        }
        let starts = std::iter::once(0).chain(self.ends.iter().copied());
        let lines: Vec<&[u8]> = starts.zip(&self.ends).map(|(start, &end)| &self.records[start..end]).collect();
        self.settled.clear();
        self.settle.settle(&self.contig, self.pos, &lines, &mut self.settled)?;
        if form.is_bcf() {
            self.records.clear();
            return to_records(form, &self.settled, &mut self.encoder, &mut self.records);
        }
        std::mem::swap(&mut self.records, &mut self.settled);
        Ok(())
    }

    fn hold(&mut self, record: &[u8]) {
        self.records.extend_from_slice(record);
        self.ends.push(self.records.len());
    }
}
