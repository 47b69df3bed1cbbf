#!/bin/sh
# What no test notices: cargo-mutants changes the code, one place at a time, and runs the tests of its crate.
#
#   tests/mutants.sh [SHARD]        all of vdx-pipeline, the allele engine and where a record ends; 1/8: an eighth of them
#   tests/mutants.sh CRATE [SHARD]  another crate: vdx-hts, vdx-vcf
#
# Needs cargo-mutants (cargo install cargo-mutants). Slow: hours, on a machine that does nothing else. What survived is in
# target/mutants.out/missed.txt; it is killed by a test, or does not matter.
set -eu
cd "$(dirname "$0")/.."
crate=
case ${1:-} in vdx-*) crate=$1; shift ;; esac
shard=${1:+--shard $1}
# Tests that look at the machine's memory or clock are not what is asked; a run that hangs is noticed, too.
run() {
    nice -n 19 cargo mutants --jobs 1 --timeout-multiplier 4 --minimum-test-timeout 60 --output target $shard "$@"
}
if [ -n "$crate" ]; then
    run --package "$crate"
else
    run --package vdx-pipeline --package vdx-vcf \
        --file 'tools/vdx-pipeline/src/**' --file 'tools/vdx-vcf/src/alleles/**' --file tools/vdx-vcf/src/extent.rs
fi
