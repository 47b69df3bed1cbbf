//! The one list of vendors: whoever adds one adds a file beside this one and a row here.

use super::vendor::Vendor;
use super::{
    ancestry, circledna, decodeme, dnaland, ftdna, generic, genesforgood, illumina, livingdna, mapmygenome, mofang,
    myheritage, plink, sano, selfdecode, tellmegen, twenty_three_and_me,
};
use crate::sample::format::SampleFormat;

/// All vendors. Of those whose files name them one is found wherever it stands here; of those that are told by columns
/// the first of the likeliest kind is taken.
pub(crate) const VENDORS: [&Vendor; 17] = [
    &twenty_three_and_me::TWENTY_THREE_AND_ME,
    &livingdna::LIVING_DNA,
    &genesforgood::GENES_FOR_GOOD,
    &dnaland::DNA_LAND,
    &selfdecode::SELF_DECODE,
    &mofang::MOFANG,
    &plink::PLINK,
    &tellmegen::TELLME_GEN,
    &ancestry::ANCESTRY,
    &sano::SANO,
    &myheritage::MY_HERITAGE,
    &ftdna::FTDNA,
    &mapmygenome::MAPMYGENOME,
    &illumina::FINAL_REPORT,
    &circledna::CIRCLE,
    &decodeme::DECODEME,
    &generic::GENERIC,
];

/// The vendor of a `--sample-format`; `None` for `auto` and `vcf`.
pub(crate) fn of_format(format: SampleFormat) -> Option<&'static Vendor> {
    VENDORS.into_iter().find(|vendor| vendor.format == format)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_one_row() {
        for format in SampleFormat::ALL {
            let rows = VENDORS.iter().filter(|vendor| vendor.format == format).count();
            assert_eq!(rows, usize::from(!matches!(format, SampleFormat::Auto | SampleFormat::Vcf)), "{format:?}");
        }
    }
}
