//! The new bytes of a chunk, in pieces: what one record is split into may come to many gigabytes, and offsets of records
//! have 32 bits. Beyond what an output may hold in memory they are on disk.

use std::ops::Range;

use vdx_hts::error::Result;
use vdx_hts::spill::Spilled;

/// The most bytes of a piece, unless a single record has more.
const PIECE: usize = 64 << 20;

/// One of so many bytes of a buffer is kept for records whose length nobody tells.
const SPARE: usize = 8;
/// Room that is worth a growth, in bytes.
const LEAST_ROOM: usize = 1 << 12;

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
    /// How many bytes stay in memory, and how many of them complete pieces take.
    most: usize,
    held: usize,
    /// From how many bytes on the open piece needs more room, or is complete.
    full: usize,
}

impl Pieces {
    /// Complete pieces stay in memory up to `most` bytes.
    pub(crate) fn new(most: usize) -> Self {
        Self { whole: Vec::new(), open: Vec::new(), most, held: 0, full: 0 }
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

    /// Makes room for a record of `bytes`. Where nobody says how long it will be the buffer doubles, and that may be more
    /// than may stay in memory.
    ///
    /// # Errors
    /// As for [`Pieces::seal`].
    #[inline]
    pub(crate) fn make_room(&mut self, bytes: usize) -> Result<()> {
        if self.open.capacity() - self.open.len() < bytes { self.grow(bytes) } else { Ok(()) }
    }

    #[cold]
    fn grow(&mut self, bytes: usize) -> Result<()> {
        if !self.open.is_empty() && !self.takes(bytes) {
            self.complete()?;
        }
        if self.open.capacity() - self.open.len() < bytes {
            let doubled = (2 * self.open.capacity()).min(self.left()).max(self.open.len() + bytes);
            self.open.reserve_exact(doubled - self.open.len());
        }
        self.full = self.open.capacity() - self.open.capacity() / SPARE;
        Ok(())
    }

    /// How many bytes the open piece may have.
    fn left(&self) -> usize {
        self.most.saturating_sub(self.held).min(PIECE)
    }

    fn takes(&self, bytes: usize) -> bool {
        self.open.len() + bytes <= self.left()
    }

    /// Records end here: what follows may go into another piece.
    ///
    /// # Errors
    /// What is too much for memory cannot be written to disk.
    #[inline]
    pub(crate) fn seal(&mut self) -> Result<()> {
        if self.open.len() < self.full {
            return Ok(());
        }
        self.refill()
    }

    /// Room for the next record, if it is not much longer than others: those that nobody announces find it so.
    #[cold]
    fn refill(&mut self) -> Result<()> {
        let bytes = (self.open.capacity() / SPARE).max(LEAST_ROOM);
        if self.takes(bytes) {
            self.make_room(bytes)?;
        } else {
            self.complete()?;
        }
        self.full = self.open.capacity() - self.open.capacity() / SPARE;
        Ok(())
    }

    fn complete(&mut self) -> Result<()> {
        // Only where there is room for as much again: the next piece grows, too.
        if self.held + 2 * self.open.capacity() > self.most {
            self.whole.push(Piece::Disk(Spilled::of(&[&self.open])?));
            self.open.clear();
            // A buffer that one long record grew is not kept.
            self.open.shrink_to(self.most - self.held);
        } else {
            self.held += self.open.capacity();
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
        (self.open, self.held, self.full) = (Vec::new(), 0, 0);
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
        self.held + self.open.capacity()
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
    #[test]
    fn what_is_announced_never_takes_more_than_it_may() {
        for (most, record) in [(1 << 20, 1000), (1 << 20, 400_000), (3_000_000, 400_000), (1 << 19, 300_000)] {
            let mut pieces = Pieces::new(most);
            let mut places = Vec::new();
            for number in 0..100_000_000 / record {
                pieces.make_room(record).unwrap();
                let from = pieces.len();
                pieces.open().resize(from + record, number as u8);
                assert!(pieces.capacity() <= most, "{most} {record}: {}", pieces.capacity());
                places.push(pieces.at(from..pieces.len()));
                pieces.seal().unwrap();
                assert!(pieces.capacity() <= most, "{most} {record}: {}", pieces.capacity());
            }
            for (number, at) in places.iter().enumerate() {
                assert!(pieces.bytes(*at).iter().all(|&byte| byte == number as u8) && at.range().len() == record);
            }
        }
    }
}
