//! A line has the columns that the header has (VCF 4.5, section 1.6): tab-separated, none more, none less. What is
//! shifted by a column would be read as another sample's.

use memchr::{memchr, memchr_iter, memchr3};

use crate::header::Header;
use crate::line::{Line, LineError, trim_line_end};

/// How many columns the `#CHROM` line has: 8, or 9 and one for each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns(usize);

/// The fixed columns but INFO, each with a tab behind it.
const BEFORE_INFO: usize = 7;

impl Columns {
    /// Those of a header.
    pub fn of(header: &Header) -> Self {
        Self(header.columns())
    }

    /// The line that `text` starts with, and how long it is with its line end.
    ///
    /// One walk finds the fields, the end of the line, and what must not be in between.
    ///
    /// # Errors
    /// What is no line of so many columns, or holds a NUL byte.
    #[inline]
    pub fn first<'a>(self, text: &'a [u8]) -> Result<(Line<'a>, usize), LineError> {
        let Some(tabs) = fixed_tabs(text) else { return self.first_of_any(text) };
        let at = tabs[BEFORE_INFO - 1] as usize + 1;
        let rest = &text[at..];
        let end = if self.0 == BEFORE_INFO + 1 {
            memchr3(b'\t', b'\n', 0, rest).filter(|&end| rest[end] == b'\n')
        } else {
            memchr(b'\n', rest).filter(|&end| {
                let rest = &rest[..end];
                memchr_iter(b'\t', rest).count() == self.0 - BEFORE_INFO - 1 && memchr(0, rest).is_none()
            })
        };
        let Some(end) = end else { return self.first_of_any(text) };
        let [chrom, pos, id, reference, alt, ..] = tabs;
        let line = Line::located(trim_line_end(&text[..at + end]), [chrom, pos, id, reference, alt])?;
        Ok((line, at + end + 1))
    }

    /// [`Columns::first`] at any line, to say what is wrong with it.
    #[cold]
    fn first_of_any(self, text: &[u8]) -> Result<(Line<'_>, usize), LineError> {
        let len = memchr(b'\n', text).map_or(text.len(), |end| end + 1);
        let line = Line::parse(&text[..len])?;
        if let Some(at) = memchr(0, line.bytes()) {
            return Err(LineError::Nul(memchr_iter(b'\t', &line.bytes()[..at]).count() + 1));
        }
        self.check(line.bytes())?;
        Ok((line, len))
    }

    /// Whether `line` has so many columns.
    ///
    /// # Errors
    /// It has not.
    pub fn check(self, line: &[u8]) -> Result<(), LineError> {
        match memchr_iter(b'\t', line).count() + 1 {
            found if found == self.0 => Ok(()),
            found => Err(LineError::Columns { expected: self.0, found }),
        }
    }

    /// The lines of `text` without the empty columns that stand behind the last one of the header, and how many lines had
    /// some; `None` where none has.
    pub fn mended(self, text: &[u8]) -> Option<(Vec<u8>, u64)> {
        let mut mended = Vec::new();
        let (mut lines, mut done) = (0, 0);
        let mut start = 0;
        for end in memchr_iter(b'\n', text) {
            let line = trim_line_end(&text[start..=end]);
            let extra = (memchr_iter(b'\t', line).count() + 1).saturating_sub(self.0);
            let kept = line.len() - extra.min(line.len());
            if extra > 0 && line[kept..].iter().all(|&byte| byte == b'\t') {
                mended.extend_from_slice(&text[done..start + kept]);
                done = start + line.len();
                lines += 1;
            }
            start = end + 1;
        }
        mended.extend_from_slice(&text[done..]);
        (lines > 0).then_some((mended, lines))
    }
}

/// Where the tabs behind CHROM to FILTER stand in the line that `text` starts with; `None` where another control character
/// comes before, or the text ends soon.
///
/// These fields are a few bytes each: eight bytes at a time they cost less than a call into memchr for each.
#[inline]
fn fixed_tabs(text: &[u8]) -> Option<[u32; BEFORE_INFO]> {
    let mut tabs = [0; BEFORE_INFO];
    let mut found = 0;
    for (number, word) in text.chunks_exact(size_of::<u64>()).enumerate() {
        let word = u64::from_le_bytes(word.try_into().ok()?);
        let mut flags = controls(word);
        while flags != 0 {
            let byte = flags.trailing_zeros() & !7;
            if (word >> byte) as u8 != b'\t' {
                return None;
            }
            tabs[found] = (number * size_of::<u64>()) as u32 + byte / 8;
            found += 1;
            if found == BEFORE_INFO {
                return Some(tabs);
            }
            flags &= flags - 1;
        }
    }
    None
}

/// The high bit of each byte of `word` that is at most `\r`: tab, line ends, NUL.
#[inline]
const fn controls(word: u64) -> u64 {
    const LOW: u64 = 0x7f7f_7f7f_7f7f_7f7f;
    // 0x7f less `\r` in each byte: the sum of the low bits passes 0x7f where they are more than that.
    const MORE: u64 = 0x7272_7272_7272_7272;
    !(((word & LOW) + MORE) | word) & !LOW
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_flagged_wherever_they_stand() {
        for byte in 0..=255u8 {
            for at in 0..8 {
                let mut word = [b'A'; 8];
                word[at] = byte;
                let expected = if byte <= b'\r' { 0x80u64 << (8 * at) } else { 0 };
                assert_eq!(controls(u64::from_le_bytes(word)), expected, "{byte} at {at}");
            }
        }
    }

    const SITE: &[u8] = b"1\t12\trs1\tA\tC,G\t.\tPASS\tDP=3";

    fn line(end: &[u8]) -> Vec<u8> {
        [SITE, end].concat()
    }

    #[test]
    fn a_line_of_the_header_s_columns_is_located_with_its_end() {
        for (columns, end) in [(8, &b"\n"[..]), (8, b"\r\n"), (10, b"\tGT\t0/1\n"), (11, b"\tGT\t0/1\t./.\r\n")] {
            let text = line(end);
            let (found, len) = Columns(columns)
                .first(&[&text[..], b"2\t1"].concat()[..])
                .map(|(line, len)| (line.bytes().to_vec(), len))
                .unwrap();
            assert_eq!((found.as_slice(), len), (trim_line_end(&text), text.len()));
        }
        let text = line(b"\n");
        let (first, _) = Columns(8).first(&text).unwrap();
        assert_eq!((first.pos(), first.alt(), first.rest().unwrap().info), (12, &b"C,G"[..], &b"DP=3"[..]));
    }

    #[test]
    fn more_or_fewer_columns_and_nul_bytes_are_told() {
        let error = |columns, text: &[u8]| Columns(columns).first(text).unwrap_err();
        let other = |expected, found| LineError::Columns { expected, found };
        assert_eq!(error(8, &line(b"\tGT\n")), other(8, 9));
        assert_eq!(error(10, &line(b"\tGT\t0/1\t0/0\n")), other(10, 11));
        assert_eq!(error(11, &line(b"\tGT\t0/1\n1\t2\t")), other(11, 10));
        assert_eq!(error(10, &line(b"\n2\t3\t.\tA\tC\t.\t.\t.\tGT\n")), other(10, 8));
        assert_eq!(error(8, b"1\t2\t.\tA\n"), LineError::Fields(4));
        assert_eq!(error(8, &line(b"\0\n")), LineError::Nul(8));
        assert_eq!(error(10, &line(b"\tGT\t0/\0\n")), LineError::Nul(10));
        assert_eq!(error(8, b"1\t2\t.\tA\0\tC\t.\t.\t.\n"), LineError::Nul(4));
    }

    #[test]
    fn empty_columns_behind_the_last_are_dropped_and_others_are_not() {
        let lines = [line(b"\n"), line(b"\t\n"), line(b"\t\t\r\n"), line(b"\tx\n")].concat();
        let expected = [line(b"\n"), line(b"\n"), line(b"\r\n"), line(b"\tx\n")].concat();
        assert_eq!(Columns(8).mended(&lines), Some((expected, 2)));
        assert_eq!(Columns(8).mended(&line(b"\n")), None);
        assert_eq!(Columns(11).mended(&line(b"\tGT\t\t\n")), None);
    }
}
