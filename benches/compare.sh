#!/usr/bin/env bash
# The suite beside its peers, on the same full-size data, in the same minute. Needs about 8 GB of disk.
#   benches/compare.sh DIR [normalize|compress|equal|memory|gnomad|store|merge|pipe]...     (all of them by default)
# BCFTOOLS names the bcftools to compare with (default: the one in PATH). Each figure goes to stdout.
set -euo pipefail
here=$(cd "$(dirname "$0")/.." && pwd)
[ $# -ge 1 ] || { sed -n '2,4p' "$0" >&2; exit 2; }
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

normalize() {
    echo "== normalize: BGZF in, plain out ($("$bcftools" --version | head -n 1))"
    for _ in 1 2 3; do
        measure "bcftools norm" "$bcftools" norm -f "$data/reference.fa" -c w "$data/contigs.vcf.gz"
        measure "vdx-normalize -@2" vdx-normalize -@2 -f "$data/reference.fa" -c w "$data/contigs.vcf.gz"
        measure "bgzip -dc -@2" bgzip -dc -@2 "$data/contigs.vcf.gz"
    done
}

compress() {
    echo "== compress: BGZF in and out, htslib's default level; the input, and a file that is normalised already"
    [ -e "$data/normal.vcf.gz" ] ||
        vdx-normalize -q -f "$data/reference.fa" -c w -o "$data/normal.vcf.gz" "$data/contigs.vcf.gz"
    for input in contigs normal; do
        measure "bcftools norm --threads 2, $input" \
            "$bcftools" norm --threads 2 -Oz -f "$data/reference.fa" -c w "$data/$input.vcf.gz"
        measure "vdx-normalize -@2, $input" vdx-normalize -@2 -Oz -f "$data/reference.fa" -c w "$data/$input.vcf.gz"
        measure "vdx-normalize -@1, $input" vdx-normalize -@1 -Oz -f "$data/reference.fa" -c w "$data/$input.vcf.gz"
    done
}

equal() {
    echo "== equal: CHROM POS REF ALT of all records, sorted, letters in upper case (bcftools 1.23 keeps those of a soft-masked FASTA)"
    for tool in "$bcftools norm" "vdx-normalize"; do
        $tool -f "$data/reference.fa" -c w "$data/contigs.vcf.gz" 2>/dev/null | grep -v '^#' | cut -f 1,2,4,5 | tr a-z A-Z |
            LC_ALL=C sort -S 2G --parallel=2 | md5sum
    done
}

memory() {
    echo "== memory: a tenth of the input, the input"
    [ -e "$data/tenth.vcf.gz" ] ||
        { bgzip -dc "$data/contigs.vcf.gz" | awk '/^#/ || ++n % 10 == 0' | bgzip -@2 >"$data/tenth.vcf.gz"; }
    for input in tenth contigs; do
        measure "vdx-normalize $input" vdx-normalize -@2 -f "$data/reference.fa" -c w "$data/$input.vcf.gz"
    done
}

gnomad() {
    echo "== gnomad: all ClinVar records annotated from the per-chromosome files"
    vdx-gnomad annotate -q --db "$data/gnomad" "$data/tenth.vcf.gz" >/dev/null # makes the indexes
    measure "vdx-gnomad annotate -@2" vdx-gnomad annotate -@2 --db "$data/gnomad" "$data/contigs.vcf.gz"
    echo "== gnomad: one chromosome's records from its file"
    [ -e "$data/one.vcf.gz" ] ||
        { bgzip -dc "$data/contigs.vcf.gz" | awk '/^#/ || $1 == "1"' | bgzip -@2 >"$data/one.vcf.gz"; tabix -fp vcf "$data/one.vcf.gz"; }
    local file=$data/gnomad/gnomad.exomes.r2.1.1.sites.1.vcf.bgz
    for _ in 1 2 3; do
        measure "bcftools annotate" "$bcftools" annotate -a "$file" -c INFO/AC,INFO/AN,INFO/AF,INFO/nhomalt "$data/one.vcf.gz"
        measure "vdx-gnomad annotate -@2" vdx-gnomad annotate -@2 --fields AC,AN,AF,nhomalt --db "$file" "$data/one.vcf.gz"
    done
}

store() {
    local fields=AC,AN,AF,nhomalt,AF_popmax,AF_afr,AF_nfe,AF_sas
    echo "== store: eight fields of 1 M records built, and all ClinVar records annotated from files and store"
    rm -rf "$data/store"
    measure "vdx-gnomad build -@2" vdx-gnomad build -q -@2 --db "$data/gnomad" -o "$data/store" --fields "$fields"
    du -bs "$data/store"
    for _ in 1 2 3; do
        for db in gnomad store; do
            measure "vdx-gnomad annotate -@2 --db $db" \
                vdx-gnomad annotate -@2 --fields "$fields" --db "$data/$db" "$data/clinvar.vcf.gz"
        done
    done
    echo "== store: the same bytes"
    for db in gnomad store; do
        vdx-gnomad annotate -q --no-version --fields "$fields" --db "$data/$db" "$data/clinvar.vcf.gz" | md5sum
    done
}

merge() {
    echo "== merge: 640 k calls against 4.3 M records"
    for _ in 1 2 3; do
        measure "vdx-merge match -O tsv -@2" vdx-merge match -O tsv -@2 -f "$data/reference.fa" \
            --sample "$data/sample.23andme.txt" "$data/clinvar.vcf.gz"
        measure "bgzip -dc -@2" bgzip -dc -@2 "$data/clinvar.vcf.gz"
    done
}

pipe() {
    echo "== pipe: the demo's pipe, each tool's own last line"
    local start=$EPOCHREALTIME
    vdx-normalize -f "$data/reference.fa" -m -any -c w "$data/clinvar.vcf.gz" 2>"$data/1.log" |
        vdx-merge match -f "$data/reference.fa" --sample "$data/sample.23andme.txt" 2>"$data/2.log" |
        vdx-gnomad annotate --db "$data/gnomad" 2>"$data/3.log" |
        vdx-merge report -o "$data/findings.tsv" 2>"$data/4.log"
    echo "whole pipe: $(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN{printf "%.2f", b-a}') s wall"
    tail -qn 1 "$data"/[1-4].log
}

prepare
[ $# -gt 0 ] || set -- normalize compress equal memory gnomad store merge pipe
for part in "$@"; do "$part"; done
