#!/usr/bin/env bash
# The sample page and its picture, workflows/demo/sample/: of a made-up person, as run.sh makes them.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: page.sh [DEMO]

Runs run.sh (into a temporary folder), or takes DEMO, a folder that run.sh has filled, and writes
  workflows/demo/sample/report.html  the page
  workflows/demo/sample/report.png   what a browser shows of it, 1280 pixels wide
It needs chromium, chromium-browser or google-chrome on the PATH.
Exit status: 0 done, 1 bad data or a missing tool, 2 usage.
USAGE
}

case $# in
    0) demo='' ;;
    1)
        case $1 in
            -h | --help) usage; exit 0 ;;
            -*) usage >&2; exit 2 ;;
            *) demo=$1 ;;
        esac
        ;;
    *) usage >&2; exit 2 ;;
esac

browser=''
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null; then
        browser=$name
        break
    fi
done
[[ -n $browser ]] || { echo "page.sh: no chromium on the PATH" >&2; exit 1; }

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
if [[ -z $demo ]]; then
    demo=$work/demo
    "$here/run.sh" --out "$demo" >/dev/null
fi
[[ -s $demo/report.html ]] || { echo "page.sh: no report.html in $demo; run.sh makes it" >&2; exit 1; }

mkdir -p "$here/sample"
# Of a person nobody is: anyone may read it.
install -m 644 "$demo/report.html" "$here/sample/report.html"
"$browser" --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --no-first-run --hide-scrollbars \
    --user-data-dir="$work/browser" --window-size=1280,1400 --virtual-time-budget=5000 \
    --screenshot="$work/report.png" "file://$here/sample/report.html" >/dev/null 2>&1
[[ -s $work/report.png ]] || { echo "page.sh: $browser made no picture" >&2; exit 1; }
install -m 644 "$work/report.png" "$here/sample/report.png"
echo "$here/sample/report.html"
echo "$here/sample/report.png"
