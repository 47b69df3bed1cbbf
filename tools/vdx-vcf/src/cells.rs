//! The cells of a table's line, for the tables (TSV, CSV) that stand where a VCF could.

use memchr::memchr;

/// The cells of a line without its end, quotes round them taken off. Only CSV has quotes (RFC 4180, section 2); a quote
/// within a quoted cell stays doubled, as nothing is copied. An error says what is wrong with the line, and is the last item.
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    rest: Option<&'a [u8]>,
    delimiter: u8,
}

impl<'a> Cells<'a> {
    /// Those of `line`, between which `delimiter` stands: a tab, a comma or, where commas are in numbers, a semicolon.
    #[must_use]
    pub fn new(line: &'a [u8], delimiter: u8) -> Self {
        Self { rest: Some(line), delimiter }
    }
}

impl<'a> Iterator for Cells<'a> {
    type Item = Result<&'a [u8], &'static str>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.take()?;
        let (cell, behind) = match rest.strip_prefix(b"\"").filter(|_| self.delimiter != b'\t') {
            Some(quoted) => match closing_quote(quoted) {
                Some(end) => (&quoted[..end], &quoted[end + 1..]),
                None => {
                    return Some(Err("a quoted cell does not end on this line; cells with line breaks are not read"));
                }
            },
            None => rest.split_at(memchr(self.delimiter, rest).unwrap_or(rest.len())),
        };
        match behind.split_first() {
            None => {}
            Some((&byte, next)) if byte == self.delimiter => self.rest = Some(next),
            Some(_) => return Some(Err("expected a delimiter behind a quoted cell")),
        }
        Some(Ok(cell))
    }
}

/// Where a quoted cell ends; `""` stands for a quote within it.
fn closing_quote(text: &[u8]) -> Option<usize> {
    let mut at = 0;
    loop {
        at += memchr(b'"', &text[at..])?;
        if text.get(at + 1) != Some(&b'"') {
            return Some(at);
        }
        at += 2;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_may_be_quoted_in_csv_only() {
        let cells = |line, delimiter| Cells::new(line, delimiter).collect::<Result<Vec<&[u8]>, _>>();
        assert_eq!(cells(b"a,\"b,\"\"c\",", b',').unwrap(), [&b"a"[..], b"b,\"\"c", b""]);
        assert_eq!(cells(b"", b',').unwrap(), [b""]);
        assert!(cells(b"a,\"b", b',').unwrap_err().contains("line break"));
        assert!(cells(b"\"a\"b,c", b',').is_err());
        assert_eq!(cells(b"\"a\tb", b'\t').unwrap(), [&b"\"a"[..], b"b"]);
    }
}
