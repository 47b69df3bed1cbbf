//! A line of VCF as a BCF record, as htslib's `vcf_parse` and `bcf_write` make it.
//!
//! Where htslib loses something with a warning or with none (an integer beyond 32 bits, text in a number, columns
//! beyond the samples), this is an error.

use super::record::{FIXED, LENGTHS, Record};
use super::typed::{self, FLOAT_MISSING, INT_MIN, INT_MISSING, Kind};
use super::{BcfError, Dictionaries, float};
use crate::header::{Field, Type};
use crate::line::Line;

/// Turns lines into records. Holds buffers that are used again for every line.
#[derive(Debug, Default)]
pub struct Encoder {
    /// The integers of one field.
    pub(super) integers: Vec<i32>,
    /// Where the values of the samples stand, see [`super::samples`].
    pub(super) cells: Vec<(u32, u32)>,
}

impl Encoder {
    /// An encoder with empty buffers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends the record that `line`, given with or without its line end, is under `dictionaries` to `out`.
    ///
    /// # Errors
    /// The line is no VCF record, BCF cannot hold it, or the header lacks its contig or one of its ids. `out` is then
    /// as it was.
    pub fn from_text(&mut self, line: &[u8], dictionaries: &Dictionaries, out: &mut Vec<u8>) -> Result<(), BcfError> {
        let start = out.len();
        let done = self.record(line, dictionaries, out, start);
        if done.is_err() {
            out.truncate(start);
        }
        done
    }

    fn record(
        &mut self,
        line: &[u8],
        dictionaries: &Dictionaries,
        out: &mut Vec<u8>,
        start: usize,
    ) -> Result<(), BcfError> {
        let line = Line::parse(line).map_err(|error| BcfError::new(error.to_string()))?;
        let rest = line.rest().map_err(|error| BcfError::new(error.to_string()))?;
        let contig = dictionaries.contig_number(line.chrom());
        let contig = contig.ok_or_else(|| undeclared("contig", line.chrom(), "##contig=<ID="))?;
        out.resize(start + LENGTHS + FIXED, 0);
        typed::put_text(out, if line.id() == b"." { b"" } else { line.id() });
        typed::put_text(out, line.reference());
        let (mut alleles, mut symbolic) = (1, false);
        for alt in line.alts() {
            typed::put_text(out, alt);
            alleles += 1;
            symbolic |= alt.starts_with(b"<");
        }
        let alleles = u16::try_from(alleles).map_err(|_| too_many("alleles", alleles))?;
        let qual = match rest.qual {
            b"." => FLOAT_MISSING,
            text => float::parse(text).ok_or_else(|| not_a("number", "QUAL", Some(text)))?.to_bits(),
        };
        self.filter(rest.filter, dictionaries, out)?;
        let (infos, end) = self.info(rest.info, dictionaries, out)?;
        let shared = length(out.len() - start - LENGTHS)?;
        let formats = match rest.samples {
            Some(columns) => self.samples(columns, dictionaries, out)?,
            None if dictionaries.n_samples() > 0 => return Err(super::samples::wrong_columns(dictionaries, 0)),
            None => 0,
        };
        let samples = length(out.len() - start - LENGTHS)? - shared;
        let counts = u32::from(formats) << 24 | dictionaries.n_samples() as u32 & 0xff_ffff;
        let record = &mut out[start..];
        for (at, word) in [
            shared,
            samples,
            contig,
            line.pos().wrapping_sub(1),
            line.reference().len() as u32,
            qual,
            u32::from(alleles) << 16 | u32::from(infos),
            counts,
        ]
        .into_iter()
        .enumerate()
        {
            record[at * 4..][..4].copy_from_slice(&word.to_le_bytes());
        }
        if end || symbolic {
            let last = Record::parse(record)?.extent(dictionaries)?.last();
            let rlen = last.saturating_sub(u64::from(line.pos())) + 1;
            let rlen = i32::try_from(rlen).unwrap_or(i32::MAX) as u32;
            record[16..20].copy_from_slice(&rlen.to_le_bytes());
        }
        Ok(())
    }

    fn filter(&mut self, filter: &[u8], dictionaries: &Dictionaries, out: &mut Vec<u8>) -> Result<(), BcfError> {
        self.integers.clear();
        if filter != b"." {
            for id in filter.strip_suffix(b";").unwrap_or(filter).split(|&byte| byte == b';') {
                let number = dictionaries.string_number(id).ok_or_else(|| undeclared("FILTER", id, "##FILTER=<ID="))?;
                self.integers.push(number as i32);
            }
        }
        typed::put_ints(out, &self.integers, self.integers.len());
        Ok(())
    }

    /// How many entries there are, and whether END is one.
    fn info(&mut self, info: &[u8], dictionaries: &Dictionaries, out: &mut Vec<u8>) -> Result<(u16, bool), BcfError> {
        let (mut count, mut end) = (0, false);
        if info == b"." {
            return Ok((0, false));
        }
        let mut rest = info;
        while !rest.is_empty() {
            // Keys are short, values may not be: a plain loop finds the one, memchr the other.
            let key_len = rest.iter().position(|&byte| byte == b'=' || byte == b';').unwrap_or(rest.len());
            let key = &rest[..key_len];
            let mut value = None;
            rest = &rest[key_len..];
            if let Some(text) = rest.strip_prefix(b"=") {
                let len = memchr::memchr(b';', text).unwrap_or(text.len());
                value = Some(&text[..len]);
                rest = &text[len..];
            }
            rest = rest.get(1..).unwrap_or_default();
            if key.is_empty() {
                continue;
            }
            let found = dictionaries.string_number(key);
            let declared = found.and_then(|number| Some((number, dictionaries.string(number)?.info?)));
            let (number, field) = declared.ok_or_else(|| undeclared("INFO", key, "##INFO=<ID="))?;
            typed::put_int(out, number as i32);
            end |= key == b"END";
            count += 1;
            match value {
                None => typed::put_size(out, 0, Kind::Missing),
                Some(value) => self.value(key, field, value, out)?,
            }
        }
        let count = u16::try_from(count).map_err(|_| too_many("INFO entries", count))?;
        Ok((count, end))
    }

    fn value(&mut self, key: &[u8], field: Field, value: &[u8], out: &mut Vec<u8>) -> Result<(), BcfError> {
        match field.kind {
            Type::Integer => {
                self.integers.clear();
                for text in value.split(|&byte| byte == b',') {
                    self.integers.push(integer(text).ok_or_else(|| not_in_info("32-bit integer", key, text))?);
                }
                typed::put_ints(out, &self.integers, self.integers.len());
            }
            Type::Float => {
                let len = memchr::memchr_iter(b',', value).count() + 1;
                typed::put_size(out, len, Kind::Float);
                for text in value.split(|&byte| byte == b',') {
                    let bits = float_bits(text).ok_or_else(|| not_in_info("number", key, text))?;
                    out.extend_from_slice(&bits.to_le_bytes());
                }
            }
            Type::Flag | Type::Character | Type::String => typed::put_text(out, value),
        }
        Ok(())
    }
}

/// An integer, missing where there is `.` or nothing; `None` where BCF cannot hold it.
#[inline]
pub(super) fn integer(text: &[u8]) -> Option<i32> {
    if text == b"." || text.is_empty() {
        return Some(INT_MISSING);
    }
    let (negative, digits) = match text {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    let value = digits.iter().fold(0, |value, byte| value * 10 + i64::from(byte - b'0'));
    i32::try_from(if negative { -value } else { value }).ok().filter(|&value| value >= INT_MIN)
}

/// The bits of a float, missing where there is `.` or nothing; `None` where it is none.
#[inline]
pub(super) fn float_bits(text: &[u8]) -> Option<u32> {
    if text == b"." || text.is_empty() {
        return Some(FLOAT_MISSING);
    }
    float::parse(text).map(f32::to_bits)
}

#[cold]
pub(super) fn not_a(what: &str, field: &str, text: Option<&[u8]>) -> BcfError {
    let found =
        text.map_or("other text".into(), |text| format!("'{}'", String::from_utf8_lossy(&text[..text.len().min(60)])));
    BcfError::new(format!(
        "expected a {what} in {field}, found {found}, which BCF cannot hold; mend the line or its header, or write VCF (-O v or z)"
    ))
}

#[cold]
fn not_in_info(what: &str, key: &[u8], text: &[u8]) -> BcfError {
    not_a(what, &format!("INFO/{}", String::from_utf8_lossy(key)), Some(text))
}

#[cold]
pub(super) fn undeclared(what: &str, name: &[u8], line: &str) -> BcfError {
    let name = String::from_utf8_lossy(name);
    BcfError::new(format!(
        "expected a header line {line}{name},...> for {what} '{name}', found none: BCF needs it; add it, or write VCF (-O v or z)"
    ))
}

#[cold]
pub(super) fn too_many(what: &str, found: usize) -> BcfError {
    BcfError::new(format!("expected fewer {what} for BCF, found {found}; write VCF (-O v or z)"))
}

fn length(bytes: usize) -> Result<u32, BcfError> {
    u32::try_from(bytes).map_err(|_| BcfError::new(format!("expected a record of at most 4 GB, found {bytes} bytes")))
}
