//! What ClinVar covers on one contig: which positions, and which insertions and deletions an I/D call there could mean.

use crate::variant::Variant;

/// Positions touched by any ClinVar record, and the reach of those that change the length.
pub struct Loci {
    bits: Vec<u64>,
    /// `(first, last, variant index)`, 1-based, sorted by first.
    indels: Vec<(u32, u32, usize)>,
    longest: u32,
}

/// How far around an I/D call a reader may look for the indel it means.
pub const MARGIN: u32 = 10;

impl Loci {
    /// The loci of `variants` on `seq`.
    pub fn new(seq: &[u8], variants: &[Variant]) -> Self {
        let mut loci = Self { bits: vec![0; seq.len() / 64 + 2], indels: Vec::new(), longest: 0 };
        for (index, variant) in variants.iter().enumerate() {
            let (first, last) = variant.reach(seq);
            let end = variant.pos + variant.reference.len() as u32 - 1;
            let (first, last) = (first.min(variant.pos), last.max(end));
            for pos in first as usize..=(last as usize).min(seq.len()) {
                loci.bits[pos / 64] |= 1 << (pos % 64);
            }
            if variant.changes_length() {
                loci.indels.push((first, last, index));
                loci.longest = loci.longest.max(last - first);
            }
        }
        loci.indels.sort_unstable();
        loci
    }

    /// Whether any record touches a 1-based position in `first..=last`.
    pub fn touched(&self, first: u32, last: u32) -> bool {
        (first as usize..=last as usize).any(|pos| self.bits.get(pos / 64).is_some_and(|w| w >> (pos % 64) & 1 == 1))
    }

    /// Indices of the length-changing records whose reach meets `first..=last`.
    pub fn indels(&self, first: u32, last: u32) -> Vec<usize> {
        let from = self.indels.partition_point(|i| i.0 + self.longest < first);
        self.indels[from..].iter().take_while(|i| i.0 <= last).filter(|i| i.1 >= first).map(|i| i.2).collect()
    }

    /// A pair of overlapping records for each place where one I/D call could mean either: `(shared position, indices)`.
    pub fn ambiguous(&self) -> impl Iterator<Item = (u32, Vec<usize>)> {
        self.indels.windows(2).filter(|w| w[1].0 <= w[0].1).filter_map(|w| {
            let pos = w[1].0 + (w[0].1.min(w[1].1) - w[1].0) / 2;
            let near = self.indels(pos.saturating_sub(MARGIN), pos + MARGIN);
            (near.len() == 2 && self.indels(pos, pos).len() == 2).then_some((pos, near))
        })
    }
}
