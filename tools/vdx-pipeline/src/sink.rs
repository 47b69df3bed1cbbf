//! Where output goes: stdout or a file that gets its name when it is complete; as text, in BGZF, or as BCF in BGZF.

use std::any::Any;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::{ThreadPool, ThreadPoolBuilder};
use vdx_hts::THREAD_STACK;
use vdx_hts::atomic::Mode;
use vdx_hts::error::{Error, Result};
use vdx_hts::index::{IndexKind, IndexWriter};
use vdx_vcf::Form;

use crate::input::{self, Input, Options};
use crate::output::Origin;

mod bcf;
mod blocks;
mod body;
mod destination;
mod stored;
mod text;
mod vectored;

use body::Body;
use destination::{Destination, Watched};

/// How the bytes are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encoding {
    /// As they are.
    Plain,
    /// BGZF at this level of htslib's scale, 0-9; `None`: about its default size, in less time.
    Bgzf(Option<u8>),
    /// BCF in BGZF at such a level; at 0 the blocks are stored.
    Bcf(Option<u8>),
}

/// The end of the pipeline. Nothing appears under a final name before [`Sink::complete`].
///
/// A sink that goes in any other way has failed: text on a stream ends with a line that says so, without a line end, so
/// that no reader takes it for whole; BGZF and BCF have no end; a file leaves no trace.
pub struct Sink {
    tool: &'static str,
    destination: Option<PathBuf>,
    encoding: Encoding,
    mode: Mode,
    form: Form,
    /// The header as it was written.
    header: Vec<u8>,
    lines: bcf::Lines,
    /// Nothing any more where the output is complete.
    file: Option<Destination>,
    /// A run has begun that is to write here; nothing needs to be written yet.
    begun: bool,
    name: String,
    body: Body,
    guard: Option<Guard>,
    /// The index of what is written, if it is to have one.
    index: Option<IndexWriter>,
}

/// Watches over the temporary file for as long as its value lives.
struct Guard {
    make: fn(&Path) -> Box<dyn Any + Send>,
    _current: Box<dyn Any + Send>,
}

impl Sink {
    /// Opens stdout (`None` or `-`) or `path`, by a temporary file beside it that will have `mode`. `tool` names the
    /// writer of an unfinished text on stdout.
    pub fn open(path: Option<&Path>, encoding: Encoding, mode: Mode, tool: &'static str) -> Result<Self> {
        let path = path.filter(|path| path.as_os_str() != "-");
        let name = path.map_or_else(|| "<stdout>".to_owned(), |path| path.display().to_string());
        let mut file = Destination::open(path, mode).map_err(|error| Error::io(&name, &error))?;
        let destination = path.map(Path::to_owned);
        let mut body = Body::new(encoding);
        if let (Body::Plain(text), Destination::Stream(stream)) = (&mut body, &mut file)
            && stream.is_terminal()
        {
            text.show_at_once();
        }
        Ok(Self {
            tool,
            destination,
            encoding,
            mode,
            form: Form::Text,
            header: Vec::new(),
            lines: bcf::Lines::default(),
            file: Some(file),
            begun: false,
            name,
            body,
            guard: None,
            index: None,
        })
    }

    /// Has `make` watch over the unfinished file: what it returns is dropped when that file has its name or is gone.
    #[must_use]
    pub fn guarded_by(mut self, make: fn(&Path) -> Box<dyn Any + Send>) -> Self {
        self.guard = self.unnamed().map(|path| Guard { make, _current: make(path) });
        self
    }

    /// Has the index written along with the file: `FILE.csi` or `FILE.tbi`, which get their name behind the file.
    ///
    /// # Errors
    /// A usage error where the output is no file or not BGZF, or BCF is to have a tabix index.
    pub fn indexed(mut self, kind: IndexKind) -> Result<Self> {
        let is_file = self.unnamed().is_some();
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
        self.index = Some(IndexWriter::new(kind));
        Ok(self)
    }

    /// Lets `pool` compress from now on.
    pub(crate) fn compress_on(&mut self, pool: &Arc<ThreadPool>) {
        self.body.compress_on(pool);
    }

    /// Compresses on `threads` threads of its own, for a writer that is no pipeline. With one, or where threads are
    /// refused, the calling thread does it: the bytes are the same.
    #[must_use]
    pub fn compressing_on(mut self, threads: usize) -> Self {
        if threads > 1 && matches!(self.body, Body::Bgzf(_)) {
            let pool = ThreadPoolBuilder::new().num_threads(threads).stack_size(THREAD_STACK).build();
            if let Ok(pool) = pool {
                self.compress_on(&Arc::new(pool));
            }
        }
        self
    }

    /// The file that has no name yet.
    fn unnamed(&self) -> Option<&Path> {
        self.file.as_ref().and_then(Destination::unnamed)
    }

    /// From now on an end without [`Sink::complete`] is a failure that the reader of a stream must see.
    pub(crate) fn expect(&mut self) {
        self.begun = true;
    }

    /// Whether somebody looks on.
    pub fn is_terminal(&self) -> bool {
        matches!(&self.file, Some(Destination::Stream(stream)) if stream.is_terminal())
    }

    /// Whether the output is BCF.
    pub(crate) fn is_bcf(&self) -> bool {
        matches!(self.encoding, Encoding::Bcf(_))
    }

    /// How the records stand in the output, once the header is written.
    pub fn form(&self) -> &Form {
        &self.form
    }

    /// Writes the header (of a table: its line of names), once and before anything else; also where the ordered stage
    /// knows it late. BCF numbers its lines as the records of `read` have them, and those that are new behind them.
    pub fn write_header(&mut self, text: &[u8], read: &Form) -> Result<()> {
        self.expect();
        if !self.is_bcf() {
            return self.begin(Form::Text, text.to_vec());
        }
        let (dictionaries, bytes) = bcf::header(text, read).map_err(|error| error.in_file(&self.name))?;
        self.begin(Form::Bcf(Arc::new(dictionaries)), bytes)
    }

    fn begin(&mut self, form: Form, header: Vec<u8>) -> Result<()> {
        if let Some(index) = &mut self.index {
            index.begin(form.clone(), header.len());
        }
        self.write_bytes(&header)?;
        (self.form, self.header) = (form, header);
        Ok(())
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
        self.with_body(|body, file| body.write(bytes, file))
    }

    fn with_body(&mut self, write: impl FnOnce(&mut Body, &mut Watched) -> Result<()>) -> Result<()> {
        let Some(file) = &mut self.file else {
            return Err(Error::data("internal error: the output is complete already"));
        };
        let mut file = Watched { file: file.file(), index: self.index.as_mut() };
        write(&mut self.body, &mut file).map_err(|error| error.in_file(&self.name))
    }

    /// Appends records that come from `origin`: whole BGZF blocks among them go out as they came in.
    pub(crate) fn write_kept(&mut self, bytes: &[u8], origin: &Origin<'_>) -> Result<()> {
        self.tell_index(bytes)?;
        self.with_body(|body, file| body.write_kept(bytes, origin, file))
    }

    /// How many BGZF blocks of the input went out as they came in.
    pub fn copied_blocks(&self) -> u64 {
        self.body.copied()
    }

    /// Writes what is still held, ends the file as its format asks and gives it its name.
    pub fn complete(mut self) -> Result<()> {
        self.end()?;
        let Some(Destination::Temporary(file)) = self.file.take() else { return Ok(()) };
        // Before the file has its name: where the index cannot be written, there is neither.
        let beside = self.destination.take().unwrap_or_default();
        let mode = self.mode;
        let index = self.index.take().map(|index| index.finish(&beside, mode)).transpose()?;
        let guard = self.guard.as_ref();
        let _guarded = index.as_ref().and_then(|(index, _)| Some((guard?.make)(index.path())));
        file.persist().map_err(|error| Error::io(&self.name, &error))?;
        if let Some((index, path)) = index {
            index.persist().map_err(|error| Error::io(path.display().to_string(), &error))?;
        }
        Ok(())
    }

    /// Whether what was written can still be changed: a file that has no name yet.
    pub(crate) fn can_rewrite(&self) -> bool {
        self.unnamed().is_some()
    }

    /// Writes the output anew, behind the same header: `edit` gets the records written so far, and where to put them.
    pub(crate) fn rewrite(&mut self, edit: impl FnOnce(input::Lines, &mut Self) -> Result<()>) -> Result<()> {
        self.end()?;
        let mut next = Self::open(self.destination.as_deref(), self.encoding, self.mode, self.tool)?;
        if let Some(pool) = self.body.pool() {
            next.compress_on(pool);
        }
        if let Some(guard) = &self.guard {
            next = next.guarded_by(guard.make);
        }
        // Offsets into what was written are of no use: the index is made anew along with the file.
        next.index = self.index.take().map(|index| IndexWriter::new(index.kind()));
        next.begin(self.form.clone(), self.header.clone())?;
        let mut written = Input::open(self.unnamed(), Options::default())?;
        written.skip(self.header.len())?;
        written.form = self.form.clone();
        edit(written.into_records(), &mut next)?;
        *self = next;
        Ok(())
    }

    /// Writes all that is held and what ends such a file.
    fn end(&mut self) -> Result<()> {
        self.with_body(Body::finish)
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let (Some(Destination::Stream(file)), Body::Plain(text), true) = (&mut self.file, &mut self.body, self.begun)
        {
            // The error that led here is the one to tell; this one could only be another of its kind.
            let mark = format!("#{}: incomplete", self.tool);
            text.finish(file).and_then(|()| file.write_all(mark.as_bytes())).ok();
        }
    }
}
