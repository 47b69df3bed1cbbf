cwlVersion: v1.2
class: CommandLineTool
label: vdx-normalize
doc: |
  Left-align, trim, split and check variants against a reference.
baseCommand: [vdx-normalize]
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
    doc: Variants; VCF or BCF in any compression
    inputBinding:
      position: 2
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
  split:
    type: string?
    default: -any
    doc: What is split (-any) or joined (+any)
    inputBinding:
      prefix: -m
  check_ref:
    type: string?
    default: w
    doc: What happens to records whose REF the reference does not have, and to those of contigs that it lacks
    inputBinding:
      prefix: -c
  more:
    type: string[]?
    doc: Any other options of the tool
    inputBinding:
      position: 1
  name:
    type: string
    doc: What the files that come out are called
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  - prefix: --memory
    valueFrom: $(runtime.ram)M
  - prefix: --stats
    valueFrom: $(inputs.name).normalize.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).norm.vcf.gz
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  normalized:
    type: File?
    outputBinding:
      glob: $(inputs.name).norm.vcf.gz
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).normalize.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
