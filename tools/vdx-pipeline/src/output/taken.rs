//! Spans that are taken away from an output: their bytes stay.

use vdx_hts::records::Records as _;
use vdx_vcf::Form;

use super::{Output, Place, Span};

impl<N> Output<N> {
    /// Takes the first `count` spans away; their bytes stay.
    pub(crate) fn take_first_spans(&mut self, count: usize) -> Vec<Span> {
        self.spans.drain(..count).collect()
    }

    /// Takes the last span away, if it is a fresh record of `contig` behind 1-based `pos`.
    pub(crate) fn pop_beyond(&mut self, contig: &[u8], pos: u32) -> Option<Span> {
        let last = self.spans.last()?;
        let beyond = last.place == Place::Fresh && last.first > pos && self.contig_name(last.contig) == contig;
        if beyond { self.spans.pop() } else { None }
    }

    /// Takes the records of the last POS away, one by one, the last first.
    pub(crate) fn take_last_pos(&mut self, form: &Form) -> Vec<Span> {
        let mut taken: Vec<Span> = Vec::new();
        while let Some(last) = self.spans.pop() {
            if let Some(&Span { contig, first, .. }) = taken.last()
                && (last.last != first || self.contig_name(last.contig) != self.contig_name(contig))
            {
                self.spans.push(last);
                break;
            }
            let (front, one) = self.without_last(&last, form);
            taken.push(one);
            if let Some(front) = front {
                // All of a run have a POS of their own.
                self.spans.push(front);
                break;
            }
        }
        taken
    }

    /// A span without its last record, if it has others, and that record.
    fn without_last(&self, span: &Span, form: &Form) -> (Option<Span>, Span) {
        if span.records == 1 {
            return (None, *span);
        }
        let (front, one) = span.at.parted(form.last_start(self.bytes(span)));
        let others = span.records - 1;
        // Where the record before stands is not known: somewhere before this one.
        let front = Span { at: front, records: others, last: span.last.saturating_sub(1), ..*span };
        let last = Span { at: one, records: 1, first: span.last, line: span.line + i64::from(others), ..*span };
        (Some(front), last)
    }
}
