//! `-i` and `-e` of the tools that drop records by them: what goes out is what `bcftools view` takes of what would.

use std::process::{Command, Stdio};

use serde_json::Value;
use vdx_testkit::{Bcftools, Ran, Stdin, World};

/// A tool, and what it is always given.
type Tool = (&'static str, &'static [&'static str]);

const ANNOTATE: Tool = ("vdx-gnomad", &["annotate", "--db", "gnomad", "--no-version"]);
const MATCH: Tool = ("vdx-merge", &["match", "--sample", "raw.txt", "--all", "--no-version"]);

/// Tools, and expressions over what they write.
const CASES: [(Tool, &[&str]); 2] = [
    (
        ANNOTATE,
        &[
            "-i gnomad_AC>500",
            "-e gnomad_AC>500",
            "-i gnomad_AF<0.01 || gnomad_FILTER=\".\"",
            "-e gnomad_AF=\".\"",
            "-i RS=\"7\"",
            "-i POS>10000",
        ],
    ),
    (
        MATCH,
        &[
            "-i GT=\"het\"",
            "-e VDX_VERDICT=\"reference\"",
            "-i VDX_RAWPOS>5000 & GT=\"ref\"",
            "-i N_PASS(GT=\"alt\")=1 || ID=\"3\"",
            "-i CLNSIG=\"Pathogenic\"",
        ],
    ),
];

fn run(world: &World, (binary, fixed): Tool, more: &[&str]) -> Ran {
    let ran = world.run(binary, &[fixed, more].concat(), Stdin::Null);
    assert_eq!(ran.status, Some(0), "{more:?}: {}", ran.stderr);
    ran
}

/// CHROM to ALT of the records.
fn records(text: &[u8]) -> Vec<String> {
    let text = String::from_utf8(text.to_vec()).unwrap();
    let locus = |line: &str| line.split('\t').take(5).collect::<Vec<_>>().join(" ");
    text.lines().filter(|line| !line.starts_with('#')).map(locus).collect()
}

#[test]
fn what_goes_out_is_what_bcftools_would_take_of_it() {
    let Some(bcftools) = Bcftools::find() else { return };
    let world = World::new(1000);
    // bcftools wants contigs declared.
    let text = String::from_utf8(world.vcf.clone()).unwrap();
    world.write("in.vcf", text.replacen("#CHROM", "##contig=<ID=1,length=249250621>\n#CHROM", 1).as_bytes());
    let view = |words: &[&str]| {
        let mut command = Command::new(&bcftools.program);
        let output = command.args(["view", "-H", "--no-version"]).args(words).current_dir(world.directory());
        let output = output.stdin(Stdio::null()).output().unwrap();
        assert!(output.status.success(), "{words:?}: {}", String::from_utf8_lossy(&output.stderr));
        records(&output.stdout)
    };
    for (tool, expressions) in CASES {
        let all = run(&world, tool, &["in.vcf", "-o", "all.vcf"]);
        assert!(!all.stderr.contains("dropped="), "{}", all.stderr);
        let count = view(&["all.vcf"]).len();
        for expression in expressions {
            let words = expression.split_once(' ').map(|(flag, expression)| [flag, expression]).unwrap();
            let expected = view(&[&words[..], &["all.vcf"]].concat());
            let ran = run(&world, tool, &[&words[..], &["in.vcf", "--stats", "stats.json"]].concat());
            assert!(records(&ran.stdout) == expected, "{tool:?} {expression}: {} of {count}", expected.len());
            let stats: Value = serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
            let dropped = (count - expected.len()) as u64;
            assert_eq!(stats["reasons"]["dropped"], dropped, "{expression}: {stats}");
            assert_eq!(stats["records"]["out"], expected.len() as u64, "{expression}: {stats}");
            // The same as BCF, in and out, and on several threads.
            run(&world, tool, &[&words[..], &["in.vcf", "-@3", "--chunk-size", "77", "-o", "some.bcf"]].concat());
            assert!(view(&["some.bcf"]) == expected, "{tool:?} {expression} as BCF");
        }
    }
}

#[test]
fn tables_are_of_the_records_that_are_chosen() {
    let world = World::new(500);
    let of = |words: &[&str]| run(&world, MATCH, &[&["in.vcf", "-O", "tsv"], words].concat()).stdout;
    let (all, some) = (of(&[]), of(&["-i", "GT=\"alt\""]));
    let all = String::from_utf8(all).unwrap();
    let kept = |line: &&str| line.starts_with("rsid") || line.contains("\thet\t") || line.contains("\thom\t");
    let expected: Vec<&str> = all.lines().filter(kept).collect();
    assert_eq!(expected.len(), 51);
    assert_eq!(String::from_utf8(some).unwrap().lines().collect::<Vec<_>>(), expected);
}

#[test]
fn what_cannot_be_asked_is_a_usage_error_that_points_at_it() {
    let world = World::new(10);
    world.write("table.csv", b"chromosome,position,ref_allele,alt_allele\n1,10,A,C\n");
    for ((binary, fixed), more, said) in [
        (ANNOTATE, &["-i", "gnomad_AFF<0.1", "in.vcf"][..], "is gnomad_AF meant?\n  gnomad_AFF<0.1\n  ^^^^^^^^^^"),
        (ANNOTATE, &["-e", "gnomad_AF<", "in.vcf"], "expected a value, found the end"),
        (ANNOTATE, &["-i", "gnomad_AF<0.1", "-e", "QUAL>3", "in.vcf"], "cannot be used with"),
        (ANNOTATE, &["-i", "gnomad_AF<0.1", "table.csv"], "table.csv: -i and -e choose records of a VCF"),
        (MATCH, &["-i", "VDX_VERDIC=\"het\"", "in.vcf"], "is VDX_VERDICT meant?"),
        (MATCH, &["-i", "gnomad_AF<0.1", "in.vcf"], "the header has no gnomad_AF"),
    ] {
        let ran = world.run(binary, &[fixed, more].concat(), Stdin::Null);
        assert_eq!(ran.status, Some(2), "{more:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{more:?}: {}", ran.stderr);
        assert!(ran.stdout.is_empty(), "{more:?}");
    }
}

#[test]
fn help_says_what_becomes_of_the_others() {
    let world = World::new(1);
    for (binary, words, said) in [
        ("vdx-gnomad", &["annotate", "-h"][..], "the others are dropped, as in bcftools view"),
        ("vdx-merge", &["match", "-h"], "the others are dropped, as in bcftools view"),
        ("vdx-normalize", &["-h"], "the others go out untouched, as in bcftools norm"),
    ] {
        let help = String::from_utf8(world.run(binary, words, Stdin::Null).stdout).unwrap();
        let help = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(help.contains(said), "{binary}: {help}");
        let long = String::from_utf8(
            world.run(binary, &[&words[..words.len() - 1], &["--help"]].concat(), Stdin::Null).stdout,
        );
        assert!(long.unwrap().contains("TAG[sample:GT]"), "{binary}");
    }
}
