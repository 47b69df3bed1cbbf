//! What is wrong with a configuration is said at once, a line for each thing, before any job.

use super::Workflow;

#[test]
fn a_wrong_configuration_is_refused_before_any_job() {
    let Some(workflow) = Workflow::new() else { return };
    let files = "reference: reference.fa\nclinvar: clinvar.vcf.gz\n";
    let person = "samples: {a: raw files/first.txt}\n";
    std::fs::create_dir(workflow.world.path("two")).unwrap();
    for name in ["exomes", "genomes"] {
        workflow.world.write(&format!("two/gnomad.{name}.r2.1.1.sites.1.vcf.bgz"), b"");
    }
    workflow.world.write("semicolons.tsv", b"sample;file\r\na;raw files/first.txt\r\n");
    workflow.world.write("twice.tsv", b"sample\tfile\r\na\traw files/first.txt\r\na\tb\r\nb\t\r\nc\r\n");
    for (name, config, lines) in [
        (
            "many things at once",
            "refrence: x\nclinvar: clinvar.vcf.gz\nsamples: [a]\nthreds: 3\nmemory_mb: 1GB\n".to_owned(),
            &[
                "unknown key refrence; did you mean reference?",
                "unknown key threds; did you mean threads?",
                "reference: missing",
                "samples: expected NAME: FILE for each person, or a table's path, found ['a']",
                "memory_mb: expected a whole number, found '1GB'",
            ][..],
        ),
        (
            "files",
            "reference: no.fa\nclinvar: clinvar.vcf.gz\ngnomad: nowhere\nsamples: {a: no.txt}\n".to_owned(),
            &[
                "reference: no such file: no.fa",
                "gnomad: no such file or folder: nowhere",
                "samples: a: no such file: no.txt",
            ],
        ),
        (
            "a name twice in a map",
            format!("{files}samples:\n  a: raw files/first.txt\n  a: raw files/second.txt\n"),
            &["my.yaml:5: samples: a again, first on line 4"],
        ),
        (
            "names",
            format!("{files}samples: {{'x/y': raw files/first.txt, 0012: raw files/first.txt}}\n"),
            &["samples: 'x/y': a name is of letters", "samples: 10 is a number to YAML"],
        ),
        (
            "semicolons",
            format!("{files}samples: semicolons.tsv\n"),
            &["semicolons.tsv:1: the columns are separated by semicolons; save the table with tabs"],
        ),
        (
            "a table",
            format!("{files}samples: twice.tsv\n"),
            &[
                "twice.tsv:3: sample a again, first on line 2",
                "twice.tsv:4: the file is missing",
                "twice.tsv:5: expected 2 columns",
            ],
        ),
        (
            "what looks across records",
            format!("{files}{person}scatter: contig\nextra: {{normalize: '-d exact'}}\n"),
            &["extra.normalize: -d looks across records"],
        ),
        (
            "two data sets",
            format!("{files}{person}gnomad: two\n"),
            &["gnomad: two has gnomad.exomes.r2.1.1, gnomad.genomes.r2.1.1; say which"],
        ),
        (
            "a store of nothing",
            format!("{files}{person}gnomad: clinvar.vcf.gz\nstore: true\n"),
            &["store: clinvar.vcf.gz has no per-chromosome files"],
        ),
    ] {
        workflow.world.write("my.yaml", config.as_bytes());
        let said = workflow.refused("--configfile my.yaml");
        for line in lines {
            assert!(said.lines().any(|told| told.contains(line)), "{name}: {line} is missing from\n{said}");
        }
        assert!(!said.contains("Select jobs"), "{name}: jobs were run\n{said}");
        assert!(!workflow.world.path("results").exists(), "{name}");
    }
}
