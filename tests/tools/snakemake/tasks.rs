//! A task that fails: out of memory it runs again with more, killed it runs again, and of bad data nothing is left.

use super::Workflow;

#[test]
fn a_task_out_of_memory_or_killed_runs_again_and_bad_data_leaves_nothing() {
    let Some(workflow) = Workflow::new() else { return };
    std::fs::create_dir(workflow.world.path("wrong")).unwrap();
    // A report that cannot do with less than 600 MB, and a match that is killed the first time.
    workflow.world.write(
        "wrong/vdx-merge",
        b"#!/bin/bash\nme=$(dirname \"$0\")\n\
          case $1 in\n\
          report) all=\"$*\"; memory=${all#*--memory }; memory=${memory%%M*}; echo \"$memory\" >>\"$me/asked\"; ((memory >= 600)) || exit 137 ;;\n\
          match) if mkdir \"$me/killed\" 2>/dev/null; then kill -9 $$; fi ;;\n\
          esac\nexec \"$VDX_REAL\" \"$@\"\n",
    );
    workflow.world.bash("chmod +x wrong/vdx-merge");
    workflow.configure("my.yaml", "samples: {first: raw files/first.txt}\nmemory_mb: 500\n");
    let (status, said) =
        workflow.run_with("VDX_REAL=$(command -v vdx-merge) PATH=$PWD/wrong:$PATH", "--configfile my.yaml");
    assert_eq!(status, Some(0), "{said}");
    assert!(said.contains("Trying to restart job"), "{said}");
    assert!(workflow.read("results/first.findings.tsv") == workflow.piped("first", false));
    let asked = String::from_utf8(workflow.read("wrong/asked")).unwrap();
    assert_eq!(asked, "200\n400\n800\n", "0.8 of the task's memory for two tools, twice as much each time");

    // The input changes, to what is no raw file: the old result is not left to be taken for the new one.
    workflow.world.write("raw files/first.txt", b"not a raw file\n");
    let said = workflow.refused("--configfile my.yaml --show-failed-logs");
    assert!(said.contains("vdx-merge: error: raw files/first.txt"), "{said}");
    for name in ["findings.tsv", "findings.html"] {
        assert!(!workflow.world.path(&format!("results/first.{name}")).exists(), "{name}");
    }
    assert!(!workflow.world.path("results/stats/first.match.json").exists());
    assert!(workflow.world.path("results/clinvar.norm.vcf.gz").exists());

    // ClinVar changes, to what is cut short: nobody's result is left, in one process or in parts.
    std::fs::remove_file(workflow.world.path("raw files/first.txt")).unwrap();
    let whole = workflow.read("clinvar.vcf.gz");
    for scatter in ["null", "contig"] {
        workflow.world.write("clinvar.vcf.gz", &whole);
        workflow.configure("my.yaml", &format!("samples: {{first: 'raw files/second.txt'}}\nscatter: {scatter}\n"));
        workflow.done("--configfile my.yaml");
        assert!(workflow.world.path("results/first.findings.html").exists());
        workflow.world.write("clinvar.vcf.gz", &whole[..whole.len() / 2]);
        let said = workflow.refused("--configfile my.yaml --show-failed-logs");
        assert!(said.contains("truncated"), "{scatter}: {said}");
        for name in ["findings.tsv", "findings.html"] {
            assert!(!workflow.world.path(&format!("results/first.{name}")).exists(), "{scatter}: {name}");
        }
    }
}
