//! The words that files and people name a build by.

use std::fmt;

use memchr::memmem;

use super::Assembly;

/// A build that a text names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Declared {
    /// NCBI 36, hg18: neither ClinVar nor gnomAD has files in it.
    Ncbi36,
    /// GRCh37 or GRCh38.
    Human(Assembly),
}

impl Declared {
    /// `NCBI36`, `GRCh37` or `GRCh38`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ncbi36 => "NCBI36",
            Self::Human(build) => build.name(),
        }
    }
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

const B36: Declared = Declared::Ncbi36;
const B37: Declared = Declared::Human(Assembly::Grch37);
const B38: Declared = Declared::Human(Assembly::Grch38);

/// In lower case; no digit follows one. Names of builds, and of the FASTA files that the field shares: 1000 Genomes'
/// `human_g1k_v37` and `hs37d5`, `hs38DH`, the Broad's `Homo_sapiens_assembly19` and `38`, its `b37`.
const NAMES: [(&str, Declared); 24] = [
    ("build 36", B36),
    ("build36", B36),
    ("ncbi36", B36),
    ("hg18", B36),
    ("b36", B36),
    ("build 37", B37),
    ("build37", B37),
    ("ncbi37", B37),
    ("grch37", B37),
    ("hg19", B37),
    ("b37", B37),
    ("hs37", B37),
    ("hs37d5", B37),
    ("g1k_v37", B37),
    ("assembly19", B37),
    ("build 38", B38),
    ("build38", B38),
    ("ncbi38", B38),
    ("grch38", B38),
    ("hg38", B38),
    ("b38", B38),
    ("hs38", B38),
    ("hs38dh", B38),
    ("assembly38", B38),
];

/// GenBank and RefSeq accessions of the human assemblies: the first versions that are of GRCh37 and of GRCh38.
const ACCESSIONS: [(&str, u32, u32); 2] = [("gca_000001405.", 1, 15), ("gcf_000001405.", 13, 26)];

/// The first build that a text names: `build 37`, `GRCh38`, `hg19`, `b37`, `GCA_000001405.15`, in any case.
pub fn named_in(text: &[u8]) -> Option<Declared> {
    let text = text.to_ascii_lowercase();
    let names = NAMES.iter().filter_map(|&(name, build)| Some((find(&text, name.as_bytes())?, build)));
    names.chain(accession(&text)).min_by_key(|(at, _)| *at).map(|(_, build)| build)
}

/// The build that the path or address of a reference names: by the name of the file, else by a folder's, the last that
/// does.
pub fn named_by_path(path: &[u8]) -> Option<Declared> {
    path.rsplit(|byte| matches!(byte, b'/' | b'\\')).find_map(named_in)
}

/// Where a name stands in a text as a word of its own: behind no letter or digit where it is as short as `b37`, and before
/// no digit.
fn find(text: &[u8], name: &[u8]) -> Option<usize> {
    memmem::find_iter(text, name).find(|&at| {
        let is_apart = at == 0 || name.len() > 3 || !text[at - 1].is_ascii_alphanumeric();
        is_apart && !text.get(at + name.len()).is_some_and(u8::is_ascii_digit)
    })
}

/// Where an accession of a human assembly stands, and its build.
fn accession(text: &[u8]) -> Option<(usize, Declared)> {
    ACCESSIONS.iter().find_map(|&(start, grch37, grch38)| {
        let at = memmem::find(text, start.as_bytes())?;
        let digits = text[at + start.len()..].iter().take_while(|byte| byte.is_ascii_digit());
        let version = digits.take(4).fold(0, |version, byte| version * 10 + u32::from(byte - b'0'));
        let build = if version >= grch38 {
            B38
        } else if version >= grch37 {
            B37
        } else {
            B36
        };
        (version > 0).then_some((at, build))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Option<&'static str> {
        named_in(text.as_bytes()).map(Declared::name)
    }

    #[test]
    fn the_first_name_counts() {
        assert_eq!(named("# We are using reference human assembly build 37 (also known as ...)"), Some("GRCh37"));
        assert_eq!(named("human assembly build 36"), Some("NCBI36"));
        assert_eq!(named("##reference=GRCh38"), Some("GRCh38"));
        assert_eq!(named("file:///data/HG19.fa"), Some("GRCh37"));
        assert_eq!(named("##reference=build37"), Some("GRCh37"));
        assert_eq!(named("build 37, later GRCh38"), Some("GRCh37"));
        assert_eq!(named("nothing"), None);
    }

    #[test]
    fn names_of_shared_files_and_accessions_name_their_build() {
        for (text, build) in [
            ("hs37d5.fa", "GRCh37"),
            ("hs37.fa", "GRCh37"),
            ("human_g1k_v37_decoy.fasta", "GRCh37"),
            ("Homo_sapiens_assembly19.fasta", "GRCh37"),
            ("Homo_sapiens.GRCh37.75.dna.fa", "GRCh37"),
            ("gnomAD_GRCh37", "GRCh37"),
            ("GRCh37.p13", "GRCh37"),
            ("GCA_000001405.14", "GRCh37"),
            ("GCF_000001405.25", "GRCh37"),
            ("b37", "GRCh37"),
            ("human_b36_both.fasta", "NCBI36"),
            ("GCF_000001405.12", "NCBI36"),
            ("GCA_000001405.15", "GRCh38"),
            ("GCF_000001405.40", "GRCh38"),
            ("hs38DH.fa", "GRCh38"),
            ("Homo_sapiens_assembly38.fasta", "GRCh38"),
            ("UCSChg38", "GRCh38"),
        ] {
            assert_eq!(named(text), Some(build), "{text}");
        }
        for text in
            ["sub37", "b370", "hg190", "GCA_000001405.", "GCA_009914755.4", "chm13v2.0.fa", "assembly190", "v37"]
        {
            assert_eq!(named(text), None, "{text}");
        }
    }

    #[test]
    fn the_name_of_a_file_says_more_than_its_folders() {
        let named = |path: &str| named_by_path(path.as_bytes()).map(Declared::name);
        assert_eq!(named("file:///refs/hg19/lifted/GRCh38.fa"), Some("GRCh38"));
        assert_eq!(
            named("file:///illumina/Homo_sapiens/UCSC/hg19/Sequence/WholeGenomeFasta/genome.fa"),
            Some("GRCh37")
        );
        assert_eq!(named("ftp://x/GCA_000001405.15_GRCh38/seqs_for_alignment_pipelines/no_alt.fna.gz"), Some("GRCh38"));
        assert_eq!(named("genome.fa"), None);
    }
}
