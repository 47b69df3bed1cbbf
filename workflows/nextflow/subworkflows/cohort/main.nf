// Any number of people: what they share (indexes, gnomAD's store, the normalised ClinVar) is made once, before the
// fan-out, and their tables become one.
include { REFERENCE   } from '../reference/main'
include { GNOMAD      } from '../gnomad/main'
include { CLINVAR     } from '../clinvar/main'
include { PERSON      } from '../person/main'
include { COHORTTABLE } from '../../modules/local/cohorttable/main'

workflow COHORT {
    take:
    people // [meta, genotypes, sample_name]: which sample of a VCF, or ''
    clinvar // [meta, vcf], no channel
    reference // [meta, fasta, fai, gzi], no channel
    gnomad // list of files, no channel
    options // map: store (boolean), parts (number), vcf (boolean)

    main:
    REFERENCE(reference)
    GNOMAD(gnomad, options.store)
    CLINVAR(clinvar, REFERENCE.out.indexed, options.parts)
    PERSON(people, CLINVAR.out.vcf, REFERENCE.out.indexed, GNOMAD.out.gnomad, !gnomad.isEmpty(), options.vcf)

    // Sorted: the order in which tasks end must not make this one another task.
    tables = PERSON.out.tsv
        .toSortedList { a, b -> a[0].id <=> b[0].id }
        .map { all -> [[id: 'cohort'], all.collect { person -> person[1] }] }
    COHORTTABLE(tables)

    // Here and not below emit, where the strict parser of 25.04 knows no assignments.
    tsv = PERSON.out.tsv
    html = PERSON.out.html
    vcf = PERSON.out.vcf
    table = COHORTTABLE.out.tsv
    stats = CLINVAR.out.stats.mix(PERSON.out.stats)
    multiqc = CLINVAR.out.multiqc.mix(PERSON.out.multiqc)

    emit:
    tsv // [meta, tsv] of each person
    html // [meta, html] of each person
    vcf // [meta, vcf] of each person, with options.vcf only
    table // [meta, tsv] of all
    stats
    multiqc
}
