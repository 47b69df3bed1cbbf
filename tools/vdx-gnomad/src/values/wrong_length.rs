//! Lists of a gnomAD record that are not as long as its ALTs say: no value of theirs can be taken by its place.

use std::fmt;
use std::sync::Arc;

use vdx_hts::Error;

use crate::fields::Per;

/// The most of a value that a message shows, in bytes.
const SHOWN: usize = 40;

/// A key whose list has the wrong length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WrongLength {
    /// The key.
    pub(crate) key: Arc<str>,
    /// Which of its values belongs to an ALT.
    pub(crate) per: Per,
    /// How many values it should have.
    pub(crate) expected: usize,
    /// How many it has.
    pub(crate) found: usize,
    /// What it has, as far as that is known and shown.
    pub(crate) value: Option<String>,
}

/// A value that was left out because its list has the wrong length (`--force`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct LeftOutValue {
    /// The record's number in its [`crate::values::Values`].
    pub(crate) record: u32,
    /// What is wrong.
    pub(crate) wrong: WrongLength,
}

impl WrongLength {
    /// With the value that has it.
    pub(crate) fn with_value(self, value: &[u8]) -> Self {
        let cut = if value.len() > SHOWN { "..." } else { "" };
        let shown = String::from_utf8_lossy(&value[..value.len().min(SHOWN)]);
        Self { value: Some(format!("{shown}{cut}")), ..self }
    }

    /// The error, with what to do about it.
    pub(crate) fn into_error(self) -> Error {
        let mend = match self.per {
            Per::Alt | Per::Allele => "split the original file with its lists (vt decompose -s, bcftools norm -m-)",
            _ => "mend the file",
        };
        Error::data(format!("{self}; {mend}, or leave such values out with --force"))
    }
}

impl fmt::Display for WrongLength {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { key, per, expected, found, value } = self;
        let number = match per {
            Per::Alt => "Number=A",
            Per::Allele => "Number=R",
            _ => "Number=1",
        };
        let values = if *expected == 1 { "value" } else { "values" };
        write!(f, "{key}: expected {expected} {values} ({number}), found {found}")?;
        value.as_ref().map_or(Ok(()), |value| write!(f, " ({value})"))
    }
}

/// How many values a key has in a record of so many ALTs; `None`: any number (VCF 4.5, section 1.4.2).
pub(crate) fn expected(per: Per, alts: usize) -> Option<usize> {
    match per {
        Per::Alt => Some(alts),
        Per::Allele => Some(alts + 1),
        Per::Site => Some(1),
        Per::Filters | Per::Text | Per::Flag => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_said_in_the_words_of_the_header() {
        let wrong =
            |key: &str, per, expected, found| WrongLength { key: key.into(), per, expected, found, value: None };
        let ac = wrong("AC", Per::Alt, 1, 2);
        assert_eq!(ac.to_string(), "AC: expected 1 value (Number=A), found 2");
        assert_eq!(ac.with_value(b"2,1").to_string(), "AC: expected 1 value (Number=A), found 2 (2,1)");
        let ad = wrong("AD", Per::Allele, 3, 1);
        assert_eq!(ad.with_value(b"2").to_string(), "AD: expected 3 values (Number=R), found 1 (2)");
        let long = wrong("X", Per::Site, 1, 31).with_value("ab,".repeat(30).as_bytes());
        assert_eq!(long.value.unwrap().len(), SHOWN + 3);
    }
}
