//! The `.gzi` index of a BGZF file (bgzip): where its blocks start. No files are opened here.

/// Where a block starts: in the file and in the text.
pub(crate) type Block = (u64, u64);

/// Where each block starts, the first one (0, 0) included. `None`: not a `.gzi`.
///
/// The format is a count and as many pairs of 64-bit little-endian numbers; the first block is left out.
pub(crate) fn parse(bytes: &[u8]) -> Option<Vec<Block>> {
    let numbers: Vec<u64> = bytes.as_chunks::<8>().0.iter().map(|chunk| u64::from_le_bytes(*chunk)).collect();
    let (&count, pairs) = numbers.split_first()?;
    if !bytes.len().is_multiple_of(8) || count.checked_mul(2)? != pairs.len() as u64 {
        return None;
    }
    let mut blocks = vec![(0, 0)];
    blocks.extend(pairs.chunks_exact(2).map(|pair| (pair[0], pair[1])));
    blocks.windows(2).all(|pair| pair[0].0 < pair[1].0 && pair[0].1 <= pair[1].1).then_some(blocks)
}

/// Writes a `.gzi` of blocks as [`parse`] gives them.
pub(crate) fn to_bytes(blocks: &[Block]) -> Vec<u8> {
    let blocks = blocks.get(1..).unwrap_or_default();
    let mut bytes = (blocks.len() as u64).to_le_bytes().to_vec();
    for (at, text) in blocks {
        bytes.extend_from_slice(&at.to_le_bytes());
        bytes.extend_from_slice(&text.to_le_bytes());
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let blocks = vec![(0, 0), (100, 65_280), (250, 130_560)];
        let bytes = to_bytes(&blocks);
        assert_eq!((bytes.len(), bytes[0]), (40, 2));
        assert_eq!(parse(&bytes), Some(blocks));
        assert_eq!(parse(&to_bytes(&[(0, 0)])), Some(vec![(0, 0)]));
    }

    #[test]
    fn what_is_no_index_is_refused() {
        assert_eq!(parse(b""), None);
        assert_eq!(parse(&[1, 0, 0, 0, 0, 0, 0, 0]), None);
        assert_eq!(parse(&to_bytes(&[(0, 0), (9, 9), (5, 10)])), None);
        assert_eq!(parse(&to_bytes(&[(0, 0), (9, 9)])[..23]), None);
    }
}
