//! The rows of a table and their cells, for the tables (TSV, CSV) that stand where a VCF could.

use std::borrow::Cow;
use std::cell::RefCell;

use csv_core::{ReadFieldResult, Reader, ReaderBuilder, Terminator};
use memchr::{memchr, memchr2, memrchr};

/// How rows are parted into cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dialect {
    /// A tab, a comma or, where commas are in numbers, a semicolon.
    pub delimiter: u8,
    /// Whether a cell may be quoted (RFC 4180, section 2): it may hold delimiters and line ends then, and `""` for a quote.
    pub has_quotes: bool,
}

/// A tab parts cells without quotes, anything else those that may have some.
impl From<u8> for Dialect {
    fn from(delimiter: u8) -> Self {
        Self { delimiter, has_quotes: delimiter != b'\t' }
    }
}

thread_local! {
    /// What reads quoted cells, by [`DELIMITERS`]: made once a thread, as its tables take longer to make than many rows to
    /// read.
    static READERS: RefCell<[Reader; DELIMITERS.len()]> = RefCell::new(DELIMITERS.map(|delimiter| {
        ReaderBuilder::new().delimiter(delimiter).terminator(Terminator::Any(b'\n')).build()
    }));
}

const DELIMITERS: [u8; 3] = [b',', b'\t', b';'];

/// A cell in quotes as it stands in the text.
struct Quoted {
    /// Bytes with the quotes, and with what parts it from the next cell or row.
    len: usize,
    /// Bytes of its value.
    value: usize,
    /// It is the last of its row.
    is_last: bool,
}

impl Dialect {
    /// Has `read` read a cell from its start.
    fn reading<T>(self, read: impl FnOnce(&mut Reader) -> T) -> T {
        let at = DELIMITERS.iter().position(|known| *known == self.delimiter).unwrap_or(0);
        READERS.with_borrow_mut(|readers| {
            readers[at].reset();
            read(&mut readers[at])
        })
    }

    /// Reads the quoted cell that `text` starts with; `None` where its end is not there. Of a row without its line end, `text`
    /// may end it.
    fn quoted(self, text: &[u8], is_row: bool) -> Option<Quoted> {
        self.reading(|reader| {
            let (mut len, mut value) = (0, 0);
            let mut scratch = [0; 256];
            loop {
                let is_all = len == text.len();
                if is_all && !is_row {
                    return None;
                }
                let (result, read, written) =
                    reader.read_field(if is_all { b"\n" } else { &text[len..] }, &mut scratch);
                len += read;
                value += written;
                match result {
                    ReadFieldResult::Field { record_end } => return Some(Quoted { len, value, is_last: record_end }),
                    ReadFieldResult::InputEmpty | ReadFieldResult::End if is_all => return None,
                    _ => {}
                }
            }
        })
    }

    /// The length of the first row, line end included; `None` where its end is not there.
    #[must_use]
    pub fn row_len(self, text: &[u8]) -> Option<usize> {
        let line = memchr(b'\n', text);
        let until = line.unwrap_or(text.len());
        if !self.has_quotes || memchr(b'"', &text[..until]).is_none() {
            return line.map(|at| at + 1);
        }
        let mut at = 0;
        loop {
            if text.get(at) == Some(&b'"') {
                let cell = self.quoted(&text[at..], false)?;
                at += cell.len;
                if cell.is_last {
                    return Some(at);
                }
            } else {
                at += memchr2(self.delimiter, b'\n', text.get(at..)?)? + 1;
                if text[at - 1] == b'\n' {
                    return Some(at);
                }
            }
        }
    }

    /// The bytes up to the end of the last whole row; 0 where the first has no end.
    #[must_use]
    pub fn whole_len(self, text: &[u8]) -> usize {
        let Some(first) = memchr(b'"', text).filter(|_| self.has_quotes) else {
            return memrchr(b'\n', text).map_or(0, |at| at + 1);
        };
        let mut at = memrchr(b'\n', &text[..first]).map_or(0, |at| at + 1);
        while let Some(len) = self.row_len(&text[at..]) {
            at += len;
        }
        at
    }

    /// Appends a cell, in quotes where it needs some. Without quotes, what would part it is a space.
    pub fn write(self, cell: &[u8], out: &mut Vec<u8>) {
        let from = out.len();
        out.extend_from_slice(cell);
        self.seal(from, out);
    }

    /// Makes what was appended since `out` was `from` bytes long a cell, as [`Dialect::write`] does.
    #[inline]
    pub fn seal(self, from: usize, out: &mut Vec<u8>) {
        // Most cells are a few letters.
        let is_special = |byte: u8| byte == self.delimiter || matches!(byte, b'\n' | b'\r' | b'"');
        if out[from..].iter().any(|&byte| is_special(byte)) {
            self.mask(from, out);
        }
    }

    #[cold]
    fn mask(self, from: usize, out: &mut Vec<u8>) {
        if !self.has_quotes {
            let parts =
                out[from..].iter_mut().filter(|byte| **byte == self.delimiter || matches!(**byte, b'\n' | b'\r'));
            parts.for_each(|byte| *byte = b' ');
            return;
        }
        let cell = out.split_off(from);
        out.push(b'"');
        out.resize(from + 1 + 2 * cell.len(), 0);
        let (_, _, written) = csv_core::quote(&cell, &mut out[from + 1..], b'"', b'"', true);
        out.truncate(from + 1 + written);
        out.push(b'"');
    }
}

/// A cell of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell<'a> {
    /// Without the quotes round it; where more of them are in it, as it stands, with all of them.
    pub text: &'a [u8],
    /// Where `text` is not what it says.
    escaped: Option<Dialect>,
}

impl<'a> Cell<'a> {
    /// What it says.
    #[must_use]
    pub fn value(&self) -> Cow<'a, [u8]> {
        let Some(dialect) = self.escaped else { return Cow::Borrowed(self.text) };
        let mut value = vec![0; self.text.len()];
        let (_, _, written) = dialect.reading(|reader| reader.read_field(self.text, &mut value));
        value.truncate(written);
        Cow::Owned(value)
    }
}

/// The cells of a row without its line end. An error says what is wrong with the row, and is the last item.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    rest: Option<&'a [u8]>,
    dialect: Dialect,
}

impl<'a> Cells<'a> {
    /// Those of `row`, written in `dialect`, or with this delimiter.
    #[must_use]
    pub fn new(row: &'a [u8], dialect: impl Into<Dialect>) -> Self {
        Self { rest: Some(row), dialect: dialect.into() }
    }

    /// The cell in quotes that `rest` starts with.
    fn quoted(&mut self, rest: &'a [u8]) -> Result<Cell<'a>, &'static str> {
        let dialect = self.dialect;
        let found = dialect.quoted(rest, true).ok_or("a quoted cell has no end: is a quote missing?")?;
        self.rest = rest.get(found.len..);
        let text = &rest[..found.len - 1];
        // Two quotes round it, and no others.
        let inner =
            text.get(1..text.len() - 1).filter(|inner| inner.len() == found.value && memchr(b'"', inner).is_none());
        Ok(Cell { text: inner.unwrap_or(text), escaped: inner.is_none().then_some(dialect) })
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Result<Cell<'a>, &'static str>;

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.take()?;
        if self.dialect.has_quotes && rest.first() == Some(&b'"') {
            return Some(self.quoted(rest));
        }
        let end = memchr(self.dialect.delimiter, rest).unwrap_or(rest.len());
        self.rest = rest.get(end + 1..);
        Some(Ok(Cell { text: &rest[..end], escaped: None }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COMMAS: Dialect = Dialect { delimiter: b',', has_quotes: true };

    fn values(row: &str, dialect: impl Into<Dialect>) -> Result<Vec<String>, &'static str> {
        let value = |cell: Result<Cell<'_>, _>| cell.map(|cell| String::from_utf8_lossy(&cell.value()).into_owned());
        Cells::new(row.as_bytes(), dialect).map(value).collect()
    }

    #[test]
    fn cells_may_be_quoted_where_the_dialect_has_quotes() {
        let of = |row: &str| values(row, b',').unwrap();
        assert_eq!(of("a,\"b,\"\"c\","), ["a", "b,\"c", ""]);
        assert_eq!(of("\"two\nlines\",x"), ["two\nlines", "x"]);
        assert_eq!(of(""), [""]);
        assert_eq!(of("\"\",\"a\""), ["", "a"]);
        // As the csv module of Python and pandas read them.
        assert_eq!(of("\"a\"b,c\"d,\"e\"f\""), ["ab", "c\"d", "ef\""]);
        assert_eq!(values("\"a;\"\"\";b", b';').unwrap(), ["a;\"", "b"]);
        assert!(values("a,\"b", b',').unwrap_err().contains("no end"));
        assert_eq!(values("\"a\tb", b'\t').unwrap(), ["\"a", "b"]);
        assert_eq!(values("\"a\t\"\tb", Dialect { delimiter: b'\t', has_quotes: true }).unwrap(), ["a\t", "b"]);
        let long = format!("\"{}\",b", "x".repeat(1000));
        assert_eq!(values(&long, b',').unwrap()[0].len(), 1000);
        // Nothing is copied where the text is the value.
        let cell = Cells::new(b"\"a,b\"", b',').next().unwrap().unwrap();
        assert_eq!((cell.text, cell.escaped), (&b"a,b"[..], None));
    }

    #[test]
    fn a_row_ends_behind_its_quotes() {
        let len = |text: &str| COMMAS.row_len(text.as_bytes());
        assert_eq!(len("a,b\r\nc"), Some(5));
        assert_eq!(len("a,\"b\nc\"\nd\n"), Some(8));
        assert_eq!(len("a,\"b\"\"\n\"\r\nd\n"), Some(10));
        assert_eq!(len("a,b\"c\nd\"\n"), Some(6), "a quote within a cell is a letter");
        assert_eq!((len("a,\"b\nc\n"), len("a,b"), len("a,\"b\"")), (None, None, None));
        assert_eq!(Dialect::from(b'\t').row_len(b"a\t\"b\nc\"\n"), Some(5));
    }

    #[test]
    fn whole_rows_are_found_wherever_the_text_is_cut() {
        let text = "1,a\n2,\"b\n\"\n3,c\"\n4,\"\"\"\n,\"\n5,\"x\n";
        let edges = [0, 4, 11, 16, 25];
        let mut at = 0;
        for edge in &edges[1..] {
            at += COMMAS.row_len(&text.as_bytes()[at..]).unwrap();
            assert_eq!(at, *edge);
        }
        for cut in 0..=text.len() {
            let expected = edges.iter().rfind(|edge| **edge <= cut).unwrap();
            assert_eq!(COMMAS.whole_len(&text.as_bytes()[..cut]), *expected, "{cut}");
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        for cell in ["", "a", "a,b", "\"", "a\"b", "two\nlines", "\r", " x "] {
            let mut out = b"1,".to_vec();
            COMMAS.write(cell.as_bytes(), &mut out);
            assert_eq!(values(std::str::from_utf8(&out).unwrap(), COMMAS).unwrap(), ["1", cell]);
        }
        let mut out = Vec::new();
        Dialect::from(b'\t').write(b"a\tb\"\r\nc", &mut out);
        assert_eq!(out, b"a b\"  c");
    }
}
