//! The `.fai` index of a FASTA (samtools faidx): made, read, written. No files are opened here.

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::BufRead;

/// One sequence of a FASTA and where its letters are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// The first word behind `>`.
    pub name: Vec<u8>,
    /// Letters in the sequence.
    pub length: u64,
    /// File offset of the first letter.
    pub offset: u64,
    /// Letters in each full line.
    pub line_bases: u64,
    /// Bytes in each full line, its end included.
    pub line_width: u64,
}

impl Entry {
    /// The file offset of the letter at `at` (0-based).
    pub(crate) fn offset_of(&self, at: u64) -> u64 {
        if self.line_bases == 0 {
            return self.offset;
        }
        self.offset + at / self.line_bases * self.line_width + at % self.line_bases
    }

    /// The file offset behind the last letter.
    pub(crate) fn end(&self) -> u64 {
        if self.length == 0 { self.offset } else { self.offset_of(self.length - 1) + 1 }
    }
}

/// Why text is not a `.fai`, or a FASTA cannot have one: the 1-based line and what is wrong with it.
#[derive(Debug)]
pub(crate) enum FaiError {
    /// Bad content.
    Line {
        /// 1-based.
        line: u64,
        /// Expected, found.
        message: String,
    },
    /// A failed read.
    Io(std::io::Error),
}

fn bad<T>(line: u64, message: impl Into<String>) -> Result<T, FaiError> {
    Err(FaiError::Line { line, message: message.into() })
}

/// Reads a `.fai`: five tab-separated columns, names unlike each other, lines of a sane width.
pub(crate) fn parse(text: &[u8]) -> Result<Vec<Entry>, FaiError> {
    let mut entries: Vec<Entry> = Vec::new();
    let mut names = HashSet::new();
    for (number, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
        let line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.is_empty() {
            continue;
        }
        let columns: Vec<&[u8]> = line.split(|&byte| byte == b'\t').collect();
        let &[name, length, offset, line_bases, line_width] = columns.as_slice() else {
            return bad(number, format!("expected 5 tab-separated columns of a FASTA index, found {}", columns.len()));
        };
        let mut numbers = [0u64; 4];
        for (value, text) in numbers.iter_mut().zip([length, offset, line_bases, line_width]) {
            let Some(parsed) = std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()) else {
                return bad(number, format!("expected a whole number, found '{}'", String::from_utf8_lossy(text)));
            };
            *value = parsed;
        }
        let [length, offset, line_bases, line_width] = numbers;
        // One byte of line end, or two (CRLF).
        if length > 0 && (line_bases == 0 || line_width < line_bases || line_width > line_bases.saturating_add(2)) {
            return bad(number, format!("a line of {line_bases} letters cannot be {line_width} bytes long"));
        }
        if length > 1 << 40 || offset > 1 << 50 || line_bases > 1 << 40 {
            return bad(number, "expected lengths and offsets of a genome, found larger numbers");
        }
        if !names.insert(name.to_vec()) {
            return bad(number, format!("sequence '{}' is listed twice", String::from_utf8_lossy(name)));
        }
        entries.push(Entry { name: name.to_vec(), length, offset, line_bases, line_width });
    }
    if entries.is_empty() {
        return bad(1, "expected at least one sequence, found none");
    }
    Ok(entries)
}

/// Writes a `.fai`.
pub(crate) fn to_bytes(entries: &[Entry]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut numbers = String::new();
    for entry in entries {
        bytes.extend_from_slice(&entry.name);
        numbers.clear();
        // Writing to a String cannot fail.
        writeln!(numbers, "\t{}\t{}\t{}\t{}", entry.length, entry.offset, entry.line_bases, entry.line_width)
            .unwrap_or_default();
        bytes.extend_from_slice(numbers.as_bytes());
    }
    bytes
}

/// Scans a FASTA. Every line of a sequence but its last has the same length, else letters cannot be found by offset.
///
/// Lines are taken in pieces, so that a chromosome on one line needs no more memory than a buffer.
pub(crate) fn scan(mut fasta: impl BufRead) -> Result<Vec<Entry>, FaiError> {
    let mut scan = Scan::default();
    loop {
        let piece = fasta.fill_buf().map_err(FaiError::Io)?;
        if piece.is_empty() {
            break;
        }
        let (piece, ends) = match memchr::memchr(b'\n', piece) {
            Some(at) => (&piece[..=at], true),
            None => (piece, false),
        };
        let read = piece.len();
        scan.line.take(piece)?;
        if ends {
            scan.end_line()?;
        }
        fasta.consume(read);
    }
    if scan.line.width > 0 {
        scan.end_line()?;
    }
    scan.entries.extend(scan.open.map(|open| open.entry));
    if scan.entries.is_empty() {
        return bad(1, "expected at least one sequence, found none");
    }
    Ok(scan.entries)
}

/// Titles longer than this are no titles.
const MAX_TITLE: usize = 1 << 20;

#[derive(Default)]
struct Scan {
    entries: Vec<Entry>,
    names: HashSet<Vec<u8>>,
    open: Option<Open>,
    line: Pieces,
    /// File offset of the line, and how many lines precede it.
    offset: u64,
    lines: u64,
}

/// The sequence that is being scanned.
struct Open {
    entry: Entry,
    /// A line shorter than the first one, or a blank one, was seen: nothing but blank lines may follow.
    closed: bool,
}

/// A line as far as its pieces have come in.
#[derive(Default)]
struct Pieces {
    /// Bytes, the line end included.
    width: u64,
    /// The text of a line that starts with `>`.
    title: Option<Vec<u8>>,
    /// The last two bytes.
    tail: [u8; 2],
}

impl Pieces {
    fn take(&mut self, piece: &[u8]) -> Result<(), FaiError> {
        if self.width == 0 && piece.first() == Some(&b'>') {
            self.title = Some(Vec::new());
        }
        if let Some(title) = &mut self.title {
            title.extend_from_slice(piece);
            if title.len() > MAX_TITLE {
                return bad(1, "a line behind '>' is longer than 1 MiB; is this a FASTA?");
            }
        }
        self.width += piece.len() as u64;
        self.tail = match *piece {
            [.., a, b] => [a, b],
            [b] => [self.tail[1], b],
            [] => self.tail,
        };
        Ok(())
    }

    fn letters(&self) -> u64 {
        let end = match self.tail {
            [b'\r', b'\n'] if self.width > 1 => 2,
            [_, b'\n' | b'\r'] => 1,
            _ => 0,
        };
        self.width - end
    }
}

impl Scan {
    fn end_line(&mut self) -> Result<(), FaiError> {
        let line = std::mem::take(&mut self.line);
        self.lines += 1;
        self.offset += line.width;
        let Some(title) = line.title else { return self.add(line.letters(), line.width) };
        self.entries.extend(self.open.take().map(|open| open.entry));
        let name = title[1..].split(u8::is_ascii_whitespace).next().unwrap_or_default().to_vec();
        if name.is_empty() {
            return bad(self.lines, "expected a name behind '>', found none");
        }
        if !self.names.insert(name.clone()) {
            return bad(self.lines, format!("sequence '{}' is there twice", String::from_utf8_lossy(&name)));
        }
        let entry = Entry { name, length: 0, offset: self.offset, line_bases: 0, line_width: 0 };
        self.open = Some(Open { entry, closed: false });
        Ok(())
    }

    fn add(&mut self, letters: u64, width: u64) -> Result<(), FaiError> {
        let Some(open) = &mut self.open else {
            if letters == 0 {
                return Ok(());
            }
            return bad(self.lines, "expected a FASTA, whose first line starts with '>'");
        };
        let entry = &mut open.entry;
        if letters == 0 {
            // A blank line shifts what follows: with bases behind it offsets would be wrong from there on, and
            // samtools refuses such a file, too.
            open.closed = true;
            return Ok(());
        }
        if entry.length == 0 && !open.closed {
            entry.line_bases = letters;
            entry.line_width = width;
        } else if open.closed || letters > entry.line_bases {
            let name = String::from_utf8_lossy(&entry.name).into_owned();
            let message = format!(
                "sequence '{name}' has lines of different lengths or a blank line, so its bases cannot be found by offset; fold it anew, e.g. with 'seqkit seq -w 60'"
            );
            return bad(self.lines, message);
        }
        // A short line, or one without (all of) its line end, can only be the last.
        open.closed = letters < entry.line_bases || width != entry.line_width;
        entry.length += letters;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(result: Result<Vec<Entry>, FaiError>) -> String {
        match result.unwrap_err() {
            FaiError::Line { line, message } => format!("{line}: {message}"),
            FaiError::Io(error) => error.to_string(),
        }
    }

    #[test]
    fn scanning_gives_what_samtools_faidx_gives() {
        let fasta = b">1 first\nACGT\nAC\n>2\r\nAAA\r\nA\r\n\n>empty\n>last\nACGTACGT";
        let entries = scan(&fasta[..]).unwrap();
        let expected = b"1\t6\t9\t4\t5\n2\t4\t21\t3\t5\nempty\t0\t37\t0\t0\nlast\t8\t43\t8\t8\n";
        assert_eq!(String::from_utf8(to_bytes(&entries)).unwrap(), String::from_utf8_lossy(expected));
        assert_eq!(parse(expected).unwrap(), entries);
        assert_eq!(fasta[entries[0].offset_of(4) as usize], b'A');
        assert_eq!((entries[0].end(), entries[1].end(), entries[2].end()), (16, 27, 37));
    }

    #[test]
    fn lines_may_come_in_pieces() {
        let fasta = b">1 first\r\nACGT\r\nAC\r\n>2\nAAA";
        let expected = scan(&fasta[..]).unwrap();
        for size in 1..9 {
            assert_eq!(scan(std::io::BufReader::with_capacity(size, &fasta[..])).unwrap(), expected);
        }
    }

    #[test]
    fn uneven_lines_are_named() {
        assert!(message(scan(&b">1\nAC\nACG\n"[..])).starts_with("3: sequence '1' has lines of different"));
        assert!(message(scan(&b">1\nACG\nAC\nA\n"[..])).starts_with("4: "));
        assert!(message(scan(&b">1\nACG\n\nA\n"[..])).starts_with("4: "));
        assert!(message(scan(&b"ACG\n"[..])).contains("starts with '>'"));
        assert!(message(scan(&b">1\nA\n>1\nC\n"[..])).contains("twice"));
        assert!(message(scan(&b">\nA\n"[..])).contains("name"));
        assert!(message(scan(&b""[..])).contains("none"));
    }

    #[test]
    fn what_is_no_index_is_refused() {
        assert!(message(parse(b"1\t2\t3\n")).contains("found 3"));
        assert!(message(parse(b"1\tx\t3\t4\t5\n")).contains("'x'"));
        assert!(message(parse(b"1\t10\t3\t0\t1\n")).contains("cannot be"));
        assert!(message(parse(b"1\t10\t3\t60\t99\n")).contains("cannot be"));
        assert!(message(parse(b"1\t10\t3\t60\t61\n1\t10\t3\t60\t61\n")).contains("twice"));
    }
}
