cwlVersion: v1.2
class: CommandLineTool
label: vdx-merge report
doc: |
  Turn what merge-match.cwl has found into a table and a page.
baseCommand: [vdx-merge, report]
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
# Memory could not be had: the same with more of it may do. 1 (bad data) and 2 (usage) will be the same next time.
temporaryFailCodes: [137]
inputs:
  vcf:
    type: File
    doc: What merge-match.cwl has found, with gnomAD's frequencies or without
    streamable: true
  match_stats:
    type: File?
    doc: Statistics of merge-match.cwl, whose counts the page shows
    inputBinding:
      prefix: --match-stats
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
    valueFrom: $(inputs.name).report.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).findings.tsv
  - prefix: --html
    valueFrom: $(inputs.name).report.html
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  table:
    type: File?
    outputBinding:
      glob: $(inputs.name).findings.tsv
  page:
    type: File?
    outputBinding:
      glob: $(inputs.name).report.html
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).report.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
