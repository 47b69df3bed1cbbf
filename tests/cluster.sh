#!/usr/bin/env bash
# The workflows on a real Slurm, one machine of it, started and stopped here: Snakemake and Nextflow by their executors, and
# plain arrays. Beside them, on the same data, one pipe after the other and both engines without a cluster.
# The bytes must be those of one pipe; a job out of memory, and one that is killed, must run again and end well.
#   tests/cluster.sh [FOLDER]     data to run on, made by `datagen demo` where it is not given; takes a few minutes
# Needs root, and Debian's slurm-wlm and munge, which it installs where they are missing. While it runs, /etc/slurm is this
# cluster's; afterwards it is what it was. Exit status: 0 all as expected, 1 not.
set -euo pipefail
cd "$(dirname "$0")/.."
root=$PWD

say() { printf '%s cluster.sh: %s\n' "$(date +%T)" "$*"; }
fail() {
    say "FAILED: $*" >&2
    exit 1
}
[[ $(id -u) == 0 ]] || fail "needs root, for Slurm's daemons and their control groups"

if ! command -v slurmctld slurmd munged sbatch >/dev/null; then
    say "installing slurm-wlm and munge"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends slurm-wlm munge >/dev/null
fi
peers=${CARGO_TARGET_DIR:-target}/peers
bash tests/peers/install.sh
PATH=$(cd "$peers/bin" && pwd):$PATH
if ! command -v vdx-normalize vdx-gnomad vdx-merge datagen >/dev/null; then
    cargo build -q --locked -p vdx -p datagen
    PATH=$(cd "${CARGO_TARGET_DIR:-target}/debug" && pwd):$PATH
fi

# ---- the cluster

# One at a time: there is one /etc/slurm.
exec 9>/run/lock/vdx-cluster
flock -n 9 || fail "another run of it is under way"
[[ ! -e /etc/slurm/slurm.conf ]] || fail "/etc/slurm/slurm.conf is there: this machine has a Slurm of its own"

host=$(hostname -s)
state=$(mktemp -d /var/tmp/vdx-cluster.XXXXXX)
pids=()
made=()
step=''
# The step under way, in the background, so that a signal is heard at once.
go() {
    "$@" &
    step=$!
    local ended=0
    wait "$step" || ended=$?
    step=''
    return "$ended"
}
end() { # end PID: asked to, then made to
    kill "$1" 2>/dev/null || return 0
    for _ in {1..50}; do
        kill -0 "$1" 2>/dev/null || break
        sleep 0.1
    done
    kill -9 "$1" 2>/dev/null || true
    wait "$1" 2>/dev/null || true
}
stop() {
    status=$?
    trap - EXIT INT TERM
    # Jobs first, while there is a Slurm to end them; then by id, what was started last first.
    [[ -z $step ]] || end "$step"
    scancel --quiet --user=root 2>/dev/null || true
    for _ in {1..50}; do
        [[ -n $(squeue -h 2>/dev/null) ]] || break
        sleep 0.2
    done
    for ((at = ${#pids[@]} - 1; at >= 0; at--)); do end "${pids[at]}"; done
    # A step that has not told its end yet waits for a controller that is gone; it is known by the log that it writes to.
    # What a way of ours started itself (sbatch --wait, an engine) has our folder in its command line.
    for process in /proc/[0-9]*; do
        [[ ${process#/proc/} != "$$" ]] || continue
        if [[ $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null) == *"$state/"* ]] ||
            [[ $(cat "$process/comm" 2>/dev/null) == slurmstepd && $(readlink "$process"/fd/* 2>/dev/null) == *"$state/"* ]]; then
            end "${process#/proc/}"
        fi
    done
    ((${#made[@]} == 0)) || rm -f "${made[@]}"
    # Slurm leaves its control groups; what was in them ended with the jobs.
    for group in /sys/fs/cgroup/*/"slurm_$host"; do
        [[ ! -d $group ]] || find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true
    done
    if ((status)); then
        rm -rf "$root/target/cluster"
        mkdir -p "$root/target/cluster"
        (cd "$state" && find . -path ./log/\* -type f -o -name '*.log' -type f | tar -cf - -T -) | tar -xf - -C "$root/target/cluster" || true
        say "logs are in target/cluster" >&2
    fi
    rm -rf "$state"
    exit "$status"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

free_ports() {
    python3 -c 'import socket
held = [socket.socket() for _ in range(2)]
for one in held: one.bind(("127.0.0.1", 0))
print(*(one.getsockname()[1] for one in held))'
}
read -r controller node < <(free_ports)
# Limits of memory that the kernel holds are what a real cluster has.
if [[ -d /sys/fs/cgroup/memory ]]; then
    limits=$'ProctrackType=proctrack/cgroup\nTaskPlugin=task/cgroup'
    hard=true
else
    limits=$'ProctrackType=proctrack/linuxproc\nTaskPlugin=task/none'
    hard=false
    say "no control groups of version 1: that the kernel kills a job out of memory is left out"
fi
mkdir -p "$state"/{state,spool,log} /etc/slurm
install -d -o munge -m 755 "$state/munge"
chmod 755 "$state"
made+=(/etc/slurm/slurm.conf /etc/slurm/cgroup.conf)
[[ ! -e /etc/slurm/cgroup.conf ]] || fail "/etc/slurm/cgroup.conf is there: this machine has a Slurm of its own"
cat >/etc/slurm/slurm.conf <<END
ClusterName=vdx
SlurmctldHost=$host(127.0.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=$state/munge/socket
StateSaveLocation=$state/state
SlurmdSpoolDir=$state/spool
SlurmctldPidFile=$state/slurmctld.pid
SlurmdPidFile=$state/slurmd.pid
SlurmctldLogFile=$state/log/slurmctld.log
SlurmdLogFile=$state/log/slurmd.log
SlurmctldPort=$controller
SlurmdPort=$node
$limits
SelectType=select/cons_tres
SelectTypeParameters=CR_Core_Memory
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SchedulerParameters=sched_interval=1,bf_interval=1
MinJobAge=600
DefMemPerCPU=512
NodeName=$host NodeAddr=127.0.0.1 CPUs=$(nproc) RealMemory=$(awk '/^MemTotal/ { print int($2 / 1024 * 0.9) }' /proc/meminfo) State=UNKNOWN
PartitionName=main Nodes=$host Default=YES MaxTime=INFINITE State=UP
END
cat >/etc/slurm/cgroup.conf <<'END'
CgroupPlugin=cgroup/v1
CgroupMountpoint=/sys/fs/cgroup
CgroupAutomount=no
ConstrainRAMSpace=yes
ConstrainSwapSpace=no
ConstrainCores=yes
END

dd if=/dev/urandom of="$state/munge/key" bs=128 count=1 2>/dev/null
chown munge "$state/munge/key"
chmod 400 "$state/munge/key"
# In sessions of their own: Ctrl-C is for this script, which ends them in order.
setsid runuser -u munge -- munged --foreground --socket="$state/munge/socket" --key-file="$state/munge/key" \
    --pid-file="$state/munge/pid" --log-file="$state/munge/log" --seed-file="$state/munge/seed" 9>&- 2>"$state/log/munged" &
pids+=($!)
for _ in {1..50}; do [[ -S $state/munge/socket ]] && break; sleep 0.1; done
setsid slurmctld -D 9>&- >"$state/log/slurmctld.out" 2>&1 &
pids+=($!)
setsid slurmd -D 9>&- >"$state/log/slurmd.out" 2>&1 &
pids+=($!)
for _ in {1..100}; do
    [[ $(sinfo -h -o %t 2>/dev/null) == idle* ]] && break
    sleep 0.2
done
[[ $(sinfo -h -o %t 2>/dev/null) == idle* ]] || { tail -n 5 "$state"/log/* >&2; fail "Slurm did not start"; }
say "Slurm $(slurmd -V | cut -d' ' -f2) is up, $(nproc) CPUs"

# ---- what is expected

work=$state/work
mkdir -p "$work"
data=${1:-$state/data}
if (($# == 0)); then
    datagen demo -o "$data" >"$state/log/datagen" 2>&1
fi
data=$(cd "$data" && pwd)
cd "$work"
printf 'sample\tfile\n' >samples.tsv
for name in first second third; do
    awk -v name="$name" '/^#/ || name == "first" || NR % (name == "second" ? 2 : 3) == 0' \
        "$data/sample.23andme.txt" >"$name.txt"
    printf '%s\t%s/%s.txt\n' "$name" "$work" "$name" >>samples.tsv
done
mkdir -p expected
took() { echo "$(($(date +%s%N) / 1000000 - $1)) ms"; }
now() { echo "$(($(date +%s%N) / 1000000))"; }
# An index that is missing is made beside the copy by name, not beside the data.
mkdir -p linked/gnomad
ln -s "$data"/{reference.fa,clinvar.vcf.gz} linked/
ln -s "$data"/gnomad/* linked/gnomad/
mkdir unindexed
ln -s "$data"/gnomad/*.sites.Y.vcf.bgz unindexed/
for index in "$data"/reference.fa.fai "$data"/clinvar.vcf.gz.tbi; do [[ ! -e $index ]] || ln -s "$index" linked/; done
pipe() {
    vdx-normalize -q -f linked/reference.fa -m -any -c w linked/clinvar.vcf.gz \
        | vdx-merge match -q --sample "$1.txt" -f linked/reference.fa \
        | vdx-gnomad annotate -q --db linked/gnomad | vdx-merge report -q -o "expected/$1.tsv"
}
# All ways find the same indexes, whichever contigs have been looked up.
for contig in {1..22} X Y; do echo "$contig-1-A-C"; done | vdx-gnomad lookup -q --db linked/gnomad >/dev/null 2>&1
pipe first 2>"$state/log/pipe"
all=$(now)
for name in first second third; do
    start=$(now)
    pipe "$name" 2>>"$state/log/pipe"
    say "one pipe, $name: $(took "$start"), $(($(wc -l <"expected/$name.tsv") - 1)) findings"
done
say "one pipe after the other, 3 people: $(took "$all"); load $(cut -d' ' -f1-3 /proc/loadavg)"
vdx-normalize -q -f linked/reference.fa -m -any -c w --no-version linked/clinvar.vcf.gz -o expected/clinvar.vcf.gz 2>>"$state/log/pipe"
# For what is scattered by contig, each of which is a job: three of them.
zcat linked/clinvar.vcf.gz | awk '/^#/ || /^(20|21|X)\t/' >few.vcf
vdx-normalize -q -f linked/reference.fa -m -any -c w --no-version few.vcf -o expected/few.vcf.gz 2>>"$state/log/pipe"
same() { # same FOLDER
    local tables=$1 clinvar=$1
    # Nextflow publishes by kind.
    [[ ! -d $1/findings ]] || tables=$1/findings clinvar=$1/clinvar
    for name in first second third; do
        cmp "expected/$name.tsv" "$tables/$name.findings.tsv" || fail "$1: $name has another table than one pipe gives"
    done
    # The lines: from one process, BGZF blocks in which nothing changes go on as they came.
    cmp <(zcat expected/clinvar.vcf.gz) <(zcat "$clinvar/clinvar.norm.vcf.gz") || fail "$1: ClinVar is normalised otherwise than in one process"
}

# ---- tools that misbehave once, or that need more memory than a job has at first

hog=$work/hog killed=$work/killed
mkdir -p "$hog" "$killed"
real=$(command -v vdx-merge)
cat >"$hog/vdx-merge" <<END
#!/bin/bash
[[ \$1 != report ]] || python3 -c 'import time; held = bytearray(400 << 20); time.sleep(0.2)' || exit 137
exec "$real" "\$@"
END
cat >"$killed/vdx-merge" <<END
#!/bin/bash
if [[ \$1 == match ]] && mkdir "$work/\${VDX_ONCE:?}" 2>/dev/null; then kill -9 \$\$; fi
exec "$real" "\$@"
END
chmod +x "$hog/vdx-merge" "$killed/vdx-merge"

# ---- Snakemake

cat >config.yaml <<END
reference: $data/reference.fa
clinvar: $data/clinvar.vcf.gz
gnomad: $work/linked/gnomad
samples: samples.tsv
threads: 1
END
slurm() { # slurm RESULTS KEY=VALUE...: its messages are in RESULTS.log
    local results=$1 settings=()
    shift
    while (($#)) && [[ $1 != -- ]]; do settings+=("$1"); shift; done
    go snakemake -s "$root/workflows/snakemake/Snakefile" --workflow-profile "$root/workflows/snakemake/profiles/slurm" \
        --configfile config.yaml --config results="$results" "${settings[@]}" --default-resources slurm_partition=main slurm_account=none \
        --slurm-status-command squeue --slurm-init-seconds-before-status-checks 2 --latency-wait 5 "$@" \
        >"$results.log" 2>&1 || { tail -n 30 "$results.log" >&2; fail "Snakemake on Slurm: $results"; }
}
export XDG_CACHE_HOME=$work/cache
start=$(now)
go snakemake -s "$root/workflows/snakemake/Snakefile" --configfile config.yaml --config results=local --cores 2 >local.log 2>&1 \
    || { tail -n 30 local.log >&2; fail "Snakemake on this machine"; }
same local
say "Snakemake, local, 3 people: $(took "$start"), the bytes of one pipe"
start=$(now)
slurm snake
same snake
jobs=$(grep -c 'submitted with SLURM jobid\|SLURM jobid' snake.log || true)
((jobs >= 4)) || fail "Snakemake sent $jobs jobs to Slurm, expected one for ClinVar and one for each person"
say "Snakemake, Slurm, 3 people: $(took "$start"), $jobs jobs, the bytes of one pipe"
start=$(now)
slurm scattered scatter=contig clinvar=few.vcf -- scattered/clinvar.norm.vcf.gz
cmp <(zcat expected/few.vcf.gz) <(zcat scattered/clinvar.norm.vcf.gz) || fail "scattered by contig, ClinVar is normalised otherwise"
say "Snakemake, Slurm, normalised by 3 contigs: $(took "$start"), the lines of one process"
if $hard; then
    PATH=$hog:$PATH slurm hogged memory_mb=300
    same hogged
    grep -q "Trying to restart job" hogged.log || fail "Snakemake: no job ran out of 300 MB"
    say "Snakemake, Slurm: jobs out of memory ran again with more, and ended well"
fi
VDX_ONCE=once.snake PATH=$killed:$PATH slurm killed.snake
same killed.snake
grep -q "Trying to restart job" killed.snake.log || fail "Snakemake: no job was killed"
say "Snakemake, Slurm: a killed job ran again, and ended well"

# ---- Nextflow

tr '\t' , <samples.tsv >samples.csv
# A small cluster may be asked more often than Nextflow does by itself.
cat >slurm.config <<'END'
process.queue = 'main'
executor {
    pollInterval      = '1 sec'
    queueStatInterval = '2 sec'
}
END
echo "process { withName: 'VDX_FINDINGS' { memory = { 300.MB * 2 ** (task.attempt - 1) } } }" >little.config
flow() { # flow RESULTS OPTION...: its messages are in RESULTS.log
    local results=$1
    shift
    go nextflow -log "$results.nextflow.log" run "$root/workflows/nextflow" -ansi-log false -work-dir "work.$results" \
        --reference linked/reference.fa --clinvar linked/clinvar.vcf.gz --gnomad linked/gnomad --input samples.csv \
        --outdir "$results" "$@" >"$results.log" 2>&1 || { tail -n 30 "$results.log" >&2; fail "Nextflow: $results"; }
}
# Tasks that ended with 137, each of which has to have ended well afterwards.
again() { awk -F'\t' 'NR > 1 && $5 == "FAILED" && $6 == 137' "$1/pipeline_info/trace.tsv" | wc -l; }
start=$(now)
flow flow.local -profile standard
same flow.local
say "Nextflow, local, 3 people: $(took "$start"), the bytes of one pipe"
start=$(now)
flow flow -profile slurm -c slurm.config
same flow
jobs=$(awk -F'\t' 'NR > 1 && $3 ~ /^[0-9]+$/' flow/pipeline_info/trace.tsv | wc -l)
((jobs >= 5)) && [[ $(again flow) == 0 ]] || fail "Nextflow sent $jobs jobs to Slurm, $(again flow) of them ended with 137"
say "Nextflow, Slurm, 3 people: $(took "$start"), $jobs jobs, the bytes of one pipe"
start=$(now)
flow flow.scattered -profile slurm -c slurm.config --scatter 25
same flow.scattered
say "Nextflow, Slurm, 3 people, normalised by up to 25 parts: $(took "$start"), the lines of one process"
if $hard; then
    PATH=$hog:$PATH flow flow.hogged -profile slurm -c slurm.config -c little.config
    same flow.hogged
    [[ $(again flow.hogged) == 3 ]] || fail "Nextflow: $(again flow.hogged) jobs ran out of 300 MB, expected that of each person"
    say "Nextflow, Slurm: jobs out of memory ran again with more, and ended well"
fi
VDX_ONCE=once.flow PATH=$killed:$PATH flow flow.killed -profile slurm -c slurm.config
same flow.killed
[[ $(again flow.killed) == 1 ]] || fail "Nextflow: $(again flow.killed) jobs were killed, expected one"
say "Nextflow, Slurm: a killed job ran again, and ended well"

# ---- plain arrays

array() { # array RESULTS OPTION...: its messages are in RESULTS.log
    local results=$1
    shift
    go "$root/workflows/slurm/findings.sh" --reference linked/reference.fa --clinvar linked/clinvar.vcf.gz \
        --samples samples.tsv --gnomad linked/gnomad --out "$results" "$@" >"$results.log" 2>&1 \
        || { cat "$results.log" >&2; fail "array jobs: $results"; }
}
# Arrays write no index beside gnomAD's files, and say so at once.
"$root/workflows/slurm/findings.sh" --reference linked/reference.fa --clinvar linked/clinvar.vcf.gz --samples samples.tsv \
    --gnomad "$work/unindexed" --out refused >refused.log 2>&1 && fail "array jobs: gnomAD without an index is taken"
grep -q "sites.Y.vcf.bgz.tbi is missing" refused.log || { cat refused.log >&2; fail "array jobs: the index is not named"; }
start=$(now)
array arrays
same arrays
say "array jobs, 3 people: $(took "$start"), the bytes of one pipe"
array batched -- --batch 2
same batched
if [[ ! -e linked/clinvar.vcf.gz.tbi ]]; then
    rm linked/clinvar.vcf.gz
    vdx-merge shards -q --no-version --keep-duplicates "$data/clinvar.vcf.gz" -o linked/clinvar.vcf.gz -Wtbi
fi
start=$(now)
array by.contig --chunk 0 -- --batch 5
same by.contig
say "array jobs, 3 people, normalised by $(wc -l <by.contig/array/normalize/todo) contigs: $(took "$start"), the lines of one process"
start=$(now)
# About forty chunks, whatever the size of the genome.
chunk=$(awk '{ bases += $2 } END { print int(bases / 40 < 100000 ? 100000 : bases / 40) }' linked/reference.fa.fai)
array chunked --chunk "$chunk" -- --batch 5
same chunked
say "array jobs, normalised by chunks: $(took "$start"), the lines of one process"
if $hard; then
    PATH=$hog:$PATH array hogged.array -- --mem 300
    same hogged.array
    grep -q "killed or out of memory; again with 600 MB" hogged.array.log || fail "array jobs: none ran out of 300 MB"
    say "array jobs out of memory ran again with more, and ended well"
fi
VDX_ONCE=once.array PATH=$killed:$PATH array killed.array
same killed.array
grep -q "killed or out of memory; again with" killed.array.log || fail "array jobs: none was killed"
say "a killed array job ran again, and ended well"
# Bad data is not tried again.
printf 'sample\tfile\nfirst\t%s/first.txt\nbad\t/etc/hostname\n' "$work" >bad.tsv
status=0
"$root/workflows/slurm/findings.sh" --reference linked/reference.fa --clinvar linked/clinvar.vcf.gz --samples bad.tsv \
    --out bad >bad.log 2>&1 || status=$?
[[ $status == 1 && -s bad/first.findings.tsv && ! -e bad/bad.findings.tsv ]] && grep -q "item 2: exit status 1" bad.log \
    && ! grep -q again bad.log || { cat bad.log >&2; fail "array jobs: bad data, status $status"; }
say "array jobs: a broken raw file is told of, and run once"
say "all as expected"
