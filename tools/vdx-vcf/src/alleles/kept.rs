//! The lists that nearly every sample has, cut down in one walk over their bytes.

/// Which values of a list of one length stay, in their order: found without counting first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kept {
    length: usize,
    /// Bit n stands for value n.
    values: u64,
    /// How many come behind them that nothing is known of.
    missing: usize,
}

impl Kept {
    /// The values at `places` of a list of `length`; what has no place is missing. `None` where they are not in that order,
    /// what is missing not behind them, or where the list is longer than the bits reach.
    pub(super) fn new(length: usize, places: impl Iterator<Item = Option<usize>>) -> Option<Self> {
        let mut kept = Self { length, values: 0, missing: 0 };
        let mut next = 0;
        for place in places {
            match place {
                None => kept.missing += 1,
                Some(place) if kept.missing == 0 && place >= next && place < length && length <= 64 => {
                    kept.values |= 1 << place;
                    next = place + 1;
                }
                Some(_) => return None,
            }
        }
        (kept.values > 0).then_some(kept)
    }

    /// Writes what stays of `value`; `false`, and nothing, where the list has another length.
    #[inline]
    pub(super) fn write(&self, value: &[u8], out: &mut Vec<u8>) -> bool {
        if self.missing > 0 && value == b"." {
            return false;
        }
        let start = out.len();
        let (mut from, mut length, mut values) = (0, 1, self.values);
        for (at, &byte) in value.iter().enumerate() {
            if byte == b',' {
                if values & 1 == 1 {
                    out.extend_from_slice(&value[from..=at]);
                }
                values >>= 1;
                length += 1;
                from = at + 1;
            }
        }
        if length != self.length {
            out.truncate(start);
            return false;
        }
        if values & 1 == 1 {
            out.extend_from_slice(&value[from..]);
        } else {
            // The comma behind the last one that stays.
            out.pop();
        }
        if self.missing > 0 {
            (0..self.missing).for_each(|_| out.extend_from_slice(b",."));
        }
        true
    }
}
