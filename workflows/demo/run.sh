#!/usr/bin/env bash
# A person's raw genotype file against ClinVar and gnomAD in one pipe: on made-up data, or on files of your own.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: run.sh [--out DIR] [--threads N]
       run.sh --reference FASTA --clinvar VCF --sample RAW [--gnomad PATH [--dataset NAME]] [--out DIR] [--threads N]
       run.sh --fetch --sample RAW [--build GRCh37|GRCh38] [--gnomad PATH [--dataset NAME]] [--out DIR] [--threads N]

Builds the four tools (or takes installed ones), then runs
  vdx-normalize | vdx-merge match | vdx-gnomad annotate | vdx-merge report
and leaves a table, findings.tsv, and the page of it, report.html.
Without files of your own it makes a small data set first and counts how many of the planted variants were found.

  --reference FASTA  reference genome of the build that the other files use (uncompressed)
  --clinvar VCF      ClinVar's clinvar.vcf.gz of that build
  --sample RAW       a raw genotype file as downloaded from the vendor, or the person's VCF
  --gnomad PATH      folder of gnomAD's per-chromosome files, one VCF, or a store; without it there are no frequencies
  --dataset NAME     exomes, genomes or joint, where the folder holds several
  --fetch            get the reference and ClinVar that are not given (1.1 GB, 4 GB on disk) into DIR/fetched, and say first how
                     large they are; what is there already is not fetched again
  --build BUILD      which build --fetch gets: that of the sample, GRCh37 for nearly all raw files [default: GRCh37]
  --installed        take the tools of the PATH, and build none
  --out DIR          where everything goes [default: ./vdx-demo]
  --threads N|auto   worker threads of each tool [default: auto]
  -h, --help         show this text

Indexes that are missing (.fai, .tbi) are made beside the files, or under DIR where that folder is read-only.
Exit status: 0 done, 1 bad data or a missing file or tool, 2 usage, 137 not enough memory.
USAGE
}

fail() {
    printf 'run.sh: %s\n' "$1" >&2
    exit "${2:-1}"
}

wrong_usage() {
    printf 'run.sh: %s\n\n' "$1" >&2
    usage >&2
    exit 2
}

# A path that stays right in any folder and can never be read as an option.
absolute() {
    case $1 in
        /*) printf '%s' "$1" ;;
        *) printf '%s/%s' "$PWD" "$1" ;;
    esac
}

# ---- what to run on

reference='' clinvar='' sample='' gnomad='' dataset='' build='' out=vdx-demo threads=auto
fetch=false installed=false
while (($#)); do
    option=$1
    case $option in
        -h | --help) usage; exit 0 ;;
        --fetch | --installed)
            printf -v "${option#--}" true
            shift
            continue
            ;;
        --reference | --clinvar | --sample | --gnomad | --dataset | --build | --out | --threads)
            value=${2-}
            [[ -n $value ]] || wrong_usage "$option needs a value"
            shift 2
            ;;
        --reference=?* | --clinvar=?* | --sample=?* | --gnomad=?* | --dataset=?* | --build=?* | --out=?* | --threads=?*)
            value=${option#*=}
            option=${option%%=*}
            shift
            ;;
        *) wrong_usage "unexpected argument '$option'" ;;
    esac
    case $option in
        --threads) threads=$value ;;
        --dataset) dataset=$value ;;
        --build) build=$value ;;
        *) printf -v "${option#--}" '%s' "$(absolute "$value")" ;;
    esac
done
out=$(absolute "$out")
[[ $threads == auto || $threads =~ ^[1-9][0-9]*$ ]] || wrong_usage "--threads: expected a number or auto, found '$threads'"

[[ -z $dataset || -n $gnomad ]] || wrong_usage "--dataset says what to take of --gnomad; give that, too"
case $dataset in '' | exomes | genomes | joint) ;; *) wrong_usage "--dataset: expected exomes, genomes or joint, found '$dataset'" ;; esac

[[ -z $build ]] || $fetch || wrong_usage "--build says what --fetch gets; give that, too"
case $build in '' | GRCh37 | GRCh38) ;; *) wrong_usage "--build: expected GRCh37 or GRCh38, found '$build'" ;; esac

own_files=false
if $fetch || [[ -n $reference$clinvar$sample$gnomad ]]; then
    own_files=true
    missing=''
    $fetch || [[ -n $reference ]] || missing+=' --reference'
    $fetch || [[ -n $clinvar ]] || missing+=' --clinvar'
    [[ -n $sample ]] || missing+=' --sample'
    [[ -z $missing ]] || wrong_usage "with files of your own, also give$missing"
fi
$own_files || ! $installed || wrong_usage "--installed needs files of your own: made-up data comes from the build"

# Everything that can be known to be wrong is said before minutes go into a build.
for option in reference clinvar sample gnomad; do
    path=${!option}
    [[ -z $path ]] && continue
    [[ -e $path ]] || fail "--$option: no such file: $path"
    [[ -r $path ]] || fail "--$option: cannot be read (permissions): $path"
    [[ $option == gnomad || ! -d $path ]] || fail "--$option: expected a file, found a folder: $path"
done
if $installed; then
    for tool in vdx-normalize vdx-merge vdx-gnomad; do
        command -v "$tool" >/dev/null || fail "$tool is not on the PATH; leave --installed out, and it is built"
    done
else
    command -v cargo >/dev/null || fail "cargo is not on the PATH; install Rust from https://rustup.rs, then run this again"
fi
mkdir -p "$out/logs" "$out/stats" "$out/multiqc" || fail "--out: cannot write to $out"

# ---- the data that is not given

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
if $fetch; then
    build=${build:-GRCh37} got=$out/fetched
    # What is here is taken as it is: a run must not wait for a network that it does not need.
    [[ -n $reference || ! -s $got/$build.fa ]] || reference=$got/$build.fa
    [[ -n $clinvar || ! -s $got/clinvar.vcf.gz ]] || clinvar=$got/clinvar.vcf.gz
    missing=''
    if [[ -z $reference ]]; then
        if "$root/workflows/data/reference.sh" --build "$build" --out "$got"; then
            reference=$got/$build.fa
        else
            missing+="
  the reference genome is missing: give --reference FASTA ($build, 3.1 GB)"
        fi
    fi
    if [[ -z $clinvar ]]; then
        if "$root/workflows/data/clinvar.sh" --build "$build" --out "$got"; then
            clinvar=$got/clinvar.vcf.gz
        else
            missing+="
  ClinVar is missing: give --clinvar clinvar.vcf.gz ($build, 0.2 GB)"
        fi
    fi
    [[ -z $missing ]] || fail "not all could be fetched, see above; workflows/data/README.md says where it comes from, for a machine that has
a network, and the same command goes on where it was:$missing"
fi

# ---- the tools

if ! $installed; then
    # rust-toolchain.toml and Cargo's configuration are looked up from the working folder, so cargo runs in the repository.
    in_repository() { (cd "$root" && "$@"); }

    packages=(-p vdx)
    $own_files || packages+=(-p datagen)
    # A profile of its own: without the whole-program optimisation of what is installed, at a tenth of its speed less.
    echo "Building for a first look, in about half of the time that cargo install takes (two minutes on 2 cores) ..." >&2
    in_repository cargo build --profile demo --locked "${packages[@]}" || fail "the build failed; see above"

    target=$(in_repository cargo metadata --format-version 1 --no-deps --locked \
        | sed -n 's/.*"target_directory":"\([^"]*\)".*/\1/p')
    # With build.target set, cargo adds a folder named after the target.
    bin=$target${CARGO_BUILD_TARGET:+/$CARGO_BUILD_TARGET}/demo
    [[ -x $bin/vdx-normalize ]] || fail "the build put no vdx-normalize into $bin"
    PATH=$bin:$PATH
fi

# ---- the data

if ! $own_files; then
    data=$out/data
    datagen demo -o "$data" >"$out/logs/datagen.log" 2>&1 || fail "making the data failed; see $out/logs/datagen.log"
    reference=$data/reference.fa
    clinvar=$data/clinvar.vcf.gz
    sample=$data/sample.23andme.txt
    gnomad=$data/gnomad
fi

# ---- the pipe

run() { # run NAME TOOL ARGUMENT...
    local name=$1
    shift
    "$@" -@ "$threads" --cache "$out/cache" --stats "$out/stats/$name.json" --multiqc "$out/multiqc/${name}_mqc.json" \
        2>"$out/logs/$name.log"
}
normalize() { run normalize vdx-normalize -f "$reference" -m -any -c w "$clinvar"; }
match() { run match vdx-merge match --sample "$sample" -f "$reference"; }
annotate() {
    if [[ -n $gnomad ]]; then
        run annotate vdx-gnomad annotate --db "$gnomad" ${dataset:+--dataset "$dataset"}
    else
        cat
    fi
}
report() {
    run report vdx-merge report --html "$out/report.html" --match-stats "$out/stats/match.json" -o "$out/findings.tsv"
}

steps=(normalize match annotate report)
rm -f "$out"/{findings.tsv,report.html} "$out"/logs/{normalize,match,annotate,report}.log "$out"/stats/*.json "$out"/multiqc/*.json
set +e
normalize | match | annotate | report
statuses=("${PIPESTATUS[@]}")
set -e

# The leftmost that failed is the cause: those behind it only saw their input end too early, and those before a failed
# one leave with 0 when their pipe is closed, but the cat that stands for a missing step, which has 141.
for i in "${!steps[@]}"; do
    if ((statuses[i] != 0 && statuses[i] != 141)); then
        printf 'run.sh: %s failed with exit status %d:\n' "${steps[i]}" "${statuses[i]}" >&2
        tail -n 5 "$out/logs/${steps[i]}.log" >&2
        exit "${statuses[i]}"
    fi
done

# ---- what came out

# Columns are taken by name, so that a new one in the table does not move the others.
table() {
    awk -F'\t' -v shown=10 '
        function cell(text) { return text == "" ? "-" : length(text) > 30 ? substr(text, 1, 28) ".." : text }
        NR == 1 {
            wanted = split("rsid chromosome position genotype zygosity gene clinical_significance review_stars " \
                "gnomad_af verdict", name, " ")
            for (i = 1; i <= NF; i++) at[$i] = i
            for (i = 1; i <= wanted; i++) if (name[i] in at) column[++columns] = at[name[i]]
        }
        NR <= shown + 1 {
            line = cell($column[1])
            for (i = 2; i <= columns; i++) line = line "\t" cell($column[i])
            print line
        }' "$out/findings.tsv"
}
if command -v column >/dev/null; then
    shown=$(table | column -t -s $'\t' 2>/dev/null) || shown=$(table)
else
    shown=$(table)
fi
printf '%s\n' "$shown"
rows=$(($(wc -l <"$out/findings.tsv") - 1))
((rows <= 10)) || echo "... and $((rows - 10)) more"

echo
for step in "${steps[@]}"; do
    [[ -e $out/logs/$step.log ]] || continue
    awk -v step="$step" '
        /peak_mb=/ { line = $0 }
        END {
            count = split(line, pair, " ")
            for (i = 1; i <= count; i++) if (split(pair[i], word, "=") == 2) value[word[1]] = word[2]
            printf "%-10s %8s records in, %8s out, %7s s, peak %4s MB\n",
                step, value["in"], value["out"], value["seconds"], value["peak_mb"]
        }' "$out/logs/$step.log"
done

cat <<END

Findings    $out/findings.tsv ($rows rows)
Page        $out/report.html (open it in a browser; it needs no network)
Logs        $out/logs/
Statistics  $out/stats/, and as tables for MultiQC in $out/multiqc/
END

$own_files || exec awk -F'\t' -f "$root/workflows/demo/truth.awk" "$data/truth.tsv" "$out/findings.tsv"
