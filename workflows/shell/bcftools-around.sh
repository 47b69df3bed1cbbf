#!/usr/bin/env bash
# bcftools in front and behind: only what ClinVar calls pathogenic, against a person, as a list that bcftools query makes.
#   bcftools-around.sh REFERENCE.fa CLINVAR.vcf.gz RAW GNOMAD > list.tsv
set -euo pipefail
reference=$1 clinvar=$2 raw=$3 gnomad=$4

# BCF between the tools is quicker than text, and always shows where it ends; match writes VCF, unless told otherwise.
bcftools view -Ou -i 'CLNSIG~"athogenic"' "$clinvar" \
    | vdx-normalize -f "$reference" -m -any -c w -Ou \
    | vdx-merge match --sample "$raw" -f "$reference" -Ou \
    | vdx-gnomad annotate --db "$gnomad" -Ou \
    | bcftools query -f '%CHROM\t%POS\t%REF\t%ALT\t%ID\t[%GT]\t%INFO/CLNSIG\n'
