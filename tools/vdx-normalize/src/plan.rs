//! What a run does to each record, made from the arguments alone.

use vdx_stream::{Error, Result};
use vdx_vcf::split::Overlaps;

use crate::args::{Args, MultiOverlaps};

/// The work of a run as plain data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Plan {
    /// Left-align and trim.
    pub align: bool,
    /// Compare REF with the FASTA, and what follows from it.
    pub check: Option<CheckRef>,
    /// Which sites are split.
    pub split: Option<Multiallelics>,
    /// What the other ALTs become in GT.
    pub overlaps: Overlaps,
    /// Bases held back at least.
    pub window: u32,
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
        if check.is_none() && args.multiallelics.is_none() {
            let given = if reference { "-N leaves nothing to do" } else { "nothing to do" };
            let help = "give -f REF.fa to align, -m -any to split, or both; see --help";
            return Err(Error::usage(format!("{given}: {help}")));
        }
        let overlaps = match args.multi_overlaps {
            MultiOverlaps::Reference => Overlaps::Reference,
            MultiOverlaps::Missing => Overlaps::Missing,
        };
        Ok(Self { align, check, split: args.multiallelics, overlaps, window: args.site_win })
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
        assert_eq!((made.align, made.check, made.split), (true, Some(CheckRef::Error), None));
        let made = plan(&["-f", "r.fa", "-N", "-m", "-any", "--multi-overlaps", "."]).unwrap();
        assert_eq!((made.align, made.check, made.split), (false, None, Some(Multiallelics::All)));
        assert_eq!(made.overlaps, Overlaps::Missing);
        let made = plan(&["-f", "r.fa", "-N", "-c", "x"]).unwrap();
        assert_eq!((made.align, made.check), (false, Some(CheckRef::Go { warn: false, exclude: true })));
        assert_eq!(plan(&["-m-"]).unwrap().check, None);
    }

    #[test]
    fn nothing_to_do_is_a_usage_error() {
        assert!(plan(&[]).unwrap_err().to_string().contains("-f REF.fa"));
        assert!(plan(&["-f", "r.fa", "-N"]).unwrap_err().to_string().contains("-N leaves nothing"));
    }
}
