//! DNA.Land: 23andMe's format under its own name.

use super::twenty_three_and_me::IN_ITS_FORMAT;
use super::vendor::Vendor;
use crate::sample::format::SampleFormat;

/// DNA.Land.
pub(crate) const DNA_LAND: Vendor =
    Vendor { format: SampleFormat::DnaLand, name: "DNA.Land", is_it: |start| start.says("DNA.Land"), ..IN_ITS_FORMAT };
