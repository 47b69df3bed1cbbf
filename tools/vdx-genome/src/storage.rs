//! The bytes of a FASTA by offset, from a plain file or from a BGZF file and its block table.

use std::fs::File;
use std::io::{self, BufRead, Read};
use std::os::unix::fs::FileExt;
use std::path::Path;

use vdx_hts::aside::{self, Doing};
use vdx_hts::bgzf::{FIXED_HEADER, Inflater, block_size, extra_len, is_header};
use vdx_hts::memory::try_reserve_exact;
use vdx_hts::{Error, Result};

use crate::gzi::Block;

/// An opened FASTA. Offsets are those of the text, whether the file is compressed or not.
#[derive(Debug)]
pub(crate) struct Storage {
    // Read in windows, not mapped: pages of a map count as the process's memory. Of a 3 GB FASTA that was looked at
    // every 750 bases 3,002 MB were resident, with windows of 1 MB read by `pread` 2 MB, at the same speed. And a map
    // of a file that is cut meanwhile, as on network disks, ends the process (SIGBUS); a read is an error with a
    // message.
    file: File,
    name: String,
    size: u64,
    /// Where each block starts, then the end. Empty for a plain file.
    blocks: Vec<Block>,
}

impl Storage {
    /// Opens `path`. A compressed one ([`Storage::is_compressed`]) can be read once it has its block table
    /// ([`Storage::with_blocks`]).
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let failed = |error: &io::Error| Error::io(name.clone(), error);
        let file = File::open(path).map_err(|error| failed(&error))?;
        let metadata = file.metadata().map_err(|error| failed(&error))?;
        if !metadata.is_file() {
            let message = "expected a FASTA file, found a directory or a pipe; bases are looked up by offset";
            return Err(Error::data(message).in_file(name));
        }
        Ok(Self { file, name, size: metadata.len(), blocks: Vec::new() })
    }

    /// Whether the file is gzip, of which only BGZF will do.
    pub(crate) fn is_compressed(&self) -> Result<bool> {
        let mut magic = [0u8; 2];
        let read = self.file.read_at(&mut magic, 0).map_err(|error| Error::io(self.name.clone(), &error))?;
        Ok(read == 2 && magic == [0x1f, 0x8b])
    }

    /// The same with the block table of a BGZF file, whose last entry is the end of file and text.
    pub(crate) fn with_blocks(self, blocks: Vec<Block>) -> Self {
        Self { size: blocks.last().map_or(0, |&(_, end)| end), blocks, ..self }
    }

    /// The path as it was given.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// The length of the text in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Walks the blocks of the file from `known` ones (the last of them is walked again) to its end. The result's last
    /// entry is the end of file and text.
    pub(crate) fn scan_blocks(&self, mut known: Vec<Block>) -> Result<Vec<Block>> {
        let damaged = |what: &str| Error::data(what).in_file(self.name.clone());
        let end = self.size;
        // Of known blocks one is left to walk.
        let doing = known.is_empty().then(|| aside::indexing(Path::new(&self.name), self.size));
        let (mut at, mut text) = known.pop().unwrap_or((0, 0));
        let mut length = [0u8; 4];
        while at < end {
            known.push((at, text));
            let size = self.block_size(at)?;
            let next = at + size as u64;
            if next > end {
                return Err(damaged("truncated: the file ends within a BGZF block; fetch or make it again"));
            }
            self.file.read_exact_at(&mut length, next - 4).map_err(|error| Error::io(self.name.clone(), &error))?;
            text += u64::from(u32::from_le_bytes(length));
            at = next;
            doing.iter().for_each(|doing| doing.at(at));
        }
        if length != [0; 4] {
            return Err(damaged("truncated: the file has no BGZF end-of-file block; fetch or make it again"));
        }
        if at != end {
            return Err(damaged("the .gzi index does not belong to the file; delete it to have it made anew"));
        }
        known.push((at, text));
        Ok(known)
    }

    /// The size of the block at `at` in the file.
    fn block_size(&self, at: u64) -> Result<usize> {
        let mut head = [0u8; FIXED_HEADER + 64];
        let read = self.file.read_at(&mut head, at).map_err(|error| Error::io(self.name.clone(), &error))?;
        let head = &head[..read];
        let size = is_header(head).then(|| head.get(FIXED_HEADER..FIXED_HEADER + extra_len(head)).and_then(block_size));
        size.flatten().ok_or_else(|| {
            let message = "expected a BGZF block, found other data; compress the FASTA with bgzip, not gzip, and delete a .gzi that is not its own";
            Error::data(message).in_file(self.name.clone())
        })
    }
}

/// A part of the text in memory.
#[derive(Default)]
pub(crate) struct Window {
    /// Offset of the first byte in the text.
    pub start: u64,
    /// How many bytes are filled.
    pub filled: usize,
    bytes: Vec<u8>,
    raw: Vec<u8>,
    inflater: Inflater,
}

impl Window {
    /// Whether the byte at `offset` is in it.
    #[inline]
    pub(crate) fn has(&self, offset: u64) -> bool {
        offset.wrapping_sub(self.start) < self.filled as u64
    }

    /// The bytes from `offset` on, which is in it.
    #[inline]
    pub(crate) fn from(&self, offset: u64) -> &[u8] {
        &self.bytes[(offset - self.start) as usize..self.filled]
    }

    /// The byte at `offset`, which is in it.
    #[inline]
    pub(crate) fn at(&self, offset: u64) -> u8 {
        self.bytes[(offset - self.start) as usize]
    }

    /// Fills it so that the byte at `offset` is in it: `aim` bytes, `left` of them in front, of a plain file; the block
    /// of a BGZF file.
    pub(crate) fn load(&mut self, storage: &Storage, offset: u64, left: usize, aim: usize) -> Result<()> {
        self.filled = 0;
        if storage.blocks.is_empty() {
            self.load_plain(storage, offset.saturating_sub(left as u64), aim)?;
        } else {
            self.load_block(storage, offset)?;
        }
        if self.has(offset) {
            return Ok(());
        }
        let message = "the FASTA ends before its index says; was it changed during the run?";
        Err(Error::data(message).in_file(storage.name.clone()))
    }

    fn load_plain(&mut self, storage: &Storage, from: u64, aim: usize) -> Result<()> {
        make_room(&mut self.bytes, aim)?;
        self.start = from;
        while self.filled < aim {
            match storage.file.read_at(&mut self.bytes[self.filled..aim], from + self.filled as u64) {
                Ok(0) => break,
                Ok(read) => self.filled += read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(Error::io(storage.name.clone(), &error)),
            }
        }
        Ok(())
    }

    fn load_block(&mut self, storage: &Storage, offset: u64) -> Result<()> {
        // Empty blocks start where the next one does: the last of them is the one that has bytes.
        let behind = storage.blocks.partition_point(|&(_, start)| start <= offset);
        let Some(&(at, start)) = behind.checked_sub(1).and_then(|before| storage.blocks.get(before)) else {
            return Ok(());
        };
        if at == storage.blocks.last().map_or(0, |&(end, _)| end) {
            return Ok(());
        }
        let size = storage.block_size(at)?;
        make_room(&mut self.raw, size)?;
        let raw = &mut self.raw[..size];
        storage.file.read_exact_at(raw, at).map_err(|error| Error::io(storage.name.clone(), &error))?;
        self.bytes.clear();
        self.inflater.inflate(raw, &mut self.bytes).map_err(|error| error.in_file(storage.name.clone()))?;
        (self.start, self.filled) = (start, self.bytes.len());
        Ok(())
    }

    /// Copies the text from `from` to `to` into `out`, or as much of it as there is.
    pub(crate) fn read(&mut self, storage: &Storage, from: u64, to: u64, out: &mut Vec<u8>) -> Result<()> {
        out.clear();
        let to = to.min(storage.size);
        let mut at = from;
        while at < to {
            if !self.has(at) {
                self.load(storage, at, 0, 1 << 12)?;
            }
            let bytes = self.from(at);
            let bytes = &bytes[..bytes.len().min((to - at) as usize)];
            out.extend_from_slice(bytes);
            at += bytes.len() as u64;
        }
        Ok(())
    }
}

fn make_room(bytes: &mut Vec<u8>, len: usize) -> Result<()> {
    if bytes.len() < len {
        let refused = |_| Error::no_memory("a window of the reference");
        let more = len - bytes.len();
        try_reserve_exact(bytes, more).map_err(refused)?;
        bytes.resize(len, 0);
    }
    Ok(())
}

/// The whole text in order.
pub(crate) struct Stream<'a> {
    storage: &'a Storage,
    doing: Doing,
    window: Window,
    at: u64,
}

impl<'a> Stream<'a> {
    /// From its start, to make its index.
    pub(crate) fn indexing(storage: &'a Storage) -> Self {
        let doing = aside::indexing(Path::new(storage.name()), storage.size());
        Self { storage, doing, window: Window::default(), at: 0 }
    }
}

impl BufRead for Stream<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at >= self.storage.size {
            return Ok(&[]);
        }
        if !self.window.has(self.at) {
            self.doing.at(self.at);
            self.window.load(self.storage, self.at, 0, 1 << 18).map_err(|error| io::Error::other(error.to_string()))?;
        }
        Ok(self.window.from(self.at))
    }

    fn consume(&mut self, amount: usize) {
        self.at += amount as u64;
    }
}

impl Read for Stream<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let bytes = self.fill_buf()?;
        let read = bytes.len().min(buffer.len());
        buffer[..read].copy_from_slice(&bytes[..read]);
        self.consume(read);
        Ok(read)
    }
}
