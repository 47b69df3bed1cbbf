//! Illumina's final reports, as laboratories pass them on.
//!
//! A report has the alleles of a site up to five times. `Plus` is the reference's plus strand. `Forward` is dbSNP's
//! orientation, which for some rsIDs is the minus strand: such a file says nothing about a site until its letters are
//! held against REF. `Top`, `Design` and `AB` belong to the array and are never read.

use super::start::Start;
use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::Ways;
use crate::sample::format::SampleFormat;

/// `[Header]`, `[Data]`, a line of names; GenomeStudio leaves out the first two on request.
pub(crate) const FINAL_REPORT: Vendor = Vendor {
    format: SampleFormat::Illumina,
    name: "Illumina",
    is_it: |start| start.is_report || is_table(start) && !is_of_r(start),
    told_by: ToldBy::Columns,
    mentions: &[],
    build: None,
    separator: None,
    ways: Ways { numbered: true, one_allele: false },
};

/// Whether the first line names the columns of a report.
pub(crate) fn is_table(start: &Start) -> bool {
    let words = start.words();
    let has = |name: &str| words.iter().any(|word| word == name);
    has("snpname") && words.iter().any(|word| word.starts_with("allele1"))
}

/// Whether the names of the columns went through R.
pub(crate) fn is_of_r(start: &Start) -> bool {
    memchr::memmem::find(start.first, b"Allele1...").is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::open::reader::tests::{read, read_any, rows};

    #[test]
    fn plus_alleles_are_taken_and_never_top() {
        let (vendor, file) = read_any(
            "SNP Name\trsID\tSample.ID\tAllele1...Top\tAllele2...Top\tAllele1...Forward\tAllele2...Forward\t\
             Allele1...Plus\tAllele2...Plus\tChr\tPosition\tSNP\r\n\
             exm1\trs1\t0\tA\tA\tC\tC\tG\tT\t1\t101\t[A/A]\r\nexm2\t.\t0\tA\tA\tC\tC\t--\t--\t1\t105\t[A/A]\r\n",
        );
        assert_eq!((vendor.name, file.table.either_strand()), ("Mapmygenome", false));
        assert_eq!(rows(&file), ["rs1 1:101 GT", "exm2 1:105 --"]);
        let error = read(&FINAL_REPORT, "SNP Name\tAllele1 - Top\tAllele2 - Top\nrs1\tA\tA\n").unwrap_err().to_string();
        assert!(error.contains("expected alleles of the plus or the forward strand"), "{error}");
    }

    #[test]
    fn a_report_without_places_is_known_by_its_ids() {
        let (vendor, file) = read_any(
            "[Header]\nContent\t\tCODIGO46.bpm\n[Data]\nSample Name\tSNP Name\tAllele1 - Plus\tAllele2 - Plus\n\
             123\t1:101\tA\tA\n123\t1:105\t-\t-\n123\trs6\tG\tC\n",
        );
        assert_eq!((vendor.name, file.chip.as_deref()), ("Illumina", Some("CODIGO46")));
        assert_eq!(rows(&file), ["1:101 0:0 AA", "1:105 0:0 --", "rs6 0:0 GC"]);
    }

    #[test]
    fn forward_alleles_may_be_of_either_strand() {
        let text = "[Header]\nContent\t\tSANO\n[Data]\n\
            Sample Name\tSNP Name\tChr\tPosition\tAllele1 - Forward\tAllele2 - Forward\n\
            123\t1:101\t1\t101\tA\tA\n123\t1:105\t1\t105\t-\t-\n123\trs7\t1\t107\tA\tG\n";
        let (vendor, file) = read_any(text);
        assert_eq!((vendor.name, file.table.either_strand()), ("Sano", true));
        assert_eq!(rows(&file), ["1:101 1:101 AA", "1:105 1:105 --", "rs7 1:107 AG"]);
    }

    #[test]
    fn two_people_never_become_one() {
        let text = "[Header]\n[Data]\nSample ID,SNP Name,Chr,Position,Allele1 - Plus,Allele2 - Plus\n\
            one,rs1,1,101,A,A\nother,rs1,1,101,A,G\n";
        let error = read(&FINAL_REPORT, text).unwrap_err().to_string();
        assert!(error.contains("'one'") && error.contains("'other'"), "{error}");
    }
}
