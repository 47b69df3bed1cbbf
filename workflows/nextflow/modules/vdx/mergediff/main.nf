process VDX_MERGEDIFF {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(old, stageAs: 'old/*'), path(new_table, stageAs: 'new/*')

    output:
    tuple val(meta), path("${prefix}.diff.tsv"), emit: tsv
    tuple val(meta), path("${prefix}.diff.html"), emit: html
    tuple val(meta), path("${prefix}.diff.stats.json"), emit: stats
    tuple val(meta), path("diff/${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    // Exit status 3: something changed.
    """
    mkdir -p diff
    vdx-merge diff \\
        --html "${prefix}.diff.html" \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.diff.stats.json" \\
        --multiqc "diff/${prefix}_mqc.json" \\
        -o "${prefix}.diff.tsv" \\
        ${old} ${new_table} || [ \$? -eq 3 ]
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir -p diff
    touch "${prefix}.diff.tsv"
    touch "${prefix}.diff.html"
    echo '{}' > "${prefix}.diff.stats.json"
    echo '{}' > "diff/${prefix}_mqc.json"
    """
}
