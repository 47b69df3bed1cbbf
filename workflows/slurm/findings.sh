#!/usr/bin/env bash
# People against ClinVar and gnomAD on a Slurm cluster with nothing but sbatch: ClinVar once, then an array over people.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: findings.sh --reference FASTA --clinvar VCF --samples TSV [--gnomad PATH] [--out DIR] [--chunk BASES] [-- ARRAY OPTIONS]

  --samples TSV    a table with the columns sample and file, tab-separated, and name: which of a VCF's samples it is
  --gnomad PATH    folder of gnomAD's files with their indexes, or a store (vdx-gnomad build); without it rarity is not checked
  --chunk BASES    normalise ClinVar, which has to have a .tbi, by chunks of so many bases, 0 by contig [default: in one task]
  --out DIR        where everything goes [default: results]
  ARRAY OPTIONS    of array.sh: --mem MB, --cpus N, --batch PEOPLE, --tries N, --sbatch OPTION

DIR/NAME.findings.tsv and .html are each person's findings; DIR/array has logs and exit statuses.
The FASTA's .fai, and with --gnomad the indexes of its files, must be there: tasks write nothing beside shared files.
Exit status: 0 all people done, 1 some not, 2 usage.
USAGE
}

fail() {
    printf 'findings.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)

# The memory of each of $1 tools that run at once, in a job that bash lives in, too.
share() { echo "--threads ${SLURM_CPUS_PER_TASK:-1} --memory $((${SLURM_MEM_PER_NODE:-512} * 8 / 10 / $1))M"; }

# One item, in a job. The settings come by the environment, which sbatch hands on.
case ${1-} in
    --normalize)
        read -r -a limits < <(share 1)
        if [[ -n ${VDX_CHUNK-} ]]; then
            part=$(printf '%05d' "$2")
            exec vdx-normalize -f "$VDX_REFERENCE" -m -any -c w --no-version -R "$VDX_OUT/regions/$part.tsv" \
                --regions-overlap 0 "${limits[@]}" -o "$VDX_OUT/parts/$part.vcf.gz" "$VDX_CLINVAR"
        fi
        exec vdx-normalize -f "$VDX_REFERENCE" -m -any -c w --no-version "${limits[@]}" -o "$VDX_OUT/clinvar.norm.vcf.gz" \
            "$VDX_CLINVAR"
        ;;
    --gather)
        read -r -a limits < <(share 1)
        python3 "$here/../snakemake/scripts/regions.py" check "$VDX_OUT"/parts/*.vcf.gz
        exec vdx-merge shards --no-version --keep-duplicates --contigs "$VDX_OUT/regions/contigs" "${limits[@]}" \
            -o "$VDX_OUT/clinvar.norm.vcf.gz" \
            "$VDX_OUT"/parts/*.vcf.gz
        ;;
    --person)
        IFS=$'\t' read -r name file column < <(sed -n "$2p" "$VDX_OUT/people.tsv")
        rm -f "$VDX_OUT/$name.findings."{tsv,html}
        read -r -a limits < <(share 3)
        annotate() { cat; }
        [[ -z ${VDX_GNOMAD-} ]] || annotate() { vdx-gnomad annotate --db "$VDX_GNOMAD" "${limits[@]}"; }
        statuses=0
        vdx-merge match --sample "$file" ${column:+--sample-name "$column"} -f "$VDX_REFERENCE" "${limits[@]}" --stats "$VDX_OUT/stats/$name.match.json" \
            "$VDX_OUT/clinvar.norm.vcf.gz" \
            | annotate \
            | vdx-merge report "${limits[@]}" --html "$VDX_OUT/$name.findings.html" \
                --match-stats "$VDX_OUT/stats/$name.match.json" -o "$VDX_OUT/$name.findings.tsv" \
            || statuses=${PIPESTATUS[*]}
        # The cause, and whether more memory helps, is in the first that failed; 141 is that of a cat whose reader failed.
        for status in $statuses; do ((status == 0 || status == 141)) || exit "$status"; done
        [[ $statuses == 0 ]]
        exit
        ;;
esac

reference='' clinvar='' samples='' gnomad='' chunk='' out=results
while (($#)); do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --) shift; break ;;
        --reference | --clinvar | --samples | --gnomad | --chunk | --out)
            [[ -n ${2-} ]] || fail "$1 needs a value" 2
            printf -v "${1#--}" '%s' "$2"
            shift 2
            ;;
        *) usage >&2; fail "unexpected argument '$1'" 2 ;;
    esac
done
[[ -n $reference && -n $clinvar && -n $samples ]] || { usage >&2; exit 2; }
[[ -z $chunk || $chunk == 0 || ($chunk =~ ^[1-9][0-9]+$ && $chunk -ge 100000) ]] \
    || fail "--chunk: expected 0 or a number of bases from 100000 on, found '$chunk'" 2
for option in reference clinvar samples; do
    [[ -f ${!option} ]] || fail "--$option: no such file: ${!option}"
    printf -v "$option" '%s' "$(realpath "${!option}")"
done
[[ -z $gnomad || -e $gnomad ]] || fail "--gnomad: no such file or folder: $gnomad"
[[ -e $reference.fai ]] || fail "--reference: $reference.fai is missing; make it with samtools faidx, or by any run of vdx-normalize -f"
[[ -z $chunk || -e $clinvar.tbi ]] || fail "--chunk: $clinvar.tbi is missing; make it with tabix or bcftools index -t"
sources=("$gnomad")
[[ ! -d $gnomad ]] || sources=("$gnomad"/*.vcf.bgz "$gnomad"/*.vcf.gz)
for file in "${sources[@]}"; do
    [[ ! -e $file || -e $file.tbi || -e $file.csi ]] || fail "--gnomad: $file.tbi is missing; make it with tabix, or build a store of the folder"
done
mkdir -p "$out"/{array,stats}
out=$(cd "$out" && pwd)

# sample TAB absolute path TAB which sample of a VCF, in the order of the table; Windows line ends and a byte order mark are
# taken off.
awk -F'\t' -v table="$samples" '
    function stop(text) { printf "findings.sh: %s:%d: %s\n", table, NR, text > "/dev/stderr"; bad = 1; exit 1 }
    { sub(/\r$/, "") }
    NR == 1 {
        sub(/^\357\273\277/, "")
        for (i = 1; i <= NF; i++) {
            at[$i] = i
            if ($i !~ /^(sample|file|name)$/) unknown = $i
        }
        if (!("sample" in at) || !("file" in at)) stop("expected the columns sample and file, separated by tabs, found " $0)
        if (unknown != "") stop("unknown column " unknown "; there are sample, file, name")
        next
    }
    $0 == "" { next }
    {
        name = $at["sample"]; file = $at["file"]
        if (name !~ /^[A-Za-z0-9][A-Za-z0-9 ._+=@-]*$/) stop("not a name for files: \"" name "\"")
        if (name in line) stop("sample " name " again, first on line " line[name])
        if ((getline first < file) < 0) stop("sample " name ": no such file: " file)
        close(file)
        line[name] = NR
        print name "\t" (file ~ /^\// ? file : ENVIRON["PWD"] "/" file) "\t" ("name" in at ? $at["name"] : "")
    }
    END { if (!bad && !length(line)) { printf "findings.sh: %s: no sample\n", table > "/dev/stderr"; exit 1 } }
' "$samples" >"$out/people.tsv"

export VDX_REFERENCE=$reference VDX_CLINVAR=$clinvar VDX_CHUNK=$chunk VDX_OUT=$out
VDX_GNOMAD=${gnomad:+$(realpath "$gnomad")}
export VDX_GNOMAD
array() { bash "$here/array.sh" "$@"; }
self=$here/findings.sh
# What an earlier run has found is not left to be taken for this one's, wherever it stops.
while IFS=$'\t' read -r name _; do rm -f "$out/$name.findings."{tsv,html}; done <"$out/people.tsv"
rm -rf "$out/clinvar.norm.vcf.gz" "$out/regions" "$out/parts"
if [[ -n $chunk ]]; then
    mkdir -p "$out/parts"
    python3 "$here/../snakemake/scripts/regions.py" plan "$clinvar.tbi" "$reference.fai" "$chunk" "$out/regions"
    regions=("$out"/regions/*.tsv)
    array "$@" "$out/array/normalize" "${#regions[@]}" bash "$self" --normalize
    array "$@" "$out/array/gather" 1 bash "$self" --gather
    rm -rf "$out/parts"
else
    array "$@" "$out/array/normalize" 1 bash "$self" --normalize
fi
array "$@" "$out/array/people" "$(wc -l <"$out/people.tsv")" bash "$self" --person
