//! FORMAT and the samples of a line as the fields of a BCF record: turned from samples of fields to fields of samples.

use super::from_text::{float_bits, integer, not_a, too_many, undeclared};
use super::typed::{self, INT_END, INT_MISSING, Kind};
use super::{BcfError, Dictionaries, Encoder};
use crate::header::Type;

/// A field that a sample leaves out at its end.
const LEFT_OUT: (u32, u32) = (u32::MAX, u32::MAX);

impl Encoder {
    /// Appends the fields of `columns`, FORMAT and the samples, tab-joined. Returns how many there are.
    pub(super) fn samples(
        &mut self,
        columns: &[u8],
        dictionaries: &Dictionaries,
        out: &mut Vec<u8>,
    ) -> Result<u8, BcfError> {
        let (format, samples) = match memchr::memchr(b'\t', columns) {
            Some(at) => (&columns[..at], Some(&columns[at + 1..])),
            None => (columns, None),
        };
        let found = samples.map_or(0, |samples| memchr::memchr_iter(b'\t', samples).count() + 1);
        if found != dictionaries.n_samples() {
            return Err(wrong_columns(dictionaries, found));
        }
        let Some(samples) = samples.filter(|_| format != b".") else { return Ok(0) };
        let count = memchr::memchr_iter(b':', format).count() + 1;
        let fields = u8::try_from(count).map_err(|_| too_many("FORMAT fields", count))?;
        self.find_cells(samples, count)?;
        let mut numbers = Vec::with_capacity(count);
        for (at, key) in format.split(|&byte| byte == b':').enumerate() {
            let found = dictionaries.string_number(key);
            let declared = found.and_then(|number| Some((number, dictionaries.string(number)?.format?)));
            let (number, field) = declared.ok_or_else(|| undeclared("FORMAT", key, "##FORMAT=<ID="))?;
            if numbers.contains(&number) {
                let key = String::from_utf8_lossy(key);
                return Err(BcfError::new(format!("expected each FORMAT key once, found '{key}' twice")));
            }
            numbers.push(number);
            typed::put_int(out, number as i32);
            let column = Column { key, text: samples, at, fields: count };
            match field.kind {
                Type::Integer => self.integers(&column, out)?,
                Type::Float => self.floats(&column, out)?,
                Type::Flag => {
                    let key = String::from_utf8_lossy(key);
                    return Err(BcfError::new(format!(
                        "expected another Type than Flag for FORMAT '{key}'; mend the header"
                    )));
                }
                _ if key == b"GT" => self.genotypes(&column, dictionaries.leading_phase(), out)?,
                _ => self.texts(&column, out),
            }
        }
        Ok(fields)
    }

    /// Finds where the `fields` values of each sample start and end within `samples`.
    fn find_cells(&mut self, samples: &[u8], fields: usize) -> Result<(), BcfError> {
        if u32::try_from(samples.len()).is_err() {
            return Err(BcfError::new("expected samples of less than 4 GB"));
        }
        self.cells.clear();
        let (mut start, mut at) = (0usize, 0);
        for (end, &byte) in samples.iter().chain(b"\t").enumerate() {
            if byte != b':' && byte != b'\t' {
                continue;
            }
            if at == fields {
                let sample = memchr::memchr_iter(b'\t', &samples[..start]).count() + 1;
                return Err(BcfError::new(format!(
                    "expected at most the {fields} values of FORMAT in each sample, found more in sample {sample}"
                )));
            }
            self.cells.push((start as u32, end as u32));
            start = end + 1;
            at += 1;
            if byte == b'\t' {
                self.cells.extend(std::iter::repeat_n(LEFT_OUT, fields - at));
                at = 0;
            }
        }
        Ok(())
    }

    /// Numbers of every sample, padded to the longest list.
    fn integers(&mut self, column: &Column<'_>, out: &mut Vec<u8>) -> Result<(), BcfError> {
        let Self { integers, cells } = self;
        let len = column.longest(cells, b",") + 1;
        integers.clear();
        for cell in column.cells(cells) {
            let start = integers.len();
            match cell {
                Some(text) => {
                    for text in text.split(|&byte| byte == b',') {
                        integers.push(integer(text).ok_or_else(|| column.not_a("32-bit integer"))?);
                    }
                }
                None => integers.push(INT_MISSING),
            }
            integers.resize(start + len, INT_END);
        }
        typed::put_ints(out, integers, len);
        Ok(())
    }

    fn floats(&mut self, column: &Column<'_>, out: &mut Vec<u8>) -> Result<(), BcfError> {
        let len = column.longest(&self.cells, b",") + 1;
        typed::put_size(out, len, Kind::Float);
        for cell in column.cells(&self.cells) {
            let end = out.len() + len * 4;
            for text in cell.unwrap_or(b".").split(|&byte| byte == b',') {
                out.extend_from_slice(&float_bits(text).ok_or_else(|| column.not_a("number"))?.to_le_bytes());
            }
            while out.len() < end {
                out.extend_from_slice(&typed::FLOAT_END.to_le_bytes());
            }
        }
        Ok(())
    }

    fn texts(&mut self, column: &Column<'_>, out: &mut Vec<u8>) {
        // htslib counts the colon in front of a value: the same room here makes the same bytes.
        let colon = usize::from(column.at > 0);
        let len = column.cells(&self.cells).map(|cell| cell.map_or(0, |text| text.len() + colon)).max().unwrap_or(0);
        typed::put_size(out, len, Kind::Char);
        for cell in column.cells(&self.cells) {
            let end = out.len() + len;
            // Where every sample leaves the field out there is no room for the dot either.
            out.extend_from_slice(cell.unwrap_or(if len > 0 { b"." } else { b"" }));
            out.resize(end, 0);
        }
    }

    fn genotypes(&mut self, column: &Column<'_>, leading: bool, out: &mut Vec<u8>) -> Result<(), BcfError> {
        let Self { integers, cells } = self;
        let len = column.longest(cells, b"/|") + 1;
        integers.clear();
        for cell in column.cells(cells) {
            let start = integers.len();
            match cell {
                Some(text) => {
                    let read = genotype(text, leading, integers);
                    read.ok_or_else(|| not_a("genotype such as 0/1", "FORMAT/GT", None))?;
                }
                None => integers.push(INT_MISSING),
            }
            integers.resize(start + len, INT_END);
        }
        typed::put_ints(out, integers, len);
        Ok(())
    }
}

/// One field of all samples.
struct Column<'a> {
    key: &'a [u8],
    /// The samples, tab-joined.
    text: &'a [u8],
    /// Which of the fields it is, and how many there are.
    at: usize,
    fields: usize,
}

impl<'a> Column<'a> {
    /// What a sample has is nobody's business: the value stays unsaid.
    #[cold]
    fn not_a(&self, what: &str) -> BcfError {
        not_a(what, &format!("FORMAT/{}", String::from_utf8_lossy(self.key)), None)
    }

    /// The field's text in each sample, `None` where it is left out.
    fn cells(&self, cells: &[(u32, u32)]) -> impl Iterator<Item = Option<&'a [u8]>> {
        let text = self.text;
        cells.iter().skip(self.at).step_by(self.fields).map(move |&cell| match cell {
            LEFT_OUT => None,
            (start, end) => Some(&text[start as usize..end as usize]),
        })
    }

    /// The most of `separators` that a sample's text has.
    fn longest(&self, cells: &[(u32, u32)], separators: &[u8]) -> usize {
        let count = |text: &[u8]| text.iter().filter(|byte| separators.contains(byte)).count();
        self.cells(cells).map(|cell| cell.map_or(0, count)).max().unwrap_or(0)
    }
}

/// Appends the alleles of a genotype, each as its number plus one, shifted left, with its phase in the lowest bit.
///
/// The first allele is phased where `leading` allows to say so and it is said, else where all others are.
fn genotype(text: &[u8], leading: bool, out: &mut Vec<i32>) -> Option<()> {
    let start = out.len();
    let (said, mut rest) = match text {
        [separator @ (b'/' | b'|'), rest @ ..] if leading => (Some(*separator == b'|'), rest),
        _ => (None, text),
    };
    let mut phased = said.unwrap_or(false);
    let mut all_phased = true;
    loop {
        let (allele, behind) = allele(rest)?;
        if out.len() > start {
            all_phased &= phased;
        }
        out.push(allele << 1 | i32::from(phased));
        rest = match behind {
            [] => break,
            [separator @ (b'/' | b'|'), behind @ ..] => {
                phased = *separator == b'|';
                behind
            }
            _ => return None,
        };
    }
    let alone = out.len() == start + 1;
    let first = &mut out[start];
    // A missing allele that stands alone says nothing of its phase.
    if said.is_none() && all_phased && !(alone && *first == 0) {
        *first |= 1;
    }
    Some(())
}

/// The number of an allele plus one, 0 for `.`, and what follows it.
fn allele(text: &[u8]) -> Option<(i32, &[u8])> {
    if let [b'.', rest @ ..] = text {
        return Some((0, rest));
    }
    let len = text.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(text.len());
    if len == 0 || len > 10 {
        return None;
    }
    let number = text[..len].iter().fold(0, |number, byte| number * 10 + i64::from(byte - b'0'));
    let number = i32::try_from(number).ok().filter(|&number| number < i32::MAX >> 1)?;
    Some((number + 1, &text[len..]))
}

#[cold]
pub(super) fn wrong_columns(dictionaries: &Dictionaries, found: usize) -> BcfError {
    let expected = dictionaries.n_samples();
    BcfError::new(format!("expected the columns of the header's {expected} samples, found {found}"))
}
