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

    /// Takes `record` of another chunk in, at 1-based `pos` on `contig`; it was read from `line` of the input.
    pub(crate) fn adopt(&mut self, record: &[u8], contig: u32, pos: u32, line: u64, ties: Ties) -> Result<()> {
        let start = self.fresh.len();
        self.fresh.open().extend_from_slice(record);
        let at = self.fresh.at(start..self.fresh.len());
        self.fresh.seal()?;
        let line = line.wrapping_sub(self.before) as i64;
        self.insert(Span::one(Place::Fresh, at, contig, pos, line), ties);
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
            let Edge { at: edge, records, earlier, next } =
                part(&self.form, self.bytes(&before), before.records, ties, is_later);
            let (front, back) = before.at.parted(edge);
            self.spans[at - 1] = Span { at: front, last: earlier, records, ..before };
            let (line, records) = (before.line + i64::from(records), before.records - records);
            self.spans.insert(at, Span { at: back, first: next, line, records, ..before });
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

/// Where a run of records is parted.
struct Edge {
    /// In its bytes.
    at: usize,
    /// How many records are before it.
    records: u32,
    /// The POS before it, and behind.
    earlier: u32,
    next: u32,
}

/// Where in `count` sorted `records` the first later one starts. Records do not move far, so those that moved left are
/// searched for from the end, those that moved right from the start.
fn part(form: &Form, records: &[u8], count: u32, ties: Ties, is_later: impl Fn(u32) -> bool) -> Edge {
    let pos_of = |record: &[u8]| form.locus(record).map_or(0, |(_, pos)| pos);
    let mut edge = Edge { at: 0, records: 0, earlier: 0, next: u32::MAX };
    if ties == Ties::Before || !form.reads_backward() {
        for record in form.records(records) {
            let found = pos_of(record);
            if is_later(found) {
                edge.next = found;
                break;
            }
            edge.earlier = found;
            edge.at += record.len();
            edge.records += 1;
        }
        return edge;
    }
    (edge.at, edge.records) = (records.len(), count);
    while edge.at > 0 {
        let start = form.last_start(&records[..edge.at]);
        let found = pos_of(&records[start..edge.at]);
        if !is_later(found) {
            edge.earlier = found;
            break;
        }
        edge.next = found;
        edge.at = start;
        edge.records = edge.records.saturating_sub(1);
    }
    edge
}
