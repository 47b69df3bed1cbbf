//! Indels of the input moved to where gnomAD has them: as far to the left as the reference lets them go.

use vdx_genome::align::Aligner;
use vdx_genome::{Bases, Cursor, Reference};
use vdx_hts::Result;
use vdx_vcf::contig;
use vdx_vcf::variant::Variant;

/// Moves variants; one per worker.
pub(crate) struct Shifter<'a> {
    reference: &'a Reference,
    cursor: Cursor<'a>,
    aligner: Aligner,
}

/// Where a variant in minimal form belongs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Shifted<'s> {
    /// Where it is.
    Stays,
    /// Elsewhere.
    To(Variant<'s>),
    /// Nobody knows: the FASTA has other letters there than REF.
    RefDiffers,
}

impl<'a> Shifter<'a> {
    /// By that FASTA.
    pub(crate) fn new(reference: &'a Reference) -> Self {
        Self { reference, cursor: reference.cursor(), aligner: Aligner::default() }
    }

    /// The number of a contig in the FASTA; `length` in bases where the input tells.
    pub(crate) fn contig(&self, name: &[u8], length: Option<u64>) -> Option<usize> {
        contig::resolve(name, length, self.reference.contigs())
    }

    /// Moves a variant in minimal form on that contig of the FASTA.
    ///
    /// # Errors
    /// The FASTA cannot be read.
    pub(crate) fn shift(&mut self, contig: usize, variant: &Variant<'_>) -> Result<Shifted<'_>> {
        if !may_move(variant) {
            return Ok(Shifted::Stays);
        }
        self.cursor.select(contig);
        // Moved by bases that are not its own, a variant would be looked up where another one stands.
        if !self.cursor.matches(variant.pos, variant.reference)? {
            return Ok(Shifted::RefDiffers);
        }
        let aligned = self.aligner.align(variant.pos, &[variant.reference, variant.alt], &mut self.cursor)?;
        Ok(match aligned {
            Some(aligned) => match &aligned.alleles[..] {
                [reference, alt] => Shifted::To(Variant { pos: aligned.pos, reference, alt }),
                _ => Shifted::Stays,
            },
            None => Shifted::Stays,
        })
    }
}

/// Whether a variant in minimal form could stand elsewhere: an indel whose alleles end in the same letter.
pub(crate) fn may_move(variant: &Variant<'_>) -> bool {
    let last = |allele: &[u8]| allele.last().map(u8::to_ascii_uppercase);
    variant.reference.len() != variant.alt.len() && last(variant.reference) == last(variant.alt)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indels_move_and_others_stay() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ref.fa");
        std::fs::write(&path, ">chr1\nGGGCACACACAGGG\n").unwrap();
        let (reference, _) = Reference::open(&path, None).unwrap();
        let mut shifter = Shifter::new(&reference);
        let chr1 = shifter.contig(b"1", None).unwrap();
        let mut shifted = |pos, reference: &str, alt: &str| {
            let variant = Variant { pos, reference: reference.as_bytes(), alt: alt.as_bytes() }.minimal();
            match shifter.shift(chr1, &variant).unwrap() {
                Shifted::Stays => "stays".to_owned(),
                Shifted::RefDiffers => "differs".to_owned(),
                Shifted::To(Variant { pos, reference, alt }) => {
                    format!("{pos} {} {}", String::from_utf8_lossy(reference), String::from_utf8_lossy(alt))
                }
            }
        };
        assert_eq!(shifted(8, "cac", "c"), "3 GCA G");
        assert_eq!(shifted(8, "C", "CAC"), "3 G GCA");
        assert_eq!(shifted(3, "GCA", "G"), "stays");
        assert_eq!(shifted(8, "C", "T"), "stays");
        assert_eq!(shifted(8, "C", "CT"), "stays");
        assert_eq!(shifted(8, "GAG", "G"), "differs");
        assert_eq!(shifter.contig(b"2", None), None);
    }
}
