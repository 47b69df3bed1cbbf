//! What holds for every tool alike: streams, formats, exit codes, damage, limits. One table, one row per command.

use std::path::Path;
use std::process::Command;

use vdx_testkit::{Ran, Stdin, World, bgzf, gzip, installed};

/// A command that reads a VCF stream: binary, arguments before the input.
struct Row {
    binary: &'static str,
    arguments: &'static [&'static str],
}

const ROWS: [Row; 6] = [
    Row { binary: "vdx-normalize", arguments: &["-f", "ref.fa", "-m", "-any", "-c", "w", "--no-version"] },
    Row { binary: "vdx-gnomad", arguments: &["annotate", "--db", "gnomad", "--no-version"] },
    Row { binary: "vdx-merge", arguments: &["match", "--sample", "raw.txt", "--all", "--no-version"] },
    Row { binary: "vdx-merge", arguments: &["report"] },
    Row { binary: "vdx-merge", arguments: &["shards", "--no-version"] },
    Row {
        binary: "vdx-gnomad",
        arguments: &["annotate", "--db", "gnomad", "--build", "GRCh37", "--force", "--no-version"],
    },
];

impl Row {
    fn run(&self, world: &World, more: &[&str], stdin: Stdin) -> Ran {
        world.run(self.binary, &[self.arguments, more].concat(), stdin)
    }

    fn line(&self) -> String {
        format!("{} {}", self.binary, self.arguments.join(" "))
    }
}

/// The rows with a world whose `in.vcf` each can read: the report reads what `match` writes.
fn rows(records: usize) -> Vec<(&'static Row, World)> {
    let rows = ROWS.iter().map(|row| {
        let mut world = World::new(records);
        if row.arguments[0] == "report" {
            let matched = ROWS[2].run(&world, &["in.vcf"], Stdin::Null);
            assert_eq!(matched.status, Some(0), "{}", matched.stderr);
            world.write("in.vcf", &matched.stdout);
            world.vcf = matched.stdout;
        }
        (row, world)
    });
    rows.collect()
}

fn ok(ran: Ran, what: &str) -> Vec<u8> {
    assert_eq!(ran.status, Some(0), "{what}: {}", ran.stderr);
    ran.stdout
}

#[test]
fn every_way_in_and_out_gives_the_same_bytes() {
    for (row, world) in rows(3000) {
        let what = row.line();
        let expected = ok(row.run(&world, &["in.vcf"], Stdin::Null), &what);
        assert!(
            expected.iter().filter(|&&byte| byte == b'\n').count() > 100,
            "{what}: too little output to say anything"
        );
        world.write("in.bgzf", &bgzf(&world.vcf, 7000));
        world.write("in.gz", &gzip(&world.vcf, 30_000));
        let same: [(&[&str], Stdin); 12] = [
            (&[], Stdin::Bytes(&world.vcf)),
            (&["-"], Stdin::Bytes(&world.vcf)),
            (&["in.bgzf"], Stdin::Null),
            (&["in.gz"], Stdin::Null),
            (&["--threads", "1", "in.bgzf"], Stdin::Null),
            (&["--threads", "4", "--chunk-size", "1", "in.bgzf"], Stdin::Null),
            (&["-@3", "--chunk-size", "100", "in.vcf"], Stdin::Null),
            (&["-@2", "in.gz"], Stdin::Null),
            (&["--sequential", "--chunk-size", "77", "in.vcf"], Stdin::Null),
            (&["--memory", "64M", "-@8", "in.bgzf"], Stdin::Null),
            (&["--memory", "1GiB", "in.bgzf"], Stdin::Null),
            (&["-q", "in.vcf"], Stdin::Null),
        ];
        for (more, stdin) in same {
            assert!(ok(row.run(&world, more, stdin), &what) == expected, "{what} {more:?} differs");
        }
        let table = row.arguments[0] == "report";
        let name = if table { "out.tsv" } else { "out.vcf" };
        assert!(ok(row.run(&world, &["-o", name, "in.vcf"], Stdin::Null), &what).is_empty());
        assert!(std::fs::read(world.path(name)).unwrap() == expected, "{what} -o differs");
        if !table {
            ok(row.run(&world, &["-o", "out.vcf.gz", "-@2", "in.vcf"], Stdin::Null), &what);
            let first = std::fs::read(world.path("out.vcf.gz")).unwrap();
            ok(row.run(&world, &["-Oz", "--sequential", "-o", "out.vcf.gz", "in.gz"], Stdin::Null), &what);
            assert!(std::fs::read(world.path("out.vcf.gz")).unwrap() == first, "{what}: compressed bytes differ");
            let mut text = Vec::new();
            std::io::Read::read_to_end(&mut flate2::read::MultiGzDecoder::new(&first[..]), &mut text).unwrap();
            assert!(text == expected, "{what}: compressed text differs");
        }
    }
}

#[test]
fn damaged_input_is_exit_1_and_leaves_no_file_behind() {
    for (row, world) in rows(3000) {
        let whole = bgzf(&world.vcf, 20_000);
        let block = |from: usize| from + usize::from(u16::from_le_bytes([whole[from + 16], whole[from + 17]])) + 1;
        let edge = block(block(0));
        let zipped = gzip(&world.vcf, 30_000);
        let mut died = world.vcf[..world.vcf.len() / 2].to_vec();
        died.truncate(died.iter().rposition(|&byte| byte == b'\n').unwrap() + 1);
        died.extend_from_slice(b"#vdx-normalize: incomplete");
        // What is done to the file, and what the error must say of it.
        let cases: [(&str, &[u8], &str); 7] = [
            (
                "no end-of-file block",
                &whole[..whole.len() - 28],
                "truncated BGZF: it ends without the end-of-file block",
            ),
            ("cut at a block edge", &whole[..edge], "truncated BGZF: it ends without the end-of-file block"),
            ("cut inside a block header", &whole[..edge + 9], "truncated BGZF: it ends inside a block header"),
            ("cut inside a block", &whole[..edge + 300], "truncated BGZF: it ends inside a block"),
            ("cut inside a gzip member", &zipped[..zipped.len() / 2], "truncated gzip: it ends inside a member"),
            (
                "cut in the last line",
                &world.vcf[..world.vcf.iter().rposition(|&byte| byte == b'\t').unwrap() - 3],
                "truncated: the last line has no line end",
            ),
            ("an upstream tool died", &died, "the tool before this one failed"),
        ];
        for (what, bytes, said) in cases {
            let what = format!("{}: {what}", row.line());
            world.write("damaged", bytes);
            for threads in ["-@1", "-@3"] {
                let to_file = row.run(&world, &[threads, "-o", "out", "damaged"], Stdin::Null);
                assert_eq!(to_file.status, Some(1), "{what}: {}", to_file.stderr);
                assert!(to_file.stderr.contains("damaged:"), "{what}: no file named: {}", to_file.stderr);
                assert!(to_file.stderr.contains(said), "{what}: {}", to_file.stderr);
                let stream = row.run(&world, &[threads], Stdin::Bytes(bytes));
                assert_eq!(stream.status, Some(1), "{what}: {}", stream.stderr);
                assert!(stream.stderr.contains(said), "{what}: {}", stream.stderr);
                let mark = format!("#{}: incomplete", row.binary);
                assert!(stream.stdout.ends_with(mark.as_bytes()), "{what}: stdout looks complete");
            }
            let allowed = row.run(&world, &["--allow-truncated", "damaged"], Stdin::Null);
            assert_eq!(allowed.status, Some(0), "{what}: {}", allowed.stderr);
            assert!(allowed.stderr.contains("--allow-truncated"), "{what}: no warning: {}", allowed.stderr);
        }
        let left: Vec<_> =
            std::fs::read_dir(world.directory()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name == "out" || name.to_string_lossy().ends_with(".tmp")), "{left:?}");
    }
}

#[test]
fn closed_pipes_are_silent_and_full_disks_are_not() {
    for (row, world) in rows(20_000) {
        let what = row.line();
        let closed =
            world.bash(&format!("set -o pipefail; {what} -q in.vcf | head -n 1 >/dev/null; echo ${{PIPESTATUS[0]}}"));
        assert_eq!((closed.stdout.as_slice(), closed.stderr.as_str()), (&b"0\n"[..], ""), "{what}");
        for threads in ["-@1", "-@2"] {
            let full = world.bash(&format!("{what} {threads} in.vcf >/dev/full"));
            assert_eq!(full.status, Some(1), "{what}: {}", full.stderr);
            assert!(full.stderr.contains("No space left"), "{what}: {}", full.stderr);
        }
        let nowhere = row.run(&world, &["-o", "no/such/folder/out", "in.vcf"], Stdin::Null);
        assert_eq!(nowhere.status, Some(1), "{what}: {}", nowhere.stderr);
        assert!(nowhere.stderr.contains("no/such/folder/out"), "{what}: {}", nowhere.stderr);
        let null = row.run(&world, &["-o", "/dev/null", "in.vcf"], Stdin::Null);
        assert_eq!(null.status, Some(0), "{what}: {}", null.stderr);
        assert!(std::fs::metadata("/dev/null").is_ok_and(|null| !null.is_file()), "/dev/null is still a device");
    }
}

#[test]
fn words_that_are_wrong_say_so_by_their_exit_status() {
    for (row, world) in rows(10) {
        let what = row.line();
        let typo = row.run(&world, &["--thread", "2", "in.vcf"], Stdin::Null);
        assert_eq!(typo.status, Some(2), "{what}: {}", typo.stderr);
        assert!(typo.stderr.contains("--threads"), "{what}: no suggestion: {}", typo.stderr);
        for words in [["--memory", "much"], ["-@", "none"], ["-O", "x"], ["--chunk-size", "0"]] {
            assert_eq!(
                row.run(&world, &[&words[..], &["in.vcf"]].concat(), Stdin::Null).status,
                Some(2),
                "{what} {words:?}"
            );
        }
        let url = row.run(&world, &["s3://bucket/in.vcf.gz"], Stdin::Null);
        assert_eq!(url.status, Some(2), "{what}: {}", url.stderr);
        let missing = row.run(&world, &["missing.vcf"], Stdin::Null);
        assert_eq!(missing.status, Some(1), "{what}: {}", missing.stderr);
        assert!(missing.stderr.contains("missing.vcf"), "{what}: {}", missing.stderr);
        for (bytes, expected) in [(&b""[..], "no data"), (b"hello\n", "a VCF"), (b"BCF\x02\x02", "BCF")] {
            let odd = row.run(&world, &[], Stdin::Bytes(bytes));
            assert_eq!(odd.status, Some(1), "{what}: {}", odd.stderr);
            assert!(odd.stderr.contains(expected), "{what}: {}", odd.stderr);
        }
        let little = row.run(&world, &["--memory", "1K", "in.vcf"], Stdin::Null);
        assert_eq!(little.status, Some(137), "{what}: {}", little.stderr);
        assert!(
            little.stderr.contains("the smallest that works is"),
            "{what}: the smallest that works is not named: {}",
            little.stderr
        );
    }
}

#[test]
fn a_suffix_keeps_its_promise_or_is_refused_and_nothing_binary_goes_to_a_terminal() {
    for (row, world) in rows(10) {
        let what = row.line();
        let table = row.arguments[0] == "report";
        for name in ["a.xlsx", "a.HTML", "a.feather", "a.vcf.zst", if table { "a.parquet" } else { "a.pdf" }] {
            let ran = row.run(&world, &["-o", name, "in.vcf"], Stdin::Null);
            assert_eq!(ran.status, Some(2), "{what} -o {name}: {}", ran.stderr);
            assert!(ran.stderr.contains(&format!("-o {name}: the suffix .")), "{what} -o {name}: {}", ran.stderr);
            assert!(!world.path(name).exists(), "{what} {name}");
        }
        // What means nothing, or is told by -O, is taken.
        let given = if table { "tsv" } else { "v" };
        for words in [&["-o", "a.txt"][..], &["-o", "a"], &["-o", "/dev/null"], &["-O", given, "-o", "a.xlsx"]] {
            ok(row.run(&world, &[words, &["in.vcf"]].concat(), Stdin::Null), &what);
        }
        let json = row.run(&world, &["-o", "a.json", "in.vcf"], Stdin::Null);
        let writes = table || row.binary == "vdx-gnomad" || row.arguments[0] == "match";
        assert_eq!(json.status, Some(if writes { 0 } else { 2 }), "{what}: {}", json.stderr);
        if table {
            continue;
        }
        for (output_type, name) in [("z", "BGZF-compressed VCF"), ("b", "BCF"), ("u", "BCF")] {
            let shown = world.bash(&format!("script -qec '{what} -q -O {output_type} in.vcf' /dev/null"));
            let said = format!("{name} is binary and is not written to a terminal; use -o FILE or a pipe");
            assert_eq!(shown.status, Some(2), "{what}: {}", shown.stderr);
            assert!(String::from_utf8_lossy(&shown.stdout).contains(&said), "{what}: {:?}", shown.stdout);
        }
        ok(world.bash(&format!("set -o pipefail; {what} -q -O z in.vcf | wc -c")), &what);
        let shown = world.bash(&format!("script -qec '{what} -q in.vcf' /dev/null"));
        assert!(shown.status == Some(0) && shown.stdout.starts_with(b"##fileformat"), "{what}: {}", shown.stderr);
    }
}

#[test]
fn the_summary_and_the_statistics_say_what_was_done() {
    for (row, world) in rows(500) {
        let what = row.line();
        let ran = row.run(&world, &["--stats", "stats.json", "--multiqc", "run_mqc.json", "in.vcf"], Stdin::Null);
        let last = ran.stderr.lines().last().unwrap_or_default().to_owned();
        assert!(last.starts_with(&format!("{}: ", row.binary)), "{what}: {last}");
        for key in ["mode=", "workers=", "chunks=", "seconds=", "peak_mb="] {
            assert!(last.contains(key), "{what}: no {key} in {last}");
        }
        let stats: serde_json::Value =
            serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
        for key in
            ["tool", "version", "command", "inputs", "records", "wall_seconds", "cpu_seconds", "peak_rss_bytes", "plan"]
        {
            assert!(!stats[key].is_null(), "{what}: no {key} in {stats}");
        }
        assert_eq!(stats["tool"], row.binary);
        assert_eq!(stats["input_files"][0]["bytes"], world.vcf.len(), "{what}");
        assert!(stats["predicted_peak_bytes"].as_u64() >= stats["peak_rss_bytes"].as_u64(), "{what}: {stats}");
        fits_the_schema(&world, &what);
        let table: serde_json::Value =
            serde_json::from_slice(&std::fs::read(world.path("run_mqc.json")).unwrap()).unwrap();
        assert_eq!(
            (&table["plot_type"], &table["data"]["in"]["in"]),
            (&"table".into(), &stats["records"]["in"]),
            "{what}"
        );
    }
}

/// `stats.json` is what `tools/vdx-cli/stats.schema.json` says, by a validator that is not ours.
fn fits_the_schema(world: &World, what: &str) {
    let Some(python) = installed("VDX_PEERS_PYTHON", "python") else { return };
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tools/vdx-cli/stats.schema.json");
    let check = "import json, sys, jsonschema\n\
                 schema, found = (json.load(open(name)) for name in sys.argv[1:])\n\
                 jsonschema.Draft202012Validator.check_schema(schema)\n\
                 jsonschema.validate(found, schema, jsonschema.Draft202012Validator)\n";
    let ran = Command::new(python).args(["-c", check]).arg(schema).arg(world.path("stats.json")).output().unwrap();
    assert!(ran.status.success(), "{what}: {}", String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn versions_help_and_generated_files_come_from_one_definition() {
    let world = World::new(1);
    for binary in ["vdx-normalize", "vdx-gnomad", "vdx-merge", "vdx-meminfo"] {
        let version = ok(world.run(binary, &["--version"], Stdin::Null), binary);
        assert_eq!(String::from_utf8(version).unwrap(), format!("{binary} {}\n", env!("CARGO_PKG_VERSION")));
        assert!(!ok(world.run(binary, &["--help"], Stdin::Null), binary).is_empty());
        for what in ["man", "bash", "zsh", "fish"] {
            let text = String::from_utf8(ok(world.run(binary, &["--generate", what], Stdin::Null), binary)).unwrap();
            assert!(text.contains(binary), "{binary} --generate {what}");
        }
    }
}

/// Refused memory and threads: the same bytes by smaller means, or exit 137; never an abort, never other bytes.
#[test]
fn refused_memory_and_threads_step_down_to_the_same_bytes() {
    for (row, world) in rows(30_000) {
        let what = row.line();
        world.write("in.bgzf", &bgzf(&world.vcf, 60_000));
        let expected = ok(row.run(&world, &["in.bgzf"], Stdin::Null), &what);
        let mut through = 0;
        for kilobytes in (20_000..=1_200_000).step_by(60_000) {
            let ran = world.bash(&format!("ulimit -v {kilobytes}; exec {what} -@8 in.bgzf"));
            match ran.status {
                Some(0) => {
                    through += 1;
                    assert!(ran.stdout == expected, "{what} under ulimit -v {kilobytes} differs");
                    let lowered = ran.stderr.lines().filter(|line| line.contains("of 8 threads")).count();
                    let expected_once = kilobytes < 400_000;
                    assert!(
                        lowered == 1 || (lowered == 0 && !expected_once),
                        "{what} under ulimit -v {kilobytes}: {}",
                        ran.stderr
                    );
                }
                // Below what bash and the dynamic loader need, nothing of ours runs.
                Some(127) if kilobytes < 40_000 => {}
                Some(137) => {
                    let said = ran.stderr.contains("memory") || ran.stderr.contains("RLIMIT_AS");
                    assert!(said, "{what} under ulimit -v {kilobytes}: {}", ran.stderr);
                }
                status => panic!("{what} under ulimit -v {kilobytes}: {status:?} {}", ran.stderr),
            }
        }
        assert!(through > 10, "{what}: only {through} runs came through");
    }
}

/// Root is exempt from `ulimit -u`, so the tool runs as nobody, from a copy that nobody can reach.
#[test]
fn refused_threads_step_down_to_the_same_bytes() {
    let as_nobody = World::new(1).bash("[ $(id -u) != 0 ] || setpriv --reuid 65534 --clear-groups true");
    assert_eq!(as_nobody.status, Some(0), "setpriv of util-linux is needed: {}", as_nobody.stderr);
    for (row, world) in rows(3000) {
        let what = row.line();
        let expected = ok(row.run(&world, &["in.vcf"], Stdin::Null), &what);
        world.bash(&format!("cp $(command -v {}) . && chmod -R a+rX .", row.binary));
        for tasks in [1, 2, 3, 4, 6, 100] {
            let ran = world.bash(&format!(
                "[ $(id -u) != 0 ] || nobody='setpriv --reuid 65534 --clear-groups'; \
                 exec $nobody bash -c 'ulimit -u {tasks}; exec ./{what} -@8 in.vcf'"
            ));
            // A user who already runs more than that cannot even start bash.
            if ran.stderr.contains("fork") && ran.status != Some(0) {
                continue;
            }
            assert!(ok(ran, &what) == expected, "{what} under ulimit -u {tasks} differs");
        }
    }
}
