#!/bin/sh
# Every fuzz target for SECONDS, one after the other: executions, covered edges, and what was found.
#
#   tests/fuzz/run.sh SECONDS [TARGET ...]
#
# Needs cargo-fuzz (cargo install cargo-fuzz); works on the pinned toolchain. Inputs that cover something new are kept in
# target/fuzz, so that the next run goes on from there; what is found is put there, too, and belongs into
# tests/fuzz/corpus/TARGET once it is mended. Exit 1 where something was found.
set -eu
cd "$(dirname "$0")/../.."
seconds=${1:?usage: tests/fuzz/run.sh SECONDS [TARGET ...]}
shift
[ $# -gt 0 ] || set -- $(cd tests/fuzz/fuzz_targets && ls | sed 's/\.rs$//')
# Paths of temporary files are kept for signals as long as the process lives: no leak.
export RUSTC_BOOTSTRAP=1 ASAN_OPTIONS=detect_leaks=0
found=0
printf '%-12s %12s %8s %8s\n' target executions edges found
for target in "$@"; do
    made=target/fuzz/$target
    mkdir -p "$made/inputs" "$made/found"
    # More than a minute, or 2 GB, is a finding, too.
    cargo fuzz run --fuzz-dir tests/fuzz "$target" "$made/inputs" "tests/fuzz/corpus/$target" -- \
        -fork=1 -ignore_crashes=1 -ignore_timeouts=1 -ignore_ooms=1 -max_total_time="$seconds" -timeout=60 -rss_limit_mb=2048 \
        -artifact_prefix="$made/found/" >"$made/log" 2>&1 || true
    # #1234: cov: 567 ft: ...
    last=$(grep -E '^#[0-9]+: cov:' "$made/log" | tail -n 1)
    [ -n "$last" ] || { echo "$target: it did not run: $made/log" >&2; exit 1; }
    count=$(find "$made/found" -type f | wc -l)
    [ "$count" -eq 0 ] || found=1
    echo "$last" | sed -E 's/^#([0-9]+): cov: ([0-9]+).*/\1 \2/' | {
        read -r runs edges
        printf '%-12s %12s %8s %8s\n' "$target" "$runs" "$edges" "$count"
    }
done
exit $found
