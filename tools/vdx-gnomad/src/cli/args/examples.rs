//! What stands at the foot of each help. Tests run it, line by line, on a small set of data.

pub(super) const ALL: &str = "\
Examples:
  # From gnomAD's own files
  vdx-gnomad annotate --db gnomad/ clinvar.vcf.gz -o clinvar.gnomad.vcf.gz
  # From a store: a small part of their size, the same answers
  vdx-gnomad build --db gnomad/ -o store
  vdx-gnomad annotate --db store clinvar.vcf.gz -o clinvar.gnomad.vcf.gz
  # Single variants, and what a source holds
  vdx-gnomad lookup --db store 1-55505599-C-G
  vdx-gnomad info --db store";

pub(super) const ANNOTATE: &str = "\
Examples:
  vdx-gnomad annotate --db gnomad/ clinvar.vcf.gz -o clinvar.gnomad.vcf.gz
  # What is rare and passed gnomAD's filters, some fields, into a pipe
  vdx-gnomad annotate --db gnomad/ --fields AF,grpmax,status --max-af 0.01 \\
      --pass-only in.vcf | bcftools view -H | head
  # The same by an expression over what is written; tags are gnomad_exomes_...
  vdx-gnomad annotate --db exomes=gnomad/ -o rare.vcf \\
      -i 'gnomad_exomes_AF<0.01 || gnomad_exomes_AF=\".\"' in.vcf
  # A table with columns chromosome,position,ref_allele,alt_allele
  vdx-gnomad annotate --db gnomad/ variants.csv >with-gnomad.csv";

pub(super) const BUILD: &str = "\
Examples:
  # What annotate writes by default
  vdx-gnomad build --db gnomad/ -o store
  # Fewer fields, and names of dbSNP
  vdx-gnomad build --db gnomad/ --fields AC,AN,AF --rsid -o small.store
  # One of many jobs; nothing is joined afterwards
  vdx-gnomad build --db gnomad/ --contig 1 -o parts.store";

pub(super) const LOOKUP: &str = "\
Examples:
  vdx-gnomad lookup --db gnomad/ 1-55505599-C-G chr1:55505599:C:T
  # One a line on standard input
  cut -f 1 wanted.txt | vdx-gnomad lookup --db gnomad/ --fields AF,status";

pub(super) const INFO: &str = "\
Examples:
  vdx-gnomad info --db gnomad/
  vdx-gnomad info --db gnomad/ --format json";
