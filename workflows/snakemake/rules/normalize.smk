# ClinVar, left-aligned and split: in one process, or scattered over contigs or chunks of them and gathered, with the
# same lines (BGZF blocks in which nothing changes go on as they are from one process alone). Without the command line in the header, which differs with the machine.

NORMALIZE = "-m -any -c w --no-version " + extra("normalize")
NORMALIZED = f"{OUT}/clinvar.norm.vcf.gz"
PARTS = f"{OUT}/scatter"

if not config["scatter"]:

    rule normalize:
        input:
            vcf=config["clinvar"],
            fasta=FASTA,
        output:
            vcf=NORMALIZED,
            stats=f"{OUT}/stats/clinvar.normalize.json",
            multiqc=f"{OUT}/multiqc/clinvar.normalize_mqc.json",
        log:
            f"{OUT}/logs/clinvar.normalize.log",
        benchmark:
            f"{OUT}/benchmarks/clinvar.normalize.tsv"
        retries: RETRIES
        threads: config["threads"]
        resources:
            mem_mb=memory,
            runtime=runtime,
        params:
            options=NORMALIZE,
        shell:
            "vdx-normalize -f {input.fasta:q} {params.options} --threads {threads} --memory $(({resources.mem_mb} * 8 / 10))M"
            " --stats {output.stats:q} --multiqc {output.multiqc:q} -o {output.vcf:q} {input.vcf:q} 2> {log:q}"

else:

    localrules:
        plan,
        normalize_check,

    checkpoint plan:
        input:
            index=f"{OUT}/index/clinvar.vcf.gz.tbi",
            fai=f"{FASTA}.fai",
        output:
            directory(f"{PARTS}/regions"),
        log:
            f"{OUT}/logs/plan.log",
        params:
            bases=0 if config["scatter"] == "contig" else config["scatter"],
        run:
            regions(log[0], "plan", input.index, input.fai, params.bases, output[0])

    rule normalize_part:
        input:
            vcf=f"{OUT}/index/clinvar.vcf.gz",
            index=f"{OUT}/index/clinvar.vcf.gz.tbi",
            fasta=FASTA,
            regions=f"{PARTS}/regions/{{part}}.tsv",
        output:
            vcf=temp(f"{PARTS}/parts/{{part}}.vcf.gz"),
            stats=f"{OUT}/stats/normalize/{{part}}.json",
        log:
            f"{OUT}/logs/normalize/{{part}}.log",
        benchmark:
            f"{OUT}/benchmarks/normalize/{{part}}.tsv"
        retries: RETRIES
        threads: config["threads"]
        resources:
            mem_mb=memory,
            runtime=runtime,
        params:
            options=NORMALIZE,
        shell:
            # A record belongs to the chunk that its POS lies in, wherever it moves to.
            "vdx-normalize -f {input.fasta:q} {params.options} -R {input.regions:q} --regions-overlap 0"
            " --threads {threads} --memory $(({resources.mem_mb} * 8 / 10))M --stats {output.stats:q} -o {output.vcf:q} {input.vcf:q}"
            " 2> {log:q}"

    rule normalize_check:
        input:
            parts,
        output:
            touch(f"{PARTS}/checked"),
        log:
            f"{OUT}/logs/normalize_check.log",
        run:
            regions(log[0], "check", *input)

    rule normalize:
        input:
            parts=parts,
            checked=rules.normalize_check.output,
            plan=lambda wildcards: checkpoints.plan.get().output[0],
        output:
            vcf=NORMALIZED,
            stats=f"{OUT}/stats/clinvar.shards.json",
            multiqc=f"{OUT}/multiqc/clinvar.shards_mqc.json",
        log:
            f"{OUT}/logs/clinvar.shards.log",
        benchmark:
            f"{OUT}/benchmarks/clinvar.shards.tsv"
        retries: RETRIES
        threads: config["threads"]
        resources:
            mem_mb=memory,
            runtime=runtime,
        shell:
            "vdx-merge shards --no-version --keep-duplicates --contigs {input.plan:q}/contigs --threads {threads} --memory $(({resources.mem_mb} * 8 / 10))M"
            " --stats {output.stats:q} --multiqc {output.multiqc:q} -o {output.vcf:q} {input.parts:q} 2> {log:q}"
