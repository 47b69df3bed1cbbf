cwlVersion: v1.2
class: CommandLineTool
label: vdx-merge convert
doc: |
  A vendor's raw file as a VCF that is held against the reference.
baseCommand: [vdx-merge, convert]
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
  sample:
    type: File
    doc: Raw genotype file of a vendor
    inputBinding:
      prefix: --sample
  reference:
    type: File
    doc: FASTA of the file's build
    inputBinding:
      prefix: -f
  sites:
    type: File?
    doc: ClinVar's or dbSNP's VCF of that build, which tells the alleles of I and D
    inputBinding:
      prefix: --sites
  more:
    type: string[]?
    doc: Any other options of the tool
    inputBinding:
      position: 1
  name:
    type: string
    doc: What the files that come out are called
# What is made beside the reference must not be made beside the input.
arguments:
  - prefix: --threads
    valueFrom: $(runtime.cores)
  - prefix: --memory
    valueFrom: $(runtime.ram)M
  - prefix: --cache
    valueFrom: $(runtime.tmpdir)
  - prefix: --stats
    valueFrom: $(inputs.name).convert.stats.json
  - prefix: --multiqc
    valueFrom: $(inputs.name)_mqc.json
  - prefix: -o
    valueFrom: $(inputs.name).vcf.gz
# Optional: of a failure that lacks an output, cwltool forgets that it was a temporary one. A success has them all.
outputs:
  vcf:
    type: File?
    outputBinding:
      glob: $(inputs.name).vcf.gz
  stats:
    type: File?
    outputBinding:
      glob: $(inputs.name).convert.stats.json
  multiqc:
    type: File?
    outputBinding:
      glob: $(inputs.name)_mqc.json
