//! Where records stand in bytes that begin within one, before it is known where the first of them begins.
//!
//! A record tells its length at its start, so that edges are found from the front alone, one after the other. What comes
//! before a part of the input is not known to whoever looks at that part first. From a place that looks like records they
//! lead to the same last edge as from the front, if the front leads there: so the walk is done ahead, and whoever knows
//! the front only has to reach that place.

use std::ops::Range;

use super::record::{Fixed, record_len};

/// How far a beginning is looked for.
const LOOKED_AT: usize = 1 << 16;
/// Records that have to follow each other, if so many are there.
const FOLLOWING: usize = 4;
/// More than any contig's number or length of a site.
const IMPLAUSIBLE: u32 = 1 << 24;

/// From a record's start to the end of the last whole one behind it, in `bytes`; `before` is what it was in fewer of them.
/// The start is a guess: whether it is one shows when the record before it ends there.
pub(crate) fn scout(bytes: &[u8], before: Option<Range<usize>>) -> Option<Range<usize>> {
    let Range { start, end } = before.or_else(|| guess(bytes))?;
    let mut at = end;
    while let Some(len) = record_len(bytes.get(at..)?).ok()? {
        at += len;
    }
    Some(start..at)
}

/// Some records that follow each other.
fn guess(bytes: &[u8]) -> Option<Range<usize>> {
    (0..bytes.len().min(LOOKED_AT)).find_map(|from| {
        let mut at = from;
        for _ in 0..FOLLOWING {
            if !is_likely(&bytes[at..]) {
                return None;
            }
            let Some(len) = record_len(&bytes[at..]).ok()? else { break };
            at += len;
        }
        (at > from).then_some(from..at)
    })
}

/// Whether a record may start here; nothing is known where too little is there.
fn is_likely(bytes: &[u8]) -> bool {
    let Some(fixed) = Fixed::of(bytes) else { return bytes.len() < 20 };
    let Some(&[a, b, c, d, e, f, g, h]) = bytes.first_chunk() else { return false };
    let (site, samples) = (u32::from_le_bytes([a, b, c, d]), u32::from_le_bytes([e, f, g, h]));
    let alleles = bytes.get(26..28).is_none_or(|alleles| alleles != [0, 0]);
    // The shortest has 24 bytes at fixed places (`record_len`).
    (24..IMPLAUSIBLE).contains(&site) && samples < i32::MAX as u32 && fixed.contig < IMPLAUSIBLE && alleles
}
