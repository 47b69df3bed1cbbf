//! MyHeritage: `RSID,CHROMOSOME,POSITION,RESULT` in quotes, under comments that name them.
//!
//! A kind of file has passed through a spreadsheet and has its quotes doubled: `"rs1"",""1"",""101"",""AA"`.

use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// MyHeritage.
pub(crate) const MY_HERITAGE: Vendor = Vendor {
    format: SampleFormat::MyHeritage,
    name: "MyHeritage",
    is_it: |start| start.says("MyHeritage"),
    told_by: ToldBy::Name,
    mentions: &[],
    build: None,
    separator: Some(Separator::Byte(b',')),
    ways: Ways { numbered: false, one_allele: false },
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::tests::{read_any, rows};
    use vdx_vcf::assembly::Declared;

    #[test]
    fn quotes_go_away_even_when_they_are_mangled() {
        for (one, two) in [
            ("\"rs1\",\"1\",\"101\",\"AA\"", "\"rs5\",\"1\",\"105\",\"--\""),
            ("\"rs1\"\",\"\"1\"\",\"\"101\"\",\"\"AA\"", "\"rs5\"\",\"\"1\"\",\"\"105\"\",\"\"--\""),
        ] {
            let (vendor, file) = read_any(&format!(
                "# MyHeritage DNA raw data.\r\n# ... the forward (+) strand ... human reference build 37.\r\n\
                 RSID,CHROMOSOME,POSITION,RESULT\r\n{one}\r\n{two}\r\n"
            ));
            assert_eq!(vendor.name, "MyHeritage");
            assert_eq!(file.declared.map(Declared::name), Some("GRCh37"));
            assert_eq!(rows(&file), ["rs1 1:101 AA", "rs5 1:105 --"]);
        }
    }

    #[test]
    fn the_later_comments_name_the_array() {
        let (vendor, file) = read_any(
            "##fileformat=MyHeritage\n##format=MHv1.0\n##chip=GSA\n##reference=build37\nRSID,CHROMOSOME,POSITION,RESULT\n\
             \"rs1\",\"X\",\"101\",\"AA\"\n",
        );
        assert_eq!((vendor.name, file.chip.as_deref()), ("MyHeritage", Some("GSA")));
        assert_eq!(file.declared.map(Declared::name), Some("GRCh37"));
    }
}
