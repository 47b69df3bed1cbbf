//! Taking a multi-allelic record apart: what INFO and the samples hold for REF and one of the ALT alleles.
//!
//! The rules are those of `bcftools norm -m -`: Number=A, R and G fields and GT are cut down, everything else is copied
//! as it is. Values are pieces of text and stay the text they are. Unlike bcftools, which writes `.` for what is
//! missing in a text field or in one sample, a list of the wrong length is always an error, or its field is left out
//! where that is asked for: which value belongs to which allele is not known then.

mod genotype;
mod kept;
mod local;
mod number_g;
mod samples;
#[cfg(test)]
mod tests;
mod values;

use crate::consequences::{self, Consequences};
use crate::header::{Header, Number};
use crate::info;
use crate::number::NumberRules;
pub use crate::number::SplitError;
pub use genotype::Overlaps;
pub(crate) use number_g::{choose, genotypes, ploidy};
use samples::Rule;
use values::{pick, values};

/// Writes the fields of a record with several ALT alleles for one of them at a time.
#[derive(Debug)]
pub struct Splitter<'h> {
    numbers: NumberRules<'h>,
    overlaps: Overlaps,
    /// The FORMAT field whose values of the other ALTs are added to that of REF.
    summed: Option<Vec<u8>>,
    /// Lists whose entries say which ALT they are about.
    consequences: Vec<Consequences>,
    rules: Vec<Rule>,
}

impl<'h> Splitter<'h> {
    /// `header` tells the Number of each field; one it does not declare is copied.
    pub fn new(header: &'h Header, overlaps: Overlaps) -> Self {
        Self {
            numbers: NumberRules::new(header, &[], false),
            overlaps,
            summed: None,
            consequences: consequences::declared(header),
            rules: Vec::new(),
        }
    }

    /// Adds what the other ALTs have in FORMAT field `key` (Number=R) to the value of REF, so that the sum stays.
    #[must_use]
    pub fn summing(mut self, key: &[u8]) -> Self {
        self.summed = Some(key.to_vec());
        self
    }

    /// Takes INFO and FORMAT fields for lists of this Number, whatever the header says; LA, LR and LG those of FORMAT.
    #[must_use]
    pub fn numbered(mut self, numbers: &[(Vec<u8>, Number)]) -> Self {
        self.numbers.told = numbers.to_vec();
        self
    }

    /// Leaves a field out whose list has the wrong length; in FORMAT where one sample's has.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.numbers.forced = true;
        self
    }

    /// The fields left out since the last call, such as `INFO/AC`, for each ALT.
    pub fn dropped(&mut self) -> std::vec::Drain<'_, String> {
        self.numbers.dropped.drain(..)
    }

    /// Appends INFO as it is for ALT number `alt` (0-based) to `out`; `alleles` are REF and all ALTs.
    ///
    /// Of the entries that VEP, SnpEff and tools like them write, those about this ALT stay, if each tells its own.
    pub fn info(&mut self, info: &[u8], alt: usize, alleles: &[&[u8]], out: &mut Vec<u8>) -> Result<(), SplitError> {
        let alts = alleles.len() - 1;
        let start = out.len();
        for (key, value) in info::entries(info) {
            let before = out.len();
            if before > start {
                out.push(b';');
            }
            out.extend_from_slice(key);
            let Some(value) = value else { continue };
            out.push(b'=');
            let number = self.numbers.info_number(key, self.numbers.header.info(key));
            if number == Number::Unknown
                && let Some(consequences) = self.consequences.iter().find(|consequences| consequences.key == key)
                && let Some(places) = consequences.places(value, alleles)
            {
                let own = places.iter().enumerate().filter(|(_, place)| **place == alt).map(|(at, _)| at);
                if places.contains(&alt) {
                    pick(value, own, out);
                } else {
                    out.truncate(before);
                }
                continue;
            }
            if let Err(message) = values(value, number, alt, alts, out) {
                self.numbers.wrong_info(key, message, before, out)?;
            }
        }
        if out.len() == start {
            out.push(b'.');
        }
        Ok(())
    }
}
