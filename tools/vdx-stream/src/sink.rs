//! Where output goes: stdout or a file that gets its name when it is complete; as text or BGZF.

use std::any::Any;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use tempfile::NamedTempFile;

use crate::batch::Batch;
use crate::bgzf::EOF_BLOCK;
use crate::error::{Error, Result};
use crate::form::Form;
use crate::input::{Input, Lines, Options};
use crate::tabix::{Growing, IndexKind};

mod blocks;

use blocks::Blocks;

/// How the bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Plain,
    /// BGZF at this level of htslib's scale, 0-9.
    Bgzf(u8),
}

/// The end of the pipeline. Nothing appears under a final name before [`Sink::complete`].
pub struct Sink {
    tool: &'static str,
    destination: Option<PathBuf>,
    encoding: Encoding,
    form: Form,
    /// What [`Sink::write_header`] wrote.
    header: Vec<u8>,
    file: Destination,
    name: String,
    body: Body,
    guard: Option<Guard>,
    /// The index of what is written, if it is to have one.
    index: Option<Growing>,
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
            Encoding::Bgzf(level) => Body::Bgzf(Box::new(Blocks::new(level))),
        };
        let destination = path.map(Path::to_owned);
        let (form, header) = (Form::Text, Vec::new());
        Ok(Self { tool, destination, encoding, form, header, file, name, body, guard: None, index: None })
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
    /// A usage error where the output is no file or not BGZF.
    pub fn indexed(mut self, kind: IndexKind) -> Result<Self> {
        if !matches!((&self.file, self.encoding), (Destination::Temporary(..), Encoding::Bgzf(_))) {
            return Err(Error::usage(
                "-W: only a BGZF-compressed VCF in a file has an index; write to a file with -o FILE.vcf.gz (-O z)",
            ));
        }
        self.index = Some(Growing::new(kind, self.form.clone()));
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
        if threads > 1 && matches!(self.encoding, Encoding::Bgzf(_)) {
            let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(STACK).build();
            if let Ok(pool) = pool {
                self.compress_on(&Arc::new(pool));
            }
        }
        self
    }

    /// How the records stand in the output.
    pub(crate) fn form(&self) -> &Form {
        &self.form
    }

    /// Writes the header, once and before anything else.
    pub(crate) fn write_header(&mut self, header: &[u8]) -> Result<()> {
        self.header = header.to_vec();
        self.write(header)
    }

    /// Appends bytes to the output.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let written = match &mut self.body {
            Body::Bgzf(blocks) => {
                let mut file = Watched { file: &mut self.file, index: self.index.as_mut() };
                let row = file.text(bytes);
                return row.and_then(|()| blocks.write(bytes, &mut file)).map_err(|error| error.in_file(&self.name));
            }
            Body::Plain(buffer) => write_plain(buffer, bytes, &mut self.file),
        };
        written.map_err(|error| Error::io(&self.name, &error))
    }

    /// Appends bytes that stand at `at` in the decoded input, which `batch` holds: whole BGZF blocks among them go out as
    /// they came in.
    pub(crate) fn write_kept(&mut self, bytes: &[u8], at: u64, batch: &Batch) -> Result<()> {
        match &mut self.body {
            Body::Bgzf(blocks) => {
                let mut file = Watched { file: &mut self.file, index: self.index.as_mut() };
                let row = file.text(bytes);
                row.and_then(|()| blocks.write_kept(bytes, at, batch, &mut file))
                    .map_err(|error| error.in_file(&self.name))
            }
            Body::Plain(_) => self.write(bytes),
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
    pub(crate) fn rewrite(mut self, edit: impl FnOnce(Lines, &mut Self) -> Result<()>) -> Result<Self> {
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
        next.form = self.form.clone();
        next.index = self.index.take().map(|index| Growing::new(index.kind(), next.form.clone()));
        next.write_header(&self.header)?;
        let mut written = Input::open(self.temporary_path(), Options::default())?;
        written.skip(self.header.len())?;
        edit(written.into_lines(), &mut next)?;
        Ok(next)
    }

    fn end(&mut self) -> Result<()> {
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

impl Watched<'_> {
    /// Tells the index of text that will be in the next blocks.
    fn text(&mut self, bytes: &[u8]) -> Result<()> {
        self.index.as_mut().map_or(Ok(()), |index| index.text(bytes))
    }
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
