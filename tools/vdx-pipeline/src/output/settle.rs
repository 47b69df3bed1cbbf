//! Puts the records of one output in order, and those of others among them.

use vdx_hts::error::Result;
use vdx_hts::records::Records as _;
use vdx_vcf::Form;

use super::{Output, Place, Span};

impl<N> Output<N> {
    /// Puts spans in order: a stable sort of the records by POS within each contig. Runs of kept records are in order
    /// already; they are parted where a record goes among them.
    pub(crate) fn settle(&mut self) {
        let falls = |pair: &[Span]| pair[0].contig == pair[1].contig && pair[1].first < pair[0].last;
        // Nearly every chunk is in order already, and a look is all that costs.
        if !self.spans.windows(2).any(falls) {
            return;
        }
        let spans = std::mem::take(&mut self.spans);
        self.spans.reserve(spans.len());
        // Contigs are numbered in the order of the chunk.
        spans.chunk_by(|a, b| a.contig == b.contig).for_each(|of_contig| self.merge(of_contig));
    }

    /// Appends the spans of one contig in order.
    fn merge(&mut self, spans: &[Span]) {
        let numbered = || spans.iter().copied().enumerate();
        let mut fresh: Vec<(usize, Span)> = numbered().filter(|(_, span)| span.place == Place::Fresh).collect();
        fresh.sort_by_key(|(_, span)| span.first);
        let mut fresh = fresh.into_iter().peekable();
        for (at, mut kept) in numbered().filter(|(_, span)| span.place == Place::Kept) {
            while let Some(&(from, next)) = fresh.peek() {
                // What was read before the run moved right, what was read after it moved left.
                let moved_right = from < at;
                let is_later = |pos: u32| pos > next.first || (pos == next.first && moved_right);
                if is_later(kept.first) {
                    self.spans.push(next);
                    fresh.next();
                } else if is_later(kept.last) {
                    let (front, back) = self.parted(&kept, !moved_right, is_later);
                    self.spans.push(front);
                    kept = back;
                } else {
                    break;
                }
            }
            self.spans.push(kept);
        }
        self.spans.extend(fresh.map(|(_, span)| span));
    }

    /// Takes in `record` of another chunk, at 1-based `pos` on `contig`; it was read from `line` of the input. Its span has
    /// no place yet.
    pub(crate) fn take_in(&mut self, record: &[u8], contig: u32, pos: u32, line: u64) -> Result<Span> {
        self.fresh.make_room(record.len())?;
        let start = self.fresh.len();
        self.fresh.open().extend_from_slice(record);
        let at = self.fresh.at(start..self.fresh.len());
        self.fresh.seal()?;
        let line = line.wrapping_sub(self.before) as i64;
        Ok(Span::one(Place::Fresh, at, contig, pos, line))
    }

    /// Puts records that were read before those of the chunk, and taken in, in their places; they are in order, and
    /// on its first contig.
    pub(crate) fn place_moved_right(&mut self, moved: impl IntoIterator<Item = Span>) {
        self.spans.splice(..0, moved);
        self.settle();
    }

    /// Puts a record that was read after those of the chunk, and taken in, in its place: behind those at its POS.
    pub(crate) fn place_moved_left(&mut self, span: Span) {
        let is_later = |pos: u32| pos > span.first;
        let later =
            |other: &&Span| other.contig > span.contig || (other.contig == span.contig && is_later(other.first));
        let at = self.spans.len() - self.spans.iter().rev().take_while(later).count();
        if let Some(before) = at.checked_sub(1).map(|at| self.spans[at])
            && before.contig == span.contig
            && is_later(before.last)
        {
            // Only a run of kept records spans several positions.
            let (front, back) = self.parted(&before, true, is_later);
            self.spans[at - 1] = front;
            self.spans.insert(at, back);
        }
        self.spans.insert(at, span);
    }

    /// A run of kept records, parted before the first that is later.
    fn parted(&self, run: &Span, backward: bool, is_later: impl Fn(u32) -> bool) -> (Span, Span) {
        let Edge { at, records, earlier, next } = part(&self.form, self.bytes(run), run.records, backward, is_later);
        let (front, back) = run.at.parted(at);
        let (line, left) = (run.line + i64::from(records), run.records - records);
        (
            Span { at: front, last: earlier, records, ..*run },
            Span { at: back, first: next, line, records: left, ..*run },
        )
    }
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

/// Where in `count` sorted `records` the first later one starts. Records do not move far, so the place of those that moved
/// left is searched for from the end, if records can be, that of those that moved right from the start.
fn part(form: &Form, records: &[u8], count: u32, backward: bool, is_later: impl Fn(u32) -> bool) -> Edge {
    let pos_of = |record: &[u8]| form.locus(record).map_or(0, |(_, pos)| pos);
    let mut edge = Edge { at: 0, records: 0, earlier: 0, next: u32::MAX };
    if !backward || !form.reads_backward() {
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
