//! A person's VCF that moves along with the ClinVar stream.

use std::cell::RefCell;
use std::collections::{HashSet, VecDeque};
use std::rc::Rc;
use std::sync::Arc;

use vdx_stream::form::stretches;
use vdx_stream::{Error, Feed, Form, Lines, Result};
use vdx_vcf::contig;

use super::vcf::Record;

/// How far beyond a chunk's ends records of the sample are looked at, in bases: an indel can be written that much to
/// the side of where ClinVar has it.
pub const MARGIN: u32 = 1_000;

/// The records of the sample that a chunk of the ClinVar stream may touch.
#[derive(Debug, Default)]
pub struct Slice {
    contigs: Vec<(Vec<u8>, Vec<Arc<Record>>)>,
}

impl Slice {
    /// The records on the contig that the ClinVar stream calls `name`, by POS.
    pub fn on(&self, name: &[u8]) -> &[Arc<Record>] {
        self.contigs.iter().find(|(contig, _)| contig == name).map_or(&[], |(_, records)| records)
    }
}

/// Reads the sample along with the stream.
pub struct SampleFeed {
    lines: Lines,
    column: usize,
    /// The line read ahead: contig and record.
    ahead: Option<(Vec<u8>, Record)>,
    /// Contigs of the sample that were left behind, and the one it is at.
    passed: HashSet<Vec<u8>>,
    current: Vec<u8>,
    /// Contigs of the stream that were left behind.
    streamed: Vec<Vec<u8>>,
    /// Where the stream is, and records of that contig that later chunks may need.
    contig: Vec<u8>,
    kept: VecDeque<Arc<Record>>,
    ended: bool,
}

impl SampleFeed {
    /// `lines` stand behind the header; `column` is of [`choose_sample`](super::vcf::choose_sample).
    pub fn new(lines: Lines, column: usize) -> Self {
        Self {
            lines,
            column,
            ahead: None,
            passed: HashSet::new(),
            current: Vec::new(),
            streamed: Vec::new(),
            contig: Vec::new(),
            kept: VecDeque::new(),
            ended: false,
        }
    }

    /// Makes `ahead` the next record of the sample; `false` at its end.
    fn fill(&mut self) -> Result<bool> {
        if self.ahead.is_some() || self.ended {
            return Ok(self.ahead.is_some());
        }
        let file = self.lines.name().to_owned();
        let Some((line, number)) = self.lines.next()? else {
            self.ended = true;
            return Ok(false);
        };
        let at = |error: Error| error.in_file(file.clone()).at_line(number);
        let record = Record::parse(line, self.column).map_err(at)?;
        let chrom = line.split(|&byte| byte == b'\t').next().unwrap_or_default();
        if chrom != self.current {
            let shown = String::from_utf8_lossy(chrom);
            if self.passed.contains(chrom) {
                let message = format!(
                    "the sample is not sorted: contig {shown} comes in several pieces; sort it with 'bcftools sort'"
                );
                return Err(at(Error::data(message)));
            }
            if self.streamed.iter().any(|name| same(name, chrom)) {
                let before = String::from_utf8_lossy(&self.contig);
                return Err(at(Error::data(format!(
                    "the sample has its contigs in another order than the ClinVar stream, which has {shown} before \
                     {before}; bring both into one order with 'bcftools sort'"
                ))));
            }
            let before = std::mem::replace(&mut self.current, chrom.to_vec());
            self.passed.insert(before);
        }
        let chrom = chrom.to_vec();
        self.ahead = Some((chrom, record));
        Ok(true)
    }

    /// Goes to the contig that the stream calls `name`, if it is not there; `false` where the sample has no more of it.
    /// `new`: the stream has just come to it.
    fn enter(&mut self, name: &[u8], new: bool) -> Result<bool> {
        while self.fill()? {
            let Some((chrom, _)) = &self.ahead else { break };
            if same(chrom, name) {
                return Ok(true);
            }
            // A chromosome that comes later in the usual order: the sample has none of this one, or another order.
            if let (Some(theirs), Some(ours)) = (contig::number(chrom), contig::number(name))
                && theirs > ours
            {
                break;
            }
            if contig::number(name).is_none() && contig::number(chrom).is_some() {
                break;
            }
            let gone = chrom.clone();
            while self.fill()? && self.ahead.as_ref().is_some_and(|(chrom, _)| *chrom == gone) {
                self.ahead = None;
            }
            self.passed.insert(gone);
        }
        if new && self.passed.iter().any(|chrom| same(chrom, name)) {
            let ahead = self.ahead.as_ref().map_or("its end".into(), |(chrom, _)| String::from_utf8_lossy(chrom));
            let name = String::from_utf8_lossy(name);
            return Err(Error::data(format!(
                "the sample has its contigs in another order than the ClinVar stream: the stream is at {name}, which \
                 the sample has before {ahead}; bring both into one order with 'bcftools sort'"
            ))
            .in_file(self.lines.name()));
        }
        Ok(false)
    }

    /// The records of `name` up to 1-based `last`, and those kept that end at `first` or behind.
    fn take(&mut self, name: &[u8], first: u32, last: u32) -> Result<Vec<Arc<Record>>> {
        let new = self.contig != name;
        if new {
            let before = std::mem::replace(&mut self.contig, name.to_vec());
            self.streamed.push(before);
            self.kept.clear();
        }
        self.kept.retain(|record| record.end.saturating_add(MARGIN) >= first);
        if self.enter(name, new)? {
            let mut before = self.kept.back().map_or(0, |record| record.pos);
            while self.fill()? {
                let Some((chrom, record)) = self
                    .ahead
                    .take_if(|(chrom, record)| same(chrom, name) && record.pos <= last.saturating_add(MARGIN))
                else {
                    break;
                };
                if record.pos < before {
                    let message = format!(
                        "the sample is not sorted: expected POS of at least {before}; sort it with 'bcftools sort'"
                    );
                    let error = Error::data(message).in_file(self.lines.name());
                    return Err(error.at_locus(&chrom, u64::from(record.pos)));
                }
                before = record.pos;
                if record.end.saturating_add(MARGIN) >= first {
                    self.kept.push_back(Arc::new(record));
                }
            }
        }
        Ok(self.kept.iter().cloned().collect())
    }
}

impl SampleFeed {
    /// Reads the sample to its end once the stream is at its own: a damaged end is an error, and so are contigs that
    /// the stream had and the sample has only now.
    pub fn finish(&mut self) -> Result<()> {
        while self.fill()? {
            self.ahead = None;
        }
        Ok(())
    }
}

impl Feed<Slice> for SampleFeed {
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<Slice> {
        let mut slice = Slice::default();
        for (name, first, last) in stretches(form, records) {
            let taken = self.take(name, first, last)?;
            slice.contigs.push((name.to_vec(), taken));
        }
        Ok(slice)
    }
}

/// The feed of `match`, held by the ordered stage as well, which ends it. A raw file is in memory and needs none.
#[derive(Clone, Default)]
pub struct Along(Option<Rc<RefCell<SampleFeed>>>);

impl Along {
    /// A sample that moves along.
    pub fn new(feed: SampleFeed) -> Self {
        Self(Some(Rc::new(RefCell::new(feed))))
    }

    /// See [`SampleFeed::finish`].
    pub fn finish(&self) -> Result<()> {
        self.0.as_ref().map_or(Ok(()), |feed| feed.borrow_mut().finish())
    }
}

impl Feed<Slice> for Along {
    fn slice(&mut self, records: &[u8], form: &Form) -> Result<Slice> {
        self.0.as_ref().map_or_else(|| Ok(Slice::default()), |feed| feed.borrow_mut().slice(records, form))
    }
}

/// Whether two names are one contig of the human genome, or the same name.
fn same(one: &[u8], other: &[u8]) -> bool {
    one == other || contig::number(one).is_some_and(|number| contig::number(other) == Some(number))
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use vdx_stream::input::{Input, Options};
    use vdx_stream::source::Source;

    use super::*;
    use crate::sample::vcf::choose_sample;

    fn feed(body: &str) -> SampleFeed {
        let text = format!(
            "##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\tFORMAT\ta\tb\n{}",
            body.replace(' ', "\t")
        );
        let source =
            Source::from_reader(Box::new(Cursor::new(text.into_bytes())), "s.vcf".into(), None, false).unwrap();
        let mut input = Input::new(source, Options::default());
        let header = input.read_vcf_header().unwrap();
        let column = choose_sample(&header, Some("b"), "s.vcf").unwrap();
        SampleFeed::new(input.into_lines(), column)
    }

    fn positions(slice: &Slice, name: &str) -> Vec<u32> {
        slice.on(name.as_bytes()).iter().map(|record| record.pos).collect()
    }

    #[test]
    fn slices_follow_the_stream_and_keep_what_reaches_on() {
        let mut feed = feed(
            "chr1 100 . A G . . . GT 0/1 0/1\nchr1 5000 . A <NON_REF> . . END=9000 GT 0/0 0/0\n\
             chr1 20000 . A G . . . GT 0/1 0/1\nchr3 7 . A G . . . GT 0/1 0/1\n",
        );
        let slice = feed.slice(b"1\t90\t.\n1\t4500\t.\n", &Form::Text).unwrap();
        assert_eq!(positions(&slice, "1"), [100, 5000]);
        let slice = feed.slice(b"1\t8500\t.\n1\t8600\t.\n", &Form::Text).unwrap();
        assert_eq!(positions(&slice, "1"), [5000]);
        let slice = feed.slice(b"1\t19000\t.\n2\t1\t.\n3\t1\t.\n", &Form::Text).unwrap();
        assert_eq!(
            (positions(&slice, "1"), positions(&slice, "2"), positions(&slice, "3")),
            (vec![20000], vec![], vec![7])
        );
    }

    #[test]
    fn another_order_of_contigs_names_both() {
        let mut feed = feed("chr1 1 . A G . . . GT 0/1 0/1\nchr2 1 . A G . . . GT 0/1 0/1\n");
        feed.slice(b"2\t1\t.\n", &Form::Text).unwrap();
        let error = feed.slice(b"1\t1\t.\n", &Form::Text).unwrap_err().to_string();
        assert!(
            error.starts_with("s.vcf: ") && error.contains("stream is at 1") && error.contains("its end"),
            "{error}"
        );
    }

    #[test]
    fn unsorted_samples_are_refused() {
        let mut feed = feed("1 9 . A G . . . GT 0/1 0/1\n1 5 . A G . . . GT 0/1 0/1\n");
        assert!(feed.slice(b"1\t9\t.\n", &Form::Text).unwrap_err().to_string().contains("not sorted"));
    }
}
