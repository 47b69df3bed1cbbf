//! SelfDecode: 23andMe's format under its own name.

use super::twenty_three_and_me::IN_ITS_FORMAT;
use super::vendor::Vendor;
use crate::sample::format::SampleFormat;

/// SelfDecode.
pub(crate) const SELF_DECODE: Vendor = Vendor {
    format: SampleFormat::SelfDecode,
    name: "SelfDecode",
    is_it: |start| start.says("SelfDecode"),
    ..IN_ITS_FORMAT
};
