//! Bytes of a file or pipe, recognised by content and read into batches: plain (UTF-16 as UTF-8), gzip of any members, BGZF
//! by blocks.

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::os::fd::AsFd;
use std::path::Path;
use std::sync::Arc;

use encoding_rs_io::DecodeReaderBytesBuilder;
use rayon::ThreadPool;
use vdx_vcf::Form;

use crate::batch::{Batch, HEADROOM};
use crate::bgzf;
use crate::error::{Error, Result};
use crate::pipe;

mod ahead;
mod blocks;
mod members;
mod progress;

pub use progress::Progress;

use ahead::Ahead;
use blocks::Blocks;
use members::Members;
use progress::Counted;

type Raw = BufReader<Box<dyn Read + Send>>;

/// An opened input, before decoding.
pub struct Source {
    codec: Codec,
    /// For messages.
    name: String,
    /// The size of a regular file.
    size: Option<u64>,
    progress: Arc<Progress>,
    /// Decoded bytes given out so far.
    decoded: u64,
    allow_truncated: bool,
    /// What was wrong with the end, where that was allowed.
    truncated: Option<String>,
    /// Damage found behind bytes that were given out first.
    pending: Option<Error>,
    ended: bool,
    /// Nothing is jumped over.
    whole: bool,
    proof: Proof,
    /// Somebody waits for the answer to each line.
    as_it_comes: bool,
}

/// What shows, at the end of an input, that nothing is missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Proof {
    /// The end-of-file block of BGZF.
    EndBlock,
    /// The length and checksum of a gzip member.
    Checksum,
    /// Only that it is a regular file.
    File,
    /// Nothing: a pipe.
    #[default]
    None,
}

/// Why a source stopped giving.
enum Stop {
    /// The end is missing: `--allow-truncated` makes do with what is there.
    Truncated(String),
    /// Damage or a failed read.
    Failed(Error),
}

enum Codec {
    Plain(Raw),
    Gzip(Members),
    Bgzf(Blocks),
    /// Another source, which a thread reads and the pool decodes.
    Ahead(Ahead),
}

const READ_BUFFER: usize = 1 << 17;

impl Source {
    /// Opens `path`, or stdin for `None`, and looks at the first bytes.
    pub fn open(path: Option<&Path>, allow_truncated: bool) -> Result<Self> {
        let (file, name) = match path {
            Some(path) => {
                let name = path.display().to_string();
                (File::open(path).map_err(|error| Error::io(&name, &error))?, name)
            }
            None => {
                let owned = io::stdin().as_fd().try_clone_to_owned().map_err(|error| Error::io("<stdin>", &error))?;
                (File::from(owned), "<stdin>".to_owned())
            }
        };
        let metadata = file.metadata().map_err(|error| Error::io(&name, &error))?;
        if metadata.is_dir() {
            return Err(Error::data("expected a file, found a directory").in_file(name));
        }
        pipe::widen(&file);
        let size = metadata.is_file().then_some(metadata.len());
        Self::from_reader(Box::new(file), name, size, allow_truncated)
    }

    /// The same for bytes that are already open.
    pub fn from_reader(
        inner: Box<dyn Read + Send>,
        name: String,
        size: Option<u64>,
        allow_truncated: bool,
    ) -> Result<Self> {
        let progress = Arc::new(Progress::default());
        let mut counted = Counted { inner, progress: Arc::clone(&progress) };
        let failed = |error: io::Error| Error::io(&name, &error);
        // A pipe may hand over less than a header at once; what was read is put in front again.
        let mut head = Vec::new();
        append(&mut counted, &mut head, bgzf::FIXED_HEADER).map_err(failed)?;
        let mut bgzf_size = None;
        if bgzf::is_header(&head) {
            let extra = bgzf::extra_len(&head);
            append(&mut counted, &mut head, extra).map_err(failed)?;
            bgzf_size = bgzf::block_size(&head[bgzf::FIXED_HEADER..]);
        }
        let gzip = head.starts_with(&[0x1f, 0x8b]);
        let is_wide = is_utf16(&head);
        let all = io::Cursor::new(head).chain(counted);
        let inner: Box<dyn Read + Send> = if is_wide { Box::new(to_utf8(all)) } else { Box::new(all) };
        let raw: Raw = BufReader::with_capacity(READ_BUFFER, inner);
        let proof = match bgzf_size {
            Some(_) => Proof::EndBlock,
            None if gzip => Proof::Checksum,
            None if size.is_some() => Proof::File,
            None => Proof::None,
        };
        let codec = match bgzf_size {
            Some(_) => Codec::Bgzf(Blocks::new(raw)),
            None if gzip => Codec::Gzip(Members::new(raw)),
            None => Codec::Plain(raw),
        };
        Ok(Self {
            codec,
            name,
            size,
            progress,
            decoded: 0,
            allow_truncated,
            truncated: None,
            pending: None,
            ended: false,
            whole: true,
            proof,
            as_it_comes: false,
        })
    }

    /// Gives out what one read of plain text brings, instead of waiting for a whole batch: for a person at a terminal.
    #[must_use]
    pub fn as_it_comes(mut self) -> Self {
        self.as_it_comes = true;
        self
    }

    /// Path, or `<stdin>`.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The size of a regular file in bytes.
    pub fn size(&self) -> Option<u64> {
        self.size
    }

    /// The count of bytes read.
    pub fn progress(&self) -> &Arc<Progress> {
        &self.progress
    }

    /// Decoded bytes given out so far.
    pub fn decoded(&self) -> u64 {
        self.decoded
    }

    /// What was wrong with the end of the input, where `--allow-truncated` let it pass.
    pub fn truncated(&self) -> Option<&str> {
        self.truncated.as_deref()
    }

    /// What will show that nothing is missing at the end.
    pub fn proof(&self) -> Proof {
        self.proof
    }

    /// See [`Source::as_it_comes`].
    pub fn comes_piecemeal(&self) -> bool {
        self.as_it_comes
    }

    /// Whether it is BGZF.
    pub fn is_bgzf(&self) -> bool {
        matches!(self.codec, Codec::Bgzf(_))
    }

    /// Whether all of it is read.
    pub fn is_whole(&self) -> bool {
        self.whole
    }

    /// Goes on with the decoded bytes of `parts`: those parts of it that are wanted.
    pub fn read_on(&mut self, parts: Box<dyn Read + Send>) {
        self.codec = Codec::Plain(BufReader::with_capacity(READ_BUFFER, parts));
        self.pending = None;
        self.ended = false;
        self.whole = false;
    }

    /// Has a thread of its own read on from here, and `threads` decode: batches of up to `bytes` come decoded. Where no
    /// thread can be had, everything stays as it is.
    pub fn read_ahead(&mut self, threads: &Arc<ThreadPool>, bytes: usize) {
        let progress = Arc::clone(&self.progress);
        let standing_in = Self {
            codec: Codec::Plain(BufReader::with_capacity(0, Box::new(io::empty()))),
            name: self.name.clone(),
            size: self.size,
            progress,
            decoded: self.decoded,
            allow_truncated: self.allow_truncated,
            truncated: None,
            pending: None,
            ended: false,
            whole: self.whole,
            proof: self.proof,
            as_it_comes: self.as_it_comes,
        };
        let inner = std::mem::replace(self, standing_in);
        match Ahead::start(inner, threads, bytes) {
            Ok(ahead) => self.codec = Codec::Ahead(ahead),
            Err(inner) => *self = *inner,
        }
    }

    /// As [`Source::fill`], but gives out what one read of plain text brings: whoever looks at the start of an input does not
    /// wait for what comes later.
    pub fn fill_some(&mut self, batch: &mut Batch, limit: usize) -> Result<bool> {
        self.fill_by(batch, limit, true)
    }

    /// Puts an error back, for the next that reads.
    pub fn put_back(&mut self, error: Error) {
        self.pending = Some(error);
    }

    /// Reads the next bytes into `batch`, at most `limit` of them decoded (but at least one block); `false` at the end.
    ///
    /// Blocks of BGZF are left to [`decode`]. A damaged end is an error after everything before it was given out.
    pub fn fill(&mut self, batch: &mut Batch, limit: usize) -> Result<bool> {
        self.fill_by(batch, limit, self.as_it_comes)
    }

    fn fill_by(&mut self, batch: &mut Batch, limit: usize, as_it_comes: bool) -> Result<bool> {
        if let Some(error) = self.pending.take() {
            return Err(error);
        }
        if self.ended {
            return Ok(false);
        }
        // The room in front is for what the batch before leaves over of a record.
        let limit = limit.min(batch.text.len() - HEADROOM).max(1);
        batch.data = HEADROOM;
        batch.end = HEADROOM;
        batch.blocks.clear();
        batch.raw.clear();
        let filled = match &mut self.codec {
            Codec::Plain(raw) => {
                let buffer = &mut batch.text[HEADROOM..HEADROOM + limit];
                let read = if as_it_comes { read_some(raw, buffer) } else { read_full(raw, buffer) };
                read.map(|read| batch.end += read).map_err(|error| Stop::Failed(Error::io_unnamed(&error)))
            }
            Codec::Gzip(decoder) => fill_gzip(decoder, batch, limit),
            // A block is taken whole or not at all.
            Codec::Bgzf(blocks) => blocks.fill(batch, limit.max(bgzf::MAX_BLOCK)),
            Codec::Ahead(ahead) => ahead.fill(batch),
        };
        batch.base = self.decoded;
        self.decoded += (batch.end - HEADROOM) as u64;
        let any = batch.end > HEADROOM || !batch.blocks.is_empty();
        self.ended = !any || filled.is_err();
        let error = match filled {
            Ok(()) => return Ok(any),
            Err(Stop::Truncated(what)) if self.allow_truncated => {
                self.truncated = Some(what);
                return Ok(any);
            }
            Err(Stop::Truncated(what)) => {
                let help = "fetch or make the file again, or use --allow-truncated to read what is there";
                Error::data(format!("{what}; {help}")).in_file(&self.name)
            }
            Err(Stop::Failed(error)) => error.in_file(&self.name),
        };
        // What was read before the damage goes out first: an earlier error may be in there.
        if any {
            self.pending = Some(error);
            return Ok(true);
        }
        Err(error)
    }
}

/// Whether text starts with the mark of UTF-16 (that of UTF-32 may begin with the same two bytes).
fn is_utf16(head: &[u8]) -> bool {
    matches!(head, [0xfe, 0xff, ..] | [0xff, 0xfe, ..]) && !head.starts_with(&[0xff, 0xfe, 0, 0])
}

/// UTF-16 as UTF-8, without its mark: so Excel and PowerShell write text.
fn to_utf8(text: impl Read + Send + 'static) -> impl Read + Send {
    DecodeReaderBytesBuilder::new().strip_bom(true).build(text)
}

fn fill_gzip(decoder: &mut Members, batch: &mut Batch, limit: usize) -> std::result::Result<(), Stop> {
    while batch.end < HEADROOM + limit {
        match decoder.read(&mut batch.text[batch.end..HEADROOM + limit]) {
            Ok(0) => break,
            Ok(read) => batch.end += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {
                return Err(Stop::Truncated("truncated gzip: it ends inside a member".into()));
            }
            Err(error) => {
                return Err(Stop::Failed(Error::data(format!("damaged gzip: {error}; fetch or make the file again"))));
            }
        }
    }
    Ok(())
}

/// Inflates the blocks of a batch into its text; nothing to do for sources that are not BGZF.
pub fn decode(batch: &mut Batch, inflater: &mut bgzf::Inflater) -> Result<()> {
    let text = &mut batch.text[batch.data..batch.end];
    for block in &batch.blocks {
        inflater.inflate_into(&batch.raw[block.raw.clone()], &mut text[block.text.clone()])?;
    }
    Ok(())
}

/// [`decode`], and looks for edges of records of `form` block by block, while each is at hand.
pub fn decode_records(batch: &mut Batch, inflater: &mut bgzf::Inflater, form: &Form) -> Result<()> {
    let text = &mut batch.text[batch.data..batch.end];
    let last = batch.blocks.len().saturating_sub(1);
    batch.scouted = None;
    for (number, block) in batch.blocks.iter().enumerate() {
        inflater.inflate_into(&batch.raw[block.raw.clone()], &mut text[block.text.clone()])?;
        // A search in vain takes as long as to inflate a block: two of them will do.
        if batch.scouted.is_some() || number == 0 || number == last {
            batch.scouted = form.scout(&text[..block.text.end], batch.scouted.take());
        }
    }
    Ok(())
}

/// Appends up to `count` bytes to `bytes`; how many there were.
fn append(reader: &mut impl Read, bytes: &mut Vec<u8>, count: usize) -> io::Result<usize> {
    let from = bytes.len();
    bytes.resize(from + count, 0);
    let read = read_full(reader, &mut bytes[from..])?;
    bytes.truncate(from + read);
    Ok(read)
}

/// Reads until `buffer` is full or the input ends; how many bytes there are.
fn read_full(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut have = 0;
    while have < buffer.len() {
        match read_some(reader, &mut buffer[have..])? {
            0 => break,
            read => have += read,
        }
    }
    Ok(have)
}

/// What one read brings; nothing at the end.
fn read_some(reader: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    loop {
        match reader.read(buffer) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => return read,
        }
    }
}
