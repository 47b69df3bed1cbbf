//! Reading INFO without parsing what nobody asked for (VCF 4.5, section 1.6.1, field INFO).

use memchr::{memchr, memchr_iter, memmem};

/// The `KEY=VALUE` entries of an INFO field; a flag has no value. An INFO of `.` has no entries.
pub fn entries(info: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    whole_entries(info).map(parted)
}

/// The same, each as it is written.
pub fn whole_entries(info: &[u8]) -> impl Iterator<Item = &[u8]> {
    let mut from = 0;
    let ends = memchr_iter(b';', info).chain(std::iter::once(info.len()));
    let entry = move |end| &info[std::mem::replace(&mut from, end + 1)..end];
    ends.map(entry).filter(|entry| !entry.is_empty() && *entry != b".")
}

/// The key and the value of an entry.
pub fn parted(entry: &[u8]) -> (&[u8], Option<&[u8]>) {
    match memchr(b'=', entry) {
        Some(at) => (&entry[..at], Some(&entry[at + 1..])),
        None => (entry, None),
    }
}

/// The value of `key`: `None` where the key is absent, `Some(None)` for a flag.
///
/// Most records lack the key that is asked for, and INFO may be long: a search for its letters tells so faster than a walk
/// through the entries.
pub fn get<'a>(info: &'a [u8], key: &[u8]) -> Option<Option<&'a [u8]>> {
    let mut from = 0;
    while let Some(at) = memmem::find(&info[from..], key).filter(|_| !key.is_empty()) {
        let (start, end) = (from + at, from + at + key.len());
        if start == 0 || info[start - 1] == b';' {
            match info.get(end) {
                None | Some(b';') => return Some(None),
                Some(b'=') => {
                    let value = &info[end + 1..];
                    return Some(Some(&value[..memchr(b';', value).unwrap_or(value.len())]));
                }
                Some(_) => {}
            }
        }
        from = end;
    }
    None
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
        // As a walk through the entries finds them.
        let info = b";ACAC=1;AC;AC=2;XAC;;E=AC;CA=AC=3;;";
        for key in ["AC", "ACAC", "XAC", "E", "CA", "A", "C", ""] {
            let walked = entries(info).find(|(name, _)| *name == key.as_bytes()).map(|(_, value)| value);
            assert_eq!(get(info, key.as_bytes()), walked, "{key}");
        }
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
