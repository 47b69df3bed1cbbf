//! Packed, checked bytes.

use libdeflater::{CompressionLvl, Compressor, Crc, Decompressor};
use vdx_hts::memory::try_reserve_exact;

/// Sizes and checksum before the packed bytes.
pub(crate) const FRAME: usize = 12;

/// The most that a section may unpack to: what is more is damage.
const MOST: usize = 1 << 28;

/// Packs sections; one per thread.
pub(crate) struct Packer(Compressor);

impl Packer {
    /// What codes leave to pack is the frequency of bytes more than their repetition, which low levels find as well: of
    /// eight fields level 9 makes 2 % less in three times the time.
    pub(crate) fn new() -> Self {
        Self(Compressor::new(CompressionLvl::new(3).unwrap_or_default()))
    }

    /// Appends `raw` as a section; its whole size.
    ///
    /// # Errors
    /// It is too large for one.
    pub(crate) fn pack(&mut self, raw: &[u8], out: &mut Vec<u8>) -> Result<u32, String> {
        if raw.len() > MOST {
            return Err(format!("expected at most {MOST} bytes in a section, found {}", raw.len()));
        }
        let from = out.len();
        out.resize(from + FRAME + self.0.deflate_compress_bound(raw.len()), 0);
        let packed = self.0.deflate_compress(raw, &mut out[from + FRAME..]).map_err(|error| error.to_string())?;
        out.truncate(from + FRAME + packed);
        let size = (raw.len() as u32).to_le_bytes();
        let sum = checksum(size, &out[from + FRAME..]);
        out[from..from + 4].copy_from_slice(&size);
        out[from + 4..from + 8].copy_from_slice(&(packed as u32).to_le_bytes());
        out[from + 8..from + 12].copy_from_slice(&sum.to_le_bytes());
        Ok((FRAME + packed) as u32)
    }
}

/// Unpacks sections; one per thread.
pub(crate) struct Unpacker(Decompressor);

impl Unpacker {
    /// A new one.
    pub(crate) fn new() -> Self {
        Self(Decompressor::new())
    }

    /// The raw bytes of the section that `bytes` are.
    ///
    /// # Errors
    /// It is damaged, or not of the size that whoever points to it says; there is no memory for it.
    pub(crate) fn unpack(&mut self, bytes: &[u8], raw: &mut Vec<u8>) -> Result<(), Unpacked> {
        let (raw_size, packed, sum) = frame(bytes).ok_or(Unpacked::Damaged)?;
        let packed = bytes.get(FRAME..).filter(|rest| rest.len() == packed).ok_or(Unpacked::Damaged)?;
        // Of the packed bytes, and before they are unpacked: damage is found without making room for a size that it
        // may have invented.
        if checksum((raw_size as u32).to_le_bytes(), packed) != sum {
            return Err(Unpacked::Damaged);
        }
        raw.clear();
        room(raw, raw_size)?;
        raw.resize(raw_size, 0);
        match self.0.deflate_decompress(packed, raw) {
            Ok(size) if size == raw_size => Ok(()),
            _ => Err(Unpacked::Damaged),
        }
    }
}

/// Why a section cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unpacked {
    /// It is damaged.
    Damaged,
    /// The system refused so many bytes.
    Refused(usize),
}

fn room(raw: &mut Vec<u8>, size: usize) -> Result<(), Unpacked> {
    try_reserve_exact(raw, size).map_err(|_| Unpacked::Refused(size))
}

/// Raw size, packed size and checksum.
pub(crate) fn frame(bytes: &[u8]) -> Option<(usize, usize, u32)> {
    let word = |at: usize| Some(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?));
    let (raw, packed, sum) = (word(0)? as usize, word(4)? as usize, word(8)?);
    (raw <= MOST && packed <= MOST + MOST / 8).then_some((raw, packed, sum))
}

fn checksum(size: [u8; 4], packed: &[u8]) -> u32 {
    let mut crc = Crc::new();
    crc.update(&size);
    crc.update(packed);
    crc.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn any_changed_byte_is_found() {
        let raw = b"aaaaaaaaaaaaaaaaaaaaaaaabbbbbbbbbbbbbbbbb".to_vec();
        let mut packed = Vec::new();
        assert_eq!(Packer::new().pack(&raw, &mut packed).unwrap() as usize, packed.len());
        let (mut unpacker, mut back) = (Unpacker::new(), Vec::new());
        unpacker.unpack(&packed, &mut back).unwrap();
        assert_eq!(back, raw);
        for at in 0..packed.len() {
            let mut damaged = packed.clone();
            damaged[at] ^= 1;
            assert_eq!(unpacker.unpack(&damaged, &mut back), Err(Unpacked::Damaged), "{at}");
            assert_eq!(unpacker.unpack(&packed[..at], &mut back), Err(Unpacked::Damaged), "{at}");
        }
        packed.push(0);
        assert_eq!(unpacker.unpack(&packed, &mut back), Err(Unpacked::Damaged));
    }

    #[test]
    fn refused_memory_is_no_damage() {
        let size = isize::MAX as usize;
        assert_eq!(room(&mut Vec::new(), size), Err(Unpacked::Refused(size)));
    }
}
