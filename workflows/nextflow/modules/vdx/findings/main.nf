process VDX_FINDINGS {
    tag "${meta.id}"
    label 'process_low'

    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(sample)
    tuple val(meta2), path(clinvar)
    tuple val(meta3), path(fasta), path(fai)
    path gnomad

    output:
    tuple val(meta), path("${prefix}.findings.tsv"), emit: tsv
    tuple val(meta), path("${prefix}.*.stats.json"), emit: stats
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def args2 = task.ext.args2 ?: ''
    def args3 = task.ext.args3 ?: ''
    prefix = task.ext.prefix ?: "${meta.id}"
    // The tools of the pipe run at the same time and share what the task was given.
    def memory = task.memory ? "--memory ${task.memory.toMega().intdiv(gnomad ? 3 : 2)}M" : ''
    def limits = "--threads ${task.cpus} ${memory}"
    def annotate = gnomad
        ? "| vdx-gnomad annotate --db ${gnomad} ${args2} ${limits} --stats ${prefix}.annotate.stats.json"
        : ''
    // pipefail would report the last tool that failed; the cause, and whether more memory helps, is in the first.
    """
    vdx-merge match --sample ${sample} -f ${fasta} ${args} ${limits} --stats ${prefix}.match.stats.json ${clinvar} \\
        ${annotate} \\
        | vdx-merge report ${args3} ${limits} --stats ${prefix}.report.stats.json -o ${prefix}.findings.tsv \\
        || for status in "\${PIPESTATUS[@]}"; do [[ \$status == 0 ]] || exit "\$status"; done
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch ${prefix}.findings.tsv
    echo '{}' > ${prefix}.match.stats.json
    """
}
