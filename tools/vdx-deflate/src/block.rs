//! One block of DEFLATE in the cheapest of the three ways (RFC 1951, section 3.2.3).

use crate::bits::Bits;
use crate::codes::Codes;
use crate::header::Header;
use crate::sequence::Sequence;
use crate::split::Part;

/// The most bytes of a stored block (RFC 1951, section 3.2.4).
const MOST_STORED: usize = 0xffff;
/// What a stored block takes besides its bytes: the rest of a byte, two lengths.
const STORED_HEAD: usize = 5;
/// Whether it is the last, and which of the three it is.
const KIND: u64 = 3;

/// The most bytes that a text of `len` bytes in so many blocks comes to.
pub(crate) fn most(len: usize, blocks: usize) -> usize {
    len + (blocks + len / MOST_STORED + 1) * (STORED_HEAD + 1) + Bits::SLACK
}

/// Writes `part`, whose sequences and text these are.
pub(crate) fn write(part: &Part, sequences: &[Sequence], text: &[u8], last: bool, bits: &mut Bits<'_>) {
    let own = Codes::best(&part.histogram);
    let header = Header::new(&own.literals, &own.distances);
    let own_cost = KIND + header.cost + own.cost(&part.histogram);
    let static_cost = KIND + Codes::STATIC.cost(&part.histogram);
    if stored_cost(text.len(), bits.used()) <= own_cost.min(static_cost) {
        return store(text, last, bits);
    }
    let own_is_best = own_cost < static_cost;
    bits.put(u32::from(last), 1);
    bits.put(if own_is_best { 2 } else { 1 }, 2);
    bits.flush();
    if own_is_best {
        header.write(bits);
        own.write(sequences, text, bits);
    } else {
        Codes::STATIC.write(sequences, text, bits);
    }
}

/// The bits of `len` bytes behind a byte of which `used` bits are taken.
fn stored_cost(len: usize, used: u32) -> u64 {
    let first = KIND + u64::from(used);
    let heads = len.div_ceil(MOST_STORED).max(1) as u64;
    // Behind the first head everything is whole bytes.
    first.next_multiple_of(8) - u64::from(used) + 32 + (heads - 1) * 8 * STORED_HEAD as u64 + 8 * len as u64
}

fn store(text: &[u8], last: bool, bits: &mut Bits<'_>) {
    let count = text.len().div_ceil(MOST_STORED).max(1);
    let mut rest = text;
    for left in (0..count).rev() {
        let (bytes, more) = rest.split_at(rest.len().min(MOST_STORED));
        rest = more;
        bits.put(u32::from(last && left == 0), KIND as u32);
        bits.align();
        let len = bytes.len() as u16;
        bits.bytes(&len.to_le_bytes());
        bits.bytes(&(!len).to_le_bytes());
        bits.bytes(bytes);
    }
}
