//! Reading INFO without parsing what nobody asked for (VCF 4.5, section 1.6.1, field INFO).

use memchr::memchr;

/// The `KEY=VALUE` entries of an INFO field; a flag has no value. An INFO of `.` has no entries.
pub fn entries(info: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    info.split(|&byte| byte == b';').filter(|entry| !entry.is_empty() && *entry != b".").map(|entry| {
        match memchr(b'=', entry) {
            Some(at) => (&entry[..at], Some(&entry[at + 1..])),
            None => (entry, None),
        }
    })
}

/// The value of `key`: `None` where the key is absent, `Some(None)` for a flag.
pub fn get<'a>(info: &'a [u8], key: &[u8]) -> Option<Option<&'a [u8]>> {
    entries(info).find(|(name, _)| *name == key).map(|(_, value)| value)
}

/// The value of `key`, where it is present and has one.
pub fn value<'a>(info: &'a [u8], key: &[u8]) -> Option<&'a [u8]> {
    get(info, key).flatten()
}

/// Appends INFO with `added` (`KEY=VALUE;...`, no leading `;`) behind it to `out`; a lone `.` gives way.
pub fn append(out: &mut Vec<u8>, info: &[u8], added: &[u8]) {
    if info != b"." || added.is_empty() {
        out.extend_from_slice(info);
        if !added.is_empty() && !info.is_empty() && info.last() != Some(&b';') {
            out.push(b';');
        }
    }
    out.extend_from_slice(added);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_whole_words() {
        let info = b"XAC=9;AC=1,2;DB;E=";
        assert_eq!(value(info, b"AC"), Some(&b"1,2"[..]));
        assert_eq!(get(info, b"DB"), Some(None));
        assert_eq!(get(info, b"D"), None);
        assert_eq!(value(info, b"E"), Some(&b""[..]));
        assert_eq!(entries(b".").count(), 0);
    }

    #[test]
    fn appending_replaces_a_lone_dot() {
        let append = |info: &[u8], added: &[u8]| {
            let mut out = Vec::new();
            super::append(&mut out, info, added);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(append(b".", b"A=1"), "A=1");
        assert_eq!(append(b"B", b"A=1"), "B;A=1");
        assert_eq!(append(b"B;", b"A=1"), "B;A=1");
        assert_eq!(append(b".", b""), ".");
        assert_eq!(append(b"B", b""), "B");
    }
}
