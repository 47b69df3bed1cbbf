# A person is one task: match, annotate and report as one pipe, with nothing on disk between them.


rule findings:
    input:
        vcf=NORMALIZED,
        fasta=FASTA,
        gnomad=rules.gnomad.output if ANNOTATE else [],
        sample=lambda wildcards: SAMPLES[wildcards.sample]["file"],
    output:
        **({"vcf": f"{OUT}/{{sample}}.annotated.vcf.gz"} if config["vcf"] else {}),
        **{step: f"{OUT}/stats/{{sample}}.{step}.json" for step in STEPS},
        **{
            f"{step}_multiqc": f"{OUT}/multiqc/{{sample}}.{step}_mqc.json"
            for step in STEPS
        },
        tsv=result(f"{OUT}/{{sample}}.findings.tsv", "table"),
        html=result(f"{OUT}/{{sample}}.findings.html", "page"),
    log:
        f"{OUT}/logs/{{sample}}.findings.log",
    benchmark:
        f"{OUT}/benchmarks/{{sample}}.findings.tsv"
    retries: RETRIES
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    params:
        tools=len(STEPS),
        sample=sample_options,
        between=between,
        form="-O z" if config["vcf"] else "",
        match=extra("match"),
        report=extra("report"),
    shell:
        # The cause of a failure, and whether more memory helps, is in the first status that is not 0; 141 is that of a
        # tee whose reader failed.
        # The tools run at once and share what the task has.
        'exec 2> {log:q}; limits="--threads {threads} --memory $(({resources.mem_mb} * 8 / 10 / {params.tools}))M";'
        " vdx-merge match --sample {input.sample:q} {params.sample} -f {input.fasta:q} {params.match}"
        " $limits --stats {output.match:q} --multiqc {output.match_multiqc:q} {params.form}"
        " {input.vcf:q}"
        "{params.between}"
        " | vdx-merge report --html {output.html:q} --match-stats {output.match:q} {params.report}"
        " $limits --stats {output.report:q} --multiqc {output.report_multiqc:q}"
        " -o {output.tsv:q}"
        ' || {{ for status in "${{PIPESTATUS[@]}}"; do'
        ' if [ "$status" != 0 ] && [ "$status" != 141 ]; then exit "$status"; fi; done; exit 1; }}'


onerror:
    remove_outdated()


localrules:
    multiqc_rows,


rule multiqc_rows:
    input:
        normalize=rules.normalize.output.multiqc,
        people=expand(
            f"{OUT}/multiqc/{{sample}}.{{step}}_mqc.json", sample=SAMPLES, step=STEPS
        ),
    output:
        directory(f"{OUT}/multiqc/rows"),
    log:
        f"{OUT}/logs/multiqc_rows.log",
    run:
        name_rows(input.normalize, input.people, output[0])


rule multiqc:
    input:
        rules.multiqc_rows.output,
    output:
        report(f"{OUT}/multiqc/multiqc_report.html", category="Counts"),
    log:
        f"{OUT}/logs/multiqc.log",
    retries: RETRIES
    threads: 1
    resources:
        mem_mb=lambda wildcards, attempt: 2000 * attempt,
        runtime=runtime,
    params:
        folder=subpath(output[0], parent=True),
    shell:
        "multiqc --force --filename multiqc_report.html --outdir {params.folder:q} {input:q} 2> {log:q}"
