//! gzip and BGZF as others write them: by code that shares nothing with what is tested.

use std::io::Write;

use flate2::write::{DeflateEncoder, GzEncoder};
use flate2::{Compression, Crc};

/// The empty block that ends a BGZF file (SAM specification, section 4.1.2).
pub const EOF_BLOCK: [u8; 28] = *b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0\x1b\0\x03\0\0\0\0\0\0\0\0\0";

/// The text as BGZF in blocks of `block` bytes (at most 65,280), with the block that ends it.
#[must_use]
pub fn bgzf(text: &[u8], block: usize) -> Vec<u8> {
    let mut bytes: Vec<u8> = text.chunks(block).flat_map(bgzf_block).collect();
    bytes.extend_from_slice(&EOF_BLOCK);
    bytes
}

/// One block (SAM specification, section 4.1): a gzip member that says how long it is.
#[must_use]
pub fn bgzf_block(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("a Vec takes all");
    let deflated = encoder.finish().expect("a Vec takes all");
    let mut crc = Crc::new();
    crc.update(text);
    let size = u16::try_from(18 + deflated.len() + 8 - 1).expect("a block of at most 64 KiB");
    let mut bytes = b"\x1f\x8b\x08\x04\0\0\0\0\0\xff\x06\0BC\x02\0".to_vec();
    bytes.extend_from_slice(&size.to_le_bytes());
    bytes.extend_from_slice(&deflated);
    bytes.extend_from_slice(&crc.sum().to_le_bytes());
    bytes.extend_from_slice(&crc.amount().to_le_bytes());
    bytes
}

/// The text as gzip in members of `member` bytes.
#[must_use]
pub fn gzip(text: &[u8], member: usize) -> Vec<u8> {
    let pack = |part: &[u8]| {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(part).and_then(|()| encoder.finish()).expect("a Vec takes all")
    };
    if text.is_empty() { pack(text) } else { text.chunks(member).flat_map(pack).collect() }
}
