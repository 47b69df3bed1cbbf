//! Where bases come from, as far as alignment cares.

use vdx_hts::Result;

/// One contig of a reference sequence.
pub trait Bases {
    /// The base at `pos` (1-based): one of `ACGTN` in upper case, every other letter of the FASTA read as `N`. `None`
    /// outside the contig. Errors are failed reads.
    fn base(&mut self, pos: u32) -> Result<Option<u8>>;

    /// Appends the bases from `pos` (1-based) on to `out`, `len` of them or as many as there are up to the end of the
    /// contig.
    fn copy(&mut self, pos: u32, len: usize, out: &mut Vec<u8>) -> Result<()> {
        for at in (pos..).take(len) {
            let Some(base) = self.base(at)? else { break };
            out.push(base);
        }
        Ok(())
    }

    /// Whether the contig has exactly `bases` from `pos` (1-based) on, whatever their case.
    fn matches(&mut self, pos: u32, bases: &[u8]) -> Result<bool> {
        for (at, &base) in (pos..).zip(bases) {
            if self.base(at)? != Some(base.to_ascii_uppercase()) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// A contig in memory.
impl Bases for &[u8] {
    fn base(&mut self, pos: u32) -> Result<Option<u8>> {
        Ok((pos as usize).checked_sub(1).and_then(|at| self.get(at)).map(|&byte| plain(byte)))
    }
}

/// A letter of a FASTA as it is compared: upper case, `N` for what is not one of `ACGTN`.
#[inline]
pub(crate) fn plain(byte: u8) -> u8 {
    PLAIN[usize::from(byte)]
}

const PLAIN: [u8; 256] = {
    let mut table = [b'N'; 256];
    let letters = *b"ACGT";
    let mut at = 0;
    while at < letters.len() {
        table[letters[at] as usize] = letters[at];
        table[letters[at].to_ascii_lowercase() as usize] = letters[at];
        at += 1;
    }
    table
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_upper_case_and_ambiguity_is_n() {
        let mut contig = &b"aCrN"[..];
        let found: Vec<_> = (0..6).map(|pos| contig.base(pos).unwrap()).collect();
        assert_eq!(found, [None, Some(b'A'), Some(b'C'), Some(b'N'), Some(b'N'), None]);
        let mut out = Vec::new();
        contig.copy(2, 9, &mut out).unwrap();
        assert_eq!(out, b"CNN");
        assert!(contig.matches(1, b"Ac").unwrap());
        assert!(!contig.matches(4, b"NN").unwrap());
        assert!(!contig.matches(0, b"A").unwrap());
    }
}
