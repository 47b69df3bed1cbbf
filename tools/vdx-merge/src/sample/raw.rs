//! A raw genotype file in memory: rows by position, and an index by rsID.

use vdx_stream::{Error, Result};

use super::Call;

/// One row: 16 bytes, so that the 640,000 to 1,000,000 rows of an array stay below 20 MB.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    id: u64,
    /// 1-based; 0 where the file gives no position.
    pub pos: u32,
    /// 1-22, 23 X, 24 Y, 25 MT; 0 where the file gives no chromosome.
    pub chromosome: u8,
    /// The genotype.
    pub call: Call,
}

/// Set in [`Row::id`] where the rest is an offset into the names rather than an rs number.
const NAMED: u64 = 1 << 63;

impl Row {
    /// The rs number, unless the id is another one.
    pub fn rs(&self) -> Option<u64> {
        (self.id & NAMED == 0).then_some(self.id)
    }
}

/// More rows than any array has: whatever is read is not a raw genotype file.
const MOST_ROWS: usize = 50_000_000;

/// Chromosomes 1-25, and 0 for rows without one.
const CHROMOSOMES: usize = 26;

/// The rows of a raw file, sorted by chromosome and position; rows of one position keep the order of the file.
#[derive(Debug)]
pub struct Table {
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

/// Collects rows in the order of the file.
#[derive(Debug, Default)]
pub struct Builder {
    rows: Vec<Row>,
    names: Vec<u8>,
    /// See [`Table::either_strand`].
    pub either_strand: bool,
}

impl Builder {
    /// Adds a row. `chromosome` as in [`Row`], `pos` 1-based or 0, `id` as in the file.
    pub fn add(&mut self, id: &[u8], chromosome: u8, pos: u32, call: Call) -> Result<()> {
        if self.rows.len() == MOST_ROWS {
            return Err(Error::data(format!(
                "expected a raw genotype file of at most {MOST_ROWS} rows, found more; is it one?"
            )));
        }
        let id = match rs_number(id) {
            Some(number) => number,
            None => {
                let at = self.names.len() as u64;
                let name = &id[..id.len().min(255)];
                reserve(&mut self.names, name.len() + 1)?;
                self.names.push(name.len() as u8);
                self.names.extend_from_slice(name);
                at | NAMED
            }
        };
        reserve(&mut self.rows, 1)?;
        self.rows.push(Row { id, pos, chromosome, call });
        Ok(())
    }

    /// The rows that have a name and no rs number, each as the place of its name (see [`Builder::name`]) and its index,
    /// sorted by name.
    pub fn by_name(&self) -> Result<Vec<(u64, u32)>> {
        let named = || (0u32..).zip(&self.rows).filter(|(_, row)| row.rs().is_none());
        let mut sorted = Vec::new();
        reserve(&mut sorted, named().count())?;
        sorted.extend(named().map(|(at, row)| (row.id & !NAMED, at)));
        sorted.sort_by(|(one, _), (other, _)| self.name(*one).cmp(self.name(*other)));
        Ok(sorted)
    }

    /// The name at a place that [`Builder::by_name`] gave out.
    pub fn name(&self, at: u64) -> &[u8] {
        name_at(&self.names, at)
    }

    /// Gives a row rs numbers in place of its name, a row for each, and its chromosome and position where it has none.
    pub fn identify(&mut self, at: u32, rs: impl Iterator<Item = u64>, place: Option<(u8, u32)>) -> Result<()> {
        let row = &mut self.rows[at as usize];
        if let Some((chromosome, pos)) = place.filter(|_| row.chromosome == 0) {
            (row.chromosome, row.pos) = (chromosome, pos);
        }
        if row.rs().is_some() {
            return Ok(());
        }
        let row = *row;
        for (count, id) in rs.enumerate() {
            if count == 0 {
                self.rows[at as usize].id = id;
            } else {
                reserve(&mut self.rows, 1)?;
                self.rows.push(Row { id, ..row });
            }
        }
        Ok(())
    }

    /// Sorts and indexes the rows.
    pub fn build(mut self) -> Result<Table> {
        let place = |row: &Row| (row.chromosome, row.pos);
        if !self.rows.is_sorted_by_key(place) {
            self.rows.sort_by_key(place);
        }
        self.rows.shrink_to_fit();
        let rows = std::mem::take(&mut self.rows);
        one_person(&rows)?;
        let mut starts = [0; CHROMOSOMES + 1];
        for (chromosome, start) in starts.iter_mut().enumerate() {
            *start = rows.partition_point(|row| usize::from(row.chromosome) < chromosome) as u32;
        }
        let by_rs = ByRs::new(&rows)?;
        let lengths = (0..rows.len() as u32).filter(|&at| rows[at as usize].call.lengths().is_some()).collect();
        let Self { names, either_strand, .. } = self;
        Ok(Table { rows, starts, names, by_rs, lengths, either_strand })
    }
}

impl Table {
    /// Whether letters may be of either strand, each row for itself: Illumina's `Forward` alleles are in dbSNP's
    /// orientation, which for some rsIDs is the minus strand.
    pub fn either_strand(&self) -> bool {
        self.either_strand
    }

    /// All rows.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// One row.
    pub fn row(&self, at: u32) -> &Row {
        &self.rows[at as usize]
    }

    /// The indexes of a chromosome's rows; empty for a chromosome that is none.
    pub fn chromosome(&self, number: u8) -> std::ops::Range<u32> {
        match self.starts.get(usize::from(number)..usize::from(number) + 2) {
            Some(&[start, end]) => start..end,
            _ => 0..0,
        }
    }

    /// The rows at one position of a chromosome (1-based).
    pub fn at(&self, number: u8, pos: u32) -> std::ops::Range<u32> {
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

    /// The rows that call `I` or `D` at `first..=last` of a chromosome (1-based).
    pub fn lengths_between(&self, number: u8, first: u32, last: u32) -> &[u32] {
        let place = |at: &u32| {
            let row = self.row(*at);
            (row.chromosome, row.pos)
        };
        let start = self.lengths.partition_point(|at| place(at) < (number, first));
        let end = self.lengths.partition_point(|at| place(at) <= (number, last));
        &self.lengths[start..end.max(start)]
    }

    /// The rows that call `I` or `D`.
    pub fn lengths(&self) -> &[u32] {
        &self.lengths
    }

    /// The rows with this rs number, in order.
    pub fn with_rs(&self, number: u64) -> impl Iterator<Item = u32> + use<'_> {
        self.by_rs.candidates(number).iter().copied().filter(move |&at| self.row(at).id == number)
    }

    /// Appends the id of a row as the file has it, an rs number as `rs` and digits.
    pub fn write_id(&self, row: &Row, out: &mut Vec<u8>) {
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

/// Rows with the same id at the same place that call different alleles: a few are errors of an array, many are two
/// people in one file.
fn one_person(rows: &[Row]) -> Result<()> {
    // Two versions of one person's array differ at fewer than one site in a hundred, relatives at many more.
    const LEAST: u64 = 20;
    const ONE_IN: u64 = 20;
    let (mut repeated, mut contradicting, mut first) = (0, 0, None);
    for group in rows.chunk_by(|one, other| (one.chromosome, one.pos) == (other.chromosome, other.pos)) {
        for (at, row) in group.iter().enumerate().filter(|(_, row)| row.chromosome > 0) {
            let Some(other) = group[..at].iter().find(|other| other.id == row.id) else { continue };
            repeated += 1;
            if row.call.contradicts(other.call) {
                contradicting += 1;
                first.get_or_insert(row);
            }
        }
    }
    match first {
        Some(Row { id, chromosome, pos, .. }) if contradicting >= LEAST && contradicting * ONE_IN >= repeated => {
            let id = if id & NAMED == 0 { format!("rs{id} at ") } else { String::new() };
            Err(Error::data(format!(
                "expected the genotypes of one person, found that {contradicting} of {repeated} sites that come twice \
                 have different ones (the first is {id}{chromosome}:{pos}); are the files of two people joined?"
            )))
        }
        _ => Ok(()),
    }
}

/// Reads `rs` (any case) and digits.
pub fn rs_number(id: &[u8]) -> Option<u64> {
    let [b'r' | b'R', b's' | b'S', digits @ ..] = id else { return None };
    if digits.is_empty() || digits.len() > 18 || !digits.iter().all(u8::is_ascii_digit) {
        return None;
    }
    Some(digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0')))
}

/// Finds rows by their rs numbers.
#[derive(Debug)]
struct ByRs {
    /// Three bits for every number, all in one word: most of ClinVar's numbers are not in the file, and one look tells.
    filter: Vec<u64>,
    /// Where the rows of each bucket of numbers begin in `rows`, and the end of the last.
    starts: Vec<u32>,
    rows: Vec<u32>,
}

impl ByRs {
    fn new(all: &[Row]) -> Result<Self> {
        let numbers = || all.iter().filter_map(|row| Some(Slot::of(row.rs()?)));
        let count = numbers().count();
        // 8 to 16 bits for each number: one or two in a hundred of those that are not in the file pass.
        let mut filter = zeros((count / 8).next_power_of_two(), 0u64)?;
        let buckets = (count / 2).next_power_of_two();
        let mut starts = zeros(buckets + 1, 0u32)?;
        for slot in numbers() {
            let word = slot.among(filter.len());
            filter[word] |= slot.bits();
            starts[slot.among(buckets)] += 1;
        }
        let mut end = 0;
        for start in &mut starts {
            end += *start;
            *start = end;
        }
        let mut rows = zeros(count, 0u32)?;
        // From the last row on, each bucket is filled from its end: its start comes to stand where its end was.
        for (at, row) in (0..all.len() as u32).zip(all).rev() {
            let Some(number) = row.rs() else { continue };
            let start = &mut starts[Slot::of(number).among(buckets)];
            *start -= 1;
            rows[*start as usize] = at;
        }
        Ok(Self { filter, starts, rows })
    }

    /// All rows with the number, in order, and perhaps some with another one.
    fn candidates(&self, number: u64) -> &[u32] {
        let slot = Slot::of(number);
        let bits = slot.bits();
        if self.filter[slot.among(self.filter.len())] & bits != bits {
            return &[];
        }
        let bucket = slot.among(self.starts.len() - 1);
        &self.rows[self.starts[bucket] as usize..self.starts[bucket + 1] as usize]
    }
}

/// The hash of an rs number (Fibonacci).
#[derive(Clone, Copy)]
struct Slot(u64);

impl Slot {
    fn of(number: u64) -> Self {
        Self(number.wrapping_mul(0x9e37_79b9_7f4a_7c15))
    }

    /// One of `count` places, a power of two: by the upper bits.
    fn among(self, count: usize) -> usize {
        (self.0 >> 40) as usize & (count - 1)
    }

    /// Three bits of a word of the filter: by lower ones.
    fn bits(self) -> u64 {
        1 << (self.0 >> 22 & 63) | 1 << (self.0 >> 28 & 63) | 1 << (self.0 >> 34 & 63)
    }
}

fn zeros<T: Clone>(len: usize, zero: T) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    reserve(&mut vec, len)?;
    vec.resize(len, zero);
    Ok(vec)
}

fn reserve<T>(vec: &mut Vec<T>, more: usize) -> Result<()> {
    vec.try_reserve(more).map_err(|_| Error::memory("no memory for the raw genotype file; give --memory more"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(rows: &[(&str, u8, u32, &str)]) -> Table {
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
