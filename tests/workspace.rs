//! The workspace is what its design says: which crate may depend on which, and what every manifest shares.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Crate by crate: the crates of the suite it may use, and the foreign crates it fences off for the others.
const EDGES: &[(&str, &[&str], &[&str])] = &[
    ("vdx-vcf", &[], &["memchr"]),
    (
        "vdx-hts",
        &["vdx-vcf"],
        // libdeflater is what noodles-bgzf inflates with; used directly, it keeps the block edges that the pipeline
        // needs. rayon: a second input is inflated ahead on the run's threads. tempfile and rustix: files that have no name
        // until they are complete, pipe sizes, what standard output is. memmap2: spilled bytes are borrowed as others are.
        &[
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
    // tempfile: records that come late are spilled. rustix: pipe sizes.
    ("vdx-pipeline", &["vdx-vcf", "vdx-hts"], &["memchr", "rayon", "rustix", "tempfile"]),
    // bcftools' language for any tool that asks records. winnow: its grammar; regex: patterns behind ~; strsim: what a
    // misspelt tag may have meant.
    ("vdx-filter", &["vdx-vcf"], &["memchr", "regex", "strsim", "winnow"]),
    ("vdx-genome", &["vdx-vcf", "vdx-hts"], &["memchr", "tempfile"]),
    (
        "vdx-cli",
        &["vdx-vcf", "vdx-hts", "vdx-pipeline"],
        &[
            "clap",
            "clap_complete",
            "clap_mangen",
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
        &["vdx-vcf", "vdx-hts", "vdx-pipeline", "vdx-genome", "vdx-cli"],
        // flate2 joins checksums; libdeflater: the pages of the store; tempfile: names that are sorted, files where
        // nothing can be locked.
        &["clap", "csv", "flate2", "libdeflater", "memchr", "serde_json", "tempfile"],
    ),
    (
        "vdx-merge",
        &["vdx-vcf", "vdx-hts", "vdx-pipeline", "vdx-genome", "vdx-cli"],
        // minijinja and plotters make the page of the report, tempfile its file.
        &["clap", "csv", "flate2", "memchr", "minijinja", "plotters", "serde_json", "tempfile", "zip"],
    ),
    ("vdx-meminfo", &["vdx-cli", "vdx-hts"], &["clap", "serde_json"]),
    // Shares nothing with what it tests.
    ("datagen", &[], &["clap", "libdeflater"]),
    // For tests alone.
    // flate2 writes BGZF and gzip: by code that shares nothing with what is tested.
    ("vdx-testkit", &[], &["flate2"]),
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
