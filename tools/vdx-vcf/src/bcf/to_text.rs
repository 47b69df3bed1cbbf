//! A record as a line of VCF, as htslib's `vcf_format` writes it.

use super::float::{self, Floats};
use super::record::Format;
use super::typed::{FLOAT_END, FLOAT_MISSING, INT_END, INT_MISSING, Kind, Typed, int_at};
use super::{BcfError, Dictionaries, Record};
use crate::write_number;

/// Appends the line of `record`, with its `\n`, to `out`.
///
/// # Errors
/// The record is damaged, uses a number that the header does not have, or holds text that would break the line. `out`
/// is then as it was.
pub fn to_text(
    record: &Record<'_>,
    dictionaries: &Dictionaries,
    floats: Floats,
    out: &mut Vec<u8>,
) -> Result<(), BcfError> {
    let start = out.len();
    let done = Writer { dictionaries, floats, out }.line(record);
    if done.is_err() {
        out.truncate(start);
    }
    done
}

struct Writer<'w> {
    dictionaries: &'w Dictionaries,
    floats: Floats,
    out: &'w mut Vec<u8>,
}

impl Writer<'_> {
    fn line(mut self, record: &Record<'_>) -> Result<(), BcfError> {
        let contig = self.dictionaries.contig(record.contig());
        let contig = contig.ok_or_else(|| undeclared("contig", record.contig()))?;
        self.out.extend_from_slice(contig);
        self.out.push(b'\t');
        put_number(self.out, i64::from(record.pos()));
        self.out.push(b'\t');
        self.text(record.id())?;
        for (at, allele) in record.alleles().enumerate() {
            self.out.push(if at < 2 { b'\t' } else { b',' });
            // An empty one among others stays empty, as in bcftools: a missing one would be another allele.
            if at == 0 || record.n_alleles() == 2 { self.text(allele)? } else { self.piece(allele)? }
        }
        if record.n_alleles() == 1 {
            self.out.extend_from_slice(b"\t.");
        }
        self.out.push(b'\t');
        match record.qual() {
            Some(qual) => float::put(self.out, qual, self.floats),
            None => self.out.push(b'.'),
        }
        self.filter(record.filter())?;
        self.info(record)?;
        self.samples(record)?;
        self.out.push(b'\n');
        Ok(())
    }

    /// Text that must not hold what ends a field or a line; `.` for none.
    fn text(&mut self, text: &[u8]) -> Result<(), BcfError> {
        if text.is_empty() {
            self.out.push(b'.');
            return Ok(());
        }
        self.piece(text)
    }

    /// Text up to its padding.
    fn piece(&mut self, text: &[u8]) -> Result<(), BcfError> {
        let text = match memchr::memchr3(0, b'\t', b'\n', text) {
            None => text,
            Some(end) if text[end] == 0 => &text[..end],
            Some(_) => {
                return Err(BcfError::damaged("expected text without tabs and line ends, which VCF cannot hold"));
            }
        };
        self.out.extend_from_slice(text);
        Ok(())
    }

    fn filter(&mut self, filter: Typed<'_>) -> Result<(), BcfError> {
        self.out.push(b'\t');
        if filter.len == 0 {
            self.out.push(b'.');
            return Ok(());
        }
        if !is_integer(filter.kind) {
            return Err(BcfError::damaged("expected FILTER as integers"));
        }
        let width = filter.kind.width();
        for at in 0..filter.len {
            if at > 0 {
                self.out.push(b';');
            }
            let number = int_at(filter.kind, &filter.bytes[at * width..]);
            let number = u32::try_from(number).map_err(|_| BcfError::damaged("FILTER has a negative number"))?;
            self.key(number, "FILTER")?;
        }
        Ok(())
    }

    fn key(&mut self, number: u32, field: &str) -> Result<bool, BcfError> {
        let entry = self.dictionaries.string(number).ok_or_else(|| undeclared(field, number))?;
        self.out.extend_from_slice(&entry.name);
        Ok(*entry.name == *b"GT")
    }

    fn info(&mut self, record: &Record<'_>) -> Result<(), BcfError> {
        self.out.push(b'\t');
        if record.n_info() == 0 {
            self.out.push(b'.');
        }
        for (at, info) in record.info().enumerate() {
            let info = info?;
            if at > 0 {
                self.out.push(b';');
            }
            self.key(info.key, "INFO")?;
            if info.value.len > 0 {
                self.out.push(b'=');
                self.value(info.value)?;
            }
        }
        Ok(())
    }

    fn samples(&mut self, record: &Record<'_>) -> Result<(), BcfError> {
        let (found, expected) = (record.n_samples(), self.dictionaries.n_samples());
        if found != expected {
            return Err(BcfError::damaged(&format!("expected the {expected} samples of the header, found {found}")));
        }
        if found == 0 {
            return Ok(());
        }
        let mut formats = Vec::with_capacity(16);
        for format in record.formats() {
            let format = format?;
            self.out.push(if formats.is_empty() { b'\t' } else { b':' });
            let genotype = self.key(format.key, "FORMAT")?;
            formats.push((format, genotype));
        }
        if formats.is_empty() {
            self.out.extend_from_slice(b"\t.");
        }
        for sample in 0..found {
            self.out.push(b'\t');
            if formats.is_empty() {
                self.out.push(b'.');
            }
            for (at, (format, genotype)) in formats.iter().enumerate() {
                if at > 0 {
                    self.out.push(b':');
                }
                if *genotype {
                    self.genotype(format, sample)?;
                } else if format.len == 0 {
                    self.out.push(b'.');
                } else {
                    self.value(format.sample(sample))?;
                }
            }
        }
        Ok(())
    }

    /// The elements up to the padding, joined by commas; characters as they are.
    fn value(&mut self, value: Typed<'_>) -> Result<(), BcfError> {
        match value.kind {
            Kind::Missing => return Err(BcfError::damaged("a value without a type has a length")),
            Kind::Char if value.bytes == [7] => self.out.push(b'.'),
            Kind::Char => self.piece(value.bytes)?,
            Kind::Float => {
                for (at, bytes) in value.bytes.chunks_exact(4).enumerate() {
                    let bits = u32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]);
                    if bits == FLOAT_END {
                        break;
                    }
                    if at > 0 {
                        self.out.push(b',');
                    }
                    match bits {
                        FLOAT_MISSING => self.out.push(b'.'),
                        _ => float::put(self.out, f32::from_bits(bits), self.floats),
                    }
                }
            }
            kind => {
                for (at, bytes) in value.bytes.chunks_exact(kind.width()).enumerate() {
                    let number = int_at(kind, bytes);
                    if number == INT_END {
                        break;
                    }
                    if at > 0 {
                        self.out.push(b',');
                    }
                    match number {
                        INT_MISSING => self.out.push(b'.'),
                        _ => put_number(self.out, i64::from(number)),
                    }
                }
            }
        }
        Ok(())
    }

    /// GT: each allele is its number plus one, shifted left, with the phase in the lowest bit.
    fn genotype(&mut self, format: &Format<'_>, sample: usize) -> Result<(), BcfError> {
        let value = format.sample(sample);
        if value.len > 0 && !is_integer(value.kind) {
            return Err(BcfError::damaged("expected GT as integers"));
        }
        let width = value.kind.width();
        let alleles = (0..value.len).map(|at| int_at(value.kind, &value.bytes[at * width..]));
        let alleles = alleles.take_while(|&allele| allele != INT_END);
        if self.dictionaries.leading_phase()
            && let Some(phase) = leading_phase(alleles.clone())
        {
            self.out.push(phase);
        }
        let before = self.out.len();
        for (at, allele) in alleles.enumerate() {
            if at > 0 {
                self.out.push(if allele & 1 == 1 { b'|' } else { b'/' });
            }
            match allele >> 1 {
                0 => self.out.push(b'.'),
                _ if allele == INT_MISSING => self.out.push(b'.'),
                number => put_number(self.out, i64::from(number) - 1),
            }
        }
        if self.out.len() == before {
            self.out.push(b'.');
        }
        Ok(())
    }
}

/// The phase that has to be said of the first allele (from VCF 4.4 on): where the others do not tell it.
fn leading_phase(mut alleles: impl Iterator<Item = i32>) -> Option<u8> {
    let first = alleles.next()?;
    let mut alone = true;
    let mut unphased = false;
    for allele in alleles {
        alone = false;
        unphased |= allele & 1 == 0;
    }
    match (first & 1 == 1, alone) {
        (true, true) => (first >> 1 == 0).then_some(b'|'),
        (true, false) => unphased.then_some(b'|'),
        (false, true) => (first != 0 && first != INT_MISSING).then_some(b'/'),
        (false, false) => (!unphased).then_some(b'/'),
    }
}

fn is_integer(kind: Kind) -> bool {
    matches!(kind, Kind::Int8 | Kind::Int16 | Kind::Int32)
}

fn put_number(out: &mut Vec<u8>, value: i64) {
    if value < 0 {
        out.push(b'-');
    }
    write_number(value.unsigned_abs(), out);
}

#[cold]
fn undeclared(what: &str, number: u32) -> BcfError {
    BcfError::damaged(&format!("its {what} has number {number}, which no line of the header has"))
}
