//! The CWL descriptors, run by cwltool: the tables of the plain pipe, and which failures are worth another try.

use std::path::Path;

use vdx_testkit::{World, installed};

#[test]
fn people_get_the_tables_of_the_pipe_and_want_of_memory_is_a_temporary_failure() {
    let Some(cwltool) = installed("CWLTOOL", "cwltool") else { return };
    let cwltool = std::fs::canonicalize(&cwltool).map_or(cwltool, |path| path.display().to_string());
    let workflows = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows");
    let world = World::new(1);
    let copied = world.bash(&format!("cp -r '{}/nextflow/tests/data' data && cp -r data plain", workflows.display()));
    assert_eq!(copied.status, Some(0), "{}", copied.stderr);
    let run = |script: &str, job: &str| {
        world.write("job.yml", job.as_bytes());
        world.bash(&format!(
            "exec '{cwltool}' --no-container --preserve-environment PATH --outdir out '{}/cwl/{script}' job.yml",
            workflows.display()
        ))
    };
    let file = |name: &str| format!("{{class: File, path: data/{name}}}");
    let ran = run(
        "findings.cwl",
        &format!(
            "reference: {}\nclinvar: {}\ngnomad: {{class: Directory, path: data/gnomad}}\nsamples: [{}, {}]\n\
             names: [first, p2]\n",
            file("reference.fa"),
            file("clinvar.vcf.gz"),
            file("first.23andme.txt"),
            file("second.23andme.txt")
        ),
    );
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    for (name, raw) in [("first", "first.23andme.txt"), ("p2", "second.23andme.txt")] {
        let piped = world.bash(&format!(
            "set -o pipefail; cd plain; vdx-normalize -f reference.fa -m -any -c w clinvar.vcf.gz \
             | vdx-merge match --sample {raw} -f reference.fa | vdx-gnomad annotate --db gnomad | vdx-merge report"
        ));
        assert_eq!(piped.status, Some(0), "{}", piped.stderr);
        let found = std::fs::read(world.path(&format!("out/{name}.findings.tsv"))).unwrap();
        assert!(found == piped.stdout, "{name}: another table than the pipe's");
        assert!(world.path(&format!("out/{name}.report.html")).is_file());
    }
    // Nothing was written beside the inputs.
    for folder in ["data", "data/gnomad"] {
        let here = std::fs::read_dir(world.path(folder)).unwrap().count();
        let there = std::fs::read_dir(workflows.join("nextflow/tests").join(folder)).unwrap().count();
        assert_eq!(here, there, "{folder}");
    }

    // Two people of one name would be told apart by nobody.
    let job = std::fs::read_to_string(world.path("job.yml")).unwrap().replace("[first, p2]", "[p2, p2]");
    let ran = run("findings.cwl", &job);
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("\nnames: p2 is there twice; results are named after it"), "{}", ran.stderr);
    let ran = run("names.cwl", "names: [p1, a/b, '']\n");
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    for name in ["a/b", ""] {
        assert!(ran.stderr.contains(&format!("names: '{name}': expected letters, digits")), "{}", ran.stderr);
    }

    let ran = run("merge-shards.cwl", &format!("shards: [{}]\nname: whole\n", file("clinvar.vcf.gz")));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(world.path("out/whole.vcf.gz").is_file() && world.path("out/whole_mqc.json").is_file());

    let table = |name: &str| format!("{{class: File, path: out/{name}.findings.tsv}}");
    let ran = run("merge-diff.cwl", &format!("old: {}\nnew: {}\nname: two\n", table("first"), table("p2")));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(world.path("out/two.diff.html").is_file() && world.path("out/two_mqc.json").is_file());
    let changes = std::fs::read_to_string(world.path("out/two.diff.tsv")).unwrap();
    assert!(changes.starts_with("change\t") && changes.lines().count() > 1, "{changes}");
    let words = format!(
        "sample: {}\nreference: {}\nsites: {}\nname: first\n",
        file("first.23andme.txt"),
        file("reference.fa"),
        file("clinvar.vcf.gz")
    );
    let ran = run("merge-convert.cwl", &words);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(world.path("out/first.vcf.gz").is_file(), "{}", ran.stderr);

    let normalize = |vcf: &str| format!("vcf: {}\nreference: {}\nname: x\n", file(vcf), file("reference.fa"));
    let little = "cwl:requirements: [{class: ResourceRequirement, ramMin: 4, ramMax: 4}]\n";
    let ran = run("normalize.cwl", &(normalize("clinvar.vcf.gz") + little));
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("exited with status: 137") && ran.stderr.contains("temporaryFail"), "{}", ran.stderr);
    let whole = std::fs::read(world.path("data/clinvar.vcf.gz")).unwrap();
    world.write("data/cut.vcf.gz", &whole[..whole.len() / 2]);
    let ran = run("normalize.cwl", &normalize("cut.vcf.gz"));
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(ran.stderr.contains("truncated") && ran.stderr.contains("permanentFail"), "{}", ran.stderr);
    assert!(!world.path("out/x.norm.vcf.gz").exists());
}
