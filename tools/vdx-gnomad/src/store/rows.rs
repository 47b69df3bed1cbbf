//! The rows that records of one contig are in the store, as they wait to be written.

use flate2::Crc;
use vdx_hts::Error;

use super::keys::Keys;
use crate::values::Values;

/// The records of one contig that follow each other in a chunk.
pub struct Rows {
    /// Its name.
    pub contig: Vec<u8>,
    /// The 1-based line, within the chunk, of the first record.
    pub line: u64,
    /// POS of the first record, 1-based.
    pub first: u32,
    /// POS of the last record.
    pub last: u32,
    /// Positions and alleles.
    pub keys: Keys,
    /// A record of values for each of the keys.
    pub values: Values,
    /// A record of one value for each of the keys, the ID, if IDs are wanted.
    pub ids: Values,
    /// ALTs that cannot be asked for.
    pub left_out: u64,
    /// CRC-32 of the lines.
    pub lines: Crc,
}

impl Rows {
    /// Says of an error that it is about the first record.
    pub fn place(&self, error: Error) -> Error {
        error.at_line(self.line).at_locus(&self.contig, self.first.into())
    }
}

/// POS goes down.
pub fn unsorted(before: u32) -> Error {
    Error::data(format!(
        "expected positions that never go down, found one behind {before}; sort the file (bcftools sort)"
    ))
}
