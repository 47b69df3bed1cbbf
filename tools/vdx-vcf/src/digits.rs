//! Whole numbers in decimal digits.

/// Appends a number.
#[inline]
pub fn write_number(number: u64, out: &mut Vec<u8>) {
    out.extend_from_slice(decimal(&mut [0; 20], number));
}

/// The decimal digits of `value`, at the end of `buffer`; what is before them is left as it is.
pub(crate) fn decimal(buffer: &mut [u8; 20], mut value: u64) -> &[u8] {
    let mut at = buffer.len();
    loop {
        at -= 1;
        buffer[at] = b'0' + (value % 10) as u8;
        value /= 10;
        if value == 0 {
            return &buffer[at..];
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_in_full() {
        for number in [0, 7, 10, 4_294_967_295, u64::MAX] {
            let mut out = Vec::new();
            write_number(number, &mut out);
            assert_eq!(out, number.to_string().as_bytes());
        }
    }
}
