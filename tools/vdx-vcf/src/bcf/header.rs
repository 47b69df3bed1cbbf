//! The header of a BCF file: magic, length, the text of a VCF header with `IDX=`, NUL (VCF 4.5, section 6.2).

use std::ops::Range;

use super::{BcfError, Dictionaries};
use crate::header::{self, Header};

const MAGIC: &[u8; 5] = b"BCF\x02\x02";
const PASS: &[u8] = b"##FILTER=<ID=PASS,Description=\"All filters passed\"";

/// The text of the BCF header that `bytes` start with, and the length of the whole header; `None` where its end is
/// not in `bytes`. Fewer than nine bytes have no end.
///
/// # Errors
/// These are not the bytes of BCF 2.2.
pub fn text_of(bytes: &[u8]) -> Result<Option<(&[u8], usize)>, BcfError> {
    let magic = &bytes[..bytes.len().min(MAGIC.len())];
    if !MAGIC.starts_with(magic) {
        let found = String::from_utf8_lossy(magic).escape_debug().to_string();
        return Err(BcfError::new(format!("expected a BCF 2.2 file, which starts with 'BCF\\2\\2', found '{found}'")));
    }
    let &[_, _, _, _, _, a, b, c, d, ref rest @ ..] = bytes else { return Ok(None) };
    let len = u32::from_le_bytes([a, b, c, d]) as usize;
    let Some(text) = rest.get(..len) else { return Ok(None) };
    let end = memchr::memchr(0, text).unwrap_or(len);
    Ok(Some((&text[..end], MAGIC.len() + 4 + len)))
}

/// A whole BCF header: every line that `dictionaries` number has its `IDX=`.
pub fn header_bytes(header: &Header, dictionaries: &Dictionaries) -> Vec<u8> {
    let mut out = MAGIC.to_vec();
    out.extend_from_slice(&[0; 4]);
    if header.meta_value(b"fileformat").is_none() {
        // What a VCF of column names alone lacks; htslib writes the same.
        out.extend_from_slice(b"##fileformat=VCFv4.2\n");
    }
    let has_pass = header.filters().iter().any(|filter| filter == b"PASS");
    for (at, line) in header.meta_lines().enumerate() {
        push_numbered(line, dictionaries, &mut out);
        if at == 0 && !has_pass {
            out.extend_from_slice(PASS);
            out.extend_from_slice(b",IDX=0>\n");
        }
    }
    out.extend_from_slice(&header.column_line());
    out.push(0);
    let len = (out.len() - MAGIC.len() - 4) as u32;
    out[MAGIC.len()..MAGIC.len() + 4].copy_from_slice(&len.to_le_bytes());
    out
}

/// The header as a VCF has it: without `IDX=`, which means something in BCF alone.
pub fn vcf_header_text(header: &Header) -> Vec<u8> {
    let mut out = Vec::new();
    for line in header.meta_lines() {
        push_without_idx(line, &mut out);
        out.push(b'\n');
    }
    out.extend_from_slice(&header.column_line());
    out
}

fn push_numbered(line: &[u8], dictionaries: &Dictionaries, out: &mut Vec<u8>) {
    let number = header::structured(line).and_then(|(kind, body)| {
        let id = header::attribute(body, b"ID")?;
        match kind {
            b"contig" => dictionaries.contig_number(id),
            b"FILTER" | b"INFO" | b"FORMAT" => dictionaries.string_number(id),
            _ => None,
        }
    });
    push_without_idx(line, out);
    if let Some(number) = number {
        out.pop();
        out.extend_from_slice(format!(",IDX={number}>").as_bytes());
    }
    out.push(b'\n');
}

fn push_without_idx(line: &[u8], out: &mut Vec<u8>) {
    match idx(line) {
        Some(range) => {
            out.extend_from_slice(&line[..range.start]);
            out.extend_from_slice(&line[range.end..]);
        }
        None => out.extend_from_slice(line),
    }
}

/// Where `,IDX=5` stands in a line that may have it.
fn idx(line: &[u8]) -> Option<Range<usize>> {
    let (b"contig" | b"FILTER" | b"INFO" | b"FORMAT", body) = header::structured(line)? else { return None };
    let value = header::attribute(body, b"IDX")?;
    let start = value.as_ptr() as usize - line.as_ptr() as usize;
    let quoted = usize::from(line.get(start + value.len()) == Some(&b'"'));
    let end = start + value.len() + quoted;
    let start = memchr::memrchr(b',', &line[..start])?;
    Some(start..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "##fileformat=VCFv4.2\n##INFO=<ID=DP,Number=1,Type=Integer,Description=\"a, IDX=9\">\n\
                        ##contig=<ID=1,length=9>\n##source=x\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";

    #[test]
    fn lines_are_numbered_for_bcf_and_not_for_vcf() {
        let mut header = Header::parse(TEXT.as_bytes()).unwrap();
        let dictionaries = Dictionaries::of(&header).unwrap();
        let bytes = header_bytes(&header, &dictionaries);
        let (text, len) = text_of(&bytes).unwrap().unwrap();
        assert_eq!(len, bytes.len());
        assert_eq!(
            String::from_utf8_lossy(text),
            "##fileformat=VCFv4.2\n##FILTER=<ID=PASS,Description=\"All filters passed\",IDX=0>\n\
             ##INFO=<ID=DP,Number=1,Type=Integer,Description=\"a, IDX=9\",IDX=1>\n##contig=<ID=1,length=9,IDX=0>\n\
             ##source=x\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n"
        );
        let mut read = Header::parse(text).unwrap();
        assert_eq!(String::from_utf8_lossy(&vcf_header_text(&read)).lines().count(), 6);
        assert!(!String::from_utf8_lossy(&vcf_header_text(&read)).contains(",IDX="));
        // What is added later comes behind; what is there keeps its number.
        header.add(b"##INFO=<ID=NEW,Number=0,Type=Flag>");
        read.add(b"##INFO=<ID=NEW,Number=0,Type=Flag>");
        let numbered = header_bytes(&read, &Dictionaries::of(&read).unwrap());
        assert_eq!(numbered, header_bytes(&header, &Dictionaries::of(&header).unwrap()));
    }

    #[test]
    fn a_cut_header_is_not_whole_and_other_bytes_are_refused() {
        let header = Header::parse(TEXT.as_bytes()).unwrap();
        let bytes = header_bytes(&header, &Dictionaries::of(&header).unwrap());
        for end in 0..bytes.len() {
            assert_eq!(text_of(&bytes[..end]), Ok(None));
        }
        assert!(text_of(b"BCF\x02\x01....").unwrap_err().to_string().contains("BCF 2.2"));
        assert!(text_of(b"##fileformat").is_err());
    }
}
