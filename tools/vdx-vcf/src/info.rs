//! Reading INFO without parsing what nobody asked for (VCF 4.5, section 1.6.1, field INFO).

use memchr::{memchr, memmem};

/// The `KEY=VALUE` entries of an INFO field; a flag has no value. An INFO of `.` has no entries.
pub fn entries(info: &[u8]) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
    whole_entries(info).map(parted)
}

/// The same, each as it is written.
pub fn whole_entries(info: &[u8]) -> impl Iterator<Item = &[u8]> {
    Parts { info, from: 0, next: 0, ends: 0 }.filter(|entry| !entry.is_empty() && *entry != b".")
}

/// What semicolons part. Entries are a few words long: to look at eight bytes at a time and keep which of them are
/// semicolons takes a third of the instructions of a search that begins anew behind each.
struct Parts<'a> {
    info: &'a [u8],
    /// Where the next one starts; behind the end of INFO there is none.
    from: usize,
    /// Where the next word stands.
    next: usize,
    /// The semicolons of the word before: the high bit of each of its bytes that is one and was not come to.
    ends: u64,
}

impl<'a> Iterator for Parts<'a> {
    type Item = &'a [u8];

    #[inline]
    fn next(&mut self) -> Option<&'a [u8]> {
        let len = self.info.len();
        if self.from > len {
            return None;
        }
        while self.ends == 0 && self.next < len {
            let rest = &self.info[self.next..];
            if let Some(wide) = rest.first_chunk()
                && !has_semicolon(wide)
            {
                self.next += wide.len();
                continue;
            }
            let word = match rest.first_chunk() {
                Some(word) => *word,
                None => {
                    let mut word = [0; 8];
                    word[..rest.len()].copy_from_slice(rest);
                    word
                }
            };
            self.ends = semicolons(u64::from_le_bytes(word));
            self.next += word.len();
        }
        let end = match self.ends {
            0 => len,
            ends => self.next - 8 + ends.trailing_zeros() as usize / 8,
        };
        self.ends &= self.ends.wrapping_sub(1);
        let from = std::mem::replace(&mut self.from, end + 1);
        Some(&self.info[from..end])
    }
}

/// Whether there is one among bytes that the processor compares at once.
#[inline]
fn has_semicolon(bytes: &[u8; 16]) -> bool {
    bytes.iter().fold(0, |found, byte| found | u8::from(*byte == b';')) != 0
}

/// The high bit of each byte of a word that is a semicolon.
#[inline]
fn semicolons(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    let differs = word ^ u64::from_le_bytes([b';'; 8]);
    !(((differs & LOW) + LOW) | differs | LOW)
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
    fn entries_are_what_semicolons_part() {
        // Bytes that are one bit off, and with the high bit, among them.
        let bytes = [b';', b'A', b'=', b'.', b':', 0xbb, 0x3a, 0x00];
        let mut state = 1u32;
        for len in (0..40).chain([0, 7, 8, 9, 16]) {
            for _ in 0..200 {
                let info: Vec<u8> = (0..len)
                    .map(|_| {
                        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                        bytes[(state >> 24) as usize % bytes.len()]
                    })
                    .collect();
                let parts = info.split(|&byte| byte == b';').filter(|part| !part.is_empty() && *part != b".");
                assert!(whole_entries(&info).eq(parts), "{info:?}");
            }
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
