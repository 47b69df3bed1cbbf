//! `<DEL>` and `<DUP>`: variants whose letters are not written, which move by their length.

use vdx_genome::{Bases, place};
use vdx_hts::Result;
use vdx_vcf::info;

use crate::site::Side;

/// A deletion or a tandem duplication of the `length` bases behind 1-based `pos`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Symbolic {
    /// POS: the base before the first one.
    pub(crate) pos: u32,
    /// In bases.
    pub(crate) length: u32,
}

impl Symbolic {
    /// Reads a record of one base in REF whose ALT number `alt` (0-based) of `alts` is `allele`. `None` where that is no
    /// `<DEL>` or `<DUP>` (subtypes such as `<DUP:TANDEM>` among them) at a known place.
    ///
    /// The length is told by END, by SVLEN, or by both alike. IMPRECISE, or CIPOS or CIEND other than 0, mean that the
    /// place is not known: a variant that is somewhere there must not move by single bases.
    #[must_use]
    pub(crate) fn read(
        pos: u32,
        reference: &[u8],
        allele: &[u8],
        alt: usize,
        alts: usize,
        info: &[u8],
    ) -> Option<Self> {
        let name = allele.strip_prefix(b"<")?.strip_suffix(b">")?;
        let kind = name.split(|&byte| byte == b':').next()?;
        if !matches!(kind, b"DEL" | b"DUP") || reference.len() != 1 || pos == 0 {
            return None;
        }
        let sure = |key: &[u8]| {
            let value = info::value(info, key).unwrap_or_default();
            value.iter().all(|byte| matches!(byte, b'0' | b',' | b'-' | b'.'))
        };
        if info::get(info, b"IMPRECISE").is_some() || !sure(b"CIPOS") || !sure(b"CIEND") {
            return None;
        }
        let end = match info::value(info, b"END") {
            Some(end) => Some(number(end)?.checked_sub(pos)?),
            None => None,
        };
        let svlen = match info::value(info, b"SVLEN").filter(|value| *value != b".") {
            Some(list) if list.split(|&byte| byte == b',').count() == alts => {
                let value = list.split(|&byte| byte == b',').nth(alt)?;
                // Deletions have a negative SVLEN before VCF 4.4, a positive one since then.
                Some(number(value.strip_prefix(b"-").unwrap_or(value))?)
            }
            Some(_) => return None,
            None => None,
        };
        let length = end.or(svlen).filter(|&length| length > 0)?;
        // Where END and SVLEN contradict each other nobody knows which is right: the record stays.
        (svlen.is_none() || svlen == Some(length)).then_some(Self { pos, length })
    }

    /// The same variant as far to one side as it can be.
    pub(crate) fn aligned<B: Bases>(self, to: Side, contig: &mut B) -> Result<Self> {
        let pos = match to {
            Side::Left => place::leftmost(self.pos, self.length, contig)?,
            Side::Right => place::rightmost(self.pos, self.length, contig)?,
        };
        Ok(Self { pos, ..self })
    }

    /// INFO/END, 1-based.
    #[must_use]
    pub(crate) fn end(self) -> u32 {
        self.pos + self.length
    }
}

fn number(text: &[u8]) -> Option<u32> {
    vdx_vcf::line::parse_pos(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn length(allele: &str, info: &str) -> Option<u32> {
        Symbolic::read(10, b"A", allele.as_bytes(), 0, 1, info.as_bytes()).map(|symbolic| symbolic.length)
    }

    #[test]
    fn lengths_are_read_where_they_are_certain() {
        assert_eq!(length("<DEL>", "END=15"), Some(5));
        assert_eq!(length("<DEL>", "SVLEN=-5;SVTYPE=DEL"), Some(5));
        assert_eq!(length("<DUP:TANDEM>", "END=15;SVLEN=5;CIPOS=0,0"), Some(5));
        for info in [".", "END=15;SVLEN=-6", "END=15;IMPRECISE", "END=15;CIPOS=-3,3", "END=10", "END=9", "SVLEN=1,2"] {
            assert_eq!(length("<DEL>", info), None, "{info}");
        }
        for allele in ["<INS>", "<INV>", "<CNV>", "<CNV:TR>"] {
            assert_eq!(length(allele, "SVLEN=5;END=15"), None, "{allele}");
        }
        assert_eq!(length("<DELX>", "SVLEN=5"), None);
        assert_eq!(Symbolic::read(10, b"AC", b"<DEL>", 0, 1, b"END=15"), None);
        let second = Symbolic::read(10, b"A", b"<DUP>", 1, 2, b"SVLEN=-3,4").unwrap();
        assert_eq!(second.aligned(Side::Left, &mut &b"GTCAGCAGCAGCAG"[..]).unwrap(), second);
    }

    #[test]
    fn spans_move() {
        let symbolic = Symbolic { pos: 9, length: 3 };
        let moved = |to| {
            let moved = symbolic.aligned(to, &mut &b"GTCAGCAGCAGCAGT"[..]).unwrap();
            (moved.pos, moved.end())
        };
        assert_eq!(moved(Side::Left), (2, 5));
        assert_eq!(moved(Side::Right), (11, 14));
    }
}
