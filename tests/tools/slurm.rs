//! Array jobs over people, on a stand-in for sbatch that runs the tasks of an array one after the other; `tests/cluster.sh`
//! runs the same on Slurm itself.

use std::path::Path;

use vdx_testkit::{Ran, World};

/// Takes what `array.sh` gives it, and tells it in `asked`.
const SBATCH: &[u8] = b"#!/bin/bash
for word in \"$@\"; do
    case $word in
        --array=1-*) tasks=${word#--array=1-} ;;
        --mem=*M) mem=${word#--mem=} ;;
        --cpus-per-task=*) cpus=${word#*=} ;;
        --job-name=*) name=${word#*=} ;;
        --wrap=*) command=${word#--wrap=} ;;
    esac
done
echo \"$name $tasks $mem $cpus\" >>\"$(dirname \"$0\")/asked\"
echo 1
for ((task = 1; task <= tasks; task++)); do
    SLURM_ARRAY_TASK_ID=$task SLURM_MEM_PER_NODE=${mem%M} SLURM_CPUS_PER_TASK=$cpus bash -c \"$command\"
done
";

/// A `vdx-merge` whose report needs 150 MB, and whose match is killed the first time.
const WRONG: &[u8] = b"#!/bin/bash
all=\"$*\"; memory=${all#*--memory }; memory=${memory%%M*}
[[ $1 != report ]] || ((memory >= 150)) || exit 137
if [[ $1 == match ]] && mkdir \"$(dirname \"$0\")/killed\" 2>/dev/null; then kill -9 $$; fi
exec \"$VDX_REAL\" \"$@\"
";

/// The test data of the Nextflow workflow as `data`, with its indexes, and `bin/sbatch`.
fn world() -> World {
    let world = World::new(1);
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/nextflow/tests/data");
    std::fs::create_dir(world.path("bin")).unwrap();
    world.write("bin/sbatch", SBATCH);
    let made = world.bash(&format!(
        "set -e; chmod +x bin/sbatch; cp -r '{}' data; chmod -R u+w data; cd data; vdx-normalize -q -f reference.fa -m -any -c w \
         clinvar.vcf.gz >/dev/null; printf '1-1-A-C\\n2-1-A-C\\n' | vdx-gnomad lookup --db gnomad >/dev/null",
        data.display()
    ));
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    world
}

fn findings(world: &World, before: &str, words: &str) -> Ran {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("workflows/slurm/findings.sh");
    world.bash(&format!(
        "export PATH=\"$PWD/bin:$PATH\"; {before} exec '{}' --reference data/reference.fa --clinvar data/clinvar.vcf.gz {words}",
        script.display()
    ))
}

/// The table of one pipe.
fn piped(world: &World, sample: &str) -> Vec<u8> {
    let ran = world.bash(&format!(
        "set -o pipefail; cd data; vdx-normalize -f reference.fa -m -any -c w clinvar.vcf.gz \
         | vdx-merge match --sample {sample} -f reference.fa | vdx-gnomad annotate --db gnomad | vdx-merge report"
    ));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    ran.stdout
}

#[test]
fn people_get_the_tables_of_the_pipe_and_nothing_of_an_earlier_run_is_left() {
    let world = world();
    // A VCF of two people, the second of whom carries what ClinVar knows.
    let family = world.bash(
        "gzip -dc data/clinvar.vcf.gz | awk -F'\\t' -v OFS='\\t' '/^##/ { print; next } \
         /^#/ { print \"##FORMAT=<ID=GT,Number=1,Type=String,Description=\\\"x\\\">\"; print $0, \"FORMAT\", \"A\", \"B\"; next } \
         { print $0, \"GT\", \"0/0\", \"0/1\" }' >data/family.vcf",
    );
    assert_eq!(family.status, Some(0), "{}", family.stderr);
    // As a spreadsheet of Windows writes it.
    world.write(
        "samples.tsv",
        b"\xEF\xBB\xBFsample\tfile\tname\r\nfirst\tdata/first.23andme.txt\t\r\np 2\tdata/second.23andme.txt\t\r\n\r\nb\tdata/family.vcf\tB\r\n",
    );
    let words = "--samples samples.tsv --gnomad data/gnomad -- --mem 600 --batch 2";
    let ran = findings(&world, "", words);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let people = [("first", "first.23andme.txt"), ("p 2", "second.23andme.txt"), ("b", "family.vcf --sample-name B")];
    for (name, sample) in people {
        let found = std::fs::read(world.path(&format!("results/{name}.findings.tsv"))).unwrap();
        assert!(found == piped(&world, sample), "{name}: another table than the pipe's");
        assert!(world.path(&format!("results/{name}.findings.html")).is_file(), "{name}");
    }
    assert_eq!(std::fs::read_to_string(world.path("bin/asked")).unwrap(), "normalize 1 600M 2\npeople 2 600M 2\n");

    // One person's file is broken: told of, not tried again, and the others' are there.
    world.write("data/second.23andme.txt", b"not a raw file\n");
    let ran = findings(&world, "", words);
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("item 2: exit status 1") && ran.stderr.contains("vdx-merge: error: "),
        "{}",
        ran.stderr
    );
    assert!(!ran.stderr.contains("again with"), "{}", ran.stderr);
    assert!(world.path("results/first.findings.tsv").is_file());
    assert!(!world.path("results/p 2.findings.tsv").exists() && !world.path("results/p 2.findings.html").exists());
    // ClinVar is: what the run before found is not left to be taken for what this one has.
    let whole = std::fs::read(world.path("data/clinvar.vcf.gz")).unwrap();
    world.write("data/clinvar.vcf.gz", &whole[..whole.len() / 2]);
    let ran = findings(&world, "", words);
    assert!(ran.status == Some(1) && ran.stderr.contains("truncated"), "{}", ran.stderr);
    for name in ["first.findings.tsv", "first.findings.html", "clinvar.norm.vcf.gz"] {
        assert!(!world.path("results").join(name).exists(), "{name}");
    }
}

#[test]
fn a_job_killed_or_out_of_memory_runs_again_with_twice_as_much() {
    let world = world();
    std::fs::create_dir(world.path("wrong")).unwrap();
    world.write("wrong/vdx-merge", WRONG);
    world.write("samples.tsv", b"sample\tfile\nfirst\tdata/first.23andme.txt\n");
    let before = "chmod +x wrong/vdx-merge; export VDX_REAL=$(command -v vdx-merge) PATH=\"$PWD/wrong:$PATH\";";
    let ran = findings(&world, before, "--samples samples.tsv --gnomad data/gnomad -- --mem 200");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    // A third of eight tenths: 53 and 106 are too little.
    let asked = "normalize 1 200M 2\npeople 1 200M 2\npeople 1 400M 2\npeople 1 800M 2\n";
    assert_eq!(std::fs::read_to_string(world.path("bin/asked")).unwrap(), asked);
    assert!(ran.stderr.contains("people: 1 killed or out of memory; again with 400 MB each"), "{}", ran.stderr);
    let found = std::fs::read(world.path("results/first.findings.tsv")).unwrap();
    assert!(found == piped(&world, "first.23andme.txt"), "another table than the pipe's");
    // Not for ever.
    let ran = findings(&world, before, "--samples samples.tsv --gnomad data/gnomad -- --mem 100 --tries 2");
    assert!(ran.status == Some(1) && ran.stderr.contains("item 1: exit status 137"), "{}", ran.stderr);
}

#[test]
fn what_is_wrong_is_said_before_any_job() {
    let world = world();
    let row = "a\tdata/first.23andme.txt\n";
    for (table, said) in [
        (String::new(), "samples.tsv: no sample"),
        (
            "sample;file\na;b\n".to_owned(),
            "samples.tsv:1: expected the columns sample and file, separated by tabs, found sample;file",
        ),
        ("sample,file\na,b\n".to_owned(), "separated by tabs, found sample,file"),
        (format!("sample\tfiles\n{row}"), "samples.tsv:1: expected the columns sample and file"),
        ("sample\tfile\tvcf\n".to_owned(), "samples.tsv:1: unknown column vcf; there are sample, file, name"),
        ("sample\tfile\r\n\r\n".to_owned(), "samples.tsv: no sample"),
        (format!("sample\tfile\n{row}{row}"), "samples.tsv:3: sample a again, first on line 2"),
        (format!("sample\tfile\n{row}\tx\n"), "samples.tsv:3: not a name for files: \"\""),
        (format!("sample\tfile\n../{row}"), "samples.tsv:2: not a name for files: \"../a\""),
        (format!("sample\tfile\n{row}b\n"), "samples.tsv:3: sample b: no such file: "),
        ("sample\tfile\r\na\tno.txt\r\n".to_owned(), "samples.tsv:2: sample a: no such file: no.txt"),
    ] {
        world.write("samples.tsv", table.as_bytes());
        let ran = findings(&world, "", "--samples samples.tsv --gnomad data/gnomad");
        assert!(ran.status == Some(1) && ran.stderr.contains(said), "{table}: expected {said}, found {}", ran.stderr);
    }
    world.write("samples.tsv", format!("sample\tfile\n{row}").as_bytes());
    let refused = |words: &str, status: i32, said: &str| {
        let ran = findings(&world, "", words);
        assert!(
            ran.status == Some(status) && ran.stderr.contains(said),
            "{words}: expected {said}, found {}",
            ran.stderr
        );
    };
    refused("--samples nowhere.tsv", 1, "--samples: no such file: nowhere.tsv");
    refused("--samples samples.tsv --gnomad nowhere", 1, "--gnomad: no such file or folder: nowhere");
    refused("--samples samples.tsv --chunk 5", 2, "--chunk: expected 0 or a number of bases from 100000 on, found '5'");
    refused("--samples samples.tsv --chunk 0", 1, "clinvar.vcf.gz.tbi is missing; make it with tabix");
    refused("--samples samples.tsv --gnomd x", 2, "unexpected argument '--gnomd'");
    let vcf = "data/gnomad/gnomad.exomes.r2.1.1.sites.2.vcf.bgz";
    std::fs::remove_file(world.path(&format!("{vcf}.tbi"))).unwrap();
    // Neither in a folder nor by itself: tasks would all make the same index, where they may write at all.
    for gnomad in ["data/gnomad", vcf] {
        refused(
            &format!("--samples samples.tsv --gnomad {gnomad}"),
            1,
            "sites.2.vcf.bgz.tbi is missing; make it with tabix",
        );
    }
    std::fs::remove_file(world.path("data/reference.fa.fai")).unwrap();
    refused("--samples samples.tsv", 1, "data/reference.fa.fai is missing; make it with samtools faidx");
    assert!(!world.path("bin/asked").exists(), "a job was sent");
}
