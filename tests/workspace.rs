//! The workspace is what its design says: which crate may depend on which, and what every manifest shares.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Crate by crate: the crates of the suite it may use, and the foreign crates it fences off for the others.
const EDGES: &[(&str, &[&str], &[&str])] = &[
    // A text in, bytes out: what BGZF is knows vdx-hts.
    ("vdx-deflate", &[], &[]),
    // csv-core: cells in quotes. rustc-hash: the numbers of names, looked up for every field of BCF.
    ("vdx-vcf", &[], &["csv-core", "memchr", "rustc-hash"]),
    (
        "vdx-hts",
        &["vdx-deflate", "vdx-vcf"],
        // libdeflater is what noodles-bgzf inflates with; used directly, it keeps the block edges that the pipeline
        // needs. rayon: a second input is inflated ahead on the run's threads. tempfile and rustix: files that have no name
        // until they are complete, pipe sizes, what standard output is. memmap2: spilled bytes are borrowed as others are.
        // encoding_rs_io: UTF-16 by its mark.
        &[
            "encoding_rs_io",
            "flate2",
            "libdeflater",
            "memchr",
            "memmap2",
            "noodles-bgzf",
            "noodles-core",
            "noodles-csi",
            "noodles-tabix",
            "rayon",
            "rustix",
            "tempfile",
        ],
    ),
    // tempfile: records that come late are spilled.
    ("vdx-pipeline", &["vdx-vcf", "vdx-hts"], &["memchr", "rayon", "tempfile"]),
    // bcftools' language for any tool that asks records. winnow: its grammar; regex: patterns behind ~; strsim: what a
    // misspelt tag may have meant.
    ("vdx-filter", &["vdx-vcf"], &["memchr", "regex", "strsim", "winnow"]),
    ("vdx-genome", &["vdx-vcf", "vdx-hts"], &["memchr", "tempfile"]),
    (
        "vdx-cli",
        // vdx-filter: -i and -e of the tools that drop records by them.
        &["vdx-vcf", "vdx-filter", "vdx-hts", "vdx-pipeline"],
        &[
            "clap",
            "clap_complete",
            "clap_mangen",
            "humantime",
            "indicatif",
            "libc",
            "rustix",
            "serde",
            "serde_json",
            "sysinfo",
            "tempfile",
        ],
    ),
    (
        "vdx-normalize",
        &["vdx-vcf", "vdx-filter", "vdx-hts", "vdx-pipeline", "vdx-genome", "vdx-cli"],
        &["clap", "serde_json"],
    ),
    (
        "vdx-gnomad",
        // vdx-filter: -i and -e over what annotate writes.
        &["vdx-vcf", "vdx-filter", "vdx-hts", "vdx-pipeline", "vdx-genome", "vdx-cli"],
        // flate2 joins checksums; libdeflater: the pages of the store; parquet, which speaks of memory as bytes does: tables
        // with types; tempfile: names that are sorted, files where nothing can be locked.
        &["bytes", "clap", "flate2", "libdeflater", "memchr", "parquet", "serde_json", "tempfile"],
    ),
    (
        "vdx-merge",
        // vdx-filter: -i and -e over what match writes.
        &["vdx-vcf", "vdx-filter", "vdx-hts", "vdx-pipeline", "vdx-genome", "vdx-cli"],
        // minijinja makes the page of the report, tempfile its file.
        &["clap", "csv", "flate2", "memchr", "minijinja", "serde_json", "tempfile", "zip"],
    ),
    // vdx-pipeline: an input is looked at as the tools read it. humantime: moments of --watch.
    ("vdx-meminfo", &["vdx-cli", "vdx-hts", "vdx-pipeline"], &["clap", "humantime", "serde_json", "tempfile"]),
    // Shares nothing with what it tests.
    ("datagen", &[], &["clap", "libdeflater"]),
    // For tests alone.
    // flate2 writes BGZF and gzip, by code that shares nothing with what is tested; tempfile: folders of tests.
    ("vdx-testkit", &[], &["flate2", "tempfile"]),
];

fn manifest(path: &Path) -> toml::Table {
    std::fs::read_to_string(path).unwrap().parse().unwrap()
}

fn members() -> BTreeMap<String, toml::Table> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut members = BTreeMap::new();
    for folder in ["tools", "benches", "tests"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path().join("Cargo.toml");
            if path.exists() {
                let manifest = manifest(&path);
                // A workspace of its own is no member.
                if manifest.contains_key("workspace") {
                    continue;
                }
                members.insert(manifest["package"]["name"].as_str().unwrap().to_owned(), manifest);
            }
        }
    }
    members
}

#[test]
fn no_crate_depends_on_what_the_design_does_not_give_it() {
    let members = members();
    let named: BTreeSet<&str> = EDGES.iter().map(|(name, ..)| *name).collect();
    assert_eq!(
        members.keys().map(String::as_str).collect::<BTreeSet<_>>(),
        named,
        "a member without a row in EDGES, or the reverse"
    );
    for (name, ours, foreign) in EDGES {
        let table = members[*name].get("dependencies").and_then(toml::Value::as_table).cloned().unwrap_or_default();
        for dependency in table.keys() {
            let allowed = if named.contains(dependency.as_str()) { ours } else { foreign };
            assert!(allowed.contains(&dependency.as_str()), "{name} must not depend on {dependency}");
        }
    }
}

#[test]
fn members_share_version_edition_and_lints_and_own_no_binaries() {
    for (name, manifest) in members() {
        for key in ["version", "edition", "rust-version", "license"] {
            let shared = manifest["package"][key].get("workspace").and_then(toml::Value::as_bool);
            assert_eq!(shared, Some(true), "{name}: package.{key}");
        }
        assert_eq!(manifest["lints"]["workspace"].as_bool(), Some(true), "{name}: lints");
        let autobins = manifest["package"].get("autobins").and_then(toml::Value::as_bool);
        assert!(name == "datagen" || autobins == Some(false), "{name}: the root package owns the binaries");
    }
}

#[test]
fn the_root_package_owns_the_four_binaries_and_the_profile_the_errors_need() {
    let root = manifest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml"));
    let binaries: Vec<&str> = root["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap()).collect();
    assert_eq!(binaries, ["vdx-normalize", "vdx-gnomad", "vdx-merge", "vdx-meminfo"]);
    let release = &root["profile"]["release"];
    assert_eq!((release["panic"].as_str(), release["lto"].as_str()), (Some("unwind"), Some("fat")));
    let toolchain = manifest(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rust-toolchain.toml"));
    let channel = toolchain["toolchain"]["channel"].as_str().unwrap();
    assert!(
        channel.starts_with(root["workspace"]["package"]["rust-version"].as_str().unwrap()),
        "toolchain and rust-version move together"
    );
}

#[test]
fn unsafe_code_lives_where_it_is_argued_for() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("tools"), root.join("benches"), root.join("tests")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                if text.contains(concat!("allow(unsafe", "_code")) {
                    found.push(path.strip_prefix(root).unwrap().display().to_string());
                }
            }
        }
    }
    found.sort();
    let argued = ["tools/vdx-cli/src/alloc.rs", "tools/vdx-hts/src/spill.rs", "tools/vdx-hts/src/stdout.rs"];
    assert_eq!(found, argued);
}

/// Rust code of a crate: the path of each module (`index/walk`; empty for `lib.rs`), and its text without tests.
fn modules(folder: &Path, path: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let below = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}/{name}") };
        if entry.path().is_dir() {
            modules(&entry.path(), &below(&name), found);
        } else if let Some(stem) =
            name.strip_suffix(".rs").filter(|stem| !matches!(*stem, "tests" | "testing" | "main"))
        {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let code = text.split("#[cfg(test)]\nmod tests {").next().unwrap();
            let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
            found.insert(if stem == "lib" { String::new() } else { below(stem) }, lines.collect::<Vec<_>>().join("\n"));
        }
    }
}

/// The paths of a module's code that stay in the crate, from its root on: `crate::index::walk` as `index/walk`.
fn paths(module: &str, code: &str) -> Vec<String> {
    let path =
        regex::Regex::new(r"(?-u:\b)(crate|self|super(?:::super)*)((?:::(?:r#)?[A-Za-z0-9_]+)+)(?:::\{([^}]*)\})?")
            .unwrap();
    let mut paths = Vec::new();
    for found in path.captures_iter(code) {
        let mut base: Vec<&str> = if &found[1] == "crate" { Vec::new() } else { module.split('/').collect() };
        if found[1].starts_with("super") {
            base.truncate(base.len().saturating_sub(found[1].split("::").count()));
        }
        base.extend(found[2].trim_start_matches(':').split("::").map(|part| part.trim_start_matches("r#")));
        let base = base.join("/");
        let group = found.get(3).map_or("", |group| group.as_str());
        paths.extend(group.split(',').map(|name| format!("{base}/{}", name.trim())));
        paths.push(base);
    }
    paths
}

/// Which of the modules of one folder uses which other of them; a path into a folder uses the folder.
fn uses(modules: &BTreeMap<String, String>) -> BTreeMap<String, BTreeSet<String>> {
    let mut uses: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (module, code) in modules {
        for path in paths(module, code) {
            let (from, to): (Vec<&str>, Vec<&str>) = (module.split('/').collect(), path.split('/').collect());
            let shared = from.iter().zip(&to).take_while(|(a, b)| a == b).count();
            // Not a module above or below this one.
            if shared < from.len() && shared < to.len() && modules.contains_key(&to[..=shared].join("/")) {
                uses.entry(from[..=shared].join("/")).or_default().insert(to[..=shared].join("/"));
            }
        }
    }
    uses
}

/// All that is reached from a module.
fn reached<'a>(from: &str, uses: &'a BTreeMap<String, BTreeSet<String>>) -> BTreeSet<&'a str> {
    let (mut reached, mut open) = (BTreeSet::new(), vec![from]);
    while let Some(at) = open.pop() {
        let next = uses.get(at).into_iter().flatten().map(String::as_str);
        open.extend(next.filter(|next| reached.insert(*next)).collect::<Vec<_>>());
    }
    reached
}

/// Of files alone that need each other one folder is the room; a folder in a circle has no room of its own.
#[test]
fn no_folder_is_in_a_circle() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut circles = BTreeSet::new();
    for entry in std::fs::read_dir(root.join("tools")).unwrap() {
        let (folder, name) = (entry.as_ref().unwrap().path().join("src"), entry.unwrap().file_name());
        let (name, mut found) = (name.into_string().unwrap(), BTreeMap::new());
        if folder.is_dir() {
            modules(&folder, "", &mut found);
        }
        let uses = uses(&found);
        let is_folder = |module: &str| folder.join(module).is_dir();
        for (from, next) in &uses {
            for to in next.iter().filter(|to| from < *to || !uses.get(*to).is_some_and(|back| back.contains(from))) {
                if (is_folder(from) || is_folder(to)) && reached(to, &uses).contains(from.as_str()) {
                    circles.insert((name.clone(), from.clone(), to.clone()));
                }
            }
        }
    }
    assert!(circles.is_empty(), "{circles:?}");
}

#[test]
fn a_circle_is_seen_whoever_it_goes_through() {
    let code = [
        ("a", "use crate::b::Thing;"),
        ("a/x", "use super::super::c;\nuse crate::{d};"),
        ("b", "use crate::c::{One, Two};"),
        ("c", "crate::a::x::call()"),
        ("d", "use crate::d::e::Own; use self::e::Own;"),
        ("d/e", "use super::Sibling;"),
    ];
    let uses = uses(&code.map(|(module, code)| (module.to_owned(), code.to_owned())).into());
    assert_eq!(reached("b", &uses), ["a", "b", "c"].into());
    assert_eq!(reached("d", &uses), [].into());
}
