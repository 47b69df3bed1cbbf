#!/usr/bin/env bash
# ClinVar's VCF of one build, with its index, from NCBI.
set -euo pipefail
usage() {
    cat <<'USAGE'
Usage: clinvar.sh [--build GRCh37|GRCh38] [--out DIR] [--list]

Fetches clinvar.vcf.gz and its index of the current week into DIR [default: .], checks its MD5, and goes on where a transfer
was cut. --list only says what would be fetched, and how large it is.
Exit status: 0 done, 1 not reached or not whole, 2 usage.
USAGE
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=GRCh37 out=. list=false
. "$here/fetch.sh"
options "build out" "$@"
case $build in GRCh37 | GRCh38) ;; *) wrong "--build: expected GRCh37 or GRCh38, found '$build'" ;; esac

folder=https://ftp.ncbi.nlm.nih.gov/pub/clinvar/vcf_$build
mkdir -p "$out"
say "ClinVar, $build (public domain; not for direct diagnostic use without review by a professional)"
plan "$out" 1 "$folder/clinvar.vcf.gz" "$folder/clinvar.vcf.gz.tbi"
! $list || exit 0
sum=$(ask "$folder/clinvar.vcf.gz.md5") || fail "cannot be reached: $(address "$folder/clinvar.vcf.gz.md5")"
fetch "$folder/clinvar.vcf.gz" "$out/clinvar.vcf.gz" is_md5 "${sum:0:32}"
# Of the week of the file: an older one would be found out, but only when it is used.
[[ "$out/clinvar.vcf.gz.tbi" -nt "$out/clinvar.vcf.gz" ]] || rm -f "$out/clinvar.vcf.gz.tbi"
fetch "$folder/clinvar.vcf.gz.tbi" "$out/clinvar.vcf.gz.tbi" is_gzip
say "done      $out/clinvar.vcf.gz, $(gzip -dc "$out/clinvar.vcf.gz" | sed -n 's/^##fileDate=/of /p; /^#CHROM/q' || true)"
