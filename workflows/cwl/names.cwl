cwlVersion: v1.2
class: CommandLineTool
label: What results are called
doc: |
  Refuses a name that comes twice, whose results would be told apart by nobody, and one that cannot be a file's.
hints:
  DockerRequirement:
    dockerPull: vdx:0.1.0
baseCommand: [sh, -c]
arguments:
  - |
    status=0
    all=
    for name in "$@"; do
        case $name in
            '' | .* | -* | *[!A-Za-z0-9._+=@-]*)
                echo "names: '$name': expected letters, digits and . _ + = @ -, a letter or digit first" >&2
                status=1 ;;
        esac
        case " $all " in
            *" $name "*) echo "names: $name is there twice; results are named after it" >&2; status=1 ;;
        esac
        all="$all $name"
        list="$list$separator\"$name\""
        separator=', '
    done
    echo "{\"checked\": [$list]}" > cwl.output.json
    exit $status
  - names
inputs:
  names:
    type: string[]
    inputBinding:
      position: 1
outputs:
  checked:
    type: string[]
