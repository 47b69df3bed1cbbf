//! Decoded text that grows at its end and is let go at its front.

use std::ops::Deref;

/// Bytes in a buffer that keeps what it was once grown to: room for a block need not be cleared again for each.
#[derive(Default)]
pub(super) struct Text {
    /// Beyond `len` there is what was there before.
    bytes: Vec<u8>,
    len: usize,
}

impl Text {
    /// Lets all go.
    pub(super) fn clear(&mut self) {
        self.len = 0;
    }

    /// Lets the first `count` bytes go.
    pub(super) fn let_go(&mut self, count: usize) {
        self.bytes.copy_within(count..self.len, 0);
        self.len -= count;
    }

    /// Appends a byte.
    pub(super) fn push(&mut self, byte: u8) {
        self.room(1)[0] = byte;
        self.len += 1;
    }

    /// Has `fill` write `count` bytes behind those that are there; where it fails they stay out.
    pub(super) fn append<E>(&mut self, count: usize, fill: impl FnOnce(&mut [u8]) -> Result<(), E>) -> Result<(), E> {
        fill(self.room(count))?;
        self.len += count;
        Ok(())
    }

    fn room(&mut self, count: usize) -> &mut [u8] {
        let end = self.len + count;
        if self.bytes.len() < end {
            self.bytes.resize(end, 0);
        }
        &mut self.bytes[self.len..end]
    }
}

impl Deref for Text {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.bytes[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_let_go_does_not_come_back() {
        let mut text = Text::default();
        let append = |text: &mut Text, bytes: &[u8]| {
            text.append(bytes.len(), |room| {
                room.copy_from_slice(bytes);
                Ok::<(), ()>(())
            })
        };
        append(&mut text, b"one two").unwrap();
        text.let_go(4);
        append(&mut text, b"!").unwrap();
        assert_eq!(&*text, b"two!");
        assert!(text.append(3, |room| if room.len() == 3 { Err(()) } else { Ok(()) }).is_err());
        text.push(b'?');
        assert_eq!(&*text, b"two!?");
        text.clear();
        append(&mut text, b"x").unwrap();
        assert_eq!(&*text, b"x");
    }
}
