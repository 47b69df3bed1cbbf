//! CircleDNA: an exome as text, `MARKERNAME CHROM POS GT`, with `chr1` for a chromosome and `A/A` for a genotype.
//!
//! Alleles of more than one base stand there without REF: whether they are the reference cannot be told, so such rows
//! are left out, counted and named.

use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// CircleDNA.
pub(crate) const CIRCLE: Vendor = Vendor {
    format: SampleFormat::CircleDna,
    name: "CircleDNA",
    is_it: |start| start.says("# Circle") || start.says("MARKERNAME\tCHROM\tPOS\tGT"),
    told_by: ToldBy::Name,
    mentions: &[],
    build: None,
    separator: Some(Separator::Byte(b'\t')),
    ways: Ways { numbered: false, one_allele: false },
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::tests::{read_any, rows};

    #[test]
    fn genotypes_have_a_slash() {
        let (vendor, file) = read_any(
            "# Circle\n#\n# MARKERNAME\tCHROM\tPOS\tGT\nchr1:1:A\tchr1\t1\tA/A\nrs6\tchr1\t106\tG/C\n\
             rs7\tchr1\t107\tAT/A\nrs8\tchrM\t108\t./.\n",
        );
        assert_eq!(vendor.name, "CircleDNA");
        assert_eq!(rows(&file), ["chr1:1:A 1:1 AA", "rs6 1:106 GC", "rs8 25:108 --"]);
        assert_eq!(file.left_out.named, [(6, "alleles of more than one base, which are not read")]);
    }
}
