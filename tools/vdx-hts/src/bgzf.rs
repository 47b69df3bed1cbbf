//! BGZF framing and the codec of one block (SAM specification, section 4.1).
//!
//! Blocks are read and written here rather than through a stream reader because the pipeline needs their edges: to
//! inflate them in parallel, to notice a file that was cut between two of them, and to look single ones up.

use libdeflater::{CompressionLvl, Compressor, Crc, DecompressionError, Decompressor};
use vdx_deflate::Encoder;

use crate::error::{Error, Result};

/// The most bytes a block holds, on either side.
pub const MAX_BLOCK: usize = 1 << 16;

/// Decoded bytes that a written block holds, as in htslib, so that a block that does not shrink still fits.
pub const BLOCK_TEXT: usize = 0xff00;

/// The empty block that ends every complete file (section 4.1.2).
pub const EOF_BLOCK: [u8; 28] = [
    0x1f, 0x8b, 0x08, 0x04, 0, 0, 0, 0, 0, 0xff, 0x06, 0, 0x42, 0x43, 0x02, 0, 0x1b, 0, 0x03, 0, 0, 0, 0, 0, 0, 0, 0, 0,
];

/// The bytes of a gzip header with an extra field, before that field.
pub const FIXED_HEADER: usize = 12;

/// The extra field that has the block's size.
const BC_FIELD: usize = 6;

/// The most bytes that one symbol of deflate stands for.
const LONGEST_COPY: usize = 258;

/// CRC32 and ISIZE behind the compressed data.
const FOOTER: usize = 8;

/// What stands before stored bytes: that they are the last, their length, and that turned over (RFC 1951, section 3.2.4).
const STORED_HEADER: usize = 5;

/// Whether the bytes can start a BGZF block: gzip magic, deflate, an extra field. Takes [`FIXED_HEADER`] bytes.
pub fn is_header(head: &[u8]) -> bool {
    head.len() >= FIXED_HEADER && head[..3] == [0x1f, 0x8b, 8] && head[3] & 4 != 0
}

/// The length of the extra field that follows the fixed header.
pub fn extra_len(head: &[u8]) -> usize {
    usize::from(u16::from_le_bytes([head[10], head[11]]))
}

/// The size of the whole block by its `BC` subfield; `extra` is the extra field. `None`: gzip, but not BGZF.
pub fn block_size(mut extra: &[u8]) -> Option<usize> {
    while let [id1, id2, len1, len2, rest @ ..] = extra {
        let len = usize::from(u16::from_le_bytes([*len1, *len2]));
        let value = rest.get(..len)?;
        if (*id1, *id2, len) == (b'B', b'C', 2) {
            return Some(usize::from(u16::from_le_bytes([value[0], value[1]])) + 1);
        }
        extra = &rest[len..];
    }
    None
}

/// The decoded length that a whole block claims (ISIZE).
pub fn text_len(block: &[u8]) -> usize {
    match block {
        [.., a, b, c, d] => u32::from_le_bytes([*a, *b, *c, *d]) as usize,
        _ => 0,
    }
}

/// [`text_len`] of what can be a block.
///
/// # Errors
/// It is longer than any.
pub(crate) fn checked_text_len(block: &[u8]) -> Result<usize> {
    match text_len(block) {
        len if len > MAX_BLOCK => {
            Err(Error::data(format!("damaged BGZF block: claims {len} bytes, the most is {MAX_BLOCK}")))
        }
        len => Ok(len),
    }
}

/// Decodes blocks; one per thread.
pub struct Inflater(Decompressor);

impl Default for Inflater {
    fn default() -> Self {
        Self::new()
    }
}

impl Inflater {
    /// A decoder with its tables.
    pub fn new() -> Self {
        Self(Decompressor::new())
    }

    /// Decodes one whole `block` into `text`, which is as long as [`text_len`] says. Length and CRC are checked.
    pub(crate) fn inflate_into(&mut self, block: &[u8], text: &mut [u8]) -> Result<()> {
        let damaged = |what: &str| {
            Error::data(format!("damaged BGZF block: {what}; the file is corrupt, fetch or make it again"))
        };
        if !is_header(block) {
            return Err(damaged("no gzip header"));
        }
        let data = FIXED_HEADER + extra_len(block);
        if block.len() < data + FOOTER {
            return Err(damaged("shorter than its header says"));
        }
        let (data, footer) = block[data..].split_at(block.len() - data - FOOTER);
        let found = self.0.deflate_decompress(data, text).map_err(|error| damaged(&error.to_string()))?;
        if found != text.len() {
            return Err(damaged(&format!("expected {} bytes, found {found}", text.len())));
        }
        let mut crc = Crc::new();
        crc.update(text);
        let expected = u32::from_le_bytes([footer[0], footer[1], footer[2], footer[3]]);
        if crc.sum() != expected {
            return Err(damaged(&format!("expected CRC {expected:08x}, found {:08x}", crc.sum())));
        }
        Ok(())
    }

    /// Decodes the start of a whole `block` into `prefix` and returns how much of it that is: all that the block holds,
    /// or all that there is room for. Nothing is checked, and what a decoder leaves where the room ends is nobody's
    /// promise: a hint at what the block holds, and none (0) where it is damaged.
    pub(crate) fn peek_into(&mut self, block: &[u8], prefix: &mut [u8]) -> usize {
        let data = FIXED_HEADER + if is_header(block) { extra_len(block) } else { return 0 };
        match self.0.deflate_decompress(block.get(data..).unwrap_or_default(), prefix) {
            Ok(found) => found,
            // The copy that did not fit is left out as a whole.
            Err(DecompressionError::InsufficientSpace) => prefix.len().saturating_sub(LONGEST_COPY),
            Err(DecompressionError::BadData) => 0,
        }
    }

    /// Decodes one whole `block` behind what `text` holds.
    pub fn inflate(&mut self, block: &[u8], text: &mut Vec<u8>) -> Result<()> {
        let from = text.len();
        text.resize(from + checked_text_len(block)?, 0);
        self.inflate_into(block, &mut text[from..])
    }
}

/// Encodes blocks; one per thread.
pub struct Deflater {
    /// The encoder of the default level.
    variants: Option<Box<Encoder>>,
    /// None: everything is stored.
    compressor: Option<Compressor>,
}

impl Deflater {
    /// Bytes that the default level takes beyond what another one does.
    pub const DEFAULT_TABLES: usize = Encoder::SIZE;

    /// `level` 0-9 as in htslib, which maps it to libdeflate's scale: its 6 is libdeflate's 7. None: about as small as that
    /// and much faster on variants (`vdx-deflate`); blocks of other kinds are the same as at level 6.
    pub fn new(level: impl Into<Option<u8>>) -> Self {
        // Measured on VCF: libdeflate's own 6 makes files 3 % larger than htslib does by default; flate2's default 4 %,
        // in one and a half times the time.
        const LIBDEFLATE: [i32; 10] = [0, 1, 2, 3, 5, 6, 7, 8, 10, 12];
        const DEFAULT: u8 = 6;
        let level = level.into();
        let scaled = LIBDEFLATE[usize::from(level.unwrap_or(DEFAULT).min(9))];
        Self {
            variants: level.is_none().then(Box::default),
            compressor: (scaled != 0).then(|| Compressor::new(CompressionLvl::new(scaled).unwrap_or_default())),
        }
    }

    /// Appends `text`, at most [`BLOCK_TEXT`] bytes, to `out` as one block.
    pub fn deflate(&mut self, text: &[u8], out: &mut Vec<u8>) {
        debug_assert!(text.len() <= BLOCK_TEXT);
        let from = out.len();
        out.extend_from_slice(&EOF_BLOCK[..FIXED_HEADER + BC_FIELD]);
        let packed = self.variants.as_mut().is_some_and(|encoder| encoder.encode(text, out))
            || self.compressor.as_mut().is_some_and(|compressor| deflate_any(compressor, text, out));
        if !packed {
            store(text, out);
        }
        out.extend_from_slice(&footer([text]));
        let bsize = (out.len() - from - 1) as u16;
        out[from + 16..from + 18].copy_from_slice(&bsize.to_le_bytes());
    }
}

/// What stands before and behind the text of a block at level 0.
#[derive(Debug)]
pub struct StoredFrame {
    /// The block's header, and that of the stored bytes.
    pub head: [u8; FIXED_HEADER + BC_FIELD + STORED_HEADER],
    /// CRC32 and ISIZE.
    pub foot: [u8; FOOTER],
}

impl StoredFrame {
    /// For `text` in parts, at most [`BLOCK_TEXT`] bytes in all.
    pub fn of<'a>(text: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let foot = footer(text);
        let len = text_len(&foot);
        debug_assert!(len <= BLOCK_TEXT);
        let mut head = [0; FIXED_HEADER + BC_FIELD + STORED_HEADER];
        let (block, stored) = head.split_at_mut(FIXED_HEADER + BC_FIELD);
        block.copy_from_slice(&EOF_BLOCK[..FIXED_HEADER + BC_FIELD]);
        stored.copy_from_slice(&stored_header(len));
        let bsize = (Self::SIZE + len - 1) as u16;
        block[16..].copy_from_slice(&bsize.to_le_bytes());
        Self { head, foot }
    }

    /// Bytes of a frame.
    pub const SIZE: usize = FIXED_HEADER + BC_FIELD + STORED_HEADER + FOOTER;
}

/// CRC32 and ISIZE of `text`.
fn footer<'a>(text: impl IntoIterator<Item = &'a [u8]>) -> [u8; FOOTER] {
    let (mut crc, mut len) = (Crc::new(), 0);
    for part in text {
        crc.update(part);
        len += part.len() as u32;
    }
    let mut footer = [0; FOOTER];
    footer[..4].copy_from_slice(&crc.sum().to_le_bytes());
    footer[4..].copy_from_slice(&len.to_le_bytes());
    footer
}

/// Appends `text` as libdeflate packs it; false, and nothing, where that would not fit a block.
fn deflate_any(compressor: &mut Compressor, text: &[u8], out: &mut Vec<u8>) -> bool {
    let from = out.len();
    out.resize(from + MAX_BLOCK - FIXED_HEADER - BC_FIELD - FOOTER, 0);
    let size = compressor.deflate_compress(text, &mut out[from..]).ok();
    out.truncate(from + size.unwrap_or(0));
    size.is_some()
}

/// Appends `text` as it is (RFC 1951, section 3.2.4).
fn store(text: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(&stored_header(text.len()));
    out.extend_from_slice(text);
}

/// Of so many bytes, at most [`BLOCK_TEXT`].
fn stored_header(len: usize) -> [u8; STORED_HEADER] {
    let [a, b] = (len as u16).to_le_bytes();
    // The last block, of kind 0, and the rest of a byte.
    [1, a, b, !a, !b]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(text: &[u8], level: Option<u8>) {
        let mut block = Vec::new();
        Deflater::new(level).deflate(text, &mut block);
        assert_eq!(block_size(&block[12..18]), Some(block.len()));
        let mut found = Vec::new();
        Inflater::new().inflate(&block, &mut found).unwrap();
        assert_eq!(found, text);
    }

    #[test]
    fn blocks_come_back_at_every_level() {
        let mut random = vdx_testkit::Random(1);
        let noise: Vec<u8> = (0..BLOCK_TEXT).map(|_| random.below(256) as u8).collect();
        for level in (0..=9).map(Some).chain([None]) {
            round_trip(&noise, level);
            round_trip(&b"ACGT".repeat(9000), level);
            round_trip(b"", level);
        }
    }

    #[test]
    fn the_default_level_has_an_encoder_of_its_own_where_that_pays() {
        let block = |text: &[u8], level: Option<u8>| {
            let mut block = Vec::new();
            Deflater::new(level).deflate(text, &mut block);
            block
        };
        let mut random = vdx_testkit::Random(2);
        let line = |random: &mut vdx_testkit::Random| {
            format!("1\t{}\trs{}\tA\tG\t.\tPASS\tAC={}\n", random.next_u32(), random.next_u32(), random.below(99))
        };
        let text: String = (0..900).map(|_| line(&mut random)).collect();
        let (own, other) = (block(text.as_bytes(), None), block(text.as_bytes(), Some(6)));
        assert_ne!(own, other);
        assert!(own.len() * 100 <= other.len() * 102, "{} and {}", own.len(), other.len());
        round_trip(text.as_bytes(), None);
        // Few bytes and genotypes alone are libdeflate's.
        for text in [&text.as_bytes()[..1000], b"\t0|0".repeat(15_000).as_slice()] {
            assert_eq!(block(text, None), block(text, Some(6)));
        }
    }

    #[test]
    fn level_0_and_what_does_not_shrink_is_stored_as_libdeflate_does_it() {
        let mut random = vdx_testkit::Random(1);
        let noise: Vec<u8> = (0..BLOCK_TEXT).map(|_| random.below(256) as u8).collect();
        for text in [&noise[..], &noise[..1], b""] {
            let mut other = vec![0; MAX_BLOCK];
            let len = Compressor::new(CompressionLvl::new(0).unwrap()).deflate_compress(text, &mut other).unwrap();
            let mut block = Vec::new();
            Deflater::new(0).deflate(text, &mut block);
            assert_eq!(block[18..block.len() - 8], other[..len]);
            let StoredFrame { head, foot } = StoredFrame::of(text.chunks(10_000));
            assert!([&head[..], text, &foot].concat() == block);
            assert_eq!(head.len() + foot.len(), StoredFrame::SIZE);
        }
    }

    #[test]
    fn a_flipped_byte_is_noticed() {
        let mut block = Vec::new();
        let text = b"chr1\t100\n".repeat(100);
        Deflater::new(6).deflate(&text, &mut block);
        for at in 18..block.len() {
            let mut damaged = block.clone();
            damaged[at] ^= 0x10;
            let mut found = Vec::new();
            // The bits behind the last deflate symbol say nothing: only there may a flip go unnoticed.
            let unnoticed = Inflater::new().inflate(&damaged, &mut found).is_ok();
            assert!(!unnoticed || (at == block.len() - 9 && found == text), "byte {at}");
        }
    }

    #[test]
    fn the_start_of_a_block_is_decoded_alone() {
        let text: Vec<u8> = (0..4000u32).flat_map(|line| format!("chr1\t{}\n", line * line).into_bytes()).collect();
        let mut block = Vec::new();
        Deflater::new(6).deflate(&text, &mut block);
        for room in [0, 100, 1000, 4096, text.len() - 1, text.len(), BLOCK_TEXT] {
            let mut prefix = vec![0; room];
            let found = Inflater::new().peek_into(&block, &mut prefix);
            assert_eq!(prefix[..found], text[..found], "{room}");
            assert!(found == text.len() || found + LONGEST_COPY >= room, "{room}");
        }
        assert_eq!(Inflater::new().peek_into(&block[..20], &mut [0; 1000]), 0);
        assert_eq!(Inflater::new().peek_into(b"plain", &mut [0; 1000]), 0);
    }

    #[test]
    fn the_eof_block_is_an_empty_block() {
        assert_eq!(block_size(&EOF_BLOCK[12..18]), Some(28));
        let mut text = Vec::new();
        Inflater::new().inflate(&EOF_BLOCK, &mut text).unwrap();
        assert!(text.is_empty());
    }

    #[test]
    fn gzip_without_the_subfield_is_not_bgzf() {
        assert_eq!(block_size(b"XY\x02\0ab"), None);
        assert_eq!(block_size(b"XY\x02\0abBC\x02\0\x1b\0"), Some(28));
        assert_eq!(block_size(b"BC\x02"), None);
    }
}
