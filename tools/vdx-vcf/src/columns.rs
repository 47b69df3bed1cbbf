//! A line has the columns that the header has (VCF 4.5, section 1.6): tab-separated, none more, none less. What is
//! shifted by a column would be read as another sample's.

use memchr::{memchr, memchr_iter, memchr3};

use crate::header::Header;
use crate::line::{Line, LineError, has_blanks_for_tabs, trim_line_end};

/// How many columns the `#CHROM` line has: 8, or 9 and one for each sample.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Columns {
    count: usize,
    /// The line had FORMAT and no sample, which is left out; lines may have it, too.
    format_alone: bool,
}

/// Lines without what the header lacks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mended {
    /// The lines, each ended by `\n`.
    pub text: Vec<u8>,
    /// How many of them had columns behind those of the header: empty ones, or FORMAT where there is no sample.
    pub columns: u64,
    /// How many ended with `\r\n`.
    pub line_ends: u64,
}

/// The fixed columns but INFO, each with a tab behind it.
const BEFORE_INFO: usize = 7;

impl Columns {
    /// Those of a header.
    pub fn of(header: &Header) -> Self {
        Self { count: header.columns(), format_alone: header.has_format_alone() }
    }

    /// The line that `text` starts with, and how long it is with its line end.
    ///
    /// One walk finds the fields, the end of the line, and what must not be in between.
    ///
    /// # Errors
    /// What is no line of so many columns, holds a NUL byte, or ends with `\r\n`.
    #[inline]
    pub fn first<'a>(self, text: &'a [u8]) -> Result<(Line<'a>, usize), LineError> {
        let Some(tabs) = fixed_tabs(text) else { return self.first_of_any(text) };
        let at = tabs[BEFORE_INFO - 1] as usize + 1;
        let rest = &text[at..];
        let end = if self.count == BEFORE_INFO + 1 {
            memchr3(b'\t', b'\n', 0, rest).filter(|&end| rest[end] == b'\n')
        } else {
            memchr(b'\n', rest).filter(|&end| {
                let rest = &rest[..end];
                memchr_iter(b'\t', rest).count() == self.count - BEFORE_INFO - 1 && memchr(0, rest).is_none()
            })
        };
        let Some(end) = end.filter(|&end| end == 0 || rest[end - 1] != b'\r') else { return self.first_of_any(text) };
        let [chrom, pos, id, reference, alt, ..] = tabs;
        let line = Line::located(&text[..at + end], [chrom, pos, id, reference, alt])?;
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
        if text[..len].ends_with(b"\r\n") {
            return Err(LineError::CarriageReturn);
        }
        Ok((line, len))
    }

    /// Whether `line` has so many columns.
    ///
    /// # Errors
    /// It has not.
    pub fn check(self, line: &[u8]) -> Result<(), LineError> {
        match memchr_iter(b'\t', line).count() + 1 {
            found if found == self.count => Ok(()),
            found if found < self.count && has_blanks_for_tabs(line, self.count) => Err(LineError::Blanks),
            found => Err(LineError::Columns { expected: self.count, found }),
        }
    }

    /// The lines of `text` without the empty columns that stand behind the last one of the header, without a FORMAT of no
    /// samples, and with `\n` at their ends; `None` where they are so.
    pub fn mended(self, text: &[u8]) -> Option<Mended> {
        let mut mended = Mended { text: Vec::new(), columns: 0, line_ends: 0 };
        let (mut start, mut done) = (0, 0);
        for end in memchr_iter(b'\n', text) {
            let line = trim_line_end(&text[start..=end]);
            let kept = self.kept(line);
            if start + kept < end {
                mended.text.extend_from_slice(&text[done..start + kept]);
                done = end;
                mended.columns += u64::from(kept < line.len());
                mended.line_ends += u64::from(start + line.len() < end);
            }
            start = end + 1;
        }
        mended.text.extend_from_slice(&text[done..]);
        (done > 0).then_some(mended)
    }

    /// How many bytes of `line` stay.
    fn kept(self, line: &[u8]) -> usize {
        let Some(at) = memchr_iter(b'\t', line).nth(self.count - 1) else { return line.len() };
        let mut behind = &line[at..];
        if self.format_alone {
            behind = &behind[memchr(b'\t', &behind[1..]).map_or(behind.len(), |next| next + 1)..];
        }
        if behind.iter().all(|&byte| byte == b'\t') { at } else { line.len() }
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

    fn plain(count: usize) -> Columns {
        Columns { count, format_alone: false }
    }

    const SITE: &[u8] = b"1\t12\trs1\tA\tC,G\t.\tPASS\tDP=3";

    fn line(end: &[u8]) -> Vec<u8> {
        [SITE, end].concat()
    }

    #[test]
    fn a_line_of_the_header_s_columns_is_located_with_its_end() {
        for (columns, end) in [(8, &b"\n"[..]), (10, b"\tGT\t0/1\n"), (11, b"\tGT\t0/1\t./.\n")] {
            let text = line(end);
            let (found, len) = plain(columns)
                .first(&[&text[..], b"2\t1"].concat()[..])
                .map(|(line, len)| (line.bytes().to_vec(), len))
                .unwrap();
            assert_eq!((found.as_slice(), len), (trim_line_end(&text), text.len()));
        }
        let text = line(b"\n");
        let (first, _) = plain(8).first(&text).unwrap();
        assert_eq!((first.pos(), first.alt(), first.rest().unwrap().info), (12, &b"C,G"[..], &b"DP=3"[..]));
    }

    #[test]
    fn more_or_fewer_columns_and_nul_bytes_are_told() {
        let error = |columns, text: &[u8]| plain(columns).first(text).unwrap_err();
        let other = |expected, found| LineError::Columns { expected, found };
        assert_eq!(error(8, &line(b"\tGT\n")), other(8, 9));
        assert_eq!(error(10, &line(b"\tGT\t0/1\t0/0\n")), other(10, 11));
        assert_eq!(error(11, &line(b"\tGT\t0/1\n1\t2\t")), other(11, 10));
        assert_eq!(error(10, &line(b"\n2\t3\t.\tA\tC\t.\t.\t.\tGT\n")), other(10, 8));
        assert_eq!(error(8, b"1\t2\t.\tA\n"), LineError::Fields(4));
        assert_eq!(error(10, b"1\t2\t.\tA\tC\t.\t.\t.\tGT 0/1\n"), LineError::Blanks);
        assert_eq!(error(8, &line(b"\0\n")), LineError::Nul(8));
        assert_eq!(error(10, &line(b"\tGT\t0/\0\n")), LineError::Nul(10));
        assert_eq!(error(8, b"1\t2\t.\tA\0\tC\t.\t.\t.\n"), LineError::Nul(4));
    }

    #[test]
    fn empty_columns_behind_the_last_are_dropped_and_others_are_not() {
        let lines = [line(b"\n"), line(b"\t\n"), line(b"\t\t\r\n"), line(b"\tx\n"), line(b"\r\n")].concat();
        let expected = [line(b"\n"), line(b"\n"), line(b"\n"), line(b"\tx\n"), line(b"\n")].concat();
        assert_eq!(plain(8).mended(&lines), Some(Mended { text: expected, columns: 2, line_ends: 2 }));
        assert_eq!(plain(8).mended(&line(b"\n")), None);
        assert_eq!(plain(11).mended(&line(b"\tGT\t\t\n")), None);
        assert_eq!(plain(8).first(&line(b"\r\n")).unwrap_err(), LineError::CarriageReturn);
        // FORMAT of no samples.
        let alone = Columns { format_alone: true, ..plain(8) };
        let lines = [line(b"\tGT:DP\n"), line(b"\n"), line(b"\tGT\t\r\n"), line(b"\tGT\t0/1\n")].concat();
        let expected = [line(b"\n"), line(b"\n"), line(b"\n"), line(b"\tGT\t0/1\n")].concat();
        assert_eq!(alone.mended(&lines), Some(Mended { text: expected, columns: 2, line_ends: 1 }));
    }
}
