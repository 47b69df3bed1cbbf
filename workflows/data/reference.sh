#!/usr/bin/env bash
# A reference genome with the contigs that ClinVar, gnomAD and raw genotype files mean.
set -euo pipefail
usage() {
    cat <<'USAGE'
Usage: reference.sh [--build GRCh37|GRCh38] [--out DIR] [--list]

Fetches the primary assembly of one build, unpacks it to DIR/BUILD.fa [default: .], and looks whether it has every chromosome
in its right length, the rCRS of 16,569 bases as mitochondrion among them. Goes on where a transfer was cut.
  GRCh37  Ensembl's, contigs 1 to 22, X, Y, MT
  GRCh38  NCBI's analysis set without ALT contigs, chr1 to chr22, chrX, chrY, chrM
--list only says what would be fetched, and how large it is; unpacked it is 3.1 GB.
Exit status: 0 done, 1 not reached or not whole, 2 usage.
USAGE
}
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=GRCh37 out=. list=false
. "$here/fetch.sh"
options "build out" "$@"

case $build in
    GRCh37)
        folder=https://ftp.ensembl.org/pub/grch37/release-87/fasta/homo_sapiens/dna
        file=Homo_sapiens.GRCh37.dna.primary_assembly.fa.gz sums=$folder/CHECKSUMS
        ;;
    GRCh38)
        folder=https://ftp.ncbi.nlm.nih.gov/genomes/all/GCA/000/001/405/GCA_000001405.15_GRCh38/seqs_for_alignment_pipelines.ucsc_ids
        file=GCA_000001405.15_GRCh38_no_alt_analysis_set.fna.gz sums=$folder/md5checksums.txt
        ;;
    *) wrong "--build: expected GRCh37 or GRCh38, found '$build'" ;;
esac
# Each chromosome's length, under 1 or chr1. VDX_DATA_CONTIGS: another table, for another genome.
right() { # right FASTA
    awk -v build="$build" '
        FNR == 1 { at++ }
        at == 1 { if ($0 !~ /^#/) wanted[$1] = build == "GRCh37" ? $2 : $3; next }
        /^>/ { name = substr($1, 2); sub(/^chr/, "", name); if (name == "M") name = "MT"; next }
        { sub(/\r$/, ""); length_of[name] += length($0) }
        END {
            for (name in wanted) if (length_of[name] != wanted[name]) {
                printf "contig %s: expected %d bases, found %d\n", name, wanted[name], length_of[name]; bad = 1
            }
            exit bad
        }' "${VDX_DATA_CONTIGS:-$here/contigs.tsv}" "$1" >&2
}
mkdir -p "$out"
if [[ -s $out/$build.fa ]] && right "$out/$build.fa"; then
    say "there     $out/$build.fa"
    exit 0
fi
say "Reference genome, $build"
plan "$out" 5 "$folder/$file"
! $list || exit 0

# Where a server lists no checksum, gzip's own tells what was cut or damaged.
listed=$(ask "$sums" 2>/dev/null | awk -v file="$file" '{ name = $NF; sub(/^.*\//, "", name) } name == file { print $1 + 0, $2, $1; exit }') || listed=''
read -r number blocks md5 <<<"$listed" || true
case $build,$listed in
    *,) check=(is_gzip) ;;
    GRCh37,*) check=(is_sum "$number" "$blocks") ;;
    *) check=(is_md5 "$md5") ;;
esac
fetch "$folder/$file" "$out/$file" "${check[@]}"
say "unpacking $out/$build.fa"
gzip -dc "$out/$file" >"$out/$build.fa.part" || fail "$out/$file cannot be unpacked"
right "$out/$build.fa.part" || { rm -f "$out/$build.fa.part"; fail "$out/$file is not the $build that is wanted; nothing was kept of it"; }
rm -f "$out/$build.fa.fai"
mv "$out/$build.fa.part" "$out/$build.fa"
say "done      $out/$build.fa; $out/$file may go"
