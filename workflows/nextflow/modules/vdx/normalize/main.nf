process VDX_NORMALIZE {
    tag "${meta.id}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(vcf), path(tbi), val(regions)
    tuple val(meta2), path(fasta), path(fai), path(gzi)

    output:
    tuple val(meta), path("${prefix}.vcf.gz"), emit: vcf
    tuple val(meta), path("${prefix}.vcf.gz.{tbi,csi}"), emit: index, optional: true
    tuple val(meta), path("${prefix}.stats.json"), emit: stats
    tuple val(meta), path("${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-normalize --version | sed 's/vdx-normalize //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def only = regions ? "-r '${regions}'" : ''
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
        ${only} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.stats.json" \\
        --multiqc "${prefix}_mqc.json" \\
        -o "${prefix}.vcf.gz" \\
        ${vcf}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}.norm"
    def index = "${task.ext.args ?: ''}" =~ /-W|--write-index/ ? "touch '${prefix}.vcf.gz.csi'" : ''
    """
    echo "" | gzip > "${prefix}.vcf.gz"
    ${index}
    echo '{"contigs": {"1": 1}}' > "${prefix}.stats.json"
    echo '{}' > "${prefix}_mqc.json"
    """
}
