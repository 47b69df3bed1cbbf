#!/usr/bin/env bash
# A VCF normalised by contig, several at once, and put together again: the same lines as one process gives.
#   by-contig.sh REFERENCE.fa IN.vcf.gz OUT.vcf.gz [AT ONCE]
# IN has to have an index (bcftools index -t, or tabix), and its contigs in the order of the reference's.
# GNU parallel does the same:
#   bcftools index -s IN.vcf.gz | cut -f1 | parallel vdx-normalize -f REFERENCE.fa -r {} IN.vcf.gz -o parts/{#}.vcf.gz
set -euo pipefail
reference=$1 in=$2 out=$3 jobs=${4:-$(nproc)}
parts=$(mktemp -d)
trap 'rm -rf "$parts"' EXIT

export reference in parts
# One thread each, as they run side by side. xargs ends with 123 when one of them fails.
bcftools index -s "$in" | cut -f1 >"$parts/contigs"
xargs -a "$parts/contigs" -d '\n' -P "$jobs" -I '{}' bash -c \
    'vdx-normalize -f "$reference" -m -any -c w --no-version --threads 1 -q -r "$1" "$in" -o "$parts/$1.vcf.gz"' _ '{}'
vdx-merge shards -q --no-version --keep-duplicates "$parts"/*.vcf.gz -o "$out"
