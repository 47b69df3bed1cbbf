//! Drops the records outside of the regions that were asked for, before chunks are made of the others.

use std::collections::VecDeque;

use memchr::memchr;
use vdx_vcf::Line;
use vdx_vcf::contig::Contig;
use vdx_vcf::line::parse_pos;
use vdx_vcf::region::{Overlap, Regions};

use crate::tabix::last_base;

/// One condition on records.
#[derive(Debug)]
pub struct Selection {
    /// Where.
    pub regions: Regions,
    /// What of a record must lie there.
    pub overlap: Overlap,
    /// The records that do not are meant.
    pub complement: bool,
}

/// Records that meet every selection stay. Input lines are still counted, so that messages name the right ones.
#[derive(Debug)]
pub struct Filter {
    selections: Vec<Selection>,
    /// The contigs that the header declares.
    declared: Vec<Contig>,
    /// CHROM of the last record, and its place in each selection.
    contig: Vec<u8>,
    places: Vec<Option<usize>>,
    /// For each selection which of its contigs the records had, under which name.
    seen: Vec<Vec<Option<Vec<u8>>>>,
    kept: u64,
    dropped: u64,
    /// Kept and dropped records before each record that follows dropped ones.
    gaps: VecDeque<(u64, u64)>,
    /// Whether every line of the input is read, so that lines have numbers.
    pub(crate) numbered: bool,
}

impl Filter {
    /// `declared` are the contigs of the input's header.
    pub fn new(selections: Vec<Selection>, declared: &[Contig]) -> Self {
        let seen = selections.iter().map(|selection| vec![None; selection.regions.contigs().len()]).collect();
        Self {
            places: vec![None; selections.len()],
            selections,
            declared: declared.to_vec(),
            contig: Vec::new(),
            seen,
            kept: 0,
            dropped: 0,
            gaps: VecDeque::new(),
            numbered: true,
        }
    }

    /// Moves the lines that stay to the front of `text`, whole lines; how many bytes they are.
    pub(crate) fn compact(&mut self, text: &mut [u8]) -> usize {
        let (mut end, mut from, mut at) = (0, 0, 0);
        let before = self.dropped;
        let mut after_gap = false;
        while let Some(step) = memchr(b'\n', &text[at..]) {
            let next = at + step + 1;
            if self.keeps(&text[at..next]) {
                if std::mem::take(&mut after_gap) {
                    self.gaps.push_back((self.kept, self.dropped));
                }
                self.kept += 1;
            } else {
                // The run of kept lines ends here.
                text.copy_within(from..at, end);
                end += at - from;
                from = next;
                self.dropped += 1;
                after_gap = true;
            }
            at = next;
        }
        if self.dropped > before {
            self.gaps.push_back((self.kept, self.dropped));
        }
        text.copy_within(from..at, end);
        end + at - from
    }

    /// What is no record stays, for the tool to say so.
    fn keeps(&mut self, line: &[u8]) -> bool {
        let Some(tab) = memchr(b'\t', line) else { return true };
        let rest = &line[tab + 1..];
        let Some(pos) = memchr(b'\t', rest).and_then(|end| parse_pos(&rest[..end])) else { return true };
        if self.contig != line[..tab] {
            self.enter(&line[..tab]);
        }
        let mut record = None;
        for (selection, place) in self.selections.iter().zip(&self.places) {
            let inside = place.is_some_and(|place| {
                let (first, last) = match selection.overlap {
                    Overlap::Pos => (pos, pos),
                    overlap => match record.get_or_insert_with(|| Line::parse(line)) {
                        Ok(record) => bounds(record, overlap),
                        Err(_) => return !selection.complement,
                    },
                };
                selection.regions.overlap(place, first, last)
            });
            if inside == selection.complement {
                return false;
            }
        }
        true
    }

    fn enter(&mut self, contig: &[u8]) {
        self.contig.clear();
        self.contig.extend_from_slice(contig);
        let length = self.declared.iter().find(|known| known.name == contig).and_then(|known| known.length);
        for (at, selection) in self.selections.iter().enumerate() {
            self.places[at] = selection.regions.find(contig, length);
            if let Some(place) = self.places[at] {
                self.seen[at][place].get_or_insert_with(|| contig.to_vec());
            }
        }
    }

    /// Forgets the gaps that lie before the kept record number `kept`, of which the next to be told of is one behind.
    pub(crate) fn pass(&mut self, kept: u64) {
        while self.gaps.get(1).is_some_and(|&(before, _)| before <= kept) {
            self.gaps.pop_front();
        }
    }

    /// The number among all records of the kept record number `kept`, both from 1; `None` where nobody counts.
    pub(crate) fn number(&self, kept: u64) -> Option<u64> {
        let behind = self.gaps.partition_point(|&(before, _)| before < kept);
        let dropped = behind.checked_sub(1).map_or(0, |at| self.gaps[at].1);
        self.numbered.then_some(kept + dropped)
    }

    /// The contigs of the selections that the records had under another name: theirs, and that.
    pub(crate) fn renamed(&self) -> Vec<(String, String)> {
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let pairs = self.asked().filter_map(|(asked, found)| Some((asked, found.as_deref()?)));
        pairs
            .filter(|(asked, found)| asked.name != *found)
            .map(|(asked, found)| (text(&asked.name), text(found)))
            .collect()
    }

    /// The contigs of the selections that neither the header nor any record has.
    pub(crate) fn unknown(&self) -> Vec<String> {
        let declared = |asked: &Contig| {
            vdx_vcf::contig::resolve(&asked.name, None, &self.declared).is_some()
                || self.declared.iter().any(|known| known.name == asked.name)
        };
        let unknown = self.asked().filter(|(asked, found)| found.is_none() && !declared(asked));
        unknown.map(|(asked, _)| String::from_utf8_lossy(&asked.name).into_owned()).collect()
    }

    fn asked(&self) -> impl Iterator<Item = (&Contig, &Option<Vec<u8>>)> {
        let each = self.selections.iter().zip(&self.seen);
        each.flat_map(|(selection, seen)| selection.regions.contigs().iter().zip(seen))
    }
}

/// The first and last base (1-based) that count. `Variant` starts behind the bases that every ALT shares with REF, as in
/// bcftools: symbolic alleles start at POS, an insertion lies between its last base and the one behind (last before first).
fn bounds(record: &Line, overlap: Overlap) -> (u32, u32) {
    let last = u32::try_from(last_base(record)).unwrap_or(u32::MAX);
    if overlap == Overlap::Record {
        return (record.pos(), last);
    }
    let reference = record.reference();
    let shared = |alt: &[u8]| reference.iter().zip(alt).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
    let length = (last - record.pos() + 1) as usize;
    let skipped = record.alts().map(shared).min().unwrap_or(length).min(length);
    (record.pos() + skipped as u32, last)
}

#[cfg(test)]
mod tests {
    use vdx_vcf::region::parse_list;

    use super::*;

    fn filter(list: &str, overlap: Overlap, complement: bool) -> Filter {
        let regions = Regions::new(parse_list(list).unwrap());
        Filter::new(vec![Selection { regions, overlap, complement }], &[])
    }

    fn lines(positions: &[(&str, u32)]) -> Vec<u8> {
        let line = |(contig, pos): &(&str, u32)| format!("{contig}\t{pos}\t.\tA\tC\t.\t.\t.\n");
        positions.iter().map(line).collect::<String>().into_bytes()
    }

    #[test]
    fn kept_lines_know_their_numbers() {
        let mut filter = filter("1:10-20,2:5", Overlap::Pos, false);
        let mut text = lines(&[("1", 1), ("1", 10), ("1", 20), ("1", 21), ("chr2", 4), ("chr2", 5), ("3", 1)]);
        let end = filter.compact(&mut text);
        assert_eq!(text[..end], lines(&[("1", 10), ("1", 20), ("chr2", 5)]));
        let mut next = lines(&[("3", 4), ("1", 11)]);
        assert_eq!(filter.compact(&mut next), lines(&[("1", 11)]).len());
        assert_eq!((1..=5).map(|kept| filter.number(kept).unwrap()).collect::<Vec<_>>(), [2, 3, 6, 9, 10]);
        filter.pass(2);
        assert_eq!((3..=4).map(|kept| filter.number(kept).unwrap()).collect::<Vec<_>>(), [6, 9]);
        assert_eq!(filter.renamed(), [("2".to_owned(), "chr2".to_owned())]);
    }

    #[test]
    fn the_complement_keeps_the_rest_and_what_is_no_record_stays() {
        let mut filter = filter("1:10-20,7", Overlap::Pos, true);
        let mut text = lines(&[("1", 9), ("1", 10), ("2", 10)]);
        text.extend_from_slice(b"nonsense\n");
        let end = filter.compact(&mut text);
        let expected = [lines(&[("1", 9), ("2", 10)]), b"nonsense\n".to_vec()].concat();
        assert_eq!(text[..end], expected);
        assert_eq!(filter.unknown(), ["7"]);
    }

    #[test]
    fn records_and_variants_start_where_bcftools_lets_them() {
        let bounds = |line: &str, overlap| bounds(&Line::parse(line.as_bytes()).unwrap(), overlap);
        let deletion = "1\t10\t.\tACC\tA\t.\t.\t.\n";
        assert_eq!((bounds(deletion, Overlap::Record), bounds(deletion, Overlap::Variant)), ((10, 12), (11, 12)));
        assert_eq!(bounds("1\t10\t.\tA\tAC\t.\t.\t.\n", Overlap::Variant), (11, 10));
        assert_eq!(bounds("1\t10\t.\tAC\tAT,G\t.\t.\t.\n", Overlap::Variant), (10, 11));
        assert_eq!(bounds("1\t10\t.\tA\t<DEL>\t.\t.\tEND=30\n", Overlap::Variant), (10, 30));
    }
}
