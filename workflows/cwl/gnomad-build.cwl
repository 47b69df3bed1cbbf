cwlVersion: v1.2
class: CommandLineTool
label: vdx-gnomad build
doc: |
  Turn gnomAD's files into a store: small, fast to look up, every value to the letter.
baseCommand: [vdx-gnomad, build]
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
  gnomad:
    type: [Directory, File]
    doc: Folder of gnomAD's files under their official names, or one VCF
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
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  - prefix: --memory
    valueFrom: $(runtime.ram)M
  - prefix: --stats
    valueFrom: $(inputs.name).build.stats.json
  - prefix: -o
    valueFrom: $(inputs.name).store
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  store:
    type: Directory?
    outputBinding:
      glob: $(inputs.name).store
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).build.stats.json
