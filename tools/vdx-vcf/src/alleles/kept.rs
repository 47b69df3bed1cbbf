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

    /// Writes what stays of the value that `rest` of a sample begins with. Where that value ends; `None`, and nothing
    /// written, where the list has another length.
    #[inline]
    pub(super) fn write(&self, rest: &[u8], out: &mut Vec<u8>) -> Option<usize> {
        if self.missing > 0 && matches!(rest, b"." | [b'.', b':', ..]) {
            return None;
        }
        let start = out.len();
        let (mut length, mut values, mut end) = (1, self.values, rest.len());
        // Values are short: byte by byte is faster than a search and a copy for each.
        if self.is_whole() {
            for (at, &byte) in rest.iter().enumerate() {
                if byte == b':' {
                    end = at;
                    break;
                }
                length += usize::from(byte == b',');
            }
            if length != self.length {
                return None;
            }
            out.extend_from_slice(&rest[..end]);
            return Some(end);
        }
        for (at, &byte) in rest.iter().enumerate() {
            if byte == b':' {
                end = at;
                break;
            }
            if values & 1 == 1 {
                out.push(byte);
            }
            if byte == b',' {
                values >>= 1;
                length += 1;
            }
        }
        if length != self.length {
            out.truncate(start);
            return None;
        }
        if values & 1 == 0 {
            // The comma behind the last one that stays.
            out.pop();
        }
        (0..self.missing).for_each(|_| out.extend_from_slice(b",."));
        Some(end)
    }

    /// Whether all values stay.
    fn is_whole(&self) -> bool {
        self.missing == 0 && self.values.count_ones() as usize == self.length
    }
}
