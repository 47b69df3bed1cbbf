//! The order of contigs, and with it that of records.
//!
//! It is that of `--contigs`, else that of the `##contig` lines of all shards together: where these leave two contigs
//! open, and for contigs that no line declares (behind the others), chromosomes 1 to 22, X, Y, MT come first and other
//! names after them in byte order.

use std::collections::{BTreeSet, HashMap};
use std::path::Path;
use std::sync::Arc;

use vdx_hts::{Error, Result};
use vdx_vcf::contig::number;

/// A contig's place. Places compare as the contigs are ordered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RankedContig {
    rank: u32,
    /// The name as the records have it.
    pub(crate) name: Arc<[u8]>,
}

/// A record's place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key {
    /// Its contig.
    pub(crate) contig: RankedContig,
    /// 1-based.
    pub(crate) pos: u32,
}

/// The order of contigs.
#[derive(Debug, Default)]
pub(crate) struct ContigOrder {
    ranks: HashMap<Vec<u8>, u32>,
    /// `--contigs`: no contig but its own.
    given: Option<String>,
}

/// The natural place of a name: by chromosome number, then the others.
fn natural(name: &[u8]) -> (u8, &[u8]) {
    (number(name).unwrap_or(u8::MAX), name)
}

impl ContigOrder {
    /// That of a file: a `.fai`, or names one a line.
    pub(crate) fn given(path: &Path) -> Result<Self> {
        let file = path.display().to_string();
        let text = std::fs::read(path).map_err(|error| Error::io(&file, &error))?;
        let mut ranks = HashMap::new();
        for (number, line) in (1..).zip(text.split(|&byte| byte == b'\n')) {
            let name = line.split(|&byte| byte == b'\t').next().unwrap_or_default().trim_ascii();
            if name.is_empty() {
                continue;
            }
            let rank = ranks.len() as u32;
            if ranks.insert(name.to_vec(), rank).is_some() {
                let message = format!("contig {} is listed twice", String::from_utf8_lossy(name));
                return Err(Error::data(message).in_file(file).at_line(number));
            }
        }
        if ranks.is_empty() {
            return Err(Error::data("expected names of contigs one a line, or a .fai, found none").in_file(file));
        }
        Ok(Self { ranks, given: Some(file) })
    }

    /// That which agrees with every list of contigs; each comes with the file it is from.
    ///
    /// # Errors
    /// Two lists that cannot both be followed, by name.
    pub(crate) fn united(lists: &[(String, Vec<Vec<u8>>)]) -> Result<Self> {
        let mut names: Vec<&[u8]> = Vec::new();
        let mut places: HashMap<&[u8], usize> = HashMap::new();
        // What follows a contig at once, and which list says so.
        let mut next: Vec<HashMap<usize, usize>> = Vec::new();
        for (list, (_, contigs)) in lists.iter().enumerate() {
            let mut before = None;
            for name in contigs {
                let at = *places.entry(name).or_insert_with(|| {
                    names.push(name);
                    next.push(HashMap::new());
                    names.len() - 1
                });
                if let Some(before) = before.replace(at) {
                    next[before].entry(at).or_insert(list);
                }
            }
        }
        // An order that agrees with all lists, where there is one: each contig comes when all are out that stand
        // before it somewhere, of several the one that usually comes first.
        let mut waits_for = vec![0usize; names.len()];
        next.iter().flat_map(HashMap::keys).for_each(|&at| waits_for[at] += 1);
        let free = (0..names.len()).filter(|&at| waits_for[at] == 0);
        let mut free: BTreeSet<_> = free.map(|at| (natural(names[at]), at)).collect();
        let mut ranks = HashMap::new();
        while let Some((_, at)) = free.pop_first() {
            ranks.insert(names[at].to_vec(), ranks.len() as u32);
            for &behind in next[at].keys() {
                waits_for[behind] -= 1;
                if waits_for[behind] == 0 {
                    free.insert((natural(names[behind]), behind));
                }
            }
        }
        if ranks.len() < names.len() {
            return Err(clash(lists, &names, &next, &waits_for));
        }
        Ok(Self { ranks, given: None })
    }

    /// The place of a contig.
    ///
    /// # Errors
    /// `--contigs` lacks it.
    pub(crate) fn contig(&self, name: &[u8]) -> Result<RankedContig> {
        let rank = match (self.ranks.get(name), &self.given) {
            (Some(&rank), _) => rank,
            (None, None) => self.ranks.len() as u32 + u32::from(natural(name).0),
            (None, Some(file)) => {
                let name = String::from_utf8_lossy(name);
                return Err(Error::data(format!("contig {name} is not in {file}; add it, or leave out --contigs")));
            }
        };
        Ok(RankedContig { rank, name: name.into() })
    }

    /// Where a `##contig` line belongs among the others.
    pub(crate) fn rank(&self, name: &[u8]) -> u32 {
        self.ranks.get(name).copied().unwrap_or(u32::MAX)
    }
}

/// The error about lists that contradict each other: two of them that are part of a circle.
fn clash(
    lists: &[(String, Vec<Vec<u8>>)],
    names: &[&[u8]],
    next: &[HashMap<usize, usize>],
    waits_for: &[usize],
) -> Error {
    // Whatever is left waits for something that is left: going back from one to the next must come round.
    let before = |at: usize| {
        let left = (0..names.len()).filter(|&from| waits_for[from] > 0);
        left.filter_map(|from| Some((from, *next[from].get(&at)?))).min()
    };
    let mut path: Vec<(usize, usize)> = Vec::new();
    let mut at = waits_for.iter().position(|&count| count > 0).unwrap_or_default();
    while let Some((from, list)) = before(at) {
        if let Some(start) = path.iter().position(|&(seen, _)| seen == from) {
            path.drain(..start);
            break;
        }
        path.push((from, list));
        at = from;
    }
    let name = |at: usize| String::from_utf8_lossy(names[at]).into_owned();
    let said = |at: usize| {
        let (from, list) = path[at % path.len()];
        let to = path[(at + path.len() - 1) % path.len()].0;
        (lists[list].0.clone(), name(from), name(to))
    };
    if path.is_empty() {
        return Error::data("the ##contig lines of the shards contradict each other; give the order with --contigs");
    }
    let (file, first, second) = said(0);
    let other = (1..path.len()).find(|&at| path[at].1 != path[0].1).unwrap_or(path.len() - 1);
    let (other, third, fourth) = said(other);
    Error::data(format!(
        "the ##contig lines of the shards contradict each other: {first} stands before {second} here, {third} before \
         {fourth} in {other}; give the order with --contigs"
    ))
    .in_file(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lists(all: &[&str]) -> Vec<(String, Vec<Vec<u8>>)> {
        let list = |(at, names): (usize, &&str)| {
            (format!("{at}.vcf"), names.split(' ').map(|name| name.as_bytes().to_vec()).collect())
        };
        all.iter().enumerate().map(list).collect()
    }

    fn sorted(order: &ContigOrder, names: &str) -> String {
        let mut contigs: Vec<RankedContig> =
            names.split(' ').map(|name| order.contig(name.as_bytes()).unwrap()).collect();
        contigs.sort();
        contigs.iter().map(|contig| String::from_utf8_lossy(&contig.name).into_owned()).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn one_contig_a_header_is_the_natural_order() {
        let order = ContigOrder::united(&lists(&["chr10", "chr1", "chrX", "chr2", "HLA", "chrM"])).unwrap();
        assert_eq!(sorted(&order, "HLA chrM chrX chr10 chr2 chr1"), "chr1 chr2 chr10 chrX chrM HLA");
    }

    #[test]
    fn lists_are_followed_and_completed() {
        let order = ContigOrder::united(&lists(&["1 10 2", "2 X", "10 11"])).unwrap();
        assert_eq!(sorted(&order, "X 2 11 10 1"), "1 10 2 11 X");
        assert_eq!(sorted(&order, "NW_2 NW_1 MT Y X"), "X Y MT NW_1 NW_2");
    }

    #[test]
    fn what_no_header_declares_is_in_natural_order() {
        assert_eq!(sorted(&ContigOrder::default(), "NT_1 MT 10 X 9 chr9 1"), "1 9 chr9 10 X MT NT_1");
    }

    #[test]
    fn contradictions_name_both_files() {
        let error = ContigOrder::united(&lists(&["1 2 3 5", "3 4", "4 2", "5 6"])).unwrap_err().to_string();
        assert!(error.contains("contradict") && error.contains("--contigs"), "{error}");
        assert!(error.contains("0.vcf") || error.contains("1.vcf") || error.contains("2.vcf"), "{error}");
        assert!(!error.contains('6') && !error.contains("3.vcf"), "{error}");
        let error = ContigOrder::united(&lists(&["1 2", "2 1"])).unwrap_err().to_string();
        assert!(error.contains("0.vcf") && error.contains("1.vcf"), "{error}");
    }

    #[test]
    fn a_given_order_is_all_there_is() {
        let folder = std::env::temp_dir().join(format!("vdx-contigs-{}", std::process::id()));
        std::fs::write(&folder, "2\t100\t3\t60\t61\n1\t100\t200\t60\t61\n").unwrap();
        let order = ContigOrder::given(&folder).unwrap();
        assert_eq!(sorted(&order, "1 2"), "2 1");
        assert!(order.contig(b"3").unwrap_err().to_string().contains("contig 3 is not in"));
        std::fs::write(&folder, "2\n2\n").unwrap();
        assert!(ContigOrder::given(&folder).unwrap_err().to_string().contains(":2: contig 2 is listed twice"));
        std::fs::remove_file(&folder).unwrap();
    }
}
