process VDX_FAIDX {
    tag "${meta.id}"
    label 'process_single'

    conda "${moduleDir}/environment.yml"
    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(fasta)

    output:
    tuple val(meta), path("${fasta}.fai"), emit: fai
    tuple val(meta), path("${fasta}.gzi"), emit: gzi, optional: true
    tuple val("${task.process}"), val('vdx'), eval("vdx-normalize --version | sed 's/vdx-normalize //'"), topic: versions, emit: versions_vdx

    when:
    task.ext.when == null || task.ext.when

    script:
    def args = task.ext.args ?: ''
    def memory = task.memory ? "--memory ${task.memory.toMega()}M" : ''
    // The indexes are made beside the link to the reference, which is in the task's own folder; no record is needed.
    """
    printf '##fileformat=VCFv4.2\\n#CHROM\\tPOS\\tID\\tREF\\tALT\\tQUAL\\tFILTER\\tINFO\\n' \\
        | vdx-normalize -f ${fasta} ${args} --threads ${task.cpus} ${memory} > /dev/null
    """

    stub:
    def gzi = "${fasta}" ==~ /.*\.b?gz/ ? "touch ${fasta}.gzi" : ''
    """
    touch ${fasta}.fai
    ${gzi}
    """
}
