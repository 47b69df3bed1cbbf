#!/usr/bin/env nextflow
// ClinVar is normalised once; each person is then matched, annotated and reported on by one task.
//   nextflow run main.nf --reference GRCh37.fa --clinvar clinvar.vcf.gz --samples 'raw/*.txt' --gnomad gnomad/

include { VDX_NORMALIZE } from './modules/vdx/normalize/main'
include { VDX_FINDINGS  } from './modules/vdx/findings/main'

workflow {
    if (!params.reference || !params.clinvar || !params.samples) {
        error("expected --reference FASTA, --clinvar VCF and --samples FILE or GLOB")
    }
    def people = files(params.samples, checkIfExists: true).collect { raw -> [[id: raw.baseName], raw] }
    def names = people.collect { person -> person[0].id }
    if (!people) {
        error("--samples: no file matches ${params.samples}")
    }
    if (names.toSet().size() < names.size()) {
        error("--samples: file names must differ, results are named after them: ${names.sort()}")
    }

    def fasta = file(params.reference, checkIfExists: true)
    def fai = file("${params.reference}.fai")
    def reference = [[id: fasta.baseName], fasta, fai.exists() ? fai : []]
    def clinvar = [[id: 'clinvar'], file(params.clinvar, checkIfExists: true)]
    def gnomad = params.gnomad ? file(params.gnomad, checkIfExists: true) : []

    VDX_NORMALIZE(clinvar, reference)
    VDX_FINDINGS(channel.fromList(people), VDX_NORMALIZE.out.vcf, reference, gnomad)
}
