//! The new bytes of a chunk, in pieces: what one record is split into may come to many gigabytes, and offsets of records
//! have 32 bits. Beyond what an output may hold in memory they are on disk.

use std::ops::Range;

use vdx_hts::error::Result;
use vdx_hts::spill::Spilled;

/// From how many bytes on what follows goes into another piece, at most. A buffer that grows is there twice for a while;
/// so large a one need not grow.
const PIECE: usize = 64 << 20;

/// Where bytes stand in [`Pieces`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct At {
    // Twelve bytes, as there is one for each record that changed.
    piece: u32,
    start: u32,
    end: u32,
}

impl At {
    /// Within the chunk's own records: a few megabytes, and no record is longer than `Limits::max_record`.
    pub(crate) fn of_chunk(range: Range<usize>) -> Self {
        Self { piece: 0, start: offset(range.start), end: offset(range.end) }
    }

    /// The bytes from `start` on, within the same piece.
    pub(crate) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same up to another end.
    pub(crate) fn up_to(self, end: usize) -> Self {
        Self { end: offset(end), ..self }
    }

    /// Parted `len` bytes behind its start.
    pub(crate) fn parted(self, len: usize) -> (Self, Self) {
        let edge = self.start + offset(len);
        (Self { end: edge, ..self }, Self { start: edge, ..self })
    }
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).expect("chunks, and what one record becomes, are shorter than 4 GiB")
}

/// A piece that is complete.
#[derive(Debug)]
enum Piece {
    Memory(Vec<u8>),
    Disk(Spilled),
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Memory(bytes) => bytes,
            Self::Disk(bytes) => bytes,
        }
    }
}

/// Bytes that are appended, a record at a time.
#[derive(Debug)]
pub(super) struct Pieces {
    whole: Vec<Piece>,
    open: Vec<u8>,
    /// How many bytes stay in memory.
    most: usize,
}

impl Pieces {
    /// Complete pieces stay in memory up to `most` bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { whole: Vec::new(), open: Vec::new(), most }
    }

    /// Where bytes are appended; offsets in it hold until [`Pieces::seal`].
    pub(crate) fn open(&mut self) -> &mut Vec<u8> {
        &mut self.open
    }

    /// How many bytes were appended since the last seal.
    pub(crate) fn len(&self) -> usize {
        self.open.len()
    }

    /// The place of bytes that were appended since the last seal.
    pub(crate) fn at(&self, range: Range<usize>) -> At {
        let piece = u32::try_from(self.whole.len()).expect("so many pieces are more than disks hold");
        At { piece, ..At::of_chunk(range) }
    }

    /// Records end here: what follows may go into another piece.
    ///
    /// # Errors
    /// What is too much for memory cannot be written to disk.
    #[inline]
    pub(crate) fn seal(&mut self) -> Result<()> {
        // Half of it, so that a whole piece and the open one stay within what may be in memory.
        if self.open.len() < PIECE.min(self.most / 2) {
            return Ok(());
        }
        self.complete()
    }

    #[cold]
    fn complete(&mut self) -> Result<()> {
        if self.capacity() > self.most {
            self.whole.push(Piece::Disk(Spilled::of(&[&self.open])?));
            self.open.clear();
            // A buffer that one long record grew is not kept.
            self.open.shrink_to(self.most);
        } else {
            self.whole.push(Piece::Memory(std::mem::take(&mut self.open)));
        }
        Ok(())
    }

    /// Puts everything on disk.
    pub(crate) fn spill(&mut self) -> Result<()> {
        for piece in &mut self.whole {
            if let Piece::Memory(bytes) = piece {
                *piece = Piece::Disk(Spilled::of(&[bytes])?);
            }
        }
        if !self.open.is_empty() {
            self.whole.push(Piece::Disk(Spilled::of(&[&self.open])?));
        }
        self.open = Vec::new();
        Ok(())
    }

    /// Gives back the pages that were read of what is on disk.
    pub(crate) fn give_back(&self) {
        for piece in &self.whole {
            if let Piece::Disk(bytes) = piece {
                bytes.give_back();
            }
        }
    }

    /// The bytes there.
    pub(crate) fn bytes(&self, at: At) -> &[u8] {
        &self.whole.get(at.piece as usize).map_or(self.open.as_slice(), Piece::bytes)[at.range()]
    }

    /// What is allocated.
    pub(crate) fn capacity(&self) -> usize {
        let piece = |piece: &Piece| match piece {
            Piece::Memory(bytes) => bytes.capacity(),
            Piece::Disk(_) => 0,
        };
        self.whole.iter().map(piece).sum::<usize>() + self.open.capacity()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_in_every_piece_and_little_of_them_is_in_memory() {
        for most in [1 << 20, usize::MAX] {
            let mut pieces = Pieces::new(most);
            let record = vec![7; PIECE / 2 + 3];
            let mut places = Vec::new();
            for number in 0..7 {
                let from = pieces.len();
                pieces.open().push(number);
                pieces.open().extend_from_slice(&record);
                places.push(pieces.at(from..pieces.len()));
                pieces.seal().unwrap();
                assert!(pieces.capacity() <= most);
            }
            assert_eq!(pieces.whole.len(), if most < PIECE { 7 } else { 3 });
            for spilled in [false, true] {
                for (number, at) in (0..).zip(&places) {
                    let bytes = pieces.bytes(*at);
                    assert_eq!((bytes[0], bytes[1..] == record), (number, true));
                    let (one, rest) = at.parted(1);
                    assert_eq!((pieces.bytes(one), pieces.bytes(rest).len()), (&[number][..], record.len()));
                    pieces.give_back();
                }
                if !spilled {
                    pieces.spill().unwrap();
                    assert_eq!(pieces.capacity(), 0);
                }
            }
        }
    }
}
