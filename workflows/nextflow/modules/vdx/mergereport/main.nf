process VDX_MERGEREPORT {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(vcf), path(match_stats)

    output:
    tuple val(meta), path("${prefix}.findings.tsv"), emit: tsv
    tuple val(meta), path("${prefix}.report.html"), emit: html
    tuple val(meta), path("${prefix}.report.stats.json"), emit: stats
    tuple val(meta), path("report/${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    def counts = match_stats ? "--match-stats ${match_stats}" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    // By standard input: MultiQC's row is then named after the output.
    """
    mkdir -p report
    vdx-merge report \\
        --html "${prefix}.report.html" \\
        ${counts} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.report.stats.json" \\
        --multiqc "report/${prefix}_mqc.json" \\
        -o "${prefix}.findings.tsv" \\
        < ${vcf}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    mkdir -p report
    touch "${prefix}.findings.tsv"
    touch "${prefix}.report.html"
    echo '{}' > "${prefix}.report.stats.json"
    echo '{}' > "report/${prefix}_mqc.json"
    """
}
