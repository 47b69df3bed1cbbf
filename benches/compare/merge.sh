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
