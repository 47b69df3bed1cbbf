//! Which chromosomes a person has one copy of.

use std::ops::RangeInclusive;

use vdx_vcf::assembly::Assembly;
use vdx_vcf::contig::MT;

use super::Sex;

/// The number of X in `vdx_vcf::contig::number`.
pub(crate) const X: u8 = 23;
/// The number of Y.
pub(crate) const Y: u8 = 24;

/// Whether a position (1-based) lies where X and Y pair (GRC: PAR1 and PAR2 of each build).
pub(crate) fn is_pseudoautosomal(build: Assembly, chromosome: u8, pos: u32) -> bool {
    let regions: [RangeInclusive<u32>; 2] = match (build, chromosome) {
        (Assembly::Grch37, X) => [60_001..=2_699_520, 154_931_044..=155_260_560],
        (Assembly::Grch37, Y) => [10_001..=2_649_520, 59_034_050..=59_363_566],
        (Assembly::Grch38, X) => [10_001..=2_781_479, 155_701_383..=156_030_895],
        (Assembly::Grch38, Y) => [10_001..=2_781_479, 56_887_903..=57_217_415],
        _ => return false,
    };
    regions.iter().any(|region| region.contains(&pos))
}

/// Whether the person has one copy of the base at `pos` (1-based) of chromosome `number`.
pub(crate) fn is_haploid(sex: Sex, build: Assembly, number: u8, pos: u32) -> bool {
    match number {
        MT => true,
        Y => !is_pseudoautosomal(build, number, pos),
        X => sex == Sex::Male && !is_pseudoautosomal(build, number, pos),
        _ => false,
    }
}

/// Sex and build of a person, to ask at any place.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Haploidy {
    /// As inferred.
    pub(crate) sex: Sex,
    /// Whose pseudoautosomal regions.
    pub(crate) build: Assembly,
}

impl Haploidy {
    /// See [`is_haploid`].
    pub(crate) fn at(&self, number: u8, pos: u32) -> bool {
        is_haploid(self.sex, self.build, number, pos)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_copy_outside_the_pseudoautosomal_regions() {
        assert!(is_haploid(Sex::Male, Assembly::Grch37, X, 3_000_000));
        assert!(!is_haploid(Sex::Male, Assembly::Grch37, X, 2_699_520));
        assert!(is_haploid(Sex::Male, Assembly::Grch37, X, 2_699_521));
        assert!(!is_haploid(Sex::Female, Assembly::Grch37, X, 3_000_000));
        assert!(is_haploid(Sex::Unknown, Assembly::Grch38, Y, 3_000_000));
        assert!(is_haploid(Sex::Female, Assembly::Grch38, MT, 100));
        assert!(!is_haploid(Sex::Male, Assembly::Grch38, 1, 100));
    }
}
