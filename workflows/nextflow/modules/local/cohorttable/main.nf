process COHORTTABLE {
    tag "${meta.id}"
    label 'process_single'

    container 'vdx:0.1.0'

    input:
    tuple val(meta), path(tables, stageAs: 'tables/*')

    output:
    tuple val(meta), path("${prefix}.findings.tsv"), emit: tsv

    script:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    export LC_ALL=C
    awk -F '\\t' -v OFS='\\t' '
        FNR == 1 {
            id = FILENAME
            sub(/^.*\\//, "", id)
            sub(/\\.findings\\.tsv\$/, "", id)
            if (NR == 1) { columns = \$0; print "sample", columns }
            if (\$0 != columns) {
                print id ": other columns than in the tables before it, found " \$0 ", expected " columns > "/dev/stderr"
                exit 1
            }
            next
        }
        { print id, \$0 }' tables/*.findings.tsv > "${prefix}.findings.tsv"
    """

    stub:
    prefix = task.ext.prefix ?: "${meta.id}"
    """
    touch "${prefix}.findings.tsv"
    """
}
