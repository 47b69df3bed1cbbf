//! BCF: the same records as bytes of their own (VCF 4.5, section 6).
//!
//! A record is read as a view over its bytes ([`Record`]), patched without decoding what does not change, or turned
//! into a text line and back ([`to_text()`], [`Encoder`]) by the rules of htslib, so that the bytes are those that
//! `bcftools view` writes.

mod dictionaries;
mod float;
mod from_text;
mod header;
mod length;
mod patch;
mod record;
mod samples;
mod scout;
#[cfg(test)]
mod tests;
mod to_text;
mod typed;

use std::fmt;

pub use dictionaries::Dictionaries;
pub use float::Floats;
pub use from_text::Encoder;
pub use header::{header_bytes, text_of, vcf_header_text};
pub use record::{Fixed, Record, SAMPLES_AS_TEXT, line_len, record_len};
pub(crate) use scout::scout;
pub use to_text::to_text;

/// Why bytes are not a BCF record of this header, or a text line cannot become one: expected, found, what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BcfError(String);

impl BcfError {
    #[cold]
    pub(crate) fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }

    #[cold]
    pub(crate) fn damaged(what: &str) -> Self {
        Self(format!("damaged BCF record: {what}; make the file again"))
    }
}

impl fmt::Display for BcfError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for BcfError {}
