//! Runs that end badly: killed at any moment, on a full disk, in a folder that cannot be written to, into a closed pipe, two
//! at once. Nothing partial stands under a final name, and where files can be made without a name nothing is left at all.
//!
//! `VDX_SIGNALS=500 cargo test --release --test signals` kills each command that often.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::io::Write;
use std::process::Command;

use vdx_testkit::{Random, Stdin, World};

/// Commands that write files, and the files.
const WRITERS: [(&str, &[&str]); 6] = [
    (
        "vdx-normalize -f ref.fa -c w -m -any --no-version -q -Oz -W -o out.vcf.gz in.vcf",
        &["out.vcf.gz", "out.vcf.gz.csi"],
    ),
    ("vdx-normalize -f ref.fa -c w --no-version -q --stats out.json -o out.bcf in.vcf", &["out.bcf", "out.json"]),
    ("vdx-gnomad annotate --db gnomad --no-version -q -o out.vcf in.vcf", &["out.vcf"]),
    ("vdx-merge match --sample raw.txt --all --no-version -q -Oz -o out.vcf.gz in.vcf", &["out.vcf.gz"]),
    ("vdx-merge report --no-version -q -o out.tsv --html out.html matched.vcf", &["out.tsv", "out.html"]),
    ("vdx-merge shards --no-version -q -o out.vcf in.vcf", &["out.vcf"]),
];

/// A world in which everything that a run makes on the side is there.
fn world(records: usize) -> World {
    let world = World::new(records);
    let run = |line: &str| {
        let words: Vec<&str> = line.split(' ').collect();
        let ran = world.run(words[0], &words[1..], Stdin::Null);
        assert_eq!(ran.status, Some(0), "{line}: {}", ran.stderr);
    };
    run("vdx-merge match --sample raw.txt --all --no-version -q -o matched.vcf in.vcf");
    for (line, files) in WRITERS {
        run(line);
        files.iter().for_each(|file| std::fs::remove_file(world.path(file)).unwrap());
    }
    world
}

fn names(world: &World) -> BTreeSet<String> {
    let entries = std::fs::read_dir(world.directory()).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

/// Whether the file system of the world makes files without a name.
fn has_unnamed_files(world: &World) -> bool {
    // As the tools ask: by python's os.open, which is there wherever the workflows' tests are.
    let asked = "import os,sys; os.open(sys.argv[1], os.O_TMPFILE | os.O_RDWR)";
    let asked = Command::new("python3").args(["-c", asked]).arg(world.directory()).output();
    asked.is_ok_and(|output| output.status.success())
}

#[test]
fn a_killed_run_leaves_whole_files_or_none() {
    let times = std::env::var("VDX_SIGNALS").ok().and_then(|value| value.parse().ok()).unwrap_or(6);
    let world = world(20_000);
    let before = names(&world);
    let clean = has_unnamed_files(&world);
    let mut random = Random(times);
    let mut whole = 0;
    for (line, files) in WRITERS {
        let words: Vec<&str> = line.split(' ').collect();
        assert_eq!(world.run(words[0], &words[1..], Stdin::Null).status, Some(0));
        // The moment is one of the run, not of the clock: so much of the input was handed over, or a file got its name.
        let (input, words) = words.split_last().unwrap();
        let input = std::fs::read(world.path(input)).unwrap();
        let contents = |file: &str| std::fs::read(world.path(file)).ok();
        // What a statistics file holds differs from run to run.
        let fixed: Vec<&str> =
            files.iter().copied().filter(|file| !file.ends_with("json") && !file.ends_with("html")).collect();
        let complete: Vec<_> = fixed.iter().map(|file| contents(file)).collect();
        let clear = || files.iter().for_each(|file| drop(std::fs::remove_file(world.path(file))));
        clear();
        for at in 0..times {
            let mut child = world.start(words[0], &words[1..]);
            let given = if at == 0 { input.len() } else { random.below(input.len() as u32 / 8 * 9) as usize };
            let mut pipe = child.stdin.take().unwrap();
            pipe.write_all(&input[..given.min(input.len())]).unwrap();
            let pipe = (given < input.len()).then_some(pipe);
            let named = || files.iter().any(|file| world.path(file).exists());
            while pipe.is_none() && !named() && child.try_wait().unwrap().is_none() {
                std::thread::yield_now();
            }
            let signal = ["-KILL", "-TERM", "-INT"][at as usize % 3];
            Command::new("kill").args([signal, &child.id().to_string()]).output().unwrap();
            child.wait().unwrap();
            drop(pipe);
            for (file, complete) in fixed.iter().zip(&complete) {
                if let Some(found) = contents(file) {
                    assert!(Some(&found) == complete.as_ref(), "{line}: {signal}: {file} is not whole");
                    whole += 1;
                }
            }
            clear();
            let left: Vec<String> = names(&world).difference(&before).cloned().collect();
            assert!(left.is_empty() || (signal == "-KILL" && !clean), "{line}: {signal}: left behind: {left:?}");
            left.iter().for_each(|name| std::fs::remove_file(world.path(name)).unwrap());
        }
    }
    assert!(whole > 0, "no run was killed behind its first file");
}

/// A build of a store goes on where a killed one was: what is there of that are complete contigs, and empty files by which
/// builds know of each other.
#[test]
fn a_killed_build_leaves_whole_contigs() {
    let times = std::env::var("VDX_SIGNALS").ok().and_then(|value| value.parse().ok()).unwrap_or(6);
    let world = world(5000);
    let build = ["build", "--db", "gnomad", "-q", "-o"];
    let run = |store: &str| {
        let ran = world.run("vdx-gnomad", &[&build[..], &[store]].concat(), Stdin::Null);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    };
    run("whole");
    let clean = has_unnamed_files(&world);
    let mut random = Random(times);
    let contents = |folder: &str, name: &str| std::fs::read(world.path(folder).join(name)).unwrap();
    let names = |folder: &str| -> Vec<String> {
        let entries = std::fs::read_dir(world.path(folder)).into_iter().flatten();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    // Some end before the signal comes.
    let (mut killed, mut at) = (0, 0);
    while killed < times && at < 50 * times {
        let mut child = world.start("vdx-gnomad", &[&build[..], &["store"]].concat());
        drop(child.stdin.take());
        // From the moment on in which it has begun to write.
        while names("store.partial").is_empty() && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        (0..random.below(400)).for_each(|_| std::thread::yield_now());
        let signal = ["-KILL", "-TERM", "-INT"][killed as usize % 3];
        Command::new("kill").args([signal, &child.id().to_string()]).output().unwrap();
        killed += u64::from(!child.wait().unwrap().success());
        at += 1;
        for name in names("store.partial") {
            if name.ends_with(".vdxg") && !name.starts_with('.') {
                assert!(contents("store.partial", &name) == contents("whole", &name), "{signal}: {name} is not whole");
            } else {
                assert!(signal == "-KILL", "{signal}: left behind: {name}");
                assert!(!clean || contents("store.partial", &name).is_empty(), "{signal}: {name} has bytes");
            }
        }
        run("store");
        assert_eq!(names("store").len(), names("whole").len());
        std::fs::remove_dir_all(world.path("store")).unwrap();
    }
    assert_eq!(killed, times, "too few builds were killed while they wrote");
}

#[test]
fn a_full_disk_and_a_folder_that_cannot_be_written_to_are_errors_and_leave_nothing() {
    let world = world(20_000);
    let before = names(&world);
    for (line, files) in WRITERS {
        // As on a full disk, but for everybody: files may have 8 blocks of 1 KiB.
        let ran = world.bash(&format!("trap '' XFSZ; ulimit -f 8; exec {line}"));
        assert_eq!(ran.status, Some(1), "{line}: {}", ran.stderr);
        assert!(ran.stderr.contains(files[0]) || ran.stderr.contains("out."), "{line}: {}", ran.stderr);
        assert_eq!(names(&world), before, "{line}");
        // No folder of /proc takes files.
        let ran = world.bash(&line.replace(" out.", " /proc/out.").replace("-o out", "-o /proc/out"));
        assert_eq!(ran.status, Some(1), "{line}: {}", ran.stderr);
        assert_eq!(names(&world), before, "{line}");
    }
    let ran = world.bash("vdx-normalize -m -any --no-version -q in.vcf > /dev/full");
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
}

#[test]
fn a_closed_pipe_is_silent() {
    let world = world(20_000);
    for (line, files) in WRITERS.iter().filter(|(line, _)| !line.contains("report")) {
        let line = line.replace(&format!("-o {}", files[0]), "").replace("-W", "");
        let ran = world.bash(&format!("{{ {line}; echo \"status $?\" >&2; }} | head -c 10 > /dev/null"));
        assert!(ran.stderr.ends_with("status 0\n") && !ran.stderr.contains("error"), "{line}: {}", ran.stderr);
    }
}

#[test]
fn of_two_writers_of_one_file_one_is_the_last_and_whole() {
    let world = world(5000);
    let before = names(&world);
    for (line, files) in WRITERS {
        let ran = world.bash(line);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        let alone = std::fs::read(world.path(files[0])).unwrap();
        let ran = world.bash(&format!("{line} & {line}; one=$?; wait $! && exit $one"));
        assert_eq!(ran.status, Some(0), "{line}: {}", ran.stderr);
        assert!(std::fs::read(world.path(files[0])).unwrap() == alone, "{line}");
        files.iter().for_each(|file| std::fs::remove_file(world.path(file)).unwrap());
        assert_eq!(names(&world), before, "{line}");
    }
}
