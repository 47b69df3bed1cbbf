//! Puts the records of one output in order, and those of others among them.

use vdx_hts::error::Result;
use vdx_hts::records::Records as _;
use vdx_vcf::Form;

use super::{Output, Place, Span};

impl<N> Output<N> {
    /// Puts spans in order: a stable sort of the records by POS within each contig.
    pub(crate) fn settle(&mut self) {
        let falls = |pair: &[Span]| pair[0].contig == pair[1].contig && pair[1].first < pair[0].last;
        let Some(fall) = self.spans.windows(2).position(falls) else { return };
        for span in self.spans.split_off(fall + 1) {
            let falls = |last: &&Span| last.contig == span.contig && span.first < last.last;
            if self.spans.last().filter(falls).is_none() {
                self.spans.push(span);
            } else if span.place == Place::Fresh {
                self.insert(span, Ties::Behind);
            } else {
                // Kept records are read in order, so what is behind them is fresh and moved right.
                let mut moved = Vec::new();
                while self.spans.last().filter(falls).is_some() {
                    moved.extend(self.spans.pop());
                }
                self.spans.push(span);
                moved.into_iter().for_each(|span| self.insert(span, Ties::Before));
            }
        }
    }

    /// Takes `record` of another chunk in, at 1-based `pos` on `contig`.
    pub(crate) fn adopt(&mut self, record: &[u8], contig: u32, pos: u32, ties: Ties) -> Result<()> {
        let start = self.fresh.len();
        self.fresh.open().extend_from_slice(record);
        let at = self.fresh.at(start..self.fresh.len());
        self.fresh.seal()?;
        self.insert(Span::one(Place::Fresh, at, contig, pos), ties);
        Ok(())
    }

    fn insert(&mut self, span: Span, ties: Ties) {
        let is_later = |pos: u32| pos > span.first || (pos == span.first && ties == Ties::Before);
        // Contigs are numbered in the order of the chunk.
        let later =
            |other: &&Span| other.contig > span.contig || (other.contig == span.contig && is_later(other.first));
        let at = self.spans.len() - self.spans.iter().rev().take_while(later).count();
        if let Some(before) = at.checked_sub(1).map(|at| self.spans[at])
            && before.contig == span.contig
            && is_later(before.last)
        {
            // Only a run of kept records spans several positions: part it before the first record that is later.
            let (edge, earlier, next) = part(&self.form, self.bytes(&before), ties, is_later);
            let (front, back) = before.at.parted(edge);
            self.spans[at - 1] = Span { at: front, last: earlier, ..before };
            self.spans.insert(at, Span { at: back, first: next, ..before });
        }
        self.spans.insert(at, span);
    }
}

/// On which side of the records at its own POS a record goes: behind those that were read before it, before those that
/// were read after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ties {
    /// The record moved left, among records read before it.
    Behind,
    /// The record moved right, among records read after it.
    Before,
}

/// Where in sorted `records` the first later one starts, the POS before that edge and the one behind it. Records do not
/// move far, so those that moved left are searched for from the end, those that moved right from the start.
fn part(form: &Form, records: &[u8], ties: Ties, is_later: impl Fn(u32) -> bool) -> (usize, u32, u32) {
    let pos_of = |record: &[u8]| form.locus(record).map_or(0, |(_, pos)| pos);
    let (mut earlier, mut next) = (0, u32::MAX);
    if ties == Ties::Before || !form.reads_backward() {
        let mut start = 0;
        for record in form.records(records) {
            let found = pos_of(record);
            if is_later(found) {
                return (start, earlier, found);
            }
            earlier = found;
            start += record.len();
        }
        return (start, earlier, next);
    }
    let mut end = records.len();
    while end > 0 {
        let start = form.last_start(&records[..end]);
        let found = pos_of(&records[start..end]);
        if !is_later(found) {
            earlier = found;
            break;
        }
        next = found;
        end = start;
    }
    (end, earlier, next)
}
