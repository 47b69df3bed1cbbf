//! The Snakemake workflow on people of one's own: the same tables as the plain pipe gives, and nobody else's.

use std::path::Path;
use std::process::{Command, Stdio};

use crate::common::World;
use vdx_testkit::installed;

/// The demo's data in the folder of `world`, but for the raw file, which becomes those of two people: all of it, and of
/// the other every second row.
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
fn ones_own_samples_are_those_that_run_and_other_defaults_hold() {
    let Some(snakemake) = installed("SNAKEMAKE", "snakemake") else { return };
    let snakemake = std::fs::canonicalize(&snakemake).map_or(snakemake, |path| path.display().to_string());
    let world = World::new(1);
    make_people(&world);
    world.write("my.yaml", b"samples:\n  first: raw files/first.txt\n  second: raw files/second.txt\n");
    world.write("no.yaml", b"samples: {}\n");
    let workflow = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/snakemake/Snakefile");
    // The exit status, and all that it says: a dry run speaks on its standard output.
    let run = |words: &str| {
        let line = format!("exec '{snakemake}' -s '{}' --cores 2 {words} 2>&1", workflow.display());
        let ran = world.bash(&format!("XDG_CACHE_HOME=$PWD/cache; export XDG_CACHE_HOME; {line}"));
        (ran.status, String::from_utf8_lossy(&ran.stdout).into_owned())
    };
    let (status, said) = run("--configfile my.yaml");
    assert_eq!(status, Some(0), "{said}");
    let mut tables: Vec<String> = std::fs::read_dir(world.path("results"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".tsv"))
        .collect();
    tables.sort();
    assert_eq!(tables, ["first.findings.tsv", "second.findings.tsv"]);
    let mut rows = Vec::new();
    for person in ["first", "second"] {
        let piped = world.bash(&format!(
            "set -o pipefail; vdx-normalize -f reference.fa -m -any -c w clinvar.vcf.gz \
             | vdx-merge match --sample 'raw files/{person}.txt' -f reference.fa \
             | vdx-gnomad annotate --db gnomad | vdx-merge report"
        ));
        assert_eq!(piped.status, Some(0), "{}", piped.stderr);
        let found = std::fs::read(world.path(&format!("results/{person}.findings.tsv"))).unwrap();
        assert!(found == piped.stdout, "{person}: another table than the pipe's");
        rows.push(found.iter().filter(|&&byte| byte == b'\n').count() - 1);
    }
    assert!(rows[0] > 100 && rows[1] > 20 && rows[1] < rows[0], "{rows:?} rows");
    assert!(run("--configfile my.yaml").1.contains("Nothing to be done"));
    let (status, said) = run("-n --configfile no.yaml");
    assert!(status == Some(1) && said.contains("samples: expected NAME: FILE"), "{said}");
    // By default there is the one sample of the demo.
    let (status, said) = run("-n");
    assert!(status == Some(1) && said.contains("sample.23andme.txt"), "{said}");
    std::fs::rename(world.path("raw files/first.txt"), world.path("sample.23andme.txt")).unwrap();
    let (status, said) = run("-n");
    assert!(status == Some(0) && said.contains("results/sample.findings.tsv"), "{said}");
}
