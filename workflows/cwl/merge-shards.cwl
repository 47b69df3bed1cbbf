cwlVersion: v1.2
class: CommandLineTool
label: vdx-merge shards
doc: |
  Merge sorted parts of one VCF back into one file.
baseCommand: [vdx-merge, shards]
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
  shards:
    type: File[]
    doc: Sorted parts of one file, in any order
    inputBinding:
      position: 2
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
    valueFrom: $(inputs.name).shards.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).vcf.gz
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  merged:
    type: File?
    outputBinding:
      glob: $(inputs.name).vcf.gz
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).shards.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
