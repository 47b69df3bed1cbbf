#!/usr/bin/env nextflow
// What people have of ClinVar, with gnomAD's frequencies: a table and a page for each of them, and a table of all.
//   nextflow run main.nf --reference GRCh37.fa --clinvar clinvar.vcf.gz --input samples.csv --gnomad gnomad/
include { COHORT } from './subworkflows/cohort/main'
include { checkParameters ; existing ; peopleOfSheet ; peopleOfGlob ; referenceOf ; gnomadOf ; removeOld } from './inputs'

def usage() {
    return """\
        Usage: nextflow run main.nf --reference FASTA --clinvar VCF (--input SHEET | --samples GLOB) [--gnomad PATH]

          --reference FASTA      genome of the build that all files use, plain or BGZF
          --clinvar VCF          ClinVar's clinvar.vcf.gz of that build
          --input SHEET          CSV or TSV with the columns sample, file and, for a VCF of several people, vcf_sample
          --samples GLOB         instead of a sheet: raw genotype files or VCFs, named after the files
          --gnomad PATH          folder of gnomAD's files under their official names, one VCF, or a store
          --gnomad_dataset NAME  exomes, genomes or joint, where the folder has several
          --gnomad_release V     2.1.1, 4.1 and the like, where the folder has several
          --gnomad_fields F,...  gnomAD's INFO keys to write
          --gnomad_store         make a store of gnomAD's files even if they have indexes, and publish it
          --scatter N            normalise ClinVar by N tasks, each some contigs of it
          --vcf                  keep each person's annotated VCF, too
          --outdir DIR           where results go [default: results]
          --publish_mode MODE    copy, link, symlink or move, as Nextflow's publishDir has them [default: copy]
          --conda_env DIR        with -profile conda: the environment that has the tools

        Profiles: test, docker, podman, apptainer, conda, slurm
        """.stripIndent()
}

workflow {
    if (params.help) {
        log.info(usage())
        exit(0)
    }
    checkParameters(params, ['reference', 'clinvar', 'input', 'samples', 'gnomad', 'gnomad_dataset', 'gnomad_release',
        'gnomad_fields', 'gnomad_store', 'scatter', 'vcf', 'outdir', 'conda_env', 'publish_mode', 'help'])
    if (!params.reference || !params.clinvar || !params.input == !params.samples) {
        error("expected --reference, --clinvar and one of --input and --samples\n\n${usage()}")
    }
    if (!"${params.scatter}".isInteger() || "${params.scatter}".toInteger() < 1) {
        error("--scatter: expected a number of tasks, found ${params.scatter}")
    }
    def people = params.input ? peopleOfSheet(params.input) : peopleOfGlob(params.samples)
    def reference = referenceOf(params.reference)
    def clinvar = [[id: 'clinvar'], existing('clinvar', params.clinvar)]
    def gnomad = params.gnomad ? gnomadOf(params.gnomad, params.gnomad_dataset, params.gnomad_release) : []
    if (!workflow.preview) {
        removeOld(params.outdir, people.collect { person -> person[0].id }, gnomad)
    }

    COHORT(
        channel.fromList(people),
        clinvar,
        reference,
        gnomad,
        [store: params.gnomad_store, parts: "${params.scatter}".toInteger(), vcf: params.vcf],
    )

    channel.topic('versions')
        .map { process, tool, version -> "\"${process.tokenize(':')[-1]}\":\n    ${tool}: ${version}\n" }
        .unique()
        .collectFile(name: 'versions.yml', storeDir: "${params.outdir}/pipeline_info", sort: true)
}
