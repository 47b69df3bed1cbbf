process VDX_MERGECONVERT {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(sample), path(sites)
    tuple val(meta2), path(fasta), path(fai), path(gzi)

    output:
    tuple val(meta), path("${prefix}.vcf.gz"), emit: vcf
    tuple val(meta), path("${prefix}.convert.stats.json"), emit: stats
    tuple val(meta), path("convert/${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    def alleles = sites ? "--sites ${sites}" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir -p convert
    vdx-merge convert \\
        --sample ${sample} \\
        -f ${fasta} \\
        ${alleles} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --cache . \\
        --stats "${prefix}.convert.stats.json" \\
        --multiqc "convert/${prefix}_mqc.json" \\
        -o "${prefix}.vcf.gz"
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir -p convert
    echo '' | gzip > "${prefix}.vcf.gz"
    echo '{}' > "${prefix}.convert.stats.json"
    echo '{}' > "convert/${prefix}_mqc.json"
    """
}
