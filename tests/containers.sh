#!/usr/bin/env bash
# Builds both images and runs every tool in them: under a memory and a CPU limit by runc, and as nobody by ch-run. The
# bytes must be those of the same binaries without a container, and vdx-meminfo must see the limits. Then Nextflow runs in
# the engine image by podman, as itself and in docker's place. Takes a quarter of an hour, most of it the build, and needs
# root, buildah, runc, charliecloud, podman and, where images cannot be pulled, debootstrap; no other test command runs it.
#   tests/containers.sh [DIR]        what it makes stays in DIR, stand-ins for a later run, too [default: target/containers]
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD
work=${1:-${CARGO_TARGET_DIR:-target}/containers}
mkdir -p "$work"
work=$(cd "$work" && pwd)
export BUILDAH_ISOLATION=chroot
say() { printf '%s\n' "$*"; }
fail() {
    printf 'containers.sh: %s\n' "$*" >&2
    exit 1
}

[[ $(id -u) == 0 ]] || fail "needs root"
for tool in buildah runc ch-run podman runuser python3 cargo; do
    command -v "$tool" >/dev/null || fail "$tool is not installed (apt-get install buildah runc charliecloud podman)"
done
bash tests/peers/install.sh
peers=$(cd "${CARGO_TARGET_DIR:-target}/peers/bin" && pwd)
[[ -x $peers/nextflow ]] || fail "Nextflow is not installed, nor to be had"

# ---- what the images start from
base=docker.io/library/debian:bookworm-slim
rust=docker.io/library/rust:1.95.0-slim-bookworm
# `stand_in NAME FOLDER`: an image of a folder
stand_in() {
    local container
    container=$(buildah from scratch)
    buildah add -q "$container" "$2" / >/dev/null
    buildah commit -q "$container" "$1" >/dev/null
    buildah rm "$container" >/dev/null
}
if [[ -n ${STAND_IN-} ]] || ! timeout 60 buildah pull -q "$base" >/dev/null 2>&1 || ! timeout 600 buildah pull -q "$rust" >/dev/null 2>&1; then
    say "images: cannot be pulled (or STAND_IN is set), stand-ins are made"
    base=localhost/vdx-stand-in:bookworm
    rust=localhost/vdx-stand-in:rust
    if ! buildah inspect "$base" >/dev/null 2>&1; then
        command -v debootstrap >/dev/null || fail "debootstrap is not installed"
        [[ -e $work/bookworm/etc/debian_version ]] || debootstrap --variant=minbase bookworm "$work/bookworm" >"$work/debootstrap.log"
        rm -rf "$work"/bookworm/var/cache/apt/archives/*.deb "$work"/bookworm/var/lib/apt/lists/*
        stand_in "$base" "$work/bookworm"
    fi
    if ! buildah inspect "$rust" >/dev/null 2>&1; then
        # The host's toolchain, and the crates that it has already: nothing is downloaded in the build.
        cargo fetch -q --locked
        container=$(buildah from "$base")
        buildah run "$container" -- sh -c 'apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev >/dev/null'
        buildah add -q "$container" "$(rustc --print sysroot)" /opt/rust >/dev/null
        buildah add -q "$container" "${CARGO_HOME:-$HOME/.cargo}/registry" /opt/cargo/registry >/dev/null
        buildah config --env PATH=/opt/rust/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            --env CARGO_HOME=/opt/cargo --env CARGO_NET_OFFLINE=true "$container"
        buildah commit -q "$container" "$rust" >/dev/null
        buildah rm "$container" >/dev/null
    fi
fi

# ---- build
for target in minimal engine; do
    SECONDS=0
    buildah build -q --layers -f containers/Dockerfile --target "$target" \
        --build-arg RUST_IMAGE="$rust" --build-arg BASE_IMAGE="$base" -t "localhost/vdx-test:$target" . >"$work/build.$target.log" 2>&1 \
        || { tail -n 20 "$work/build.$target.log" >&2; fail "building $target failed"; }
    container=$(buildah from "localhost/vdx-test:$target")
    rm -rf "${work:?}/$target"
    cp -a "$(buildah mount "$container")" "$work/$target"
    user=$(buildah inspect --format '{{.OCIv1.Config.User}}' "$container")
    labels=$(buildah inspect --format '{{index .OCIv1.Config.Labels "org.opencontainers.image.version"}}' "$container")
    buildah umount "$container" >/dev/null
    buildah rm "$container" >/dev/null
    say "$target: built in $SECONDS s, $(du -sb "$work/$target" | awk '{ printf "%.1f MB", $1 / 1e6 }'), user '${user}', version '$labels'"
    [[ $labels == 0.1.0 ]] || fail "$target: the label of the version is missing"
done
[[ $(buildah inspect --type image --format '{{.OCIv1.Config.User}}' localhost/vdx-test:minimal) == 65534:65534 ]] \
    || fail "minimal: runs as root"
for tool in bash ps awk sed grep gzip find cat sort; do
    chroot "$work/engine" sh -c "command -v $tool" >/dev/null || fail "engine: $tool is missing"
done

# ---- what to run, and what must come out
data=$work/data
if [[ ! -e $data/clinvar.vcf.gz ]]; then
    cargo run -q --locked -p datagen -- demo -o "$data" >/dev/null
fi
chmod -R a+rX "$data"
# A line for each tool: NAME COMMAND; each reads /data and writes to standard output. The steps before are taken from the
# run without a container, so that one that fails does not hide the next.
steps=(
    "normalize vdx-normalize -f /data/reference.fa -m -any -c w --no-version /data/clinvar.vcf.gz"
    "match vdx-merge match --sample /data/sample.23andme.txt -f /data/reference.fa --no-version /data/out/normalize"
    "annotate vdx-gnomad annotate --db /data/gnomad --no-version /data/out/match"
    "report vdx-merge report /data/out/annotate"
)
mkdir -p "$data/out"
for step in "${steps[@]}"; do
    read -r name tool arguments <<<"$step"
    # shellcheck disable=SC2086 # words
    "$work/minimal/usr/local/bin/$tool" ${arguments//\/data/$data} >"$data/out/$name" 2>"$work/host.$name.log" \
        || fail "$name without a container: $(tail -n 1 "$work/host.$name.log")"
done
chmod -R a+rX "$data"

compare() { # compare WHERE NAME FILE
    cmp -s "$3" "$data/out/$2" || fail "$1: $2 wrote other bytes than without a container"
}

# ---- runc: 256 MiB, or LIMIT, and half a CPU of the kernel's, as uid 65534
bundle=$work/bundle
run_runc() { # run_runc ROOTFS COMMAND...
    local rootfs=$1
    shift
    rm -rf "$bundle"
    mkdir -p "$bundle"
    runc spec -b "$bundle"
    ROOTFS=$rootfs DATA=$data LIMIT=${LIMIT:-256} python3 - "$bundle/config.json" "$@" <<'PYTHON'
import json, os, sys
file, command = sys.argv[1], sys.argv[2:]
config = json.load(open(file))
config["process"].update(terminal=False, args=command, user={"uid": 65534, "gid": 65534}, env=["PATH=/usr/local/bin:/usr/bin:/bin"])
config["process"].pop("rlimits", None)
config["root"] = {"path": os.environ["ROOTFS"], "readonly": True}
config["mounts"].append({"destination": "/data", "type": "bind", "source": os.environ["DATA"], "options": ["rbind", "ro"]})
config["mounts"].append({"destination": "/tmp", "type": "tmpfs", "source": "tmpfs", "options": ["nosuid", "nodev", "mode=1777"]})
config["linux"]["resources"].update(memory={"limit": int(os.environ["LIMIT"]) << 20}, cpu={"quota": 50000, "period": 100000})
json.dump(config, open(file, "w"))
PYTHON
    runc run -b "$bundle" "vdx-test-$$"
}
run_ch() { # run_ch ROOTFS COMMAND...
    local rootfs=$1
    shift
    runuser -u nobody -- ch-run -b "$data:/data" "$rootfs" -- "$@"
}
# Mount points: a read-only root has to have them already.
for target in minimal engine; do mkdir -p "$work/$target/data"; done
runuser -u nobody -- test -x "$work/minimal/usr/local/bin/vdx-merge" -a -r "$data/clinvar.vcf.gz" \
    || fail "nobody cannot get to $work; name a DIR that everyone may enter, such as /var/tmp/vdx-containers"

for target in minimal engine; do
    for runtime in runc ch; do
        for step in "${steps[@]}"; do
            read -r name tool arguments <<<"$step"
            # shellcheck disable=SC2086 # words
            "run_$runtime" "$work/$target" "/usr/local/bin/$tool" $arguments >"$work/$name" 2>"$work/$target.$runtime.$name.log" \
                || fail "$target, $runtime: $name: exit status $?: $(tail -n 3 "$work/$target.$runtime.$name.log")"
            compare "$target, $runtime" "$name" "$work/$name"
        done
        started=$(date +%s%N)
        "run_$runtime" "$work/$target" /usr/local/bin/vdx-merge --version >/dev/null
        say "$target, $runtime: ${#steps[@]} tools, the same bytes; --version in $((($(date +%s%N) - started) / 1000000)) ms"
    done
    seen=$(run_runc "$work/$target" /usr/local/bin/vdx-meminfo --explain)
    say "$target, runc, vdx-meminfo:" && head -n 2 <<<"$seen" | sed 's/^/    /'
    grep -q '^memory .*of 256 MiB .*\(limit_in_bytes\|memory\.max\)' <<<"$seen" || fail "$target: vdx-meminfo does not name the memory limit: $seen"
    grep -q '^CPUs  *1 .*cpu\.\(cfs_quota_us\|max\)' <<<"$seen" || fail "$target: vdx-meminfo does not name the CPU limit: $seen"
    read -r name tool arguments <<<"${steps[0]}"
    status=0
    # shellcheck disable=SC2086 # words
    LIMIT=12 run_runc "$work/$target" "/usr/local/bin/$tool" $arguments >/dev/null 2>"$work/$target.little.log" || status=$?
    [[ $status == 137 ]] || fail "$target: $name in 12 MiB: exit status $status, 137 expected: $(tail -n 1 "$work/$target.little.log")"
    say "$target, runc, $name in 12 MiB: 137: $(tail -n 1 "$work/$target.little.log")"
done

# ---- Nextflow: a task is a container of the engine image, and the tools are nowhere else
flow=$work/flow
rm -rf "$flow"
mkdir -p "$flow/bin"
ln -s "$(command -v podman)" "$flow/bin/docker"
# What podman asks for by itself a container around this one may refuse; without a network no name is looked up.
cat >"$flow/containers.conf" <<'END'
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
netns = "host"
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
END
echo "process { withName: '.*' { container = 'localhost/vdx-test:engine' } }" >"$flow/engine.config"
cp -r workflows/nextflow/tests/data "$flow/data"
here() { "$work/minimal/usr/local/bin/$1" "${@:2}" 2>>"$flow/pipe.log"; }
for name in first second; do
    here vdx-normalize -f "$flow/data/reference.fa" -m -any -c w "$flow/data/clinvar.vcf.gz" \
        | here vdx-merge match --sample "$flow/data/$name.23andme.txt" -f "$flow/data/reference.fa" \
        | here vdx-gnomad annotate --db "$flow/data/gnomad" | here vdx-merge report >"$flow/$name.tsv" \
        || fail "the pipe without a container: $(tail -n 1 "$flow/pipe.log")"
done
for profile in podman docker; do
    SECONDS=0
    (
        cd "$flow"
        CONTAINERS_CONF=$flow/containers.conf PATH=$flow/bin:$peers:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
            nextflow run "$root/workflows/nextflow" -profile "test,$profile" -c engine.config -work-dir "work.$profile" \
            --outdir "$profile" </dev/null >"$profile.log" 2>&1
    ) || { tail -n 20 "$flow/$profile.log" >&2; fail "Nextflow, $profile"; }
    for name in first second; do
        cmp "$flow/$name.tsv" "$flow/$profile/findings/$name.findings.tsv" || fail "Nextflow, $profile: $name has another table"
    done
    tasks=$(grep -lE "^ *$profile run .*localhost/vdx-test:engine" "$flow/work.$profile"/*/*/.command.run | wc -l)
    ((tasks == 7)) || fail "Nextflow, $profile: $tasks tasks ran in a container, expected 7"
    say "engine, Nextflow by $profile: $tasks tasks in containers in $SECONDS s, the bytes of one pipe"
done
say "all right"
