# What every task looks things up in is made once, before any of them, under the results: nothing is written beside
# files that others share, which may be read-only, and no two tasks make the same index.


localrules:
    gnomad,


rule gnomad:
    input:
        gnomad_parts(),
    output:
        touch(f"{OUT}/index/gnomad.ready"),
    log:
        f"{OUT}/logs/gnomad.log",


if FASTA != config["reference"]:

    rule reference_index:
        input:
            config["reference"],
        output:
            fasta=FASTA,
            indexes=[FASTA + suffix for suffix in FASTA_INDEXES],
        log:
            f"{OUT}/logs/reference_index.log",
        benchmark:
            f"{OUT}/benchmarks/reference_index.tsv"
        retries: 2
        threads: 1
        resources:
            mem_mb=memory,
            runtime=runtime,
        params:
            memory=share(1),
        shell:
            # A header alone is all that there is to normalise.
            'exec 2> {log:q}; ln -s "$(realpath {input:q})" {output.fasta:q};'
            " printf '##fileformat=VCFv4.2\\n#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\n'"
            " | vdx-normalize -f {output.fasta:q} --threads {threads} --memory {params.memory} > /dev/null"


rule gnomad_index:
    input:
        lambda wildcards: GNOMAD_FILES[wildcards.name],
    output:
        vcf=f"{OUT}/index/gnomad/{{name}}",
        ready=touch(f"{OUT}/index/gnomad/{{name}}.ready"),
    log:
        f"{OUT}/logs/gnomad_index/{{name}}.log",
    benchmark:
        f"{OUT}/benchmarks/gnomad_index/{{name}}.tsv"
    wildcard_constraints:
        name=r"[^/]+\.b?gz",
    retries: 2
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    params:
        memory=share(1),
    shell:
        # An index that is there is linked, else the look-up of any variant makes one.
        'exec 2> {log:q}; from=$(realpath {input:q}); ln -s "$from" {output.vcf:q}; rm -f {output.vcf:q}.tbi {output.vcf:q}.csi;'
        ' for index in tbi csi; do if [ -e "$from.$index" ]; then ln -s "$from.$index" {output.vcf:q}.$index; fi; done;'
        " vdx-gnomad lookup --db {output.vcf:q} --threads {threads} --memory {params.memory} 1-1-A-C > /dev/null"


rule gnomad_store:
    input:
        config["gnomad"] or [],
    output:
        f"{OUT}/gnomad.store/{{contig}}.vdxg",
    log:
        f"{OUT}/logs/gnomad_store/{{contig}}.log",
    benchmark:
        f"{OUT}/benchmarks/gnomad_store/{{contig}}.tsv"
    retries: 2
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    params:
        memory=share(1),
        store=subpath(output[0], parent=True),
        selection=selection(),
    shell:
        "vdx-gnomad build --db {input:q} {params.selection} --contig {wildcards.contig:q} --threads {threads}"
        " --memory {params.memory} -o {params.store:q} 2> {log:q}"


rule clinvar_index:
    input:
        config["clinvar"],
    output:
        vcf=f"{OUT}/index/clinvar.vcf.gz",
        index=f"{OUT}/index/clinvar.vcf.gz.tbi",
    log:
        f"{OUT}/logs/clinvar_index.log",
    benchmark:
        f"{OUT}/benchmarks/clinvar_index.tsv"
    retries: 2
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    params:
        memory=share(1),
    shell:
        # Plain, gzip or BGZF: the same lines in BGZF, with the index that the plan of the chunks is read from.
        "vdx-merge shards --no-version --keep-duplicates --threads {threads} --memory {params.memory}"
        " -o {output.vcf:q} -Wtbi {input:q} 2> {log:q}"
