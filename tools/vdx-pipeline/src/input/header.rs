//! What an input is by its first bytes, and its header: of a VCF, or of a BCF as a VCF has it.

use std::sync::Arc;

use vdx_hts::error::{Error, Result};
use vdx_hts::memory::foresee;
use vdx_vcf::bcf::{self, Dictionaries};
use vdx_vcf::header::Differing;
use vdx_vcf::{Form, Header};

use super::Input;
use super::ending::Last;

/// What the decoded bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text that starts as a VCF does.
    Vcf,
    /// BCF 2.
    Bcf,
    /// Any other text, or nothing.
    Other,
}

/// What a VCF starts with that has no other header; a table may call its columns so, too, but has others.
const COLUMNS: &[u8] = b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\t";

/// What a header takes in memory: its text, taken apart, and as it is written; what a name or a line of it takes
/// beside its letters, there and in the tables by which it is found, as was measured.
const HEADER_COPIES: u64 = 4;
const NAME_BYTES: u64 = 110;

/// About what a header of that `text` takes, in bytes.
fn in_memory(text: &[u8]) -> u64 {
    let names = memchr::memchr2_iter(b'\n', b'\t', text).count();
    HEADER_COPIES * text.len() as u64 + NAME_BYTES * names as u64
}

/// The longest header that is read, in bytes.
const MAX_HEADER: usize = 256 << 20;

impl Input {
    /// What the input holds, by its first bytes.
    pub fn format(&mut self) -> Result<Format> {
        let head = self.peek()?;
        Ok(if head.starts_with(b"BCF\x02") {
            Format::Bcf
        } else if head.starts_with(b"##fileformat=VCF") || head.starts_with(COLUMNS) {
            Format::Vcf
        } else {
            Format::Other
        })
    }

    /// Consumes the header of a VCF or BCF.
    pub fn read_vcf_header(&mut self) -> Result<Header> {
        match self.format()? {
            Format::Vcf => {}
            Format::Bcf => return self.read_bcf_header(),
            Format::Other if self.head.is_empty() => {
                return Err(Error::data("expected a VCF, found no data; did the command before this one fail?")
                    .in_file(self.name()));
            }
            Format::Other if self.head[0] == b'>' => {
                let message =
                    "expected a VCF, found a FASTA (its first line starts with '>'); the reference is named by -f";
                return Err(self.located(Error::data(message)));
            }
            Format::Other => {
                // The first word tells what it is; rows of genotypes never go into messages.
                let rows = !matches!(self.head[0], b'#' | b'<');
                let word = self.head.iter().position(|byte| rows && !byte.is_ascii_alphanumeric());
                let end = word.unwrap_or(self.head.len()).min(40);
                let start = String::from_utf8_lossy(&self.head[..end]).into_owned();
                let message = format!("expected a VCF that starts with '##fileformat=VCF', found {start:?}");
                return Err(Error::data(message).in_file(self.name()));
            }
        }
        let (start, whole) = self.read_meta_lines()?;
        let rest = self.head.split_off(start);
        let mut text = std::mem::replace(&mut self.head, rest);
        if whole {
            return self.header_of(&text);
        }
        let tail = std::mem::take(&mut self.head);
        let located = |error: Error| error.in_file(self.source.name()).at_line(self.lines_read + 1);
        if tail.is_empty() {
            let found = "truncated: expected a #CHROM line at the end of the header, found the end of the file";
            return Err(located(Error::data(found)));
        }
        // Of a header without records the last line may be without its end, too.
        match self.ending.judge(&Form::Text, &tail, self.source.truncated().is_some()).map_err(located)? {
            Last::Whole(note) => self.notes.extend(note),
            Last::Dropped(what) => return Err(located(Error::data(format!("truncated: {what}, of the header")))),
        }
        self.lines_read += 1;
        text.extend_from_slice(&tail);
        text.push(b'\n');
        self.header_of(&text)
    }

    /// Reads on to the end of the first line that does not begin with `##`, and counts lines: where that end is, or, where
    /// there is none, where the last line begins.
    fn read_meta_lines(&mut self) -> Result<(usize, bool)> {
        let (mut start, mut searched) = (0, 0);
        loop {
            while let Some(at) = memchr::memchr(b'\n', &self.head[searched..]) {
                let columns = !self.head[start..].starts_with(b"##");
                self.lines_read += 1;
                (start, searched) = (searched + at + 1, searched + at + 1);
                if columns {
                    return Ok((start, true));
                }
            }
            searched = self.head.len();
            self.check_header()?;
            if !self.more()? {
                return Ok((start, false));
            }
        }
    }

    /// A header that goes on and on is an error before it is all there is in memory.
    fn check_header(&self) -> Result<()> {
        if self.head.len() <= MAX_HEADER {
            return Ok(());
        }
        let message = format!(
            "expected a header of at most {MAX_HEADER} bytes, found one that goes on; is this a VCF or BCF, and not damaged?"
        );
        Err(self.located(Error::data(message)))
    }

    fn header_of(&mut self, text: &[u8]) -> Result<Header> {
        self.header_bytes = in_memory(text);
        foresee(self.header_bytes);
        let header = Header::parse(text).map_err(|error| Error::from(error).in_file(self.name()))?;
        if header.empty_columns() > 0 {
            let count = header.empty_columns();
            self.notes.push(format!("dropped {count} empty column(s) at the end of the #CHROM line"));
        }
        if header.has_format_alone() {
            self.notes.push("dropped FORMAT from the #CHROM line, which names no sample".to_owned());
        }
        self.note_differing(&header);
        self.ending.learn(&header);
        Ok(header)
    }

    fn note_differing(&mut self, header: &Header) {
        self.notes.extend(header.differing().iter().map(|Differing { name, first, other }| {
            format!("the header declares {name} more than once: {first} counts, {other} does not")
        }));
    }

    /// The header as a VCF has it: the numbers of its lines are in the dictionaries.
    fn read_bcf_header(&mut self) -> Result<Header> {
        loop {
            if let Some((text, len)) = bcf::text_of(&self.head).map_err(|error| self.located(error.into()))? {
                if !text.starts_with(b"##fileformat=") {
                    let found = "damaged BCF: expected a header that starts with '##fileformat=', found another line";
                    return Err(self.located(Error::data(found)));
                }
                self.header_bytes = in_memory(text);
                foresee(self.header_bytes);
                let parsed = Header::parse(text).and_then(|header| Ok((Dictionaries::of(&header)?, header)));
                let (dictionaries, header) = parsed
                    .and_then(|(dictionaries, header)| {
                        Ok((dictionaries, Header::parse(&bcf::vcf_header_text(&header))?))
                    })
                    .map_err(|error| self.located(Error::data(format!("header line {}: {error}", error.line))))?;
                self.head.drain(..len);
                self.note_differing(&header);
                self.ending.learn(&header);
                self.form = Form::Bcf(Arc::new(dictionaries));
                return Ok(header);
            }
            self.check_header()?;
            if !self.more()? {
                return Err(
                    self.located(Error::data("truncated BCF: it ends inside the header; fetch or make the file again"))
                );
            }
        }
    }

    fn located(&self, error: Error) -> Error {
        error.in_file(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::testing::{VCF, all_lines, input};

    #[test]
    fn the_header_is_consumed_and_the_lines_go_on_behind_it() {
        let mut vcf = input(VCF, Options::default());
        assert_eq!(vcf.read_vcf_header().unwrap().samples().len(), 0);
        assert_eq!(all_lines(vcf.into_lines()).unwrap(), ["3:1\t5\t.\tA\tC\t.\t.\t."]);
    }

    #[test]
    fn a_header_that_goes_on_and_on_is_an_error() {
        use std::io::Read;

        let source = |line: &'static [u8]| {
            let lines = b"##fileformat=VCFv4.2\n".chain(std::io::BufReader::new(Again(line, 0)));
            vdx_hts::source::Source::from_reader(Box::new(lines), "x".into(), None, false).unwrap()
        };
        for line in [&b"##\n"[..], b"##x=x"] {
            let error = super::Input::new(source(line), Options::default()).read_vcf_header().unwrap_err().to_string();
            assert!(error.contains("at most 268435456 bytes"), "{error}");
        }
    }

    /// The same bytes for ever.
    struct Again(&'static [u8], usize);

    impl std::io::Read for Again {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            for byte in buffer.iter_mut() {
                *byte = self.0[self.1];
                self.1 = (self.1 + 1) % self.0.len();
            }
            Ok(buffer.len())
        }
    }

    #[test]
    fn what_is_no_vcf_says_what_it_is() {
        let error = |bytes: &[u8]| input(bytes, Options::default()).read_vcf_header().unwrap_err().to_string();
        assert!(error(b"BCF\x02\x02").contains("truncated BCF"));
        assert!(error(b"").contains("no data"));
        let bcf =
            [b"BCF\x02\x02", &39u32.to_le_bytes()[..], b"#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\0"].concat();
        assert!(error(&bcf).contains("##fileformat="));
        assert!(error(b"rsid\tchrom\n").contains("rsid"));
        assert!(error(b">chr1\nACGT\n").contains("found a FASTA"));
        let blanks = b"##fileformat=VCFv4.2\n#CHROM POS ID REF ALT QUAL FILTER INFO\n";
        assert!(error(blanks).contains("found blanks in their place"));
        assert!(error(b"##fileformat=VCFv4.2\n##x=").contains("truncated"));
    }
}
