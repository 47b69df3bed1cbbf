//! Which variants ClinVar and gnomAD hold: loci, alleles and how they are written, without any annotation.

use std::collections::HashSet;

use crate::genes::Genes;
use crate::rng::Rng;
use crate::variant::{Class, Edit, Variant, base, is_acgt};

/// A key of the normalised form, for telling duplicates; equal variants have equal keys.
pub fn key(pos: u32, reference: &[u8], alternate: &[u8]) -> u64 {
    let mut hash = 0xcbf2_9ce4_8422_2325 ^ u64::from(pos);
    for &byte in reference.iter().chain(b">").chain(alternate) {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    hash ^ (hash >> 29)
}

/// Makes variants on one contig.
pub struct Maker<'a> {
    pub seq: &'a [u8],
    pub genes: &'a Genes,
    /// Whether an ALT may rarely hold an N, as a few of ClinVar's do.
    pub alt_n: bool,
}

impl Maker<'_> {
    /// `count` ClinVar-like variants in file order, no two of them the same after normalisation. Fewer if the contig has
    /// no room for more.
    pub fn clinvar(&self, rng: &mut Rng, count: usize) -> Vec<Variant> {
        let classes = [
            (900.0, Class::Snv),
            (51.0, Class::Deletion),
            (23.0, Class::Duplication),
            (5.0, Class::Insertion),
            (8.0, Class::Indel),
            (6.0, Class::Mnv),
            (4.0, Class::Microsatellite),
            (0.5, Class::NoAlt),
        ];
        self.collect(rng, count, &classes, HashSet::new(), Self::clinvar_like)
    }

    /// `count` more left-aligned minimal variants as gnomAD has, none of them with a key in `taken`.
    pub fn gnomad(&self, rng: &mut Rng, count: usize, taken: HashSet<u64>) -> Vec<Variant> {
        let classes = [(92.0, Class::Snv), (4.0, Class::Deletion), (2.0, Class::Insertion), (2.0, Class::Duplication)];
        self.collect(rng, count, &classes, taken, Self::gnomad_like)
    }

    fn collect(
        &self,
        rng: &mut Rng,
        count: usize,
        classes: &[(f64, Class)],
        mut taken: HashSet<u64>,
        make: fn(&Self, &mut Rng, Class) -> Option<Variant>,
    ) -> Vec<Variant> {
        let mut found = Vec::with_capacity(count);
        for _ in 0..count {
            // The class is kept while the place is retried, so that crowded genes do not lose their SNVs.
            let class = *rng.weighted(classes);
            let variant = (0..200).find_map(|_| {
                make(self, rng, class).filter(|v| {
                    let (pos, r, a) = v.normalised(self.seq);
                    taken.insert(key(pos, &r, &a))
                })
            });
            found.extend(variant);
        }
        found.sort_by(Variant::file_order);
        found
    }

    fn clinvar_like(&self, rng: &mut Rng, class: Class) -> Option<Variant> {
        let (at, gene) = self.genes.position(rng, self.seq);
        self.has_room(at, class)?;
        match class {
            Class::Snv => self.snv(rng, at, gene),
            Class::NoAlt => {
                let mut variant = self.snv(rng, at, gene)?;
                variant.alternate = b".".as_slice().into();
                variant.class = Class::NoAlt;
                Some(variant)
            }
            Class::Mnv | Class::Indel => self.replacement(rng, at, class, gene),
            _ => {
                let mut edit = self.indel(rng, at, class)?;
                // HGVS puts a change as far 3' as it goes; some submitters' files are left-aligned, a few in between.
                if rng.chance(0.9) {
                    edit.shift(self.seq, true);
                } else if rng.chance(0.7) {
                    edit.shift(self.seq, false);
                }
                let pad = if rng.chance(0.06) { (rng.below(4), rng.below(4)) } else { (0, 0) };
                Some(edit.variant(self.seq, pad, class, gene))
            }
        }
    }

    fn gnomad_like(&self, rng: &mut Rng, class: Class) -> Option<Variant> {
        let (at, gene) = self.genes.position(rng, self.seq);
        self.has_room(at, class)?;
        if class == Class::Snv {
            // gnomAD's files are minimal: no padded SNV.
            return self.snv(rng, at, gene).filter(|v| v.reference.len() == 1);
        }
        let mut edit = self.indel(rng, at, class)?;
        edit.shift(self.seq, false);
        Some(edit.variant(self.seq, (0, 0), class, gene))
    }

    /// `None` unless the known bases around `at` hold any allele and padding of the class.
    fn has_room(&self, at: usize, class: Class) -> Option<()> {
        let (before, after) = if class == Class::Snv { (1, 3) } else { (60, 240) };
        (at >= before && is_acgt(self.seq, at - before, at + after)).then_some(())
    }

    fn snv(&self, rng: &mut Rng, at: usize, gene: u32) -> Option<Variant> {
        let from = base(self.seq, at);
        // Two transitions for each transversion.
        let transition = match from {
            b'A' => b'G',
            b'G' => b'A',
            b'C' => b'T',
            _ => b'C',
        };
        let to = if rng.chance(0.5) { transition } else { *rng.pick(b"ACGT") };
        if to == from {
            return None;
        }
        // A rare SNV is written with a needless base after it.
        let pad = (0, usize::from(rng.chance(0.0004)));
        Some(Edit { start: at, del: 1, ins: vec![to] }.variant(self.seq, pad, Class::Snv, gene))
    }

    /// MNV or delins: no base in common at either end.
    fn replacement(&self, rng: &mut Rng, at: usize, class: Class, gene: u32) -> Option<Variant> {
        let del = rng.between(2, 4);
        let insert = if class == Class::Mnv { del } else { rng.between(1, 7) };
        if class == Class::Indel && insert == del {
            return None;
        }
        let mut ins: Vec<u8> = (0..insert).map(|_| *rng.pick(b"ACGT")).collect();
        if self.alt_n && rng.chance(0.02) {
            ins[0] = b'N';
        }
        if ins[0] == base(self.seq, at) || ins[insert - 1] == base(self.seq, at + del - 1) {
            return None;
        }
        Some(Edit { start: at, del, ins }.variant(self.seq, (0, 0), class, gene))
    }

    fn indel(&self, rng: &mut Rng, at: usize, class: Class) -> Option<Edit> {
        let len = match rng.below(100) {
            0..48 => 1,
            48..64 => 2,
            64..72 => 3,
            72..86 => 4,
            86..99 => 5 + rng.geometric(5.0).min(30),
            _ => 20 + rng.geometric(20.0).min(40),
        };
        let repeat = |unit: usize| (at..at + 40).find(|&s| self.is_tandem(s, unit));
        Some(match class {
            Class::Microsatellite => {
                let unit = rng.between(1, 4);
                let start = repeat(unit)?;
                if rng.chance(0.5) {
                    Edit { start, del: unit, ins: Vec::new() }
                } else {
                    Edit { start, del: 0, ins: self.bases(start, unit) }
                }
            }
            Class::Deletion => {
                let start = if rng.chance(0.6) { repeat(len).unwrap_or(at) } else { at };
                Edit { start, del: len, ins: Vec::new() }
            }
            Class::Duplication => {
                let start = if rng.chance(0.5) { repeat(len).unwrap_or(at) } else { at };
                Edit { start, del: 0, ins: self.bases(start, len) }
            }
            _ => Edit { start: at, del: 0, ins: (0..len).map(|_| *rng.pick(b"ACGT")).collect() },
        })
    }

    fn is_tandem(&self, start: usize, unit: usize) -> bool {
        start + 2 * unit <= self.seq.len()
            && is_acgt(self.seq, start, start + 2 * unit)
            && self.seq[start..start + unit].eq_ignore_ascii_case(&self.seq[start + unit..start + 2 * unit])
    }

    fn bases(&self, start: usize, len: usize) -> Vec<u8> {
        self.seq[start..start + len].to_ascii_uppercase()
    }
}
