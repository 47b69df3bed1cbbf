//! From the command line's numbers to what each contig gets: lengths, record counts, index ranges.

use std::path::PathBuf;

use crate::genome::{CONTIGS, MT};
use crate::gnomad::Style;
use crate::person::Quota;

/// Which files are written. The reference is made in memory in any case, since everything else is read off it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Outputs {
    pub reference: bool,
    pub clinvar: bool,
    pub gnomad: bool,
    pub person: bool,
    pub queries: bool,
    pub genome: bool,
}

/// A whole data set.
pub struct Spec {
    pub seed: u64,
    pub dir: PathBuf,
    /// Factor on contig lengths; MT is never scaled.
    pub length_scale: f64,
    pub genes: usize,
    pub clinvar_records: usize,
    pub gnomad_records: usize,
    pub raw_rows: usize,
    pub genome_records: usize,
    pub planted: Quota,
    pub style: Style,
    pub outputs: Outputs,
    pub alt_n: bool,
    pub crlf: bool,
    pub threads: usize,
}

impl Spec {
    /// What ends a line of the raw file.
    pub fn line_end(&self) -> &'static [u8] {
        if self.crlf { b"\r\n" } else { b"\n" }
    }
}

/// What one contig gets.
#[derive(Clone, Debug)]
pub struct Share {
    pub len: usize,
    /// 0-based range for genes and raw rows.
    pub area: (usize, usize),
    pub genes: usize,
    pub clinvar: usize,
    /// Number of ClinVar records on the contigs before.
    pub clinvar_before: u64,
    pub gnomad: usize,
    pub gnomad_before: u64,
    pub rows: usize,
    pub rows_before: u64,
    /// Records of the genome VCF.
    pub genome: usize,
    pub planted: Quota,
}

/// Splits the totals of `spec` over the contigs.
pub fn shares(spec: &Spec) -> Vec<Share> {
    let lengths: Vec<usize> = (0..CONTIGS.len())
        .map(
            |i| if i == MT { CONTIGS[i].len37 } else { (CONTIGS[i].len37 as f64 * spec.length_scale).round() as usize },
        )
        .collect();
    // ClinVar has few records on Y; arrays have few probes there.
    let weights = |y: f64, mt: f64| -> Vec<f64> {
        let length = |i: usize| lengths[i] as f64 * if CONTIGS[i].name == "Y" { y } else { 1.0 };
        let total: f64 = (0..MT).map(length).sum();
        (0..CONTIGS.len()).map(|i| if i == MT { mt } else { length(i) / total * (1.0 - mt) }).collect()
    };
    let genes = split(spec.genes, &weights(0.2, 0.001));
    let clinvar =
        split(spec.clinvar_records, &weights(0.02, if spec.clinvar_records < 100_000 { 0.006 } else { 0.0008 }));
    let gnomad = split(spec.gnomad_records, &weights(0.1, 0.0));
    let rows = split(spec.raw_rows, &weights(0.1, 0.0065));
    let genome = split(spec.genome_records, &weights(0.1, 0.00001));
    let autosomes: Vec<f64> = (0..CONTIGS.len()).map(|i| if i < 22 { clinvar[i] as f64 } else { 0.0 }).collect();
    let haploid: Vec<f64> =
        (0..CONTIGS.len()).map(|i| [0.7, 0.0, 0.3].get(i.wrapping_sub(22)).copied().unwrap_or(0.0)).collect();
    let kinds = |quota: usize, weights: &[f64]| split(quota, weights);
    let planted = spec.planted;
    let (het, hom) = (kinds(planted.het, &autosomes), kinds(planted.hom, &autosomes));
    let (deletion, insertion) = (kinds(planted.deletion, &autosomes), kinds(planted.insertion, &autosomes));
    let (moved, unresolved) = (kinds(planted.moved, &autosomes), kinds(planted.unresolved, &autosomes));
    let hemizygous = kinds(planted.hemizygous, &haploid);
    let before = |counts: &[usize], i: usize| counts[..i].iter().sum::<usize>() as u64;
    (0..CONTIGS.len())
        .map(|i| {
            let (contig, len) = (&CONTIGS[i], lengths[i]);
            let area = if i == MT {
                (100, len - 100)
            } else if len == contig.len37 {
                (contig.head, len.min(contig.len38) - 20_000)
            } else {
                (100, len.saturating_sub(300).max(101))
            };
            Share {
                len,
                area,
                genes: genes[i].max(1),
                clinvar: clinvar[i],
                clinvar_before: before(&clinvar, i),
                gnomad: gnomad[i],
                gnomad_before: before(&gnomad, i),
                rows: rows[i],
                rows_before: before(&rows, i),
                genome: genome[i],
                planted: Quota {
                    het: het[i],
                    hom: hom[i],
                    deletion: deletion[i],
                    insertion: insertion[i],
                    hemizygous: hemizygous[i],
                    moved: moved[i],
                    unresolved: unresolved[i],
                },
            }
        })
        .collect()
}

/// `total` split by weight so that the parts sum to it exactly.
fn split(total: usize, weights: &[f64]) -> Vec<usize> {
    let sum: f64 = weights.iter().sum();
    let (mut given, mut weight) = (0, 0.0);
    weights
        .iter()
        .map(|w| {
            weight += w;
            let upto = (total as f64 * (weight / sum)).round() as usize;
            let part = upto.min(total) - given;
            given += part;
            part
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_sum_to_the_whole() {
        for total in [0usize, 1, 7, 4_300_000] {
            let parts = split(total, &[3.0, 0.0, 1.0, 0.5]);
            assert_eq!(parts.iter().sum::<usize>(), total);
            assert_eq!(parts[1], 0);
        }
    }
}
