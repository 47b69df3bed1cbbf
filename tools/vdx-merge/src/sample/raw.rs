//! A raw genotype file in memory: rows by position, and an index by rsID.

use vdx_hts::{Error, Result};
use vdx_vcf::contig::MT;

use super::call::Call;

mod builder;
mod by_rs;

pub(crate) use builder::Builder;

use by_rs::ByRs;

/// One row: 16 bytes, so that the 640,000 to 1,000,000 rows of an array stay below 20 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    id: u64,
    /// 1-based; 0 where the file gives no position.
    pub(crate) pos: u32,
    /// 1-22, 23 X, 24 Y, 25 MT; 0 where the file gives no chromosome.
    pub(crate) chromosome: u8,
    /// The genotype.
    pub(crate) call: Call,
}

/// Set in [`Row::id`] where the rest is an offset into the names rather than an rs number.
const NAMED: u64 = 1 << 63;

impl Row {
    /// The rs number, unless the id is another one.
    pub(crate) fn rs(&self) -> Option<u64> {
        (self.id & NAMED == 0).then_some(self.id)
    }
}

/// Chromosomes 1-25, and 0 for rows without one.
const CHROMOSOMES: usize = 26;

/// The rows of a raw file, sorted by chromosome and position; rows of one position keep the order of the file.
#[derive(Debug)]
pub(crate) struct RawTable {
    rows: Vec<Row>,
    /// Where each chromosome's rows begin, and the end of the last.
    starts: [u32; CHROMOSOMES + 1],
    /// Ids that are no rs number, each as its length and its bytes.
    names: Vec<u8>,
    by_rs: ByRs,
    /// Rows that call `I` or `D`, in order.
    lengths: Vec<u32>,
    either_strand: bool,
}

impl RawTable {
    /// Whether letters may be of either strand, each row for itself: Illumina's `Forward` alleles are in dbSNP's
    /// orientation, which for some rsIDs is the minus strand.
    pub(crate) fn either_strand(&self) -> bool {
        self.either_strand
    }

    /// All rows.
    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// How many rows of a chromosome that may differ between builds have letters and a place; counted up to `enough`.
    pub(crate) fn letters_in_place(&self, enough: u64) -> u64 {
        let tell = |row: &&Row| row.pos > 0 && row.chromosome != MT && row.call.letters().is_some();
        self.rows.iter().filter(tell).take(enough as usize).count() as u64
    }

    /// One row.
    pub(crate) fn row(&self, at: u32) -> &Row {
        &self.rows[at as usize]
    }

    /// The indexes of a chromosome's rows; empty for a chromosome that is none.
    pub(crate) fn chromosome(&self, number: u8) -> std::ops::Range<u32> {
        match self.starts.get(usize::from(number)..usize::from(number) + 2) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// The rows at one position of a chromosome (1-based).
    pub(crate) fn at(&self, number: u8, pos: u32) -> std::ops::Range<u32> {
        self.between(number, pos, pos)
    }

    /// The rows at `first..=last` of a chromosome (1-based).
    fn between(&self, number: u8, first: u32, last: u32) -> std::ops::Range<u32> {
        let all = self.chromosome(number);
        let rows = &self.rows[all.start as usize..all.end as usize];
        let start = rows.partition_point(|row| row.pos < first) as u32;
        let end = rows.partition_point(|row| row.pos <= last) as u32;
        all.start + start..all.start + end
    }

    /// The rows without a result at `first..=last` of a chromosome (1-based).
    pub(crate) fn no_calls_between(&self, number: u8, first: u32, last: u32) -> impl Iterator<Item = u32> + use<'_> {
        self.between(number, first, last).filter(|&at| self.row(at).call.is_none())
    }

    /// The rows that call `I` or `D` at `first..=last` of a chromosome (1-based).
    pub(crate) fn lengths_between(&self, number: u8, first: u32, last: u32) -> &[u32] {
        let place = |at: &u32| {
            let row = self.row(*at);
            (row.chromosome, row.pos)
        };
        let start = self.lengths.partition_point(|at| place(at) < (number, first));
        let end = self.lengths.partition_point(|at| place(at) <= (number, last));
        &self.lengths[start..end.max(start)]
    }

    /// The rows that call `I` or `D`.
    pub(crate) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// The rows with this rs number, in order.
    pub(crate) fn with_rs(&self, number: u64) -> impl Iterator<Item = u32> + use<'_> {
        self.by_rs.candidates(number).iter().copied().filter(move |&at| self.row(at).id == number)
    }

    /// Appends the id of a row as the file has it, an rs number as `rs` and digits.
    pub(crate) fn write_id(&self, row: &Row, out: &mut Vec<u8>) {
        match row.rs() {
            Some(number) => out.extend_from_slice(format!("rs{number}").as_bytes()),
            None => out.extend_from_slice(name_at(&self.names, row.id & !NAMED)),
        }
    }
}

/// The name that begins at `at`: its length, then its bytes.
fn name_at(names: &[u8], at: u64) -> &[u8] {
    let at = at as usize;
    &names[at + 1..at + 1 + usize::from(names[at])]
}

/// Reads `rs` (any case) and digits.
pub(crate) fn rs_number(id: &[u8]) -> Option<u64> {
    let [b'r' | b'R', b's' | b'S', digits @ ..] = id else { return None };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

fn reserve<T>(vec: &mut Vec<T>, more: usize) -> Result<()> {
    vec.try_reserve(more).map_err(|_| Error::memory("no memory for the raw genotype file; give --memory more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, u8, u32, &str)]) -> RawTable {
        let mut builder = Builder::default();
        for (id, chromosome, pos, call) in rows {
            builder.add(id.as_bytes(), *chromosome, *pos, Call::parse(call.as_bytes()).unwrap()).unwrap();
        }
        builder.build().unwrap()
    }

    #[test]
    fn a_row_is_sixteen_bytes() {
        assert_eq!(size_of::<Row>(), 16);
    }

    #[test]
    fn rows_are_found_by_place_and_by_rs_number() {
        let table = table(&[
            ("rs9", 2, 50, "AA"),
            ("i7", 1, 20, "DI"),
            ("rs3", 1, 10, "AG"),
            ("rs3", 1, 20, "--"),
            ("rs4", 0, 0, "CC"),
        ]);
        assert_eq!(table.at(1, 20), 2..4);
        assert_eq!(table.at(1, 11), 2..2);
        assert_eq!(table.chromosome(2), 4..5);
        assert_eq!(table.chromosome(3), 5..5);
        assert_eq!(table.chromosome(99), 0..0);
        let with_rs = |number| table.with_rs(number).collect::<Vec<_>>();
        assert_eq!((with_rs(3), with_rs(4), with_rs(5)), (vec![1, 3], vec![0], vec![]));
        assert_eq!(table.lengths_between(1, 15, 25), [2]);
        assert!(table.lengths_between(1, 21, 25).is_empty());
        let id = |at| {
            let mut out = Vec::new();
            table.write_id(table.row(at), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!((id(2), id(4)), ("i7".into(), "rs9".into()));
    }

    #[test]
    fn every_number_passes_its_own_filter() {
        let rows: Vec<(String, u32)> = (1..5000).map(|at| (format!("rs{}", at * 7919), at)).collect();
        let rows: Vec<(&str, u8, u32, &str)> = rows.iter().map(|(id, pos)| (id.as_str(), 1, *pos, "AA")).collect();
        let table = table(&rows);
        assert!((1..5000u64).all(|at| table.with_rs(at * 7919).count() == 1));
        assert!(!(1..5000u64).any(|at| table.with_rs(at * 7919 + 1).next().is_some()));
    }

    #[test]
    fn rs_numbers() {
        assert_eq!(rs_number(b"rs123"), Some(123));
        assert_eq!(rs_number(b"RS1"), Some(1));
        for id in ["rs", "i123", "rs12a", "123", "rs1234567890123456789"] {
            assert_eq!(rs_number(id.as_bytes()), None, "{id}");
        }
    }
}
