//! What all files of a store have in common: sections between a start that says what the file is and an end that says
//! where its blocks are.

use std::fs::File;
use std::io::ErrorKind;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde_json::Value;
use vdx_hts::{Error, Result};

use super::codes;
use super::section::{FRAME, Packer, Unpacked, Unpacker, frame};
use super::temp::Temp;

/// A kind of file.
#[derive(Debug)]
pub(super) struct Kind {
    /// The first and last bytes.
    pub(super) magic: &'static [u8; 8],
    /// The newest version; all from 1 on are read.
    pub(super) newest: u32,
    /// For messages.
    pub(super) name: &'static str,
}

/// Bytes before the description: magic and version.
const START: u64 = 8 + 4;

/// Bytes behind the end section: its offset and size, and the magic.
const TAIL: u64 = 8 + 4 + 8;

/// Where a block is, and which numbers (positions, or names) are asked of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    /// Offset of its first section.
    pub(crate) offset: u64,
    /// Size of its first section.
    pub(crate) size: u64,
    /// The lowest number.
    pub(crate) first: u64,
    /// The highest number.
    pub(crate) last: u64,
}

/// Appends places, whose offsets and numbers never go down, as codes.
pub(super) fn put_places(places: &[Place], out: &mut Vec<u8>) {
    let before = std::iter::once(0).chain(places.iter().map(|place| place.offset));
    let steps: Vec<u64> = places.iter().zip(before).map(|(place, before)| place.offset - before).collect();
    codes::put(out, &steps);
    let mut put = |part: fn(&Place) -> u64| codes::put(out, &places.iter().map(part).collect::<Vec<_>>());
    put(|place| place.size);
    put(|place| place.first);
    put(|place| place.last - place.first);
}

/// Takes `count` places off the front; `None`: damaged.
pub(super) fn get_places(bytes: &mut &[u8], count: usize) -> Option<Vec<Place>> {
    let steps = codes::get(bytes, count)?;
    let [sizes, first, span] = [codes::get(bytes, count)?, codes::get(bytes, count)?, codes::get(bytes, count)?];
    let mut offset = 0u64;
    let mut places = Vec::with_capacity(count);
    for at in 0..count {
        offset = offset.checked_add(steps[at])?;
        let last = first[at].checked_add(span[at])?;
        places.push(Place { offset, size: sizes[at], first: first[at], last });
    }
    Some(places)
}

/// A file that is being made, beside its final name until [`Writer::finish`].
pub(super) struct Writer {
    kind: &'static Kind,
    target: PathBuf,
    temp: Temp,
    packer: Packer,
    /// What is not in the file yet.
    packed: Vec<u8>,
    written: u64,
}

impl Writer {
    /// Starts a file of that version.
    ///
    /// # Errors
    /// It cannot be made or written, or another process is making it.
    pub(super) fn new(target: &Path, kind: &'static Kind, version: u32, description: &Value) -> Result<Self> {
        let mut this = Self {
            kind,
            target: target.to_owned(),
            temp: Temp::new(target)?,
            packer: Packer::new(),
            packed: Vec::new(),
            written: 0,
        };
        this.packed.extend_from_slice(kind.magic);
        this.packed.extend_from_slice(&version.to_le_bytes());
        this.pack(description.to_string().as_bytes())?;
        this.flush()?;
        Ok(this)
    }

    /// Writes a block: a section of `raw`, and behind it sections that are packed already. `first` and `last` are the
    /// numbers that it holds.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(super) fn block(&mut self, raw: &[u8], behind: &[Vec<u8>], (first, last): (u64, u64)) -> Result<Place> {
        let offset = self.written;
        let size = self.pack(raw)?.into();
        behind.iter().for_each(|section| self.packed.extend_from_slice(section));
        self.flush()?;
        Ok(Place { offset, size, first, last })
    }

    /// Writes the end, and gives the file its name; its size in bytes.
    ///
    /// # Errors
    /// The file cannot be written or renamed.
    pub(super) fn finish(mut self, end: &[u8]) -> Result<u64> {
        let offset = self.written;
        let size = self.pack(end)?;
        self.packed.extend_from_slice(&offset.to_le_bytes());
        self.packed.extend_from_slice(&size.to_le_bytes());
        self.packed.extend_from_slice(self.kind.magic);
        self.flush()?;
        self.temp.name().map_err(|error| Error::io(self.target.display().to_string(), &error))?;
        Ok(self.written)
    }

    /// Packs `raw`; the size of the section.
    fn pack(&mut self, raw: &[u8]) -> Result<u32> {
        self.packer.pack(raw, &mut self.packed).map_err(Error::data)
    }

    fn flush(&mut self) -> Result<()> {
        self.temp.write_all(&self.packed).map_err(|error| Error::io(self.target.display().to_string(), &error))?;
        self.written += self.packed.len() as u64;
        self.packed.clear();
        Ok(())
    }
}

/// An opened file; shared by threads.
#[derive(Debug)]
pub(super) struct Container {
    /// The file.
    pub(super) path: PathBuf,
    /// Its size in bytes.
    pub(super) size: u64,
    file: File,
}

impl Container {
    /// Opens a file of that kind: with its description, and the raw bytes of its end section.
    ///
    /// # Errors
    /// It cannot be read, is of another kind or version, is cut or damaged.
    pub(super) fn open(path: &Path, kind: &Kind) -> Result<(Self, Value, Vec<u8>)> {
        let failed = |error: std::io::Error| Error::io(path.display().to_string(), &error);
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let this = Self { path: path.to_owned(), size, file };
        let wrong = |message: String| Error::data(message).in_file(this.name());
        let start = this.bytes(0, START.min(size))?;
        if !start.starts_with(kind.magic) {
            return Err(wrong(format!("expected {}, found something else", kind.name)));
        }
        let version = codes::get_u32(&mut &start[kind.magic.len()..]).unwrap_or_default();
        if !(1..=kind.newest).contains(&version) {
            let known = if kind.newest == 1 { "1".to_owned() } else { format!("1 to {}", kind.newest) };
            return Err(wrong(format!(
                "expected {} of version {known}, found version {version}; build it again with this vdx-gnomad",
                kind.name
            )));
        }
        // The magic is at both ends: a copy that stopped half-way has the first and not the second.
        let missing = || this.damaged("its end is missing");
        let tail = this.bytes(size.checked_sub(TAIL).ok_or_else(missing)?, TAIL)?;
        let mut rest = &tail[..];
        let place = codes::get_u64(&mut rest).zip(codes::get_u32(&mut rest)).filter(|_| rest == kind.magic);
        let (offset, whole) = place.ok_or_else(missing)?;
        let (mut unpacker, mut end, mut description) = (Unpacker::new(), Vec::new(), Vec::new());
        let what = || "the end section".to_owned();
        this.section(offset, whole.into(), what, &mut unpacker, &mut end)?;
        let head = this.bytes(START, FRAME as u64)?;
        let (_, packed, _) = frame(&head).ok_or_else(|| this.damaged("the description"))?;
        let what = || "the description".to_owned();
        this.section(START, (FRAME + packed) as u64, what, &mut unpacker, &mut description)?;
        let description = serde_json::from_slice(&description).map_err(|_| this.damaged("the description"))?;
        Ok((this, description, end))
    }

    /// The path for messages.
    pub(super) fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// Unpacks the section of `size` bytes at an offset into `raw`.
    ///
    /// # Errors
    /// It cannot be read, or `what` is damaged, or there is no memory for it.
    pub(super) fn section(
        &self,
        at: u64,
        size: u64,
        what: impl Fn() -> String,
        unpacker: &mut Unpacker,
        raw: &mut Vec<u8>,
    ) -> Result<()> {
        if at.checked_add(size).is_none_or(|end| end > self.size) {
            return Err(self.damaged(&what()));
        }
        unpacker.unpack(&self.bytes(at, size)?, raw).map_err(|error| match error {
            Unpacked::Damaged => self.damaged(&what()),
            Unpacked::Refused(bytes) => Error::no_memory(format!("{} ({bytes} bytes)", what())).in_file(self.name()),
        })
    }

    fn bytes(&self, at: u64, count: u64) -> Result<Vec<u8>> {
        let cut = || self.damaged("it is cut");
        let mut bytes = vec![0; usize::try_from(count).map_err(|_| cut())?];
        self.file.read_exact_at(&mut bytes, at).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => cut(),
            _ => Error::io(self.name(), &error),
        })?;
        Ok(bytes)
    }

    /// The error that checksums or sizes of something do not fit.
    pub(super) fn damaged(&self, what: &str) -> Error {
        Error::data(format!(
            "damaged store: {what} cannot be read; copy the file again, or delete it and build it anew"
        ))
        .in_file(self.name())
    }
}
