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

# Texts of whole records, of ClinVar for every fourth of its records, 1.07 M.
clinvar-fields() {
    echo "== clinvar-fields: five fields of ClinVar, directly from its file"
    local fields=CLNSIG,CLNREVSTAT,CLNDN,MC,RS
    local tags=INFO/${fields//,/,INFO/}
    [ -e "$data/fourth.vcf.gz" ] ||
        { bgzip -dc "$data/contigs.vcf.gz" | awk -v OFS='\t' '/^#/ || ++n % 4 == 0 { if (!/^#/) $8 = "."; print }' |
            bgzip -@2 >"$data/fourth.vcf.gz"; }
    local file
    for file in contigs fourth; do
        [ -e "$data/$file.vcf.gz.tbi" ] || tabix -p vcf "$data/$file.vcf.gz"
    done
    for _ in 1 2 3; do
        measure "bcftools annotate" "$bcftools" annotate -a "$data/contigs.vcf.gz" -c "$tags" "$data/fourth.vcf.gz"
        measure "vdx-gnomad annotate -@2" \
            vdx-gnomad annotate -q -@2 --db "$data/contigs.vcf.gz" --fields "$fields" --prefix "" "$data/fourth.vcf.gz"
    done
    # A record without an ALT has no allele that could be looked up; bcftools takes it by its position.
    echo "== clinvar-fields: the same values of all records with an ALT"
    local values
    values='%CHROM %POS %REF %ALT '$(printf '%%INFO/%s ' ${fields//,/ })'\n'
    vdx-gnomad annotate -q --db "$data/contigs.vcf.gz" --fields "$fields" --prefix "" "$data/fourth.vcf.gz" |
        "$bcftools" query -e 'ALT="."' -f "$values" - | md5sum
    "$bcftools" annotate -a "$data/contigs.vcf.gz" -c "$tags" "$data/fourth.vcf.gz" |
        "$bcftools" query -e 'ALT="."' -f "$values" - | md5sum
}

# A million rows of CSV with eight fields of a store as Parquet, beside the same by pandas (PYTHON, with pandas and pyarrow),
# which reads the fields from Parquet.
parquet() {
    peers-prepare
    local fields
    fields=$(IFS=,; echo "${wanted[*]}")
    [ -e "$data/lean.store" ] || vdx-gnomad build -q --db "$data/lean/sites.vcf.bgz" -o "$data/lean.store" --fields "$fields"
    local annotate=(vdx-gnomad annotate -q -@2 --db "$data/lean.store" --fields "$fields")
    [ -e "$data/queries.csv" ] ||
        { echo chromosome,position,ref_allele,alt_allele
          bgzip -dc "$data/lean/queries.vcf.gz" | awk -v OFS=, '!/^#/ { print $1, $2, $4, $5 }'; } >"$data/queries.csv"
    [ -e "$data/fields.parquet" ] ||
        { echo chromosome,position,ref_allele,alt_allele
          bgzip -dc "$data/lean/sites.vcf.bgz" | awk -v OFS=, '!/^#/ { print $1, $2, $4, $5 }'; } |
        "${annotate[@]}" -o "$data/fields.parquet"
    local merge=("${PYTHON:-python3}" "$here/benches/compare/pandas_merge.py")
    "${PYTHON:-python3}" -c 'import pandas, pyarrow' 2>/dev/null || { skipped "pandas with pyarrow" PYTHON; merge=(); }
    echo "== parquet: a million rows of CSV with eight fields"
    for _ in 1 2 3; do
        measure "vdx-gnomad annotate -@2, Parquet" "${annotate[@]}" -o "$data/ours.parquet" "$data/queries.csv"
        measure "vdx-gnomad annotate -@2, CSV" "${annotate[@]}" -o "$data/ours.csv" "$data/queries.csv"
        [ ${#merge[@]} = 0 ] ||
            measure "pandas merge" "${merge[@]}" merge "$data/queries.csv" "$data/fields.parquet" "$data/theirs.parquet"
    done
    du -bs "$data"/{ours.parquet,ours.csv,theirs.parquet} 2>/dev/null
    [ ${#merge[@]} = 0 ] || "${merge[@]}" equal "$data/ours.parquet" "$data/theirs.parquet"
}

# From how many records on threads pay. --chunk-size cuts the same for one thread and two, however few there are.
few() {
    peers-prepare
    echo "== few: scattered variants looked up by one thread and by two"
    local count db threads
    for count in 50 100 200 400 1600 3200; do
        awk -v step=$((20000 / count)) '/^#/ || ++n % step == 0' "$data/scattered.vcf" >"$data/few.vcf"
        for db in gnomad store; do
            for threads in 1 2; do
                measure "$count records, $db, -@$threads" vdx-gnomad annotate -q "-@$threads" \
                    --chunk-size $((count / 16)) --db "$data/$db" "$data/few.vcf"
            done
        done
    done
}

# How look-ups grow with the variants, by workers, from files and from a store: the table of tools/vdx-gnomad/WORKERS.md.
# VariDex's loader on the same files where VARIDEX and PYTHON are given.
workers() {
    [ -e "$data/queries.vcf.gz" ] || datagen full -o "$data" --only gnomad,queries >/dev/null
    [ -d "$data/store" ] || vdx-gnomad build -q --db "$data/gnomad" -o "$data/store"
    vdx-gnomad annotate -q --db "$data/gnomad" "$data/queries.vcf.gz" >/dev/null # makes the indexes
    echo "== workers: variants scattered over 24 files"
    local count db threads
    for count in 100 1000 10000 100000; do
        gzip -dc "$data/queries.vcf.gz" | awk -v step=$((1000000 / count)) '/^#/ || ++n % step == 0' >"$data/some.vcf"
        for _ in 1 2 3; do
            for threads in 1 2; do
                for db in gnomad store; do
                    measure "$count variants, $db, -@$threads" \
                        vdx-gnomad annotate -q "-@$threads" --db "$data/$db" "$data/some.vcf"
                done
                [ -z "${VARIDEX:-}" ] || measure "$count variants, VariDex, $threads workers" "${PYTHON:-python3}" \
                    "$here/benches/compare/varidex.py" "$VARIDEX/varidex/io/loaders" "$data/gnomad" "$data/some.vcf" "$threads"
            done
        done
    done
    [ -n "${VARIDEX:-}" ] || skipped "VariDex's gnomad.py" VARIDEX
}

# The fields that every peer is asked for.
wanted=(AC AN AF nhomalt AF_popmax AF_afr AF_nfe AF_sas)

# One line saying what is not measured, and why.
skipped() {
    echo "-- skipped: $1 (give its path in $2)"
}

# As many queries as gnomAD records, half of them present; gnomAD as one file, in full (a hundred INFO fields) and lean
# (eight); lean ones of ten times the size.
peers-prepare() {
    [ -e "$data/queries.vcf.gz" ] || datagen full -o "$data" --only queries >/dev/null
    [ -e "$data/whole.vcf.bgz" ] || "$bcftools" concat --naive -o "$data/whole.vcf.bgz" "$data"/gnomad/*.bgz 2>/dev/null
    mkdir -p "$data/lean" "$data/ten"
    [ -e "$data/lean/queries.vcf.gz" ] ||
        datagen sites -o "$data/lean/sites.vcf.bgz" --queries "$data/lean/queries.vcf.gz" --query-records 1000000
    [ -e "$data/ten/sites.vcf.bgz" ] || datagen sites --records 10000000 -o "$data/ten/sites.vcf.bgz"
    local file
    for file in "$data"/{whole,lean/sites,ten/sites}.vcf.bgz "$data"/{queries,lean/queries}.vcf.gz; do
        [ -e "$file.tbi" ] || tabix -p vcf "$file"
    done
    # 20 k of the queries, from all chromosomes, and eight from all over chromosome 1.
    [ -e "$data/scattered.vcf" ] || { bgzip -dc "$data/queries.vcf.gz" | awk '/^#/ || ++n % 50 == 0' >"$data/scattered.vcf"; }
    [ -e "$data/eight.vcf" ] ||
        { bgzip -dc "$data/lean/queries.vcf.gz" | awk '/^#/ || (++n % 125000 == 60000)' >"$data/eight.vcf"; }
    local field
    for field in "${wanted[@]}"; do
        case $field in AF*) echo "{\"field\": \"$field\", \"alias\": \"gnomad_$field\", \"multiplier\": 2000000}" ;;
        *) echo "{\"field\": \"$field\", \"alias\": \"gnomad_$field\"}" ;; esac
    done | paste -sd, | sed 's/.*/[&]/' >"$data/echtvar.json"
    local name
    for name in whole lean/sites; do
        local list ops
        list=$(printf '"%s",' "${wanted[@]}") ops=$(printf '"self",%.0s' "${wanted[@]}")
        printf '[[annotation]]\nfile="%s"\nfields=[%s]\nnames=[%s]\nops=[%s]\n' "$data/$name.vcf.bgz" "${list%,}" \
            "$(printf '"gnomad_%s",' "${wanted[@]}" | sed 's/,$//')" "${ops%,}" >"$data/${name%%/*}.toml"
    done
}

# Each row beside the peer whose path the environment gives: ECHTVAR, VCFANNO, VARIDEX (a checkout; PYTHON with pysam,
# pandas and tqdm).
peers-gnomad() {
    peers-prepare
    local fields tags
    fields=$(IFS=,; echo "${wanted[*]}") tags=$(printf 'INFO/%s,' "${wanted[@]}")
    local db queries source
    for source in whole lean; do
        case $source in
            whole) db=$data/whole.vcf.bgz queries=$data/queries.vcf.gz ;;
            lean) db=$data/lean/sites.vcf.bgz queries=$data/lean/queries.vcf.gz ;;
        esac
        echo "== peers-gnomad, $source: build; annotate from the store, as VCF and as BGZF VCF; directly from the file"
        for _ in 1 2 3; do
            rm -rf "$data/$source.store"
            measure "vdx-gnomad build -@2" vdx-gnomad build -q -@2 --db "$db" -o "$data/$source.store" --fields "$fields"
            if [ -n "${ECHTVAR:-}" ]; then
                measure "echtvar encode" "$ECHTVAR" encode "$data/$source.zip" "$data/echtvar.json" "$db"
                measure "echtvar anno, BGZF" "$ECHTVAR" anno -e "$data/$source.zip" "$queries" "$data/echtvar.vcf.gz"
            fi
            local store=(vdx-gnomad annotate -q -@2 --db "$data/$source.store" --fields "$fields")
            measure "vdx-gnomad annotate -@2, store" "${store[@]}" "$queries"
            measure "vdx-gnomad annotate -@2 -Oz, store" "${store[@]}" -o "$data/vdx.vcf.gz" "$queries"
            measure "vdx-gnomad annotate -@2 -Oz1, store" "${store[@]}" -Oz1 -o "$data/vdx1.vcf.gz" "$queries"
            measure "vdx-gnomad annotate -@2, file" \
                vdx-gnomad annotate -q -@2 --db "$db" --fields "$fields" "$queries"
            measure "bcftools annotate" "$bcftools" annotate -a "$db" -c "${tags%,}" "$queries"
            [ -z "${VCFANNO:-}" ] || measure "vcfanno -p 2" "$VCFANNO" -p 2 "$data/$source.toml" "$queries"
        done
        du -bsc "$data/$source".{store,zip} "$data"/{vdx,vdx1,echtvar}.vcf.gz 2>/dev/null | grep -v total
    done
    [ -n "${ECHTVAR:-}" ] || skipped "echtvar" ECHTVAR
    [ -n "${VCFANNO:-}" ] || skipped "vcfanno" VCFANNO
    echo "== peers-gnomad: 8 variants directly from 1 M and 10 M records"
    for db in lean ten; do
        for _ in 1 2 3; do
            measure "vdx-gnomad annotate, $db" \
                vdx-gnomad annotate -q --db "$data/$db/sites.vcf.bgz" --fields "$fields" "$data/eight.vcf"
        done
    done
    echo "== peers-gnomad: 20 k variants from 24 files, directly"
    for _ in 1 2 3; do
        measure "vdx-gnomad annotate -@2" vdx-gnomad annotate -q -@2 --db "$data/gnomad" "$data/scattered.vcf"
    done
    if [ -n "${VARIDEX:-}" ]; then
        measure "VariDex gnomad.py, 2 workers" "${PYTHON:-python3}" "$here/benches/compare/varidex.py" \
            "$VARIDEX/varidex/io/loaders" "$data/gnomad" "$data/scattered.vcf"
    else
        skipped "VariDex's gnomad.py" VARIDEX
    fi
}
