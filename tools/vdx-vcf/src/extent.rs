//! Where a record ends: the bases of the reference that it is about, by one rule for text and BCF.
//!
//! As htslib (1.21 and later) has it, whatever version the header names: from POS to the furthest of
//! - the end of REF;
//! - INFO/END;
//! - POS and INFO/SVLEN of `<DEL>`, `<DUP>`, `<INV>` and `<CNV>` and their subtypes, whatever its sign (VCF 4.5, section
//!   1.6.1, field ALT): the base before the event does not count;
//! - FORMAT/LEN bases of `<*>` and `<NON_REF>` (VCF 4.5, section 1.6.2, LEN), by the sample with the longest block.

use memchr::memchr;

use crate::info;
use crate::line::{Line, Rest, parse_pos};

/// What tells where a record ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// POS, 1-based.
    pos: u64,
    /// Bases of REF.
    reference: u64,
    /// INFO/END, 1-based; 0 where there is none.
    end: u64,
    /// The longest event on the reference that SVLEN tells.
    svlen: u64,
    /// The longest block that LEN tells.
    block: u64,
}

impl Extent {
    /// Of REF alone.
    pub(crate) fn of_reference(pos: u32, reference: &[u8]) -> Self {
        Self { pos: pos.into(), reference: reference.len() as u64, ..Self::default() }
    }

    /// Of a line. One that is cut behind ALT ends with REF.
    #[inline]
    pub fn of_line(line: &Line) -> Self {
        match line.rest() {
            Ok(rest) => Self::of(line.pos(), line.reference(), line.alt(), &rest),
            Err(_) => Self::of_reference(line.pos(), line.reference()),
        }
    }

    /// Of the columns of a line; `alt` is the whole field.
    #[inline]
    pub fn of(pos: u32, reference: &[u8], alt: &[u8], rest: &Rest) -> Self {
        let mut extent = Self::of_site(pos, reference, alt, rest.info);
        if let Some(samples) = rest.samples.filter(|_| has_block(alt)) {
            let mut columns = samples.split(|&byte| byte == b'\t');
            extent.add_samples(columns.next().unwrap_or_default(), columns);
        }
        extent
    }

    /// Of one sample's column alone.
    pub fn of_sample(line: &Line, info: &[u8], format: &[u8], sample: &[u8]) -> Self {
        let mut extent = Self::of_site(line.pos(), line.reference(), line.alt(), info);
        if has_block(line.alt()) {
            extent.add_samples(format, std::iter::once(sample));
        }
        extent
    }

    #[inline]
    fn of_site(pos: u32, reference: &[u8], alt: &[u8], info: &[u8]) -> Self {
        let mut extent = Self::of_reference(pos, reference);
        if let Some(end) = info::value(info, b"END").and_then(parse_pos) {
            extent.end = end.into();
        }
        if memchr(b'<', alt).is_some()
            && let Some(lengths) = info::value(info, b"SVLEN")
        {
            for (alt, length) in crate::line::alts(alt).zip(lengths.split(|&byte| byte == b',')) {
                let length = parse_pos(length.strip_prefix(b"-").unwrap_or(length));
                extent.add_svlen(alt, length.map_or(0, u64::from));
            }
        }
        extent
    }

    fn add_samples<'s>(&mut self, format: &[u8], samples: impl Iterator<Item = &'s [u8]>) {
        let Some(at) = format.split(|&byte| byte == b':').position(|key| key == b"LEN") else { return };
        for lengths in samples.filter_map(|sample| sample.split(|&byte| byte == b':').nth(at)) {
            lengths.split(|&byte| byte == b',').filter_map(parse_pos).for_each(|length| self.add_block(length.into()));
        }
    }

    /// Adds the SVLEN of one ALT, without its sign.
    pub(crate) fn add_svlen(&mut self, alt: &[u8], length: u64) {
        if has_length_on_reference(alt) {
            self.svlen = self.svlen.max(length);
        }
    }

    /// Adds the LEN of one sample.
    pub(crate) fn add_block(&mut self, length: u64) {
        self.block = self.block.max(length);
    }

    /// Sets INFO/END, 1-based.
    pub(crate) fn set_end(&mut self, end: u64) {
        self.end = end;
    }

    /// The last base, 1-based; POS itself at least.
    pub fn last(&self) -> u64 {
        let Self { pos, svlen, .. } = *self;
        let by_svlen = if svlen > 0 { pos + svlen } else { 0 };
        pos.max(self.end_of_reference()).max(self.end).max(by_svlen).max((pos + self.block).saturating_sub(1))
    }

    /// The last base of REF, 1-based.
    pub fn end_of_reference(&self) -> u64 {
        (self.pos + self.reference).saturating_sub(1)
    }

    /// Where END or LEN say that the record ends, if that is elsewhere than REF ends: a block, a structural variant.
    pub fn elsewhere(&self) -> Option<u64> {
        let block = if self.block > 0 { self.pos + self.block - 1 } else { 0 };
        Some(self.end.max(block)).filter(|&end| end > 0 && end != self.end_of_reference())
    }
}

/// Whether SVLEN of this ALT is a length on the reference.
pub(crate) fn has_length_on_reference(alt: &[u8]) -> bool {
    let kind = [&b"<DEL"[..], b"<DUP", b"<INV", b"<CNV"].iter().any(|kind| alt.starts_with(kind));
    kind && matches!(alt.get(4), Some(b'>' | b':')) && alt.ends_with(b">")
}

/// Whether this ALT stands for any other allele, so that FORMAT/LEN tells how far a sample's block reaches.
pub(crate) fn is_block(alt: &[u8]) -> bool {
    matches!(alt, b"<*>" | b"<NON_REF>")
}

fn has_block(alt: &[u8]) -> bool {
    memchr(b'<', alt).is_some() && crate::line::alts(alt).any(is_block)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As htslib 1.24 gives them (`rlen`).
    const LENGTHS: &[(&str, u64)] = &[
        ("A <*> . GT:LEN 0/0:7 0/0:9", 9),
        ("A <NON_REF> . GT:LEN 0/0:7 0/0:.", 7),
        ("A <INV> SVLEN=20 GT 0/0 0/0", 21),
        ("A <CNV:TR> SVLEN=20 GT 0/0 0/0", 21),
        ("A <INS> SVLEN=20 GT 0/0 0/0", 1),
        ("A C,<DEL> SVLEN=.,-20 GT 0/0 0/0", 21),
        ("A <DUP> SVLEN=5;END=19 GT 0/0 0/0", 10),
        ("ACG <*> END=14 GT:LEN 0/0:5 0/0:4", 5),
        ("A C END=21 GT:LEN 0/0:50 0/0:4", 12),
        ("A <DEL> END=5 GT 0/0 0/0", 1),
        ("A <DUP:TANDEM>,<DEL:ME> SVLEN=4,-9 GT 0/0 0/0", 10),
        ("A <DELX> SVLEN=4 GT 0/0 0/0", 1),
        ("A <DEL>,C SVLEN=-9 GT 0/0 0/0", 10),
        ("A C,<*> . GT:LEN 0/0:5 0/0:4", 5),
        ("A . END=15 GT 0/0 0/0", 6),
        ("A C SVLEN=4 GT 0/0 0/0", 1),
        ("ACG A END=5;XEND=99 GT 0/0 0/0", 3),
    ];

    /// REF, ALT, INFO, FORMAT and two samples as a line.
    fn line_of(record: &str) -> String {
        let mut columns = vec!["1", "10", "."];
        columns.extend(record.split(' '));
        columns.splice(5..5, [".", "."]);
        columns.join("\t")
    }

    #[test]
    fn records_end_where_htslib_ends_them() {
        for (record, length) in LENGTHS {
            let text = line_of(record);
            let line = Line::parse(text.as_bytes()).unwrap();
            assert_eq!(Extent::of_line(&line).last(), 9 + length, "{record}");
        }
    }

    #[test]
    fn what_ends_with_reference_ends_nowhere_else() {
        let elsewhere = |text: &str| Extent::of_line(&Line::parse(text.as_bytes()).unwrap()).elsewhere();
        assert_eq!(elsewhere("1\t5\t.\tACG\tA\t.\t.\tEND=7"), None);
        assert_eq!(elsewhere("1\t5\t.\tA\t<DEL>\t.\t.\tSVLEN=-9"), None);
        assert_eq!(elsewhere("1\t5\t.\tA\t<DEL>\t.\t.\tEND=9"), Some(9));
        assert_eq!(elsewhere("1\t5\t.\tA\t<*>\t.\t.\t.\tLEN\t3"), Some(7));
    }
}
