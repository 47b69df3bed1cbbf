#!/usr/bin/env bash
# gnomAD's files by chromosome, or a store of their fields without the files ever being here together.
set -euo pipefail
usage() {
    cat <<'USAGE'
Usage: gnomad.sh --release R --dataset D [--contig C]... [--out DIR] [--list]
       gnomad.sh --release R --dataset D [--contig C]... --store STORE [--fields F,...] [--out DIR]

Fetches gnomAD's VCFs of a release (2.1.1, 3.1.2, 4.1, 4.1.1) and data set (exomes, genomes, joint) into DIR [default: .]
under their official names, with their indexes; checks each one's MD5, and goes on where a transfer was cut.
  --contig C     only this chromosome, as 7 or chr7; as often as wanted
  --store STORE  a store of the fields, built chromosome by chromosome by vdx-gnomad of the PATH; each file is removed when
                 the store has it, so that there is never more than one of them
  --fields F     which fields the store gets [default: vdx-gnomad's]
  --list         only say what would be fetched, and how large it is
Exit status: 0 done, 1 not reached or not whole, 2 usage.
USAGE
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
release='' dataset='' out=. store='' fields='' list=false contig=''
. "$here/fetch.sh"
options "release dataset contig out store fields" "$@"
[[ -n $release && -n $dataset ]] || wrong "give --release and --dataset"
table=${VDX_DATA_GNOMAD:-$here/gnomad.tsv}
rows=$(awk -F'\t' -v release="$release" -v dataset="$dataset" -v chosen=" $contig " '
    $1 == release && $2 == dataset { bare = $3; sub(/^chr/, "", bare); if (chosen == "  " || index(chosen, " " bare " ")) print }' "$table")
if [[ -z $rows ]]; then
    printf 'gnomad.sh: release %s has no %s%s; there are:\n' "$release" "$dataset" "${contig:+ of contig $contig}" >&2
    awk -F'\t' '!/^#/ { sum[$1 " " $2] += $4 } END { for (name in sum) printf "  %-15s %7.1f GiB\n", name, sum[name] / 1024 }' "$table" | sort >&2
    exit 2
fi
[[ -z $store ]] || command -v vdx-gnomad >/dev/null || fail "vdx-gnomad is not on the PATH"

folder=https://storage.googleapis.com/gcp-public-data--gnomad/release/$release/vcf/$dataset
case $release in 2.*) word=r$release ;; *) word=v$release ;; esac
file_of() { printf 'gnomad.%s.%s.sites.%s.vcf.bgz' "$dataset" "$word" "$1"; }
mkdir -p "$out"
say "gnomAD $release $dataset (CC0; who uses it promises not to try to identify people), from $folder"
awk -F'\t' '{ printf "%10.1f GiB  %s\n", $4 / 1024, $3 }' <<<"$rows" >&2
# A store takes a thirtieth of the files at most; of them one is here at a time.
enough "$out" "$(awk -F'\t' -v store="$store" '
    { sum += $4; if ($4 > most) most = $4 } END { printf "%.0f", (store == "" ? sum : most + sum / 30) * 1048576 }' <<<"$rows")"
! $list || exit 0

while IFS=$'\t' read -r _ _ contig _ md5; do
    file=$(file_of "$contig")
    if [[ -n $store && ( -e $store/$contig.vdxg || -e $store.partial/$contig.vdxg ) ]]; then
        say "there     $contig in $store"
        continue
    fi
    fetch "$folder/$file" "$out/$file" is_md5 "$md5"
    fetch "$folder/$file.tbi" "$out/$file.tbi" is_gzip
    [[ -n $store ]] || continue
    vdx-gnomad build -q --db "$out/$file" --contig "$contig" ${fields:+--fields "$fields"} -o "$store" || fail "building $contig failed; its file is kept: $out/$file"
    rm -f "$out/$file" "$out/$file.tbi"
done <<<"$rows"
say "done      ${store:-$out}"
