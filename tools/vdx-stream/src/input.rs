//! An opened input: its name, its header, and then its records, through the pipeline or line by line.

use std::path::Path;
use std::sync::Arc;

use vdx_vcf::bcf::{self, Dictionaries, Floats};
use vdx_vcf::contig::Contig;
use vdx_vcf::region::Regions;
use vdx_vcf::{Form, Header};

use crate::batch::{Batch, HEADROOM, Pool, Taken};
use crate::bgzf::Inflater;
use crate::cut::{Cut, Cutter, dropped, unterminated};
use crate::error::{Error, Result};
use crate::filter::Filter;
use crate::form::Records as _;
use crate::source::{self, Progress, Source};
use crate::tabix;
use crate::turn::to_lines;

/// How to take a damaged or unfinished input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// A cut end is a warning (`--allow-truncated`).
    pub allow_truncated: bool,
    /// The last line may lack its line end: tables and raw genotype files, never VCF.
    pub open_end: bool,
    /// [`Lines`] of BCF have all digits of a float, for an output that is BCF again; else as many as `bcftools view` shows.
    pub exact_floats: bool,
}

/// What the decoded bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text that starts as a VCF does.
    Vcf,
    /// BCF 2.
    Bcf,
    /// Any other text, or nothing.
    Other,
}

/// A file or pipe whose first bytes have been decoded.
pub struct Input {
    pub(crate) source: Source,
    /// Decoded and not consumed.
    pub(crate) head: Vec<u8>,
    pub(crate) lines_read: u64,
    pub(crate) options: Options,
    pub(crate) form: Form,
    pub(crate) filter: Option<Box<Filter>>,
    inflater: Inflater,
    pool: Pool,
}

/// How much is decoded at once while the header is read.
const HEAD_BYTES: usize = HEADROOM;

/// The longest BCF header that is read.
const MAX_HEADER: usize = 256 << 20;

impl Input {
    /// Opens `path`; `None` and `-` are stdin. Plain, gzip and BGZF are told apart by content.
    pub fn open(path: Option<&Path>, options: Options) -> Result<Self> {
        let path = path.filter(|path| path.as_os_str() != "-");
        Ok(Self::new(Source::open(path, options.allow_truncated)?, options))
    }

    /// The same for an opened source.
    pub fn new(source: Source, options: Options) -> Self {
        let pool = Pool::new(1, HEAD_BYTES);
        let (form, inflater) = (Form::Text, Inflater::new());
        Self { source, head: Vec::new(), lines_read: 0, options, form, filter: None, inflater, pool }
    }

    /// Path, or `<stdin>`.
    pub fn name(&self) -> &str {
        self.source.name()
    }

    /// The size of a regular file, in bytes as they stand in it.
    pub fn size(&self) -> Option<u64> {
        self.source.size()
    }

    /// The count of bytes read so far.
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(self.source.progress())
    }

    /// The first decoded bytes that nothing has consumed yet: a few kilobytes, fewer only if there are no more.
    pub fn peek(&mut self) -> Result<&[u8]> {
        while self.head.len() < 4096 && self.more()? {}
        Ok(&self.head)
    }

    /// Whether no more than `bytes` decoded bytes are left to read; they are read to know it. Damage among them is left to
    /// be found by who reads on.
    pub fn ends_within(&mut self, bytes: usize) -> bool {
        while self.head.len() <= bytes {
            match self.more() {
                Ok(true) => {}
                Ok(false) => return true,
                Err(error) => {
                    self.source.put_back(error);
                    return false;
                }
            }
        }
        false
    }

    /// What the input holds, by its first bytes.
    pub fn format(&mut self) -> Result<Format> {
        let head = self.peek()?;
        Ok(if head.starts_with(b"BCF\x02") {
            Format::Bcf
        } else if head.starts_with(b"##fileformat=VCF") || head.starts_with(b"#CHROM\t") {
            Format::Vcf
        } else {
            Format::Other
        })
    }

    /// Has the pipeline see only the records that `filter` lets through.
    pub fn select(&mut self, mut filter: Filter) {
        filter.numbered = self.source.is_whole();
        self.filter = Some(Box::new(filter));
    }

    /// Goes on reading only the blocks that can hold records of `regions`: of the file `path`, which this input is, by the
    /// index beside it. `declared` are the contigs of the header, which was read before. Other records of these blocks
    /// come along: [`Input::select`] drops them. Returns what the user should know.
    ///
    /// # Errors
    /// A usage error where the file is not BGZF or has no index; a damaged or foreign index.
    pub fn jump(
        &mut self,
        path: &Path,
        regions: &Regions,
        declared: &[Contig],
        options: &tabix::Options,
    ) -> Result<Vec<String>> {
        let help = "-r and -R jump by an index; compress with bgzip and index with 'bcftools index', or read all of it \
                    with -t or -T";
        if !self.source.is_bgzf() {
            return Err(Error::usage(format!("this is not a BGZF file; {help}")).in_file(self.name()));
        }
        let Some(index) = tabix::find_index(path, options)? else {
            return Err(Error::usage(format!("no index (.csi or .tbi) was found; {help}")).in_file(self.name()));
        };
        let opened = tabix::open_as(path, options, &self.form)?;
        let parts = tabix::Parts::new(opened.indexed, &index, regions, declared)?;
        self.source.read_on(Box::new(parts));
        self.head.clear();
        if let Some(filter) = &mut self.filter {
            filter.numbered = false;
        }
        Ok(opened.warnings)
    }

    /// From now on the last line may lack its line end: for a tool that has seen that this is a table.
    pub fn allow_open_end(&mut self) {
        self.options.open_end = true;
    }

    /// Consumes the header of a VCF or BCF.
    pub fn read_vcf_header(&mut self) -> Result<Header> {
        match self.format()? {
            Format::Vcf => {}
            Format::Bcf => return self.read_bcf_header(),
            Format::Other if self.head.is_empty() => {
                return Err(Error::data("expected a VCF, found no data; did the command before this one fail?")
                    .in_file(self.name()));
            }
            Format::Other => {
                let start = String::from_utf8_lossy(&self.head[..self.head.len().min(40)]).into_owned();
                let message = format!("expected a VCF that starts with '##fileformat=VCF', found {start:?}");
                return Err(Error::data(message).in_file(self.name()));
            }
        }
        let mut text = Vec::new();
        while let Some(line) = self.read_line()? {
            let columns = !line.starts_with(b"##");
            text.extend_from_slice(&line);
            if columns {
                let header = Header::parse(&text);
                return header.map_err(|error| Error::data(error.to_string()).in_file(self.name()).at_line(error.line));
            }
        }
        let tail = std::mem::take(&mut self.head);
        let error = if tail.is_empty() {
            Error::data("truncated: expected a #CHROM line at the end of the header, found the end of the file")
        } else {
            unterminated(&Form::Text, &tail)
        };
        Err(error.in_file(self.name()).at_line(self.lines_read + 1))
    }

    /// The header as a VCF has it: the numbers of its lines are in the dictionaries.
    fn read_bcf_header(&mut self) -> Result<Header> {
        loop {
            if let Some((text, len)) = bcf::text_of(&self.head).map_err(|error| self.located(error.into()))? {
                let parsed = Header::parse(text).and_then(|header| Ok((Dictionaries::of(&header)?, header)));
                let (dictionaries, header) = parsed
                    .and_then(|(dictionaries, header)| {
                        Ok((dictionaries, Header::parse(&bcf::vcf_header_text(&header))?))
                    })
                    .map_err(|error| self.located(Error::data(format!("header line {}: {error}", error.line))))?;
                self.head.drain(..len);
                self.form = Form::Bcf(Arc::new(dictionaries));
                return Ok(header);
            }
            if self.head.len() > MAX_HEADER {
                let message = format!(
                    "expected a header of at most {MAX_HEADER} bytes, found one that goes on; is the file damaged?"
                );
                return Err(self.located(Error::data(message)));
            }
            if !self.more()? {
                return Err(
                    self.located(Error::data("truncated BCF: it ends inside the header; fetch or make the file again"))
                );
            }
        }
    }

    fn located(&self, error: Error) -> Error {
        error.in_file(self.name())
    }

    /// How the records stand in the input, once the header was read.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Consumes one line, line end included; `None` where no whole line is left.
    pub fn read_line(&mut self) -> Result<Option<Vec<u8>>> {
        let mut searched = 0;
        loop {
            if let Some(at) = memchr::memchr(b'\n', &self.head[searched..]) {
                let rest = self.head.split_off(searched + at + 1);
                self.lines_read += 1;
                return Ok(Some(std::mem::replace(&mut self.head, rest)));
            }
            searched = self.head.len();
            if !self.more()? {
                if self.options.open_end && !self.head.is_empty() {
                    self.lines_read += 1;
                    return Ok(Some(std::mem::take(&mut self.head)));
                }
                return Ok(None);
            }
        }
    }

    /// Passes over the next `count` decoded bytes.
    pub(crate) fn skip(&mut self, count: usize) -> Result<()> {
        while self.head.len() < count && self.more()? {}
        self.head.drain(..count.min(self.head.len()));
        Ok(())
    }

    /// Decodes a little more; `false` at the end.
    fn more(&mut self) -> Result<bool> {
        let Taken::Batch(mut batch) = self.pool.take() else {
            return Err(Error::memory("no memory to read the header in; give the process more").in_file(self.name()));
        };
        if !self.source.fill(&mut batch, HEAD_BYTES)? {
            return Ok(false);
        }
        source::decode(&mut batch, &mut self.inflater).map_err(|error| error.in_file(self.source.name()))?;
        self.head.extend_from_slice(&batch.text[batch.data..batch.end]);
        Ok(true)
    }

    /// Reads the rest one line at a time, in the calling thread. BCF records come as lines.
    pub fn into_lines(self) -> Lines {
        self.into_form(Form::Text)
    }

    /// Reads the rest one record at a time, as they are.
    pub(crate) fn into_records(self) -> Lines {
        let form = self.form.clone();
        self.into_form(form)
    }

    fn into_form(mut self, form: Form) -> Lines {
        let (head, number) = (std::mem::take(&mut self.head), self.lines_read);
        let cutter = Cutter::new(self.form.clone(), None, MAX_LINE);
        Lines {
            pool: Pool::new(1, LINES_BYTES),
            head,
            input: self,
            form,
            cutter,
            number,
            current: Block::None,
            at: 0,
            ended: false,
            dropped: false,
        }
    }
}

const LINES_BYTES: usize = 1 << 18;
const MAX_LINE: usize = 1 << 28;

/// The lines of an input, in order.
pub struct Lines {
    input: Input,
    /// In which the records are given out.
    form: Form,
    pool: Pool,
    /// What was decoded with the header.
    head: Vec<u8>,
    cutter: Cutter,
    number: u64,
    current: Block,
    /// Where the next line starts in the current block.
    at: usize,
    ended: bool,
    /// A last line without line end was left out.
    dropped: bool,
}

/// Whole lines at hand.
enum Block {
    None,
    Cut(Cut),
    /// Decoded from BCF.
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
        let dropped = self.dropped.then(|| dropped(&self.input.form));
        self.input.source.truncated().or(dropped)
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
            if let Some(cut) = self.cutter.push(batch).map_err(|error| error.in_file(self.input.name()))?.pop() {
                self.current = if self.input.form.is_bcf() && !self.form.is_bcf() {
                    let mut lines = Vec::new();
                    let records = &cut.batch.text[cut.range];
                    let floats = if self.input.options.exact_floats { Floats::Exact } else { Floats::Htslib };
                    to_lines(&self.input.form, records, floats, &mut lines)
                        .map_err(|error| error.after_lines(self.number).in_file(self.input.name()))?;
                    Block::Turned(lines)
                } else {
                    Block::Cut(cut)
                };
                return Ok(true);
            }
        }
        self.ended = true;
        let tail = self.cutter.finish();
        let Options { allow_truncated, open_end, .. } = self.input.options;
        if !open_end && !allow_truncated && !tail.is_empty() {
            return Err(unterminated(&self.input.form, &tail).in_file(self.input.name()).at_line(self.number + 1));
        }
        if !open_end || tail.is_empty() {
            self.dropped = !tail.is_empty();
            return Ok(false);
        }
        let mut batch = self.batch()?;
        batch.load(&tail, 0);
        self.current = Block::Cut(Cut { range: batch.data..batch.end, batch: Arc::from(batch) });
        Ok(true)
    }

    fn batch(&self) -> Result<Box<Batch>> {
        match self.pool.take() {
            Taken::Batch(batch) => Ok(batch),
            _ => Err(Error::memory("no memory to read in; give the process more").in_file(self.input.name())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    const VCF: &[u8] = b"##fileformat=VCFv4.2\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n1\t5\t.\tA\tC\t.\t.\t.\n";

    fn input(bytes: &[u8], options: Options) -> Input {
        let reader = Box::new(Cursor::new(bytes.to_vec()));
        Input::new(Source::from_reader(reader, "x".into(), None, options.allow_truncated).unwrap(), options)
    }

    fn all_lines(mut lines: Lines) -> Result<Vec<String>> {
        let mut found = Vec::new();
        while let Some((line, number)) = lines.next()? {
            found.push(format!("{number}:{}", String::from_utf8_lossy(line).trim_end()));
        }
        Ok(found)
    }

    #[test]
    fn the_header_is_consumed_and_the_lines_go_on_behind_it() {
        let mut vcf = input(VCF, Options::default());
        assert_eq!(vcf.read_vcf_header().unwrap().samples().len(), 0);
        assert_eq!(all_lines(vcf.into_lines()).unwrap(), ["3:1\t5\t.\tA\tC\t.\t.\t."]);
    }

    #[test]
    fn what_is_left_can_be_measured_and_read_afterwards() {
        assert!(input(VCF, Options::default()).ends_within(VCF.len()));
        assert!(!input(VCF, Options::default()).ends_within(VCF.len() - 1));
        let mut vcf = input(VCF, Options::default());
        assert!(vcf.ends_within(1000));
        assert_eq!(all_lines(vcf.into_lines()).unwrap().len(), 3);
        // Damage is found by who reads on.
        let mut damaged = Vec::new();
        crate::bgzf::Deflater::new(1).deflate(VCF, &mut damaged).unwrap();
        let mut damaged = input(&damaged, Options::default());
        assert!(!damaged.ends_within(1000));
        assert!(all_lines(damaged.into_lines()).unwrap_err().to_string().contains("truncated"));
    }

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
    fn what_is_no_vcf_says_what_it_is() {
        let error = |bytes: &[u8]| input(bytes, Options::default()).read_vcf_header().unwrap_err().to_string();
        assert!(error(b"BCF\x02\x02").contains("truncated BCF"));
        assert!(error(b"").contains("no data"));
        assert!(error(b"rsid\tchrom\n").contains("rsid"));
        assert!(error(b"##fileformat=VCFv4.2\n##x=").contains("truncated"));
    }
}
