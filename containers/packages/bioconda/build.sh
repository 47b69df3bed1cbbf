#!/usr/bin/env bash
# conda-build runs this in the unpacked source; PREFIX is the environment that is packed.
set -euo pipefail
export CARGO_NET_RETRY=5
cargo install --no-track --locked --path . --root "$PREFIX"
share=$PREFIX/share
bash containers/packages/pages.sh "$PREFIX/bin" "$share/man/man1" "$share/bash-completion/completions" \
    "$share/zsh/site-functions" "$share/fish/vendor_completions.d"
