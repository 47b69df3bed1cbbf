//! An opened input: its name, its header, and then its records, through the pipeline or line by line.

use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use ending::Ending;
use vdx_hts::batch::{HEADROOM, Pool, Taken};
use vdx_hts::bgzf::Inflater;
use vdx_hts::error::{Error, Result};
use vdx_hts::index;
use vdx_hts::memory::try_reserve_exact;
use vdx_hts::records::unclosed;
use vdx_hts::source::{self, Progress, Source};
use vdx_vcf::contig::Contig;
use vdx_vcf::region::Regions;
use vdx_vcf::{Dialect, Form};

use crate::regions::RegionFilter;

pub(crate) mod ending;
mod header;
mod lines;
#[cfg(test)]
mod testing;

pub use header::Format;
pub use lines::Lines;

/// How to take a damaged or unfinished input.
#[derive(Clone, Copy, Debug, Default)]
pub struct Options {
    /// A cut end is a warning (`--allow-truncated`).
    pub allow_truncated: bool,
    /// The last line may lack its line end: tables and raw genotype files, never VCF.
    pub open_end: bool,
}

/// A file or pipe whose first bytes have been decoded.
pub struct Input {
    pub(crate) source: Source,
    /// Decoded and not consumed.
    pub(crate) head: Vec<u8>,
    pub(crate) lines_read: u64,
    /// About what the header takes in memory, in bytes.
    pub(crate) header_bytes: u64,
    pub(crate) ending: Ending,
    /// What the user should know of the header.
    pub(crate) notes: Vec<String>,
    pub(crate) form: Form,
    pub(crate) filter: Option<Box<RegionFilter>>,
    inflater: Inflater,
    pool: Pool,
}

/// How much is decoded at once while the header is read.
const HEAD_BYTES: usize = HEADROOM;

/// The most that a row of column names may take, in bytes.
pub const LONGEST_NAMES: usize = 1 << 20;

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
        let ending = Ending { options, proof: source.proof(), ..Ending::default() };
        let (head, notes, filter) = (Vec::new(), Vec::new(), None);
        Self { source, head, lines_read: 0, header_bytes: 0, ending, notes, form, filter, inflater, pool }
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

    /// The first decoded bytes that nothing has consumed yet: a few kilobytes, fewer only if there are no more, or if they
    /// are given out as they come.
    pub fn peek(&mut self) -> Result<&[u8]> {
        let enough = if self.comes_piecemeal() { 1 } else { 4096 };
        while self.head.len() < enough && self.more()? {}
        Ok(&self.head)
    }

    /// Whether what is read is given out as it comes ([`Source::as_it_comes`]).
    pub fn comes_piecemeal(&self) -> bool {
        self.source.comes_piecemeal()
    }

    /// All decoded bytes that are left to read, where there are no more than `bytes`; they are read to know it. Damage
    /// among them is left to be found by who reads on.
    pub fn rest_within(&mut self, bytes: usize) -> Option<&[u8]> {
        while self.head.len() <= bytes {
            match self.more() {
                Ok(true) => {}
                Ok(false) => return Some(&self.head),
                Err(error) => {
                    self.source.put_back(error);
                    return None;
                }
            }
        }
        None
    }

    /// Has the pipeline see only the records that `filter` lets through.
    pub fn select(&mut self, mut filter: RegionFilter) {
        filter.numbered = self.source.is_whole();
        self.filter = Some(Box::new(filter));
    }

    /// Goes on reading only the blocks that can hold records of `regions`: of the file `path`, which this input is, by the
    /// index beside it. `declared` are the contigs of the header, which was read before. Other records of these blocks
    /// come along: [`Input::select`] drops them. Returns what the user should know, and the contigs that the index has.
    ///
    /// # Errors
    /// A usage error where the file is not BGZF or has no index; a damaged or foreign index.
    pub fn jump(
        &mut self,
        path: &Path,
        regions: &Regions,
        declared: &[Contig],
        options: &index::Options,
    ) -> Result<(Vec<String>, Vec<Contig>)> {
        let help = "-r and -R jump by an index; compress with bgzip and index with 'bcftools index', or read all of it \
                    with -t or -T";
        if !self.source.is_bgzf() {
            return Err(Error::usage(format!("this is not a BGZF file; {help}")).in_file(self.name()));
        }
        let Some(index) = index::find_index(path, options)? else {
            return Err(Error::usage(format!("no index (.csi or .tbi) was found; {help}")).in_file(self.name()));
        };
        let opened = index::open_as(path, options, &self.form)?;
        let named = |contig: &index::Contig| Contig { name: contig.name.clone(), length: None };
        let indexed = opened.indexed.index.contigs().iter().map(named).collect();
        let parts = index::RegionReader::new(opened.indexed, &index, regions, declared)?;
        self.source.read_on(Box::new(parts));
        self.head.clear();
        if let Some(filter) = &mut self.filter {
            filter.numbered = false;
        }
        Ok((opened.warnings, indexed))
    }

    /// How it is read.
    pub fn options(&self) -> Options {
        self.ending.options
    }

    /// From now on the last line may lack its line end: for a tool that has seen that this is a table.
    pub fn allow_open_end(&mut self) {
        self.ending.options.open_end = true;
    }

    /// From now on rows of a table are read, written in `dialect`.
    pub fn read_rows(&mut self, dialect: Dialect) {
        if dialect.has_quotes {
            self.form = Form::Table(dialect);
        }
    }

    /// How the records stand in the input, once the header was read.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Lines that were consumed.
    pub fn lines_read(&self) -> u64 {
        self.lines_read
    }

    /// Consumes one row of a table, line end included, which may go on over lines within quotes where `dialect` of the first
    /// says so; `None` where none is left.
    ///
    /// # Errors
    /// A quote does not end within [`LONGEST_NAMES`] bytes.
    pub fn read_row(&mut self, dialect: impl Fn(&[u8]) -> Dialect) -> Result<Option<Vec<u8>>> {
        let first = self.lines_read + 1;
        let Some(mut row) = self.read_line()? else { return Ok(None) };
        let dialect = dialect(&row);
        while row.ends_with(b"\n") && dialect.row_len(&row).is_none() {
            let next = if row.len() > LONGEST_NAMES { None } else { self.read_line()? };
            let Some(next) = next else { return Err(unclosed(&row).in_file(self.name()).at_line(first)) };
            row.extend(next);
        }
        Ok(Some(row))
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
                if self.ending.options.open_end && !self.head.is_empty() {
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
            return Err(Error::no_memory("the header").in_file(self.name()));
        };
        if !self.source.fill_some(&mut batch, HEAD_BYTES)? {
            return Ok(false);
        }
        source::decode(&mut batch, &mut self.inflater).map_err(|error| error.in_file(self.source.name()))?;
        let text = &batch.text[batch.data..batch.end];
        if self.head.capacity() - self.head.len() < text.len() {
            // Twice as much, as a buffer grows by itself, is more than a long header may have.
            let more = text.len() + self.head.len() / 4;
            try_reserve_exact(&mut self.head, more).map_err(|_| {
                let head = format!("a header of more than {} bytes", self.head.len());
                Error::no_memory(head).in_file(self.name())
            })?;
        }
        self.head.extend_from_slice(text);
        Ok(true)
    }

    /// Records of `form` without a header, such as a tool keeps for itself.
    pub fn of_records(reader: Box<dyn Read + Send>, name: &str, form: Form) -> Result<Self> {
        // The length of a record may look like the start of a gzip: something else stands before it.
        let reader = Box::new(b"\n".chain(reader));
        let source = Source::from_reader(reader, name.to_owned(), None, false)?;
        let mut input = Self::new(source, Options::default());
        input.skip(1)?;
        input.form = form;
        Ok(input)
    }

    /// Reads the rest one line at a time, in the calling thread. BCF records come as lines.
    pub fn into_lines(self) -> Lines {
        Lines::new(self, Form::Text)
    }

    /// Reads the rest one record at a time, as they are.
    pub fn into_records(self) -> Lines {
        let form = self.form.clone();
        Lines::new(self, form)
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{VCF, all_lines, input};
    use super::*;

    #[test]
    fn what_is_left_can_be_measured_and_read_afterwards() {
        assert_eq!(input(VCF, Options::default()).rest_within(VCF.len()), Some(VCF));
        assert_eq!(input(VCF, Options::default()).rest_within(VCF.len() - 1), None);
        let mut vcf = input(VCF, Options::default());
        assert_eq!(vcf.rest_within(1000), Some(VCF));
        assert_eq!(all_lines(vcf.into_lines()).unwrap().len(), 3);
        // Damage is found by who reads on.
        let mut damaged = Vec::new();
        vdx_hts::bgzf::Deflater::new(1).deflate(VCF, &mut damaged);
        let mut damaged = input(&damaged, Options::default());
        assert_eq!(damaged.rest_within(1000), None);
        assert!(all_lines(damaged.into_lines()).unwrap_err().to_string().contains("truncated"));
    }
}
