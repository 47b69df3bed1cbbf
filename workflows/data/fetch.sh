# Sourced by the scripts beside it: what they are asked for, what a file is, how large it is, and how it comes here whole or
# not at all.
#
# VDX_DATA_BASE stands for the network: https://HOST/PATH is then taken from $VDX_DATA_BASE/HOST/PATH (a mirror; the tests).

name=${0##*/}
say() { printf '%s\n' "$*" >&2; }
fail() {
    printf '%s: %s\n' "$name" "$*" >&2
    exit 1
}
# wrong WORD...: wrong usage, said above the usage itself.
wrong() {
    printf '%s: %s\n\n' "$name" "$*" >&2
    usage >&2
    exit 2
}
# options NAMES WORD...: --NAME VALUE sets the variable of that name, --contig adds to it; --list and --help each script has.
# Then whether all is installed that is called below.
options() {
    local names=$1 variable tool
    shift
    while (($#)); do
        variable=${1#--}
        case $1 in
            -h | --help) usage; exit 0 ;;
            --list) list=true ;;
            --*)
                [[ " $names " == *" $variable "* ]] || wrong "unexpected argument '$1'"
                [[ -n ${2-} ]] || wrong "$1 needs a value"
                case $variable in
                    contig) contig+="${contig:+ }${2#chr}" ;;
                    *) printf -v "$variable" '%s' "$2" ;;
                esac
                shift
                ;;
            *) wrong "unexpected argument '$1'" ;;
        esac
        shift
    done
    for tool in curl md5sum gzip awk; do
        command -v "$tool" >/dev/null || fail "$tool is not installed"
    done
}

address() { printf '%s' "${VDX_DATA_BASE:+$VDX_DATA_BASE/}${1#"${VDX_DATA_BASE:+https://}"}"; }
# curl with what all calls share; the body goes to standard output.
ask() { curl -fsSL --retry 3 --retry-delay 1 --connect-timeout 30 "${@:2}" "$(address "$1")"; }

# bytes URL: what the server says of its size; nothing where it does not. Status 1 where it cannot be reached.
bytes() { ask "$1" -I | tr -d '\r' | awk 'tolower($1) == "content-length:" { size = $2 } END { print size }'; }
human() { awk -v bytes="$1" 'BEGIN { if (bytes == "") print "size unknown"; else if (bytes >= 1e9) printf "%.1f GB\n", bytes / 1e9; else printf "%.1f MB\n", bytes / 1e6 }'; }

# plan FOLDER TIMES URL...: says what will be fetched, how large each is and how much room there is, before anything is. On
# disk it takes so many times its size.
plan() {
    local folder=$1 url size sum=0
    for url in "${@:3}"; do
        size=$(bytes "$url") || fail "cannot be reached: $(address "$url")"
        say "$(printf '%10s  %s' "$(human "$size")" "$url")"
        sum=$((sum + ${size:-0}))
    done
    enough "$folder" "$((sum * $2))"
}
# enough FOLDER BYTES: is there room? What --list says is said without it, too.
enough() {
    local room
    room=$(df -Pk "$1" | awk 'NR == 2 { printf "%.0f", $4 * 1024 }')
    say "$(printf '%10s  on disk, %s free in %s' "$(human "$2")" "$(human "$room")" "$1")"
    $list || [ "$room" -gt "$2" ] || fail "not enough room in $1"
}

part_bytes() { if [ -e "$1.part" ]; then wc -c <"$1.part"; else echo 0; fi; }
# fetch URL FILE CHECK [WORD]...: the file under its name, once CHECK says that it is whole. A transfer that was cut goes on
# where it stopped, FILE.part; one whose source has changed since begins anew. A file that fails its check is removed.
fetch() {
    local url=$1 file=$2 check=("${@:3}") status=0 tag=''
    if [ -s "$file" ] && "${check[@]}" "$file"; then
        say "there     $file"
        return
    fi
    # Only the same bytes are gone on with: the server is told which they were.
    if [ -s "$file.part" ] && [ -s "$file.tag" ]; then
        tag=$(cat "$file.tag")
        say "goes on   $file, $(human "$(part_bytes "$file")") of it are here"
    else
        rm -f "$file.part"
        ask "$url" -I | tr -d '\r' | awk 'tolower($1) == "etag:" || (tolower($1) == "last-modified:" && !tag) { tag = substr($0, index($0, " ") + 1) } END { print tag }' \
            >"$file.tag" || fail "cannot be reached: $(address "$url")"
        say "fetching  $file"
    fi
    # What has been cut goes on as long as something comes.
    local before=-1 now
    now=$(part_bytes "$file")
    while [ "$now" -gt "$before" ] && [ "$now" != "$(bytes "$url")" ]; do
        before=$now status=0
        ask "$url" -C - ${tag:+-H "If-Range: $tag"} -o "$file.part" || status=$?
        case $status in 18 | 28 | 52 | 56 | 92) now=$(part_bytes "$file") tag=$(cat "$file.tag") ;; *) break ;; esac
    done
    # 33: the server sends all of it, as it has changed or knows no ranges; 36: the part is longer than it.
    if [ "$status" = 33 ] || [ "$status" = 36 ]; then
        say "anew      $file has changed at its source"
        rm -f "$file.part" "$file.tag"
        fetch "$@"
        return
    fi
    [ "$status" = 0 ] || fail "$file stopped (curl $status); the same command goes on where it did"
    rm -f "$file.tag"
    if ! "${check[@]}" "$file.part"; then
        rm -f "$file.part"
        fail "$file is not what its source says it is (${check[*]}): removed; run this again, or take another mirror"
    fi
    mv "$file.part" "$file"
}

# ---- what a CHECK can be
is_md5() { [ "$(md5sum <"$2" | cut -c 1-32)" = "$1" ]; }
# BSD's sum, as Ensembl lists it: checksum and blocks of 1,024 bytes.
is_sum() { [ "$(sum "$3" | awk '{ print $1 + 0, $2 }')" = "$1 $2" ]; }
is_gzip() { gzip -t "$1" 2>/dev/null; }
