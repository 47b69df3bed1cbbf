//! What is written on each contig besides the rows that stand where they are: rows that the sites have elsewhere, alleles
//! that rows of `I` and `D` mean.

use super::all_sites::Site;
use super::sites::{Meant, Resolved, Sites};
use super::tally::{NAMED, Tally};
use crate::sample::raw::RawTable;

/// An allele that rows mean.
#[derive(Debug)]
pub(crate) struct Meaning {
    pub(super) meant: Meant,
    /// The first of the rows.
    pub(super) row: u32,
    /// The others say the same of it.
    pub(super) agreed: bool,
}

/// One contig that is written; each list is sorted by position.
#[derive(Debug)]
pub(crate) struct OfContig<'a> {
    /// 1-25, as in [`Row`](crate::sample::raw::Row).
    pub(crate) number: u8,
    /// Which contig of the reference, and its name there.
    pub(crate) index: usize,
    pub(crate) name: &'a [u8],
    /// Rows that the sites have here, each behind its position.
    arrivals: Vec<(u32, u32)>,
    pub(super) meanings: Vec<Meaning>,
}

/// The same from one position to another, and with `--all-sites` the sites.
#[derive(Clone, Copy)]
pub(super) struct Extras<'c> {
    pub(super) arrivals: &'c [(u32, u32)],
    pub(super) meanings: &'c [Meaning],
    pub(super) sites: &'c [Site<'c>],
}

impl<'a> OfContig<'a> {
    /// What `table` and `sites` have on contig `index` of the reference, which is called `name` there.
    pub(crate) fn new(
        table: &RawTable,
        sites: &mut Sites,
        number: u8,
        (index, name): (usize, &'a [u8]),
        tally: &mut Tally,
    ) -> Self {
        let here = sites.moved.iter().filter(|(_, (chromosome, _))| *chromosome == number);
        let mut arrivals: Vec<(u32, u32)> = here.map(|(&row, &(_, pos))| (pos, row)).collect();
        tally.moved += arrivals.len() as u64;
        // Of one position the rows keep their order.
        arrivals.sort_by_key(|(pos, _)| *pos);
        let mut meanings: Vec<Meaning> = Vec::new();
        let rows = table.chromosome(number);
        for &row in table.lengths_of(&rows) {
            let why = match sites.meaning(row) {
                Resolved::Allele(meant) => {
                    tally.indels += 1;
                    meanings.push(Meaning { meant, row, agreed: true });
                    continue;
                }
                Resolved::Several => {
                    tally.several_sites += 1;
                    "several sites fit"
                }
                Resolved::Nothing => {
                    tally.without_site += 1;
                    "no site fits"
                }
            };
            if tally.named.len() < NAMED {
                let (row, mut id) = (table.row(row), Vec::new());
                table.write_id(&row, &mut id);
                let (id, name) = (String::from_utf8_lossy(&id), String::from_utf8_lossy(name));
                tally.named.push(format!("{id} at {name}:{} ({why})", row.pos));
            }
        }
        meanings
            .sort_by(|one, other| (one.meant.pos, &one.meant.alleles).cmp(&(other.meant.pos, &other.meant.alleles)));
        meanings.dedup_by(|again, first| {
            let same = (again.meant.pos, &again.meant.alleles) == (first.meant.pos, &first.meant.alleles);
            first.agreed &= !same || first.meant.genotype == again.meant.genotype;
            same
        });
        Self { number, index, name, arrivals, meanings }
    }

    /// One with nothing but these arrivals.
    #[cfg(test)]
    pub(super) fn for_tests(arrivals: &[(u32, u32)]) -> Self {
        Self { number: 1, index: 0, name: b"1", arrivals: arrivals.to_vec(), meanings: Vec::new() }
    }

    /// What there is at `from..=last` (1-based), where `sites` are those there.
    pub(super) fn between<'c>(&'c self, from: u32, last: u32, sites: &'c [Site<'c>]) -> Extras<'c> {
        Extras {
            arrivals: within(&self.arrivals, from, last, |(pos, _)| *pos),
            meanings: within(&self.meanings, from, last, |meaning| meaning.meant.pos),
            sites,
        }
    }
}

impl<'c> Extras<'c> {
    /// The first position.
    pub(super) fn first(&self) -> Option<u32> {
        let arrival = self.arrivals.first().map(|(pos, _)| *pos);
        let meaning = self.meanings.first().map(|meaning| meaning.meant.pos);
        let site = self.sites.first().map(|site| site.pos);
        [arrival, meaning, site].into_iter().flatten().min()
    }

    /// Takes what there is at `pos` off the front.
    pub(super) fn take(&mut self, pos: u32) -> Self {
        Self {
            arrivals: front(&mut self.arrivals, |(there, _)| *there == pos),
            meanings: front(&mut self.meanings, |meaning| meaning.meant.pos == pos),
            sites: front(&mut self.sites, |site| site.pos == pos),
        }
    }
}

fn front<'c, T>(all: &mut &'c [T], is: impl Fn(&T) -> bool) -> &'c [T] {
    let (front, rest) = all.split_at(all.iter().take_while(|one| is(one)).count());
    *all = rest;
    front
}

fn within<T>(all: &[T], from: u32, last: u32, pos: impl Fn(&T) -> u32) -> &[T] {
    let all = &all[all.partition_point(|one| pos(one) < from)..];
    &all[..all.partition_point(|one| pos(one) <= last)]
}
