//! Where else an indel could be written: the positions that all spell the same haplotype.

use vdx_hts::Result;
use vdx_vcf::variant::Variant;

use crate::Bases;

/// The positions of the anchor base (POS of the VCF record, 1-based) between which an indel can be placed.
///
/// `0` as the leftmost position is the place before the first base of the contig, which a VCF writes at POS 1 with the
/// base to the right. For anything but a pure insertion or deletion both are the first changed base.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
    /// Where the left-aligned record has its POS.
    pub leftmost: u32,
    /// The same for the right-aligned record.
    pub rightmost: u32,
}

/// The placements of one change of letters (REF and one ALT, both of bases, REF agreeing with the contig) that leave
/// the haplotype as it is.
///
/// An indel of `n` bases can step over the next base where that base equals the one `n` further on (for an insertion:
/// the next letter of what is inserted, round and round). The range is as long as the repeat; each base is looked at
/// once, or twice for a deletion.
pub fn range<B: Bases>(variant: Variant<'_>, contig: &mut B) -> Result<Placement> {
    let Variant { pos, reference, alt } = variant.minimal();
    let (longer, shorter) = if reference.len() > alt.len() { (reference, alt) } else { (alt, reference) };
    // Minimal alleles keep one letter: the anchor, in front where they share it, behind only at the contig's start.
    let (anchor, unit) = match shorter {
        [letter] if longer.len() > 1 && longer[0].eq_ignore_ascii_case(letter) => (pos, &longer[1..]),
        [letter] if longer.len() > 1 && longer[longer.len() - 1].eq_ignore_ascii_case(letter) => {
            (pos.saturating_sub(1), &longer[..longer.len() - 1])
        }
        _ => return Ok(Placement { leftmost: pos, rightmost: pos }),
    };
    let deleted = if reference.len() > alt.len() { unit.len() as u32 } else { 0 };
    let mut leftmost = anchor;
    let mut turn = unit.len() - 1;
    while leftmost > 0 && contig.base(leftmost)? == Some(letter(unit, turn)) {
        leftmost -= 1;
        turn = if turn == 0 { unit.len() - 1 } else { turn - 1 };
    }
    let mut rightmost = anchor;
    let mut turn = 0;
    while contig.base(rightmost + 1 + deleted)? == Some(letter(unit, turn)) {
        rightmost += 1;
        turn = if turn + 1 == unit.len() { 0 } else { turn + 1 };
    }
    Ok(Placement { leftmost, rightmost })
}

/// The leftmost base (1-based) behind which taking out, or doubling, `length` bases does the same as behind `anchor`.
///
/// For variants whose letters are not written, `<DEL>` and `<DUP>`: both move while the base at the anchor is the last
/// one of their bases. Not before the first base of the contig; `anchor` itself where the bases reach beyond its end.
pub fn leftmost<B: Bases>(anchor: u32, length: u32, contig: &mut B) -> Result<u32> {
    let (mut at, mut block) = (anchor, 64);
    // In blocks that double: most variants stay where they are, and a repeat of megabases is not asked for base by
    // base.
    let (mut left, mut right) = (Vec::new(), Vec::new());
    while at > 1 {
        let size = (at - 1).min(block);
        let from = at - size + 1;
        left.clear();
        right.clear();
        contig.copy(from, size as usize, &mut left)?;
        contig.copy(from + length, size as usize, &mut right)?;
        if right.len() < left.len() {
            break;
        }
        let same = left.iter().rev().zip(right.iter().rev()).take_while(|(ours, theirs)| ours == theirs).count();
        at -= same as u32;
        if same < left.len() {
            break;
        }
        block = (block * 2).min(1 << 14);
    }
    Ok(at)
}

/// [`leftmost`] to the right: the last base behind which it does the same.
pub fn rightmost<B: Bases>(anchor: u32, length: u32, contig: &mut B) -> Result<u32> {
    let (mut at, mut block) = (anchor, 64);
    let (mut first, mut behind) = (Vec::new(), Vec::new());
    loop {
        first.clear();
        behind.clear();
        contig.copy(at + 1, block, &mut first)?;
        contig.copy(at + 1 + length, block, &mut behind)?;
        let same = first.iter().zip(&behind).take_while(|(ours, theirs)| ours == theirs).count();
        at += same as u32;
        if same < block {
            return Ok(at);
        }
        block = (block * 2).min(1 << 14);
    }
}

fn letter(unit: &[u8], at: usize) -> u8 {
    unit[at].to_ascii_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(contig: &str, pos: u32, reference: &str, alt: &str) -> (u32, u32) {
        let variant = Variant { pos, reference: reference.as_bytes(), alt: alt.as_bytes() };
        let found = super::range(variant, &mut contig.as_bytes()).unwrap();
        (found.leftmost, found.rightmost)
    }

    #[test]
    fn a_repeat_can_be_entered_anywhere() {
        let contig = "GGGCACACACAGGG";
        for (pos, reference, alt) in [(3, "GCA", "G"), (8, "CAC", "C"), (5, "ACA", "A"), (5, "ACACA", "ACA")] {
            assert_eq!(range(contig, pos, reference, alt), (3, 9), "{pos}");
        }
        assert_eq!(range(contig, 3, "G", "GCA"), (3, 11));
        assert_eq!(range(contig, 11, "A", "ACA"), (3, 11));
        assert_eq!(range(contig, 3, "G", "GT"), (3, 3));
    }

    #[test]
    fn spans_move_as_their_letters_do() {
        let contig = format!("GGT{}CAGG", "CA".repeat(300));
        for (anchor, length) in [(3, 2), (9, 2), (8, 2), (500, 40), (605, 602), (607, 2), (604, 3), (2, 1), (606, 9)] {
            let text = contig.as_bytes();
            let bases = text.get(anchor..anchor + length).unwrap_or_default();
            let deleted = [&text[anchor - 1..anchor], bases].concat();
            let expected = if bases.is_empty() {
                anchor as u32
            } else {
                let variant = Variant { pos: anchor as u32, reference: &deleted, alt: &deleted[..1] };
                super::range(variant, &mut contig.as_bytes()).unwrap().leftmost.max(1)
            };
            let found = leftmost(anchor as u32, length as u32, &mut contig.as_bytes()).unwrap();
            assert_eq!(found, expected, "{anchor} {length}");
            if !bases.is_empty() {
                let variant = Variant { pos: anchor as u32, reference: &deleted, alt: &deleted[..1] };
                let expected = super::range(variant, &mut contig.as_bytes()).unwrap().rightmost;
                let found = rightmost(anchor as u32, length as u32, &mut contig.as_bytes()).unwrap();
                assert_eq!(found, expected, "{anchor} {length}");
            }
        }
        assert_eq!(leftmost(4, 1, &mut &b"AAAAAA"[..]).unwrap(), 1);
    }

    #[test]
    fn ends_of_the_contig_bound_the_range() {
        assert_eq!(range("AAAA", 1, "AA", "A"), (0, 3));
        assert_eq!(range("AAAA", 4, "A", "AA"), (0, 4));
        assert_eq!(range("CAGT", 1, "CA", "A"), (0, 0));
    }

    #[test]
    fn other_changes_stay_where_they_are() {
        assert_eq!(range("ACGT", 2, "C", "T"), (2, 2));
        assert_eq!(range("ACGT", 1, "ACG", "ATG"), (2, 2));
        assert_eq!(range("ACGT", 2, "CG", "T"), (2, 2));
    }
}
