// ClinVar, normalised by one task, or by one for each part of its contigs: the same bytes (with --no-version).
include { VDX_NORMALIZE                       } from '../../modules/vdx/normalize/main'
include { VDX_NORMALIZE as VDX_NORMALIZEINDEX } from '../../modules/vdx/normalize/main'
include { VDX_NORMALIZE as VDX_NORMALIZEPART  } from '../../modules/vdx/normalize/main'
include { VDX_MERGESHARDS                     } from '../../modules/vdx/mergeshards/main'

// Contigs in their order, as lists of neighbours of which each has at least a `parts`th of the records, but the last.
def partsOf(counts, parts) {
    def wanted = counts.values().sum(0) / parts
    def lists = [[]]
    def records = 0
    counts.each { contig, count ->
        if (records >= wanted) {
            lists << []
            records = 0
        }
        lists[-1] << contig
        records += count
    }
    return lists
}

workflow CLINVAR {
    take:
    clinvar // [meta, vcf], no channel
    reference // value: [meta, fasta, fai, gzi]
    parts // number of tasks, no channel

    main:
    def (meta, variants) = clinvar
    if (parts < 2) {
        VDX_NORMALIZE([meta, variants, [], ''], reference)
        vcf = VDX_NORMALIZE.out.vcf
        multiqc = VDX_NORMALIZE.out.multiqc
        stats = VDX_NORMALIZE.out.stats
    }
    else {
        // One pass makes the index that -r needs and counts the records of each contig. Contigs that the reference
        // lacks are among them.
        VDX_NORMALIZEINDEX([[id: "${meta.id}.indexed"], variants, [], ''], reference)
        indexed = VDX_NORMALIZEINDEX.out.vcf
            .join(VDX_NORMALIZEINDEX.out.index)
            .join(VDX_NORMALIZEINDEX.out.stats)
            .map { _id, copy, index, json -> [copy, index, new groovy.json.JsonSlurper().parseText(json.text).contigs] }
        each_part = indexed.flatMap { copy, index, counts ->
            partsOf(counts, parts).withIndex().collect { contigs, at ->
                [[id: "${meta.id}.part${String.format('%03d', at + 1)}"], copy, index, contigs.join(',')]
            }
        }
        VDX_NORMALIZEPART(each_part, reference)
        shards = VDX_NORMALIZEPART.out.vcf
            .toSortedList { a, b -> a[0].id <=> b[0].id }
            .map { all -> [all.collect { shard -> shard[1] }] }
            .combine(indexed)
            .map { all, _copy, _index, counts -> [[id: "${meta.id}.norm"], all, counts.keySet().toList()] }
        VDX_MERGESHARDS(shards)
        vcf = VDX_MERGESHARDS.out.vcf.first()
        // Parts of one file would all be the same row.
        multiqc = channel.empty()
        stats = VDX_NORMALIZEPART.out.stats
    }

    emit:
    vcf // value: [meta, vcf]
    stats // [meta, json], of each part
    multiqc // [meta, json]
}
