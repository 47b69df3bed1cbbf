#!/usr/bin/env bash
# The suite beside its peers, on the same full-size data, in the same minute. Needs about 8 GB of disk.
#   benches/compare.sh DIR [PART]...
#   PART: normalize compress bcf equal joined memory cohort gnomad store few workers peers-gnomad merge genome raw shards
#   pipe (all of them by default)
# BCFTOOLS names the bcftools to compare with (default: the one in PATH); ECHTVAR, VCFANNO and VARIDEX are further peers of
# peers-gnomad, which are skipped aloud where they are not given. Each figure goes to stdout.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,7p' "$0" >&2; exit 2; }
data=$(mkdir -p "$1" && cd "$1" && pwd)
shift
bcftools=${BCFTOOLS:-bcftools}
cd "$here"
cargo build --release --locked -q --bins -p vdx -p datagen
bin=$here/${CARGO_TARGET_DIR:-target}/release
[ -z "${CARGO_TARGET_DIR:-}" ] || bin=$CARGO_TARGET_DIR/release
export PATH=$bin:$PATH

# Wall seconds, CPU seconds and the kernel's peak RSS of one command, its output thrown away.
measure() {
    local name=$1
    shift
    /usr/bin/time -f "$name: %e s wall, %U s user, %S s system, %M kB peak" -- "$@" 2>&1 >/dev/null | tail -n 1
}

prepare() {
    [ -e "$data/reference.fa" ] || datagen full -o "$data" >"$data/statistics.txt"
    [ -e "$data/contigs.vcf.gz" ] && return
    # bcftools cannot align a VCF without contig lines.
    { bgzip -dc "$data/clinvar.vcf.gz" | grep '^##' || true
      awk '{print "##contig=<ID="$1",length="$2">"}' "$data/reference.fa.fai"
      bgzip -dc "$data/clinvar.vcf.gz" | grep -v '^##'; } | bgzip -@2 >"$data/contigs.vcf.gz"
}

for file in "$here"/benches/compare/*.sh; do . "$file"; done
prepare
[ $# -gt 0 ] || set -- normalize compress bcf equal joined memory cohort gnomad store few workers peers-gnomad merge genome raw shards pipe
for part in "$@"; do "$part"; done
