//! Fields that are listed by allele, where records are split, joined or written with other alleles: which Number they
//! have, and what becomes of a list of the wrong length.

use std::fmt;

use crate::header::{Field, Header, Number};

/// A field that cannot be divided among the alleles.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SplitError {
    /// `INFO/AC`, `FORMAT/AD of sample NA1`.
    pub field: String,
    /// Expected, found.
    pub message: String,
    /// Whether a list has the wrong length: [`crate::split::Splitter::forced`] leaves such a field out.
    pub wrong_length: bool,
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.field, self.message)
    }
}

impl std::error::Error for SplitError {}

/// What the header tells of fields, and what is told besides.
#[derive(Debug)]
pub(crate) struct Fields<'h> {
    pub header: &'h Header,
    /// Fields that are taken for another Number than the header has.
    pub numbers: Vec<(Vec<u8>, Number)>,
    /// Fields whose list has the wrong length are left out; it is an error otherwise.
    pub forced: bool,
    /// Those left out, such as `INFO/AC`.
    pub dropped: Vec<String>,
}

impl<'h> Fields<'h> {
    pub fn new(header: &'h Header, numbers: &[(Vec<u8>, Number)], forced: bool) -> Self {
        Self { header, numbers: numbers.to_vec(), forced, dropped: Vec::new() }
    }

    /// The Number of a field that the header declares as `declared`.
    pub fn number(&self, key: &[u8], declared: Option<Field>) -> Number {
        let told = self.numbers.iter().find(|(name, _)| name == key).map(|(_, number)| *number);
        told.or(declared.map(|field| field.number)).unwrap_or(Number::Unknown)
    }

    /// Leaves the INFO field out that was begun in `out` at `start`, whose list has the wrong length; or the error.
    pub fn wrong_info(
        &mut self,
        key: &[u8],
        message: String,
        start: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), SplitError> {
        let field = format!("INFO/{}", text(key));
        if !self.forced {
            return Err(SplitError { field, message, wrong_length: true });
        }
        out.truncate(start);
        self.dropped.push(field);
        Ok(())
    }

    /// Notes that a FORMAT field is left out.
    pub fn drop_format(&mut self, key: &[u8]) {
        self.dropped.push(format!("FORMAT/{}", text(key)));
    }

    /// The error of sample `number` (0-based) in a FORMAT field.
    pub fn wrong_sample(&self, key: &[u8], number: usize, message: String, wrong_length: bool) -> SplitError {
        let sample = self.header.samples().get(number).map_or_else(|| number.to_string(), |name| text(name));
        SplitError { field: format!("FORMAT/{} of sample {sample}", text(key)), message, wrong_length }
    }
}

/// Appends one of a list of keys that begins at `start`.
pub(crate) fn append(key: &[u8], start: usize, out: &mut Vec<u8>) {
    if out.len() > start {
        out.push(b':');
    }
    out.extend_from_slice(key);
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}
