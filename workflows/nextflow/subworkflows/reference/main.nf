// A reference with its indexes: those that are missing are made once, in a task's own folder, so that no later task
// makes them, nor writes beside the reference.
include { VDX_FAIDX } from '../../modules/vdx/faidx/main'

workflow REFERENCE {
    take:
    reference // [meta, fasta, fai, gzi], no channel; [] for an index that is not there

    main:
    def (meta, fasta, fai, gzi) = reference
    if (fai && (gzi || !(fasta.name ==~ /.*\.b?gz/))) {
        indexed = channel.value(reference)
    }
    else {
        VDX_FAIDX([meta, fasta])
        indexed = VDX_FAIDX.out.fai
            .join(VDX_FAIDX.out.gzi, remainder: true)
            .map { id, made_fai, made_gzi -> [id, fasta, made_fai, made_gzi ?: []] }
            .first()
    }

    emit:
    indexed // value: [meta, fasta, fai, gzi]
}
