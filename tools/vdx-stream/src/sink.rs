//! Where output goes: stdout or a file that gets its name when it is complete; as text, in BGZF, or as BCF in BGZF.

use std::any::Any;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tempfile::NamedTempFile;
use vdx_vcf::bcf::{self, Dictionaries, Encoder};
use vdx_vcf::{Form, Header};

use crate::batch::Batch;
use crate::bgzf::EOF_BLOCK;
use crate::error::{Error, Result};
use crate::input::{self, Input, Options};
use crate::tabix::{Growing, IndexKind};
use crate::turn::to_records;

mod blocks;

use blocks::Blocks;

/// How the bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Plain,
    /// BGZF at this level of htslib's scale, 0-9.
    Bgzf(u8),
    /// BCF in BGZF at such a level; at 0 the blocks are stored.
    Bcf(u8),
}

/// The end of the pipeline. Nothing appears under a final name before [`Sink::complete`].
pub struct Sink {
    tool: &'static str,
    destination: Option<PathBuf>,
    encoding: Encoding,
    form: Form,
    /// The header as it was written.
    header: Vec<u8>,
    lines: Lines,
    file: Destination,
    name: String,
    body: Body,
    guard: Option<Guard>,
    /// The index of what is written, if it is to have one.
    index: Option<Growing>,
}

/// Text on its way into a BCF output.
#[derive(Default)]
struct Lines {
    /// What is no whole header or line yet.
    text: Vec<u8>,
    records: Vec<u8>,
    encoder: Encoder,
}

/// What waits to be written.
enum Body {
    /// Bytes to be written at once.
    Plain(Vec<u8>),
    Bgzf(Box<Blocks>),
}

/// Watches over the temporary file for as long as its value lives.
struct Guard {
    make: fn(&Path) -> Box<dyn Any + Send>,
    _current: Box<dyn Any + Send>,
}

enum Destination {
    /// stdout, or something that is not a regular file, such as `/dev/null` or a FIFO.
    Stream(File),
    /// Renamed to the path when complete, removed otherwise.
    Temporary(NamedTempFile, PathBuf),
}

const PLAIN_BUFFER: usize = 1 << 18;
const PIPE_SIZE: usize = 1 << 20;
/// Enough for compressing a block.
const STACK: usize = 1 << 20;

impl Sink {
    /// Opens stdout (`None` or `-`) or `path`, by a temporary file beside it. `tool` names the writer of an unfinished
    /// text on stdout.
    pub fn open(path: Option<&Path>, encoding: Encoding, tool: &'static str) -> Result<Self> {
        let path = path.filter(|path| path.as_os_str() != "-");
        let name = path.map_or_else(|| "<stdout>".to_owned(), |path| path.display().to_string());
        let failed = |error: &io::Error| Error::io(&name, error);
        let file = match path {
            None => {
                let owned = io::stdout().as_fd().try_clone_to_owned().map_err(|error| failed(&error))?;
                // Best effort: only a pipe has a size to set, and a larger one means fewer switches.
                rustix::pipe::fcntl_setpipe_size(&owned, PIPE_SIZE).ok();
                Destination::Stream(File::from(owned))
            }
            Some(path) if path.exists() && !path.is_file() => {
                Destination::Stream(File::options().write(true).open(path).map_err(|error| failed(&error))?)
            }
            Some(path) => {
                // Through a symbolic link the file it names is replaced, not the link.
                let path =
                    if path.exists() { path.canonicalize().map_err(|error| failed(&error))? } else { path.to_owned() };
                let directory = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
                let temporary = tempfile::Builder::new()
                    .prefix(&format!(".{}.", path.file_name().unwrap_or_default().to_string_lossy()))
                    .suffix(".tmp")
                    .permissions(Permissions::from_mode(0o666))
                    .tempfile_in(directory);
                Destination::Temporary(temporary.map_err(|error| failed(&error))?, path)
            }
        };
        let body = match encoding {
            Encoding::Plain => Body::Plain(Vec::new()),
            Encoding::Bgzf(level) | Encoding::Bcf(level) => Body::Bgzf(Box::new(Blocks::new(level))),
        };
        let destination = path.map(Path::to_owned);
        Ok(Self {
            tool,
            destination,
            encoding,
            form: Form::Text,
            header: Vec::new(),
            lines: Lines::default(),
            file,
            name,
            body,
            guard: None,
            index: None,
        })
    }

    /// Has `make` watch over the unfinished file: what it returns is dropped when that file has its name or is gone.
    #[must_use]
    pub fn guarded_by(mut self, make: fn(&Path) -> Box<dyn Any + Send>) -> Self {
        self.guard = self.temporary_path().map(|path| Guard { make, _current: make(path) });
        self
    }

    /// Has the index written along with the file: `FILE.csi` or `FILE.tbi`, which get their name behind the file.
    ///
    /// # Errors
    /// A usage error where the output is no file or not BGZF, or BCF is to have a tabix index.
    pub fn indexed(mut self, kind: IndexKind) -> Result<Self> {
        let is_file = matches!(self.file, Destination::Temporary(..));
        match self.encoding {
            Encoding::Bcf(_) if is_file && kind == IndexKind::Tbi => {
                return Err(Error::usage("-W=tbi: the index of a BCF is CSI; use -W=csi"));
            }
            Encoding::Bgzf(_) | Encoding::Bcf(_) if is_file => {}
            _ => {
                let help = "write to a file with -o FILE.vcf.gz (-O z) or -o FILE.bcf (-O b)";
                return Err(Error::usage(format!(
                    "-W: only a BGZF-compressed VCF or BCF in a file has an index; {help}"
                )));
            }
        }
        self.index = Some(Growing::new(kind));
        Ok(self)
    }

    fn temporary_path(&self) -> Option<&Path> {
        match &self.file {
            Destination::Stream(_) => None,
            Destination::Temporary(file, _) => Some(file.path()),
        }
    }

    /// Lets `pool` compress from now on.
    pub(crate) fn compress_on(&mut self, pool: &Arc<ThreadPool>) {
        if let Body::Bgzf(blocks) = &mut self.body {
            blocks.compress_on(pool);
        }
    }

    /// Compresses on `threads` threads of its own, for a writer that is no pipeline. With one, or where threads are
    /// refused, the calling thread does it: the bytes are the same.
    #[must_use]
    pub fn compressing_on(mut self, threads: usize) -> Self {
        if threads > 1 && matches!(self.body, Body::Bgzf(_)) {
            let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
            if let Ok(pool) = pool {
                self.compress_on(&Arc::new(pool));
            }
        }
        self
    }

    /// Whether the output is BCF.
    pub(crate) fn is_bcf(&self) -> bool {
        matches!(self.encoding, Encoding::Bcf(_))
    }

    /// How the records stand in the output, once the header is written.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Writes the header, once and before anything else. BCF numbers its lines as the records of `read` have them, and
    /// those that are new behind them.
    pub fn write_header(&mut self, text: &[u8], read: &Form) -> Result<()> {
        if !matches!(self.encoding, Encoding::Bcf(_)) {
            return self.begin(Form::Text, text.to_vec());
        }
        let header = Header::parse(text).and_then(|header| {
            let dictionaries = match read {
                Form::Text => Dictionaries::of(&header),
                Form::Bcf(read) => read.extended(&header),
            };
            Ok((dictionaries?, header))
        });
        let (dictionaries, header) =
            header.map_err(|error| Error::data(format!("header line {}: {error}", error.line)).in_file(&self.name))?;
        let bytes = bcf::header_bytes(&header, &dictionaries);
        self.begin(Form::Bcf(Arc::new(dictionaries)), bytes)
    }

    fn begin(&mut self, form: Form, header: Vec<u8>) -> Result<()> {
        if let Some(index) = &mut self.index {
            index.begin(form.clone(), header.len());
        }
        (self.form, self.header) = (form, header);
        let header = std::mem::take(&mut self.header);
        let written = self.write_bytes(&header);
        self.header = header;
        written
    }

    /// Appends text to the output: lines of a VCF, its header among them, where that is BCF.
    pub fn write(&mut self, text: &[u8]) -> Result<()> {
        if !matches!(self.encoding, Encoding::Bcf(_)) {
            return self.write_records(text);
        }
        self.lines.text.extend_from_slice(text);
        let text = std::mem::take(&mut self.lines.text);
        let mut lines = text.as_slice();
        if !self.form.is_bcf() {
            let mut header = 0;
            let columns = Form::Text.records(&text).find(|line| {
                header += line.len();
                !line.starts_with(b"##") && line.ends_with(b"\n")
            });
            if columns.is_none() {
                self.lines.text = text;
                return Ok(());
            }
            self.write_header(&text[..header], &Form::Text)?;
            lines = &text[header..];
        }
        let whole = Form::Text.whole_len(lines).unwrap_or(0);
        self.write_lines(&lines[..whole])?;
        self.lines.text.extend_from_slice(&lines[whole..]);
        Ok(())
    }

    fn write_lines(&mut self, lines: &[u8]) -> Result<()> {
        let mut records = std::mem::take(&mut self.lines.records);
        records.clear();
        to_records(&self.form, lines, &mut self.lines.encoder, &mut records)?;
        let written = self.write_records(&records);
        self.lines.records = records;
        written
    }

    /// Appends records that have the form of the output.
    pub fn write_records(&mut self, records: &[u8]) -> Result<()> {
        self.tell_index(records)?;
        self.write_bytes(records)
    }

    fn tell_index(&mut self, records: &[u8]) -> Result<()> {
        let told = self.index.as_mut().map_or(Ok(()), |index| index.text(records));
        told.map_err(|error| error.in_file(&self.name))
    }

    fn write_bytes(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.body {
            Body::Bgzf(blocks) => {
                let mut file = Watched { file: &mut self.file, index: self.index.as_mut() };
                return blocks.write(bytes, &mut file).map_err(|error| error.in_file(&self.name));
            }
            Body::Plain(buffer) => write_plain(buffer, bytes, &mut self.file),
        };
        written.map_err(|error| Error::io(&self.name, &error))
    }

    /// Appends records that stand at `at` in the decoded input, which `batch` holds: whole BGZF blocks among them go out as
    /// they came in.
    pub(crate) fn write_kept(&mut self, bytes: &[u8], at: u64, batch: &Batch) -> Result<()> {
        self.tell_index(bytes)?;
        match &mut self.body {
            Body::Bgzf(blocks) => {
                let mut file = Watched { file: &mut self.file, index: self.index.as_mut() };
                blocks.write_kept(bytes, at, batch, &mut file).map_err(|error| error.in_file(&self.name))
            }
            Body::Plain(_) => self.write_bytes(bytes),
        }
    }

    /// How many BGZF blocks of the input went out as they came in.
    pub fn copied_blocks(&self) -> u64 {
        match &self.body {
            Body::Bgzf(blocks) => blocks.copied(),
            Body::Plain(_) => 0,
        }
    }

    /// Writes what is still held, ends the file as its format asks and gives it its name.
    pub fn complete(mut self) -> Result<()> {
        self.end()?;
        match self.file {
            Destination::Stream(_) => Ok(()),
            Destination::Temporary(file, path) => {
                // Before the file has its name: where the index cannot be written, there is neither.
                let beside = self.destination.as_deref().unwrap_or(&path);
                let index = self.index.map(|index| index.finish(beside)).transpose()?;
                let guard = self.guard.as_ref();
                let _guarded = index.as_ref().and_then(|(index, _)| Some((guard?.make)(index.path())));
                file.persist(&path).map_err(|error| Error::io(&self.name, &error.error))?;
                if let Some((index, path)) = index {
                    let failed = |error: &io::Error| Error::io(path.display().to_string(), error);
                    index.persist(&path).map_err(|error| failed(&error.error))?;
                }
                Ok(())
            }
        }
    }

    /// Ends an output that failed: text on stdout so that no reader takes it for whole; a file goes without a trace.
    pub fn fail(mut self) {
        if let (Destination::Stream(file), Body::Plain(buffer)) = (&mut self.file, &self.body) {
            // The error that led here is the one to tell; this one could only be another of its kind.
            let mark = format!("#{}: incomplete", self.tool);
            file.write_all(buffer).and_then(|()| file.write_all(mark.as_bytes())).ok();
        }
    }

    /// Whether what was written can still be changed: a file that has no name yet.
    pub fn can_rewrite(&self) -> bool {
        matches!(self.file, Destination::Temporary(..))
    }

    /// Writes the output anew, behind the same header: `edit` gets the records written so far, and where to put them.
    pub(crate) fn rewrite(mut self, edit: impl FnOnce(input::Lines, &mut Self) -> Result<()>) -> Result<Self> {
        self.end()?;
        let mut next = Self::open(self.destination.as_deref(), self.encoding, self.tool)?;
        if let Body::Bgzf(blocks) = &self.body
            && let Some(pool) = blocks.pool()
        {
            next.compress_on(pool);
        }
        if let Some(guard) = &self.guard {
            next = next.guarded_by(guard.make);
        }
        next.index = self.index.take().map(|index| Growing::new(index.kind()));
        next.begin(self.form.clone(), self.header.clone())?;
        let mut written = Input::open(self.temporary_path(), Options::default())?;
        written.skip(self.header.len())?;
        written.form = self.form.clone();
        edit(written.into_records(), &mut next)?;
        Ok(next)
    }

    fn end(&mut self) -> Result<()> {
        if !self.lines.text.is_empty() {
            let text = std::mem::take(&mut self.lines.text);
            self.write_lines(&text)?;
        }
        let written = match &mut self.body {
            Body::Plain(buffer) => self.file.write_all(buffer),
            Body::Bgzf(blocks) => {
                let mut file = Watched { file: &mut self.file, index: self.index.as_mut() };
                blocks.finish(&mut file).map_err(|error| error.in_file(&self.name))?;
                file.write_all(&EOF_BLOCK)
            }
        };
        written.and_then(|()| self.file.flush()).map_err(|error| Error::io(&self.name, &error))
    }
}

/// Writes small pieces together and large ones as they are.
fn write_plain(buffer: &mut Vec<u8>, bytes: &[u8], file: &mut Destination) -> io::Result<()> {
    if buffer.len() + bytes.len() > PLAIN_BUFFER {
        file.write_all(buffer)?;
        buffer.clear();
    }
    if bytes.len() >= PLAIN_BUFFER {
        return file.write_all(bytes);
    }
    buffer.extend_from_slice(bytes);
    Ok(())
}

/// A destination whose blocks the index is told of.
struct Watched<'a> {
    file: &'a mut Destination,
    index: Option<&'a mut Growing>,
}

impl Write for Watched<'_> {
    /// Takes whole blocks.
    fn write(&mut self, blocks: &[u8]) -> io::Result<usize> {
        if let Some(index) = &mut self.index {
            index.blocks(blocks);
        }
        self.file.write_all(blocks)?;
        Ok(blocks.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Write for Destination {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Stream(file) => file.write(bytes),
            Self::Temporary(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Stream(file) => file.flush(),
            Self::Temporary(file, _) => file.flush(),
        }
    }
}
