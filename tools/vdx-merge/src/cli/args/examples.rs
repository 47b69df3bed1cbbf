//! What stands at the foot of each help. Tests run it, line by line, on a small set of data.

pub(super) const ALL: &str = "\
Examples:
  # ClinVar once, then a person by one pipe
  vdx-normalize -f ref.fa -m -any -c w clinvar.vcf.gz -o norm.vcf.gz
  vdx-merge match --sample genome.txt -f ref.fa norm.vcf.gz |
      vdx-gnomad annotate --db gnomad/ |
      vdx-merge report --html report.html -o findings.tsv";

pub(super) const MATCH: &str = "\
Examples:
  vdx-merge match --sample genome.txt -f ref.fa clinvar.vcf.gz -o person.vcf
  # The table of report at once
  vdx-merge match --sample genome.txt -f ref.fa -o found.tsv clinvar.vcf.gz
  # What the file has no result for
  vdx-merge match --sample genome.txt -f ref.fa --all \\
      -i 'VDX_VERDICT=\"no_call\"' clinvar.vcf.gz | bcftools view -H";

pub(super) const REPORT: &str = "\
Examples:
  # Table and page; the page shows the counts of match, too
  vdx-merge match --sample genome.txt --stats m.json clinvar.vcf.gz |
      vdx-gnomad annotate --db gnomad/ |
      vdx-merge report --html report.html --match-stats m.json -o found.tsv
  vdx-merge report -O json person.vcf | head";

pub(super) const CONVERT: &str = "\
Examples:
  vdx-merge convert --sample genome.txt -f ref.fa -o genome.vcf.gz -W
  # I and D become the alleles that ClinVar has there
  vdx-merge convert --sample genome.txt -f ref.fa --sites clinvar.vcf.gz -Ou |
      bcftools view -H -v indels";

pub(super) const DIFF: &str = "\
Examples:
  # Exit status 3: something changed
  vdx-merge diff findings.old.tsv findings.tsv || echo \"exit status $?\"
  vdx-merge diff -O csv --html changes.html findings.old.tsv findings.tsv \\
      -o changes.csv || [ $? -eq 3 ]";

pub(super) const SHARDS: &str = "\
Examples:
  vdx-merge shards chunk*.vcf.gz -W -o whole.vcf.gz
  # Thousands of them
  ls chunk*.vcf.gz >list
  vdx-merge shards --list list -o whole.vcf.gz";
