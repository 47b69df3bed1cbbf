//! Sorted means: each contig in one piece, POS never going down.

use std::collections::HashSet;

use vdx_hts::{Error, Result};

/// The error about a record at `pos` that follows one at `chrom` and `before`; the record's own locus is added by who
/// knows it.
pub(crate) fn unsorted(pos: u32, chrom: &[u8], before: u32) -> Error {
    let chrom = String::from_utf8_lossy(chrom);
    Error::data(format!(
        "the ClinVar stream is not sorted: expected POS of at least {before} behind the record at {chrom}:{before}, \
         found {pos}; sort it first, e.g. with 'bcftools sort'"
    ))
}

/// Where the stream is, over all chunks.
#[derive(Debug, Default)]
pub(crate) struct Track {
    contig: Option<Vec<u8>>,
    pos: u32,
    done: HashSet<Vec<u8>>,
}

impl Track {
    /// The first record of a chunk, or of a contig within it. `true` where a new contig begins.
    pub(crate) fn enter(&mut self, chrom: &[u8], pos: u32) -> Result<bool> {
        if self.contig.as_deref() == Some(chrom) {
            if pos < self.pos {
                return Err(unsorted(pos, chrom, self.pos));
            }
            self.pos = pos;
            return Ok(false);
        }
        if let Some(before) = self.contig.take() {
            if self.done.contains(chrom) {
                let (before, last) = (String::from_utf8_lossy(&before).into_owned(), self.pos);
                return Err(Error::data(format!(
                    "the ClinVar stream is not sorted: expected each contig in one piece, found this record behind the \
                     one at {before}:{last}; sort it first, e.g. with 'bcftools sort'"
                )));
            }
            self.done.insert(before);
        }
        self.contig = Some(chrom.to_vec());
        self.pos = pos;
        Ok(true)
    }

    /// The stream has come to `pos` of the current contig.
    pub(crate) fn reach(&mut self, pos: u32) {
        self.pos = self.pos.max(pos);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_records_are_named() {
        let mut track = Track::default();
        assert!(track.enter(b"1", 10).unwrap());
        track.reach(50);
        assert!(!track.enter(b"1", 50).unwrap());
        let error = track.enter(b"1", 49).unwrap_err().to_string();
        assert!(error.contains("1:50") && error.contains("found 49"), "{error}");
        assert!(track.enter(b"2", 1).unwrap());
        let error = track.enter(b"1", 60).unwrap_err().at_locus(b"1", 60).to_string();
        assert!(error.starts_with("1:60: ") && error.contains("2:1"), "{error}");
    }
}
