//! Unsigned integers as bytes that deflate packs well: sizes first, then lowest bytes, second bytes, and so on.

/// Appends the codes.
pub(crate) fn put(out: &mut Vec<u8>, codes: &[u64]) {
    let first = out.len();
    out.extend(codes.iter().map(|&code| size(code) as u8));
    // Plane by plane: bytes of one weight are alike, and deflate packs them better beside each other.
    let most = out[first..].iter().copied().max().unwrap_or(0);
    for plane in 0..most {
        // Each byte is written, and its place kept only where the code has it: without a branch that no one can foresee.
        let mut at = out.len();
        out.resize(at + codes.len(), 0);
        for (row, &code) in codes.iter().enumerate() {
            out[at] = (code >> (8 * plane)) as u8;
            at += usize::from(out[first + row] > plane);
        }
        out.truncate(at);
    }
}

/// Takes `count` codes off the front; `None` where the bytes do not hold that many.
pub(crate) fn get(bytes: &mut &[u8], count: usize) -> Option<Vec<u64>> {
    let sizes = bytes.split_off(..count)?;
    let mut codes = vec![0; count];
    let most = sizes.iter().copied().max().unwrap_or(0);
    if most > 8 {
        return None;
    }
    for plane in 0..most {
        let present = sizes.iter().map(|&size| usize::from(size > plane)).sum::<usize>();
        let taken = bytes.split_off(..present)?;
        let mut at = 0;
        for (code, &size) in codes.iter_mut().zip(sizes) {
            let has = size > plane;
            let byte = taken.get(at).copied().unwrap_or(0);
            *code |= (u64::from(byte) & u64::from(has).wrapping_neg()) << (8 * plane);
            at += usize::from(has);
        }
    }
    Some(codes)
}

/// Takes a `u32` off the front.
pub(crate) fn get_u32(bytes: &mut &[u8]) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.split_off(..4)?.try_into().ok()?))
}

/// Takes a `u64` off the front.
pub(crate) fn get_u64(bytes: &mut &[u8]) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.split_off(..8)?.try_into().ok()?))
}

/// Bytes that a code takes.
fn size(code: u64) -> u32 {
    (u64::BITS - code.leading_zeros()).div_ceil(8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_back() {
        let codes = [0, 1, 255, 256, u64::MAX, 0, 1 << 40];
        let mut bytes = Vec::new();
        put(&mut bytes, &codes);
        put(&mut bytes, &[7]);
        let mut rest = &bytes[..];
        assert_eq!(get(&mut rest, codes.len()).unwrap(), codes);
        assert_eq!(get(&mut rest, 1).unwrap(), [7]);
        assert!(rest.is_empty());
        assert_eq!(get(&mut &bytes[..20], codes.len()), None);
        assert_eq!(get(&mut &[9u8][..], 1), None);
    }
}
