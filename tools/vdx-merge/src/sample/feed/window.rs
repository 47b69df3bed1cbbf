//! Which bases the records of the ClinVar stream are about, and which records of a VCF sample those concern.

use vdx_vcf::bcf::Record;
use vdx_vcf::{Form, Line};

/// How far to either side of a record that is no single base records of the sample are looked at, in bases: an indel can
/// be written that much to the side of where ClinVar has it.
pub(crate) const MARGIN: u32 = 1_000;

/// The first and the last base (1-based) that a record of the sample has to touch to say anything about this one.
pub(crate) fn of(pos: u32, reference: &[u8], alt: &[u8]) -> (u32, u32) {
    let reference = reference.len();
    // One base for another can be written in one place only.
    if reference == 1 && alt.len() == 1 {
        return (pos, pos);
    }
    (pos.saturating_sub(MARGIN), pos.saturating_add(reference as u32 - 1).saturating_add(MARGIN))
}

/// The windows of the records of one contig in a chunk.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ContigWindows<'a> {
    /// CHROM.
    pub(crate) contig: &'a [u8],
    /// Windows, those that touch joined, in order.
    pub(crate) windows: Vec<(u32, u32)>,
    /// POS of the last record, 1-based.
    pub(crate) last: u32,
}

impl ContigWindows<'_> {
    fn add(&mut self, (mut first, mut last): (u32, u32)) {
        // A wide window may begin before narrow ones of records before it.
        while let Some(&(from, to)) = self.windows.last() {
            if first > to.saturating_add(1) {
                break;
            }
            (first, last) = (first.min(from), last.max(to));
            self.windows.pop();
        }
        self.windows.push((first, last));
    }

    /// The last base of all windows.
    pub(crate) fn end(&self) -> u32 {
        self.windows.last().map_or(0, |&(_, last)| last)
    }

    /// Asks for one place after the other.
    pub(crate) fn meeting(&self) -> Meeting<'_> {
        Meeting { windows: &self.windows }
    }
}

/// A walk along the windows of a contig.
pub(crate) struct Meeting<'a> {
    windows: &'a [(u32, u32)],
}

impl Meeting<'_> {
    /// Whether `first..=last` touches a window; `first` never goes down.
    pub(crate) fn touches(&mut self, first: u32, last: u32) -> bool {
        while self.windows.first().is_some_and(|&(_, to)| to < first) {
            self.windows = &self.windows[1..];
        }
        self.windows.first().is_some_and(|&(from, _)| from <= last)
    }
}

/// The windows of a chunk, contig by contig. What is no record is left to whoever parses it in earnest.
pub(crate) fn by_contig<'a>(records: &'a [u8], form: &'a Form) -> Vec<ContigWindows<'a>> {
    let mut found: Vec<ContigWindows> = Vec::new();
    let mut add = |contig: &'a [u8], pos: u32, window: (u32, u32)| match found.last_mut() {
        Some(windows) if windows.contig == contig => {
            windows.add(window);
            windows.last = pos;
        }
        _ => found.push(ContigWindows { contig, windows: vec![window], last: pos }),
    };
    match form {
        Form::Text | Form::Table(_) => {
            let mut from = 0;
            for end in memchr::memchr_iter(b'\n', records) {
                let line = Line::parse(&records[std::mem::replace(&mut from, end + 1)..end]);
                if let Ok(line) = line {
                    add(line.chrom(), line.pos(), of(line.pos(), line.reference(), line.alt()));
                }
            }
        }
        Form::Bcf(dictionaries) => {
            for record in form.records(records).filter_map(|record| Record::parse(record).ok()) {
                if let Some(contig) = dictionaries.contig(record.fixed().contig) {
                    let alt = record.alts().next().unwrap_or_default();
                    add(contig, record.pos(), of(record.pos(), record.reference(), alt));
                }
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_are_joined_where_they_touch() {
        let records =
            b"1\t5000\t.\tA\tG\t.\n1\t5001\t.\tA\tG\t.\n1\t5500\t.\tA\tG\t.\n1\t6400\t.\tAC\tA\t.\n2\t7\t.\tA\tG\t.\n";
        let found = by_contig(records, &Form::Text);
        assert_eq!(found[0].windows, [(5000, 5001), (5400, 7401)]);
        assert_eq!((found[0].last, found[0].end(), found[1].windows.as_slice()), (6400, 7401, &[(7, 7)][..]));
        let mut meeting = found[0].meeting();
        let asked = [(4990, 4999), (4990, 5000), (5001, 5001), (5002, 5399), (5002, 5400), (7401, 9000), (7402, 9000)];
        let answers: Vec<bool> = asked.into_iter().map(|(first, last)| meeting.touches(first, last)).collect();
        assert_eq!(answers, [false, true, true, false, true, true, false]);
    }
}
