//! What `.github/workflows` runs is there: scripts, their options, cargo's commands. The runner itself is not here.

use std::path::Path;
use std::process::Command;

use vdx_testkit::{Ran, Stdin, installed};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The `run` steps of all jobs of all workflows, by file.
fn steps() -> Option<Vec<(String, String)>> {
    // Snakemake, which reads YAML, brings the module.
    let python = Path::new(&installed("SNAKEMAKE", "snakemake")?).with_file_name("python");
    let program = "import glob, json, yaml
print(json.dumps([[name, step['run']] for name in sorted(glob.glob('.github/workflows/*.yml'))
    for job in yaml.safe_load(open(name))['jobs'].values() for step in job['steps'] if 'run' in step]))";
    let ran = Ran::of(Command::new(python).args(["-c", program]).current_dir(root()), Stdin::Null);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    Some(serde_json::from_slice(&ran.stdout).unwrap())
}

/// What stops a command from being run here; `installed` are the cargo tools that steps before it installed.
fn fault(line: &str, installed: &[String]) -> Option<String> {
    let words: Vec<&str> = line.split_whitespace().skip_while(|word| *word == "sudo").collect();
    let (first, rest) = words.split_first()?;
    match *first {
        "bash" => {
            let (script, options) = rest.split_first()?;
            let path = root().join(script);
            if !path.is_file() {
                return Some(format!("no script {script}"));
            }
            let text = std::fs::read_to_string(path).unwrap();
            let unknown = options.iter().find(|word| word.starts_with("--") && !text.contains(&format!("{word} ")));
            unknown.map(|word| format!("{script} has no {word}"))
        }
        "cargo" => {
            let name = rest.first()?;
            let known = Ran::of(Command::new(env!("CARGO")).arg("--list").current_dir(root()), Stdin::Null).stdout;
            let known = String::from_utf8_lossy(&known).into_owned();
            let built_in = known.lines().any(|line| line.split_whitespace().next() == Some(name));
            (!built_in && !installed.contains(&format!("cargo-{name}"))).then(|| format!("cargo has no {name}"))
        }
        "apt-get" | "rustup" | "gh" | "grep" | "echo" => None,
        assignment if assignment.contains('=') => None,
        other => Some(format!("{other} is not known to be on a runner")),
    }
}

#[test]
fn every_script_and_command_that_they_call_exists() {
    let Some(steps) = steps() else { return };
    let (mut installed, mut called) = (Vec::new(), String::new());
    for (file, step) in &steps {
        for line in step.lines().filter(|line| !line.trim().is_empty()) {
            assert_eq!(fault(line, &installed), None, "{file}: {line}");
            installed.extend(
                line.strip_prefix("cargo install --locked ").and_then(|rest| rest.split(' ').next()).map(String::from),
            );
            called.push_str(line);
            called.push('\n');
        }
    }
    // Whatever else they do: these.
    for wanted in ["tests/run.sh", "tools/release.sh", "cargo deny", "cargo check", "x86_64-unknown-linux-musl"] {
        assert!(called.contains(wanted), "no step runs {wanted}");
    }
    let own = std::fs::read_to_string(root().join(".ci/run")).unwrap();
    assert!(own.contains("tests/run.sh"), "another script than that of .ci/run");
    for (line, said) in [
        ("bash tests/nowhere.sh", "no script tests/nowhere.sh"),
        ("bash tools/release.sh --quick archive", "tools/release.sh has no --quick"),
        ("cargo nonesuch", "cargo has no nonesuch"),
        ("make all", "make is not known to be on a runner"),
    ] {
        assert_eq!(fault(line, &[]).as_deref(), Some(said));
    }
}

#[test]
fn actionlint_has_nothing_to_say() {
    let Some(actionlint) = installed("ACTIONLINT", "actionlint") else { return };
    // It calls shellcheck where that is there; what the scripts are held to does not depend on it.
    let ran = Ran::of(Command::new(actionlint).args(["-shellcheck=", "-pyflakes="]).current_dir(root()), Stdin::Null);
    assert_eq!((ran.status, String::from_utf8_lossy(&ran.stdout).as_ref()), (Some(0), ""), "{}", ran.stderr);
}

#[test]
fn crates_are_of_the_source_that_deny_toml_allows() {
    let lock: toml::Table = std::fs::read_to_string(root().join("Cargo.lock")).unwrap().parse().unwrap();
    for package in lock["package"].as_array().unwrap() {
        let source = package.get("source").and_then(toml::Value::as_str);
        assert!(
            source.is_none_or(|source| source == "registry+https://github.com/rust-lang/crates.io-index"),
            "{package}: deny.toml refuses other sources than crates.io"
        );
    }
}
