//! How the alleles of a new record stem from those of an old one: what a split, a swap, an atom and a join come to.

use super::list::Cover;

/// The alleles of a record that others become; REF is allele 0 in both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alleles {
    /// For each new allele the old ones that it stands for. Lists take the value of the first; counts are added up.
    pub from: Vec<Vec<usize>>,
    /// For each old allele the new one that it is in GT; `None` is missing.
    pub to: Vec<Option<usize>>,
}

/// What the other ALT alleles become in GT of a record of one of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overlaps {
    /// `1/2` becomes `1/0` and `0/1`.
    #[default]
    Reference,
    /// `1/2` becomes `1/.` and `./1`.
    Missing,
}

impl Alleles {
    /// REF and ALT number `alt` (0-based) of `alts`.
    pub fn one_of(alt: usize, alts: usize, overlaps: Overlaps) -> Self {
        let to = |allele: usize| match overlaps {
            _ if allele == alt + 1 => Some(1),
            Overlaps::Missing if allele > 0 => None,
            _ => Some(0),
        };
        Self { from: vec![vec![0], vec![alt + 1]], to: (0..=alts).map(to).collect() }
    }

    /// Those that are `to` among `new` alleles.
    pub(super) fn placed(to: &[usize], new: usize) -> Self {
        let mut from = vec![Vec::new(); new];
        to.iter().enumerate().for_each(|(old, &new)| from[new].push(old));
        Self { from, to: to.iter().copied().map(Some).collect() }
    }

    /// Whether an ALT was REF.
    pub(super) fn swap_reference(&self) -> bool {
        self.from.iter().skip(1).any(|from| from.as_slice() == [0])
    }
}

/// [`Alleles`], ready for one record after the other.
#[derive(Clone, Debug)]
pub struct Map {
    pub(super) alleles: Alleles,
    /// Of lists that cover all alleles.
    pub(super) all: Cover,
    /// The depths of the other ALTs go to REF.
    pub(super) sums: Option<Cover>,
}

impl Map {
    /// Ready to be used.
    pub fn new(alleles: Alleles) -> Self {
        let all = Cover::new(alleles.to.len(), alleles.from.clone(), false);
        Self { alleles, all, sums: None }
    }

    /// Whether it is that of `alleles`.
    pub fn is_of(&self, alleles: &Alleles) -> bool {
        self.alleles == *alleles
    }

    /// Whether an ALT is not simply one of the old ones, so that its frequency is another.
    pub(super) fn changes_counts(&self) -> bool {
        self.alleles.from.iter().skip(1).any(|from| !matches!(from[..], [old] if old > 0))
    }

    /// Keeps the sum of depths: what is listed for ALTs that are left out goes to REF.
    #[must_use]
    pub fn keeping_sums(mut self) -> Self {
        let mut from = self.alleles.from.clone();
        let left_out =
            (0..self.alleles.to.len()).filter(|old| !self.alleles.from.iter().flatten().any(|own| own == old));
        from[0].extend(left_out);
        self.sums = Some(Cover::new(self.alleles.to.len(), from, false));
        self
    }
}

/// Maps of sites of more ALTs are not kept: there are as many for each number of ALTs, each as long as that.
const MOST_KEPT: usize = 32;

/// The maps of sites that are split, of few ALTs each made once.
#[derive(Debug, Default)]
pub struct Splits {
    /// By the number of ALTs.
    maps: Vec<Vec<Map>>,
    /// The last one of a site of many.
    last: Option<Map>,
    overlaps: Overlaps,
    keep_sums: bool,
}

impl Splits {
    /// `overlaps` says what the other ALTs become in GT; with `keep_sums` their depths go to REF.
    pub fn new(overlaps: Overlaps, keep_sums: bool) -> Self {
        Self { maps: Vec::new(), last: None, overlaps, keep_sums }
    }

    /// That of ALT number `alt` (0-based) of `alts`.
    pub fn one_of(&mut self, alt: usize, alts: usize) -> &mut Map {
        let (overlaps, keep_sums) = (self.overlaps, self.keep_sums);
        let map = |alt| {
            let map = Map::new(Alleles::one_of(alt, alts, overlaps));
            if keep_sums { map.keeping_sums() } else { map }
        };
        if alts > MOST_KEPT {
            return self.last.insert(map(alt));
        }
        if self.maps.len() <= alts {
            self.maps.resize(alts + 1, Vec::new());
        }
        let maps = &mut self.maps[alts];
        for alt in maps.len()..=alt {
            maps.push(map(alt));
        }
        &mut maps[alt]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn maps_of_many_alts_are_right_and_not_kept() {
        let mut splits = Splits::new(Overlaps::Missing, true);
        for alts in [2, MOST_KEPT, MOST_KEPT + 1, 3000] {
            for alt in [0, 1, alts - 1, 0] {
                let expected = Map::new(Alleles::one_of(alt, alts, Overlaps::Missing)).keeping_sums();
                assert_eq!(splits.one_of(alt, alts).alleles, expected.alleles);
            }
        }
        // A site of 3000 ALTs has as many maps, each of 3001 alleles.
        assert!(splits.maps.iter().all(|maps| maps.len() <= MOST_KEPT));
    }
}
