cwlVersion: v1.2
class: Workflow
label: What people have of ClinVar
doc: |
  ClinVar is normalised and gnomAD made a store once; each person is then matched, annotated and reported on.
requirements:
  ScatterFeatureRequirement: {}
  SubworkflowFeatureRequirement: {}
inputs:
  reference:
    type: File
    doc: Genome of the build of all files, plain or BGZF
    secondaryFiles:
      - pattern: .fai
        required: false
      - pattern: .gzi
        required: false
  clinvar:
    type: File
    doc: ClinVar's clinvar.vcf.gz of that build
  gnomad:
    type: [Directory, File]
    doc: Folder of gnomAD's files under their official names, or one VCF
  samples:
    type: File[]
    doc: Raw genotype files or VCFs
  names:
    type: string[]
    doc: What results are called, in the order of the samples; cwltool takes no blanks
steps:
  check:
    run: names.cwl
    in:
      names: names
    out: [checked]
  normalize:
    run: normalize.cwl
    in:
      vcf: clinvar
      reference: reference
      name:
        default: clinvar
    out: [normalized]
  build:
    run: gnomad-build.cwl
    in:
      gnomad: gnomad
      name:
        default: gnomad
    out: [store]
  person:
    scatter: [sample, name]
    scatterMethod: dotproduct
    in:
      sample: samples
      name: check/checked
      clinvar: normalize/normalized
      reference: reference
      gnomad: build/store
    out: [table, page]
    run:
      class: Workflow
      inputs:
        sample: File
        name: string
        clinvar: File
        reference:
          type: File
          secondaryFiles:
            - pattern: .fai
              required: false
            - pattern: .gzi
              required: false
        gnomad: Directory
      steps:
        match:
          run: merge-match.cwl
          in:
            sample: sample
            name: name
            clinvar: clinvar
            reference: reference
          out: [matched, stats]
        annotate:
          run: gnomad-annotate.cwl
          in:
            vcf: match/matched
            name: name
            gnomad: gnomad
          out: [annotated]
        report:
          run: merge-report.cwl
          in:
            vcf: annotate/annotated
            match_stats: match/stats
            name: name
          out: [table, page]
      outputs:
        table:
          type: File
          outputSource: report/table
        page:
          type: File
          outputSource: report/page
outputs:
  tables:
    type: File[]
    outputSource: person/table
  pages:
    type: File[]
    outputSource: person/page
