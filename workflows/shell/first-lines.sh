#!/usr/bin/env bash
# A look at the first records, of a file of any size: head closes the pipe, and the tools leave quietly with 0.
#   first-lines.sh REFERENCE.fa IN.vcf.gz [LINES]
set -euo pipefail
reference=$1 in=$2 lines=${3:-10}

vdx-normalize -q -f "$reference" -m -any -c w "$in" | grep -v '^##' | cut -f 1-5 | head -n "$lines" \
    || { status=("${PIPESTATUS[@]}"); ((status[0] == 0 && status[1] % 141 == 0 && status[2] % 141 == 0)); }
