//! Genes and their exons, and a sampler of positions that crowds into them as ClinVar's and gnomAD's do.

use crate::rng::Rng;
use crate::variant::is_acgt;

struct Exon {
    start: usize,
    end: usize,
    gene: u32,
}

/// The genes of one contig.
pub struct Genes {
    exons: Vec<Exon>,
    /// Running sum of sampling weights, one per exon.
    cumulative: Vec<f64>,
    /// 0-based range in which positions may lie.
    area: (usize, usize),
}

impl Genes {
    /// Lays out `count` genes over the bases `area.0..area.1` of `seq`.
    pub fn new(rng: &mut Rng, seq: &[u8], area: (usize, usize), count: usize) -> Self {
        // Scaled contigs have short introns, so that genes still fit.
        let longest_intron = if seq.len() > 5_000_000 { 6000.0 } else { 400.0_f64 };
        let mut genes = Self { exons: Vec::new(), cumulative: Vec::new(), area };
        let mut total = 0.0;
        for gene in 0..count {
            // A few genes hold most records (BRCA2, TTN), most hold a handful.
            let weight = (1.7 * rng.normal()).exp();
            let mut at = genes.anywhere(rng, seq);
            for _ in 0..=rng.geometric(8.0).min(60) {
                let len = (140.0 * (0.5 * rng.normal()).exp()) as usize + 20;
                if at + len + 50 >= area.1 {
                    break;
                }
                genes.exons.push(Exon { start: at, end: at + len, gene: gene as u32 });
                total += weight * len as f64;
                genes.cumulative.push(total);
                at += len + (80.0 * (longest_intron / 80.0).powf(rng.unit())) as usize;
            }
        }
        genes
    }

    /// A 0-based position in an exon (most), near one, or anywhere; and its gene or `u32::MAX`.
    pub fn position(&self, rng: &mut Rng, seq: &[u8]) -> (usize, u32) {
        let kind = rng.unit();
        if kind < 0.03 || self.exons.is_empty() {
            return (self.anywhere(rng, seq), u32::MAX);
        }
        let total = self.cumulative[self.cumulative.len() - 1];
        let target = rng.unit() * total;
        let exon = &self.exons[self.cumulative.partition_point(|&c| c <= target).min(self.exons.len() - 1)];
        let flank = if kind < 0.10 { 300 } else { 15 };
        let (low, high) = (exon.start.saturating_sub(flank).max(self.area.0), (exon.end + flank).min(self.area.1 - 1));
        (rng.between(low, high.max(low)), exon.gene)
    }

    fn anywhere(&self, rng: &mut Rng, seq: &[u8]) -> usize {
        for _ in 0..1000 {
            let at = rng.between(self.area.0, self.area.1 - 1);
            if is_acgt(seq, at, at + 1) {
                return at;
            }
        }
        self.area.0
    }
}
