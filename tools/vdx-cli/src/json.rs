//! Values of JSON Lines, as all tools write them.

/// Appends a string in quotes; bytes that are not UTF-8 are replaced.
pub fn write_string(text: &[u8], out: &mut Vec<u8>) {
    // A Vec takes all.
    serde_json::to_writer(out, &*String::from_utf8_lossy(text)).ok();
}

/// Whether the bytes are a number of JSON (RFC 8259, section 6) as they stand.
#[must_use]
pub fn is_number(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| {
        text.ends_with(|c: char| c.is_ascii_digit()) && serde_json::from_str::<serde_json::Number>(text).is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_strings_are_told_apart() {
        for text in ["0", "-1e-05", "5.98000e-05", "12"] {
            assert!(is_number(text.as_bytes()), "{text}");
        }
        for text in ["nan", ".5", "1 ", "01", "1.", "+1", "", "\u{ff}"] {
            assert!(!is_number(text.as_bytes()), "{text}");
        }
        let mut out = Vec::new();
        write_string(b"a\"\n\xff", &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), "\"a\\\"\\n\u{fffd}\"");
    }
}
