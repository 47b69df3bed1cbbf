//! Which assembly a file says its positions are in. What the data say counts more: see `matching::concordance`.

use std::fmt;

use vdx_vcf::assembly::Assembly;

/// A build that a header or the command line names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Declared {
    /// NCBI 36, hg18: ClinVar has no VCF in it.
    Ncbi36,
    /// GRCh37 or GRCh38.
    Human(Assembly),
}

impl Declared {
    /// `NCBI36`, `GRCh37` or `GRCh38`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ncbi36 => "NCBI36",
            Self::Human(build) => build.name(),
        }
    }
}

/// Who says which build a sample has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SaidBy {
    /// `--sample-build`.
    User,
    /// The file.
    Header,
    /// Its format: all files of that maker have one build.
    Format,
}

impl SaidBy {
    /// The word in `##vdx_sample` and `--stats`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Header => "header",
            Self::Format => "format",
        }
    }
}

impl fmt::Display for Declared {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The first build that a text names: `build 37`, `GRCh38`, `hg19`, `b37`, in any case.
pub(crate) fn named_in(text: &[u8]) -> Option<Declared> {
    const NAMES: [(&str, Declared); 14] = [
        ("build 36", Declared::Ncbi36),
        ("ncbi36", Declared::Ncbi36),
        ("hg18", Declared::Ncbi36),
        // As MyHeritage writes it.
        ("build36", Declared::Ncbi36),
        ("build37", Declared::Human(Assembly::Grch37)),
        ("build38", Declared::Human(Assembly::Grch38)),
        ("b38", Declared::Human(Assembly::Grch38)),
        ("build 37", Declared::Human(Assembly::Grch37)),
        ("grch37", Declared::Human(Assembly::Grch37)),
        ("hg19", Declared::Human(Assembly::Grch37)),
        ("b37", Declared::Human(Assembly::Grch37)),
        ("build 38", Declared::Human(Assembly::Grch38)),
        ("grch38", Declared::Human(Assembly::Grch38)),
        ("hg38", Declared::Human(Assembly::Grch38)),
    ];
    let text = text.to_ascii_lowercase();
    NAMES
        .iter()
        .filter_map(|(name, build)| Some((memchr::memmem::find(&text, name.as_bytes())?, *build)))
        .min_by_key(|(at, _)| *at)
        .map(|(_, build)| build)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_name_counts() {
        let named = |text: &str| named_in(text.as_bytes()).map(Declared::name);
        assert_eq!(named("# We are using reference human assembly build 37 (also known as ...)"), Some("GRCh37"));
        assert_eq!(named("human assembly build 36"), Some("NCBI36"));
        assert_eq!(named("##reference=GRCh38"), Some("GRCh38"));
        assert_eq!(named("file:///data/HG19.fa"), Some("GRCh37"));
        assert_eq!(named("##reference=build37"), Some("GRCh37"));
        assert_eq!(named("build 37, later GRCh38"), Some("GRCh37"));
        assert_eq!(named("nothing"), None);
    }
}
