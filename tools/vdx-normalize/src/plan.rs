//! What a run does to each record, made from the arguments alone.

use vdx_stream::{Error, Result};
use vdx_vcf::header::Number;
use vdx_vcf::split::Overlaps;

use clap::ValueEnum;

use crate::args::{Args, MultiOverlaps, Sort};
use crate::expression::Expression;
use crate::site::Align;

/// The work of a run as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// Left-align and trim.
    pub align: Align,
    /// Compare REF with the FASTA, and what follows from it.
    pub check: Option<CheckRef>,
    /// Which sites are split.
    pub split: Option<Multiallelics>,
    /// What the other ALTs become in GT.
    pub overlaps: Overlaps,
    /// Bases held back at least.
    pub window: u32,
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
            _ => return Err(format!("expected TAG=A, TAG=R or TAG=G, found '{text}'")),
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
    },
}

/// `-m`: sites with several ALT alleles that become several records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Multiallelics {
    /// All.
    All,
    /// Those that hold a substitution of one base.
    Snvs,
    /// Those that hold an insertion or a deletion.
    Indels,
}

impl CheckRef {
    /// Reads the letters of `-c`; `e` wins over the others, as in bcftools.
    pub fn parse(letters: &str) -> std::result::Result<Self, String> {
        let has = |letter| letters.contains(letter);
        if has('s') {
            return Err("setting REF is not offered here; use 'bcftools norm -c s' before this tool".to_owned());
        }
        if letters.is_empty() || letters.chars().any(|letter| !"ewx".contains(letter)) {
            return Err(format!("expected e, w or x, or wx, found '{letters}'"));
        }
        if has('e') { Ok(Self::Error) } else { Ok(Self::Go { warn: has('w'), exclude: has('x') }) }
    }
}

impl Multiallelics {
    /// Reads the value of `-m`.
    pub fn parse(text: &str) -> std::result::Result<Self, String> {
        match text.strip_prefix('-') {
            Some("" | "any" | "both") => Ok(Self::All),
            Some("snps") => Ok(Self::Snvs),
            Some("indels") => Ok(Self::Indels),
            Some(_) => Err(format!("expected -any, -both, -snps or -indels, found '{text}'")),
            None if text.starts_with('+') => {
                Err(format!("records are not joined here; use 'bcftools norm -m {text}' behind this tool"))
            }
            None => Err(format!("expected '-' in front of the type, found '{text}'")),
        }
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
        let by_alleles = args.sort == Sort::Lex;
        if check.is_none() && args.multiallelics.is_none() && duplicates.is_none() && !by_alleles {
            let given = if reference { "-N leaves nothing to do" } else { "nothing to do" };
            let help = "give -f REF.fa to align, -m -any to split, or both, or -d or -S lex; see --help";
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
            split: args.multiallelics,
            overlaps,
            window: args.site_win,
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
        self.duplicates.is_some() || self.by_alleles
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
        assert_eq!((made.align, made.check, made.split), (Align::Never, None, Some(Multiallelics::All)));
        assert_eq!(made.overlaps, Overlaps::Missing);
        let made = plan(&["-f", "r.fa", "-N", "-c", "x"]).unwrap();
        assert_eq!((made.align, made.check), (Align::Never, Some(CheckRef::Go { warn: false, exclude: true })));
        assert_eq!(plan(&["-m-"]).unwrap().check, None);
        assert_eq!(plan(&["-f", "r.fa", "--per-allele"]).unwrap().align, Align::PerAllele);
        assert_eq!(plan(&["-D"]).unwrap().duplicates, Some(Duplicates::Exact));
    }

    #[test]
    fn nothing_to_do_is_a_usage_error() {
        assert!(plan(&[]).unwrap_err().to_string().contains("-f REF.fa"));
        assert!(plan(&["-f", "r.fa", "-N"]).unwrap_err().to_string().contains("-N leaves nothing"));
    }
}
