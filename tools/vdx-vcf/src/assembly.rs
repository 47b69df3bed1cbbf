//! The two human genome assemblies (builds, as users say) by the lengths and RefSeq names of their chromosomes, and by the
//! words that name them.

mod named;

pub use named::{Declared, named_by_path, named_in};

/// A human reference assembly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Assembly {
    /// GRCh37, hg19.
    Grch37,
    /// GRCh38, hg38.
    Grch38,
}

impl Assembly {
    /// `GRCh37` or `GRCh38`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Grch37 => "GRCh37",
            Self::Grch38 => "GRCh38",
        }
    }

    /// The build whose chromosome `number` (see [`crate::contig::number`]) is `length` bases long. The mitochondrion
    /// is the same in both and tells nothing.
    pub fn by_length(number: u8, length: u64) -> Option<Self> {
        let row = CHROMOSOMES.get(usize::from(number).checked_sub(1)?)?;
        match length {
            _ if number > 24 => None,
            _ if length == u64::from(row.grch37) => Some(Self::Grch37),
            _ if length == u64::from(row.grch38) => Some(Self::Grch38),
            _ => None,
        }
    }

    /// The length in bases of chromosome `number` (1-22, 23 X, 24 Y, 25 MT) in this build.
    pub fn length(self, number: u8) -> Option<u32> {
        let row = CHROMOSOMES.get(usize::from(number).checked_sub(1)?)?;
        Some(if self == Self::Grch37 { row.grch37 } else { row.grch38 })
    }

    /// Reads a RefSeq accession such as `NC_000001.10`: chromosome number and, except for the mitochondrion, build.
    pub fn of_refseq(name: &[u8]) -> Option<(u8, Option<Self>)> {
        if name == b"NC_012920.1" {
            return Some((25, None));
        }
        let rest = std::str::from_utf8(name.strip_prefix(b"NC_0000")?).ok()?;
        let (number, version) = rest.split_once('.')?;
        let (number, version): (u8, u8) = (number.parse().ok()?, version.parse().ok()?);
        let row = CHROMOSOMES[..24].get(usize::from(number).checked_sub(1)?)?;
        match version.checked_sub(row.refseq37)? {
            0 => Some((number, Some(Self::Grch37))),
            1 => Some((number, Some(Self::Grch38))),
            _ => None,
        }
    }
}

/// Lengths of one chromosome and the version of its RefSeq accession in GRCh37; GRCh38 has the next version.
struct Chromosome {
    grch37: u32,
    grch38: u32,
    refseq37: u8,
}

const fn row(grch37: u32, grch38: u32, refseq37: u8) -> Chromosome {
    Chromosome { grch37, grch38, refseq37 }
}

/// NCBI assembly reports GCF_000001405.13 and GCF_000001405.26: 1-22, X, Y, MT.
const CHROMOSOMES: [Chromosome; 25] = [
    row(249_250_621, 248_956_422, 10),
    row(243_199_373, 242_193_529, 11),
    row(198_022_430, 198_295_559, 11),
    row(191_154_276, 190_214_555, 11),
    row(180_915_260, 181_538_259, 9),
    row(171_115_067, 170_805_979, 11),
    row(159_138_663, 159_345_973, 13),
    row(146_364_022, 145_138_636, 10),
    row(141_213_431, 138_394_717, 11),
    row(135_534_747, 133_797_422, 10),
    row(135_006_516, 135_086_622, 9),
    row(133_851_895, 133_275_309, 11),
    row(115_169_878, 114_364_328, 10),
    row(107_349_540, 107_043_718, 8),
    row(102_531_392, 101_991_189, 9),
    row(90_354_753, 90_338_345, 9),
    row(81_195_210, 83_257_441, 10),
    row(78_077_248, 80_373_285, 9),
    row(59_128_983, 58_617_616, 9),
    row(63_025_520, 64_444_167, 10),
    row(48_129_895, 46_709_983, 8),
    row(51_304_566, 50_818_468, 10),
    row(155_270_560, 156_040_895, 10),
    row(59_373_566, 57_227_415, 9),
    row(16_569, 16_569, 1),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builds_are_told_by_length_and_by_accession() {
        assert_eq!(Assembly::by_length(1, 249_250_621), Some(Assembly::Grch37));
        assert_eq!(Assembly::by_length(24, 57_227_415), Some(Assembly::Grch38));
        assert_eq!(Assembly::by_length(25, 16_569), None);
        assert_eq!(Assembly::by_length(0, 1), None);
        assert_eq!(Assembly::of_refseq(b"NC_000023.11"), Some((23, Some(Assembly::Grch38))));
        assert_eq!(Assembly::of_refseq(b"NC_000001.10"), Some((1, Some(Assembly::Grch37))));
        assert_eq!(Assembly::of_refseq(b"NC_000001.12"), None);
        assert_eq!(Assembly::of_refseq(b"NC_012920.1"), Some((25, None)));
        assert_eq!(Assembly::Grch38.length(22), Some(50_818_468));
    }
}
