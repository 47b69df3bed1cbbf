//! Files beside those of the contigs, for what is asked in another order or of other positions: blocks of codes with an
//! index by a number that goes up.
//!
//! | part | what it holds |
//! |---|---|
//! | start | 8 bytes `vdxside\n`, `u32` version (1), the description: a section of JSON: `kind`, `contig`, `source` (`name`, `size`, `modified`) |
//! | blocks | sections, one after the other; their first and last number are in the end section |
//! | end | the end section: `u32` count of blocks, and codes for all blocks of: how far the block starts behind the start of the one before, its size, its first number, its last number minus the first; then `u64` its offset, `u32` its whole size, 8 bytes `vdxside\n` |

use std::path::Path;

use serde_json::{Value, json};
use vdx_hts::{Error, Result};

use super::codes;
use super::container::{Container, Kind, Place, Writer, get_places, put_places};
use super::describe::SourceFile;
use super::section::Unpacker;

const SIDE: Kind = Kind { magic: b"vdxside\n", newest: 1, name: "a side file of a gnomAD store" };

/// What a file says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct About {
    /// What it holds.
    pub(crate) kind: &'static str,
    /// The contig's name.
    pub(crate) contig: String,
    /// What it was made from.
    pub(crate) source: SourceFile,
}

impl About {
    fn to_json(&self) -> Value {
        json!({ "kind": self.kind, "contig": self.contig, "source": self.source.to_json() })
    }
}

/// A file that is being made, beside its final name until [`SideWriter::finish`].
pub(crate) struct SideWriter {
    writer: Writer,
    blocks: Vec<Place>,
}

impl SideWriter {
    /// Starts a file.
    ///
    /// # Errors
    /// It cannot be made or written.
    pub(crate) fn new(target: &Path, about: &About) -> Result<Self> {
        Ok(Self { writer: Writer::new(target, &SIDE, SIDE.newest, &about.to_json())?, blocks: Vec::new() })
    }

    /// Adds a block that holds numbers from `first` to `last`, which are not below those before.
    ///
    /// # Errors
    /// The file cannot be written.
    pub(crate) fn block(&mut self, raw: &[u8], first: u64, last: u64) -> Result<()> {
        self.blocks.push(self.writer.block(raw, &[], (first, last))?);
        Ok(())
    }

    /// Writes the end, and gives the file its name.
    ///
    /// # Errors
    /// The file cannot be written or renamed.
    pub(crate) fn finish(self) -> Result<()> {
        let mut end = (self.blocks.len() as u32).to_le_bytes().to_vec();
        put_places(&self.blocks, &mut end);
        self.writer.finish(&end).map(|_| ())
    }
}

/// An opened file; shared by threads.
#[derive(Debug)]
pub(crate) struct SideFile {
    file: Container,
    /// What it says of itself.
    pub(crate) about: About,
    /// In order.
    pub(crate) blocks: Vec<Place>,
}

impl SideFile {
    /// Opens a file of that kind and reads all but its blocks.
    ///
    /// # Errors
    /// It cannot be read, is of another kind or version, is cut or damaged.
    pub(crate) fn open(path: &Path, kind: &'static str) -> Result<Self> {
        let (file, json, end) = Container::open(path, &SIDE)?;
        let mut end = &end[..];
        let count = codes::get_u32(&mut end);
        let blocks = count.and_then(|count| get_places(&mut end, count as usize));
        let blocks = blocks.ok_or_else(|| file.damaged("the end section"))?;
        if json["kind"] != kind {
            let message = format!("expected a file of {kind}, found one of {}", json["kind"]);
            return Err(Error::data(message).in_file(file.name()));
        }
        let contig = json["contig"].as_str().map(str::to_owned);
        let about = contig.zip(SourceFile::from_json(&json["source"]));
        let (contig, source) = about.ok_or_else(|| file.damaged("the description"))?;
        Ok(Self { file, about: About { kind, contig, source }, blocks })
    }

    /// Reads a block.
    ///
    /// # Errors
    /// It cannot be read or is damaged.
    pub(crate) fn read(&self, block: Place, unpacker: &mut Unpacker, raw: &mut Vec<u8>) -> Result<()> {
        let what = || format!("the block at byte {}", block.offset);
        self.file.section(block.offset, block.size, what, unpacker, raw)
    }

    /// The error that something in the file is damaged.
    pub(crate) fn damaged(&self, what: &str) -> Error {
        self.file.damaged(what)
    }
}
