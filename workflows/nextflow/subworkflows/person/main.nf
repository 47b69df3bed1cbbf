// What each person has of ClinVar, as a table and a page: by one piped task that writes nothing in between or, where the
// person's annotated VCF is wanted too, by a task for each step. The table is the same.
include { VDX_FINDINGS       } from '../../modules/vdx/findings/main'
include { VDX_MERGEMATCH     } from '../../modules/vdx/mergematch/main'
include { VDX_GNOMADANNOTATE } from '../../modules/vdx/gnomadannotate/main'
include { VDX_MERGEREPORT    } from '../../modules/vdx/mergereport/main'

workflow PERSON {
    take:
    people // [meta, genotypes, sample_name]: which sample of a VCF, or ''
    clinvar // value: [meta, vcf], normalised
    reference // value: [meta, fasta, fai, gzi]
    gnomad // value: [meta, [files]], as GNOMAD emits it; [] as files: no frequencies
    with_gnomad // boolean: there are files
    with_vcf // boolean: keep the annotated VCF

    main:
    if (with_vcf) {
        VDX_MERGEMATCH(people, clinvar, reference)
        vcf = VDX_MERGEMATCH.out.vcf
        stats = VDX_MERGEMATCH.out.stats
        multiqc = VDX_MERGEMATCH.out.multiqc
        if (with_gnomad) {
            VDX_GNOMADANNOTATE(VDX_MERGEMATCH.out.vcf, gnomad, [[:], [], [], []])
            vcf = VDX_GNOMADANNOTATE.out.vcf
            stats = stats.mix(VDX_GNOMADANNOTATE.out.stats)
            multiqc = multiqc.mix(VDX_GNOMADANNOTATE.out.multiqc)
        }
        VDX_MERGEREPORT(vcf.join(VDX_MERGEMATCH.out.stats))
        tsv = VDX_MERGEREPORT.out.tsv
        html = VDX_MERGEREPORT.out.html
        stats = stats.mix(VDX_MERGEREPORT.out.stats)
        multiqc = multiqc.mix(VDX_MERGEREPORT.out.multiqc)
    }
    else {
        VDX_FINDINGS(people, clinvar, reference, gnomad)
        vcf = channel.empty()
        tsv = VDX_FINDINGS.out.tsv
        html = VDX_FINDINGS.out.html
        stats = VDX_FINDINGS.out.stats
        multiqc = VDX_FINDINGS.out.multiqc
    }

    emit:
    tsv // [meta, tsv]
    html // [meta, html]
    vcf // [meta, vcf], with_vcf only
    stats // [meta, json or list of them]
    multiqc // [meta, json or list of them]
}
