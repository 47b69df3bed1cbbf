# shellcheck shell=bash disable=SC2154
# vdx-merge beside its peers, and the whole pipe. Sourced by ../compare.sh.

# What bcftools needs an index of.
prepare_merge() {
    [ -e "$data/contigs.vcf.gz.csi" ] || "$bcftools" index -f "$data/contigs.vcf.gz"
    [ -e "$data/gnomad.bcf.csi" ] ||
        { "$bcftools" concat -Ob -o "$data/gnomad.bcf" "$data"/gnomad/*.bgz 2>/dev/null && "$bcftools" index -f "$data/gnomad.bcf"; }
    mkdir -p "$data/peer"
}

# The calls as BCF, then ClinVar's columns at the same alleles.
bcftools_match() {
    "$bcftools" convert --tsv2vcf "$data/sample.23andme.txt" -c ID,CHROM,POS,AA -s SAMPLE -f "$data/reference.fa" \
        -Ob -o "$data/peer/person.bcf" 2>/dev/null
    "$bcftools" index -f "$data/peer/person.bcf"
    "$bcftools" annotate -a "$1" -c ID,INFO "$data/peer/person.bcf" "${@:2}"
}

merge() {
    prepare_merge
    echo "== merge: 640 k calls against 4.3 M records"
    for _ in 1 2 3; do
        measure "vdx-merge match -O tsv -@2" vdx-merge match -O tsv -@2 -f "$data/reference.fa" \
            --sample "$data/sample.23andme.txt" "$data/clinvar.vcf.gz"
        measure "bgzip -dc -@2" bgzip -dc -@2 "$data/clinvar.vcf.gz"
        timed "bcftools convert | annotate" bcftools_match "$data/contigs.vcf.gz" -Ov -o /dev/null
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

genome() {
    [ -e "$data/genome.vcf.gz" ] || datagen full -o "$data" --only genome >"$data/genome.txt"
    echo "== genome: a VCF of 5 M records against 4.3 M records"
    for _ in 1 2 3; do
        measure "vdx-merge match -O tsv -@2" vdx-merge match -O tsv -@2 -f "$data/reference.fa" \
            --sample "$data/genome.vcf.gz" "$data/clinvar.vcf.gz"
        measure "bgzip -dc -@2, ClinVar" bgzip -dc -@2 "$data/clinvar.vcf.gz"
        measure "bgzip -dc -@2, the genome" bgzip -dc -@2 "$data/genome.vcf.gz"
    done
    echo "== genome: planted, found, found with the planted zygosity"
    vdx-merge match -q -O tsv -f "$data/reference.fa" --sample "$data/genome.vcf.gz" "$data/clinvar.vcf.gz" 2>/dev/null |
        awk -F '\t' 'NR == FNR { if (FNR > 1) { planted[$1] = $6; count++ } next }
            FNR == 1 { for (at = 1; at <= NF; at++) column[$at] = at; next }
            { found++; equal += planted[$column["variation_id"]] == $column["verdict"] }
            END { print count, found, equal }' "$data/genome.truth.tsv" -
}

# Written to files: what a terminal or /dev/null would take is not what is asked for.
convert() {
    local out=$data/peer/converted.vcf sites=(--sites "$data/clinvar.vcf.gz")
    mkdir -p "$data/peer"
    echo "== convert: 640 k calls as a VCF; alleles of I and D from 4.3 M sites; all sites"
    local words=(vdx-merge convert -q -@2 --sample "$data/sample.23andme.txt" -f "$data/reference.fa" -O v -o "$out")
    for _ in 1 2 3; do
        measure "vdx-merge convert -@2 -O v" "${words[@]}"
        measure "bcftools convert --tsv2vcf -O v" "$bcftools" convert --tsv2vcf "$data/sample.23andme.txt" \
            -c ID,CHROM,POS,AA -s SAMPLE -f "$data/reference.fa" -Ov -o "$data/peer/tsv2vcf.vcf"
        measure "vdx-merge convert -@2 -O v --sites" "${words[@]}" "${sites[@]}"
        measure "bgzip -dc -@2" bgzip -dc -@2 "$data/clinvar.vcf.gz"
    done
    measure "vdx-merge convert -@2 -O v --sites --all-sites" "${words[@]}" "${sites[@]}" --all-sites
}

# Two tables of findings: of 100 k rows one in fifty has another class in the second, as many are gone; and one in which
# each has.
# Not 'diff', which is a command.
differ() {
    echo "== differ: two tables of 100 k rows; exit 3 says that they differ"
    local rule
    for rule in old:0 new:50 all:1; do
        awk -v each="${rule#*:}" 'BEGIN {
            OFS = "\t"
            print "rsid\tchromosome\tposition\tref_allele\talt_allele\tgenotype\tzygosity\tgene\tclinical_significance\t" \
                "review_status\treview_stars\tmolecular_consequence\tdisease\tvariation_id\tgnomad_af\tverdict\tmatch_type\t" \
                "confidence\tflags\traw_id\traw_position\traw_genotype\ttrust\ttrust_reasons"
            for (at = 0; at < 100000; at++) {
                if (each > 1 && at % each == 7) continue
                class = each && at % each == 0 ? "Pathogenic" : "Uncertain significance"
                place = 60000 + at % 4546 * 1500
                print "rs" at * 7919, 1 + int(at / 4546), place, "A", "G", "A/G", "heterozygous", "GENE" at % 5000, class,
                    "criteria provided, single submitter", 1, "missense_variant",
                    "Hereditary disorder " at % 8000 ", autosomal recessive|not provided", 100000 + at, "3.88689e-05", "het",
                    "rsid_and_position", "0.99", "", "i" at, place, "AG", "", ""
            }
        }' >"$data/${rule%:*}.tsv"
    done
    local second
    for _ in 1 2 3; do
        for second in new all; do
            measure "vdx-merge diff, $second" sh -c 'vdx-merge diff -q "$1" "$2"; [ $? -eq 3 ]' sh "$data/old.tsv" "$data/$second.tsv"
        done
    done
}

# Against a ClinVar without records nothing is left but reading, sorting and indexing the raw file.
raw() {
    { bgzip -dc "$data/clinvar.vcf.gz" || true; } 2>/dev/null | sed '/^#CHROM/q' >"$data/empty.vcf"
    echo "== raw: 640 k calls read; SNPS_PYTHON names a python that has the package snps"
    for _ in 1 2 3; do
        measure "vdx-merge match, an empty ClinVar" vdx-merge match -q -@1 -O tsv --sample "$data/sample.23andme.txt" "$data/empty.vcf"
        [ -z "${SNPS_PYTHON:-}" ] || "$SNPS_PYTHON" - "$data/sample.23andme.txt" 2>/dev/null <<'PYTHON'
import sys, time
from snps import SNPs
wall, cpu = time.perf_counter(), time.process_time()
SNPs(sys.argv[1])
print(f"snps, without its imports: {time.perf_counter() - wall:.2f} s wall, {time.process_time() - cpu:.2f} s CPU")
PYTHON
    done
}

# Wall and CPU seconds of a shell function.
timed() {
    local name=$1 TIMEFORMAT='%R %U %S' figures
    shift
    read -ra figures < <({ time "$@" >/dev/null 2>&1; } 2>&1)
    printf '%s: %s s wall, %s s user, %s s system\n' "$name" "${figures[@]}"
    row "$name" "${figures[@]}"
}

pipe() {
    prepare_merge
    echo "== pipe: the demo's pipe, each tool's own last line"
    local start=$EPOCHREALTIME
    vdx-normalize -f "$data/reference.fa" -m -any -c w "$data/clinvar.vcf.gz" 2>"$data/1.log" |
        vdx-merge match -f "$data/reference.fa" --sample "$data/sample.23andme.txt" 2>"$data/2.log" |
        vdx-gnomad annotate --db "$data/gnomad" 2>"$data/3.log" |
        vdx-merge report -o "$data/findings.tsv" 2>"$data/4.log"
    echo "whole pipe: $(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN{printf "%.2f", b-a}') s wall"
    tail -qn 1 "$data"/[1-4].log
    timed "the same by bcftools norm, convert, annotate, annotate" bcftools_pipe
}

bcftools_pipe() {
    "$bcftools" norm -f "$data/reference.fa" -m -any -c w -Ob -o "$data/peer/normal.bcf" "$data/contigs.vcf.gz"
    "$bcftools" index -f "$data/peer/normal.bcf"
    bcftools_match "$data/peer/normal.bcf" -Ob -o "$data/peer/matched.bcf"
    "$bcftools" index -f "$data/peer/matched.bcf"
    "$bcftools" annotate -a "$data/gnomad.bcf" -c INFO/AC,INFO/AN,INFO/AF,INFO/nhomalt -Ov -o /dev/null "$data/peer/matched.bcf"
}
