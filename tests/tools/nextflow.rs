//! The Nextflow workflow as its users run it: the tables of the plain pipe, every task reused by `-resume`, and clear
//! words for what is wrong with the input.

use std::path::{Path, PathBuf};
use std::process::Command;

use vdx_testkit::{Ran, World, bgzf, installed, skipped};

fn workflow() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/nextflow")
}

/// A world with the workflow's test data as `data` and, never touched by Nextflow, as `plain`; the second person's file
/// has a blank in its name.
fn world() -> World {
    let world = World::new(1);
    for folder in ["data", "plain"] {
        let copied =
            world.bash(&format!("cp -r '{}/tests/data' {folder} && chmod -R u+w {folder}", workflow().display()));
        assert_eq!(copied.status, Some(0), "{}", copied.stderr);
        std::fs::rename(world.path(&format!("{folder}/second.23andme.txt")), world.path(&format!("{folder}/p 1.txt")))
            .unwrap();
    }
    world
}

/// The table of the plain pipe for a raw file of `plain`.
fn piped(world: &World, raw: &str) -> Vec<u8> {
    let ran = world.bash(&format!(
        "set -o pipefail; cd plain; vdx-normalize -f reference.fa -m -any -c w clinvar.vcf.gz \
         | vdx-merge match --sample '{raw}' -f reference.fa | vdx-gnomad annotate --db gnomad | vdx-merge report"
    ));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    ran.stdout
}

/// One run of Nextflow: its exit status and all that it says.
struct Run {
    status: Option<i32>,
    said: String,
}

impl Run {
    /// How many tasks were `Submitted`, for the first time, or `Cached`.
    fn tasks(&self, what: &str) -> usize {
        self.said.lines().filter(|line| line.contains(&format!("{what} process >"))).count()
    }
}

fn run(world: &World, nextflow: &str, parser: &str, script: &str, words: &str) -> Run {
    let script = workflow().join(script);
    let Ran { status, stdout, stderr } = world.bash(&format!(
        "export NXF_SYNTAX_PARSER={parser} NXF_ANSI_LOG=false; exec '{nextflow}' run '{}' {words} 2>&1",
        script.display()
    ));
    Run { status, said: String::from_utf8_lossy(&stdout).into_owned() + &stderr }
}

/// Nextflow, by a path that holds in any folder.
fn nextflow() -> Option<String> {
    let found = installed("NEXTFLOW", "nextflow")?;
    Some(std::fs::canonicalize(&found).map_or(found, |path| path.display().to_string()))
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn tables_are_those_of_the_pipe_and_resume_reuses_every_task_until_an_input_changes() {
    let Some(nextflow) = nextflow() else { return };
    let world = world();
    world.write("people.csv", b"sample,file\nfirst,data/first.23andme.txt\np 1,data/p 1.txt\n");
    // A third of 4 MiB is too little for any tool, a third of 256 MiB is enough.
    world.write(
        "little.config",
        b"process { withName: 'VDX_FINDINGS' { memory = { 4.MB * 64 ** (task.attempt - 1) } } }\n",
    );
    let words = "-c little.config --reference data/reference.fa --clinvar data/clinvar.vcf.gz --gnomad data/gnomad \
                 --input people.csv -profile standard";
    let ran = run(&world, &nextflow, "v2", "main.nf", words);
    assert_eq!(ran.status, Some(0), "{}", ran.said);

    // 137, of both people, was tried again; nothing else was.
    let trace = std::fs::read_to_string(world.path("results/pipeline_info/trace.tsv")).unwrap();
    let rows: Vec<Vec<&str>> = trace.lines().skip(1).map(|line| line.split('\t').collect()).collect();
    let failed: Vec<_> = rows.iter().filter(|row| row[4] == "FAILED").collect();
    assert!(
        failed.len() == 2 && failed.iter().all(|row| row[5] == "137" && row[3].contains("VDX_FINDINGS")),
        "{trace}"
    );
    // Store of two files, index of the reference, ClinVar, two people, the table of both.
    assert_eq!(rows.len() - failed.len(), 7, "{trace}");

    let mut whole = Vec::new();
    for (id, raw) in [("first", "first.23andme.txt"), ("p 1", "p 1.txt")] {
        let expected = piped(&world, raw);
        let found = std::fs::read(world.path(&format!("results/findings/{id}.findings.tsv"))).unwrap();
        assert!(found == expected, "{id}: another table than the pipe's");
        for (at, line) in String::from_utf8(expected).unwrap().lines().enumerate() {
            match (at, whole.is_empty()) {
                (0, true) => whole.push(format!("sample\t{line}")),
                (0, false) => {}
                _ => whole.push(format!("{id}\t{line}")),
            }
        }
        let page = std::fs::read_to_string(world.path(&format!("results/findings/{id}.report.html"))).unwrap();
        assert!(page.starts_with("<!DOCTYPE html>"), "{id}: no page");
        for step in ["match", "annotate", "report"] {
            let table = std::fs::read(world.path(&format!("results/multiqc/{step}/{id}_mqc.json"))).unwrap();
            let table: serde_json::Value = serde_json::from_slice(&table).unwrap();
            assert!(table["data"][id].is_object(), "{step}: MultiQC's row is not the person's: {}", table["data"]);
        }
    }
    let cohort = std::fs::read_to_string(world.path("results/cohort.findings.tsv")).unwrap();
    assert!(whole.len() > 40 && cohort.lines().eq(whole.iter()), "{cohort}");
    // No task has written beside the inputs, that would change them for the next run.
    assert_eq!(
        names(&world.path("data")),
        ["clinvar.vcf.gz", "first.23andme.txt", "gnomad", "p 1.txt", "reference.fa", "samples.csv"]
    );
    assert_eq!(names(&world.path("data/gnomad")).len(), 2);

    let again = run(&world, &nextflow, "v2", "main.nf", &format!("{words} -resume"));
    assert_eq!((again.status, again.tasks("Cached"), again.tasks("Submitted")), (Some(0), 7, 0), "{}", again.said);
    assert!(world.path("results/findings/p 1.findings.tsv").is_file());

    // The second file is broken now: its own task alone runs, and nothing stale or half is left of it.
    world.write(
        "data/p 1.txt",
        b"# This data file generated by 23andMe\n# rsid\tchromosome\tposition\tgenotype\nrs1\t1\n",
    );
    let broken = run(&world, &nextflow, "v2", "main.nf", &format!("{words} -resume"));
    assert_eq!(broken.status, Some(1), "{}", broken.said);
    assert_eq!((broken.tasks("Cached"), broken.tasks("Submitted")), (5, 1), "{}", broken.said);
    assert!(
        broken.said.contains("VDX_FINDINGS (p 1)") && broken.said.contains("vdx-merge: error: p 1.txt"),
        "{}",
        broken.said
    );
    let left = names(&world.path("results/findings"));
    assert_eq!(left, ["first.findings.tsv", "first.report.html"]);
    assert!(!world.path("results/cohort.findings.tsv").exists(), "the table of all is that of an earlier run");
}

#[test]
fn parts_by_contig_give_the_bytes_of_one_process_and_steps_those_of_the_pipe() {
    let Some(nextflow) = nextflow() else { return };
    let world = world();
    let fasta = std::fs::read(world.path("data/reference.fa")).unwrap();
    world.write("data/reference.fa.gz", &bgzf(&fasta, 1000));
    let ran = run(
        &world,
        &nextflow,
        "v1",
        "main.nf",
        "--reference data/reference.fa.gz --clinvar data/clinvar.vcf.gz --gnomad data/gnomad --samples 'data/*.txt' \
         --scatter 3 --vcf --outdir out",
    );
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    assert_eq!(ran.said.matches("Submitted process > COHORT:CLINVAR:VDX_NORMALIZEPART").count(), 3, "{}", ran.said);
    let one = world.bash("vdx-normalize -f plain/reference.fa -m -any -c w --no-version plain/clinvar.vcf.gz -O z");
    assert_eq!(one.status, Some(0), "{}", one.stderr);
    let parts = std::fs::read(world.path("out/clinvar/clinvar.norm.vcf.gz")).unwrap();
    assert!(parts == one.stdout, "{} bytes by parts, {} by one process", parts.len(), one.stdout.len());
    // Files without a sheet are named after the files.
    for (id, raw) in [("first.23andme", "first.23andme.txt"), ("p 1", "p 1.txt")] {
        let found = std::fs::read(world.path(&format!("out/findings/{id}.findings.tsv"))).unwrap();
        assert!(found == piped(&world, raw), "{id}: another table than the pipe's");
        assert!(world.path(&format!("out/vcf/{id}.annotate.vcf.gz")).is_file());
    }
}

#[test]
fn what_is_wrong_with_the_input_is_said_before_any_task_starts() {
    let Some(nextflow) = nextflow() else { return };
    let world = World::new(1);
    for folder in ["sheets", "twice"] {
        std::fs::create_dir(world.path(folder)).unwrap();
    }
    let raw = world.path("raw.txt");
    let raw = raw.display();
    for (name, text) in [
        ("bom.csv", "\u{feff}sample,file\na,../raw.txt\n".to_owned()),
        ("columns.csv", "sample,path\na,../raw.txt\n".to_owned()),
        ("empty.csv", "sample,file\n\n".to_owned()),
        ("good.tsv", format!("file\tsample\tvcf_sample\n../raw.txt\ta b\tNA1\n\n{raw}\tc\t\n")),
        ("lines.csv", format!("sample,file\n,{raw}\na,\nb,nowhere.txt\n../c,{raw}\nb,{raw}\nd\n")),
        ("quoted.csv", "\"sample\",\"file\"\n\"a\",\"../twice/x,y.txt\"\n".to_owned()),
        ("semicolons.csv", "sample;file\na;../raw.txt\n".to_owned()),
        ("windows.csv", "sample,file\r\na,../raw.txt\r\n".to_owned()),
    ] {
        world.write(&format!("sheets/{name}"), text.as_bytes());
    }
    for name in ["x,y.txt", "same.txt", "same.vcf"] {
        world.write(&format!("twice/{name}"), b"x");
    }
    world.write("gnomad/gnomad.genomes.r2.1.1.sites.1.vcf.bgz", b"x");
    let ran = run(&world, &nextflow, "v2", "tests/inputs.nf", &format!("--folder '{}'", world.directory().display()));
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    let said: Vec<&str> = ran.said.lines().filter(|line| line.contains('\t')).collect();
    let sheets = world.path("sheets").display().to_string();
    let said = said.join("\n").replace(&sheets, "");
    for expected in [
        "bom.csv\t[a]",
        "columns.csv\t/columns.csv line 1: expected the columns sample, file and, for a VCF of several people, vcf_sample; \
         found 'path'",
        "empty.csv\t/empty.csv: expected a line for each person behind the line of columns, found none",
        "good.tsv\t[a b is NA1, c]",
        "lines.csv\t/lines.csv line 2: the sample has no id",
        "lines.csv\t/lines.csv line 3: the file of 'a' is missing",
        "lines.csv\t/lines.csv line 4: no such file: /nowhere.txt (a relative path starts at the folder of the sheet)",
        "lines.csv\t/lines.csv line 5: the id '../c' becomes part of file names: expected letters, digits and _ . + = @ - or \
         blanks within it",
        "lines.csv\t/lines.csv line 6: the id 'b' is that of line 4, too; results are named after it",
        "lines.csv\t/lines.csv line 7: expected 2 columns, found 1: d",
        "quoted.csv\t[a]",
        "semicolons.csv\t/semicolons.csv line 1: expected columns separated by commas or tabs, found semicolons: sample;file",
        "windows.csv\t/windows.csv: expected Unix line ends, found those of Windows; convert it with: \
         sed -i 's/\\r$//' '/windows.csv'",
        "none\t--input: no such file:",
        "glob\t--samples: same.txt and same.vcf would both be called 'same'; give them names by a sheet, --input",
        "datasets\t--gnomad: ",
        "holds exomes 2.1.1, genomes 2.1.1; choose by --gnomad_dataset and --gnomad_release",
        "exomes\t[gnomad.exomes.r2.1.1.sites.1.vcf.bgz]",
        "holds no file of gnomAD joint, such as gnomad.exomes.v4.1.sites.chr1.vcf.bgz, nor a store",
        "parameters\t--gnomd: no such parameter; there are --gnomad --outdir",
    ] {
        assert!(said.contains(expected), "expected {expected}\nfound\n{said}");
    }
}

#[test]
fn a_stub_run_makes_every_file_that_a_run_makes() {
    let Some(nextflow) = nextflow() else { return };
    let world = World::new(1);
    let ran = run(&world, &nextflow, "v2", "main.nf", "-profile test --scatter 2 --vcf -stub");
    assert_eq!(ran.status, Some(0), "{}", ran.said);
    for file in
        ["cohort.findings.tsv", "clinvar/clinvar.norm.vcf.gz", "findings/second.report.html", "vcf/first.match.vcf.gz"]
    {
        assert!(world.path("results").join(file).is_file(), "{file}");
    }
}

/// What stands in for Nextflow's own parser where Nextflow cannot run.
#[test]
fn every_script_parses() {
    let Some(python) = installed("VDX_PEERS_PYTHON", "python") else { return };
    let script = "import pathlib, sys\nfrom reftrace import Module, ParseError\nfound = 0\n\
                  for file in sorted(pathlib.Path(sys.argv[1]).rglob('*.nf')):\n    \
                  parsed = Module.from_file(str(file))\n    \
                  assert not isinstance(parsed, ParseError), f'{file}: {parsed}'\n    found += 1\nprint(found)";
    let imported = Command::new(&python).args(["-c", "import reftrace"]).output().unwrap();
    if !imported.status.success() {
        skipped("reftrace is not installed");
        return;
    }
    let ran = Command::new(&python).args(["-c", script]).arg(workflow()).output().unwrap();
    let count = String::from_utf8_lossy(&ran.stdout).trim().parse::<usize>().unwrap_or(0);
    assert!(ran.status.success() && count >= 16, "{count} files: {}", String::from_utf8_lossy(&ran.stderr));
}

/// No package carries nf-test, so that its absence is said, and no failure.
#[test]
fn snapshots_of_the_modules_hold() {
    let found = Command::new("nf-test").arg("version").output().is_ok_and(|output| output.status.success());
    if !found {
        let line = "skipped: tools nextflow::snapshots_of_the_modules_hold: nf-test is not on the PATH\n";
        eprint!("{line}");
        if let Some(log) = std::env::var_os("VDX_SKIPPED") {
            let file = std::fs::File::options().create(true).append(true).open(log).unwrap();
            std::io::Write::write_all(&mut &file, line.as_bytes()).unwrap();
        }
        return;
    }
    let world = World::new(1);
    let tested = world.bash(&format!("cd '{}' && nf-test test --ci", workflow().display()));
    assert_eq!(tested.status, Some(0), "{}{}", String::from_utf8_lossy(&tested.stdout), tested.stderr);
}
