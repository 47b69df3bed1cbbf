process VDX_GNOMADANNOTATE {
    tag "${meta.id}"
    label 'process_low'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(vcf)
    tuple val(meta2), path(gnomad, stageAs: 'gnomad/*')
    tuple val(meta3), path(fasta), path(fai), path(gzi)

    output:
    tuple val(meta), path("${prefix}.annotate.vcf.gz"), emit: vcf
    tuple val(meta), path("${prefix}.annotate.vcf.gz.{tbi,csi}"), emit: index, optional: true
    tuple val(meta), path("${prefix}.annotate.stats.json"), emit: stats
    tuple val(meta), path("annotate/${prefix}_mqc.json"), emit: multiqc
    tuple val("${task.process}"), val('vdx'), eval("vdx-gnomad --version | sed 's/vdx-gnomad //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    def reference = fasta ? "-f ${fasta}" : ''
    // In a folder the tool looks for gnomAD's official names or those of a store; one VCF may have any.
    def sources = [gnomad].flatten().findAll { source -> source.name ==~ /.*\.vcf\.b?gz/ }
    def source = sources.size() == 1 ? sources[0] : 'gnomad'
    prefix = task.ext.prefix ?: "${meta.id}"
    if ("${vcf}" == "${prefix}.annotate.vcf.gz") {
        error("VDX_GNOMADANNOTATE: input and output have the same name, ${vcf}; set ext.prefix to another one")
    }
    // By standard input: MultiQC's row is then named after the output.
    """
    mkdir -p annotate
    vdx-gnomad annotate \\
        --db ${source} \\
        ${reference} \\
        ${args} \\
        --threads ${task.cpus} \\
        ${memory} \\
        --stats "${prefix}.annotate.stats.json" \\
        --multiqc "annotate/${prefix}_mqc.json" \\
        -o "${prefix}.annotate.vcf.gz" \\
        < ${vcf}
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    def index = "${task.ext.args ?: ''}" =~ /-W|--write-index/ ? "touch '${prefix}.annotate.vcf.gz.csi'" : ''
    """
    mkdir -p annotate
    echo "" | gzip > "${prefix}.annotate.vcf.gz"
    ${index}
    echo '{}' > "${prefix}.annotate.stats.json"
    echo '{}' > "annotate/${prefix}_mqc.json"
    """
}
