#!/usr/bin/env bash
# Everything that must pass: installs the peers the tests compare with where it can, then format, lints, documentation, all
# tests. At the end it says which tests were skipped, and why; under CI=true none may be.
set -euo pipefail
cd "$(dirname "$0")/.."

# Peers come over the network while the compiler has the processors; it needs none of them but a linker.
command -v cc >/dev/null 2>&1 || bash tests/peers/install.sh
bash tests/peers/install.sh &
peers=$!

cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- -D warnings
RUSTDOCFLAGS="-D warnings" cargo doc --workspace --no-deps --locked --quiet

wait "$peers"

build="${CARGO_TARGET_DIR:-target}"
mkdir -p "$build"
VDX_SKIPPED="$(cd "$build" && pwd)/skipped"
export VDX_SKIPPED
: >"$VDX_SKIPPED"
status=0
cargo test --workspace --locked --no-fail-fast "$@" || status=$?
echo
if [ -s "$VDX_SKIPPED" ]; then
    echo "$(sort -u "$VDX_SKIPPED" | wc -l) skipped, in full or in part:"
    sort -u "$VDX_SKIPPED"
else
    echo "no test was skipped"
fi
# What a block needs that no test has is written behind its ```sh; tests/tools/documents.rs runs the others.
marked="$(find . -name target -prune -o -name '*.md' -exec grep -hoE '^ *```sh [a-z-]+' {} + | sed 's/.*sh //' | sort | uniq -c | awk '{printf "%s%s %s", comma, $1, $2; comma = ", "}')"
echo "shell blocks of documents that are not run here: ${marked:-none}"
exit "$status"
