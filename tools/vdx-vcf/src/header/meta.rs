//! Structured meta lines: `##KIND=<KEY=VALUE,...>` (VCF 4.5, section 1.4).

/// The INFO key that a meta line declares, and what stands between its brackets; `None`: it is no such line.
pub fn declared_info(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let (_, body) = structured(line).filter(|(kind, _)| *kind == b"INFO")?;
    Some((attribute(body, b"ID")?, body))
}

/// Splits `##KIND=<BODY>`.
pub(crate) fn structured(line: &[u8]) -> Option<(&[u8], &[u8])> {
    let rest = line.strip_prefix(b"##")?;
    let at = memchr::memchr(b'=', rest)?;
    let body = rest[at + 1..].strip_prefix(b"<")?.strip_suffix(b">")?;
    Some((&rest[..at], body))
}

/// The value of `key` in the body of a structured line, quotes taken off.
pub fn attribute<'a>(body: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    let mut rest = body;
    while !rest.is_empty() {
        let at = memchr::memchr(b'=', rest)?;
        let (name, value) = (&rest[..at], &rest[at + 1..]);
        let (value, next) = if let Some(quoted) = value.strip_prefix(b"\"") {
            let end = closing_quote(quoted)?;
            (&quoted[..end], &quoted[end + 1..])
        } else {
            let end = memchr::memchr(b',', value).unwrap_or(value.len());
            (&value[..end], &value[end..])
        };
        if name.trim_ascii() == key {
            return Some(value);
        }
        rest = next.strip_prefix(b",").unwrap_or(next);
    }
    None
}

fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut escaped = false;
    text.iter().position(|&byte| {
        let closes = byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
        closes
    })
}
