//! deCODEme: `Name,Variation,Chromosome,Position,Strand,YourCode`. The letters are those of the strand named beside
//! them; the positions are those of NCBI 36, which the files do not say.

use vdx_vcf::assembly::Declared;

use super::vendor::{ToldBy, Vendor};
use crate::sample::columns::{Separator, Ways};
use crate::sample::format::SampleFormat;

/// deCODEme.
pub(crate) const DECODEME: Vendor = Vendor {
    format: SampleFormat::Decodeme,
    name: "deCODEme",
    is_it: |start| start.words().iter().any(|word| word == "yourcode"),
    told_by: ToldBy::Columns,
    mentions: &[],
    build: Some(Declared::Ncbi36),
    separator: Some(Separator::Byte(b',')),
    ways: Ways { numbered: false, one_allele: false },
};

#[cfg(test)]
mod tests {
    use crate::sample::open::reader::tests::{read_any, rows};

    #[test]
    fn letters_of_the_minus_strand_are_complemented() {
        let (vendor, file) = read_any(
            "Name,Variation,Chromosome,Position,Strand,YourCode\nrs4345758,C/T,1,28663,+,TT\nrs1,A/G,1,101,-,AG\n\
             rs2,A/G,X,102,-,--\nrs3,A/G,1,103,?,AG\n",
        );
        assert_eq!(vendor.name, "deCODEme");
        assert_eq!(rows(&file), ["rs1 1:101 TC", "rs4345758 1:28663 TT", "rs2 23:102 --"]);
        assert_eq!(file.left_out.named, [(5, "a strand that is neither + nor -")]);
    }
}
