//! Local alleles (VCF 4.5, section 1.6.2, LAA) of one sample in two records and in the joined one.

use super::alleles::Alleles;
use crate::number::text;

/// The alleles that a sample knows, as numbers of the joined record; REF is the first.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Known {
    /// By either record, ascending.
    all: Vec<usize>,
    /// By each record, in the order of its LAA.
    own: [Vec<usize>; 2],
    /// Where those of each record are in `all`.
    pub(crate) maps: [Vec<usize>; 2],
}

impl Known {
    /// From the LAA that the sample has in each record; a sample without one knows REF alone.
    pub(crate) fn of(lists: [Option<&[u8]>; 2], alleles: &Alleles) -> Result<Self, String> {
        let [first, second] = lists;
        let own = [read(first, &alleles.maps[0])?, read(second, &alleles.maps[1])?];
        let mut all = own.concat();
        all.sort_unstable();
        all.dedup();
        let places = |known: &[usize]| known.iter().filter_map(|allele| all.binary_search(allele).ok()).collect();
        let maps = [places(&own[0]), places(&own[1])];
        Ok(Self { all, own, maps })
    }

    /// How many there are, REF among them.
    pub(crate) fn len(&self) -> usize {
        self.all.len()
    }

    /// What the numbers of LGT in the first (0) or second (1) record are in GT of the joined one.
    pub(crate) fn numbers(&self, record: usize) -> &[usize] {
        &self.own[record]
    }

    /// The number in LGT of an allele of the joined record.
    pub(crate) fn place(&self, allele: usize) -> usize {
        self.all.binary_search(&allele).unwrap_or(0)
    }

    /// Appends LAA.
    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        let numbers: Vec<String> = self.all[1..].iter().map(ToString::to_string).collect();
        out.extend_from_slice(if numbers.is_empty() { "." } else { "" }.as_bytes());
        out.extend_from_slice(numbers.join(",").as_bytes());
    }
}

fn read(list: Option<&[u8]>, map: &[usize]) -> Result<Vec<usize>, String> {
    let mut known = vec![0];
    for number in list.filter(|list| *list != b".").into_iter().flat_map(|list| list.split(|&byte| byte == b',')) {
        let (number, alts) = (text(number), map.len() - 1);
        let Some(allele) = number.parse().ok().filter(|allele| (1..=alts).contains(allele)) else {
            return Err(format!("LAA: expected ALT alleles from 1 to {alts}, found '{number}'"));
        };
        known.push(map[allele]);
    }
    Ok(known)
}
