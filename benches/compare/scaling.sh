# shellcheck shell=bash disable=SC2154
# How time goes with threads, with records, and with the size of the source. Sourced by ../compare.sh.

# Rows are called "what, number, tool": ../scaling.py draws them.
scaling() {
    local reference=$data/reference.fa threads records
    echo "== scaling: ClinVar left-aligned by 1 thread and more, as many as there are CPUs"
    for ((threads = 1; threads <= $(nproc); threads *= 2)); do
        measure "threads, $threads, vdx-normalize" vdx-normalize -@"$threads" -f "$reference" -c w "$data/contigs.vcf.gz"
        measure "threads, $threads, bcftools norm" \
            "$bcftools" norm --threads $((threads - 1)) -f "$reference" -c w "$data/contigs.vcf.gz"
    done
    echo "== scaling: records left-aligned, 10^4 to 10^7"
    mkdir -p "$data/scaling"
    local ten=$data/scaling/ten
    if [ ! -e "$ten/clinvar.vcf.gz" ]; then
        mkdir -p "$ten"
        datagen full --only clinvar --clinvar-records 10000000 -o "$ten" >/dev/null
    fi
    for records in 10000 100000 1000000 10000000; do
        local some=$data/scaling/$records.vcf.gz
        # Every so many-th record: all chromosomes take part. With the contigs, which bcftools wants.
        [ -e "$some" ] || { { bgzip -dc "$ten/clinvar.vcf.gz" | grep '^##' || true
                              awk '{print "##contig=<ID="$1",length="$2">"}' "$reference.fai"
                              bgzip -dc "$ten/clinvar.vcf.gz" |
                                  awk -v each=$((10000000 / records)) '/^##/ { next } /^#/ || ++n % each == 0'
                            } | bgzip -@2 >"$some"; }
        measure "records, $records, vdx-normalize" vdx-normalize -@2 -f "$reference" -c w "$some"
        measure "records, $records, bcftools norm" "$bcftools" norm -f "$reference" -c w "$some"
    done
    echo "== scaling: 10,000 variants looked up among 10^5 to 10^7"
    for records in 100000 1000000 10000000; do
        local sites=$data/scaling/sites.$records.vcf.bgz queries=$data/scaling/queries.$records.vcf.gz
        if [ ! -e "$sites.tbi" ]; then
            datagen sites -o "$sites" --records "$records" --queries "$queries" --query-records 10000 >/dev/null
            tabix -fp vcf "$sites"
        fi
        rm -rf "$data/scaling/$records.store"
        vdx-gnomad build -q -@2 --db "$sites" -o "$data/scaling/$records.store" --fields AC,AN,AF,nhomalt
        measure "source, $records, vdx-gnomad, file" \
            vdx-gnomad annotate -q -@2 --db "$sites" --fields AC,AN,AF,nhomalt "$queries"
        measure "source, $records, vdx-gnomad, store" \
            vdx-gnomad annotate -q -@2 --db "$data/scaling/$records.store" --fields AC,AN,AF,nhomalt "$queries"
        measure "source, $records, bcftools annotate" \
            "$bcftools" annotate -a "$sites" -c INFO/AC,INFO/AN,INFO/AF,INFO/nhomalt "$queries"
    done
}
