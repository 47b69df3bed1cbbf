//! Which records are made together: those of a contig from one position to another.

use std::ops::Range;

use vdx_hts::Result;

use super::all_sites::InOrder;
use super::contigs::OfContig;
use super::records::Source;

/// Rows of a piece: enough for a thread to be worth its while, few enough for their text to be small.
const ROWS: usize = 8192;
/// Its sites, in bytes.
const SITES: usize = 1 << 17;

/// A part of a contig's records: those at `from..=last` (1-based).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Which contig, of those that are written.
    pub(crate) contig: usize,
    /// Its rows there: their numbers on the chromosome.
    pub(super) rows: Range<usize>,
    pub(super) from: u32,
    pub(super) last: u32,
    /// With `--all-sites` those there, as [`InOrder::take`] gathers them.
    pub(super) sites: Vec<u8>,
}

/// The pieces of one contig, in order; they part no position.
pub(super) struct Pieces<'a> {
    contig: (usize, &'a OfContig<'a>),
    /// Where the rows stand.
    positions: &'a [u32],
    sites: InOrder<'a>,
    /// Where the next piece begins, unless there is none: its first row, and its position.
    next: Option<(usize, u32)>,
}

impl<'a> Pieces<'a> {
    /// Those of `contig`, which has the number before it among those that are written.
    pub(super) fn of(source: Source<'a>, contig: (usize, &'a OfContig<'a>)) -> Self {
        let number = contig.1.number;
        let (positions, sites) = (source.table.positions(number), source.sites.all.of(number));
        Self { contig, positions, sites, next: Some((0, 0)) }
    }

    fn piece(&mut self, first: usize, from: u32) -> Result<Piece> {
        let (rows, mut sites) = (&self.positions[first..], Vec::new());
        let extras = self.contig.1.between(from, u32::MAX, &[]);
        let arrival = |at: usize| extras.arrivals.get(at).map(|(pos, _)| *pos);
        let meaning = |at: usize| extras.meanings.get(at).map(|meaning| meaning.meant.pos);
        let lists = [[0, ROWS].map(|at| rows.get(at).copied()), [0, ROWS].map(arrival), [0, ROWS].map(meaning)];
        let ends = lists.iter().filter_map(|[first, beyond]| Some((*first)?.max((*beyond)?.saturating_sub(1))));
        let last = self.sites.take(ends.min().unwrap_or(u32::MAX), SITES, &mut sites)?;
        let end = first + rows.partition_point(|pos| *pos <= last);
        self.next = last.checked_add(1).map(|from| (end, from));
        Ok(Piece { contig: self.contig.0, rows: first..end, from, last, sites })
    }
}

impl Iterator for Pieces<'_> {
    type Item = Result<Piece>;

    fn next(&mut self) -> Option<Self::Item> {
        let (first, from) = self.next.take()?;
        Some(self.piece(first, from))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_hold_all_rows_and_part_no_position() {
        let positions: Vec<u32> = (0..3 * ROWS as u32).map(|at| 10 + at / 3).collect();
        let one_position = [&vec![7; 3 * ROWS][..], &positions].concat();
        let arrivals: Vec<(u32, u32)> = positions.iter().map(|pos| (*pos, 0)).collect();
        for (positions, arrivals, count) in [
            (&positions[..], &[][..], 3..5),
            (&one_position, &[], 4..6),
            (&positions[..ROWS], &[], 1..2),
            (&[], &arrivals, 3..5),
            (&[], &[], 1..2),
        ] {
            let contig = OfContig::for_tests(arrivals);
            let sites = super::super::all_sites::AllSites::default();
            let pieces = Pieces { contig: (4, &contig), positions, sites: sites.of(1), next: Some((0, 0)) };
            let pieces: Vec<Piece> = pieces.map(Result::unwrap).collect();
            assert_eq!((pieces[0].from, pieces[pieces.len() - 1].last), (0, u32::MAX));
            assert_eq!((pieces[0].rows.start, pieces[pieces.len() - 1].rows.end), (0, positions.len()));
            for pair in pieces.windows(2) {
                assert_eq!((pair[0].rows.end, pair[0].last + 1), (pair[1].rows.start, pair[1].from));
            }
            for Piece { rows, from, last, .. } in &pieces {
                assert!(positions[rows.clone()].iter().all(|pos| (*from..=*last).contains(pos)));
            }
            assert!(count.contains(&pieces.len()), "{} {count:?}", pieces.len());
        }
    }
}
