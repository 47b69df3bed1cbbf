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
        retries: RETRIES
        threads: 1
        resources:
            mem_mb=memory,
            runtime=runtime,
        shell:
            # A header alone is all that there is to normalise.
            'exec 2> {log:q}; ln -s "$(realpath {input:q})" {output.fasta:q};'
            " printf '##fileformat=VCFv4.2\\n#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\n'"
            " | vdx-normalize -f {output.fasta:q} --threads {threads} --memory $(({resources.mem_mb} * 8 / 10))M > /dev/null"


rule gnomad_index:
    input:
        GNOMAD_FILES.values(),
    output:
        directory(f"{OUT}/index/gnomad"),
    log:
        f"{OUT}/logs/gnomad_index.log",
    benchmark:
        f"{OUT}/benchmarks/gnomad_index.tsv"
    retries: RETRIES
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    params:
        gnomad=lambda wildcards, input, output: source(
            os.path.join(output[0], os.path.basename(input[0]))
            if len(input) == 1
            else output[0]
        ),
        variants=[f"{contig}-1-A-C" for contig in GNOMAD_CONTIGS or ["1"]],
    shell:
        # An index that is there is linked, else the look-up of any variant of the contig makes one.
        "exec 2> {log:q}; mkdir {output:q}; for file in {input:q}; do"
        ' from=$(realpath "$file"); to={output:q}/$(basename "$file"); ln -s "$from" "$to";'
        ' for index in tbi csi; do if [ -e "$from.$index" ]; then ln -s "$from.$index" "$to.$index"; fi; done; done;'
        " vdx-gnomad lookup --db {params.gnomad:q} --threads {threads} --memory $(({resources.mem_mb} * 8 / 10))M {params.variants} > /dev/null"


rule gnomad_store:
    input:
        config["gnomad"] or [],
    output:
        f"{OUT}/gnomad.store/{{contig}}.vdxg",
    log:
        f"{OUT}/logs/gnomad_store/{{contig}}.log",
    benchmark:
        f"{OUT}/benchmarks/gnomad_store/{{contig}}.tsv"
    retries: RETRIES
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    params:
        gnomad=lambda wildcards, input: source(input[0]),
        store=subpath(output[0], parent=True),
        selection=selection(),
    shell:
        "vdx-gnomad build --db {params.gnomad:q} {params.selection} --contig {wildcards.contig:q} --threads {threads}"
        " --memory $(({resources.mem_mb} * 8 / 10))M -o {params.store:q} 2> {log:q}"


rule clinvar_contigs:
    input:
        config["clinvar"],
    output:
        f"{OUT}/index/clinvar.contigs",
    log:
        f"{OUT}/logs/clinvar_contigs.log",
    retries: RETRIES
    threads: 1
    resources:
        mem_mb=memory,
        runtime=runtime,
    run:
        regions(log[0], "order", input[0], output[0])


rule clinvar_index:
    input:
        vcf=config["clinvar"],
        contigs=rules.clinvar_contigs.output,
    output:
        vcf=f"{OUT}/index/clinvar.vcf.gz",
        index=f"{OUT}/index/clinvar.vcf.gz.tbi",
    log:
        f"{OUT}/logs/clinvar_index.log",
    benchmark:
        f"{OUT}/benchmarks/clinvar_index.tsv"
    retries: RETRIES
    threads: config["threads"]
    resources:
        mem_mb=memory,
        runtime=runtime,
    shell:
        # Plain, gzip or BGZF: the same lines in BGZF, with the index that the plan of the chunks is read from.
        "vdx-merge shards --no-version --keep-duplicates --threads {threads} --memory $(({resources.mem_mb} * 8 / 10))M"
        " --contigs {input.contigs:q} -o {output.vcf:q} -Wtbi {input.vcf:q} 2> {log:q}"
