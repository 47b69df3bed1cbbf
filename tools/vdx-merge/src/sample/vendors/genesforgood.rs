//! Genes for Good: a ZIP archive of several files, one of them `..._23andMe.txt`.

use super::twenty_three_and_me::IN_ITS_FORMAT;
use super::vendor::Vendor;
use crate::sample::format::SampleFormat;

/// Genes for Good: a ZIP archive of several files, one of them `..._23andMe.txt`.
pub(crate) const GENES_FOR_GOOD: Vendor = Vendor {
    format: SampleFormat::GenesForGood,
    name: "GenesForGood",
    is_it: |start| start.says("Genes for Good"),
    ..IN_ITS_FORMAT
};
