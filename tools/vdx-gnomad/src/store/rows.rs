//! The rows that records of one contig are in the store, as they wait to be written.

use flate2::Crc;
use vdx_hts::Error;

use super::keys::Keys;
use crate::values::Values;

/// The records of one contig that follow each other in a chunk.
pub(crate) struct Rows {
    /// Its name.
    pub(crate) contig: Vec<u8>,
    /// The 1-based line, within the chunk, of the first record.
    pub(crate) line: u64,
    /// POS of the first record, 1-based.
    pub(crate) first: u32,
    /// POS of the last record.
    pub(crate) last: u32,
    /// Positions and alleles.
    pub(crate) keys: Keys,
    /// POS of the record of each of the keys: before the key's position where the record is not in minimal form.
    pub(crate) starts: Vec<u32>,
    /// A record of values for each of the keys.
    pub(crate) values: Values,
    /// A record of one value for each of the keys, the ID, if IDs are wanted.
    pub(crate) ids: Values,
    /// ALTs that cannot be asked for.
    pub(crate) left_out: u64,
    /// CRC-32 of the lines.
    pub(crate) lines: Crc,
}

impl Rows {
    /// Says of an error that it is about the first record.
    pub(crate) fn place(&self, error: Error) -> Error {
        error.at_line(self.line).at_locus(&self.contig, self.first.into())
    }
}

/// What is to be sorted where its records are not.
pub(crate) const FILE: &str = "the file";
