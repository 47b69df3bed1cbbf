//! Where output goes: stdout or a file that gets its name when it is complete; as text or BGZF.

use std::any::Any;
use std::collections::BTreeMap;
use std::fs::{File, Permissions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use rayon::ThreadPool;
use tempfile::NamedTempFile;

use crate::bgzf::{BLOCK_TEXT, Deflater, EOF_BLOCK};
use crate::error::{Error, Result};
use crate::input::{Input, Lines, Options};

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
    file: Destination,
    name: String,
    /// Plain: bytes to be written at once. BGZF: bytes of the blocks to be compressed by one job.
    buffer: Vec<u8>,
    jobs: Option<Jobs>,
    deflater: Option<Deflater>,
    guard: Option<Guard>,
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

/// Groups of blocks that the worker threads compress; written in order.
struct Jobs {
    pool: Arc<ThreadPool>,
    deflaters: Arc<Mutex<Vec<Deflater>>>,
    sender: Sender<(u64, Result<Vec<u8>>)>,
    receiver: Receiver<(u64, Result<Vec<u8>>)>,
    ready: BTreeMap<u64, Result<Vec<u8>>>,
    sent: u64,
    written: u64,
    at_once: u64,
}

const PLAIN_BUFFER: usize = 1 << 18;
/// Blocks are cut at multiples of this offset in the output, whatever the chunks.
const GROUP: usize = 8 * BLOCK_TEXT;
const PIPE_SIZE: usize = 1 << 20;

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
        let deflater = match encoding {
            Encoding::Plain => None,
            Encoding::Bgzf(level) => Some(Deflater::new(level)),
        };
        let destination = path.map(Path::to_owned);
        Ok(Self { tool, destination, encoding, file, name, buffer: Vec::new(), jobs: None, deflater, guard: None })
    }

    /// Has `make` watch over the unfinished file: what it returns is dropped when that file has its name or is gone.
    #[must_use]
    pub fn guarded_by(mut self, make: fn(&Path) -> Box<dyn Any + Send>) -> Self {
        self.guard = self.temporary_path().map(|path| Guard { make, _current: make(path) });
        self
    }

    fn temporary_path(&self) -> Option<&Path> {
        match &self.file {
            Destination::Stream(_) => None,
            Destination::Temporary(file, _) => Some(file.path()),
        }
    }

    /// Lets `pool` compress from now on.
    pub(crate) fn compress_on(&mut self, pool: &Arc<ThreadPool>) {
        if let Encoding::Bgzf(_) = self.encoding {
            let (sender, receiver) = channel();
            self.jobs = Some(Jobs {
                pool: Arc::clone(pool),
                deflaters: Arc::default(),
                sender,
                receiver,
                ready: BTreeMap::new(),
                sent: 0,
                written: 0,
                at_once: pool.current_num_threads() as u64 + 2,
            });
        }
    }

    /// Appends bytes to the output.
    pub fn write(&mut self, mut bytes: &[u8]) -> Result<()> {
        if self.encoding == Encoding::Plain {
            if self.buffer.len() + bytes.len() > PLAIN_BUFFER {
                self.flush_plain()?;
            }
            if bytes.len() >= PLAIN_BUFFER {
                return self.file.write_all(bytes).map_err(|error| Error::io(&self.name, &error));
            }
            self.buffer.extend_from_slice(bytes);
            return Ok(());
        }
        while self.buffer.len() + bytes.len() >= GROUP {
            let (now, later) = bytes.split_at(GROUP - self.buffer.len());
            self.buffer.extend_from_slice(now);
            bytes = later;
            self.compress_group()?;
        }
        self.buffer.extend_from_slice(bytes);
        Ok(())
    }

    /// Writes what is still held, ends the file as its format asks and gives it its name.
    pub fn complete(mut self) -> Result<()> {
        self.end()?;
        match self.file {
            Destination::Stream(_) => Ok(()),
            Destination::Temporary(file, path) => {
                file.persist(&path).map_err(|error| Error::io(&self.name, &error.error))?;
                Ok(())
            }
        }
    }

    /// Ends an output that failed: text on stdout so that no reader takes it for whole; a file goes without a trace.
    pub fn fail(mut self) {
        if let (Destination::Stream(_), Encoding::Plain) = (&self.file, self.encoding) {
            // The error that led here is the one to tell; this one could only be another of its kind.
            let mark = format!("#{}: incomplete", self.tool);
            self.flush_plain().and_then(|()| self.write(mark.as_bytes())).and_then(|()| self.flush_plain()).ok();
        }
    }

    /// Whether what was written can still be changed: a file that has no name yet.
    pub fn can_rewrite(&self) -> bool {
        matches!(self.file, Destination::Temporary(..))
    }

    /// Writes the output anew: `edit` gets the lines written so far, headers too, and where to put them.
    pub(crate) fn rewrite(mut self, edit: impl FnOnce(Lines, &mut Self) -> Result<()>) -> Result<Self> {
        self.end()?;
        let mut next = Self::open(self.destination.as_deref(), self.encoding, self.tool)?;
        if let Some(jobs) = &self.jobs {
            next.compress_on(&jobs.pool);
        }
        if let Some(guard) = &self.guard {
            next = next.guarded_by(guard.make);
        }
        edit(Input::open(self.temporary_path(), Options::default())?.into_lines(), &mut next)?;
        Ok(next)
    }

    fn end(&mut self) -> Result<()> {
        match self.encoding {
            Encoding::Plain => self.flush_plain()?,
            Encoding::Bgzf(_) => {
                if !self.buffer.is_empty() {
                    self.compress_group()?;
                }
                while self.jobs.as_ref().is_some_and(|jobs| jobs.written < jobs.sent) {
                    self.write_group()?;
                }
                self.file.write_all(&EOF_BLOCK).map_err(|error| Error::io(&self.name, &error))?;
            }
        }
        self.file.flush().map_err(|error| Error::io(&self.name, &error))
    }

    fn flush_plain(&mut self) -> Result<()> {
        self.file.write_all(&self.buffer).map_err(|error| Error::io(&self.name, &error))?;
        self.buffer.clear();
        Ok(())
    }

    fn compress_group(&mut self) -> Result<()> {
        let Encoding::Bgzf(level) = self.encoding else { return Ok(()) };
        let Some(jobs) = &mut self.jobs else {
            let Some(deflater) = &mut self.deflater else { return Ok(()) };
            let blocks = compress(deflater, &self.buffer)?;
            self.buffer.clear();
            return self.file.write_all(&blocks).map_err(|error| Error::io(&self.name, &error));
        };
        let text = std::mem::replace(&mut self.buffer, Vec::with_capacity(GROUP));
        let (sender, deflaters, serial) = (jobs.sender.clone(), Arc::clone(&jobs.deflaters), jobs.sent);
        jobs.sent += 1;
        jobs.pool.spawn(move || {
            let spare = deflaters.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut deflater = spare.unwrap_or_else(|| Deflater::new(level));
            let blocks = compress(&mut deflater, &text);
            deflaters.lock().unwrap_or_else(PoisonError::into_inner).push(deflater);
            // The sink is gone only when the run has failed: nobody waits for the block then.
            sender.send((serial, blocks)).ok();
        });
        while self.jobs.as_ref().is_some_and(|jobs| jobs.sent - jobs.written >= jobs.at_once) {
            self.write_group()?;
        }
        Ok(())
    }

    /// Waits for the next group in order and writes it.
    fn write_group(&mut self) -> Result<()> {
        let Some(jobs) = &mut self.jobs else { return Ok(()) };
        let blocks = loop {
            if let Some(blocks) = jobs.ready.remove(&jobs.written) {
                break blocks?;
            }
            let received =
                jobs.receiver.recv().map_err(|_| Error::data("internal error: a compression job was lost"))?;
            jobs.ready.insert(received.0, received.1);
        };
        jobs.written += 1;
        self.file.write_all(&blocks).map_err(|error| Error::io(&self.name, &error))
    }
}

fn compress(deflater: &mut Deflater, text: &[u8]) -> Result<Vec<u8>> {
    let mut blocks = Vec::with_capacity(text.len() / 2 + BLOCK_TEXT);
    for block in text.chunks(BLOCK_TEXT) {
        deflater.deflate(block, &mut blocks)?;
    }
    Ok(blocks)
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
