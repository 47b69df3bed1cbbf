# shellcheck shell=bash disable=SC2154
# vdx-gnomad beside its peers. Sourced by ../compare.sh.

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
