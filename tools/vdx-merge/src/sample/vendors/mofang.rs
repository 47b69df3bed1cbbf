//! 23Mofang: 23andMe's format under its own name.

use super::twenty_three_and_me::IN_ITS_FORMAT;
use super::vendor::Vendor;
use crate::sample::format::SampleFormat;

/// 23Mofang.
pub(crate) const MOFANG: Vendor =
    Vendor { format: SampleFormat::Mofang, name: "23Mofang", is_it: |start| start.says("23Mofang"), ..IN_ITS_FORMAT };
