//! The rest of an input one record at a time, in the calling thread and in the form that is asked for.

use std::sync::Arc;

use vdx_hts::batch::{Batch, Pool, Taken};
use vdx_hts::error::{Error, Result};
use vdx_hts::records::Records as _;
use vdx_hts::source::{self, Progress};
use vdx_vcf::Form;
use vdx_vcf::bcf::{Encoder, Floats};

use super::Input;
use super::ending::Last;
use crate::chunker::{Chunker, Cut};
use crate::columns::checked;
use crate::convert::{to_lines, to_records};
use crate::left_out::LeftOut;
use crate::limits::LONGEST_RECORD;
use crate::message::Message;
use crate::threads::Threads;

const LINES_BYTES: usize = 1 << 18;

/// The lines of an input, in order.
pub struct Lines {
    input: Input,
    /// In which the records are given out.
    form: Form,
    encoder: Encoder,
    pool: Pool,
    /// What was decoded with the header.
    head: Vec<u8>,
    chunker: Chunker,
    number: u64,
    current: Block,
    /// Where the next line starts in the current block.
    at: usize,
    ended: bool,
    /// A last line without line end was left out: what to tell.
    dropped: Option<&'static str>,
    /// What the user should know.
    notes: Vec<String>,
    /// Lines that had empty columns behind the last one of the header.
    left_out: LeftOut,
}

/// Whole lines at hand.
enum Block {
    None,
    Cut(Cut),
    /// Turned over into another form.
    Turned(Vec<u8>),
}

impl Block {
    fn lines(&self) -> &[u8] {
        match self {
            Self::None => &[],
            Self::Cut(cut) => &cut.batch.text[cut.range.clone()],
            Self::Turned(lines) => lines,
        }
    }
}

impl Lines {
    /// The rest of `input`, its records in `form`.
    pub(super) fn new(mut input: Input, form: Form) -> Self {
        let (head, number) = (std::mem::take(&mut input.head), input.lines_read);
        let notes = std::mem::take(&mut input.notes);
        let chunker = Chunker::new(input.form.clone(), None, LONGEST_RECORD);
        Self {
            pool: Pool::new(1, LINES_BYTES),
            head,
            input,
            form,
            chunker,
            encoder: Encoder::new(),
            number,
            current: Block::None,
            at: 0,
            ended: false,
            dropped: None,
            notes,
            left_out: LeftOut::default(),
        }
    }

    /// Path, or `<stdin>`.
    pub fn name(&self) -> &str {
        self.input.name()
    }

    /// The next line with its line end, and its 1-based number. A damaged input is an error, never a short success.
    #[allow(clippy::should_implement_trait, reason = "the line borrows from the reader")]
    pub fn next(&mut self) -> Result<Option<(&[u8], u64)>> {
        if !self.ready()? {
            return Ok(None);
        }
        let rest = &self.current.lines()[self.at..];
        let line = &rest[..self.form.first_len(rest)];
        self.at += line.len();
        self.number += 1;
        Ok(Some((line, self.number)))
    }

    /// Has a thread read ahead and the threads of the run decode, where the lines do not come from memory.
    pub fn read_ahead(&mut self, threads: &Threads) {
        self.input.source.read_ahead(&threads.0, LINES_BYTES);
    }

    /// The whole lines at hand, at least one of them, and the 1-based number of the first; `None` at the end. They stay
    /// until [`Lines::consume`] says how much of them was used.
    pub fn block(&mut self) -> Result<Option<(&[u8], u64)>> {
        if !self.ready()? {
            return Ok(None);
        }
        Ok(Some((&self.current.lines()[self.at..], self.number + 1)))
    }

    /// Goes on behind the first `bytes` of the last [`Lines::block`], which are `lines` whole lines.
    pub fn consume(&mut self, bytes: usize, lines: u64) {
        debug_assert!(self.current.lines().len() - self.at >= bytes);
        self.at += bytes;
        self.number += lines;
    }

    /// Gives out the records that are left in `form`. For BCF, its header must have what they use; where every number
    /// means the same there they pass as they are.
    pub fn turned_to(mut self, form: Form) -> Result<Self> {
        self.form = form;
        match std::mem::replace(&mut self.current, Block::None) {
            Block::Cut(mut cut) => {
                cut.range.start += std::mem::take(&mut self.at);
                self.current = self.turn(cut)?;
            }
            other => self.current = other,
        }
        Ok(self)
    }

    /// Whether there is a line to give out; reads on where none is at hand.
    fn ready(&mut self) -> Result<bool> {
        while self.at == self.current.lines().len() {
            (self.current, self.at) = (Block::None, 0);
            if self.ended || !self.refill()? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// The count of bytes read so far.
    pub fn progress(&self) -> &Progress {
        self.input.source.progress()
    }

    /// Where `--allow-truncated` let a cut input pass: what was wrong with it. Known at the end.
    pub fn truncated(&self) -> Option<&str> {
        self.input.source.truncated().or(self.dropped)
    }

    /// What there is to tell of the input, as the pipeline tells it of its own. Known at the end.
    pub fn messages(&self) -> Vec<Message> {
        let name = self.name();
        let cut = self
            .truncated()
            .map(|what| Message::Warning(format!("{name}: {what}; going on with what is there (--allow-truncated)")));
        let notes = self
            .notes
            .iter()
            .cloned()
            .chain(self.left_out.notes())
            .map(|note| Message::Note(format!("{name}: {note}")));
        cut.into_iter().chain(notes).collect()
    }

    fn refill(&mut self) -> Result<bool> {
        loop {
            let mut batch = self.batch()?;
            if !self.head.is_empty() {
                batch.load(&std::mem::take(&mut self.head), 0);
            } else if self.input.source.fill(&mut batch, LINES_BYTES)? {
                source::decode(&mut batch, &mut self.input.inflater)
                    .map_err(|error| error.in_file(self.input.name()))?;
            } else {
                break;
            }
            if let Some(cut) = self.chunker.push(batch).map_err(|error| error.in_file(self.input.name()))?.pop() {
                let cut = self.mend(cut)?;
                self.current = self.turn(cut)?;
                return Ok(true);
            }
        }
        self.ended = true;
        let mut tail = self.chunker.finish().map_err(|error| error.in_file(self.input.name()))?;
        if tail.is_empty() {
            return Ok(false);
        }
        let last = self.input.ending.judge(&self.input.form, &tail, self.input.source.truncated().is_some());
        match last.map_err(|error| error.in_file(self.input.name()).at_line(self.number + 1))? {
            Last::Whole(note) => self.notes.extend(note),
            Last::Dropped(what) => {
                self.dropped = Some(what);
                return Ok(false);
            }
        }
        tail.push(b'\n');
        let mut batch = self.batch()?;
        batch.load(&tail, 0);
        let cut = self.mend(Cut { range: batch.data..batch.end, batch: Arc::from(batch) })?;
        self.current = self.turn(cut)?;
        Ok(true)
    }

    /// `cut` without empty columns behind those of the header, its lines ended by `\n`.
    fn mend(&mut self, mut cut: Cut) -> Result<Cut> {
        let Some(columns) = self.input.ending.columns.filter(|_| !self.input.form.is_bcf()) else { return Ok(cut) };
        let mended = checked(columns, &cut.batch.text[cut.range.clone()]);
        let located = |error: Error| error.after_lines(self.number).in_file(self.input.name());
        let Some(mended) = mended.map_err(located)? else { return Ok(cut) };
        self.left_out.add(LeftOut::of(&mended));
        let lines = mended.text;
        let bug = || Error::data("internal error: lines are shared before they are given out");
        let batch = Arc::get_mut(&mut cut.batch).ok_or_else(bug)?;
        cut.range.end = cut.range.start + lines.len();
        batch.text[cut.range.clone()].copy_from_slice(&lines);
        Ok(cut)
    }

    /// The records of `cut` in the form that is asked for.
    fn turn(&mut self, cut: Cut) -> Result<Block> {
        let (read, given) = (&self.input.form, &self.form);
        let floats = match (read, given) {
            (Form::Text, Form::Text) => return Ok(Block::Cut(cut)),
            // BCF names keys by numbers of its own header: bytes may pass only where every number means the same.
            (Form::Bcf(read), Form::Bcf(given)) if given.includes(read) => return Ok(Block::Cut(cut)),
            (_, Form::Text | Form::Table(_)) => Floats::Htslib,
            (_, Form::Bcf(_)) => Floats::Exact,
        };
        let located = |error: Error| error.after_lines(self.number).in_file(self.input.name());
        let mut records = &cut.batch.text[cut.range];
        let mut lines = Vec::new();
        if read.is_bcf() {
            to_lines(read, records, floats, &mut lines).map_err(located)?;
            records = &lines;
        }
        if !given.is_bcf() {
            return Ok(Block::Turned(lines));
        }
        let mut turned = Vec::new();
        to_records(given, records, &mut self.encoder, &mut turned).map_err(located)?;
        Ok(Block::Turned(turned))
    }

    fn batch(&self) -> Result<Box<Batch>> {
        match self.pool.take() {
            Taken::Batch(batch) => Ok(batch),
            _ => Err(Error::no_memory("a batch of the input").in_file(self.input.name())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use vdx_vcf::Header;
    use vdx_vcf::bcf::Dictionaries;

    use super::super::Options;
    use super::super::testing::{VCF, all_lines, input};
    use super::*;

    #[test]
    fn a_cut_last_line_is_an_error_unless_the_end_is_open_or_the_cut_allowed() {
        let cut = &VCF[..VCF.len() - 4];
        assert!(
            all_lines(input(cut, Options::default()).into_lines())
                .unwrap_err()
                .to_string()
                .starts_with("x:3: truncated")
        );
        let options = Options { allow_truncated: true, ..Options::default() };
        assert_eq!(all_lines(input(cut, options).into_lines()).unwrap().len(), 2);
        let mut lines = input(cut, options).into_lines();
        while lines.next().unwrap().is_some() {}
        assert_eq!(lines.truncated(), Some("dropped a last line without line end"));
        let options = Options { open_end: true, ..Options::default() };
        assert_eq!(all_lines(input(cut, options).into_lines()).unwrap().len(), 3);
    }

    #[test]
    fn blocks_stay_until_they_are_consumed() {
        let mut lines = input(b"a\nbc\nd\n", Options::default()).into_lines();
        assert_eq!(lines.block().unwrap(), Some((&b"a\nbc\nd\n"[..], 1)));
        lines.consume(2, 1);
        assert_eq!(lines.block().unwrap(), Some((&b"bc\nd\n"[..], 2)));
        assert_eq!(lines.next().unwrap(), Some((&b"bc\n"[..], 2)));
        assert_eq!(lines.block().unwrap(), Some((&b"d\n"[..], 3)));
        lines.consume(2, 1);
        assert_eq!(lines.block().unwrap(), None);
    }

    #[test]
    fn records_are_given_in_another_form_from_any_point_on() {
        let header = b"##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        let dictionaries = Dictionaries::of(&Header::parse(header).unwrap()).unwrap();
        let form = Form::Bcf(Arc::new(dictionaries));
        let lines: Vec<_> = (1..=9).map(|pos| format!("1\t{pos}\t.\tA\tC\t.\t.\t.\n")).collect();
        let mut records = Vec::new();
        to_records(&form, lines.concat().as_bytes(), &mut Encoder::new(), &mut records).unwrap();
        for seen in 0..lines.len() {
            for (bytes, from, to) in [
                (lines.concat().into_bytes(), Form::Text, form.clone()),
                (records.clone(), form.clone(), Form::Text),
                (records.clone(), form.clone(), form.clone()),
            ] {
                let input = Input::of_records(Box::new(Cursor::new(bytes)), "x", from).unwrap();
                let mut read = input.into_records();
                (0..seen).for_each(|_| assert!(read.next().unwrap().is_some()));
                let mut read = read.turned_to(to.clone()).unwrap();
                let mut rest = Vec::new();
                while let Some((record, number)) = read.next().unwrap() {
                    assert_eq!(to.locus(record), Some((&b"1"[..], number as u32)));
                    rest.push(record.to_vec());
                }
                assert_eq!(rest.len(), lines.len() - seen);
            }
        }
        let gzip_like = b"\x1f\x8b\x08\x04 no gzip\n".to_vec();
        let mut read = Input::of_records(Box::new(Cursor::new(gzip_like)), "x", Form::Text).unwrap().into_records();
        assert_eq!(read.next().unwrap().unwrap().0.len(), 13);
    }
}
