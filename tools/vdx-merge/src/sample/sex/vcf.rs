//! The sex of a VCF sample, which is needed before its first record is matched: from its calls on X, by its index.

use std::path::Path;

use vdx_hts::{Result, index};
use vdx_pipeline::Input;
use vdx_pipeline::input::Options;
use vdx_vcf::region::{Region, Regions};

use super::ploidy::X;
use super::{Confidence, FEW, HETEROZYGOUS_OF_VARIANTS, MANY, Sex};
use crate::sample::vcf::SampleRecord;

/// X outside the pseudoautosomal regions of both builds, 1-based.
const OWN: (u32, u32) = (2_781_480, 154_931_043);
/// So many variants tell as much as all of them.
const ENOUGH: u32 = 20_000;

/// Counts of the variants on X that the person carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct VariantCalls {
    /// Called with one copy.
    pub(crate) single: u32,
    /// All copies are ALT.
    pub(crate) homozygous: u32,
    /// Some are.
    pub(crate) heterozygous: u32,
}

impl VariantCalls {
    /// Looks into X of the file at `path`, in sample `column`. `None`: it is no BGZF file with an index beside it.
    ///
    /// # Errors
    /// A damaged file or index.
    pub(crate) fn of(path: &Path, column: usize) -> Result<Option<Self>> {
        // Whoever reads from a pipe must not be robbed of its beginning.
        let is_file = std::fs::metadata(path).is_ok_and(|about| about.is_file());
        let options = index::Options::default();
        if !is_file || !matches!(index::find_index(path, &options), Ok(Some(_))) {
            return Ok(None);
        }
        let mut input = Input::open(Some(path), Options::default())?;
        let header = input.read_vcf_header()?;
        let regions = Regions::new([Region { contig: b"X".to_vec(), first: OWN.0, last: OWN.1 }]);
        input.jump(path, &regions, header.contigs(), &options)?;
        let mut lines = input.into_lines();
        let mut calls = Self::default();
        while let Some((line, _)) = lines.next()? {
            // Blocks hold what is beside X, too; what cannot be read is found out later, with its line.
            let on_x = vdx_vcf::Line::parse(line).is_ok_and(|line| {
                vdx_vcf::contig::number(line.chrom()) == Some(X) && (OWN.0..=OWN.1).contains(&line.pos())
            });
            let Some(record) = on_x.then(|| SampleRecord::parse(line, column).ok()).flatten() else { continue };
            calls.add(&record);
            if calls.all() >= ENOUGH {
                break;
            }
        }
        Ok(Some(calls))
    }

    fn add(&mut self, record: &SampleRecord) {
        let alts = record.called.iter().flatten().filter(|&&allele| allele > 0).count();
        if alts == 0 || record.filtered || record.low_quality || record.no_data {
            return;
        }
        match record.called[..] {
            [_] => self.single += 1,
            [first, ..] if record.called.iter().all(|allele| *allele == first) => self.homozygous += 1,
            _ => self.heterozygous += 1,
        }
    }

    fn all(&self) -> u32 {
        self.single + self.homozygous + self.heterozygous
    }

    /// A caller that writes one copy knows that it is a man's. Else the share of heterozygous variants tells.
    pub(crate) fn sex(&self) -> Sex {
        let pairs = self.homozygous + self.heterozygous;
        match pairs {
            _ if self.all() < FEW => Sex::Unknown,
            _ if self.single > pairs => Sex::Male,
            _ => HETEROZYGOUS_OF_VARIANTS.sex(self.heterozygous, pairs),
        }
    }

    /// How sure [`VariantCalls::sex`] is.
    pub(crate) fn confidence(&self) -> Confidence {
        match self.sex() {
            Sex::Unknown => Confidence::None,
            _ if self.all() >= MANY => Confidence::High,
            _ => Confidence::Medium,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_share_of_heterozygous_variants_tells() {
        let sex = |single, homozygous, heterozygous| VariantCalls { single, homozygous, heterozygous }.sex();
        assert_eq!(sex(100, 3, 0), Sex::Male);
        assert_eq!(sex(0, 400, 600), Sex::Female);
        assert_eq!(sex(0, 950, 50), Sex::Male);
        assert_eq!(sex(0, 70, 30), Sex::Unknown);
        assert_eq!(sex(0, 10, 9), Sex::Unknown);
        assert_eq!(VariantCalls { homozygous: 30, ..VariantCalls::default() }.confidence(), Confidence::Medium);
    }

    #[test]
    fn only_good_calls_of_an_allele_count() {
        let mut calls = VariantCalls::default();
        for line in
            ["GT\t0/1", "GT\t1/1", "GT\t1", "GT\t0/0", "GT\t./.", "GT:GQ\t0/1:9", "GT:DP\t0/1:0", "GT:FT\t0/1:bad"]
        {
            let line = format!("X\t5000000\t.\tA\tG\t.\tPASS\t.\t{line}\n");
            calls.add(&SampleRecord::parse(line.as_bytes(), 0).unwrap());
        }
        assert_eq!(calls, VariantCalls { single: 1, homozygous: 1, heterozygous: 1 });
    }
}
