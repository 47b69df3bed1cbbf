//! The contigs: names, GRCh37 lengths, RefSeq accessions, where the N runs lie, and the pseudoautosomal regions.

/// One contig of GRCh37 as the generator knows it.
pub struct Contig {
    pub name: &'static str,
    pub accession: &'static str,
    /// Length in GRCh37.
    pub len37: usize,
    /// Length in GRCh38; v4 headers state it, so nothing is placed beyond the shorter of the two.
    pub len38: usize,
    /// Leading Ns (telomere, or the unsequenced short arm of an acrocentric chromosome).
    pub head: usize,
    /// Start and length of the N run at the centromere and the heterochromatin beside it.
    pub centre: (usize, usize),
}

const fn contig(
    name: &'static str,
    accession: &'static str,
    len37: usize,
    len38: usize,
    head: usize,
    centre: (usize, usize),
) -> Contig {
    Contig { name, accession, len37, len38, head, centre }
}

/// Length of an N run at a contig's end.
pub const TAIL: usize = 10_000;

/// 1..22, X, Y, MT with the lengths of GRCh37 and GRCh38 and N runs of about the size GRCh37 has.
pub const CONTIGS: [Contig; 25] = [
    contig("1", "NC_000001.10", 249_250_621, 248_956_422, 10_000, (121_485_434, 21_050_000)),
    contig("2", "NC_000002.11", 243_199_373, 242_193_529, 10_000, (92_326_171, 3_000_000)),
    contig("3", "NC_000003.11", 198_022_430, 198_295_559, 60_000, (90_504_854, 3_000_000)),
    contig("4", "NC_000004.11", 191_154_276, 190_214_555, 10_000, (49_660_117, 3_000_000)),
    contig("5", "NC_000005.9", 180_915_260, 181_538_259, 10_000, (46_405_641, 3_000_000)),
    contig("6", "NC_000006.11", 171_115_067, 170_805_979, 60_000, (58_830_166, 3_000_000)),
    contig("7", "NC_000007.13", 159_138_663, 159_345_973, 10_000, (58_054_331, 3_000_000)),
    contig("8", "NC_000008.10", 146_364_022, 145_138_636, 10_000, (43_838_887, 3_000_000)),
    contig("9", "NC_000009.11", 141_213_431, 138_394_717, 10_000, (47_367_679, 18_150_000)),
    contig("10", "NC_000010.10", 135_534_747, 133_797_422, 60_000, (39_254_935, 3_000_000)),
    contig("11", "NC_000011.9", 135_006_516, 135_086_622, 60_000, (51_644_205, 3_000_000)),
    contig("12", "NC_000012.11", 133_851_895, 133_275_309, 60_000, (34_856_694, 3_000_000)),
    contig("13", "NC_000013.10", 115_169_878, 114_364_328, 19_020_000, (30_000_000, 0)),
    contig("14", "NC_000014.8", 107_349_540, 107_043_718, 19_000_000, (30_000_000, 0)),
    contig("15", "NC_000015.9", 102_531_392, 101_991_189, 20_000_000, (30_000_000, 0)),
    contig("16", "NC_000016.9", 90_354_753, 90_338_345, 60_000, (35_335_801, 11_050_000)),
    contig("17", "NC_000017.10", 81_195_210, 83_257_441, 1_000, (22_263_006, 3_000_000)),
    contig("18", "NC_000018.9", 78_077_248, 80_373_285, 10_000, (15_460_898, 3_000_000)),
    contig("19", "NC_000019.9", 59_128_983, 58_617_616, 60_000, (24_681_782, 3_000_000)),
    contig("20", "NC_000020.10", 63_025_520, 64_444_167, 60_000, (26_369_569, 3_000_000)),
    contig("21", "NC_000021.8", 48_129_895, 46_709_983, 9_411_193, (11_188_129, 3_100_000)),
    contig("22", "NC_000022.10", 51_304_566, 50_818_468, 16_050_000, (20_000_000, 0)),
    contig("X", "NC_000023.10", 155_270_560, 156_040_895, 60_000, (58_632_012, 3_000_000)),
    contig("Y", "NC_000024.9", 59_373_566, 57_227_415, 10_000, (28_819_361, 30_000_000)),
    contig("MT", "NC_012920.1", 16_569, 16_569, 0, (0, 0)),
];

/// Index of MT, the only contig that is never scaled and never in gnomAD's per-chromosome files.
pub const MT: usize = 24;

impl Contig {
    /// The N runs `(start, length)` of the contig scaled to `len`, 0-based.
    pub fn gaps(&self, len: usize) -> Vec<(usize, usize)> {
        if self.name == "MT" {
            // rCRS holds its numbering with one N at base 3107.
            return vec![(3106, 1)];
        }
        let scale = len as f64 / self.len37 as f64;
        let scaled = |n: usize| (n as f64 * scale) as usize;
        // A scaled contig keeps a few Ns at its ends, few enough that X and Y keep bases outside their PARs.
        let (head, tail) = if len == self.len37 { (self.head, TAIL) } else { (scaled(self.head).max(100), 100) };
        let mut gaps = vec![(0, head.min(len)), (len.saturating_sub(tail), tail.min(len))];
        if self.centre.1 > 0 {
            gaps.push((scaled(self.centre.0), scaled(self.centre.1)));
        }
        gaps
    }

    /// Whether a male has two copies at this 1-based position (autosomes, PAR1, PAR2 of GRCh37).
    pub fn diploid_in_male(&self, pos: u32) -> bool {
        match self.name {
            "X" => (60_001..=2_699_520).contains(&pos) || (154_931_044..=155_260_560).contains(&pos),
            "Y" => (10_001..=2_649_520).contains(&pos) || (59_034_050..=59_363_566).contains(&pos),
            "MT" => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_sum_to_grch37() {
        assert_eq!(CONTIGS.iter().map(|c| c.len37).sum::<usize>(), 3_095_693_981);
        assert_eq!(CONTIGS.iter().map(|c| c.len38).sum::<usize>(), 3_088_286_401);
        assert_eq!(CONTIGS[MT].len37, 16_569);
    }
}
