#!/usr/bin/env bash
# The manual pages and completions of the programs in the folder BIN, each into the folder of its kind:
#   pages.sh BIN MAN BASH ZSH FISH
set -euo pipefail
bin=$1 man=$2 bash=$3 zsh=$4 fish=$5
mkdir -p "${@:2}"
for tool in vdx-normalize vdx-gnomad vdx-merge vdx-meminfo; do
    "$bin/$tool" --generate man >"$man/$tool.1"
    for word in $("$bin/$tool" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]*\) .*/\1/p'); do
        [[ $word == help ]] || "$bin/$tool" "$word" --generate man >"$man/$tool-$word.1"
    done
    "$bin/$tool" --generate bash >"$bash/$tool"
    "$bin/$tool" --generate zsh >"$zsh/_$tool"
    "$bin/$tool" --generate fish >"$fish/$tool.fish"
done
