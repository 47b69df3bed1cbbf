process VDX_GNOMADBUILD {
    tag "${meta.id}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(vcf, stageAs: 'gnomad/*')

    output:
    tuple val(meta), path("store/*.vdxg"), emit: store
    tuple val(meta), path("${prefix}.stats.json"), emit: stats
    tuple val("${task.process}"), val('vdx'), eval("vdx-gnomad --version | sed 's/vdx-gnomad //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    def sources = [vcf].flatten()
    // In a folder the tool looks for gnomAD's official names; one file may have any.
    def source = sources.size() == 1 ? sources[0] : 'gnomad'
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    vdx-gnomad build \\
        --db ${source} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.stats.json" \\
        -o store
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir store
    touch "store/${prefix}.vdxg"
    echo '{}' > "${prefix}.stats.json"
    """
}
