//! AncestryDNA: an allele in each of two columns, between any runs of tabs and spaces.

use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// AncestryDNA: 23 is X, 24 Y, 25 where they pair, 26 MT; `0 0` is no call; what a person has once is written twice.
pub(crate) const ANCESTRY: Vendor = Vendor {
    format: SampleFormat::Ancestry,
    name: "AncestryDNA",
    is_it: |start| start.says("AncestryDNA"),
    told_by: ToldBy::Name,
    mentions: &[],
    build: None,
    separator: Some(Separator::Blanks),
    ways: Ways { numbered: true, one_allele: false },
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::tests::{read_any, rows};
    use vdx_vcf::assembly::Declared;

    const HEADER: &str = "#AncestryDNA raw data download\n\
        #Data was collected using AncestryDNA array version: V2.0\n\
        #Genetic data is reported using human reference build 37.1 coordinates.\n\
        rsid\tchromosome\tposition\tallele1\tallele2\n";

    #[test]
    fn chromosomes_are_numbers() {
        let calls = "rs1\t23\t5000000\tA\tA\nrs2\t24\t5000000\tC\tC\nrs3\t25\t150000\tA\tG\nrs4\t25\t59100000\tT\tT\n\
            rs5\t26\t10\tG\tG\nrs6\t1\t7\tI\tD\n";
        let (vendor, file) = read_any(&format!("{HEADER}{calls}"));
        assert_eq!((vendor.name, file.chip.as_deref()), ("AncestryDNA", Some("V2.0")));
        assert_eq!(file.declared.map(Declared::name), Some("GRCh37"));
        assert_eq!(
            rows(&file),
            [
                "rs6 1:7 ID",
                "rs3 23:150000 AG",
                "rs1 23:5000000 AA",
                "rs2 24:5000000 CC",
                "rs4 24:59100000 TT",
                "rs5 25:10 GG"
            ]
        );
    }

    #[test]
    fn two_zeros_are_no_call_and_one_is_half_a_call() {
        let calls = "rs1\t1\t105\t0\t0\nrs2\t1\t106\tA\t0\nrs3\t26\t107\tA\t0\nrs4\t24\t108\t0\tC\n";
        let (_, file) = read_any(&format!("{HEADER}{calls}"));
        assert_eq!(rows(&file), ["rs1 1:105 --", "rs4 24:108 C", "rs3 25:107 A"]);
        assert_eq!(file.left_out.named, [(6, "one allele is called, the other is not")]);
    }

    #[test]
    fn runs_of_blanks_separate() {
        let calls = "rs2\t\t1\t102\tC\tC\nrs3\t1\t\t103\tG\tG\nrs4\t1\t\t\t 104\tT\tT\n";
        let (_, file) = read_any(&format!("{HEADER}{calls}"));
        assert_eq!(rows(&file), ["rs2 1:102 CC", "rs3 1:103 GG", "rs4 1:104 TT"]);
    }
}
