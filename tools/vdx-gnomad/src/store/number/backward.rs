//! Digits written from the end of a number, where division gives them.

/// `000102...9899`
const PAIRS: [[u8; 2]; 100] = {
    let mut pairs = [[b'0'; 2]; 100];
    let mut at = 0;
    while at < 100 {
        pairs[at][0] += (at / 10) as u8;
        pairs[at][1] += (at % 10) as u8;
        at += 1;
    }
    pairs
};

/// A number that is written from its end, where its digits come from; none is longer than the 20 digits of a `u64`, a
/// point and zeros before it, and an exponent.
pub(super) struct Backward {
    text: [u8; Self::ROOM],
    at: usize,
}

impl Backward {
    /// A power of two, so that a place within is one without looking.
    const ROOM: usize = 64;

    pub(super) fn new() -> Self {
        Self { text: [0; Self::ROOM], at: Self::ROOM }
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.text[self.at..]
    }

    pub(super) fn byte(&mut self, byte: u8) {
        self.at -= 1;
        self.text[self.at % Self::ROOM] = byte;
    }

    /// The last `count` digits of `value`; what is before them comes back.
    pub(super) fn digits(&mut self, mut value: u64, count: usize) -> u64 {
        // Two at a time: each division waits for the one before it.
        for _ in 0..count / 2 {
            let [first, second] = PAIRS[(value % 100) as usize];
            self.byte(second);
            self.byte(first);
            value /= 100;
        }
        if count % 2 == 1 {
            self.byte(b'0' + (value % 10) as u8);
            value /= 10;
        }
        value
    }

    /// All digits of `value`, at least one.
    pub(super) fn whole(&mut self, mut value: u64) {
        while value >= 100 {
            value = self.digits(value, 2);
        }
        self.digits(value, if value < 10 { 1 } else { 2 });
    }

    /// `value` with a point before its last `decimals` (at most 15) digits.
    pub(super) fn fixed(&mut self, mut value: u64, decimals: usize) {
        if decimals > 0 {
            value = self.digits(value, decimals);
            self.byte(b'.');
        }
        self.whole(value);
    }
}
