//! How a line falls into fields: by its separator, without quotes and blanks around them.

use std::ops::Range;

/// What stands between two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Separator {
    /// One such byte.
    Byte(u8),
    /// Any run of tabs and spaces.
    Blanks,
}

impl Separator {
    /// The likeliest one of a line.
    pub(crate) fn of(line: &[u8]) -> Self {
        let found = b"\t,;".iter().find(|&&byte| memchr::memchr(byte, line).is_some());
        found.map_or(Self::Blanks, |&byte| Self::Byte(byte))
    }
}

/// A line taken apart; keeps its memory from line to line.
#[derive(Debug, Default)]
pub(crate) struct Fields {
    text: Vec<u8>,
    ranges: Vec<Range<usize>>,
}

impl Fields {
    /// Takes a line apart. Quotes go away; a separator within a pair of them separates nothing, unless the quotes are
    /// doubled: a kind of MyHeritage file has `"rs1"",""1"",""101"",""AA"`, where they mean nothing at all.
    pub(crate) fn split(&mut self, line: &[u8], separator: Separator) {
        self.text.clear();
        self.ranges.clear();
        let mut start = 0;
        if let Separator::Byte(byte) = separator
            && memchr::memchr(b'"', line).is_none()
        {
            // Without quotes, which is most files, the fields lie where they are.
            self.text.extend_from_slice(line);
            for end in memchr::memchr_iter(byte, line).chain([line.len()]) {
                self.close(start..end, separator);
                start = end + 1;
            }
            return;
        }
        let mangled = memchr::memmem::find(line, b"\"\"").is_some();
        let mut quoted = false;
        for &byte in line {
            let splits = match separator {
                Separator::Byte(wanted) => byte == wanted,
                Separator::Blanks => matches!(byte, b' ' | b'\t'),
            };
            if byte == b'"' {
                quoted = !quoted && !mangled;
            } else if splits && !quoted {
                self.close(start..self.text.len(), separator);
                start = self.text.len();
            } else {
                self.text.push(byte);
            }
        }
        self.close(start..self.text.len(), separator);
        while self.ranges.last().is_some_and(Range::is_empty) && separator == Separator::Blanks {
            self.ranges.pop();
        }
    }

    /// Adds the field at `range` of the text, but for blanks around it.
    fn close(&mut self, range: Range<usize>, separator: Separator) {
        let field = self.text[range.clone()].trim_ascii_start();
        let from = range.end - field.len();
        let field = field.trim_ascii_end();
        if !field.is_empty() || separator != Separator::Blanks {
            self.ranges.push(from..from + field.len());
        }
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        self.ranges.len()
    }

    /// One of them, without blanks around it; empty where the line has fewer.
    pub(crate) fn get(&self, at: usize) -> &[u8] {
        self.ranges.get(at).map_or(&[], |range| &self.text[range.clone()])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(line: &str, separator: Separator) -> Vec<String> {
        let mut fields = Fields::default();
        fields.split(line.as_bytes(), separator);
        (0..fields.count()).map(|at| String::from_utf8(fields.get(at).to_vec()).unwrap()).collect()
    }

    #[test]
    fn lines_fall_into_columns() {
        assert_eq!(split("rs1\t1\t 5 \t", Separator::Byte(b'\t')), ["rs1", "1", "5", ""]);
        assert_eq!(split(" rs4 1\t\t\t 104\tT\tT ", Separator::Blanks), ["rs4", "1", "104", "T", "T"]);
        assert_eq!(split("\"rs6,rs9\",\"1\",2,AA", Separator::Byte(b',')), ["rs6,rs9", "1", "2", "AA"]);
        assert_eq!(split("\"rs1\"\",\"\"1\"\",\"\"101\"\",\"\"AA\"", Separator::Byte(b',')), ["rs1", "1", "101", "AA"]);
        assert_eq!(Separator::of(b"a,b\tc"), Separator::Byte(b'\t'));
    }
}
