#!/usr/bin/env bash
# Builds the packages of a release, and tries each where it was unpacked or installed: a stranger's machine, as far as one
# machine can be two. What is fetched once stays in target/packages/tools.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: release.sh [--target TRIPLE] [--source URL] [--out DIR] [PART]...
       release.sh --built [--target TRIPLE] [--out DIR] [archive] [deb]

PART: archive wheel deb bioconda (all of them by default)
  --built          pack the binaries that lie in target/TRIPLE/release, and build none
  --target TRIPLE  what the binaries are for: x86_64-unknown-linux-gnu, with its C library linked statically [default: this
                   machine's], or x86_64-unknown-linux-musl, which needs `rustup target add` and musl-tools, and whose
                   allocator takes 1.6 to 2.7 times the CPU time
  --source URL     where the source archive of this release will lie; bioconda's recipe gets it and its checksum
  --out DIR        where the packages go [default: target/packages/VERSION]

Needs cargo, git, file, python3 with venv, dpkg-deb; cargo-about, cargo-deb and maturin are installed below target/packages where
they are not on the PATH (the first time some minutes). One LTO build of four minutes on 2 cores serves all packages.
Exit status: 0 done, 1 a package could not be built or does not work, 2 usage.
USAGE
}
say() { printf '%s\n' "$*"; }
fail() {
    printf 'release.sh: %s\n' "$*" >&2
    exit 1
}

cd "$(dirname "${BASH_SOURCE[0]}")/.."
root=$PWD
tools=(vdx-normalize vdx-gnomad vdx-merge vdx-meminfo)
version=$(sed -n '/^\[workspace.package\]/,/^\[/s/^version = "\(.*\)"/\1/p' Cargo.toml)
target=$(rustc -vV | sed -n 's/^host: //p')
source='' out=$root/target/packages/$version built=false
parts=()
while (($#)); do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --target | --source | --out)
            [[ -n ${2-} ]] || { usage >&2; exit 2; }
            printf -v "${1#--}" '%s' "$2"
            shift
            ;;
        --built) built=true ;;
        archive | wheel | deb | bioconda) parts+=("$1") ;;
        *) printf "release.sh: unexpected argument '%s'\n\n" "$1" >&2; usage >&2; exit 2 ;;
    esac
    shift
done
if $built; then
    ((${#parts[@]})) || parts=(archive deb)
    [[ " ${parts[*]} " != *wheel* && " ${parts[*]} " != *bioconda* ]] || fail "--built: wheel and bioconda's recipe call cargo themselves"
fi
((${#parts[@]})) || parts=(archive wheel deb bioconda)
mkdir -p "$out"
out=$(cd "$out" && pwd)

# Names that package managers look for are in Cargo.toml, relative to it: whatever the target folder is, this is below here.
work=$root/target/packages
stage=$work/stage
trial=$work/trial
rm -rf "$stage" "$trial"
mkdir -p "$stage" "$trial" "$work/tools"
build=${CARGO_TARGET_DIR:-$root/target}
PATH=$work/tools/bin:$PATH
# What is packed is as old as the commit that it was made of, so that two runs make the same bytes. Packers get it as
# SOURCE_DATE_EPOCH; cargo must not, as build scripts would run again, and all behind them, at each commit.
epoch=$(git log -1 --format=%ct)

# ---- what packages are made by

cargo_tool() { # cargo_tool NAME VERSION [WORD]...: from crates.io where it is not on the PATH
    command -v "$1" >/dev/null && return
    say "installing $1 $2"
    CARGO_TARGET_DIR=$work/tools/build RUSTFLAGS='' cargo install -q --locked --root "$work/tools" "$1" --version "$2" "${@:3}"
}
wants() { [[ " ${parts[*]} " == *" $1 "* ]]; }
cargo_tool cargo-about 0.9.3 --features cli
! wants deb || cargo_tool cargo-deb 3.8.0
if wants wheel; then
    [[ -x $work/tools/python/bin/maturin ]] || {
        python3 -m venv "$work/tools/python"
        "$work/tools/python/bin/pip" install -q --disable-pip-version-check maturin==1.16.0 wheel==0.47.0
    }
fi

# ---- the binaries, and what goes with them

SECONDS=0
[[ $target == *-musl ]] || export RUSTFLAGS="-C target-feature=+crt-static"
# An explicit --target keeps RUSTFLAGS away from build scripts and procedural macros.
if ! $built; then
    say "building for $target"
    cargo build -q --release --locked -p vdx --target "$target"
fi
bin=$build/$target/release
took=$SECONDS
mkdir -p "$stage/bin"
for tool in "${tools[@]}"; do
    install -m 755 "$bin/$tool" "$stage/bin/$tool"
    ! ldd "$stage/bin/$tool" 2>/dev/null | grep -q '=>' || fail "$tool is not static: $(ldd "$stage/bin/$tool" | head -n 1)"
    [[ $(file -b "$stage/bin/$tool") == *', stripped' ]] || fail "$tool is not stripped: $(file -b "$stage/bin/$tool")"
done
bash containers/packages/pages.sh "$bin" "$stage/man" "$stage/completions"/{bash,zsh,fish}
cp LICENSE LICENSE-MIT LICENSE-APACHE README.md CHANGELOG.md "$stage/"
cargo about -L error generate --locked --fail -c containers/packages/about.toml -o "$stage/THIRD-PARTY-LICENSES.txt" \
    containers/packages/about.hbs

# ---- does it work: the demo's pipe, with nothing of ours on the PATH but what was installed

data=$work/data
[[ -e $data/truth.tsv ]] || RUSTFLAGS='' cargo run -q --locked -p datagen -- demo -o "$data" >/dev/null
works() { # works NAME FOLDER
    local name=$1 into=$trial/$1.out status=0
    mkdir -p "$into"
    # What a person types, at once in a shell that knows nothing else.
    env -i HOME="$into" PATH="$2:/usr/bin:/bin" DATA="$data" bash -euo pipefail -c '
        cd "$HOME"
        vdx-normalize -f "$DATA/reference.fa" -m -any -c w --cache cache "$DATA/clinvar.vcf.gz" 2>normalize.log |
            vdx-merge match --sample "$DATA/sample.23andme.txt" -f "$DATA/reference.fa" 2>match.log |
            vdx-gnomad annotate --db "$DATA/gnomad" --cache cache 2>annotate.log | vdx-merge report --html page.html -o findings.tsv
        vdx-meminfo --format json >plan.json' 2>"$into/log" || status=$?
    ((status == 0)) || fail "$name: $(tail -qn 1 "$into"/*log)"
    for tool in "${tools[@]}"; do
        [[ $("$2/$tool" --version) == "$tool $version" ]] || fail "$name: $tool --version says $("$2/$tool" --version)"
    done
    awk -F'\t' -f workflows/demo/truth.awk "$data/truth.tsv" "$into/findings.tsv" >"$into/found" || fail "$name: $(<"$into/found")"
    say "$name: $(sed 's/  */ /g' "$into/found")"
}

# ---- the packages

archive() {
    local name=vdx-$version-$target
    rm -rf "${work:?}/$name"
    cp -r "$stage" "$work/$name"
    packed "$name" "$out/$name.tar.gz"
    tar -C "$trial" -xzf "$out/$name.tar.gz"
    works archive "$trial/$name/bin"
    local file
    for file in man/vdx-merge.1 man/vdx-gnomad-annotate.1 completions/zsh/_vdx-gnomad completions/fish/vdx-gnomad.fish THIRD-PARTY-LICENSES.txt LICENSE-MIT; do
        [[ -s $trial/$name/$file ]] || fail "the archive has no $file"
    done
}
packed() { # packed NAME FILE: the folder NAME as an archive whose bytes depend on its files alone
    tar -C "$work" --sort=name --mtime="@$epoch" --owner=0 --group=0 --numeric-owner -cf - "$1" | gzip -9n >"$2"
    rm -rf "${work:?}/$1"
}

wheel() {
    rm -rf "$work/wheel"
    # maturin's cargo finds the build that is there.
    "$work/tools/python/bin/maturin" build -q --release --locked --target "$target" -o "$work/wheel" >/dev/null
    # The texts of the licences go where those of the package are.
    "$work/tools/python/bin/wheel" unpack -d "$work/wheel" "$work"/wheel/*.whl >/dev/null
    cp "$stage/THIRD-PARTY-LICENSES.txt" "$work"/wheel/*/*.dist-info/licenses/
    rm -f "$out"/*.whl
    SOURCE_DATE_EPOCH=$epoch "$work/tools/python/bin/wheel" pack -d "$out" "$work"/wheel/*/ >/dev/null
    python3 -m venv "$trial/venv"
    "$trial/venv/bin/pip" install -q --disable-pip-version-check "$out"/*.whl pandas polars
    works wheel "$trial/venv/bin"
    (cd "$trial" && env -i PATH=/usr/bin:/bin "$trial/venv/bin/python" "$root/tests/packages/frames.py" "$data") \
        || fail "wheel: the module vdx"
}

deb() {
    rm -f "$out"/*.deb
    SOURCE_DATE_EPOCH=$epoch cargo deb -q --no-build --no-strip --target "$target" -o "$out" >/dev/null
    dpkg-deb -x "$out"/*.deb "$trial/deb"
    works deb "$trial/deb/usr/bin"
    local file
    for file in man/man1/vdx-merge.1.gz man/man1/vdx-merge-report.1.gz bash-completion/completions/vdx-merge zsh/vendor-completions/_vdx-merge \
        fish/vendor_completions.d/vdx-merge.fish doc/vdx/copyright doc/vdx/THIRD-PARTY-LICENSES.txt; do
        [[ -s $trial/deb/usr/share/$file ]] || fail "the Debian package has no usr/share/$file"
    done
    [[ $(dpkg-deb -f "$out"/*.deb Depends) == '' ]] || fail "static binaries need nothing, but Depends is $(dpkg-deb -f "$out"/*.deb Depends)"
}

bioconda() {
    local recipe=containers/packages/bioconda name=vdx-$version prefix=$trial/conda
    rm -rf "${work:?}/$name"
    mkdir "$work/$name"
    git archive HEAD | tar -C "$work/$name" -xf -
    cp "$stage/THIRD-PARTY-LICENSES.txt" "$work/$name/"
    packed "$name" "$out/$name.tar.gz"
    mkdir -p "$out/bioconda"
    cp "$recipe/build.sh" "$out/bioconda/"
    local sum
    sum=$(sha256sum <"$out/$name.tar.gz")
    sed "s|^  url: SOURCE\$|  url: ${source:-SOURCE}\n  sha256: ${sum%% *}|; s|^{% set version = .*|{% set version = \"$version\" %}|" \
        "$recipe/meta.yaml" >"$out/bioconda/meta.yaml"
    # As conda-build does it: its script with a PREFIX, then the recipe's own tests. The build is the one that is there.
    mkdir -p "$prefix"
    CARGO_BUILD_TARGET=$target CARGO_TARGET_DIR=$build PREFIX=$prefix bash -euo pipefail "$recipe/build.sh" >"$trial/conda.log" 2>&1 \
        || fail "bioconda: $(tail -n 3 "$trial/conda.log")"
    works bioconda "$prefix/bin"
    local command
    sed -n '/^  commands:/,/^[a-z]/s/^    - //p' "$recipe/meta.yaml" | while IFS= read -r command; do
        env -i PATH="$prefix/bin:/usr/bin:/bin" bash -c "$command" >/dev/null || fail "bioconda: $command"
    done
}

for part in "${parts[@]}"; do
    SECONDS=0
    "$part"
    say "$part: $SECONDS s"
done

(cd "$out" && find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%f\0' | sort -z | xargs -0 sha256sum >SHA256SUMS && sha256sum -c --quiet SHA256SUMS)
say
$built || say "the build: $took s; $(cargo --version)"
find "$out" -maxdepth 1 -type f ! -name SHA256SUMS -printf '%s %f\n' | sort -k 2 | awk '{ printf "%7.1f MB  %s\n", $1 / 1e6, $2 }'
