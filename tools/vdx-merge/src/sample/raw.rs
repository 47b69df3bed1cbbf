//! A raw genotype file in memory: rows by position, and an index by rsID.

use std::ops::Range;

use vdx_hts::memory::try_reserve_exact;
use vdx_hts::{Error, Result};
use vdx_vcf::contig::MT;
use vdx_vcf::write_number;

use super::call::Call;

mod builder;
mod by_rs;
mod columns;

pub(crate) use builder::Builder;

use by_rs::ByRs;
use columns::{Id, RowColumns};

/// One row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Row {
    id: Id,
    /// 1-based; 0 where the file gives no position.
    pub(crate) pos: u32,
    /// 1-22, 23 X, 24 Y, 25 MT; 0 where the file gives no chromosome.
    pub(crate) chromosome: u8,
    /// The genotype.
    pub(crate) call: Call,
}

impl Row {
    /// The rs number, unless the id is another one.
    pub(crate) fn rs(&self) -> Option<u64> {
        match self.id {
            Id::Rs(number) => Some(number),
            Id::Name(_) => None,
        }
    }
}

/// Chromosomes 1-25, and 0 for rows without one.
const CHROMOSOMES: usize = 26;

/// The rows of a raw file, sorted by chromosome and position; rows of one position keep the order of the file.
///
/// A row takes 9 bytes and its place in the index 7, so that the 640,000 to 1,000,000 rows of an array stay below 16 MB and
/// five million of imputed genotypes below 80; in the index of more than eight million it is 5, and 50 million stay below
/// 700 MB.
#[derive(Debug)]
pub(crate) struct RawTable {
    /// The rows of each chromosome.
    rows: [RowColumns; CHROMOSOMES],
    /// The number of the first row of each chromosome, and the end of the last.
    starts: [u32; CHROMOSOMES + 1],
    /// Ids that are no rs number.
    names: Names,
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

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.starts[CHROMOSOMES] as usize
    }

    /// All rows, in order.
    pub(crate) fn rows(&self) -> impl Iterator<Item = Row> {
        (0..self.starts[CHROMOSOMES]).map(|at| self.row(at))
    }

    /// How many rows of a chromosome that may differ between builds have letters and a place; counted up to `enough`.
    pub(crate) fn letters_in_place(&self, enough: u64) -> u64 {
        let differ = (0u8..).zip(&self.rows).filter(|(chromosome, _)| *chromosome != MT).map(|(_, rows)| rows);
        let tell = |rows: &RowColumns, at: usize| rows.positions()[at] > 0 && rows.call(at).letters().is_some();
        let rows = differ.flat_map(|rows| (0..rows.len()).filter(move |at| tell(rows, *at)));
        rows.take(enough as usize).count() as u64
    }

    /// The chromosome of a row, and its number there.
    fn place(&self, at: u32) -> (usize, usize) {
        let chromosome = self.starts.partition_point(|start| *start <= at) - 1;
        (chromosome, (at - self.starts[chromosome]) as usize)
    }

    /// One row.
    pub(crate) fn row(&self, at: u32) -> Row {
        let (chromosome, at) = self.place(at);
        self.row_of(chromosome as u8, at)
    }

    /// Row number `at` (0-based) of a chromosome.
    #[inline]
    pub(crate) fn row_of(&self, chromosome: u8, at: usize) -> Row {
        let rows = &self.rows[usize::from(chromosome)];
        let (id, pos, call) = (rows.id(at, &self.names), rows.positions()[at], rows.call(at));
        Row { id, pos, chromosome, call }
    }

    /// The indexes of a chromosome's rows; empty for a chromosome that is none.
    pub(crate) fn chromosome(&self, number: u8) -> Range<u32> {
        match self.starts.get(usize::from(number)..usize::from(number) + 2) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// The positions (1-based) of a chromosome's rows, in order.
    pub(crate) fn positions(&self, number: u8) -> &[u32] {
        self.rows.get(usize::from(number)).map_or(&[], RowColumns::positions)
    }

    /// The calls of a chromosome's rows, in order; 0 is that of rows without one.
    pub(crate) fn calls(&self, number: u8) -> impl Iterator<Item = Call> + use<'_> {
        self.rows.get(usize::from(number)).into_iter().flat_map(|rows| (0..rows.len()).map(|at| rows.call(at)))
    }

    /// The rows at one position of a chromosome (1-based).
    pub(crate) fn at(&self, number: u8, pos: u32) -> Range<u32> {
        self.between(number, pos, pos)
    }

    /// The rows at `first..=last` of a chromosome (1-based).
    fn between(&self, number: u8, first: u32, last: u32) -> Range<u32> {
        let (start, positions) = (self.chromosome(number).start, self.positions(number));
        let from = positions.partition_point(|pos| *pos < first);
        let count = positions[from..].partition_point(|pos| *pos <= last);
        start + from as u32..start + (from + count) as u32
    }

    /// The rows without a result at `first..=last` (1-based) of a chromosome, looked for from the row on that has `left`
    /// rows from itself to the chromosome's end.
    pub(crate) fn no_calls_around(
        &self,
        number: u8,
        left: usize,
        first: u32,
        last: u32,
    ) -> impl Iterator<Item = u32> + use<'_> {
        let (start, positions) = (self.chromosome(number).start, self.positions(number));
        let near = positions.len().saturating_sub(left);
        let before = positions[..near].iter().rev().take_while(|pos| **pos >= first).count();
        let behind = positions[near..].iter().take_while(|pos| **pos <= last).count();
        let rows = self.rows.get(usize::from(number));
        (near - before..near + behind)
            .filter(move |&at| rows.is_some_and(|rows| rows.call(at).is_none()))
            .map(move |at| start + at as u32)
    }

    /// The rows that call `I` or `D` at `first..=last` of a chromosome (1-based).
    pub(crate) fn lengths_between(&self, number: u8, first: u32, last: u32) -> &[u32] {
        self.lengths_of(&self.between(number, first, last))
    }

    /// Those of `rows` that call `I` or `D`.
    pub(crate) fn lengths_of(&self, rows: &Range<u32>) -> &[u32] {
        let from = self.lengths.partition_point(|at| *at < rows.start);
        let count = self.lengths[from..].partition_point(|at| *at < rows.end);
        &self.lengths[from..from + count]
    }

    /// The rows that call `I` or `D`.
    pub(crate) fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// The rows with this rs number, in order.
    pub(crate) fn with_rs(&self, number: u64) -> impl Iterator<Item = u32> + use<'_> {
        self.by_rs.candidates(number).filter(move |&at| {
            let (chromosome, at) = self.place(at);
            self.rows[chromosome].has_rs(at, number, &self.names)
        })
    }

    /// Appends the id of a row as the file has it, an rs number as `rs` and digits.
    pub(crate) fn write_id(&self, row: &Row, out: &mut Vec<u8>) {
        match row.id {
            Id::Rs(number) => {
                out.extend_from_slice(b"rs");
                write_number(number, out);
            }
            Id::Name(at) => out.extend_from_slice(self.names.at(at)),
        }
    }
}

/// Ids that are no rs number, and numbers that no dbSNP has come to, each as its length and its bytes.
#[derive(Debug, Default)]
pub(crate) struct Names(Vec<u8>);

impl Names {
    /// Where `name`, of which 255 bytes are kept, begins.
    fn add(&mut self, name: &[u8]) -> Result<u32> {
        let at = u32::try_from(self.0.len())
            .map_err(|_| Error::data("expected ids of at most 4 GB in a raw genotype file, found more; is it one?"))?;
        let name = &name[..name.len().min(255)];
        reserve(&mut self.0, name.len() + 1)?;
        self.0.push(name.len() as u8);
        self.0.extend_from_slice(name);
        Ok(at)
    }

    /// The name that begins at `at`.
    fn at(&self, at: u32) -> &[u8] {
        let at = at as usize;
        &self.0[at + 1..at + 1 + usize::from(self.0[at])]
    }
}

/// Reads `rs` (any case) and digits.
pub(crate) fn rs_number(id: &[u8]) -> Option<u64> {
    let [b'r' | b'R', b's' | b'S', digits @ ..] = id else { return None };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Makes room for `more` values: an eighth of what there is beyond that, not as much again.
fn reserve<T>(vec: &mut Vec<T>, more: usize) -> Result<()> {
    if vec.capacity() - vec.len() >= more {
        return Ok(());
    }
    let room = more.max(vec.len() / 8).max(64);
    try_reserve_exact(vec, room).map_err(|_| Error::no_memory("the raw genotype file"))
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
    fn rows_are_found_by_place_and_by_rs_number() {
        let table = table(&[
            ("rs9", 2, 50, "AA"),
            ("i7", 1, 20, "DI"),
            ("rs3", 1, 10, "AG"),
            ("rs3", 1, 20, "--"),
            ("rs4", 0, 0, "CC"),
            ("rs123456789012", 2, 40, "T"),
        ]);
        assert_eq!(table.len(), 6);
        assert_eq!(table.at(1, 20), 2..4);
        assert_eq!(table.at(1, 11), 2..2);
        assert_eq!(table.chromosome(2), 4..6);
        assert_eq!(table.chromosome(3), 6..6);
        assert_eq!(table.chromosome(99), 0..0);
        assert_eq!((table.positions(1), table.positions(99)), (&[10, 20, 20][..], &[][..]));
        let with_rs = |number| table.with_rs(number).collect::<Vec<_>>();
        assert_eq!((with_rs(3), with_rs(4), with_rs(5)), (vec![1, 3], vec![0], vec![]));
        assert_eq!(with_rs(123_456_789_012), [4]);
        assert_eq!(table.lengths_between(1, 15, 25), [2]);
        assert!(table.lengths_between(1, 21, 25).is_empty());
        let id = |at| {
            let mut out = Vec::new();
            table.write_id(&table.row(at), &mut out);
            String::from_utf8(out).unwrap()
        };
        assert_eq!((id(2), id(4), id(5)), ("i7".into(), "rs123456789012".into(), "rs9".into()));
        let calls: Vec<String> = table.rows().map(|row| String::from_utf8(row.call.text().to_vec()).unwrap()).collect();
        assert_eq!(calls, ["CC", "AG", "DI", "--", "T", "AA"]);
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
    fn a_row_with_its_indexes_takes_sixteen_bytes() {
        let mut builder = Builder::default();
        let count = 200_000u32;
        for at in 0..count {
            builder.add(format!("rs{}", at * 13).as_bytes(), 1 + (at / 10_000) as u8, at, Call::NONE).unwrap();
        }
        let table = builder.build().unwrap();
        let bytes = table.rows.iter().map(RowColumns::bytes).sum::<usize>() + table.by_rs.bytes();
        assert!(bytes <= 16 * count as usize, "{}", bytes as f64 / f64::from(count));
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
