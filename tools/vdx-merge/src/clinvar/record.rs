//! The INFO of a ClinVar record, as far as matching and reporting ask for it.

use std::sync::LazyLock;

use memchr::memmem::Finder;
use vdx_vcf::info;

use super::vocabulary::is_class;

/// Made once: a search costs less than its preparation.
static RS: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new(b"RS="));

/// The rs numbers of a record's RS key.
///
/// RS stands last in ClinVar's INFO, so the end is looked at first; what follows it elsewhere costs a search.
#[inline]
pub(crate) fn rs_numbers(line: &[u8]) -> impl Iterator<Item = u64> + use<'_> {
    let last = last_rs(line);
    let value = if last.is_none() { rs_value(line).unwrap_or_default() } else { &[] };
    let numbers = value.split(|byte| !byte.is_ascii_digit()).filter(|digits| (1..=18).contains(&digits.len()));
    last.into_iter().chain(numbers.map(number))
}

/// The one number of RS where that ends the line (without line end), read from its last digit on.
#[inline]
fn last_rs(line: &[u8]) -> Option<u64> {
    let (mut number, mut place) = (0, 1);
    for (count, byte) in line.iter().rev().enumerate().take(19) {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            let before = &line[..line.len() - count];
            return (count > 0 && (before.ends_with(b";RS=") || before.ends_with(b"\tRS="))).then_some(number);
        }
        number += u64::from(digit) * place;
        place *= 10;
    }
    None
}

/// The value of RS in a line (without line end) whose INFO is the last column.
fn rs_value(line: &[u8]) -> Option<&[u8]> {
    let begins = |at: usize| at > 0 && matches!(line[at - 1], b';' | b'\t');
    let at = RS.find_iter(line).find(|&at| begins(at))?;
    let value = &line[at + 3..];
    let end = value.iter().position(|&byte| matches!(byte, b';' | b'\t')).unwrap_or(value.len());
    Some(&value[..end])
}

fn number(digits: &[u8]) -> u64 {
    digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'))
}

/// What kinds of classification a record carries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Kinds {
    /// CLNSIG: the germline class of the allele itself.
    pub(crate) germline: bool,
    /// ONC or SCI: what the allele means in a tumour.
    pub(crate) somatic: bool,
    /// CLNSIGINCL, ONCINCL, SCIINCL: the class of a haplotype or genotype that includes the allele.
    pub(crate) included: bool,
    /// ORIGIN says that the allele was seen in tumours only.
    pub(crate) somatic_origin: bool,
}

impl Kinds {
    /// Reads INFO.
    pub(crate) fn of(info: &[u8]) -> Self {
        let mut kinds = Self::default();
        for (key, value) in info::entries(info) {
            match key {
                b"CLNSIG" => kinds.germline = value.is_some_and(is_class),
                b"ONC" | b"SCI" => kinds.somatic |= value.is_some_and(is_class),
                b"CLNSIGINCL" | b"ONCINCL" | b"SCIINCL" => kinds.included = true,
                // A bit mask of which 2 is somatic.
                b"ORIGIN" => kinds.somatic_origin = value == Some(b"2"),
                _ => {}
            }
        }
        kinds
    }

    /// Words for `VDX_FLAGS`: why the record is no evidence about a germline allele by itself.
    pub(crate) fn flags(self) -> impl Iterator<Item = &'static str> {
        [
            (!self.germline && self.somatic, "somatic_class_only"),
            (!self.germline && !self.somatic && self.included, "class_of_haplotype_only"),
            (self.somatic_origin, "somatic_origin"),
        ]
        .into_iter()
        .filter_map(|(is, name)| is.then_some(name))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rs(line: &str) -> Vec<u64> {
        rs_numbers(line.as_bytes()).collect()
    }

    #[test]
    fn rs_is_found_at_the_end_and_elsewhere() {
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tORIGIN=1;RS=123"), [123]);
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tRS=123"), [123]);
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tRS=123;SSR=0"), [123]);
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tA=1;RS=1,22|3;SCI=x"), [1, 22, 3]);
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tA;RS=123456789012345678"), [123_456_789_012_345_678]);
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tA;RS=1234567890123456789"), Vec::<u64>::new());
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tXRS=123"), Vec::<u64>::new());
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tORIGIN=1"), Vec::<u64>::new());
        assert_eq!(rs("1\t2\t3\tA\tC\t.\t.\tA;RS="), Vec::<u64>::new());
    }

    #[test]
    fn records_without_a_germline_class_are_flagged() {
        let flags = |info: &str| Kinds::of(info.as_bytes()).flags().collect::<Vec<_>>();
        assert!(flags("CLNSIG=Pathogenic;ONC=Oncogenic;ORIGIN=1").is_empty());
        assert_eq!(flags("ONC=Oncogenic"), ["somatic_class_only"]);
        assert_eq!(flags("CLNSIGINCL=123:Pathogenic"), ["class_of_haplotype_only"]);
        assert_eq!(flags("CLNSIG=Pathogenic;ORIGIN=2"), ["somatic_origin"]);
        // As ClinVar writes it since 2026.
        let none = "no_classification_for_the_single_variant";
        let silent =
            format!("CLNREVSTAT={none};CLNSIG={none};ONC={none};ONCREVSTAT={none};SCI={none};SCIREVSTAT={none}");
        assert!(flags(&silent).is_empty());
        for included in ["CLNSIGINCL=267496:Pathogenic", "ONCINCL=1:Oncogenic", "SCIINCL=1:Tier_I_-_Strong"] {
            assert_eq!(flags(&format!("{silent};{included}")), ["class_of_haplotype_only"]);
        }
        assert_eq!(flags(&format!("CLNSIG={none};ONC=Oncogenic;SCI={none}")), ["somatic_class_only"]);
        assert!(flags(".").is_empty());
    }
}
