//! Rows on their way into a table: collected in the order of the file, identified, found to be of one person, sorted.

use std::collections::HashMap;

use vdx_hts::memory::foreseen;
use vdx_hts::{Error, Kind, Result};

use super::by_rs::ByRs;
use super::columns::{Id, RowColumns};
use super::{CHROMOSOMES, Names, RawTable, rs_number};
use crate::sample::call::Call;

/// What a row takes with its indexes, in bytes, while they are made.
const ROW_BYTES: u64 = 20;

/// More rows than any array has: whatever is read is not a raw genotype file.
const MOST_ROWS: usize = 50_000_000;

/// Collects rows in the order of the file, each chromosome by itself, so that no more than one has to be sorted at once.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    rows: [RowColumns; CHROMOSOMES],
    count: usize,
    names: Names,
    /// Rows without a chromosome that have one by now: where each goes.
    moved: HashMap<u32, (u8, u32)>,
    /// Memory was refused: rows are counted, and not kept.
    beyond: bool,
    /// See [`RawTable::either_strand`].
    pub(crate) either_strand: bool,
}

/// A row that has a name and no rs number.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NamedRow {
    name: u32,
    chromosome: u8,
    at: u32,
}

impl Builder {
    /// Adds a row. `chromosome` as in [`Row`](super::Row), `pos` 1-based or 0, `id` as in the file.
    pub(crate) fn add(&mut self, id: &[u8], chromosome: u8, pos: u32, call: Call) -> Result<()> {
        let id = match rs_number(id) {
            Some(number) => Id::Rs(number),
            None if self.beyond => Id::Name(0),
            None => match self.names.add(id) {
                Err(error) if error.kind() == Kind::Memory => {
                    self.give_up();
                    Id::Name(0)
                }
                added => Id::Name(added?),
            },
        };
        self.push(id, chromosome, pos, call)
    }

    /// Adds a row by its rs number.
    #[inline]
    pub(crate) fn add_rs(&mut self, number: u64, chromosome: u8, pos: u32, call: Call) -> Result<()> {
        self.push(Id::Rs(number), chromosome, pos, call)
    }

    #[inline]
    fn push(&mut self, id: Id, chromosome: u8, pos: u32, call: Call) -> Result<()> {
        if self.count == MOST_ROWS {
            return Err(Error::data(format!(
                "expected a raw genotype file of at most {MOST_ROWS} rows, found more; is it one?"
            )));
        }
        self.count += 1;
        if self.beyond {
            return Ok(());
        }
        match self.rows[usize::from(chromosome)].push(id, pos, call, &mut self.names) {
            Err(error) if error.kind() == Kind::Memory => self.give_up(),
            added => added?,
        }
        Ok(())
    }

    /// Goes on without the rows: how many there are tells how much memory they need.
    #[cold]
    fn give_up(&mut self) {
        self.beyond = true;
        self.rows = Default::default();
        self.names = Names::default();
    }

    /// The error where memory was refused.
    fn check(&self) -> Result<()> {
        if !self.beyond {
            return Ok(());
        }
        let needed = crate::COST.fixed + crate::COST.reserve + foreseen() + self.count as u64 * ROW_BYTES;
        Err(Error::memory(format!(
            "no memory for the {} rows of this raw genotype file: the smallest --memory that works is about {}M",
            self.count,
            needed.div_ceil(1 << 20)
        )))
    }

    /// The rows that have a name and no rs number, sorted by name.
    pub(crate) fn by_name(&self) -> Result<Vec<NamedRow>> {
        self.check()?;
        let named = |chromosome: u8, rows: &RowColumns, at: usize| match rows.id(at, &self.names) {
            Id::Rs(_) => None,
            Id::Name(name) => Some(NamedRow { name, chromosome, at: at as u32 }),
        };
        let all = || {
            let rows = (0u8..).zip(&self.rows);
            rows.flat_map(|(number, rows)| (0..rows.len()).filter_map(move |at| named(number, rows, at)))
        };
        let mut sorted = Vec::new();
        super::reserve(&mut sorted, all().count())?;
        sorted.extend(all());
        sorted.sort_by(|one: &NamedRow, other: &NamedRow| self.name(one).cmp(self.name(other)));
        Ok(sorted)
    }

    /// The name of a row that [`Builder::by_name`] gave out.
    pub(crate) fn name(&self, row: &NamedRow) -> &[u8] {
        self.names.at(row.name)
    }

    /// Gives a row rs numbers in place of its name, a row for each, and its chromosome and position where it has none.
    /// What it was given before stays.
    pub(crate) fn identify(
        &mut self,
        row: &NamedRow,
        rs: impl Iterator<Item = u64>,
        place: Option<(u8, u32)>,
    ) -> Result<()> {
        let (rows, at) = (&mut self.rows[usize::from(row.chromosome)], row.at as usize);
        if let Some(place) = place.filter(|_| row.chromosome == 0) {
            self.moved.entry(row.at).or_insert(place);
        }
        if matches!(rows.id(at, &self.names), Id::Rs(_)) {
            return Ok(());
        }
        let (place, call) = ((row.chromosome, rows.positions()[at]), rows.call(at));
        let moved = self.moved.get(&row.at).filter(|_| row.chromosome == 0);
        let (chromosome, pos) = moved.copied().unwrap_or(place);
        for (count, number) in rs.enumerate() {
            let rows = &mut self.rows[usize::from(row.chromosome)];
            if count == 0 {
                rows.set_id(at, Id::Rs(number), &mut self.names)?;
                continue;
            }
            self.push(Id::Rs(number), chromosome, pos, call)?;
        }
        Ok(())
    }

    /// Sorts and indexes the rows.
    pub(crate) fn build(mut self) -> Result<RawTable> {
        self.check()?;
        self.place_moved()?;
        let Self { mut rows, names, either_strand, .. } = self;
        // One chromosome after the other: a sort of all rows at once would hold them twice.
        rows.iter_mut().try_for_each(RowColumns::sort)?;
        one_person(&rows, &names)?;
        let mut starts = [0; CHROMOSOMES + 1];
        for (at, rows) in rows.iter().enumerate() {
            starts[at + 1] = starts[at] + rows.len() as u32;
        }
        let each = || rows.iter().flat_map(|rows| (0..rows.len()).map(move |at| (rows, at)));
        let by_rs = ByRs::new(|| {
            (0u32..).zip(each()).filter_map(|(number, (rows, at))| match rows.id(at, &names) {
                Id::Rs(rs) => Some((rs, number)),
                Id::Name(_) => None,
            })
        })?;
        let call = |(number, (rows, at)): (u32, (&RowColumns, usize))| rows.call(at).lengths().map(|_| number);
        let mut lengths = Vec::new();
        for number in (0u32..).zip(each()).filter_map(call) {
            super::reserve(&mut lengths, 1)?;
            lengths.push(number);
        }
        Ok(RawTable { rows, starts, names, by_rs, lengths, either_strand })
    }

    /// Puts the rows that have a chromosome by now where they belong, in the order of the file.
    fn place_moved(&mut self) -> Result<()> {
        let moved = std::mem::take(&mut self.moved);
        if moved.is_empty() {
            return Ok(());
        }
        for at in 0..self.rows[0].len() {
            if let Some(&(chromosome, pos)) = moved.get(&(at as u32)) {
                let (id, call) = (self.rows[0].id(at, &self.names), self.rows[0].call(at));
                self.rows[usize::from(chromosome)].push(id, pos, call, &mut self.names)?;
            }
        }
        self.rows[0].retain(|at| !moved.contains_key(&(at as u32)));
        Ok(())
    }
}

/// Rows with the same id at the same place that call different alleles: a few are errors of an array, many are two
/// people in one file.
fn one_person(rows: &[RowColumns], names: &Names) -> Result<()> {
    // Two versions of one person's array differ at fewer than one site in a hundred, relatives at many more.
    const LEAST: u64 = 20;
    const ONE_IN: u64 = 20;
    let (mut repeated, mut contradicting, mut first) = (0, 0, None);
    for (chromosome, rows) in rows.iter().enumerate().skip(1) {
        let mut start = 0;
        for group in rows.positions().chunk_by(u32::eq) {
            for at in start..start + group.len() {
                let Some(other) = (start..at).find(|&other| rows.same_id(other, at)) else { continue };
                repeated += 1;
                if rows.call(at).contradicts(rows.call(other)) {
                    contradicting += 1;
                    first.get_or_insert((chromosome, rows, at));
                }
            }
            start += group.len();
        }
    }
    match first {
        Some((chromosome, rows, at)) if contradicting >= LEAST && contradicting * ONE_IN >= repeated => {
            let id = match rows.id(at, names) {
                Id::Rs(number) => format!("rs{number} at "),
                Id::Name(_) => String::new(),
            };
            let pos = rows.positions()[at];
            Err(Error::data(format!(
                "expected the genotypes of one person, found that {contradicting} of {repeated} sites that come twice \
                 have different ones (the first is {id}{chromosome}:{pos}); are the files of two people joined?"
            )))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_that_memory_is_refused_for_are_counted() {
        let mut builder = Builder::default();
        let add = |from: u32, to: u32, builder: &mut Builder| {
            for at in from..to {
                let id = if at % 2 == 0 { format!("rs{at}") } else { format!("exm{at}") };
                builder.add(id.as_bytes(), 1, at, Call::NONE).unwrap();
            }
        };
        add(1, 1000, &mut builder);
        builder.give_up();
        add(1000, 1_000_001, &mut builder);
        let error = builder.by_name().unwrap_err();
        assert_eq!(error.kind(), Kind::Memory);
        let error = builder.build().unwrap_err().to_string();
        assert!(error.contains("1000000 rows") && error.contains("works is about 52M"), "{error}");
    }
}
