//! Files beside those of the contigs, for what is asked in another order or of other positions: blocks of codes with an
//! index by a number that goes up.
//!
//! | part | what it holds |
//! |---|---|
//! | start | 8 bytes `vdxside\n`, `u32` version (1), the description: a section of JSON: `kind`, `contig`, `source` (`name`, `size`, `modified`) |
//! | blocks | sections, one after the other; their first and last number are in the end section |
//! | end | the end section: `u32` count of blocks, and codes for all blocks of: how far the block starts behind the start of the one before, its size, its first number, its last number minus the first; then `u64` its offset, `u32` its whole size, 8 bytes `vdxside\n` |

use std::fs::File;
use std::io::Write;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use tempfile::NamedTempFile;
use vdx_cli::alloc::TempGuard;
use vdx_stream::{Error, Result};

use super::codes;
use super::describe::SourceFile;
use super::section::{FRAME, Packer, Unpacker, frame};
use super::write::temporary;

const MAGIC: &[u8; 8] = b"vdxside\n";
const VERSION: u32 = 1;
const TAIL: usize = 8 + 4 + 8;

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// What it holds.
    pub kind: &'static str,
    /// The contig's name.
    pub contig: String,
    /// What it was made from.
    pub source: SourceFile,
}

impl About {
    fn to_json(&self) -> Value {
        json!({ "kind": self.kind, "contig": self.contig, "source": self.source.to_json() })
    }
}

/// A block's place, and the numbers it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    offset: u64,
    size: u64,
    /// The lowest number.
    pub first: u64,
    /// The highest number.
    pub last: u64,
}

/// A file that is being made, beside its final name until [`SideWriter::finish`].
pub struct SideWriter {
    target: PathBuf,
    temp: NamedTempFile,
    _guard: TempGuard,
    packer: Packer,
    packed: Vec<u8>,
    written: u64,
    blocks: Vec<Block>,
}

impl SideWriter {
    /// Starts a file.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub fn new(target: &Path, about: &About) -> Result<Self> {
        let (temp, guard) = temporary(target)?;
        let mut this = Self {
            target: target.to_owned(),
            temp,
            _guard: guard,
            packer: Packer::new(),
            packed: Vec::new(),
            written: 0,
            blocks: Vec::new(),
        };
        this.packed.extend_from_slice(MAGIC);
        this.packed.extend_from_slice(&VERSION.to_le_bytes());
        this.pack(about.to_json().to_string().as_bytes())?;
        this.flush()?;
        Ok(this)
    }

    /// Adds a block that holds numbers from `first` to `last`, which are not below those before.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn block(&mut self, raw: &[u8], first: u64, last: u64) -> Result<()> {
        let offset = self.written;
        let size = self.pack(raw)?.into();
        self.blocks.push(Block { offset, size, first, last });
        self.flush()
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

    /// Writes the end, and gives the file its name.
    ///
    /// # Errors
    /// The file cannot be written or renamed.
    pub fn finish(mut self) -> Result<()> {
        let mut end = (self.blocks.len() as u32).to_le_bytes().to_vec();
        let before = std::iter::once(0).chain(self.blocks.iter().map(|block| block.offset));
        let steps: Vec<u64> = self.blocks.iter().zip(before).map(|(block, before)| block.offset - before).collect();
        codes::put(&mut end, &steps);
        let mut put = |part: fn(&Block) -> u64| codes::put(&mut end, &self.blocks.iter().map(part).collect::<Vec<_>>());
        put(|block| block.size);
        put(|block| block.first);
        put(|block| block.last - block.first);
        let offset = self.written;
        let size = self.pack(&end)?;
        self.packed.extend_from_slice(&offset.to_le_bytes());
        self.packed.extend_from_slice(&size.to_le_bytes());
        self.packed.extend_from_slice(MAGIC);
        self.flush()?;
        let failed = |error: &std::io::Error| Error::io(self.target.display().to_string(), error);
        self.temp.as_file().sync_all().map_err(|error| failed(&error))?;
        self.temp.persist(&self.target).map_err(|error| failed(&error.error))?;
        Ok(())
    }
}

/// An opened file; shared by threads.
#[derive(Debug)]
pub struct SideFile {
    path: PathBuf,
    file: File,
    /// Its size in bytes.
    pub size: u64,
    /// What it says of itself.
    pub about: About,
    /// In order.
    pub blocks: Vec<Block>,
}

impl SideFile {
    /// Opens a file of that kind and reads all but its blocks.
    ///
    /// # Errors
    /// It cannot be read, is of another kind or version, is cut or damaged.
    pub fn open(path: &Path, kind: &'static str) -> Result<Self> {
        let failed = |error: std::io::Error| Error::io(path.display().to_string(), &error);
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        let (about, blocks) =
            read(&file, size, kind).map_err(|message| Error::data(message).in_file(path.display().to_string()))?;
        Ok(Self { path: path.to_owned(), file, size, about, blocks })
    }

    /// Reads a block.
    ///
    /// # Errors
    /// It cannot be read or is damaged.
    pub fn read(&self, block: Block, unpacker: &mut Unpacker, raw: &mut Vec<u8>) -> Result<()> {
        let wrong = || self.damaged(&format!("the block at byte {}", block.offset));
        let packed = bytes(&self.file, self.size, block.offset, block.size).ok_or_else(wrong)?;
        unpacker.unpack(&packed, raw).ok_or_else(wrong)
    }

    /// The error that something in the file is damaged.
    pub fn damaged(&self, what: &str) -> Error {
        Error::data(damage(what)).in_file(self.path.display().to_string())
    }
}

fn read(file: &File, size: u64, kind: &'static str) -> std::result::Result<(About, Vec<Block>), String> {
    let start = bytes(file, size, 0, 12).filter(|start| start.starts_with(MAGIC));
    let start = start.ok_or("expected a side file of a gnomAD store, found something else")?;
    let version = codes::get_u32(&mut &start[MAGIC.len()..]).unwrap_or_default();
    if version != VERSION {
        return Err(format!(
            "expected version {VERSION}, found version {version}; build it again with this vdx-gnomad"
        ));
    }
    let mut unpacker = Unpacker::new();
    let mut section = |at: u64, whole: u64| {
        let mut raw = Vec::new();
        unpacker.unpack(&bytes(file, size, at, whole)?, &mut raw).map(|()| raw)
    };
    let tail = size.checked_sub(TAIL as u64).and_then(|at| bytes(file, size, at, TAIL as u64));
    let tail = tail.filter(|tail| tail.ends_with(MAGIC)).ok_or_else(|| damage("its end is missing"))?;
    let mut rest = &tail[..];
    let place = codes::get_u64(&mut rest).zip(codes::get_u32(&mut rest));
    let end = place.and_then(|(offset, whole)| section(offset, whole.into())).and_then(|raw| decode_end(&raw));
    let blocks = end.ok_or_else(|| damage("the end section"))?;
    let head = bytes(file, size, 12, FRAME as u64).and_then(|head| frame(&head));
    let json = head.and_then(|(_, packed, _)| section(12, (FRAME + packed) as u64));
    let json: Option<Value> = json.and_then(|json| serde_json::from_slice(&json).ok());
    let json = json.ok_or_else(|| damage("the description"))?;
    if json["kind"] != kind {
        return Err(format!("expected a file of {kind}, found one of {}", json["kind"]));
    }
    let contig = json["contig"].as_str().map(str::to_owned);
    let (contig, source) =
        contig.zip(SourceFile::from_json(&json["source"])).ok_or_else(|| damage("the description"))?;
    Ok((About { kind, contig, source }, blocks))
}

fn decode_end(mut raw: &[u8]) -> Option<Vec<Block>> {
    let raw = &mut raw;
    let count = codes::get_u32(raw)? as usize;
    let steps = codes::get(raw, count)?;
    let [sizes, first, span] = [codes::get(raw, count)?, codes::get(raw, count)?, codes::get(raw, count)?];
    let mut offset = 0u64;
    let mut blocks = Vec::with_capacity(count);
    for at in 0..count {
        offset = offset.checked_add(steps[at])?;
        let last = first[at].checked_add(span[at])?;
        blocks.push(Block { offset, size: sizes[at], first: first[at], last });
    }
    Some(blocks)
}

fn bytes(file: &File, size: u64, at: u64, count: u64) -> Option<Vec<u8>> {
    if at.checked_add(count)? > size {
        return None;
    }
    let mut bytes = vec![0; usize::try_from(count).ok()?];
    file.read_exact_at(&mut bytes, at).ok().map(|()| bytes)
}

fn damage(what: &str) -> String {
    format!("damaged store: {what} cannot be read; copy the file again, or delete it and build it anew")
}
