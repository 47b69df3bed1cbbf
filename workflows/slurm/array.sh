#!/usr/bin/env bash
# Items 1 to COUNT as Slurm array jobs. Those that were killed or ran out of memory run again, with twice as much.
set -euo pipefail

usage() {
    cat <<'USAGE'
Usage: array.sh [--mem MB] [--cpus N] [--batch N] [--tries N] [--sbatch OPTION]... FOLDER COUNT COMMAND...

Runs COMMAND... ITEM for each ITEM from 1 to COUNT, --batch of them one after the other in a task, and waits. Exit status
and messages of an item go to FOLDER/ITEM.status and FOLDER/ITEM.log. An item that ended with 137, or left no status since
its job was killed, runs again with twice the memory; bad data (1) and wrong options (2) do not. A later run starts anew.

  --mem MB         memory of a task at first [default: 512]
  --cpus N         CPUs of a task [default: 2]
  --batch N        items of a task [default: 1]
  --tries N        how often an item runs at most [default: 3]
  --sbatch OPTION  one more option of sbatch, such as --sbatch=--partition=main
Exit status: 0 all items ended well, 1 one did not, 2 usage.
USAGE
}

if [[ ${1-} == --task ]]; then
    # In the job: the items of this task are lines of the list.
    folder=$2 batch=$3
    shift 3
    first=$(((SLURM_ARRAY_TASK_ID - 1) * batch + 1))
    sed -n "$first,$((first + batch - 1))p" "$folder/todo" | while read -r item; do
        status=0
        "$@" "$item" >"$folder/$item.log" 2>&1 </dev/null || status=$?
        # Killed between the two, the item has no status; it never has half of one.
        echo "$status" >"$folder/$item.status.new"
        mv "$folder/$item.status.new" "$folder/$item.status"
    done
    exit
fi

mem=512 cpus=2 batch=1 tries=3 options=()
while (($#)); do
    case $1 in
        -h | --help) usage; exit 0 ;;
        --mem=* | --cpus=* | --batch=* | --tries=* | --sbatch=*) set -- "${1%%=*}" "${1#*=}" "${@:2}" ;;
        --sbatch) options+=("${2?}"); shift 2 ;;
        --mem | --cpus | --batch | --tries)
            [[ ${2-} =~ ^[1-9][0-9]*$ ]] || { echo "array.sh: $1: expected a number, found '${2-}'" >&2; exit 2; }
            printf -v "${1#--}" '%s' "$2"
            shift 2
            ;;
        -*) echo "array.sh: unexpected option '$1'" >&2; usage >&2; exit 2 ;;
        *) break ;;
    esac
done
(($# >= 3)) && [[ $2 =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }
folder=$1 count=$2
shift 2
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
rm -f "$folder"/*.status "$folder"/*.status.new "$folder"/*.log
self=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)/array.sh

seq "$count" >"$folder/todo"
failed=()
for ((try = 1; try <= tries; try++)); do
    tasks=$((($(wc -l <"$folder/todo") + batch - 1) / batch))
    printf -v command '%q ' bash "$self" --task "$folder" "$batch" "$@"
    # sbatch --wait has the worst status of the tasks; what each item came to is in its own file.
    sbatch --wait --parsable --array="1-$tasks" --mem="${mem}M" --cpus-per-task="$cpus" --output="$folder/task.%a.out" \
        --job-name="$(basename "$folder")" "${options[@]}" --wrap="$command" >"$folder/job" 2>"$folder/sbatch.log" || true
    [[ -s $folder/job ]] || { cat "$folder/sbatch.log" >&2; exit 1; }
    again=()
    while read -r item; do
        case $(cat "$folder/$item.status" 2>/dev/null || echo killed) in
            0) ;;
            137 | killed) again+=("$item") ;;
            *) failed+=("$item") ;;
        esac
    done <"$folder/todo"
    ((${#again[@]})) || break
    mem=$((mem * 2))
    ((try == tries)) || echo "array.sh: $(basename "$folder"): ${#again[@]} killed or out of memory; again with $mem MB each" >&2
    printf '%s\n' "${again[@]}" >"$folder/todo"
done
failed+=("${again[@]}")
for item in "${failed[@]}"; do
    echo "array.sh: item $item: exit status $(cat "$folder/$item.status" 2>/dev/null || echo 'none, it was killed'); $folder/$item.log:" >&2
    tail -n 3 "$folder/$item.log" >&2 || true
done
((${#failed[@]} == 0))
