__author__ = "vdx authors"
__license__ = "MIT"

import shlex

from snakemake.shell import shell

extra = snakemake.params.get("extra", "")
log = snakemake.log_fmt_shell(stdout=False, stderr=True)

# On a cluster Snakemake itself lives in the job, too.
mem_mb = snakemake.resources.get("mem_mb")
memory = f"--memory {int(mem_mb * 0.8)}M" if mem_mb else ""


def option(flag, files, key):
    file = files.get(key)
    return f"{flag} {shlex.quote(str(file))}" if file else ""


sites = option("--sites", snakemake.input, "sites")
stats = option("--stats", snakemake.output, "stats")
multiqc = option("--multiqc", snakemake.output, "multiqc")

shell(
    "vdx-merge convert --sample {snakemake.input.sample:q} -f {snakemake.input.ref:q} {sites}"
    " --threads {snakemake.threads} {memory} {stats} {multiqc} {extra}"
    " -o {snakemake.output[0]:q} {log}"
)
