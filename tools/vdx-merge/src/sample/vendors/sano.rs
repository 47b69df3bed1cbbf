//! Sano: an allele in each of two columns, between any runs of tabs and spaces.

use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::Ways;
use crate::sample::format::SampleFormat;

/// Sano: `allele_1 allele_2`, made from a VCF, so that a single copy has `-` for the second.
pub(crate) const SANO: Vendor = Vendor {
    format: SampleFormat::Sano,
    name: "Sano",
    is_it: |start| {
        start.says("derived from the corresponding VCF")
            || start.is_report && start.says("SANO")
            || start.first.to_ascii_lowercase().ends_with(b"allele_2")
    },
    told_by: ToldBy::Name,
    mentions: &[],
    build: None,
    separator: None,
    ways: Ways { numbered: false, one_allele: true },
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::tests::{read_any, rows};

    #[test]
    fn sano_has_a_dash_for_what_is_not_there() {
        let comment = "# This file was derived from the corresponding VCF file to provide genetic\n# information ...\n";
        for comments in [comment, ""] {
            let text = "rsid chromosome position allele_1 allele_2\nrs1 1 101 A A\nrs5 1  105 - -\nrs6 X 5000000 G -\n";
            let (vendor, file) = read_any(&format!("{comments}{text}"));
            assert_eq!(vendor.name, "Sano");
            assert_eq!(rows(&file), ["rs1 1:101 AA", "rs5 1:105 --", "rs6 23:5000000 G"]);
        }
    }
}
