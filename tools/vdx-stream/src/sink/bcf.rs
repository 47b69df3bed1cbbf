//! Text on its way into a BCF output: the header with the numbers of its lines, lines as records.

use vdx_vcf::bcf::{self, Dictionaries, Encoder};
use vdx_vcf::{Form, Header};

use super::Sink;
use crate::error::{Error, Result};
use crate::turn::to_records;

/// What is on its way.
#[derive(Default)]
pub(super) struct Lines {
    /// What is no whole header or line yet.
    pub text: Vec<u8>,
    records: Vec<u8>,
    encoder: Encoder,
}

/// The dictionaries and bytes of a header: numbered as the records of `read` have them, what is new behind that.
pub(super) fn header(text: &[u8], read: &Form) -> Result<(Dictionaries, Vec<u8>)> {
    let header = Header::parse(text).and_then(|header| {
        let dictionaries = match read {
            Form::Text => Dictionaries::of(&header),
            Form::Bcf(read) => read.extended(&header),
        };
        Ok((dictionaries?, header))
    });
    let (dictionaries, header) = header.map_err(|error| Error::data(format!("header line {}: {error}", error.line)))?;
    let bytes = bcf::header_bytes(&header, &dictionaries);
    Ok((dictionaries, bytes))
}

impl Sink {
    /// Appends text to the output: lines of a VCF, its header among them, where that is BCF.
    pub fn write(&mut self, text: &[u8]) -> Result<()> {
        if !self.is_bcf() {
            return self.write_records(text);
        }
        self.lines.text.extend_from_slice(text);
        let text = std::mem::take(&mut self.lines.text);
        let mut lines = text.as_slice();
        if !self.form.is_bcf() {
            let mut header = 0;
            let columns = Form::Text.records(&text).find(|line| {
                header += line.len();
                !line.starts_with(b"##") && line.ends_with(b"\n")
            });
            if columns.is_none() {
                self.lines.text = text;
                return Ok(());
            }
            self.write_header(&text[..header], &Form::Text)?;
            lines = &text[header..];
        }
        let whole = Form::Text.whole_len(lines).unwrap_or(0);
        self.write_lines(&lines[..whole])?;
        self.lines.text.extend_from_slice(&lines[whole..]);
        Ok(())
    }

    pub(super) fn write_lines(&mut self, lines: &[u8]) -> Result<()> {
        let mut records = std::mem::take(&mut self.lines.records);
        records.clear();
        to_records(&self.form, lines, &mut self.lines.encoder, &mut records)?;
        let written = self.write_records(&records);
        self.lines.records = records;
        written
    }
}
