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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::split::Parts;

    /// Literals and then one match, as one block.
    fn block(text: &[u8], sequences: &[Sequence]) -> Vec<u8> {
        let mut parts = Parts::new();
        parts.clear();
        let mut at = 0;
        for (number, sequence) in sequences.iter().enumerate() {
            let literals = sequence.literals as usize;
            text[at..at + literals].iter().for_each(|literal| parts.literal(*literal));
            at += literals + usize::from(sequence.len);
            if sequence.len != 0 {
                parts.copy(*sequence);
            }
            parts.step(number + 1, at, text.len());
        }
        let mut room = vec![0; most(text.len(), 1)];
        let mut bits = Bits::new(&mut room);
        write(&parts.all()[0], sequences, text, true, &mut bits);
        let len = bits.finish();
        room.truncate(len);
        let mut found = vec![0; text.len()];
        assert_eq!(libdeflater::Decompressor::new().deflate_decompress(&room, &mut found), Ok(text.len()));
        assert_eq!(found, text);
        room
    }

    fn kind(block: &[u8]) -> u8 {
        block[0] >> 1 & 3
    }

    #[test]
    fn the_cheapest_kind_is_written() {
        // No symbol at all: the static code needs ten bits.
        assert_eq!(block(b"", &[Sequence::new(0, 0, 0)]), [3, 0]);
        let few = block(b"ACGTACGTACGT", &[Sequence::new(4, 8, 4)]);
        assert_eq!(kind(&few), 1);
        let bytes: Vec<u8> = (0..=255).collect();
        let stored = block(&bytes, &[Sequence::new(256, 0, 0)]);
        assert_eq!((kind(&stored), stored.len()), (0, 256 + STORED_HEAD));
        let text = b"AACACCAGAACA".repeat(40);
        let own = block(&text, &[Sequence::new(text.len(), 0, 0)]);
        assert_eq!(kind(&own), 2);
    }

    #[test]
    fn the_longest_text_is_stored_in_two_and_fits_where_it_should() {
        let mut random = vdx_testkit::Random(6);
        let bytes: Vec<u8> = (0..1 << 16).map(|_| random.below(256) as u8).collect();
        let stored = block(&bytes, &[Sequence::new(bytes.len(), 0, 0)]);
        assert_eq!(stored.len(), bytes.len() + 2 * STORED_HEAD);
    }

    #[test]
    fn every_length_and_distance_is_written() {
        for len in 3..=258 {
            let mut text = vec![b'A'; 70 + len];
            text[..6].copy_from_slice(b"CGTACG");
            block(&text, &[Sequence::new(7, 63, 1), Sequence::new(0, len, 1)]);
        }
        for distance in (1..=32_768).step_by(97).chain([2, 3, 4, 32_767, 32_768]) {
            let mut text: Vec<u8> = (0..distance).map(|at| at as u8 | 1).collect();
            text.extend_from_within(..distance.min(5));
            let copied = text.len() - distance;
            if copied >= 3 {
                block(&text, &[Sequence::new(distance, copied, distance as u16)]);
            }
        }
    }
}
