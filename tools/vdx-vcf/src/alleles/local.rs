//! Local alleles (VCF 4.5, section 1.6.2, LAA): lists of one sample that cover only the alleles that it knows.

use super::list::Cover;
use super::map::Alleles;
use super::numbers::text;

/// What a sample knows in `N` old records, and in the new one.
#[derive(Debug)]
pub(super) struct Known<const N: usize> {
    /// As numbers of the new record, ascending; REF is the first.
    new: Vec<usize>,
    /// By each record, what the numbers of its LGT are in that of the new one.
    pub(super) to: [Vec<Option<usize>>; N],
    /// By each record, of its local lists.
    pub(super) covers: [Cover; N],
}

impl<const N: usize> Known<N> {
    /// From the LAA that the sample has in each record; a sample without one knows REF alone.
    pub(super) fn of(lists: [Option<&[u8]>; N], alleles: [&Alleles; N]) -> Result<Self, String> {
        let mut new = vec![0];
        let mut old: [Vec<usize>; N] = std::array::from_fn(|_| Vec::new());
        for ((list, alleles), old) in lists.into_iter().zip(alleles).zip(&mut old) {
            *old = read(list, alleles.to.len() - 1)?;
            new.extend(old.iter().filter_map(|&allele| alleles.to[allele]));
        }
        // In ascending order whatever that of the sample was; two old ALTs may have become one.
        new.sort_unstable();
        new.dedup();
        let place = |known: &[usize], allele: usize| known.iter().position(|known| *known == allele);
        let to = |at: usize| {
            let number = |&old: &usize| place(&new, alleles[at].to[old]?);
            old[at].iter().map(number).collect()
        };
        let cover = |at: usize| {
            let places =
                |&new: &usize| alleles[at].from[new].iter().filter_map(|&from| place(&old[at], from)).collect();
            Cover::new(old[at].len(), new.iter().map(places).collect(), true)
        };
        let (to, covers) = (std::array::from_fn(to), std::array::from_fn(cover));
        Ok(Self { new, to, covers })
    }

    /// Appends LAA.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let numbers: Vec<String> = self.new[1..].iter().map(ToString::to_string).collect();
        out.extend_from_slice(if numbers.is_empty() { "." } else { "" }.as_bytes());
        out.extend_from_slice(numbers.join(",").as_bytes());
    }
}

/// The alleles of an LAA, REF first.
pub(super) fn read(list: Option<&[u8]>, alts: usize) -> Result<Vec<usize>, String> {
    let mut known = vec![0];
    for number in list.filter(|list| *list != b".").into_iter().flat_map(|list| list.split(|&byte| byte == b',')) {
        let number = text(number);
        let Some(allele) = number.parse().ok().filter(|allele| (1..=alts).contains(allele)) else {
            return Err(format!("LAA: expected ALT alleles from 1 to {alts}, found '{number}'"));
        };
        known.push(allele);
    }
    Ok(known)
}
