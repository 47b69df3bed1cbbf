//! Where values start: behind `=`, tab, `|` and `,`.
//!
//! Inside a match hardly any position is worth a place in the chains, but where a value starts another line's match will
//! begin, too.

use crate::window::MOST;

/// A bit for each position of the text.
pub(crate) struct Starts(Box<[u64; MOST / 64]>);

impl Starts {
    /// Bytes that they take.
    pub(crate) const SIZE: usize = MOST / 8;

    pub(crate) fn new() -> Self {
        Self(Box::new([0; MOST / 64]))
    }

    /// Marks the values of `text`.
    pub(crate) fn mark(&mut self, text: &[u8]) {
        let mut carried = 0;
        for (word, bytes) in self.0.iter_mut().zip(text.chunks(64)) {
            let ends = match bytes.first_chunk::<64>() {
                Some(bytes) => separators(bytes),
                None => {
                    let mut last = [0; 64];
                    last[..bytes.len()].copy_from_slice(bytes);
                    separators(&last)
                }
            };
            *word = ends << 1 | carried;
            carried = ends >> 63;
        }
    }

    /// Calls `work` for each value that starts from `from` to before `to`, in order.
    #[inline(always)]
    pub(crate) fn each(&self, from: u16, to: u16, mut work: impl FnMut(u16)) {
        let (first, last) = (from / 64, to / 64);
        for word in first..=last {
            let mut bits = self.0[usize::from(word)];
            if word == first {
                bits &= u64::MAX << (from % 64);
            }
            if word == last {
                bits &= !(u64::MAX << (to % 64));
            }
            while bits != 0 {
                work(word * 64 + bits.trailing_zeros() as u16);
                bits &= bits - 1;
            }
        }
    }
}

/// The bits of the bytes that a value follows.
fn separators(bytes: &[u8; 64]) -> u64 {
    // Two steps that the compiler makes vectors of: a byte of 0 or 1 for each byte, eight of them gathered at a time.
    let found =
        bytes.map(|byte| u8::from(byte == b'=') | u8::from(byte == b'\t') | u8::from(byte == b'|' || byte == b','));
    let mut bits = 0;
    for (at, eight) in found.chunks_exact(8).enumerate() {
        let mut word = [0; 8];
        word.copy_from_slice(eight);
        // Byte n, which is 0 or 1, comes to stand at bit 56 + n.
        bits |= (u64::from_le_bytes(word).wrapping_mul(0x0102_0408_1020_4080) >> 56) << (8 * at);
    }
    bits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_value_start_is_given_in_order() {
        let mut random = vdx_testkit::Random(5);
        let text: Vec<u8> = (0..MOST).map(|_| b"=\t|,;1aA"[random.below(8) as usize]).collect();
        let mut starts = Starts::new();
        starts.mark(&[b'='; MOST]);
        for len in [0, 1, 63, 64, 65, 1000, MOST] {
            starts.mark(&text[..len]);
            for _ in 0..200 {
                let from = random.below(len as u32 + 1).min(65_535);
                let to = from + random.below((len as u32 + 1).min(65_536) - from);
                let mut found = Vec::new();
                starts.each(from as u16, to as u16, |at| found.push(usize::from(at)));
                let expected: Vec<usize> =
                    (from as usize..to as usize).filter(|at| *at > 0 && b"=\t|,".contains(&text[*at - 1])).collect();
                assert_eq!(found, expected, "{from}-{to} of {len}");
            }
        }
    }
}
