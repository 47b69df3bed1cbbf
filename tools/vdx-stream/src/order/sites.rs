//! The records of one POS looked at together, after everything is in order.

use crate::error::Result;
use crate::sink::Sink;

/// Decides on the records of one POS.
pub trait Settle {
    /// Two or more `records` of 1-based `pos` on `contig`, whole lines in the order in which they would go out. What
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
}

impl<'s> Sites<'s> {
    pub fn new(settle: impl Settle + 's) -> Self {
        let settle = Box::new(settle);
        Self { settle, contig: Vec::new(), pos: 0, records: Vec::new(), ends: Vec::new(), settled: Vec::new() }
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
        sink.write(&records[..from])?;
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
            let starts = std::iter::once(0).chain(self.ends.iter().copied());
            let records: Vec<&[u8]> = starts.zip(&self.ends).map(|(start, &end)| &self.records[start..end]).collect();
            self.settled.clear();
            self.settle.settle(&self.contig, self.pos, &records, &mut self.settled)?;
            sink.write(&self.settled)?;
        } else {
            sink.write(&self.records)?;
        }
        self.records.clear();
        self.ends.clear();
        Ok(())
    }

    fn hold(&mut self, record: &[u8]) {
        self.records.extend_from_slice(record);
        self.ends.push(self.records.len());
    }
}
