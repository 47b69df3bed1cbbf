# What the rules share: the memory, time and options of a task, and which files are looked up in.

import json
import shlex
import subprocess
import sys

# On a cluster a job's own Snakemake must not try again: it would promise the next try's memory within this try's limit.
RETRIES = 2 if workflow.is_main_process else 0


# The rules hand eight tenths of it to the tools, as --memory: on a cluster Snakemake itself lives in the job, too. They
# do so in the shell's text, which each try forms anew; parameters stay those of the first try.
def memory(wildcards, attempt):
    """MB of a task. A retry has twice as much, for exit status 137, which Snakemake cannot tell from others."""
    return config["memory_mb"] * 2 ** (attempt - 1)


def runtime(wildcards, attempt):
    """Minutes of a task, for the scheduler."""
    return config["runtime_min"] * attempt


def extra(tool):
    return config["extra"].get(tool, "")


# Not a parameter of the rules: it is another path in each run, which Snakemake would take for a change.
REGIONS = workflow.source_path("../scripts/regions.py")


def regions(log, *words):
    """Runs scripts/regions.py by Snakemake's own Python, which the image of the tools lacks."""
    with open(log, "w") as messages:
        subprocess.run(
            [sys.executable, REGIONS, *map(str, words)], stderr=messages, check=True
        )


def parts(wildcards):
    """The normalised chunks, in the order of their regions."""
    folder = checkpoints.plan.get().output[0]
    names = sorted(name for name in os.listdir(folder) if name.endswith(".tsv"))
    return [f"{PARTS}/parts/{name.removesuffix('.tsv')}.vcf.gz" for name in names]


GNOMAD_NAME = re.compile(r"\.sites\.(?:chr)?([0-9]+|X|Y|MT?)\.vcf\.b?gz$")


def indexed(vcf):
    return os.path.exists(f"{vcf}.tbi") or os.path.exists(f"{vcf}.csi")


def sources():
    """gnomAD's files of the data set and release that are asked for, as NAME to path; none where it is a store."""
    path = config["gnomad"]
    if not path:
        return {}
    if os.path.isfile(path):
        return {os.path.basename(path): path}
    named = sorted(name for name in os.listdir(path) if GNOMAD_NAME.search(name))
    marks = [f".{config['dataset']}."] if config["dataset"] else []
    marks += [f"{config['release']}.sites."] if config["release"] else []
    wanted = [name for name in named if all(mark in name for mark in marks)]
    kinds = sorted({name.split(".sites.")[0] for name in wanted})
    if len(kinds) > 1:
        raise WorkflowError(
            f"gnomad: {path} has {', '.join(kinds)}; say which by dataset: and release:"
        )
    if named and not wanted:
        raise WorkflowError(f"gnomad: {path} has nothing of {' '.join(marks)}")
    return {name: os.path.join(path, name) for name in wanted}


def compressed(path):
    """BGZF or gzip by its first bytes; its index is two files, .fai and .gzi."""
    if not os.path.isfile(path):
        return False
    with open(path, "rb") as file:
        return file.read(2) == b"\x1f\x8b"


FASTA_INDEXES = [".fai", ".gzi"] if compressed(config["reference"]) else [".fai"]
FASTA = config["reference"]
if not all(os.path.exists(FASTA + suffix) for suffix in FASTA_INDEXES):
    FASTA = f"{OUT}/index/{os.path.basename(FASTA)}"

GNOMAD_FILES = sources()
GNOMAD_CONTIGS = sorted(
    {found.group(1) for found in map(GNOMAD_NAME.search, GNOMAD_FILES) if found}
)
BUILD_STORE = config["store"]
if BUILD_STORE and not GNOMAD_CONTIGS:
    raise WorkflowError(
        f"store: {config['gnomad']} has no per-chromosome files under gnomAD's names to build it of"
    )
LINK_GNOMAD = not BUILD_STORE and not all(
    indexed(path) for path in GNOMAD_FILES.values()
)

if BUILD_STORE:
    GNOMAD = f"{OUT}/gnomad.store"
elif LINK_GNOMAD and os.path.isfile(config["gnomad"]):
    GNOMAD = f"{OUT}/index/gnomad/{os.path.basename(config['gnomad'])}"
elif LINK_GNOMAD:
    GNOMAD = f"{OUT}/index/gnomad"
else:
    GNOMAD = config["gnomad"]


def gnomad_parts():
    """What has to be there before anything is looked up in GNOMAD."""
    if BUILD_STORE:
        return expand(f"{OUT}/gnomad.store/{{contig}}.vdxg", contig=GNOMAD_CONTIGS)
    if LINK_GNOMAD:
        return f"{OUT}/index/gnomad"
    if GNOMAD_FILES or not GNOMAD or os.path.isfile(GNOMAD):
        return list(GNOMAD_FILES.values())
    return sorted(
        os.path.join(GNOMAD, name)
        for name in os.listdir(GNOMAD)
        if name.endswith(".vdxg")
    )


def remove_outdated():
    """Findings that stand on what has failed in this run are not left to be taken for new ones."""
    shared = gnomad_parts() if ANNOTATE else []
    shared = [NORMALIZED, *([shared] if isinstance(shared, str) else shared)]
    if all(map(os.path.exists, shared)) and (
        os.path.getmtime(NORMALIZED) >= os.path.getmtime(config["clinvar"])
    ):
        return
    for sample in SAMPLES:
        for kind in ["tsv", "html"]:
            name = f"{OUT}/{sample}.findings.{kind}"
            if os.path.exists(name):
                os.remove(name)


def selection():
    """Which of gnomAD's files are meant, as options of vdx-gnomad."""
    return " ".join(
        f"--{key} {shlex.quote(config[key])}"
        for key in ["dataset", "release"]
        if config[key]
    )


def source(path):
    """The value of --db, in which NAME= before a path is a name and not a folder's."""
    return os.path.join(".", path)


ANNOTATE = bool(GNOMAD)
STEPS = ["match", *(["annotate"] if ANNOTATE else []), "report"]


def between(wildcards, output):
    """The steps between match and report, as they stand in the pipe; without gnomAD none, and rarity is not checked."""
    steps = ""
    if ANNOTATE:
        db = f"--db {shlex.quote(source(GNOMAD))} {'' if BUILD_STORE else selection()}"
        stats = f"--stats {shlex.quote(output.annotate)} --multiqc {shlex.quote(output.annotate_multiqc)}"
        form = "-O z" if config["vcf"] else ""
        steps += (
            f" | vdx-gnomad annotate {db} $limits {stats} {form} {extra('annotate')}"
        )
    if config["vcf"]:
        steps += f" | tee {shlex.quote(output.vcf)}"
    return steps


def sample_options(wildcards):
    """Which sample of a VCF, where the configuration says so."""
    entry = SAMPLES[wildcards.sample]
    return f"--sample-name {shlex.quote(entry['name'])}" if "name" in entry else ""


def result(name, kind):
    return report(name, category="Findings", labels={"sample": "{sample}", "as": kind})


def name_rows(normalize, people, folder):
    """Copies of MultiQC's tables. A tool names its row after its input, which all people share; here it is the person."""
    os.makedirs(folder)
    rows = [("clinvar", normalize)]
    rows += zip([sample for sample in SAMPLES for _ in STEPS], people)
    for row, name in rows:
        with open(name) as file:
            table = json.load(file)
        table["data"] = {row: counts for counts in table["data"].values()}
        with open(os.path.join(folder, os.path.basename(name)), "w") as file:
            json.dump(table, file)
