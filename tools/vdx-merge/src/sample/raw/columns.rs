//! The rows of one chromosome, a column for each of their parts: 9 bytes a row.

use vdx_hts::Result;

use super::{Names, reserve, rs_number};
use crate::sample::call::Call;

/// What a row goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id {
    /// An rs number.
    Rs(u64),
    /// Where its name begins among the names.
    Name(u32),
}

/// Beside the code of a call: the id is where a name begins.
const NAMED: u8 = 1 << 7;

/// Rows, in the order of the file until they are sorted by position.
#[derive(Debug, Default)]
pub(super) struct RowColumns {
    ids: Vec<u32>,
    positions: Vec<u32>,
    calls: Vec<u8>,
}

impl RowColumns {
    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// Makes room for as many rows in each column.
    #[cold]
    fn grow(&mut self) -> Result<()> {
        reserve(&mut self.calls, 1)?;
        let room = self.calls.capacity() - self.calls.len();
        reserve(&mut self.ids, room)?;
        reserve(&mut self.positions, room)
    }

    /// Adds a row. An rs number that has more than 32 bits becomes a name.
    #[inline]
    pub(super) fn push(&mut self, id: Id, pos: u32, call: Call, names: &mut Names) -> Result<()> {
        let (id, named) = stored(id, names)?;
        if self.calls.len() == self.calls.capacity() {
            self.grow()?;
        }
        self.ids.push(id);
        self.positions.push(pos);
        self.calls.push(call.code() | named);
        Ok(())
    }

    /// The id of a row.
    #[inline]
    pub(super) fn id(&self, at: usize, names: &Names) -> Id {
        let id = self.ids[at];
        if self.calls[at] & NAMED == 0 { Id::Rs(id.into()) } else { named(id, names) }
    }

    /// Whether a row has this rs number. Rows that are asked come by hash, each from another place of memory: what tells
    /// them apart is looked at first.
    #[inline]
    pub(super) fn has_rs(&self, at: usize, number: u64, names: &Names) -> bool {
        match u32::try_from(number) {
            Ok(number) => self.ids[at] == number && self.calls[at] & NAMED == 0,
            Err(_) => self.id(at, names) == Id::Rs(number),
        }
    }

    /// Gives a row another id.
    pub(super) fn set_id(&mut self, at: usize, id: Id, names: &mut Names) -> Result<()> {
        let (id, named) = stored(id, names)?;
        self.ids[at] = id;
        self.calls[at] = self.calls[at] & !NAMED | named;
        Ok(())
    }

    /// The positions of the rows.
    pub(super) fn positions(&self) -> &[u32] {
        &self.positions
    }

    /// The genotype of a row.
    pub(super) fn call(&self, at: usize) -> Call {
        Call::of_code(self.calls[at] & !NAMED)
    }

    /// Whether two rows have the same id.
    pub(super) fn same_id(&self, one: usize, other: usize) -> bool {
        self.ids[one] == self.ids[other] && self.calls[one] & NAMED == self.calls[other] & NAMED
    }

    /// Keeps the rows that `stays` says so of.
    pub(super) fn retain(&mut self, stays: impl Fn(usize) -> bool) {
        let mut kept = 0;
        for at in (0..self.len()).filter(|&at| stays(at)) {
            self.ids[kept] = self.ids[at];
            self.positions[kept] = self.positions[at];
            self.calls[kept] = self.calls[at];
            kept += 1;
        }
        self.ids.truncate(kept);
        self.positions.truncate(kept);
        self.calls.truncate(kept);
    }

    /// Sorts the rows by position; those of one position stay in order.
    pub(super) fn sort(&mut self) -> Result<()> {
        // What was made room for and not used would stay for the whole run.
        self.ids.shrink_to_fit();
        self.positions.shrink_to_fit();
        self.calls.shrink_to_fit();
        if self.positions.is_sorted() {
            return Ok(());
        }
        let mut order: Vec<u32> = Vec::new();
        reserve(&mut order, self.len())?;
        order.extend(0..self.len() as u32);
        // Unequal rows, so that no room is needed beside them.
        order.sort_unstable_by_key(|&at| (self.positions[at as usize], at));
        put_in_order(&mut self.ids, &order)?;
        put_in_order(&mut self.positions, &order)?;
        put_in_order(&mut self.calls, &order)
    }

    /// What is allocated.
    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        4 * (self.ids.capacity() + self.positions.capacity()) + self.calls.capacity()
    }
}

/// The id of a row that has a name: of an rs number that is too long to be stored as one, the number.
#[cold]
fn named(at: u32, names: &Names) -> Id {
    rs_number(names.at(at)).map_or(Id::Name(at), Id::Rs)
}

/// An id as it is stored, and the mark beside the call.
#[inline]
fn stored(id: Id, names: &mut Names) -> Result<(u32, u8)> {
    match id {
        Id::Rs(number) => match u32::try_from(number) {
            Ok(number) => Ok((number, 0)),
            Err(_) => Ok((names.add(format!("rs{number}").as_bytes())?, NAMED)),
        },
        Id::Name(at) => Ok((at, NAMED)),
    }
}

fn put_in_order<T: Copy>(column: &mut Vec<T>, order: &[u32]) -> Result<()> {
    let mut sorted = Vec::new();
    reserve(&mut sorted, order.len())?;
    sorted.extend(order.iter().map(|&at| column[at as usize]));
    *column = sorted;
    Ok(())
}
