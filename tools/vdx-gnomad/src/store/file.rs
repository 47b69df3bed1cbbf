//! Opening a file of the store.

use std::path::{Path, PathBuf};

use vdx_hts::Result;
use vdx_vcf::Header;

use super::codes;
use super::container::{Container, Kind, Place, get_places, put_places};
use super::describe::{Description, OWN};
use super::folder::beside;

pub(super) const STORE: Kind = Kind { magic: b"vdxgnom\n", newest: 2, name: "a file of a gnomAD store" };

/// What stands behind the blocks.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct End {
    /// Records in all.
    pub(crate) records: u64,
    /// ALTs of the source that cannot be asked for.
    pub(crate) left_out: u64,
    /// CRC-32 of the contig's lines in the source.
    pub(crate) lines: u32,
    /// The blocks, in order of position: where their keys are, and their first and last position, 1-based.
    pub(crate) blocks: Vec<Place>,
    /// Records of each block.
    pub(crate) rows: Vec<u64>,
}

impl End {
    /// As it stands in a file.
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut out = Vec::new();
        out.extend_from_slice(&self.records.to_le_bytes());
        out.extend_from_slice(&self.left_out.to_le_bytes());
        out.extend_from_slice(&self.lines.to_le_bytes());
        out.extend_from_slice(&(self.blocks.len() as u32).to_le_bytes());
        put_places(&self.blocks, &mut out);
        codes::put(&mut out, &self.rows);
        out
    }

    /// Reads it; `None`: damaged.
    fn decode(mut bytes: &[u8]) -> Option<Self> {
        let bytes = &mut bytes;
        let (records, left_out) = (codes::get_u64(bytes)?, codes::get_u64(bytes)?);
        let (lines, count) = (codes::get_u32(bytes)?, codes::get_u32(bytes)? as usize);
        let (blocks, rows) = (get_places(bytes, count)?, codes::get(bytes, count)?);
        Some(Self { records, left_out, lines, blocks, rows })
    }
}

/// One contig of a store; shared by threads, each with its own [`super::Cursor`].
#[derive(Debug)]
pub(crate) struct StoreFile {
    pub(super) container: Container,
    /// What it says of itself.
    pub(crate) description: Description,
    /// The source's header as far as it says what fields mean.
    pub(crate) header: Header,
    /// What the blocks are.
    pub(crate) end: End,
}

impl StoreFile {
    /// Opens a file and reads all but its blocks.
    ///
    /// # Errors
    /// It cannot be read, is no store of a version that is known, is cut or damaged.
    pub(crate) fn open(path: &Path) -> Result<Self> {
        let (container, description, end) = Container::open(path, &STORE)?;
        let end = End::decode(&end).ok_or_else(|| container.damaged("the end section"))?;
        let description = Description::from_json(&description).ok_or_else(|| container.damaged("the description"))?;
        let header = Header::parse(description.header.as_bytes());
        let header = header.map_err(|_| container.damaged("the header in the description"))?;
        Ok(Self { container, description, header, end })
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        &self.container.path
    }

    /// Size in bytes.
    pub(crate) fn size(&self) -> u64 {
        self.container.size
    }

    /// The place of a file beside this one.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        let folder = self.container.path.parent().unwrap_or(Path::new("."));
        beside(folder, self.description.contig.as_bytes(), suffix)
    }

    /// The column of what else tells alleles than their keys; `None`: all are of bases, and in minimal form in the source.
    pub(crate) fn own(&self) -> Option<usize> {
        self.column(OWN)
    }

    /// The place of a column.
    pub(crate) fn column(&self, key: &str) -> Option<usize> {
        self.description.columns.iter().position(|column| column.key == key)
    }
}
