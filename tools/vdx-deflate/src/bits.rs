//! Bits into bytes, the lowest first (RFC 1951, section 3.1.1).

/// Writes into room that was measured beforehand; the last [`Bits::SLACK`] bytes of it are scratch.
pub(crate) struct Bits<'a> {
    room: &'a mut [u8],
    at: usize,
    /// Bits that are not written yet, the first one lowest, zeros above.
    waiting: u64,
    count: u32,
}

impl<'a> Bits<'a> {
    /// A flush writes eight bytes, whatever it has.
    pub(crate) const SLACK: usize = 8;

    /// The most bits that may be put between two flushes.
    pub(crate) const AT_ONCE: u32 = 56;

    pub(crate) fn new(room: &'a mut [u8]) -> Self {
        Self { room, at: 0, waiting: 0, count: 0 }
    }

    /// Puts the lowest `count` bits of `value`, which has no others.
    #[inline(always)]
    pub(crate) fn put(&mut self, value: u32, count: u32) {
        debug_assert!(value >> count == 0 && self.count + count < u64::BITS);
        self.waiting |= u64::from(value) << self.count;
        self.count += count;
    }

    /// Writes whole bytes, so that fewer than eight bits wait.
    #[inline(always)]
    pub(crate) fn flush(&mut self) {
        self.room[self.at..self.at + 8].copy_from_slice(&self.waiting.to_le_bytes());
        self.at += (self.count >> 3) as usize;
        self.waiting >>= self.count & !7;
        self.count &= 7;
    }

    /// Fills the byte that was begun, if any, with zeros.
    pub(crate) fn align(&mut self) {
        self.count = self.count.next_multiple_of(8);
        self.flush();
    }

    /// Copies whole bytes; only where no bits wait.
    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        debug_assert!(self.count == 0);
        self.room[self.at..self.at + bytes.len()].copy_from_slice(bytes);
        self.at += bytes.len();
    }

    /// How many bits of the byte that was begun are used.
    pub(crate) fn used(&self) -> u32 {
        self.count & 7
    }

    /// Ends the last byte and says how many there are.
    pub(crate) fn finish(mut self) -> usize {
        self.align();
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_bit_is_the_lowest() {
        let mut room = [0xff; 20];
        let mut bits = Bits::new(&mut room);
        bits.put(0b1, 1);
        bits.put(0b10, 2);
        bits.flush();
        assert_eq!(bits.used(), 3);
        bits.put(0x1fff, 13);
        bits.align();
        bits.bytes(b"ab");
        bits.put(1, 1);
        assert_eq!(bits.finish(), 5);
        assert_eq!(room[..5], [0b1111_1101, 0xff, b'a', b'b', 1]);
    }
}
