cwlVersion: v1.2
class: CommandLineTool
label: vdx-merge match
doc: |
  Find the ClinVar records whose allele a person carries.
baseCommand: [vdx-merge, match]
hints:
  DockerRequirement:
    dockerPull: vdx:0.1.0
  SoftwareRequirement:
    packages:
      vdx:
        version: ["0.1.0"]
  ResourceRequirement:
    coresMin: 2
    ramMin: 512
# Memory could not be had: the same with more of it may do. 1 (bad data) and 2 (usage) will be the same next time.
temporaryFailCodes: [137]
inputs:
  clinvar:
    type: File
    doc: ClinVar, as normalize.cwl writes it
    streamable: true
  sample:
    type: File
    doc: A vendor's raw genotype file, or the person's VCF
    inputBinding:
      prefix: --sample
  reference:
    type: File
    doc: Genome of the build of all files, plain or BGZF, with its .fai and .gzi; without them each run makes its own
    secondaryFiles:
      - pattern: .fai
        required: false
      - pattern: .gzi
        required: false
    inputBinding:
      prefix: -f
  more:
    type: string[]?
    doc: Any other options of the tool
    inputBinding:
      position: 1
  name:
    type: string
    doc: What the files that come out are called
# MultiQC's row is then named after the output, not after a file that is the same for everyone.
stdin: $(inputs.clinvar.path)
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  - prefix: --memory
    valueFrom: $(runtime.ram)M
  - prefix: --stats
    valueFrom: $(inputs.name).match.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).match.vcf.gz
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  matched:
    type: File?
    outputBinding:
      glob: $(inputs.name).match.vcf.gz
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).match.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
