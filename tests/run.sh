#!/usr/bin/env bash
# Everything that must pass: installs the peers the tests compare with where it can, then format, lints, all tests.
set -euo pipefail
cd "$(dirname "$0")/.."

# Peers: bcftools is the oracle of vdx-normalize and vdx-gnomad, bgzip and tabix make and read their files;
# chromium opens the page of vdx-merge report.
missing=()
for pair in bcftools:bcftools bgzip:tabix tabix:tabix cc:gcc chromium:chromium; do
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
        echo "not installed and not installable from here: ${missing[*]} (tests that need them say that they were skipped)" >&2
    fi
fi

cargo fmt --all --check
cargo clippy --workspace --all-targets --locked -- -D warnings
cargo test --workspace --locked "$@"
