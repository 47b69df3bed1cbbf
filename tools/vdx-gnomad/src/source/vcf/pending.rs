//! Records that are not in minimal form: they stand before the position that they change, where they are asked for.

use std::ops::RangeInclusive;

use vdx_vcf::Line;

use crate::source::alleles;

/// How far before a position records are looked for that may change it, in bases: REF of a record that is not minimal is
/// seldom longer. A longer one is found by its own text.
const REACH: u32 = 1000;

/// The records of a sweep that change a position further on.
#[derive(Default)]
pub(super) struct Pending {
    records: Vec<Record>,
    /// All lines up to here were seen that can change what follows.
    seen: Option<u32>,
}

struct Record {
    /// Where it changes something, 1-based.
    pos: u32,
    line: Vec<u8>,
    /// Which of its ALTs does.
    alt: usize,
}

impl Pending {
    /// The positions of lines that are still to be seen before `pos`, and itself, which is behind the last one.
    pub(super) fn window(&mut self, pos: u32) -> RangeInclusive<u32> {
        let first = pos.saturating_sub(REACH);
        let first = self.seen.map_or(first, |seen| first.max(seen + 1));
        self.seen = Some(pos);
        self.records.retain(|record| record.pos >= pos);
        first..=pos
    }

    /// Keeps a line if an ALT of it changes a position further on.
    pub(super) fn keep(&mut self, line: &Line<'_>) {
        // With one base in REF nothing can be trimmed in front: its position is POS.
        if line.reference().len() == 1 {
            return;
        }
        for (at, alt) in line.alts().enumerate().filter(|(_, alt)| alt.len() > 1) {
            if let Some(found) =
                alleles::minimal(line.pos(), line.reference(), alt).filter(|found| found.pos > line.pos())
            {
                self.records.push(Record { pos: found.pos, line: line.bytes().to_vec(), alt: at });
            }
        }
    }

    /// The lines that change a position, and the number of the ALT that does.
    pub(super) fn at(&self, pos: u32) -> impl Iterator<Item = (&[u8], usize)> {
        self.records.iter().filter(move |record| record.pos == pos).map(|record| (&record.line[..], record.alt))
    }
}
