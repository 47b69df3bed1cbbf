//! What a run does to each record, made from the arguments alone.

use vdx_hts::{Error, Result};
use vdx_vcf::header::Number;
use vdx_vcf::split::Overlaps;

use clap::ValueEnum;

use crate::cli::args::{Args, AtomOverlaps, MultiOverlaps, Sort};
use crate::multiallelics::{Multiallelics, Types};
use crate::site::Align;
use vdx_filter::Expression;

/// The work of a run as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Left-align and trim.
    pub align: Align,
    /// Compare REF with the FASTA, and what follows from it.
    pub check: Option<CheckRef>,
    /// Which sites are split.
    pub split: Option<Types>,
    /// Which records of one POS are joined.
    pub join: Option<Types>,
    /// A joined record is PASS only if all its records are.
    pub strict_filter: bool,
    /// Take alleles apart, and what an ALT that differs otherwise becomes.
    pub atomize: Option<AtomOverlaps>,
    /// What the other ALTs become in GT.
    pub overlaps: Overlaps,
    /// Bases held back at least.
    pub window: u32,
    /// Move nothing past another variant of its haplotype.
    pub safe: bool,
    /// Add the depths of the other ALTs to that of REF when a site is split.
    pub keep_sum: bool,
    /// Leave out lists of the wrong length when a site is split.
    pub force: bool,
    /// Fields that are lists of another Number than the header has.
    pub numbers: Vec<(Vec<u8>, Number)>,
    /// Which records of one POS are one too many.
    pub duplicates: Option<Duplicates>,
    /// Order the records of one POS by REF and ALT.
    pub by_alleles: bool,
    /// Where a record that changes tells what it was.
    pub old_record: Option<OldRecord>,
    /// Write nothing, tell what would change.
    pub only_check: bool,
    /// Which records are worked on; `true`: which are not.
    pub filter: Option<(Expression, bool)>,
}

/// `-d`: of the records of one POS the first stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Duplicates {
    /// Of those with a SNV or MNV.
    Snps,
    /// Of those with an insertion or a deletion.
    Indels,
    /// Of each of the two.
    Both,
    /// Of all.
    #[value(alias = "any")]
    All,
    /// Of those with the same alleles.
    #[value(alias = "none")]
    Exact,
}

/// `--number`: a field and the Number that it is taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Numbered(pub Vec<u8>, pub Number);

impl Numbered {
    /// Reads one value of `--number`.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        let parts = text.split_once('=').filter(|(tag, _)| !tag.is_empty());
        let number = match parts.map(|(_, number)| number) {
            Some("A") => Number::A,
            Some("R") => Number::R,
            Some("G") => Number::G,
            Some("LA") => Number::LocalA,
            Some("LR") => Number::LocalR,
            Some("LG") => Number::LocalG,
            _ => return Err(format!("expected TAG= and A, R, G, LA, LR or LG, found '{text}'")),
        };
        Ok(Self(parts.map_or_else(Vec::new, |(tag, _)| tag.as_bytes().to_vec()), number))
    }
}

/// `--old-rec-tag`: the INFO key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OldRecord(pub Vec<u8>);

impl OldRecord {
    /// Reads the value of `--old-rec-tag`: a key as the VCF specification allows it (section 1.6.1).
    pub fn tag(text: &str) -> std::result::Result<String, String> {
        let rest = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
        let first = text.bytes().next().is_some_and(|byte| rest(byte) && !byte.is_ascii_digit() && byte != b'.');
        if first && text.bytes().all(rest) {
            return Ok(text.to_owned());
        }
        Err(format!("expected letters, digits, '_' and '.', beginning with a letter or '_', found '{text}'"))
    }

    /// The `##INFO` line that declares it.
    #[must_use]
    pub fn declaration(&self) -> Vec<u8> {
        let description = "Original variant. Format: CHR|POS|REF|ALT|USED_ALT_IDX";
        let tag = String::from_utf8_lossy(&self.0);
        format!("##INFO=<ID={tag},Number=1,Type=String,Description=\"{description}\">").into_bytes()
    }
}

/// `-c`: what follows where REF and FASTA differ, or the FASTA has no such contig.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckRef {
    /// The run ends.
    Error,
    /// It goes on.
    Go {
        /// The record is named.
        warn: bool,
        /// The record is dropped; else it passes through as it is, not aligned.
        exclude: bool,
        /// REF is set right first, where it can be.
        fix: bool,
    },
}

impl CheckRef {
    /// Reads the letters of `-c`; `e` wins over the others, as in bcftools.
    pub fn parse(letters: &str) -> std::result::Result<Self, String> {
        let has = |letter| letters.contains(letter);
        if letters.is_empty() || letters.chars().any(|letter| !"ewxs".contains(letter)) {
            return Err(format!("expected e, or letters of w, x and s, found '{letters}'"));
        }
        if has('e') { Ok(Self::Error) } else { Ok(Self::Go { warn: has('w'), exclude: has('x'), fix: has('s') }) }
    }
}

impl Plan {
    /// Makes the plan. An error where the arguments ask for nothing.
    pub fn new(args: &Args) -> Result<Self> {
        let reference = args.fasta_ref.is_some();
        let align = reference && !args.do_not_normalize;
        let check = match args.check_ref {
            Some(check) => Some(check),
            None => align.then_some(CheckRef::Error),
        };
        let duplicates = args.rm_dup.or(args.remove_duplicates.then_some(Duplicates::Exact));
        let (split, join) = match args.multiallelics {
            Some(Multiallelics::Split(types)) => (Some(types), None),
            Some(Multiallelics::Join(types)) => (None, Some(types)),
            None => (None, None),
        };
        let by_alleles = args.sort == Sort::Lex;
        let changes = args.multiallelics.is_some() || args.atomize;
        if check.is_none() && !changes && duplicates.is_none() && !by_alleles {
            let given = if reference { "-N leaves nothing to do" } else { "nothing to do" };
            let help = "give -f REF.fa to align, -m -any to split, -m +any to join, -a to take alleles apart, -d or -S lex; \
                        see --help";
            return Err(Error::usage(format!("{given}: {help}")));
        }
        let overlaps = match args.multi_overlaps {
            MultiOverlaps::Reference => Overlaps::Reference,
            MultiOverlaps::Missing => Overlaps::Missing,
        };
        let align = match (align, args.per_allele) {
            (false, _) => Align::Never,
            (true, false) => Align::Whole,
            (true, true) => Align::PerAllele,
        };
        Ok(Self {
            align,
            check,
            split,
            join,
            strict_filter: args.strict_filter,
            atomize: args.atomize.then_some(args.atom_overlaps),
            overlaps,
            window: args.site_win,
            safe: args.safe,
            keep_sum: args.keep_sum.is_some(),
            force: args.force,
            numbers: args.number.iter().map(|Numbered(tag, number)| (tag.clone(), *number)).collect(),
            duplicates,
            by_alleles,
            old_record: args.old_rec_tag.as_ref().map(|tag| OldRecord(tag.clone().into_bytes())),
            only_check: args.check,
            filter: match (&args.include, &args.exclude) {
                (Some(include), _) => Some((include.clone(), false)),
                (None, exclude) => exclude.clone().map(|exclude| (exclude, true)),
            },
        })
    }

    /// Whether the records of one POS are looked at together.
    #[must_use]
    pub fn together(&self) -> bool {
        self.duplicates.is_some() || self.by_alleles || self.join.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    fn plan(words: &[&str]) -> Result<Plan> {
        Plan::new(&Args::parse_from([&["vdx-normalize"], words].concat()))
    }

    #[test]
    fn a_reference_turns_on_alignment_and_the_check() {
        let made = plan(&["-f", "r.fa"]).unwrap();
        assert_eq!((made.align, made.check, made.split), (Align::Whole, Some(CheckRef::Error), None));
        let made = plan(&["-f", "r.fa", "-N", "-m", "-any", "--multi-overlaps", "."]).unwrap();
        assert_eq!((made.align, made.check, made.split), (Align::Never, None, Some(Types::Any)));
        assert_eq!(made.overlaps, Overlaps::Missing);
        let made = plan(&["-f", "r.fa", "-N", "-c", "x"]).unwrap();
        assert_eq!(
            (made.align, made.check),
            (Align::Never, Some(CheckRef::Go { warn: false, exclude: true, fix: false }))
        );
        assert_eq!(plan(&["-m-"]).unwrap().check, None);
        assert_eq!(plan(&["-f", "r.fa", "--per-allele"]).unwrap().align, Align::PerAllele);
        let made = plan(&["-m", "+", "-s"]).unwrap();
        assert_eq!((made.split, made.join, made.strict_filter, made.together()), (None, Some(Types::Both), true, true));
        assert_eq!(plan(&["-D"]).unwrap().duplicates, Some(Duplicates::Exact));
    }

    #[test]
    fn nothing_to_do_is_a_usage_error() {
        assert!(plan(&[]).unwrap_err().to_string().contains("-f REF.fa"));
        assert!(plan(&["-f", "r.fa", "-N"]).unwrap_err().to_string().contains("-N leaves nothing"));
    }
}
