//! Family Tree DNA: MyHeritage's columns without comments, and Family Finder's with an allele in each column.
//!
//! The downloads for the autosomes and for X are often joined, as text or as two members of one gzip file: the line of
//! names comes twice. Nothing in the file tells the build, which is 36 or 37.

use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// Family Tree DNA.
pub(crate) const FTDNA: Vendor = Vendor {
    format: SampleFormat::Ftdna,
    name: "FTDNA",
    is_it: |start| {
        start.says("famfinder") || start.first == b"RSID,CHROMOSOME,POSITION,RESULT" && !start.has_comments()
    },
    told_by: ToldBy::Columns,
    mentions: &[],
    build: None,
    separator: Some(Separator::Byte(b',')),
    ways: Ways { numbered: true, one_allele: false },
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::LeftOut;
    use crate::sample::open::reader::tests::{read_any, rows};

    #[test]
    fn a_second_line_of_names_is_no_row() {
        let (vendor, file) = read_any(
            "RSID,CHROMOSOME,POSITION,RESULT\n\"rs1\",\"1\",\"101\",\"AA\"\n\"rs5\",\"1\",\"105\",\"--\"\n\
             RSID,CHROMOSOME,POSITION,RESULT\n\"rs2\",\"X\",\"5000000\",\"CC\"\n",
        );
        assert_eq!((vendor.name, &file.left_out), ("FTDNA", &LeftOut::default()));
        assert_eq!(rows(&file), ["rs1 1:101 AA", "rs5 1:105 --", "rs2 23:5000000 CC"]);
        assert_eq!(file.declared, None);
    }

    #[test]
    fn family_finder_has_two_columns_and_a_dash() {
        let (vendor, file) = read_any(
            "# famfinder, https://www.familytreedna.com\n#\n# name,chromosome,position,allele1,allele2\n\
             rs1,1,101,A,G\nrs5,1,105,-,-\n",
        );
        assert_eq!(vendor.name, "FTDNA");
        assert_eq!(rows(&file), ["rs1 1:101 AG", "rs5 1:105 --"]);
    }
}
