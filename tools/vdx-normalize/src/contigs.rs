//! The contigs of the VCF among those of the FASTA, and `##contig` lines for a VCF that has none.

use std::collections::{HashMap, HashSet};

use vdx_genome::Reference;
use vdx_vcf::Header;
use vdx_vcf::assembly::Assembly;
use vdx_vcf::contig::{Contig, MT, RCRS_LENGTH, number, resolve};

/// Finds a VCF's contigs in a FASTA, under their own names or an alias.
#[derive(Debug)]
pub(crate) struct Contigs<'a> {
    fasta: &'a [Contig],
    by_name: HashMap<&'a [u8], usize>,
    /// Lengths that the VCF's header tells.
    lengths: HashMap<Vec<u8>, u64>,
}

impl<'a> Contigs<'a> {
    /// Of the VCF with this header.
    pub(crate) fn new(reference: &'a Reference, header: &Header) -> Self {
        let fasta = reference.contigs();
        let by_name = fasta.iter().enumerate().map(|(at, contig)| (contig.name.as_slice(), at)).collect();
        let lengths =
            header.contigs().iter().filter_map(|contig| Some((contig.name.clone(), contig.length?))).collect();
        Self { fasta, by_name, lengths }
    }

    /// The index in [`Reference::contigs`] of the contig that the VCF calls `name`.
    pub(crate) fn find(&self, name: &[u8]) -> Option<usize> {
        if let Some(&at) = self.by_name.get(name) {
            return Some(at);
        }
        // Only chromosomes have aliases; other names of a long list need no search.
        number(name)?;
        resolve(name, self.length(name), self.fasta)
    }

    /// The length that the VCF's header tells of a contig.
    pub(crate) fn length(&self, name: &[u8]) -> Option<u64> {
        self.lengths.get(name).copied()
    }

    /// Contigs that have one name but two lengths in the VCF's header and in the FASTA, as a message tells them:
    /// another build, or a part of it.
    pub(crate) fn mismatches(&self) -> Vec<String> {
        let differs =
            |contig: &&Contig| self.lengths.get(&contig.name).is_some_and(|&length| Some(length) != contig.length);
        let told = |contig: &Contig| {
            let name = String::from_utf8_lossy(&contig.name).into_owned();
            format!("{name} ({} and {})", self.lengths[&contig.name], contig.length.unwrap_or(0))
        };
        self.fasta.iter().filter(differs).map(told).collect()
    }
}

/// `##contig` lines (without line ends) for all contigs of the FASTA in its order, under the names that a VCF has whose
/// first record is on `first`.
///
/// Only chromosomes are renamed; a name that would be there twice stays what it is in the FASTA.
pub(crate) fn lines(fasta: &[Contig], first: Option<&[u8]>) -> Vec<Vec<u8>> {
    let style = first.filter(|first| fasta.iter().all(|contig| contig.name != *first)).and_then(Style::of);
    let mut taken: HashSet<Vec<u8>> = fasta.iter().map(|contig| contig.name.clone()).collect();
    fasta
        .iter()
        .map(|contig| {
            let name = style.as_ref().and_then(|style| style.name(contig)).filter(|name| taken.insert(name.clone()));
            let mut line = b"##contig=<ID=".to_vec();
            line.extend_from_slice(name.as_ref().unwrap_or(&contig.name));
            if let Some(length) = contig.length {
                line.extend_from_slice(format!(",length={length}").as_bytes());
            }
            line.push(b'>');
            line
        })
        .collect()
}

/// How a VCF writes chromosomes.
#[derive(Debug)]
enum Style {
    /// `chr1`, with the prefix as it is written.
    Prefixed([u8; 3]),
    /// `1`
    Plain,
    /// `NC_000001.11`, and the build that the version tells.
    Refseq(Option<Assembly>),
}

impl Style {
    fn of(name: &[u8]) -> Option<Self> {
        number(name)?;
        if let Some((_, build)) = Assembly::of_refseq(name) {
            return Some(Self::Refseq(build));
        }
        match name {
            [c, h, r, ..] if [*c, *h, *r].eq_ignore_ascii_case(b"chr") => Some(Self::Prefixed([*c, *h, *r])),
            _ => Some(Self::Plain),
        }
    }

    /// What a chromosome is called in this style; `None` for another contig and for a mitochondrion that is not rCRS.
    fn name(&self, contig: &Contig) -> Option<Vec<u8>> {
        let number = number(&contig.name)?;
        if number == MT && contig.length != Some(RCRS_LENGTH) {
            return None;
        }
        let letter = match number {
            23 => "X".to_owned(),
            24 => "Y".to_owned(),
            25 => if matches!(self, Self::Plain) { "MT" } else { "M" }.to_owned(),
            number => number.to_string(),
        };
        match self {
            Self::Prefixed(prefix) => Some([prefix, letter.as_bytes()].concat()),
            Self::Plain => Some(letter.into_bytes()),
            Self::Refseq(build) => {
                let length = contig.length?;
                refseq(number, Assembly::by_length(number, length).or(*build))
            }
        }
    }
}

/// The RefSeq accession of a chromosome in a build: the version that [`Assembly::of_refseq`] takes for it.
fn refseq(number: u8, build: Option<Assembly>) -> Option<Vec<u8>> {
    if number == MT {
        return Some(b"NC_012920.1".to_vec());
    }
    let names = (1..20).map(|version| format!("NC_{number:06}.{version}").into_bytes());
    names.into_iter().find(|name| build.is_some() && Assembly::of_refseq(name) == Some((number, build)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contig(name: &str, length: u64) -> Contig {
        Contig { name: name.into(), length: Some(length) }
    }

    fn ids(fasta: &[Contig], first: &str) -> Vec<String> {
        let lines = lines(fasta, Some(first.as_bytes()));
        lines.iter().map(|line| String::from_utf8_lossy(line)[13..].split(',').next().unwrap().to_owned()).collect()
    }

    #[test]
    fn names_follow_the_first_record() {
        let fasta =
            [contig("chr1", 249_250_621), contig("chrX", 155_270_560), contig("chrM", 16_569), contig("chrUn_1", 9)];
        assert_eq!(ids(&fasta, "1"), ["1", "X", "MT", "chrUn_1"]);
        assert_eq!(ids(&fasta, "chrX"), ["chr1", "chrX", "chrM", "chrUn_1"]);
        assert_eq!(ids(&fasta, "NC_000007.13"), ["NC_000001.10", "NC_000023.10", "NC_012920.1", "chrUn_1"]);
        assert_eq!(ids(&fasta, "HLA-A"), ["chr1", "chrX", "chrM", "chrUn_1"]);
        assert_eq!(ids(&[contig("1", 5), contig("MT", 16_569)], "Chr1"), ["Chr1", "ChrM"]);
        assert_eq!(lines(&fasta[..1], None), [b"##contig=<ID=chr1,length=249250621>"]);
    }

    #[test]
    fn another_mitochondrion_and_taken_names_stay() {
        assert_eq!(ids(&[contig("chr1", 5), contig("chrM", 16_571)], "1"), ["1", "chrM"]);
        assert_eq!(ids(&[contig("chr2", 5), contig("2", 5), contig("chr1", 7)], "1"), ["chr2", "2", "1"]);
    }
}
