//! A small BGZF writer: blocks of 65,280 bytes, one libdeflate call each, the 28-byte EOF block at the end.

use std::io::{self, Write};

use libdeflater::{CompressionLvl, Compressor};

/// Uncompressed bytes per block, as htslib cuts them.
const BLOCK: usize = 0xff00;

/// The empty block that ends a BGZF file (SAM specification, section 4.1.2).
pub const EOF: [u8; 28] = [
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// Compresses what is pushed into whole blocks on the inner writer.
pub struct Writer<W: Write> {
    inner: W,
    pending: Vec<u8>,
    packed: Vec<u8>,
    compressor: Compressor,
}

impl<W: Write> Writer<W> {
    /// A writer at htslib's default ratio (its level 6 is libdeflate's 7, which is also what gnomAD's files show).
    pub fn new(inner: W) -> Self {
        Self {
            inner,
            pending: Vec::with_capacity(2 * BLOCK),
            packed: Vec::new(),
            compressor: Compressor::new(CompressionLvl::new(7).unwrap_or_default()),
        }
    }

    /// Adds text, writing blocks as they fill.
    pub fn push(&mut self, data: &[u8]) -> io::Result<()> {
        self.pending.extend_from_slice(data);
        if self.pending.len() < BLOCK {
            return Ok(());
        }
        let whole = self.pending.len() / BLOCK * BLOCK;
        let pending = std::mem::take(&mut self.pending);
        for block in pending[..whole].chunks(BLOCK) {
            self.block(block)?;
        }
        self.pending = pending;
        self.pending.drain(..whole);
        Ok(())
    }

    /// Writes what is left as a last, short block; no EOF block, so that parts can be joined.
    pub fn finish_part(mut self) -> io::Result<W> {
        let pending = std::mem::take(&mut self.pending);
        if !pending.is_empty() {
            self.block(&pending)?;
        }
        Ok(self.inner)
    }

    /// Writes what is left and the EOF block.
    pub fn finish(self) -> io::Result<W> {
        let mut inner = self.finish_part()?;
        inner.write_all(&EOF)?;
        inner.flush()?;
        Ok(inner)
    }

    fn block(&mut self, data: &[u8]) -> io::Result<()> {
        const HEAD: usize = 18;
        let bound = self.compressor.deflate_compress_bound(data.len());
        self.packed.resize(HEAD + bound + 8, 0);
        let size = self
            .compressor
            .deflate_compress(data, &mut self.packed[HEAD..HEAD + bound])
            .map_err(|error| io::Error::other(format!("BGZF block: {error}")))?;
        let total = HEAD + size + 8;
        let last = u16::try_from(total - 1).map_err(|_| io::Error::other("BGZF block over 64 KiB"))?;
        self.packed[..16].copy_from_slice(&[31, 139, 8, 4, 0, 0, 0, 0, 0, 255, 6, 0, 66, 67, 2, 0]);
        self.packed[16..18].copy_from_slice(&last.to_le_bytes());
        self.packed[HEAD + size..HEAD + size + 4].copy_from_slice(&libdeflater::crc32(data).to_le_bytes());
        self.packed[HEAD + size + 4..total].copy_from_slice(&(data.len() as u32).to_le_bytes());
        self.inner.write_all(&self.packed[..total])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn inflate(mut data: &[u8]) -> Vec<u8> {
        let mut out = Vec::new();
        while !data.is_empty() {
            let size = usize::from(u16::from_le_bytes([data[16], data[17]])) + 1;
            let len = u32::from_le_bytes(data[size - 4..size].try_into().unwrap()) as usize;
            let mut block = vec![0; len];
            let mut inflater = libdeflater::Decompressor::new();
            inflater.deflate_decompress(&data[18..size - 8], &mut block).unwrap();
            out.extend_from_slice(&block);
            data = &data[size..];
        }
        out
    }

    #[test]
    fn round_trip_ends_in_eof_block() {
        for len in [0usize, 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK + 17] {
            let text: Vec<u8> = (0..len).map(|i| (i * i % 251) as u8).collect();
            let mut writer = Writer::new(Vec::new());
            for part in text.chunks(1000) {
                writer.push(part).unwrap();
            }
            let file = writer.finish().unwrap();
            assert!(file.ends_with(&EOF));
            assert_eq!(inflate(&file), text);
        }
    }
}
