cwlVersion: v1.2
class: CommandLineTool
label: vdx-merge diff
doc: |
  What changed between two tables of findings: as text, as a table and as a page.
baseCommand: [vdx-merge, diff]
hints:
  DockerRequirement:
    dockerPull: vdx:0.1.0
  SoftwareRequirement:
    packages:
      vdx:
        version: ["0.1.0"]
  ResourceRequirement:
    coresMin: 1
    ramMin: 256
# 3: something changed.
successCodes: [0, 3]
# Memory could not be had: the same with more of it may do. 1 (bad data) and 2 (usage) will be the same next time.
temporaryFailCodes: [137]
inputs:
  old:
    type: File
    doc: The table of before, of merge-report.cwl
    inputBinding:
      position: 2
  new:
    type: File
    doc: The table of now, of another ClinVar or of another file of the same person
    inputBinding:
      position: 3
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
    valueFrom: $(inputs.name).diff.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).diff.tsv
  - prefix: --html
    valueFrom: $(inputs.name).diff.html
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  table:
    type: File?
    outputBinding:
      glob: $(inputs.name).diff.tsv
  page:
    type: File?
    outputBinding:
      glob: $(inputs.name).diff.html
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).diff.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
