//! Is it sorted? Sorted means: the records of a contig stand together, and POS never goes down; the contigs may come in any
//! order. What needs that refuses other input in these words, which name both records.

use std::collections::HashSet;

use crate::error::{Error, Result};

/// The error for a record that cannot stand behind the one `before` it (CHROM and 1-based POS of both): its POS is lower, or
/// its contig has been there and another was since. `what` is to be sorted: `the input`, `this shard`.
pub fn unsorted(what: &str, found: (&[u8], u32), before: (&[u8], u32)) -> Error {
    let remedy = format!("sort {what} first, e.g. with 'bcftools sort'");
    Error::data(format!("{}; {remedy}", contradiction(found.0, before))).at_locus(found.0, found.1.into())
}

/// What was expected of a record of `chrom`, and where it was found: the locus in front of the message is the record's own.
pub(crate) fn contradiction(chrom: &[u8], (contig, pos): (&[u8], u32)) -> String {
    let before = String::from_utf8_lossy(contig);
    if chrom == contig {
        return format!("expected records in order of position, found this one behind {before}:{pos}");
    }
    let chrom = String::from_utf8_lossy(chrom);
    format!(
        "expected the records of a contig together, found this one behind {before}:{pos} although {chrom} was there before"
    )
}

/// How far sorted records have come.
#[derive(Debug)]
pub struct Sorted {
    what: &'static str,
    contig: Option<Vec<u8>>,
    pos: u32,
    done: HashSet<Vec<u8>>,
}

impl Sorted {
    /// Before the first record of `what`; see [`unsorted`].
    #[must_use]
    pub fn new(what: &'static str) -> Self {
        Self { what, contig: None, pos: 0, done: HashSet::new() }
    }

    /// Comes to a record; those between the last one and this need not be told where they are known to be sorted.
    /// `true` where a new contig begins.
    ///
    /// # Errors
    /// It cannot stand here, see [`unsorted`].
    pub fn enter(&mut self, chrom: &[u8], pos: u32) -> Result<bool> {
        let (what, last) = (self.what, self.pos);
        let refused = |contig: &[u8]| unsorted(what, (chrom, pos), (contig, last));
        match &self.contig {
            Some(contig) if contig == chrom => {
                if pos < last {
                    return Err(refused(contig));
                }
                self.pos = pos;
                return Ok(false);
            }
            Some(contig) if self.done.contains(chrom) => return Err(refused(contig)),
            _ => self.done.extend(self.contig.take()),
        }
        (self.contig, self.pos) = (Some(chrom.to_vec()), pos);
        Ok(true)
    }

    /// The records of the contig at hand have come to `pos`.
    pub fn reach(&mut self, pos: u32) {
        self.pos = self.pos.max(pos);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_records_are_named() {
        let mut sorted = Sorted::new("the input");
        assert!(sorted.enter(b"1", 10).unwrap());
        sorted.reach(50);
        assert!(!sorted.enter(b"1", 50).unwrap());
        let error = sorted.enter(b"1", 49).unwrap_err().to_string();
        assert_eq!(
            error,
            "1:49: expected records in order of position, found this one behind 1:50; sort the input first, e.g. with \
             'bcftools sort'"
        );
        assert!(sorted.enter(b"2", 1).unwrap());
        let error = sorted.enter(b"1", 60).unwrap_err().to_string();
        assert_eq!(
            error,
            "1:60: expected the records of a contig together, found this one behind 2:1 although 1 was there before; sort \
             the input first, e.g. with 'bcftools sort'"
        );
        assert!(!sorted.enter(b"2", 1).unwrap());
    }
}
