//! Living DNA: 23andMe's format, which it does not name.

use super::twenty_three_and_me::TWENTY_THREE_AND_ME;
use super::vendor::Vendor;
use crate::sample::format::SampleFormat;

/// Living DNA.
pub(crate) const LIVING_DNA: Vendor = Vendor {
    format: SampleFormat::LivingDna,
    name: "LivingDNA",
    is_it: |start| start.says("Living DNA"),
    ..TWENTY_THREE_AND_ME
};
