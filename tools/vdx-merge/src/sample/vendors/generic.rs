//! CSV and TSV of no known maker: columns by their names, or rows that begin as 23andMe's do.

use super::start::Start;
use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::{Fields, RawColumns, Separator, Ways};
use crate::sample::format::SampleFormat;

/// Anything with an rsID, a chromosome, a position and a genotype.
pub(crate) const GENERIC: Vendor = Vendor {
    format: SampleFormat::Generic,
    name: "generic",
    is_it: |start| has_names(start) || begins_with_a_row(start),
    told_by: ToldBy::Shape,
    mentions: &[],
    build: None,
    separator: None,
    ways: Ways { numbered: true, one_allele: false },
};

fn has_names(start: &Start) -> bool {
    matches!(RawColumns::named(start.first), Ok(Some(columns)) if columns.have_places())
}

fn begins_with_a_row(start: &Start) -> bool {
    let mut fields = Fields::default();
    fields.split(start.first, Separator::of(start.first));
    crate::sample::raw::rs_number(fields.get(0)).is_some() && RawColumns::STANDARD.row(&fields, GENERIC.ways).is_ok()
}

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::LeftOut;
    use crate::sample::open::reader::tests::{read_any, rows};

    #[test]
    fn columns_go_by_their_names_and_separator() {
        for text in [
            "rsid,chromosome,position,genotype\nrs1,1,101,AG\nrs5,1,105,--\n",
            "rsid\tchr\tpos\tgenotype\nrs1\t1\t101\tAG\nrs5\t1\t105\t--\n",
            "# rsid\tchromosome\tposition\tgenotype\nrs1\t1\t101\tAG\nrs5\t1\t105\t--\n",
            "rs1\t1\t101\tAG\nrs5\t1\t105\t--\n",
            "rs1 1 101 A G\nrs5 1 105 0 0\n",
            "genotype;position;chrom;rsid\nAG;101;chr1;rs1\n--;105;chr1;rs5\n",
            "rsid    chromosome  position    genotype\textra\nrs1\t1\t101\tAG\t1\nrs5\t1\t105\t--\t2\n",
            "\u{feff}rsid,chromosome,position,allele1,allele2\r\nrs1,1,101,A,G\r\nrs5,1,105,-,-\r\n",
        ] {
            let (vendor, file) = read_any(text);
            assert_eq!((vendor.name, &file.left_out), ("generic", &LeftOut::default()), "{text}");
            assert_eq!(rows(&file), ["rs1 1:101 AG", "rs5 1:105 --"], "{text}");
        }
    }

    #[test]
    fn the_other_allele_may_have_a_column_of_its_own() {
        let (_, file) = read_any(
            "rsid,chromosome,position,genotype,genotype_other\nrs1,1,101,A,G\nrs2,1,102,AG,\nrs3,1,103,-,-\nrs4,1,104,AA,AA\n\
             rs5,1,105,AA,GG\n",
        );
        assert_eq!(rows(&file), ["rs1 1:101 AG", "rs2 1:102 AG", "rs3 1:103 --", "rs4 1:104 AA"]);
        assert_eq!(file.left_out.unreadable, 1);
    }

    #[test]
    fn a_row_with_several_ids_is_found_by_each() {
        for text in [
            "rsid\tchromosome\tposition\tgenotype\nrs6,rs9\t1\t106\tGC\n",
            "rsid,chromosome,position,genotype\n\"rs6,rs9\",1,106,GC\n",
        ] {
            assert_eq!(rows(&read_any(text).1), ["rs6 1:106 GC", "rs9 1:106 GC"]);
        }
    }
}
