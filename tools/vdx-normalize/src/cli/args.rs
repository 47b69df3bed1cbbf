//! The command line of `vdx-normalize`: its words as they were given.

use std::path::PathBuf;

use clap::Parser;
use vdx_cli::flags::{IndexArgs, InputArg, OutputArgs, RegionArgs, RunArgs, local_path};
use vdx_cli::format::Allowed;

use super::values::{self, MultiOverlaps, Numbered, Sort};
use crate::check_ref::CheckRef;
use crate::chunk::AtomOverlaps;
use crate::multiallelics::Multiallelics;
use crate::old_record::OldRecord;
use crate::same_position::Duplicates;
use vdx_filter::{Expression, LANGUAGE};

const REFERENCE: &str = "Reference";
const SITES: &str = "Splitting and joining";
const ALIGNMENT: &str = "Alignment";
const SAME_POS: &str = "Records of one POS";
const SELECTION: &str = "Selection";
const OUTPUT: &str = "Output";

const EXAMPLES: &str = "\
Examples:
  # Left-align, trim, check REF
  vdx-normalize -f ref.fa clinvar.vcf.gz -o clinvar.norm.vcf.gz
  # Split multi-allelic sites, too; warn of other REFs; write the index
  vdx-normalize -f ref.fa -m -any -c w -W in.vcf.gz -o out.vcf.gz
  # Exit status 3: some records are not normal
  vdx-normalize -f ref.fa --check in.vcf.gz || echo \"exit status $?\"
  # Between others, as BCF
  bcftools view -Ou in.vcf.gz | vdx-normalize -f ref.fa -Ou |
      bcftools view -H -i 'TYPE=\"indel\"'";

/// Arguments as they were given.
#[derive(Clone, Debug, Parser)]
#[command(
    version,
    about = "Left-align, trim, split and check variants against the reference",
    after_help = EXAMPLES,
    mut_arg("output_type", |arg| Allowed::Variants.offered_by(arg))
)]
pub struct Args {
    /// Reference FASTA, plain or BGZF; its .fai and .gzi are made when missing. Turns on alignment and -c e
    #[arg(short, long, value_name = "FILE", value_parser = local_path(), help_heading = REFERENCE)]
    pub(crate) fasta_ref: Option<PathBuf>,

    /// What to do with a REF that the FASTA does not have, and with contigs it lacks: e error, w warn and pass through
    /// unaligned, x drop, s set REF: fill N, else swap with an ALT that is REF, else overwrite; of w, x and s several
    /// [default: e]
    #[arg(short, long, value_name = "LETTERS", value_parser = CheckRef::parse, requires = "fasta_ref", help_heading = REFERENCE)]
    pub(crate) check_ref: Option<CheckRef>,

    /// Split multi-allelic sites into records of one ALT each: -any, -both, or only sites that hold -snps or -indels. Join
    /// the records of one POS: +snps, +indels, +both, SNVs, MNVs and indels each with each other, or +any, all
    #[arg(
        short,
        long,
        value_name = "-|+TYPE",
        value_parser = Multiallelics::parse,
        allow_hyphen_values = true,
        help_heading = SITES
    )]
    pub(crate) multiallelics: Option<Multiallelics>,

    /// What the other ALT alleles become in GT when a site is split: the reference allele or missing
    #[arg(long, value_name = "0|.", value_enum, default_value_t, help_heading = SITES)]
    pub(crate) multi_overlaps: MultiOverlaps,

    /// Take MNVs and complex variants apart into SNVs and indels, after splitting and aligning
    #[arg(short, long, help_heading = SITES)]
    pub(crate) atomize: bool,

    /// What an ALT that differs otherwise becomes in the records of atoms: another ALT, *, or a missing allele
    #[arg(long, value_name = "*|.", value_enum, default_value_t, requires = "atomize", help_heading = SITES)]
    pub(crate) atom_overlaps: AtomOverlaps,

    /// When records are joined, PASS only if all of them are: one whose FILTER is missing counts, too
    #[arg(short, long, help_heading = SITES)]
    pub(crate) strict_filter: bool,

    /// When a site is split, add what the other ALT alleles have in FORMAT/AD to the value of REF
    #[arg(long, value_name = "AD", value_parser = ["AD"], help_heading = SITES)]
    pub(crate) keep_sum: Option<String>,

    /// Take INFO and FORMAT fields TAG for lists of this Number when a site is split or joined, whatever the header says;
    /// FORMAT fields alone for LA, LR and LG, lists of each sample's own alleles (LAA)
    #[arg(
        long,
        value_name = "TAG=A|R|G|LA|LR|LG",
        value_parser = Numbered::parse,
        value_delimiter = ',',
        help_heading = SITES
    )]
    pub(crate) number: Vec<Numbered>,

    /// When a site is split or records are joined, leave out fields whose list has the wrong length; they are counted. An
    /// error without it
    #[arg(long, help_heading = SITES)]
    pub(crate) force: bool,

    /// Do not align and trim; REF is checked only if -c is given
    #[arg(short = 'N', long, help_heading = ALIGNMENT)]
    pub(crate) do_not_normalize: bool,

    /// Bases that are at least held back for records that move left; sorted output needs no more than the furthest move
    #[arg(short = 'w', long, value_name = "BASES", value_parser = values::bases, default_value_t = 10_000, help_heading = ALIGNMENT)]
    pub(crate) site_win: u32,

    /// Align sites that hold *, <NON_REF> or <*>, too, by their other alleles; a gVCF's blocks may overlap then
    #[arg(long, requires = "fasta_ref", conflicts_with = "do_not_normalize", help_heading = ALIGNMENT)]
    pub(crate) per_allele: bool,

    /// Leave an indel where it is if another variant known to be on its haplotype stands where it would go or between;
    /// unphased heterozygous calls and files without samples tell nothing of haplotypes
    #[arg(
        long,
        requires = "fasta_ref",
        conflicts_with_all = ["do_not_normalize", "atomize", "check"],
        help_heading = ALIGNMENT
    )]
    pub(crate) safe: bool,

    /// Move indels to the right instead of the left (HGVS 3' rule) where this GFF3, plain or compressed, has transcripts
    /// of the forward strand only
    #[arg(
        short,
        long,
        value_name = "GFF",
        value_parser = local_path(),
        requires = "fasta_ref",
        conflicts_with = "do_not_normalize",
        help_heading = ALIGNMENT
    )]
    pub(crate) gff_annot: Option<PathBuf>,

    /// Write the record as it was into this INFO tag, CHROM|POS|REF|ALT and, when split, |number of the ALT; a tag that
    /// is there already stays
    #[arg(long, value_name = "TAG", value_parser = OldRecord::tag, help_heading = ALIGNMENT)]
    pub(crate) old_rec_tag: Option<String>,

    /// Of the records of one POS, as they go out, keep the first: of all, of SNVs and MNVs, of indels, of both, or of
    /// those with the same alleles (exact; of symbolic ones with the same SVLEN)
    #[arg(short = 'd', long = "rm-dup", value_name = "TYPE", value_enum, help_heading = SAME_POS)]
    pub(crate) rm_dup: Option<Duplicates>,

    /// The same as -d exact
    #[arg(short = 'D', long, conflicts_with = "rm_dup", help_heading = SAME_POS)]
    pub(crate) remove_duplicates: bool,

    /// Order of the records of one POS: pos, as they came, or lex, by REF and ALT
    #[arg(short = 'S', long, value_name = "pos|lex", value_enum, default_value_t, help_heading = SAME_POS)]
    pub(crate) sort: Sort,

    /// Work only on records for which EXPR holds, such as 'QUAL>20 && TYPE="snp"'; the others go out untouched, as in
    /// bcftools norm (the other tools drop them), and are not compared with those (-d)
    #[arg(
        short,
        long,
        value_name = "EXPR",
        value_parser = Expression::parse,
        allow_hyphen_values = true,
        help_heading = SELECTION,
        long_help = format!(
            "Work only on records for which EXPR holds, such as 'QUAL>20 && TYPE=\"snp\"'; the others go out untouched, as \
             in bcftools norm (the other tools drop them), and are not compared with those (-d)\n\n{LANGUAGE}"
        )
    )]
    pub(crate) include: Option<Expression>,

    /// Work only on records for which EXPR does not hold; the others go out untouched
    #[arg(
        short,
        long,
        value_name = "EXPR",
        value_parser = Expression::parse,
        allow_hyphen_values = true,
        conflicts_with = "include",
        help_heading = SELECTION
    )]
    pub(crate) exclude: Option<Expression>,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) regions: RegionArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) output: OutputArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) index: IndexArgs,

    /// Write nothing: name the first records that would change, and exit with status 3 if there are any
    #[arg(long, conflicts_with_all = ["output", "output_type", "write_index"], help_heading = OUTPUT)]
    pub(crate) check: bool,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) run: RunArgs,

    #[command(flatten)]
    #[allow(missing_docs)]
    pub(crate) input: InputArg,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::multiallelics::Types;
    use vdx_vcf::header::Number;

    fn parse(words: &[&str]) -> Result<Args, String> {
        Args::try_parse_from([&["vdx-normalize"], words].concat()).map_err(|error| error.to_string())
    }

    #[test]
    fn the_flags_keep_the_contract() {
        assert_eq!(vdx_cli::contract::problems(&vdx_cli::command::<Args>("vdx-normalize")), Vec::<String>::new());
    }

    #[test]
    fn types_are_written_as_in_bcftools() {
        for (words, expected) in [
            (&["-m", "-any"][..], Multiallelics::Split(Types::Any)),
            (&["-m-any"], Multiallelics::Split(Types::Any)),
            (&["-m", "-"], Multiallelics::Split(Types::Both)),
            (&["-m-", "in.vcf"], Multiallelics::Split(Types::Both)),
            (&["-m", "-both"], Multiallelics::Split(Types::Both)),
            (&["--multiallelics", "-snps"], Multiallelics::Split(Types::Snvs)),
            (&["--multiallelics=-indels"], Multiallelics::Split(Types::Indels)),
            (&["-m", "+any"], Multiallelics::Join(Types::Any)),
            (&["-m+", "in.vcf"], Multiallelics::Join(Types::Both)),
            (&["-m+indels"], Multiallelics::Join(Types::Indels)),
        ] {
            assert_eq!(parse(words).unwrap().multiallelics, Some(expected), "{words:?}");
        }
        assert!(parse(&["-m", "any"]).unwrap_err().contains("'-' (split) or '+' (join)"));
        assert!(parse(&["-m", "-mnps"]).unwrap_err().contains("snps or indels"));
    }

    #[test]
    fn letters_of_check_ref_are_those_of_bcftools() {
        let check = |letters: &str| parse(&["-f", "r.fa", "-c", letters]).map(|args| args.check_ref.unwrap());
        assert_eq!(check("e").unwrap(), CheckRef::Error);
        assert_eq!(check("wxe").unwrap(), CheckRef::Error);
        assert_eq!(check("w").unwrap(), CheckRef::Go { warn: true, exclude: false, fix: false });
        assert_eq!(check("wx").unwrap(), CheckRef::Go { warn: true, exclude: true, fix: false });
        assert_eq!(check("sw").unwrap(), CheckRef::Go { warn: true, exclude: false, fix: true });
        assert_eq!(check("es").unwrap(), CheckRef::Error);
        assert!(check("q").unwrap_err().contains("w, x and s"));
        assert!(check("").is_err());
        assert!(parse(&["-c", "w"]).unwrap_err().contains("--fasta-ref"));
    }

    #[test]
    fn duplicates_are_named_as_in_bcftools() {
        for (words, expected) in [
            (&["-d", "all"][..], Duplicates::All),
            (&["-d", "any"], Duplicates::All),
            (&["--rm-dup", "both"], Duplicates::Both),
            (&["-d", "none"], Duplicates::Exact),
        ] {
            assert_eq!(parse(words).unwrap().rm_dup, Some(expected), "{words:?}");
        }
        assert!(parse(&["-D"]).unwrap().remove_duplicates);
        assert!(parse(&["-D", "-d", "all"]).is_err());
        assert_eq!(parse(&["-w", "50"]).unwrap().site_win, 50);
        assert!(parse(&["-w", "10k"]).unwrap_err().contains("without letters or commas, such as 10000"));
        assert_eq!(parse(&["-S", "lex"]).unwrap().sort, Sort::Lex);
        assert!(parse(&["--keep-sum", "DP"]).is_err());
        assert!(parse(&["--check", "-o", "x"]).is_err());
        assert_eq!(parse(&["--number", "X=A,Y=R", "--number", "Z=G"]).unwrap().number.len(), 3);
        let local = parse(&["--number", "X=LA,Y=LR,Z=LG"]).unwrap().number;
        let local: Vec<Number> = local.into_iter().map(|numbered| numbered.1).collect();
        assert_eq!(local, [Number::LocalA, Number::LocalR, Number::LocalG]);
        assert!(parse(&["--number", "X=2"]).unwrap_err().contains("A, R, G, LA, LR or LG, found 'X=2'"));
        assert!(parse(&["--old-rec-tag", "a b"]).unwrap_err().contains("letters, digits"));
    }

    #[test]
    fn overlaps_are_zero_or_a_dot() {
        assert_eq!(parse(&["-a", "--atom-overlaps", "."]).unwrap().atom_overlaps, AtomOverlaps::Missing);
        assert_eq!(parse(&["--atomize", "--atom-overlaps=*"]).unwrap().atom_overlaps, AtomOverlaps::Star);
        assert!(parse(&["--atom-overlaps", "."]).unwrap_err().contains("--atomize"));
        assert_eq!(parse(&["--multi-overlaps", "."]).unwrap().multi_overlaps, MultiOverlaps::Missing);
        assert_eq!(parse(&[]).unwrap().multi_overlaps, MultiOverlaps::Reference);
        assert!(parse(&["--multi-overlaps", "1"]).is_err());
    }
}
