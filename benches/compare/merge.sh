# shellcheck shell=bash disable=SC2154
# vdx-merge beside its peers, and the whole pipe. Sourced by ../compare.sh.

merge() {
    echo "== merge: 640 k calls against 4.3 M records"
    for _ in 1 2 3; do
        measure "vdx-merge match -O tsv -@2" vdx-merge match -O tsv -@2 -f "$data/reference.fa" \
            --sample "$data/sample.23andme.txt" "$data/clinvar.vcf.gz"
        measure "bgzip -dc -@2" bgzip -dc -@2 "$data/clinvar.vcf.gz"
    done
}

shards() {
    echo "== shards: four BCF files whose records alternate, back into one"
    if [ ! -e "$data/part3.bcf.csi" ]; then
        bgzip -dc "$data/contigs.vcf.gz" | awk -v dir="$data" '
            /^#/ { for (at = 0; at < 4; at++) print > (dir "/part" at ".vcf"); next }
            { print > (dir "/part" NR % 4 ".vcf") }'
        for at in 0 1 2 3; do
            "$bcftools" view --no-version -Ob -o "$data/part$at.bcf" "$data/part$at.vcf"
            "$bcftools" index "$data/part$at.bcf"
            rm "$data/part$at.vcf"
        done
    fi
    for _ in 1 2 3; do
        measure "vdx-merge shards -Ou -@2" vdx-merge shards -Ou -@2 "$data"/part[0-3].bcf
        measure "bcftools concat -a -Ou --threads 1" "$bcftools" concat -a -Ou --threads 1 "$data"/part[0-3].bcf
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
