//! What is packed works where it is installed. `tools/release.sh` does so for the packages of a release, which take an LTO
//! build; here the wheel of the test's own build is installed and used, and the lists that packages share agree.

use std::path::Path;
use std::process::Command;

use vdx_testkit::{Ran, Stdin, World, binary, installed};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn read(name: &str) -> String {
    std::fs::read_to_string(root().join(name)).unwrap()
}

fn list(table: &toml::Table, path: &[&str]) -> Vec<String> {
    let mut value = &toml::Value::Table(table.clone());
    for key in path {
        value = &value[*key];
    }
    value.as_array().unwrap().iter().map(|word| word.as_str().unwrap().to_owned()).collect()
}

#[test]
fn the_wheel_in_a_fresh_environment_answers_frames_and_words() {
    let Some(maturin) = installed("MATURIN", "maturin") else { return };
    let world = World::new(900);
    // The values that the module's own test looks at.
    world.bash("f=gnomad/gnomad.exomes.r2.1.1.sites.1.vcf.bgz && gzip -dc $f | bgzip >new && mv new $f");
    let profile = if cfg!(debug_assertions) { "dev" } else { "release" };
    let wheels = world.path("wheels").display().to_string();
    let mut command = Command::new(&maturin);
    command.args(["build", "-q", "--locked", "--profile", profile, "--compatibility", "linux", "-o", &wheels]);
    let ran = Ran::of(command.current_dir(root()), Stdin::Null);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let python = Path::new(&maturin).with_file_name("python").display().to_string();
    // Of the peers only pandas and polars are borrowed; the four programs and the module are the wheel's.
    let line = format!(
        "set -e; '{python}' -m venv --without-pip fresh
         '{python}' -m pip -q --disable-pip-version-check --python fresh/bin/python install --no-index --no-deps wheels/*.whl
         export PYTHONPATH=$('{python}' -c 'import sysconfig; print(sysconfig.get_path(\"purelib\"))') PATH=/usr/bin:/bin
         fresh/bin/python '{}' .
         fresh/bin/vdx-merge --version",
        root().join("tests/packages/frames.py").display()
    );
    let ran = world.bash(&line);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(said.starts_with("400 rows by pandas and polars"), "{said}");
    assert!(said.ends_with(&format!("vdx-merge {}\n", env!("CARGO_PKG_VERSION"))), "{said}");
}

#[test]
fn the_packages_agree_on_programs_licences_and_source() {
    let cargo: toml::Table = read("Cargo.toml").parse().unwrap();
    let programs: Vec<&str> =
        cargo["bin"].as_array().unwrap().iter().map(|bin| bin["name"].as_str().unwrap()).collect();
    let assets = cargo["package"]["metadata"]["deb"]["assets"].as_array().unwrap();
    let packed = |from: &str| assets.iter().any(|asset| asset[0].as_str() == Some(from));
    let (release, recipe) = (read("tools/release.sh"), read("containers/packages/bioconda/meta.yaml"));
    assert!(release.contains(&format!("tools=({})", programs.join(" "))));
    for program in programs {
        assert!(packed(&format!("target/release/{program}")), "the Debian package lacks {program}");
        assert!(recipe.contains(&format!("- {program} ")), "the recipe does not try {program}");
    }
    // The one thing to fill in.
    assert_eq!(recipe.matches("SOURCE").count(), 1);
    assert!(recipe.contains(&format!("set version = \"{}\"", env!("CARGO_PKG_VERSION"))));
    let (deny, about): (toml::Table, toml::Table) =
        (read("deny.toml").parse().unwrap(), read("containers/packages/about.toml").parse().unwrap());
    assert_eq!(list(&deny, &["licenses", "allow"]), list(&about, &["accepted"]));
}

#[test]
fn every_command_has_its_page_and_every_program_its_completions() {
    let world = World::empty();
    let made = world.bash(&format!(
        "'{}' '{}' man bash zsh fish",
        root().join("containers/packages/pages.sh").display(),
        binary("vdx-normalize").parent().unwrap().display()
    ));
    assert_eq!(made.status, Some(0), "{}", made.stderr);
    let mut pages = 0;
    for (tool, commands) in super::flags::TOOLS {
        for command in commands {
            let name = format!("man/{}.1", format!("{tool}-{command}").trim_end_matches('-'));
            assert!(std::fs::read_to_string(world.path(&name)).unwrap().contains(".SH SYNOPSIS"), "{name}");
            pages += 1;
        }
        for name in [format!("bash/{tool}"), format!("zsh/_{tool}"), format!("fish/{tool}.fish")] {
            assert!(std::fs::read_to_string(world.path(&name)).unwrap().contains("generate"), "{name}");
        }
    }
    assert_eq!(
        std::fs::read_dir(world.path("man")).unwrap().count(),
        pages,
        "a command that tests/tools/flags.rs lacks"
    );
    // Packages have them from there.
    for script in ["tools/release.sh", "containers/packages/bioconda/build.sh"] {
        assert!(read(script).contains("\nbash containers/packages/pages.sh "), "{script}");
    }
}

#[test]
fn profiles_give_what_packages_and_profilers_need() {
    let cargo: toml::Table = read("Cargo.toml").parse().unwrap();
    let profile = |name: &str, key: &str| cargo["profile"][name].get(key).cloned();
    assert_eq!(profile("release", "strip").unwrap().as_bool(), Some(true), "cargo install would leave 78 MB");
    assert_eq!(profile("profiling", "strip").unwrap().as_bool(), Some(false), "callgrind names no function");
    assert_eq!(profile("demo", "lto").unwrap().as_str(), Some("off"), "a first look takes minutes");
    for name in ["profiling", "demo"] {
        assert_eq!(profile(name, "inherits").unwrap().as_str(), Some("release"));
    }
    assert!(read("workflows/demo/run.sh").contains("--profile demo"));
}
