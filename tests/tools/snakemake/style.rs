//! Snakemake's own lint and formatter have nothing to say, the profiles load, and the wrappers run as they are tested in
//! the repository of wrappers.

use std::path::Path;

use super::{Workflow, folder};
use vdx_testkit::installed;

#[test]
fn lint_formatter_and_profiles_are_clean() {
    let Some(workflow) = Workflow::new() else { return };
    std::fs::rename(workflow.world.path("raw files/first.txt"), workflow.world.path("sample.23andme.txt")).unwrap();
    let said = workflow.done("--lint");
    assert!(said.contains("good condition"), "{said}");
    workflow.configure(
        "all.yaml",
        "gnomad: gnomad\nsamples: {a: sample.23andme.txt}\nscatter: contig\nstore: true\nvcf: true\nmultiqc: true\n",
    );
    let said = workflow.done("--configfile all.yaml --lint");
    assert!(said.contains("good condition"), "{said}");
    let profile = folder().join("profiles/local");
    let said = workflow.done(&format!("-n --configfile all.yaml --workflow-profile '{}'", profile.display()));
    assert!(said.contains("multiqc_report.html"), "{said}");
    let Some(snakefmt) = installed("SNAKEFMT", "snakefmt") else { return };
    let snakefmt = std::fs::canonicalize(&snakefmt).map_or(snakefmt, |path| path.display().to_string());
    let ran = workflow.world.bash(&format!("'{snakefmt}' --check '{}' 2>&1", folder().display()));
    assert_eq!(ran.status, Some(0), "{}", String::from_utf8_lossy(&ran.stdout));
}

#[test]
fn wrappers_run_their_own_tests() {
    let Some(workflow) = Workflow::new() else { return };
    // As that repository does it: a copy below the branch's name, and the prefix of that.
    let copied = workflow.world.bash(&format!(
        "mkdir -p wrappers/master && cp -r '{}' wrappers/master/",
        folder().join("wrappers/bio").display()
    ));
    assert_eq!(copied.status, Some(0), "{}", copied.stderr);
    for (wrapper, output) in [
        ("normalize", "clinvar.norm.vcf.gz"),
        ("gnomad/annotate", "annotated.vcf.gz"),
        ("merge/match", "matched.vcf.gz"),
        ("merge/report", "findings.tsv"),
    ] {
        let name = format!("wrappers/master/bio/vdx/{wrapper}");
        for file in ["meta.yaml", "environment.yaml", "wrapper.py", "test/Snakefile"] {
            assert!(workflow.world.path(&name).join(file).exists(), "{wrapper}: {file}");
        }
        let ran = workflow.world.bash(&format!(
            "export XDG_CACHE_HOME=$PWD/cache; prefix=file://$PWD/wrappers/; cd {name}/test; \
             '{}' --cores 1 --show-failed-logs --wrapper-prefix \"$prefix\" 2>&1",
            workflow.snakemake
        ));
        assert_eq!(ran.status, Some(0), "{wrapper}: {}", String::from_utf8_lossy(&ran.stdout));
        assert!(workflow.world.path(&name).join(Path::new("test")).join(output).exists(), "{wrapper}");
    }
    let page = "wrappers/master/bio/vdx/merge/report/test/findings.html";
    assert!(workflow.world.path(page).exists());
}
