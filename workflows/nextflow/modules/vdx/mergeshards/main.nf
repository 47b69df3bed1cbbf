process VDX_MERGESHARDS {
    tag "${meta.id}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(shards, stageAs: 'shards/*'), val(contigs)

    output:
    tuple val(meta), path("${prefix}.vcf.gz"), emit: vcf
    tuple val(meta), path("${prefix}.vcf.gz.{tbi,csi}"), emit: index, optional: true
    tuple val(meta), path("${prefix}.stats.json"), emit: stats
    tuple val(meta), path("${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    def order = contigs ? "printf '%s\\n' ${contigs.collect { contig -> "'${contig}'" }.join(' ')} > contigs.txt" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    // Thousands of shards are more than a command line holds.
    """
    ${order}
    find shards/ -name '*.vcf.gz' | sort > shards.txt
    vdx-merge shards \\
        --list shards.txt \\
        ${contigs ? '--contigs contigs.txt' : ''} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.stats.json" \\
        --multiqc "${prefix}_mqc.json" \\
        -o "${prefix}.vcf.gz"
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    def index = "${task.ext.args ?: ''}" =~ /-W|--write-index/ ? "touch '${prefix}.vcf.gz.csi'" : ''
    """
    echo "" | gzip > "${prefix}.vcf.gz"
    ${index}
    echo '{}' > "${prefix}.stats.json"
    echo '{}' > "${prefix}_mqc.json"
    """
}
