//! How many values of which type a field has (VCF 4.5, section 1.4.2).

use std::fmt;

use super::attribute;

/// How many values a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Number {
    /// That many.
    Count(u32),
    /// One per ALT allele.
    A,
    /// One per allele, REF first.
    R,
    /// One per genotype.
    G,
    /// One per local ALT allele (VCF 4.5, section 1.4.2, LA).
    LocalA,
    /// One per local allele, REF first (LR).
    LocalR,
    /// One per genotype of the local alleles (LG).
    LocalG,
    /// `.`: unknown; and P and M, which no allele of the site divides.
    Unknown,
}

/// The declared type of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Type {
    /// 32-bit integer.
    Integer,
    /// 32-bit float.
    Float,
    /// No value.
    Flag,
    /// One character.
    Character,
    /// Text.
    String,
}

/// What an INFO or FORMAT line declares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Number=
    pub number: Number,
    /// Type=
    pub kind: Type,
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Count(count) => return write!(f, "{count}"),
            Self::A => "A",
            Self::R => "R",
            Self::G => "G",
            Self::LocalA => "LA",
            Self::LocalR => "LR",
            Self::LocalG => "LG",
            Self::Unknown => ".",
        })
    }
}

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number={}, Type={:?}", self.number, self.kind)
    }
}

/// What the body of an INFO or FORMAT line declares.
pub(crate) fn field(body: &[u8]) -> Field {
    let number = match attribute(body, b"Number") {
        Some(b"A") => Number::A,
        Some(b"R") => Number::R,
        Some(b"G") => Number::G,
        Some(b"LA") => Number::LocalA,
        Some(b"LR") => Number::LocalR,
        Some(b"LG") => Number::LocalG,
        Some(text) => {
            std::str::from_utf8(text).ok().and_then(|text| text.parse().ok()).map_or(Number::Unknown, Number::Count)
        }
        None => Number::Unknown,
    };
    let kind = match attribute(body, b"Type") {
        Some(b"Integer") => Type::Integer,
        Some(b"Float") => Type::Float,
        Some(b"Flag") => Type::Flag,
        Some(b"Character") => Type::Character,
        _ => Type::String,
    };
    Field { number, kind }
}
