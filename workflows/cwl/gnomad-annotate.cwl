cwlVersion: v1.2
class: CommandLineTool
label: vdx-gnomad annotate
doc: |
  Write gnomAD's frequencies into a VCF, in the very text of gnomAD's files.
baseCommand: [vdx-gnomad, annotate]
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
  vcf:
    type: File
    doc: Variants, normalised
    streamable: true
  gnomad:
    type: [Directory, File]
    doc: A store, as gnomad-build.cwl makes it, or gnomAD's files with their indexes
    inputBinding:
      prefix: --db
  more:
    type: string[]?
    doc: Any other options of the tool
    inputBinding:
      position: 1
  name:
    type: string
    doc: What the files that come out are called
# MultiQC's row is then named after the output, not after a file that is the same for everyone.
stdin: $(inputs.vcf.path)
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  - prefix: --memory
    valueFrom: $(runtime.ram)M
  - prefix: --stats
    valueFrom: $(inputs.name).annotate.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).annotate.vcf.gz
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  annotated:
    type: File?
    outputBinding:
      glob: $(inputs.name).annotate.vcf.gz
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).annotate.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
