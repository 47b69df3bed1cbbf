//! Opening a file of the store.

use std::fs::File;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use vdx_stream::{Error, Result};
use vdx_vcf::Header;

use super::codes;
use super::describe::Description;
use super::folder::beside;
use super::section::{FRAME, Unpacker, frame};

/// The first and last bytes of a file.
pub(super) const MAGIC: &[u8; 8] = b"vdxgnom\n";

/// What is written.
pub(super) const VERSION: u32 = 1;

/// Offset and size of the end section, and the magic.
pub(super) const TAIL: usize = 8 + 4 + 8;

/// Where a block is and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    /// Offset of its keys section.
    pub offset: u64,
    /// Size of its keys section.
    pub keys: u64,
    /// First position, 1-based.
    pub first: u64,
    /// Last position.
    pub last: u64,
    /// Records.
    pub records: u64,
}

/// What stands behind the blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct End {
    /// Records in all.
    pub records: u64,
    /// ALTs of the source that cannot be asked for.
    pub left_out: u64,
    /// CRC-32 of the contig's lines in the source.
    pub lines: u32,
    /// The blocks, in order of position.
    pub blocks: Vec<Block>,
}

impl End {
    /// As it stands in a file.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&self.records.to_le_bytes());
        out.extend_from_slice(&self.left_out.to_le_bytes());
        out.extend_from_slice(&self.lines.to_le_bytes());
        out.extend_from_slice(&(self.blocks.len() as u32).to_le_bytes());
        let before = std::iter::once(0).chain(self.blocks.iter().map(|block| block.offset));
        let steps: Vec<u64> = self.blocks.iter().zip(before).map(|(block, before)| block.offset - before).collect();
        codes::put(&mut out, &steps);
        let mut put = |part: fn(&Block) -> u64| codes::put(&mut out, &self.blocks.iter().map(part).collect::<Vec<_>>());
        put(|block| block.keys);
        put(|block| block.first);
        put(|block| block.last - block.first);
        put(|block| block.records);
        out
    }

    /// Reads it; `None`: damaged.
    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let (records, left_out) = (codes::get_u64(bytes)?, codes::get_u64(bytes)?);
        let (lines, count) = (codes::get_u32(bytes)?, codes::get_u32(bytes)? as usize);
        let steps = codes::get(bytes, count)?;
        let [keys, first, span, sizes] = [
            codes::get(bytes, count)?,
            codes::get(bytes, count)?,
            codes::get(bytes, count)?,
            codes::get(bytes, count)?,
        ];
        let mut offset = 0u64;
        let mut blocks = Vec::with_capacity(count);
        for at in 0..count {
            offset = offset.checked_add(steps[at])?;
            let last = first[at].checked_add(span[at])?;
            blocks.push(Block { offset, keys: keys[at], first: first[at], last, records: sizes[at] });
        }
        Some(Self { records, left_out, lines, blocks })
    }
}

/// One contig of a store; shared by threads, each with its own [`super::Cursor`].
#[derive(Debug)]
pub struct StoreFile {
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
    /// What it says of itself.
    pub description: Description,
    /// The source's header as far as it says what fields mean.
    pub header: Header,
    /// What the blocks are.
    pub end: End,
    file: File,
}

impl StoreFile {
    /// Opens a file and reads all but its blocks.
    ///
    /// # Errors
    /// It cannot be read, is no store of a version that is known, is cut or damaged.
    pub fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let failed = |error: std::io::Error| Error::io(name.clone(), &error);
        let file = File::open(path).map_err(failed)?;
        let size = file.metadata().map_err(failed)?.len();
        Self::read(file, path, size).map_err(|error| error.in_file(name))
    }

    fn read(file: File, path: &Path, size: u64) -> Result<Self> {
        let start = read_at(&file, path, 0, MAGIC.len() + 4)?;
        if !start.starts_with(MAGIC) {
            return Err(Error::data("expected a file of a gnomAD store, found something else"));
        }
        let version = codes::get_u32(&mut &start[MAGIC.len()..]);
        if version != Some(VERSION) {
            return Err(Error::data(format!(
                "expected a store of version {VERSION}, found version {}; build it again with this vdx-gnomad",
                version.unwrap_or_default()
            )));
        }
        let tail = size.checked_sub(TAIL as u64).map(|at| read_at(&file, path, at, TAIL)).transpose()?;
        let tail = tail.filter(|tail| tail.ends_with(MAGIC)).ok_or_else(|| damaged("its end is missing"))?;
        let mut rest = &tail[..];
        let place = codes::get_u64(&mut rest).zip(codes::get_u32(&mut rest));
        let (offset, whole) = place.ok_or_else(|| damaged("its end is missing"))?;
        let mut unpacker = Unpacker::new();
        let mut section = |at: u64, whole: usize, what: &str| {
            let mut raw = Vec::new();
            if at.checked_add(whole as u64).is_none_or(|end| end > size) {
                return Err(damaged(what));
            }
            unpacker.unpack(&read_at(&file, path, at, whole)?, &mut raw).ok_or_else(|| damaged(what))?;
            Ok(raw)
        };
        let end = section(offset, whole as usize, "the end section")?;
        let end = End::decode(&end).ok_or_else(|| damaged("the end section"))?;
        let at = start.len() as u64;
        let (_, packed, _) = frame(&read_at(&file, path, at, FRAME)?).ok_or_else(|| damaged("the description"))?;
        let description = section(at, FRAME + packed, "the description")?;
        let description = serde_json::from_slice(&description).ok().and_then(|json| Description::from_json(&json));
        let description = description.ok_or_else(|| damaged("the description"))?;
        let header =
            Header::parse(description.header.as_bytes()).map_err(|_| damaged("the header in the description"))?;
        Ok(Self { path: path.to_owned(), size, description, header, end, file })
    }

    /// The path for messages.
    pub fn name(&self) -> String {
        self.path.display().to_string()
    }

    /// The place of a file beside this one.
    pub fn beside(&self, suffix: &str) -> PathBuf {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        beside(folder, self.description.contig.as_bytes(), suffix)
    }

    /// The place of a column.
    pub fn column(&self, key: &str) -> Option<usize> {
        self.description.columns.iter().position(|column| column.key == key)
    }

    /// Reads bytes.
    pub(super) fn bytes(&self, at: u64, count: usize) -> Result<Vec<u8>> {
        if at.checked_add(count as u64).is_none_or(|end| end > self.size) {
            return Err(damaged("a block").in_file(self.name()));
        }
        read_at(&self.file, &self.path, at, count)
    }
}

fn read_at(file: &File, path: &Path, at: u64, count: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; count];
    file.read_exact_at(&mut bytes, at).map_err(|error| match error.kind() {
        std::io::ErrorKind::UnexpectedEof => damaged("it is cut").in_file(path.display().to_string()),
        _ => Error::io(path.display().to_string(), &error),
    })?;
    Ok(bytes)
}

/// Checksums or sizes do not fit.
pub(super) fn damaged(what: &str) -> Error {
    Error::data(format!("damaged store: {what} cannot be read; copy the file again, or delete it and build it anew"))
}
