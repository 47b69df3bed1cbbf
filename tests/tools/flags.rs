//! Each flag that a workflow, wrapper, descriptor or document types behind a tool is one of the tool's `--help`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use regex::Regex;

use vdx_testkit::{Stdin, World};

pub(crate) const TOOLS: [(&str, &[&str]); 4] = [
    ("vdx-normalize", &[""]),
    ("vdx-gnomad", &["", "annotate", "build", "lookup", "info"]),
    ("vdx-merge", &["", "match", "report", "diff", "convert", "shards"]),
    ("vdx-meminfo", &[""]),
];

/// What `--help` says of each tool, and of each of its commands as `TOOL COMMAND`.
pub(crate) fn known() -> BTreeMap<String, BTreeSet<String>> {
    let world = World::new(1);
    let option = Regex::new(r"(?m)^ +(-[A-Za-z@])?(?:, )?(--[a-z][a-z-]*)?").unwrap();
    let mut known = BTreeMap::new();
    for (tool, commands) in TOOLS {
        for command in commands {
            let words: Vec<&str> = [command, "--help"].into_iter().filter(|word| !word.is_empty()).collect();
            let ran = world.run(tool, &words, Stdin::Null);
            assert_eq!(ran.status, Some(0), "{tool} {words:?}: {}", ran.stderr);
            let help = String::from_utf8(ran.stdout).unwrap();
            let flags: BTreeSet<String> = option
                .captures_iter(&help)
                .flat_map(|found| [found.get(1), found.get(2)])
                .flatten()
                .map(|flag| flag.as_str().to_owned())
                .collect();
            assert!(flags.contains("--help"), "{tool} {words:?}: no flag is found in the help");
            known.insert(format!("{tool} {command}").trim_end().to_owned(), flags);
        }
    }
    known
}

/// The text with each command on one line: continued lines are joined, and so are the strings that one behind the other
/// make up a command in Snakemake and Python. What another command does within the line is left out.
fn one_line_a_command(text: &str) -> String {
    let joined = Regex::new(r#"\\\n|["']\n(?: *#[^\n]*\n)* *f?["']"#).unwrap().replace_all(text, " ").into_owned();
    Regex::new(r"<\([^)]*\)").unwrap().replace_all(&joined, "FILE").into_owned()
}

/// `TOOL COMMAND` and the flags behind it, for each command of the text.
fn used(text: &str) -> Vec<(String, Vec<String>)> {
    let text = one_line_a_command(text);
    let command = Regex::new(r"(vdx-(?:normalize|gnomad|merge|meminfo))[ \t]([^|;\n`&#]*)").unwrap();
    let flag = Regex::new(r#"(?:^|[ \t\n"'\[(])(--[a-z][a-z-]*|-[A-Za-z@])"#).unwrap();
    command
        .captures_iter(&text)
        .map(|found| {
            let (tool, rest) = (&found[1], &found[2]);
            let first = rest.split_whitespace().next().unwrap_or_default();
            let commands = TOOLS.iter().find(|(name, _)| *name == tool).unwrap().1;
            let name = if !first.is_empty() && commands.contains(&first) {
                format!("{tool} {first}")
            } else {
                tool.to_owned()
            };
            // The value of -m looks like a flag.
            let rest = rest.replace("-m -", "-m ");
            (name, flag.captures_iter(&rest).map(|found| found[1].to_owned()).collect())
        })
        .collect()
}

/// What is used and not known.
fn unknown(text: &str, known: &BTreeMap<String, BTreeSet<String>>) -> (usize, Vec<String>) {
    let mut seen = 0;
    let mut wrong = Vec::new();
    for (name, flags) in used(text) {
        for flag in flags {
            seen += 1;
            if !known[&name].contains(&flag) && flag != "--help" && flag != "--version" {
                wrong.push(format!("{name} {flag}"));
            }
        }
    }
    (seen, wrong)
}

/// The flags of a CWL description: its prefixes, behind its base command.
fn cwl(text: &str) -> String {
    let value = |key: &str| {
        Regex::new(&format!(r#"{key}: *\[?["']?(vdx-[a-z]+|-[A-Za-z@-][a-z-]*)["']?,? *["']?([a-z]*)"#)).unwrap()
    };
    let Some(base) = value("baseCommand").captures(text).map(|base| format!("{} {}", &base[1], &base[2])) else {
        return String::new();
    };
    let prefixes = value("prefix");
    let flags: Vec<&str> = prefixes.captures_iter(text).map(|found| found.get(1).unwrap().as_str()).collect();
    format!("{base} {}\n", flags.join(" "))
}

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files(&path, found);
        } else {
            found.push(path);
        }
    }
}

#[test]
fn flags_in_workflows_and_documents_are_those_of_the_tools() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let known = known();
    let mut paths = vec![root.join("README.md"), root.join("tests/cluster.sh")];
    for folder in ["workflows", "containers"] {
        files(&root.join(folder), &mut paths);
    }
    for entry in std::fs::read_dir(root.join("tools")).unwrap() {
        paths.push(entry.unwrap().path().join("README.md"));
    }
    let (mut seen, mut wrong) = (0, Vec::new());
    for path in paths {
        // What is no text, such as a compressed test file, types no flags.
        let Ok(mut text) = std::fs::read_to_string(&path) else { continue };
        if path.extension().is_some_and(|suffix| suffix == "cwl") {
            text = cwl(&text);
        }
        let (more, other) = unknown(&text, &known);
        seen += more;
        wrong.extend(other.into_iter().map(|flag| format!("{}: {flag}", path.display())));
    }
    assert!(wrong.is_empty(), "not in --help:\n{}", wrong.join("\n"));
    assert!(seen > 200, "only {seen} flags were found");
}

#[test]
fn a_flag_that_a_tool_lacks_is_found() {
    let known = known();
    let wrong = |text: &str| unknown(text, &known).1;
    assert_eq!(
        wrong("vdx-normalize -f x --no-such y | vdx-merge match --sample <(gzip -dc x) -O tsv"),
        ["vdx-normalize --no-such"]
    );
    assert_eq!(wrong("vdx-normalize -m -any \\\n   --html x"), ["vdx-normalize --html"]);
    assert_eq!(
        wrong("        \"vdx-merge shards --list x\"\n        # why\n        \" --sample x\"\n"),
        ["vdx-merge shards --sample"]
    );
    assert_eq!(
        wrong(&cwl("baseCommand: [vdx-merge, report]\ninputs:\n  a: {prefix: --html}\n  b: {prefix: --db}\n")),
        ["vdx-merge report --db"]
    );
    assert_eq!(wrong("vdx-gnomad build --db x --contig 1 -o s; other --flag"), [""; 0]);
}
