process VDX_NORMALIZE {
    tag "${meta.id}"
    label 'process_low'

    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(vcf)
    tuple val(meta2), path(fasta), path(fai)

    output:
    tuple val(meta), path("${prefix}.vcf.gz"), emit: vcf
    tuple val(meta), path("${prefix}.stats.json"), emit: stats
    tuple val("${task.process}"), val('vdx'), eval("vdx-normalize --version | sed 's/vdx-normalize //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    // Nextflow sets no variable that tells a tool its share, and Docker's CPU shares do not hide the other cores.
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    prefix = task.ext.prefix ?: "${meta.id}.norm"
    if ("${vcf}" == "${prefix}.vcf.gz") {
        error("VDX_NORMALIZE: input and output have the same name, ${vcf}; set ext.prefix to another one")
    }
    """
    vdx-normalize \\
        -f ${fasta} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats ${prefix}.stats.json \\
        -o ${prefix}.vcf.gz \\
        ${vcf}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}.norm"
    """
    echo "" | gzip > ${prefix}.vcf.gz
    echo '{}' > ${prefix}.stats.json
    """
}
