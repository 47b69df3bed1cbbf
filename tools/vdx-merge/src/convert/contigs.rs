//! What is written on each contig besides the rows that stand where they are: rows that the sites have elsewhere, alleles
//! that rows of `I` and `D` mean, and with `--all-sites` the sites.

use std::collections::HashMap;

use super::records::{Piece, Source};
use super::sites::{Meant, Resolved, Site};
use super::tally::{NAMED, Tally};

/// Rows of a piece: enough for a thread to be worth its while, few enough for their text to be small.
const ROWS: usize = 8192;

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
    sites: Vec<&'a Site>,
}

/// The same from one position to another.
#[derive(Clone, Copy)]
pub(super) struct Extras<'c> {
    pub(super) arrivals: &'c [(u32, u32)],
    pub(super) meanings: &'c [Meaning],
    pub(super) sites: &'c [&'c Site],
}

impl<'a> OfContig<'a> {
    /// What `source` has on contig `index` of the reference, which is called `name` there.
    pub(crate) fn new(source: Source<'a>, number: u8, (index, name): (usize, &'a [u8]), tally: &mut Tally) -> Self {
        let Source { table, sites, .. } = source;
        let here = sites.moved.iter().filter(|(_, (chromosome, _))| *chromosome == number);
        let mut arrivals: Vec<(u32, u32)> = here.map(|(&row, &(_, pos))| (pos, row)).collect();
        tally.moved += arrivals.len() as u64;
        // Of one position the rows keep their order.
        arrivals.sort_by_key(|(pos, _)| *pos);
        let mut alleles: HashMap<(u32, [Vec<u8>; 2]), Meaning> = HashMap::new();
        let rows = table.chromosome(number);
        for &row in table.lengths_of(&rows) {
            let why = match sites.meaning(row) {
                Resolved::Allele(meant) => {
                    tally.indels += 1;
                    let key = (meant.pos, meant.alleles.clone());
                    let known =
                        alleles.entry(key).or_insert_with(|| Meaning { meant: meant.clone(), row, agreed: true });
                    known.agreed &= known.meant.genotype == meant.genotype;
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
        let mut meanings: Vec<Meaning> = alleles.into_values().collect();
        meanings.sort_unstable_by_key(|meaning| meaning.meant.pos);
        let mut sites: Vec<&Site> = sites.all.get(&number).into_iter().flatten().collect();
        sites.sort_by_key(|site| site.pos);
        Self { number, index, name, arrivals, meanings, sites }
    }

    /// The pieces of contig `contig` of those that are written, whose rows stand at `positions`.
    pub(crate) fn pieces(contig: usize, positions: &[u32]) -> Vec<Piece> {
        let mut pieces = vec![Piece { contig, rows: 0..positions.len(), from: 0, last: u32::MAX }];
        let mut end = 0;
        while let Some(&pos) = positions.get(end + ROWS) {
            // The rows of a position stay together.
            let next = end + positions[end..].partition_point(|there| *there < pos);
            if next == end {
                break;
            }
            if let Some(before) = pieces.last_mut() {
                (before.rows.end, before.last) = (next, pos - 1);
            }
            pieces.push(Piece { contig, rows: next..positions.len(), from: pos, last: u32::MAX });
            end = next;
        }
        pieces
    }

    /// What there is at `from..=last` (1-based).
    pub(super) fn between(&self, from: u32, last: u32) -> Extras<'_> {
        Extras {
            arrivals: within(&self.arrivals, from, last, |(pos, _)| *pos),
            meanings: within(&self.meanings, from, last, |meaning| meaning.meant.pos),
            sites: within(&self.sites, from, last, |site| site.pos),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_all_rows_and_part_no_position() {
        let positions: Vec<u32> = (0..3 * ROWS as u32).map(|at| 10 + at / 3).collect();
        let one_position = vec![7; 3 * ROWS];
        for positions in [&positions[..], &one_position, &positions[..ROWS], &[]] {
            let pieces = OfContig::pieces(4, positions);
            assert_eq!((pieces[0].from, pieces[pieces.len() - 1].last), (0, u32::MAX));
            assert_eq!((pieces[0].rows.start, pieces[pieces.len() - 1].rows.end), (0, positions.len()));
            for pair in pieces.windows(2) {
                assert_eq!((pair[0].rows.end, pair[0].last + 1), (pair[1].rows.start, pair[1].from));
            }
            for Piece { rows, from, last, .. } in &pieces {
                assert!(positions[rows.clone()].iter().all(|pos| (*from..=*last).contains(pos)));
            }
            assert!(pieces.len() <= 5, "{}", pieces.len());
        }
        assert!(OfContig::pieces(0, &positions).len() > 2);
    }
}
