#!/usr/bin/env bash
# conda-build runs this in the unpacked source; PREFIX is the environment that is packed.
set -euo pipefail
export CARGO_NET_RETRY=5
cargo install --no-track --locked --path . --root "$PREFIX"
for tool in vdx-normalize vdx-gnomad vdx-merge vdx-meminfo; do
    mkdir -p "$PREFIX/share/man/man1" "$PREFIX/share/bash-completion/completions" "$PREFIX/share/zsh/site-functions" \
        "$PREFIX/share/fish/vendor_completions.d"
    "$PREFIX/bin/$tool" --generate man >"$PREFIX/share/man/man1/$tool.1"
    for word in $("$PREFIX/bin/$tool" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        [[ $word == help ]] || "$PREFIX/bin/$tool" "$word" --generate man >"$PREFIX/share/man/man1/$tool-$word.1"
    done
    "$PREFIX/bin/$tool" --generate bash >"$PREFIX/share/bash-completion/completions/$tool"
    "$PREFIX/bin/$tool" --generate zsh >"$PREFIX/share/zsh/site-functions/_$tool"
    "$PREFIX/bin/$tool" --generate fish >"$PREFIX/share/fish/vendor_completions.d/$tool.fish"
done
