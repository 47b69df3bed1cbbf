//! The Snakemake workflow on people of one's own: the same tables as the plain pipe gives, and nobody else's.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use vdx_testkit::{World, installed};

mod bad;
mod scatter;
mod style;
mod tasks;

/// The workflow on the demo's data, whose raw file is that of one person, and every second row of it that of another.
struct Workflow {
    world: World,
    snakemake: String,
}

impl Workflow {
    /// `None`, told as skipped, where Snakemake is missing.
    fn new() -> Option<Self> {
        let snakemake = installed("SNAKEMAKE", "snakemake")?;
        let snakemake = std::fs::canonicalize(&snakemake).map_or(snakemake, |path| path.display().to_string());
        let world = World::new(1);
        make_people(&world);
        Some(Self { world, snakemake })
    }

    /// Writes a configuration: the demo's files and `more` lines.
    fn configure(&self, name: &str, more: &str) {
        self.world.write(name, format!("reference: reference.fa\nclinvar: clinvar.vcf.gz\n{more}").as_bytes());
    }

    /// The exit status, and all that it says: a dry run speaks on its standard output.
    fn run(&self, words: &str) -> (Option<i32>, String) {
        self.run_with("", words)
    }

    /// The same behind `before`, assignments of variables.
    fn run_with(&self, before: &str, words: &str) -> (Option<i32>, String) {
        let snakefile = folder().join("Snakefile");
        let line = format!("{before} exec '{}' -s '{}' --cores 2 {words} 2>&1", self.snakemake, snakefile.display());
        let ran = self.world.bash(&format!("XDG_CACHE_HOME=$PWD/cache; export XDG_CACHE_HOME; {line}"));
        (ran.status, String::from_utf8_lossy(&ran.stdout).into_owned())
    }

    /// As [`run`](Self::run), where it has to end well.
    fn done(&self, words: &str) -> String {
        let (status, said) = self.run(words);
        assert_eq!(status, Some(0), "{said}");
        said
    }

    /// As [`run`](Self::run), where it has to end with 1.
    fn refused(&self, words: &str) -> String {
        let (status, said) = self.run(words);
        assert_eq!(status, Some(1), "{said}");
        said
    }

    /// The bytes of a file.
    fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.world.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// The table that one pipe gives for `raw files/PERSON.txt`, with gnomAD or without.
    fn piped(&self, person: &str, gnomad: bool) -> Vec<u8> {
        let annotate = if gnomad { "| vdx-gnomad annotate --db gnomad" } else { "" };
        let piped = self.world.bash(&format!(
            "set -o pipefail; vdx-normalize -f reference.fa -m -any -c w clinvar.vcf.gz \
             | vdx-merge match --sample 'raw files/{person}.txt' -f reference.fa {annotate} | vdx-merge report"
        ));
        assert_eq!(piped.status, Some(0), "{}", piped.stderr);
        piped.stdout
    }
}

/// The workflow's folder.
fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/snakemake")
}

fn make_people(world: &World) {
    let mut datagen = Command::new(env!("CARGO"));
    datagen.args(["run", "-q", "--locked", "-p", "datagen", "--", "demo", "-o"]).arg(world.directory());
    let made = datagen.current_dir(env!("CARGO_MANIFEST_DIR")).stdin(Stdio::null()).output().unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let whole = world.path("sample.23andme.txt");
    let text = std::fs::read_to_string(&whole).unwrap();
    std::fs::remove_file(whole).unwrap();
    let half = text.split_inclusive('\n').enumerate().filter(|(at, line)| line.starts_with('#') || at % 2 == 0);
    std::fs::create_dir(world.path("raw files")).unwrap();
    world.write("raw files/second.txt", half.map(|(_, line)| line).collect::<String>().as_bytes());
    world.write("raw files/first.txt", text.as_bytes());
}

#[test]
fn ones_own_samples_are_those_that_run() {
    let Some(workflow) = Workflow::new() else { return };
    // As a table that a spreadsheet of Windows has written.
    workflow.world.write(
        "samples.tsv",
        b"\xEF\xBB\xBFsample\tfile\r\nfirst\traw files/first.txt\r\nsecond\traw files/second.txt\r\n\r\n",
    );
    workflow.configure("my.yaml", "gnomad: gnomad\nsamples: samples.tsv\n");
    workflow.done("--configfile my.yaml");
    let mut tables: Vec<String> = std::fs::read_dir(workflow.world.path("results"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".tsv"))
        .collect();
    tables.sort();
    assert_eq!(tables, ["first.findings.tsv", "second.findings.tsv"]);
    let mut rows = Vec::new();
    for person in ["first", "second"] {
        let found = workflow.read(&format!("results/{person}.findings.tsv"));
        assert!(found == workflow.piped(person, true), "{person}: another table than the pipe's");
        rows.push(found.iter().filter(|&&byte| byte == b'\n').count() - 1);
        let page = String::from_utf8(workflow.read(&format!("results/{person}.findings.html"))).unwrap();
        assert!(!page.contains("Rarity was not checked"), "{person}");
    }
    assert!(rows[0] > 100 && rows[1] > 20 && rows[1] < rows[0], "{rows:?} rows");
    assert!(workflow.done("--configfile my.yaml").contains("Nothing to be done"));
}

#[test]
fn without_gnomad_rarity_is_not_checked_and_without_a_configuration_the_demo_runs() {
    let Some(workflow) = Workflow::new() else { return };
    workflow.configure("my.yaml", "samples:\n  'a b': raw files/first.txt\nvcf: true\n");
    workflow.done("--configfile my.yaml");
    assert!(workflow.read("results/a b.findings.tsv") == workflow.piped("first", false));
    let page = String::from_utf8(workflow.read("results/a b.findings.html")).unwrap();
    assert!(page.contains("Rarity was not checked"));
    let kept = workflow.world.bash("gzip -dc 'results/a b.annotated.vcf.gz' | vdx-merge report");
    assert!(kept.status == Some(0) && kept.stdout == workflow.read("results/a b.findings.tsv"), "{}", kept.stderr);

    assert!(workflow.refused("-n").contains("samples: sample: no such file: sample.23andme.txt"));
    std::fs::rename(workflow.world.path("raw files/first.txt"), workflow.world.path("sample.23andme.txt")).unwrap();
    assert!(workflow.done("-n").contains("results/sample.findings.tsv"));
}
