process VDX_FINDINGS {
    tag "${meta.id}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(sample), val(sample_name)
    tuple val(meta2), path(clinvar)
    tuple val(meta3), path(fasta), path(fai), path(gzi)
    tuple val(meta4), path(gnomad, stageAs: 'gnomad/*')

    output:
    tuple val(meta), path("${prefix}.findings.tsv"), emit: tsv
    tuple val(meta), path("${prefix}.report.html"), emit: html
    tuple val(meta), path("${prefix}.{match,annotate,report}.stats.json"), emit: stats
    tuple val(meta), path("{match,annotate,report}/${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def args2 = task.ext.args2 ?: ''
    def args3 = task.ext.args3 ?: ''
    def column = sample_name ? "--sample-name '${sample_name}'" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    // In a folder the tool looks for gnomAD's official names or those of a store; one VCF may have any.
    def sources = [gnomad].flatten().findAll { source -> source.name ==~ /.*\.vcf\.b?gz/ }
    def source = sources.size() == 1 ? sources[0] : 'gnomad'
    // The tools of the pipe run at the same time and share what the task was given.
    def memory = task.memory ? "--memory ${task.memory.toMega().intdiv(gnomad ? 3 : 2)}M" : ''
    def limits = "--threads ${task.cpus} ${memory}"
    def annotate = gnomad
        ? "| vdx-gnomad annotate --db ${source} ${args2} ${limits} --stats \"${prefix}.annotate.stats.json\" --multiqc \"annotate/${prefix}_mqc.json\""
        : ''
    // pipefail would report the last tool that failed; the cause, and whether more memory helps, is in the first.
    """
    mkdir -p match report ${gnomad ? 'annotate' : ''}
    vdx-merge match --sample ${sample} ${column} -f ${fasta} ${args} ${limits} \\
            --stats "${prefix}.match.stats.json" --multiqc "match/${prefix}_mqc.json" < ${clinvar} \\
        ${annotate} \\
        | vdx-merge report --html "${prefix}.report.html" --match-stats "${prefix}.match.stats.json" ${args3} ${limits} \\
            --stats "${prefix}.report.stats.json" --multiqc "report/${prefix}_mqc.json" -o "${prefix}.findings.tsv" \\
        || for status in "\${PIPESTATUS[@]}"; do [[ \$status == 0 ]] || exit "\$status"; done
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    def steps = gnomad ? 'match annotate report' : 'match report'
    """
    touch "${prefix}.findings.tsv"
    touch "${prefix}.report.html"
    for step in ${steps}; do
        mkdir -p \$step
        echo '{}' > "${prefix}.\$step.stats.json"
        echo '{}' > "\$step/${prefix}_mqc.json"
    done
    """
}
