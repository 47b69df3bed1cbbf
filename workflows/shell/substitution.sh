#!/usr/bin/env bash
# Process substitution: a raw file that never lies unpacked on the disk, and two people beside each other.
#   substitution.sh REFERENCE.fa CLINVAR.vcf.gz FIRST.txt.gz SECOND.txt.gz
# The findings that one has and the other has not, marked < and >, as diff does it.
set -euo pipefail
reference=$1 clinvar=$2 first=$3 second=$4

findings() {
    vdx-normalize -q -f "$reference" -m -any -c w "$clinvar" \
        | vdx-merge match -q --sample <(gzip -dc "$1") -f "$reference" -O tsv
}
# diff has 1 for a difference, which is no failure.
diff <(findings "$first") <(findings "$second") || (($? == 1))
