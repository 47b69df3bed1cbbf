//! Text on its way into a BCF output: the header with the numbers of its lines, lines as records.

use vdx_hts::error::{Error, Result};
use vdx_vcf::bcf::{self, Dictionaries, Encoder};
use vdx_vcf::{Form, Header};

use super::Sink;
use crate::convert::to_records;

/// What is on its way.
#[derive(Default)]
pub(super) struct Lines {
    records: Vec<u8>,
    encoder: Encoder,
}

/// The dictionaries and bytes of a header: numbered as the records of `read` have them, what is new behind that.
pub(super) fn header(text: &[u8], read: &Form) -> Result<(Dictionaries, Vec<u8>)> {
    let header = Header::parse(text).and_then(|header| {
        let dictionaries = match read {
            Form::Text | Form::Table(_) => Dictionaries::of(&header),
            Form::Bcf(read) => read.extended(&header),
        };
        Ok((dictionaries?, header))
    });
    let (dictionaries, header) = header.map_err(|error| Error::data(format!("header line {}: {error}", error.line)))?;
    let bytes = bcf::header_bytes(&header, &dictionaries);
    Ok((dictionaries, bytes))
}

impl Sink {
    /// Appends whole lines of text, behind the header: as they are, or as BCF records where the output is BCF.
    pub fn write_lines(&mut self, lines: &[u8]) -> Result<()> {
        if !self.is_bcf() {
            return self.write_records(lines);
        }
        let mut records = std::mem::take(&mut self.lines.records);
        records.clear();
        to_records(&self.form, lines, &mut self.lines.encoder, &mut records)?;
        let written = self.write_records(&records);
        self.lines.records = records;
        written
    }
}
