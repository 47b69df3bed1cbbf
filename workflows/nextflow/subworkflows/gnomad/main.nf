// gnomAD as the tasks read it: the files of a store, or gnomAD's own files with their indexes. Files without an index
// become a store, a task for each of them: that reads them once, as indexing them would, and every look-up is faster.
include { VDX_GNOMADBUILD } from '../../modules/vdx/gnomadbuild/main'

workflow GNOMAD {
    take:
    files // list of files, no channel: a store's, or VCFs, some or all with their indexes; empty without gnomAD
    always // boolean: make a store where all files have an index, too

    main:
    def vcfs = files.findAll { file -> file.name ==~ /.*\.vcf\.b?gz/ }
    def names = files.collect { file -> file.name }
    def bare = vcfs.findAll { vcf -> !("${vcf.name}.tbi".toString() in names) && !("${vcf.name}.csi".toString() in names) }
    if (bare) {
        log.info("gnomAD: ${bare.size()} of ${vcfs.size()} files have no index, such as ${bare[0].name}: a store is made, which reads all of them once")
    }
    if (!bare && !(always && vcfs)) {
        gnomad = channel.value([[id: 'gnomad'], files])
        store = channel.empty()
    }
    else {
        VDX_GNOMADBUILD(channel.fromList(vcfs.collect { vcf -> [[id: vcf.name.replaceFirst(/\.vcf\.b?gz$/, '')], vcf] }))
        gnomad = VDX_GNOMADBUILD.out.store
            .map { _meta, parts -> parts }
            .flatten()
            .toSortedList { a, b -> a.name <=> b.name }
            .map { parts -> [[id: 'gnomad'], parts] }
        store = VDX_GNOMADBUILD.out.store
    }

    emit:
    gnomad // value: [meta, [files]]
    store // [meta, [files]] of each VCF that was read
}
