//! How records stand in a run of bytes: all that cutting, choosing, ordering and indexing need to know of them.

use memchr::{memchr, memrchr};
use vdx_vcf::Line;
use vdx_vcf::line::parse_pos;
use vdx_vcf::region::Overlap;

use crate::error::{Error, Result};
use crate::tabix::last_base;

/// The encoding of records.
#[derive(Clone, Debug)]
pub enum Form {
    /// Lines of text, each with its line end.
    Text,
}

impl Form {
    /// How long the first record is; all of `records` where it has no end.
    #[inline]
    pub fn first_len(&self, records: &[u8]) -> usize {
        match self {
            Self::Text => memchr(b'\n', records).map_or(records.len(), |at| at + 1),
        }
    }

    /// The records one after the other, each with its line end.
    pub fn records<'a>(&'a self, records: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let mut rest = records;
        std::iter::from_fn(move || {
            let (record, behind) = rest.split_at(self.first_len(rest));
            rest = behind;
            (!record.is_empty()).then_some(record)
        })
    }

    /// Where the last of whole records starts.
    pub fn last_start(&self, records: &[u8]) -> usize {
        match self {
            Self::Text => memrchr(b'\n', &records[..records.len().saturating_sub(1)]).map_or(0, |at| at + 1),
        }
    }

    /// Whether the last of many records is found without a look at those before it.
    pub(crate) fn reads_backward(&self) -> bool {
        match self {
            Self::Text => true,
        }
    }

    /// Where in `data` the last record ends that does; `data` follows `carried`, the start of a record.
    ///
    /// # Errors
    /// Bytes that cannot be the start of a record.
    pub(crate) fn last_edge(&self, _carried: &[u8], data: &[u8]) -> Result<Option<usize>> {
        match self {
            Self::Text => Ok(memrchr(b'\n', data).map(|at| at + 1)),
        }
    }

    /// Where in `data` the first record ends; `data` follows `carried`, the start of that record, and has its end.
    pub(crate) fn first_edge(&self, _carried: &[u8], data: &[u8]) -> usize {
        match self {
            Self::Text => self.first_len(data),
        }
    }

    /// CHROM and 1-based POS; `None` where this is no record.
    #[inline]
    pub fn locus<'a>(&'a self, record: &'a [u8]) -> Option<(&'a [u8], u32)> {
        match self {
            Self::Text => {
                let tab = memchr(b'\t', record)?;
                let rest = &record[tab + 1..];
                let pos = memchr(b'\t', rest).and_then(|end| parse_pos(&rest[..end]))?;
                Some((&record[..tab], pos))
            }
        }
    }

    /// CHROM, 1-based POS, and the last base (1-based).
    ///
    /// # Errors
    /// This is no record.
    pub(crate) fn extent<'a>(&'a self, record: &'a [u8]) -> Result<(&'a [u8], u32, u64)> {
        match self {
            Self::Text => {
                let line = Line::parse(record).map_err(|error| Error::data(error.to_string()))?;
                Ok((line.chrom(), line.pos(), last_base(&line)))
            }
        }
    }

    /// The first and last base (1-based) that count, of a record other than by its POS; `None` where this is no record.
    ///
    /// `Variant` starts behind the bases that every ALT shares with REF, as in bcftools: symbolic alleles start at POS, an
    /// insertion lies between its last base and the one behind (last before first).
    pub(crate) fn bounds(&self, record: &[u8], overlap: Overlap) -> Option<(u32, u32)> {
        match self {
            Self::Text => {
                let line = Line::parse(record).ok()?;
                let last = u32::try_from(last_base(&line)).unwrap_or(u32::MAX);
                Some((first_base(line.pos(), last, overlap, line.reference(), line.alts()), last))
            }
        }
    }
}

fn first_base<'a>(
    pos: u32,
    last: u32,
    overlap: Overlap,
    reference: &[u8],
    alts: impl Iterator<Item = &'a [u8]>,
) -> u32 {
    if overlap != Overlap::Variant {
        return pos;
    }
    let shared = |alt: &[u8]| reference.iter().zip(alt).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let length = (last - pos + 1) as usize;
    pos + alts.map(shared).min().unwrap_or(length).min(length) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_variants_start_where_bcftools_lets_them() {
        let bounds = |line: &str, overlap| Form::Text.bounds(line.as_bytes(), overlap).unwrap();
        let deletion = "1\t10\t.\tACC\tA\t.\t.\t.\n";
        assert_eq!((bounds(deletion, Overlap::Record), bounds(deletion, Overlap::Variant)), ((10, 12), (11, 12)));
        assert_eq!(bounds("1\t10\t.\tA\tAC\t.\t.\t.\n", Overlap::Variant), (11, 10));
        assert_eq!(bounds("1\t10\t.\tAC\tAT,G\t.\t.\t.\n", Overlap::Variant), (10, 11));
        assert_eq!(bounds("1\t10\t.\tA\t<DEL>\t.\t.\tEND=30\n", Overlap::Variant), (10, 30));
    }

    #[test]
    fn records_are_told_apart() {
        let records = b"a\nbb\nccc\n";
        assert_eq!(Form::Text.records(records).map(<[u8]>::len).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!(
            (Form::Text.last_start(records), Form::Text.last_start(b"a\n"), Form::Text.last_start(b"")),
            (5, 0, 0)
        );
    }
}
