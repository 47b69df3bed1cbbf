#!/usr/bin/env bash
# The suite beside its peers, on the same full-size data, in the same minute. Needs about 8 GB of disk.
#   benches/compare.sh [--quick] DIR [PART]...
#   PART: normalize compress bcf equal joined memory cohort gnomad store few workers peers-gnomad clinvar-fields
#   parquet merge convert differ genome raw shards pipe (all of these by default), scaling
# BCFTOOLS names the bcftools to compare with (default: the one in PATH); ECHTVAR, VCFANNO and VARIDEX are further peers of
# peers-gnomad, PYTHON with pandas and pyarrow that of parquet, which are skipped aloud where they are not given.
# VDX_BIN is a folder with the tools and datagen, which are built where it is not given. Each figure goes to stdout, and as a row into
# benches/results/DATE.csv; with --quick, a twentieth of the data and the parts below in a minute or two, into DIR/quick.csv:
# whether all of it runs, and roughly how it stands.
#   --quick: normalize bcf gnomad store merge pipe
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
quick=false
if [ "${1-}" = --quick ]; then
    quick=true
    shift
fi
case ${1-} in '' | -*) sed -n '2,11p' "$0" >&2; exit 2 ;; esac
data=$(mkdir -p "$1" && cd "$1" && pwd)
shift
bcftools=${BCFTOOLS:-bcftools}
cd "$here"
bin=${VDX_BIN:-}
if [ -z "$bin" ]; then
    cargo build --release --locked -q --bins -p vdx -p datagen
    bin=$here/${CARGO_TARGET_DIR:-target}/release
    [ -z "${CARGO_TARGET_DIR:-}" ] || bin=$CARGO_TARGET_DIR/release
fi
export PATH=$bin:$PATH

# What each run leaves: a row for each measured command, behind what it was measured on.
csv=$here/benches/results/$(date -u +%Y-%m-%d).csv
! $quick || csv=$data/quick.csv
mkdir -p "${csv%/*}"
printf '# %s; %s; %s\n' "$(date -u +%FT%TZ)" "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(nproc) CPUs" \
    "$(git describe --always --dirty 2>/dev/null || echo unknown); $("$bcftools" --version | head -n 1)" >>"$csv"
echo "part,work,wall_s,user_s,system_s,peak_kb" >>"$csv"
row() { # row NAME WALL USER SYSTEM [KB]
    printf '%s,"%s",%s,%s,%s,%s\n' "$part" "$1" "$2" "$3" "$4" "${5-}" >>"$csv"
}

# Wall seconds, CPU seconds and the kernel's peak RSS of one command, its output thrown away.
measure() {
    local name=$1 figures said
    shift
    said=$(/usr/bin/time -f '%e %U %S %M' -- "$@" 2>&1 >/dev/null) || {
        echo "compare.sh: $name failed: $said" >&2
        exit 1
    }
    read -ra figures <<<"${said##*$'\n'}"
    printf '%s: %s s wall, %s s user, %s s system, %s kB peak\n' "$name" "${figures[@]}"
    row "$name" "${figures[@]}"
}

prepare() {
    local scale=1
    ! $quick || scale=0.05
    [ -e "$data/reference.fa" ] || datagen full --scale "$scale" -o "$data" >"$data/statistics.txt"
    [ -e "$data/contigs.vcf.gz" ] && return
    # bcftools cannot align a VCF without contig lines.
    { bgzip -dc "$data/clinvar.vcf.gz" | grep '^##' || true
      awk '{print "##contig=<ID="$1",length="$2">"}' "$data/reference.fa.fai"
      bgzip -dc "$data/clinvar.vcf.gz" | grep -v '^##'; } | bgzip -@2 >"$data/contigs.vcf.gz"
    bgzip -dc "$data/contigs.vcf.gz" | awk '/^#/ || ++n % 10 == 0' | bgzip -@2 >"$data/tenth.vcf.gz"
}

for file in "$here"/benches/compare/*.sh; do . "$file"; done
prepare
part=prepare
! $quick || [ $# -gt 0 ] || set -- normalize bcf gnomad store merge pipe
[ $# -gt 0 ] || set -- normalize compress bcf equal joined memory cohort gnomad store few workers peers-gnomad clinvar-fields \
    parquet merge convert differ genome raw shards pipe
for part in "$@"; do "$part"; done
