# shellcheck shell=bash disable=SC2154
# vdx-normalize beside bcftools norm. Sourced by ../compare.sh.

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
    # Bytes: bcftools, the default, libdeflate at the same level.
    for tool in "$bcftools norm -Oz" "vdx-normalize -Oz" "vdx-normalize -Oz6"; do
        echo "$tool: $($tool -f "$data/reference.fa" -c w "$data/contigs.vcf.gz" 2>/dev/null | wc -c) bytes"
    done
}

bcf() {
    echo "== bcf: BCF in, stored BCF out (-O u); then records, letters in upper case"
    [ -e "$data/contigs.bcf" ] || "$bcftools" view -Ob -o "$data/contigs.bcf" "$data/contigs.vcf.gz"
    for _ in 1 2 3; do
        measure "bcftools norm -Ou" "$bcftools" norm -Ou -f "$data/reference.fa" -c w "$data/contigs.bcf"
        measure "vdx-normalize -@2 -Ou" vdx-normalize -@2 -Ou -f "$data/reference.fa" -c w "$data/contigs.bcf"
        measure "vdx-normalize -@1 -Ou" vdx-normalize -@1 -Ou -f "$data/reference.fa" -c w "$data/contigs.bcf"
        measure "bcftools norm --threads 2 -Ob" \
            "$bcftools" norm --threads 2 -Ob -f "$data/reference.fa" -c w "$data/contigs.bcf"
        measure "vdx-normalize -@2 -Ob" vdx-normalize -@2 -Ob -f "$data/reference.fa" -c w "$data/contigs.bcf"
    done
    for tool in "$bcftools norm" "vdx-normalize"; do
        $tool -Ou -f "$data/reference.fa" -c w "$data/contigs.bcf" 2>/dev/null | "$bcftools" view -H |
            awk 'BEGIN { FS = OFS = "\t" } { $4 = toupper($4); $5 = toupper($5); print }' | md5sum
    done
}

equal() {
    echo "== equal: CHROM POS REF ALT of all records, sorted, letters in upper case (bcftools 1.23 keeps those of a soft-masked FASTA)"
    for tool in "$bcftools norm" "vdx-normalize"; do
        $tool -f "$data/reference.fa" -c w "$data/contigs.vcf.gz" 2>/dev/null | grep -v '^#' | cut -f 1,2,4,5 | tr a-z A-Z |
            LC_ALL=C sort -S 2G --parallel=2 | md5sum
    done
}

# Not 'join', which is a command.
joined() {
    echo "== joined: records of one POS made one, BGZF in, plain out; CHROM POS REF ALT of all records"
    local options=(-m +any -f "$data/reference.fa" -c w "$data/contigs.vcf.gz")
    for _ in 1 2 3; do
        measure "bcftools norm -m +any" "$bcftools" norm "${options[@]}"
        measure "vdx-normalize -@2 -m +any" vdx-normalize -@2 "${options[@]}"
    done
    for tool in "$bcftools norm -w 10000" "vdx-normalize"; do
        $tool "${options[@]}" 2>/dev/null | grep -v '^#' | cut -f 1,2,4,5 | tr a-z A-Z | md5sum
    done
}

memory() {
    echo "== memory: a tenth of the input, the input"
    for input in tenth contigs; do
        measure "vdx-normalize $input" vdx-normalize -@2 -f "$data/reference.fa" -c w "$data/$input.vcf.gz"
    done
}

cohort() {
    echo "== cohort: 20 k records of 500 samples split and taken apart, BGZF in, plain out"
    [ -e "$data/cohort/cohort.vcf.gz" ] || datagen cohort -o "$data/cohort" >"$data/cohort.txt"
    for _ in 1 2 3; do
        measure "bcftools norm -m -any" "$bcftools" norm -m -any "$data/cohort/cohort.vcf.gz"
        measure "vdx-normalize -@2 -m -any" vdx-normalize -@2 -m -any "$data/cohort/cohort.vcf.gz"
        measure "bcftools norm -a" "$bcftools" norm -a "$data/cohort/cohort.vcf.gz"
        measure "vdx-normalize -@2 -a" vdx-normalize -@2 -a "$data/cohort/cohort.vcf.gz"
    done
    for tool in "$bcftools norm" "vdx-normalize"; do
        $tool -m -any "$data/cohort/cohort.vcf.gz" 2>/dev/null | grep -v '^##' | md5sum
    done
}
