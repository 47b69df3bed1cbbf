//! The text of a block, as wide as any block, so that positions are 16 bits and need no check.

/// The most bytes of text.
pub(crate) const MOST: usize = 1 << 16;
/// The longest match (RFC 1951, section 3.2.5).
pub(crate) const LONGEST: usize = 258;
/// Zeros behind the text: what a comparison from its last byte may look at.
const PAD: usize = LONGEST + 14;

/// A copy of the text with zeros behind it.
pub(crate) struct Window {
    bytes: Box<[u8; MOST + PAD]>,
    len: usize,
}

impl Window {
    /// Bytes that it takes.
    pub(crate) const SIZE: usize = MOST + PAD;

    pub(crate) fn new() -> Self {
        Self { bytes: Box::new([0; MOST + PAD]), len: 0 }
    }

    /// Takes the text, of at most [`MOST`] bytes. Of what was there before nothing is to be seen.
    pub(crate) fn load(&mut self, text: &[u8]) {
        self.len = text.len();
        self.bytes[..text.len()].copy_from_slice(text);
        self.bytes[text.len()..][..PAD].fill(0);
    }

    pub(crate) fn text(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// The eight bytes at `at + ahead`.
    #[inline(always)]
    pub(crate) fn eight(&self, at: u16, ahead: u8) -> u64 {
        let from = usize::from(at) + usize::from(ahead);
        let mut eight = [0; 8];
        eight.copy_from_slice(&self.bytes[from..from + 8]);
        u64::from_le_bytes(eight)
    }

    /// The four bytes at `at + ahead`.
    #[inline(always)]
    pub(crate) fn four(&self, at: u16, ahead: u8) -> u32 {
        let from = usize::from(at) + usize::from(ahead);
        let mut four = [0; 4];
        four.copy_from_slice(&self.bytes[from..from + 4]);
        u32::from_le_bytes(four)
    }

    /// How many bytes at `earlier` and `at` are equal, at most [`LONGEST`], whatever the text's end.
    #[inline(always)]
    pub(crate) fn common(&self, earlier: u16, at: u16) -> usize {
        let mut len = 0;
        while len < 256 {
            let ahead = len as u8;
            let differs = self.eight(earlier, ahead) ^ self.eight(at, ahead);
            if differs != 0 {
                return len + (differs.trailing_zeros() >> 3) as usize;
            }
            len += 8;
        }
        let differs = (self.four(earlier, 255) ^ self.four(at, 255)) >> 8;
        LONGEST.min(256 + (differs.trailing_zeros() >> 3) as usize)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_are_counted_to_the_longest_match() {
        let mut window = Window::new();
        for equal in 0..400 {
            let mut text = vec![b'a'; 2 * 400];
            text[400 + equal] = b'b';
            window.load(&text);
            assert_eq!(window.common(0, 400), equal.min(LONGEST), "{equal}");
        }
    }

    #[test]
    fn of_a_longer_text_before_nothing_is_left() {
        let mut window = Window::new();
        window.load(&[b'x'; MOST]);
        window.load(b"ab");
        assert_eq!((window.text(), window.eight(0, 0)), (&b"ab"[..], u64::from(u16::from_le_bytes(*b"ab"))));
        assert_eq!(window.common(2, 2), LONGEST);
        assert_eq!(window.eight(u16::MAX, 0) >> 8, 0);
    }
}
