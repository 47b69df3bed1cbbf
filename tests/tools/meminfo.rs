//! What vdx-meminfo says, beside what the tools then do.

use serde_json::Value;

use vdx_testkit::{Ran, Stdin, World};

fn printed(ran: &Ran) -> String {
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    String::from_utf8(ran.stdout.clone()).unwrap()
}

#[test]
fn the_plan_is_the_one_that_the_tool_follows_and_its_peak_holds() {
    let world = World::new(20_000);
    let limits = ["--threads", "2", "--memory", "48M"];
    let ask = [&["--tool", "normalize", "--format", "json", "--input", "in.vcf"][..], &limits].concat();
    let said: Value = serde_json::from_str(&printed(&world.run("vdx-meminfo", &ask, Stdin::Null))).unwrap();
    let mut plan = said["plans"][0].clone();
    let expected = plan.as_object_mut().unwrap().remove("expected_peak_bytes").unwrap().as_u64().unwrap();
    let work = [&["-f", "ref.fa", "-o", "out.vcf", "--stats", "stats.json", "in.vcf"][..], &limits].concat();
    let ran = world.run("vdx-normalize", &work, Stdin::Null);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let stats: Value = serde_json::from_slice(&std::fs::read(world.path("stats.json")).unwrap()).unwrap();
    assert_eq!(plan, stats["plan"]);
    let peak = stats["peak_rss_bytes"].as_u64().unwrap();
    assert!(peak <= expected, "peak {peak}, expected at most {expected}");
    assert_eq!(said["input"]["text_bytes"], world.vcf.len());
}

#[test]
fn a_shell_takes_the_variables() {
    let world = World::new(100);
    let ran = world.bash(
        "eval \"$(vdx-meminfo --format env)\" && [ \"$VDX_NORMALIZE_MODE\" != refused ] && vdx-normalize -f ref.fa \
         --threads $VDX_NORMALIZE_THREADS --memory $VDX_NORMALIZE_MEMORY in.vcf >out.vcf && echo $VDX_CPUS",
    );
    assert!(printed(&ran).trim().parse::<u32>().is_ok(), "{}", ran.stderr);
}

#[test]
fn watching_ends_with_the_process_or_the_reader() {
    let world = World::new(1);
    let ran = world.bash("sleep 60 & pid=$!; vdx-meminfo --watch 0.02 --format tsv --pid $pid | { read -r names; \
                          read -r line; kill $pid; cat >/dev/null; printf '%s\\n' \"$names\" \"$line\"; }; echo ${PIPESTATUS[0]}");
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split('\t').collect()).collect();
    assert_eq!((lines[0].len(), lines[1].len(), &lines[2][..]), (8, 8, &["0"][..]), "{text}");
    assert!(lines[1][6].parse::<u64>().unwrap() > 0, "{text}");
    let ran = world.bash("vdx-meminfo --watch 0.01 --format json | head -n 2; echo ${PIPESTATUS[0]}");
    let text = String::from_utf8(ran.stdout).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!((lines.len(), lines[2]), (3, "0"), "{text}");
    assert!(serde_json::from_str::<Value>(lines[0]).unwrap()["left"].as_u64().is_some(), "{text}");
}

#[test]
fn what_cannot_be_looked_at_is_told() {
    let world = World::new(1);
    for (arguments, status, said) in [
        (&["--input", "ref.fa"][..], 1, "ref.fa: expected a VCF"),
        (&["--input", "missing.vcf"], 1, "missing.vcf: No such file"),
        (&["--watch", "1", "--format", "env"], 2, "--watch prints lines"),
        (&["--watch", "1", "--input", "in.vcf"], 2, "cannot be used with"),
        (&["--watch", "0"], 2, "expected seconds from 0.01"),
        (&["--pid", "0"], 2, "--pid"),
        (&["--pid", "4194305"], 1, "expected a running process 4194305 that may be looked at"),
    ] {
        let ran = world.run("vdx-meminfo", arguments, Stdin::Null);
        assert_eq!(ran.status, Some(status), "{arguments:?}: {}", ran.stderr);
        assert!(ran.stderr.contains(said), "{arguments:?}: {}", ran.stderr);
    }
}
