//! The keys whose Number VCF 4.5 reserves (tables 1 and 2 of section 1.6, section 3): what a list is that no header
//! declares. Those of one value are left out: nothing divides them.

use crate::header::{Field, Number, Type};

/// What is reserved for an INFO key.
pub(super) fn info(key: &[u8]) -> Option<Field> {
    let (number, kind) = match key {
        b"AC" | b"SVLEN" | b"HOMLEN" => (Number::A, Type::Integer),
        b"AF" | b"CN" => (Number::A, Type::Float),
        b"CIGAR" | b"BKPTID" | b"DBRIPID" | b"DBVARID" | b"DGVID" | b"EVENT" | b"EVENTTYPE" | b"HOMSEQ" | b"MATEID"
        | b"PARID" | b"SVCLAIM" => (Number::A, Type::String),
        b"RN" => (Number::A, Type::Integer),
        b"AD" | b"ADF" | b"ADR" => (Number::R, Type::Integer),
        _ => return None,
    };
    Some(Field { number, kind })
}

/// What is reserved for a FORMAT key. Lists by local allele are known by their names.
pub(super) fn format(key: &[u8]) -> Option<Field> {
    let (number, kind) = match key {
        b"AD" | b"ADF" | b"ADR" => (Number::R, Type::Integer),
        b"EC" => (Number::A, Type::Integer),
        b"GL" | b"GP" | b"CNL" | b"CNP" => (Number::G, Type::Float),
        b"PL" | b"PP" => (Number::G, Type::Integer),
        _ => return None,
    };
    Some(Field { number, kind })
}
