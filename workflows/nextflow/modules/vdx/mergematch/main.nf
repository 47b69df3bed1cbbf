process VDX_MERGEMATCH {
    tag "${meta.id}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(sample), val(sample_name)
    tuple val(meta2), path(clinvar)
    tuple val(meta3), path(fasta), path(fai), path(gzi)

    output:
    tuple val(meta), path("${prefix}.match.vcf.gz"), emit: vcf
    tuple val(meta), path("${prefix}.match.vcf.gz.{tbi,csi}"), emit: index, optional: true
    tuple val(meta), path("${prefix}.match.stats.json"), emit: stats
    tuple val(meta), path("match/${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-merge --version | sed 's/vdx-merge //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    def column = sample_name ? "--sample-name '${sample_name}'" : ''
    prefix = task.ext.prefix ?: "${meta.id}"
    // ClinVar, the same for everyone, comes by standard input: MultiQC's row is then named after the output.
    """
    mkdir -p match
    vdx-merge match \\
        --sample ${sample} \\
        ${column} \\
        -f ${fasta} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.match.stats.json" \\
        --multiqc "match/${prefix}_mqc.json" \\
        -o "${prefix}.match.vcf.gz" \\
        < ${clinvar}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    def index = "${task.ext.args ?: ''}" =~ /-W|--write-index/ ? "touch '${prefix}.match.vcf.gz.csi'" : ''
    """
    mkdir -p match
    echo "" | gzip > "${prefix}.match.vcf.gz"
    ${index}
    echo '{}' > "${prefix}.match.stats.json"
    echo '{}' > "match/${prefix}_mqc.json"
    """
}
