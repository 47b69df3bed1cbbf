//! The new bytes of a chunk, in pieces: what one record is split into may come to many gigabytes, and offsets of records
//! have 32 bits.

use std::ops::Range;

/// From how many bytes on what follows goes into another piece. A buffer that grows is there twice for a while; so large
/// a one need not grow.
const PIECE: usize = 64 << 20;

/// Where bytes stand in [`Pieces`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    piece: u16,
    start: u32,
    end: u32,
}

impl At {
    /// Within the chunk's own records: a few megabytes, and no record is longer than `Limits::max_record`.
    pub fn of_chunk(range: Range<usize>) -> Self {
        Self { piece: 0, start: offset(range.start), end: offset(range.end) }
    }

    /// The bytes from `start` on, within the same piece.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same up to another end.
    pub fn up_to(self, end: usize) -> Self {
        Self { end: offset(end), ..self }
    }

    /// Parted `len` bytes behind its start.
    pub fn parted(self, len: usize) -> (Self, Self) {
        let edge = self.start + offset(len);
        (Self { end: edge, ..self }, Self { start: edge, ..self })
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("chunks, and what one record becomes, are shorter than 4 GiB")
}

/// Bytes that are appended, a record at a time.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    whole: Vec<Vec<u8>>,
    open: Vec<u8>,
}

impl Pieces {
    /// Where bytes are appended; offsets in it hold until [`Pieces::seal`].
    pub fn open(&mut self) -> &mut Vec<u8> {
        &mut self.open
    }

    /// How many bytes were appended since the last seal.
    pub fn len(&self) -> usize {
        self.open.len()
    }

    /// The place of bytes that were appended since the last seal.
    pub fn at(&self, range: Range<usize>) -> At {
        let piece = u16::try_from(self.whole.len()).expect("so many pieces are more than memory holds");
        At { piece, ..At::of_chunk(range) }
    }

    /// Records end here: what follows may go into another piece.
    pub fn seal(&mut self) {
        if self.open.len() >= PIECE {
            self.whole.push(std::mem::take(&mut self.open));
        }
    }

    /// The bytes there.
    pub fn bytes(&self, at: At) -> &[u8] {
        &self.whole.get(usize::from(at.piece)).unwrap_or(&self.open)[at.range()]
    }

    /// What is allocated.
    pub fn capacity(&self) -> usize {
        self.whole.iter().chain([&self.open]).map(Vec::capacity).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_in_every_piece_and_no_piece_is_long() {
        let mut pieces = Pieces::default();
        let record = vec![7; PIECE / 2 + 3];
        let mut places = Vec::new();
        for number in 0..7 {
            let from = pieces.len();
            pieces.open().push(number);
            pieces.open().extend_from_slice(&record);
            places.push(pieces.at(from..pieces.len()));
            pieces.seal();
        }
        assert_eq!(pieces.whole.len(), 3);
        for (number, at) in (0..).zip(places) {
            let bytes = pieces.bytes(at);
            assert_eq!((bytes[0], bytes[1..] == record), (number, true));
            let (one, rest) = at.parted(1);
            assert_eq!((pieces.bytes(one), pieces.bytes(rest).len()), (&[number][..], record.len()));
        }
    }
}
