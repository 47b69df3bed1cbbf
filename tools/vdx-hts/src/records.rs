//! How records stand in a run of bytes: all that cutting, choosing, ordering and indexing need to know of them.

use std::ops::Range;

use memchr::{memchr, memrchr};
use vdx_vcf::bcf::{BcfError, Record, record_len};
use vdx_vcf::region::Overlap;
use vdx_vcf::{Dialect, Extent, Form, Line};

use crate::error::{Error, Result};

/// Edges and extents of records of either [`Form`].
pub trait Records {
    /// How long the first record is; all of `records` where it has no end.
    fn first_len(&self, records: &[u8]) -> usize;

    /// Where the last of whole records starts.
    fn last_start(&self, records: &[u8]) -> usize;

    /// Whether the last of many records is found without a look at those before it.
    fn reads_backward(&self) -> bool;

    /// Where in `data` the last record ends that does; `data` follows `carried`, the start of a record. `scouted` is what
    /// [`Form::scout`] found in `data`, where it was asked.
    ///
    /// # Errors
    /// Bytes that cannot be the start of a record.
    fn last_edge(&self, carried: &[u8], data: &[u8], scouted: Option<&Range<usize>>) -> Result<Option<usize>>;

    /// How long the record is that begins with `start`, where its start alone tells.
    fn len_by_start(&self, start: &[u8]) -> Option<usize>;

    /// Where in `data` the first record ends; `data` follows `carried`, the start of that record, and has its end.
    fn first_edge(&self, carried: &[u8], data: &[u8]) -> usize;

    /// CHROM, 1-based POS, and the last base (1-based).
    ///
    /// # Errors
    /// This is no record.
    fn extent<'a>(&'a self, record: &'a [u8]) -> Result<(&'a [u8], u32, u64)>;

    /// The first and last base (1-based) that count, of a record other than by its POS; `None` where this is no record.
    ///
    /// `Variant` starts behind the bases that every ALT shares with REF, as in bcftools: symbolic alleles start at POS, an
    /// insertion lies between its last base and the one behind (last before first).
    fn bounds(&self, record: &[u8], overlap: Overlap) -> Option<(u32, u32)>;
}

impl Records for Form {
    #[inline]
    fn first_len(&self, records: &[u8]) -> usize {
        self.record_len(records).ok().flatten().unwrap_or(records.len())
    }

    fn last_start(&self, records: &[u8]) -> usize {
        match self {
            Self::Text => memrchr(b'\n', &records[..records.len().saturating_sub(1)]).map_or(0, |at| at + 1),
            Self::Bcf(_) | Self::Table(_) => records.len() - self.records(records).last().map_or(0, <[u8]>::len),
        }
    }

    fn reads_backward(&self) -> bool {
        matches!(self, Self::Text)
    }

    fn last_edge(&self, carried: &[u8], data: &[u8], scouted: Option<&Range<usize>>) -> Result<Option<usize>> {
        if let Self::Table(dialect) = self
            && !carried.is_empty()
            && (memchr(b'"', carried).is_some() || memchr(b'"', data).is_some())
        {
            return last_row(*dialect, carried, data);
        }
        let mut edge = 0;
        if self.is_bcf() && !carried.is_empty() {
            match bcf_len(carried, data).map_err(Error::from)? {
                Some(len) if len <= carried.len() + data.len() => edge = len - carried.len(),
                _ => return Ok(None),
            }
        }
        if let Some(scouted) = scouted {
            while edge < scouted.start
                && let Some(len) = self.record_len(&data[edge..]).map_err(Error::from)?
            {
                edge += len;
            }
            if edge == scouted.start {
                edge = scouted.end;
            }
        }
        edge += self.whole_len(&data[edge..]).map_err(Error::from)?;
        Ok((edge > 0).then_some(edge))
    }

    fn len_by_start(&self, start: &[u8]) -> Option<usize> {
        if self.is_bcf() { bcf_len(start, b"").ok().flatten() } else { None }
    }

    fn first_edge(&self, carried: &[u8], data: &[u8]) -> usize {
        match self {
            Self::Text => self.first_len(data),
            Self::Table(_) => self.first_len(&[carried, data].concat()).saturating_sub(carried.len()),
            Self::Bcf(_) => bcf_len(carried, data).ok().flatten().map_or(data.len(), |len| len - carried.len()),
        }
    }

    fn extent<'a>(&'a self, record: &'a [u8]) -> Result<(&'a [u8], u32, u64)> {
        match self {
            Self::Text => {
                let line = Line::parse(record).map_err(Error::caused_by)?;
                Ok((line.chrom(), line.pos(), Extent::of_line(&line).last()))
            }
            Self::Table(_) => Err(Error::data("internal error: rows of a table have no extent")),
            Self::Bcf(dictionaries) => {
                let record = Record::parse(record).ok();
                let found = record.and_then(|record| Some((dictionaries.contig(record.contig())?, record)));
                let (contig, record) = found.ok_or_else(|| {
                    Error::data("damaged BCF record: expected a contig of the header and a POS; make the file again")
                })?;
                Ok((contig, record.pos(), record.last_base(dictionaries)))
            }
        }
    }

    fn bounds(&self, record: &[u8], overlap: Overlap) -> Option<(u32, u32)> {
        match self {
            Self::Text => {
                let line = Line::parse(record).ok()?;
                let last = clamped(Extent::of_line(&line).last());
                Some((first_base(line.pos(), last, overlap, line.reference(), line.alts()), last))
            }
            Self::Table(_) => None,
            Self::Bcf(dictionaries) => {
                let record = Record::parse(record).ok()?;
                let last = clamped(record.last_base(dictionaries));
                Some((first_base(record.pos(), last, overlap, record.reference(), record.alts()), last))
            }
        }
    }
}

/// Longer rows are taken for those whose quote does not end.
const LONGEST_ROW: usize = 16 << 20;

/// Where in `data` the last row ends, where some are quoted.
fn last_row(dialect: Dialect, carried: &[u8], data: &[u8]) -> Result<Option<usize>> {
    let all = [carried, data].concat();
    let edge = dialect.whole_len(&all);
    if edge == 0 && all.len() > LONGEST_ROW {
        return Err(unclosed(&all));
    }
    Ok(edge.checked_sub(carried.len()).filter(|edge| *edge > 0))
}

/// The error for a row whose quote does not end.
pub fn unclosed(row: &[u8]) -> Error {
    let end = memchr(b'\n', row).unwrap_or(row.len()).min(60);
    Error::data(format!(
        "a quoted cell has no end, in the row that starts '{}': is a quote missing?",
        String::from_utf8_lossy(row[..end].trim_ascii_end())
    ))
}

/// The length of the record that starts with `carried` and goes on in `data`; `None` where its lengths are not there yet.
fn bcf_len(carried: &[u8], data: &[u8]) -> std::result::Result<Option<usize>, BcfError> {
    let mut lengths = [0; 8];
    let all = carried.iter().chain(data);
    if lengths.iter_mut().zip(all).map(|(length, byte)| *length = *byte).count() < lengths.len() {
        return Ok(None);
    }
    record_len(&lengths)?;
    let [a, b, c, d, e, f, g, h] = lengths;
    Ok(Some(lengths.len() + u32::from_le_bytes([a, b, c, d]) as usize + u32::from_le_bytes([e, f, g, h]) as usize))
}

fn clamped(last: u64) -> u32 {
    u32::try_from(last).unwrap_or(u32::MAX)
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
    use std::sync::Arc;

    use vdx_vcf::Header;
    use vdx_vcf::bcf::Dictionaries;

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
    fn edges_are_found_wherever_the_bytes_are_parted() {
        let header = b"##contig=<ID=1>\n#CHROM\tPOS\tID\tREF\tALT\tQUAL\tFILTER\tINFO\n";
        let bcf = Form::Bcf(Arc::new(Dictionaries::of(&Header::parse(header).unwrap()).unwrap()));
        let record = |len: u8| [&[len + 24, 0, 0, 0, 1, 0, 0, 0][..], &vec![0; 25 + usize::from(len)]].concat();
        let forms = [(bcf, [record(0), record(7), record(1)]), (Form::Text, [5, 1, 3].map(line))];
        let table = Form::Table(Dialect::from(b','));
        let rows = ["a,b\n", "1,\"c\n,\"\"\n\"\n", "\"2\",d\"\n"].map(|row| row.as_bytes().to_vec());
        for (form, records) in
            forms.into_iter().chain([(table.clone(), rows.clone()), (table, [1, 0, 2].map(|at| rows[at].clone()))])
        {
            let bytes = records.concat();
            let edges = [records[0].len(), records[0].len() + records[1].len(), bytes.len()];
            assert_eq!((form.first_len(&bytes), form.last_start(&bytes)), (edges[0], edges[1]));
            assert_eq!((form.last_start(&records[0]), form.last_start(b"")), (0, 0));
            for from in 0..edges[0] {
                for to in from..=bytes.len() {
                    let last = edges.iter().rev().find(|edge| **edge <= to).map(|edge| edge - from);
                    let (carried, data) = (&bytes[..from], &bytes[from..to]);
                    // With what a look ahead says of the bytes, and with what is wrong.
                    let wrong = Some(1..data.len()).filter(|wrong| !wrong.is_empty() && !edges.contains(&(from + 1)));
                    for scouted in [None, form.scout(data, None), wrong.filter(|_| form.is_bcf())] {
                        let found = form.last_edge(carried, data, scouted.as_ref()).unwrap();
                        assert_eq!(found, last, "{form:?} {from} {to} {scouted:?}");
                    }
                }
                assert_eq!(form.first_edge(&bytes[..from], &bytes[from..]), edges[0] - from);
            }
        }
    }

    fn line(len: usize) -> Vec<u8> {
        [&vec![b'x'; len - 1][..], b"\n"].concat()
    }
}
