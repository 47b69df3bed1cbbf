//! Records of one form turned over into the other.

use vdx_vcf::Form;
use vdx_vcf::bcf::{self, Encoder, Floats, Record};

use vdx_hts::error::{Error, Result};

/// Appends the BCF `records` of `form` to `lines` as text; nothing where `form` is text.
///
/// # Errors
/// A damaged record, with its number among `records` as line; those before it are appended.
pub(crate) fn to_lines(form: &Form, records: &[u8], floats: Floats, lines: &mut Vec<u8>) -> Result<()> {
    let Form::Bcf(dictionaries) = form else { return Ok(()) };
    for (at, record) in form.records(records).enumerate() {
        Record::parse(record)
            .and_then(|record| bcf::to_text(&record, dictionaries, floats, lines))
            .map_err(|error| Error::from(error).at_line(at as u64 + 1))?;
    }
    Ok(())
}

/// Appends text `lines` to `records` as BCF of `form`; nothing where `form` is text.
///
/// # Errors
/// What the header of `form` does not declare or BCF cannot hold, with the locus.
pub(crate) fn to_records(form: &Form, lines: &[u8], encoder: &mut Encoder, records: &mut Vec<u8>) -> Result<()> {
    let Form::Bcf(dictionaries) = form else { return Ok(()) };
    for line in Form::Text.records(lines) {
        encoder.from_text(line, dictionaries, records).map_err(|error| {
            let error = Error::from(error);
            match Form::Text.locus(line) {
                Some((chrom, pos)) => error.at_locus(chrom, pos.into()),
                None => error,
            }
        })?;
    }
    Ok(())
}
