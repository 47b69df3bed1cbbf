//! What a run does, made from the words alone: defaults, and what follows from what.

use vdx_hts::{Error, Result};
use vdx_vcf::alleles::Overlaps;

use super::args::Args;
use super::values::{MultiOverlaps, Numbered, Sort};
use crate::check_ref::CheckRef;
use crate::chunk::Steps;
use crate::multiallelics::Multiallelics;
use crate::old_record::OldRecord;
use crate::same_position::{Duplicates, Rules};
use crate::site::Align;

/// The work of a run as plain data.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Plan {
    /// What is done to each record alone.
    pub(crate) steps: Steps,
    /// What is done to the records of one POS together, if anything.
    pub(crate) same_position: Option<Rules>,
    /// Bases held back at least.
    pub(crate) window: u32,
}

impl Plan {
    /// Makes the plan. An error where the arguments ask for nothing.
    pub(crate) fn new(args: &Args) -> Result<Self> {
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
        let numbers: Vec<_> = args.number.iter().map(|Numbered(tag, number)| (tag.clone(), *number)).collect();
        let steps = Steps {
            align,
            check,
            split,
            atomize: args.atomize.then_some(args.atom_overlaps),
            overlaps,
            safe: args.safe,
            keep_sum: args.keep_sum.is_some(),
            force: args.force,
            numbers: numbers.clone(),
            old_record: args.old_rec_tag.as_ref().map(|tag| OldRecord(tag.clone().into_bytes())),
            only_check: args.check,
        };
        let rules = Rules {
            duplicates,
            by_alleles,
            join,
            strict_filter: args.strict_filter,
            force: args.force,
            numbers,
            only_check: args.check,
        };
        Ok(Self { steps, same_position: rules.ask_for_anything().then_some(rules), window: args.site_win })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiallelics::Types;
    use clap::Parser;

    fn plan(words: &[&str]) -> Result<Plan> {
        Plan::new(&Args::parse_from([&["vdx-normalize"], words].concat()))
    }

    #[test]
    fn a_reference_turns_on_alignment_and_the_check() {
        let made = plan(&["-f", "r.fa"]).unwrap().steps;
        assert_eq!((made.align, made.check, made.split), (Align::Whole, Some(CheckRef::Error), None));
        let made = plan(&["-f", "r.fa", "-N", "-m", "-any", "--multi-overlaps", "."]).unwrap().steps;
        assert_eq!((made.align, made.check, made.split), (Align::Never, None, Some(Types::Any)));
        assert_eq!(made.overlaps, Overlaps::Missing);
        let made = plan(&["-f", "r.fa", "-N", "-c", "x"]).unwrap().steps;
        assert_eq!(
            (made.align, made.check),
            (Align::Never, Some(CheckRef::Go { warn: false, exclude: true, fix: false }))
        );
        assert_eq!(plan(&["-m-"]).unwrap().steps.check, None);
        assert_eq!(plan(&["-f", "r.fa", "--per-allele"]).unwrap().steps.align, Align::PerAllele);
        let made = plan(&["-m", "+", "-s"]).unwrap();
        let rules = made.same_position.unwrap();
        assert_eq!((made.steps.split, rules.join, rules.strict_filter), (None, Some(Types::Both), true));
        assert_eq!(plan(&["-D"]).unwrap().same_position.unwrap().duplicates, Some(Duplicates::Exact));
        assert_eq!(plan(&["-m-"]).unwrap().same_position, None);
    }

    #[test]
    fn nothing_to_do_is_a_usage_error() {
        assert!(plan(&[]).unwrap_err().to_string().contains("-f REF.fa"));
        assert!(plan(&["-f", "r.fa", "-N"]).unwrap_err().to_string().contains("-N leaves nothing"));
    }
}
