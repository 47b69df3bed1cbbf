//! One VCF record as offsets over its bytes (VCF 4.5, section 1.6).

use std::fmt;

use memchr::memchr;

/// A data line of a VCF: the fixed fields up to ALT are located, what follows is found when asked for.
#[derive(Clone, Copy, Debug)]
pub struct Line<'a> {
    /// Without its line end (`\n` or `\r\n`).
    bytes: &'a [u8],
    /// Where CHROM, POS, ID, REF and ALT end: the offset of the tab behind each.
    ends: [u32; 5],
    /// POS, 1-based; 0 is the telomere.
    pos: u32,
}

/// What follows ALT.
#[derive(Clone, Copy, Debug)]
pub struct Rest<'a> {
    /// QUAL as text, `.` when missing.
    pub qual: &'a [u8],
    /// FILTER as text, `;`-joined.
    pub filter: &'a [u8],
    /// INFO as text, `.` when empty.
    pub info: &'a [u8],
    /// FORMAT and the sample columns, tab-joined; `None` in a sites-only line.
    pub samples: Option<&'a [u8]>,
}

/// Why a line is not a VCF record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LineError {
    /// Fewer than the eight tab-separated fields; holds how many there are.
    Fields(usize),
    /// The same of a line that has eight, parted by blanks.
    Blanks,
    /// POS is not a whole number below 2^31; holds its text.
    Pos(String),
    /// A field that must not be empty is; holds its name.
    Empty(&'static str),
    /// Not as many columns as the header has.
    Columns {
        /// Those of the header.
        expected: usize,
        /// Those of the line.
        found: usize,
    },
    /// A NUL byte; holds its 1-based column.
    Nul(usize),
    /// `\r\n` at its end.
    CarriageReturn,
}

/// What is said of a line or a header whose tabs have become blanks.
pub(crate) const BLANKS: &str = "expected tabs between the columns, found blanks in their place, as an editor or copy and paste \
                                 leaves them; fetch the file again, or put the tabs back";

impl fmt::Display for LineError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Fields(found) => {
                write!(f, "expected at least 8 tab-separated fields of a VCF record, found {found}; is the line cut?")
            }
            Self::Blanks => f.write_str(BLANKS),
            Self::Pos(text) => write!(f, "expected POS as a whole number below 2^31, found '{text}'"),
            Self::Columns { expected, found } => {
                write!(
                    f,
                    "expected {expected} tab-separated columns as in the header, found {found}; is the line cut, or a \
                     column missing?"
                )
            }
            Self::Nul(column) => {
                write!(
                    f,
                    "expected text, found a NUL byte in column {column}; the file is damaged: fetch or make it again"
                )
            }
            Self::CarriageReturn => f.write_str("expected a line that ends with LF, found CR LF"),
            Self::Empty(field) => {
                write!(f, "expected a value in {field}, found nothing; write '.' for a missing value")
            }
        }
    }
}

impl std::error::Error for LineError {}

/// The alleles of an ALT field; none where it is `.`.
pub fn alts(field: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    field.split(|&byte| byte == b',').filter(move |_| field != b".")
}

impl<'a> Line<'a> {
    /// Locates the fields up to ALT in a line given with or without its line end.
    ///
    /// The fields behind ALT are not looked at: [`Line::rest`] does, and reports lines that are too short.
    pub fn parse(line: &'a [u8]) -> Result<Self, LineError> {
        let bytes = trim_line_end(line);
        let mut ends = [0u32; 5];
        let mut from = 0;
        for end in &mut ends {
            // These fields are a few bytes long, where a plain loop beats a call into memchr.
            let mut at = from;
            while at < bytes.len() && bytes[at] != b'\t' {
                at += 1;
            }
            if at == bytes.len() {
                return Err(short(bytes));
            }
            *end = at as u32;
            from = at + 1;
        }
        Self::located(bytes, ends)
    }

    /// The line, without its line end, whose fields up to ALT end at `ends`.
    #[inline]
    pub(crate) fn located(bytes: &'a [u8], ends: [u32; 5]) -> Result<Self, LineError> {
        let pos_text = &bytes[ends[0] as usize + 1..ends[1] as usize];
        let Some(pos) = parse_pos(pos_text) else {
            return Err(LineError::Pos(String::from_utf8_lossy(pos_text).into_owned()));
        };
        for (field, at) in [("CHROM", 0), ("REF", 3), ("ALT", 4)] {
            let start = if at == 0 { 0 } else { ends[at - 1] + 1 };
            if start == ends[at] {
                return Err(LineError::Empty(field));
            }
        }
        Ok(Self { bytes, ends, pos })
    }

    /// The line without its line end.
    pub fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    /// CHROM.
    pub fn chrom(&self) -> &'a [u8] {
        &self.bytes[..self.ends[0] as usize]
    }

    /// POS, 1-based; 0 is the telomere.
    pub fn pos(&self) -> u32 {
        self.pos
    }

    /// ID, `.` when missing, several joined by `;`.
    pub fn id(&self) -> &'a [u8] {
        self.field(2)
    }

    /// REF as it stands, any case.
    pub fn reference(&self) -> &'a [u8] {
        self.field(3)
    }

    /// ALT as it stands: alleles joined by `,`, or `.`.
    pub fn alt(&self) -> &'a [u8] {
        self.field(4)
    }

    /// The ALT alleles; none where ALT is `.`.
    pub fn alts(&self) -> impl Iterator<Item = &'a [u8]> + Clone + use<'a> {
        alts(self.alt())
    }

    /// Everything behind the tab that follows ALT, undivided.
    pub fn tail(&self) -> &'a [u8] {
        &self.bytes[self.ends[4] as usize + 1..]
    }

    /// QUAL, FILTER, INFO and the samples.
    pub fn rest(&self) -> Result<Rest<'a>, LineError> {
        let short = || short(self.bytes);
        let (qual, tail) = cut(self.tail()).ok_or_else(short)?;
        let (filter, tail) = cut(tail).ok_or_else(short)?;
        let (info, samples) = match cut(tail) {
            Some((info, samples)) => (info, Some(samples)),
            None => (tail, None),
        };
        Ok(Rest { qual, filter, info, samples })
    }

    /// The offset of `part`, a slice that one of the accessors gave out, within [`Line::bytes`].
    pub fn offset_of(&self, part: &[u8]) -> usize {
        part.as_ptr() as usize - self.bytes.as_ptr() as usize
    }

    fn field(&self, at: usize) -> &'a [u8] {
        &self.bytes[self.ends[at - 1] as usize + 1..self.ends[at] as usize]
    }
}

/// The line without `\n` or `\r\n`.
pub fn trim_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// Reads POS: digits only, below 2^31.
pub fn parse_pos(text: &[u8]) -> Option<u32> {
    if text.is_empty() || text.len() > 10 {
        return None;
    }
    let mut value = 0u64;
    for &byte in text {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + u64::from(byte - b'0');
    }
    u32::try_from(value).ok().filter(|&pos| pos < 1 << 31)
}

fn cut(text: &[u8]) -> Option<(&[u8], &[u8])> {
    memchr(b'\t', text).map(|at| (&text[..at], &text[at + 1..]))
}

/// What a line is that has too few fields.
#[cold]
fn short(line: &[u8]) -> LineError {
    if has_blanks_for_tabs(line, 8) { LineError::Blanks } else { LineError::Fields(count_fields(line)) }
}

/// Whether `line` has `columns` columns or more where blanks part them, too.
pub(crate) fn has_blanks_for_tabs(line: &[u8], columns: usize) -> bool {
    line.contains(&b' ')
        && line.split(u8::is_ascii_whitespace).filter(|field| !field.is_empty()).nth(columns - 1).is_some()
}

fn count_fields(line: &[u8]) -> usize {
    if line.is_empty() { 0 } else { 1 + memchr::memchr_iter(b'\t', line).count() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found_and_line_ends_are_not_part_of_them() {
        let line = Line::parse(b"chr1\t12\trs1\tA\tC,G\t.\tPASS\tDP=3\tGT\t0/1\r\n").unwrap();
        assert_eq!(
            (line.chrom(), line.pos(), line.id(), line.reference(), line.alt()),
            (&b"chr1"[..], 12, &b"rs1"[..], &b"A"[..], &b"C,G"[..])
        );
        assert_eq!(line.alts().collect::<Vec<_>>(), [b"C", b"G"]);
        let rest = line.rest().unwrap();
        assert_eq!(
            (rest.qual, rest.filter, rest.info, rest.samples),
            (&b"."[..], &b"PASS"[..], &b"DP=3"[..], Some(&b"GT\t0/1"[..]))
        );
        assert_eq!(&line.bytes()[line.offset_of(rest.info)..][..4], b"DP=3");
    }

    #[test]
    fn a_missing_alt_has_no_alleles() {
        assert_eq!(Line::parse(b"1\t1\t.\tA\t.\t.\t.\t.").unwrap().alts().count(), 0);
    }

    #[test]
    fn short_lines_and_bad_positions_are_told_apart() {
        assert_eq!(Line::parse(b"1\t2\t.").unwrap_err(), LineError::Fields(3));
        assert_eq!(Line::parse(b"").unwrap_err(), LineError::Fields(0));
        assert_eq!(Line::parse(b"1 2 . A C . . X=1").unwrap_err(), LineError::Blanks);
        assert_eq!(Line::parse(b"1 2 . A C").unwrap_err(), LineError::Fields(1));
        assert_eq!(Line::parse(b"1\tx\t.\tA\tC\t.\t.\t.").unwrap_err(), LineError::Pos("x".into()));
        assert_eq!(Line::parse(b"1\t2147483648\t.\tA\tC\t.\t.\t.").unwrap_err(), LineError::Pos("2147483648".into()));
        assert_eq!(Line::parse(b"1\t2\t.\t\tC\t.\t.\t.").unwrap_err(), LineError::Empty("REF"));
        assert_eq!(Line::parse(b"1\t2\t.\tA\tC\t.\t.").unwrap().rest().unwrap_err(), LineError::Fields(7));
    }
}
