//! Rows on their way into a table: collected in the order of the file, identified, found to be of one person, sorted.

use vdx_hts::{Error, Result};

use super::by_rs::ByRs;
use super::{CHROMOSOMES, NAMED, RawTable, Row, name_at, reserve, rs_number};
use crate::sample::call::Call;

/// More rows than any array has: whatever is read is not a raw genotype file.
const MOST_ROWS: usize = 50_000_000;

/// Collects rows in the order of the file.
#[derive(Debug, Default)]
pub(crate) struct Builder {
    rows: Vec<Row>,
    names: Vec<u8>,
    /// See [`RawTable::either_strand`].
    pub(crate) either_strand: bool,
}

impl Builder {
    /// Adds a row. `chromosome` as in [`Row`], `pos` 1-based or 0, `id` as in the file.
    pub(crate) fn add(&mut self, id: &[u8], chromosome: u8, pos: u32, call: Call) -> Result<()> {
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
        self.push(id, chromosome, pos, call)
    }

    /// Adds a row by its id, which for `rs` and digits is the number.
    pub(crate) fn push(&mut self, id: u64, chromosome: u8, pos: u32, call: Call) -> Result<()> {
        if self.rows.len() == MOST_ROWS {
            return Err(Error::data(format!(
                "expected a raw genotype file of at most {MOST_ROWS} rows, found more; is it one?"
            )));
        }
        reserve(&mut self.rows, 1)?;
        self.rows.push(Row { id, pos, chromosome, call });
        Ok(())
    }

    /// The rows that have a name and no rs number, each as the place of its name (see [`Builder::name`]) and its index,
    /// sorted by name.
    pub(crate) fn by_name(&self) -> Result<Vec<(u64, u32)>> {
        let named = || (0u32..).zip(&self.rows).filter(|(_, row)| row.rs().is_none());
        let mut sorted = Vec::new();
        reserve(&mut sorted, named().count())?;
        sorted.extend(named().map(|(at, row)| (row.id & !NAMED, at)));
        sorted.sort_by(|(one, _), (other, _)| self.name(*one).cmp(self.name(*other)));
        Ok(sorted)
    }

    /// The name at a place that [`Builder::by_name`] gave out.
    pub(crate) fn name(&self, at: u64) -> &[u8] {
        name_at(&self.names, at)
    }

    /// Gives a row rs numbers in place of its name, a row for each, and its chromosome and position where it has none.
    pub(crate) fn identify(&mut self, at: u32, rs: impl Iterator<Item = u64>, place: Option<(u8, u32)>) -> Result<()> {
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
    pub(crate) fn build(mut self) -> Result<RawTable> {
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
        Ok(RawTable { rows, starts, names, by_rs, lengths, either_strand })
    }
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
        Some(row) if contradicting >= LEAST && contradicting * ONE_IN >= repeated => {
            let Row { chromosome, pos, .. } = row;
            let id = row.rs().map(|number| format!("rs{number} at ")).unwrap_or_default();
            Err(Error::data(format!(
                "expected the genotypes of one person, found that {contradicting} of {repeated} sites that come twice \
                 have different ones (the first is {id}{chromosome}:{pos}); are the files of two people joined?"
            )))
        }
        _ => Ok(()),
    }
}
