//! Drops the records outside of the regions that were asked for, before chunks are made of the others.

use std::collections::VecDeque;

use vdx_vcf::Form;
use vdx_vcf::contig::{self, Contig};
use vdx_vcf::region::{Overlap, Regions};

use vdx_hts::error::{Error, Result};
use vdx_hts::records::Records as _;

/// How many of the known contigs are told.
const NAMED: usize = 30;

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
pub struct RegionFilter {
    selections: Vec<Selection>,
    /// The contigs that are known: of the header, of an index, of a FASTA.
    known: Vec<Contig>,
    /// CHROM of the last record, and its place in each selection.
    contig: Vec<u8>,
    places: Vec<Option<usize>>,
    /// For each selection which of its contigs the records had, under which name.
    seen: Vec<Vec<Option<Vec<u8>>>>,
    kept: u64,
    dropped: u64,
    /// Kept and dropped records before each record that follows dropped ones.
    gaps: VecDeque<(u64, u64)>,
    /// Of the records up to this number among the kept ones nothing is known any more.
    forgotten: u64,
    /// Whether every line of the input is read, so that lines have numbers.
    pub(crate) numbered: bool,
}

impl RegionFilter {
    /// `known` are the contigs that the input's header, its index or a FASTA has.
    pub fn new(selections: Vec<Selection>, known: Vec<Contig>) -> Self {
        let seen = selections.iter().map(|selection| vec![None; selection.regions.contigs().len()]).collect();
        Self {
            places: vec![None; selections.len()],
            selections,
            known,
            contig: Vec::new(),
            seen,
            kept: 0,
            dropped: 0,
            gaps: VecDeque::new(),
            forgotten: 0,
            numbered: true,
        }
    }

    /// Moves the records that stay to the front of `text`, whole records; how many bytes they are.
    pub(crate) fn compact(&mut self, form: &Form, text: &mut [u8]) -> usize {
        let (mut end, mut from, mut at) = (0, 0, 0);
        let before = self.dropped;
        let mut after_gap = false;
        while at < text.len() {
            let next = at + form.first_len(&text[at..]);
            if self.keeps(form, &text[at..next]) {
                if std::mem::take(&mut after_gap) {
                    self.gaps.push_back((self.kept, self.dropped));
                }
                self.kept += 1;
            } else {
                // The run of kept records ends here.
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
    fn keeps(&mut self, form: &Form, record: &[u8]) -> bool {
        let Some((contig, pos)) = form.locus(record) else { return true };
        if self.contig != contig {
            self.enter(contig);
        }
        for (selection, place) in self.selections.iter().zip(&self.places) {
            let inside = place.is_some_and(|place| {
                let (first, last) = match selection.overlap {
                    Overlap::Pos => (pos, pos),
                    overlap => match form.bounds(record, overlap) {
                        Some(bounds) => bounds,
                        // Taken for what is to stay, whatever that is: damage is told, and no -t hides it.
                        None => return !selection.complement,
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
        let length = self.known.iter().find(|known| known.name == contig).and_then(|known| known.length);
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
            self.forgotten = self.gaps[0].0;
        }
    }

    /// The number among all records of the kept record number `kept`, both from 1; `None` where nobody counts, or it was
    /// passed.
    pub(crate) fn number(&self, kept: u64) -> Option<u64> {
        let behind = self.gaps.partition_point(|&(before, _)| before < kept);
        let dropped = behind.checked_sub(1).map_or(0, |at| self.gaps[at].1);
        (self.numbered && kept > self.forgotten).then_some(kept + dropped)
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

    /// Checks the contigs of the selections, before the first record and behind the last.
    ///
    /// # Errors
    /// One that is not known and no record has: a typo, or regions of another genome. Where nothing names contigs
    /// beforehand (ClinVar has no `##contig` lines), only the end tells, and a human chromosome is one without records.
    pub fn check(&self, at_end: bool) -> Result<()> {
        let names_contigs = !self.known.is_empty();
        let known = |asked: &Contig| match names_contigs {
            true => contig::resolve(&asked.name, None, &self.known).is_some(),
            false => !at_end || contig::number(&asked.name).is_some(),
        };
        let text = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
        let unknown: Vec<String> = self
            .asked()
            .filter(|(asked, found)| found.is_none() && !known(asked))
            .map(|(asked, _)| text(&asked.name))
            .collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let there = if names_contigs {
            let mut names: Vec<String> = self.known.iter().take(NAMED).map(|contig| text(&contig.name)).collect();
            names.dedup();
            let more = if self.known.len() > NAMED { ", ..." } else { "" };
            format!("header, index and FASTA have {}{more}", names.join(", "))
        } else {
            "no record has it, and the header declares no contigs".to_owned()
        };
        // `1:1,000-500,000` is three regions.
        let in_thousands =
            |name: &String| name.split('-').all(|part| part.len() == 3 && part.bytes().all(|b| b.is_ascii_digit()));
        let hint = if unknown.iter().any(in_thousands) {
            "; commas part regions, numbers are written without them: 1:1000-500000"
        } else {
            ""
        };
        let unknown = unknown.join(", ");
        let message = format!("the regions are on contigs that are not known here: {unknown}; {there}{hint}");
        Err(Error::data(message))
    }

    fn asked(&self) -> impl Iterator<Item = (&Contig, &Option<Vec<u8>>)> {
        let each = self.selections.iter().zip(&self.seen);
        each.flat_map(|(selection, seen)| selection.regions.contigs().iter().zip(seen))
    }
}

#[cfg(test)]
mod tests {
    use vdx_vcf::region::parse_list;

    use super::*;

    fn filter(list: &str, overlap: Overlap, complement: bool) -> RegionFilter {
        let regions = Regions::new(parse_list(list).unwrap());
        RegionFilter::new(vec![Selection { regions, overlap, complement }], Vec::new())
    }

    fn lines(positions: &[(&str, u32)]) -> Vec<u8> {
        let line = |(contig, pos): &(&str, u32)| format!("{contig}\t{pos}\t.\tA\tC\t.\t.\t.\n");
        positions.iter().map(line).collect::<String>().into_bytes()
    }

    #[test]
    fn kept_lines_know_their_numbers() {
        let mut filter = filter("1:10-20,2:5", Overlap::Pos, false);
        let mut text = lines(&[("1", 1), ("1", 10), ("1", 20), ("1", 21), ("chr2", 4), ("chr2", 5), ("3", 1)]);
        let end = filter.compact(&Form::Text, &mut text);
        assert_eq!(text[..end], lines(&[("1", 10), ("1", 20), ("chr2", 5)]));
        let mut next = lines(&[("3", 4), ("1", 11)]);
        assert_eq!(filter.compact(&Form::Text, &mut next), lines(&[("1", 11)]).len());
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
        let end = filter.compact(&Form::Text, &mut text);
        let expected = [lines(&[("1", 9), ("2", 10)]), b"nonsense\n".to_vec()].concat();
        assert_eq!(text[..end], expected);
        filter.check(true).unwrap();
    }

    #[test]
    fn a_cut_line_stays_whichever_bases_were_asked_for() {
        for complement in [false, true] {
            let mut filter = filter("1:10-20", Overlap::Record, complement);
            let mut text = b"1\t5\t.\n1\t15\t.\n".to_vec();
            assert_eq!(filter.compact(&Form::Text, &mut text), text.len(), "{complement}");
        }
    }

    #[test]
    fn contigs_are_known_by_the_header_by_records_or_as_human_chromosomes() {
        let check = |list: &str, known: &[&str], at_end| {
            let known = known.iter().map(|name| Contig { name: name.as_bytes().to_vec(), length: None }).collect();
            let regions = Regions::new(parse_list(list).unwrap());
            let mut filter =
                RegionFilter::new(vec![Selection { regions, overlap: Overlap::Pos, complement: false }], known);
            filter.compact(&Form::Text, &mut lines(&[("odd", 1)]));
            filter.check(at_end).map_err(|error| error.to_string())
        };
        assert_eq!(check("1,chr2", &["chr1", "2"], false), Ok(()));
        assert_eq!(check("odd", &["chr1"], true), Ok(()));
        assert_eq!(check("7,odd,rare", &[], false), Ok(()));
        assert_eq!(check("7,odd", &[], true), Ok(()));
        assert!(check("1:1,000-500,000", &["1"], false).unwrap_err().contains("written without them: 1:1000-500000"));
        assert!(check("7,rare", &[], true).unwrap_err().contains("not known here: rare; no record"));
        assert!(
            check("chrom1,1", &["1", "2"], false).unwrap_err().contains("chrom1; header, index and FASTA have 1, 2")
        );
    }
}
